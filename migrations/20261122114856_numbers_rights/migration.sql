-- By hand: activation gives an applicant's numbers to the agent that it became; the check `secret_owner` wants one owner of two.
grant update (application_id) on secret to tributary_request;
