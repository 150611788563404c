/** What a report of misconduct may be about. */
export const misconductCategories = [
  'BRIBERY',
  'FALSE_SALES',
  'CUSTOMER_DATA',
  'CONFLICT_OF_INTEREST',
  'MISTREATMENT',
  'OTHER',
] as const;
export type MisconductCategory = (typeof misconductCategories)[number];
