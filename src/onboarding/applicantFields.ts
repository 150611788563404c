/** The root fields, besides `apply`, for those who have no account: most take an applicant's token; a client gets more of them, but not any number. */
export const applicantFields = [
  'applicationOptions',
  'followApplication',
  'changeOwnApplication',
  'submitOwnApplication',
  'withdrawOwnApplication',
  'signOwnContract',
] as const;
