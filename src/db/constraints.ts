import { type ErrorCode, UserError } from '../errors.ts';

// What a constraint of the database means to a user, in one place: services check first and name the fault exactly; these
// catch what two transactions did at once.
const constraintErrors: Record<string, { code: ErrorCode; message: string }> = {
  agreement_no_overlap: { code: 'AGREEMENT_OVERLAP', message: 'Two agreements of an agent overlap.' },
  agent_tier_no_overlap: { code: 'DATES_OVERLAP', message: 'Two tiers of an agent hold on the same day.' },
  tier_override_no_overlap: { code: 'OVERRIDE_OVERLAP', message: 'Two overrides of an agent hold on the same day.' },
  tier_override_four_eyes: { code: 'SAME_PERSON', message: 'Who asked for an override cannot decide about it.' },
  score_appeal_open: { code: 'APPEAL_EXISTS', message: 'There is an appeal against this score already.' },
  score_published: { code: 'SCORES_STATE', message: 'The scores were published meanwhile.' },
  score_round_order: { code: 'SCORES_STATE', message: 'The scores have moved on meanwhile.' },
  score_target_no_overlap: { code: 'DATES_OVERLAP', message: 'Two targets of the same thing hold on the same day.' },
  award_once: { code: 'AWARDS_GRANTED', message: 'The awards of this rule and period were granted meanwhile.' },
  agent_parent_no_overlap: { code: 'DATES_OVERLAP', message: 'Two parents of an agent hold on the same day.' },
  agent_region_no_overlap: { code: 'DATES_OVERLAP', message: 'Two regions of an agent hold on the same day.' },
  agent_status_no_overlap: { code: 'DATES_OVERLAP', message: 'Two states of an agent hold on the same day.' },
  territory_exclusive: {
    code: 'TERRITORY_EXCLUSIVE',
    message: 'Another right in the region, above or below it stands against this one.',
  },
  territory_no_overlap: { code: 'DATES_OVERLAP', message: 'Two rights of an agent in a region hold on the same day.' },
  channel_capacity_no_overlap: {
    code: 'DATES_OVERLAP',
    message: 'Two figures of a region and channel type hold on the same day.',
  },
  exchange_rate_no_overlap: { code: 'DATES_OVERLAP', message: 'Two exchange rates of a pair hold on the same day.' },
  plan_version_approval_four_eyes: { code: 'SAME_PERSON', message: 'Who proposed a correction cannot approve it.' },
  plan_version_approval_key: { code: 'SAME_PERSON', message: 'Two different people approve a correction.' },
  plan_version_approval_person: { code: 'SAME_PERSON', message: 'Two different people approve a correction.' },
  agent_parent_no_circle: { code: 'PARENT_CIRCLE', message: 'An agent would be above itself.' },
  commission_run_one_live: { code: 'PERIOD_APPROVED', message: 'The run of the period was approved meanwhile.' },
  application_four_eyes: { code: 'SAME_PERSON', message: 'Who entered an application cannot decide on it.' },
  application_transition: { code: 'APPLICATION_STATE', message: 'The application has moved on meanwhile.' },
  commission_run_four_eyes: { code: 'SAME_PERSON', message: 'Who calculated a run cannot approve it.' },
  company_full_user: { code: 'LAST_FULL_USER', message: 'Nobody else of the company has the right FULL.' },
  user_account_email_unique: { code: 'USER_EXISTS', message: 'An account with this e-mail address exists.' },
  conflict_appeal_open: { code: 'CASE_STATE', message: 'There is no decision to appeal against any more.' },
  conflict_appeal_other_person: { code: 'SAME_PERSON', message: 'An appeal is decided by another person.' },
  conflict_appeal_one: { code: 'CASE_STATE', message: 'Another party has appealed against the decision meanwhile.' },
  conflict_appeal_once: { code: 'CASE_STATE', message: 'The party has appealed against this decision already.' },
  conflict_appeal_settled: { code: 'APPEAL_STATE', message: 'The appeal was decided or withdrawn meanwhile.' },
  conflict_case_order: { code: 'CASE_STATE', message: 'The case has moved on meanwhile.' },
  conflict_decision_number: { code: 'CASE_STATE', message: 'Somebody else has decided the case meanwhile.' },
  conflict_vote_key: { code: 'CASE_PROPOSAL', message: 'A member of the committee votes once.' },
  deal_registration_order: { code: 'REGISTRATION_STATE', message: 'The registration has moved on meanwhile.' },
  matrix_cell_no_overlap: {
    code: 'DATES_OVERLAP',
    message: 'Two cells of the CPC matrix for the same combination hold on the same day.',
  },
  price_floor_no_overlap: {
    code: 'DATES_OVERLAP',
    message: 'Two floor prices of the same product, region and channel type hold on the same day.',
  },
  statement_issued: { code: 'STATEMENT_ISSUED', message: 'The statement is issued.' },
  export_request_open: { code: 'EXPORT_RUNNING', message: 'Files of this run are being made.' },
  run_issued: { code: 'STATEMENT_ISSUED', message: 'The statements of the run are issued.' },
  issued_statement_run: { code: 'RUN_STATE', message: 'Only statements of an approved run are issued.' },
  period_locked: { code: 'PERIOD_LOCKED', message: 'The period is locked.' },
  record_kept: { code: 'RECORD_STATE', message: 'What was written down stays as it is.' },
  state_order: { code: 'RECORD_STATE', message: 'It has moved on meanwhile.' },
  payee_no_overlap: { code: 'DATES_OVERLAP', message: 'Two payees of an agent hold on the same day.' },
  payee_four_eyes: { code: 'SAME_PERSON', message: 'Who proposed a payee cannot decide about it.' },
  payment_batch_four_eyes: { code: 'SAME_PERSON', message: 'Who made a batch of payments cannot approve it.' },
  payment_batch_cancel_four_eyes: {
    code: 'SAME_PERSON',
    message: 'Who asked for a batch to be cancelled cannot agree.',
  },
  payment_batch_cancel_asked: {
    code: 'PAYMENT_BATCH_FETCHED',
    message: 'The bank file was fetched: two people cancel the batch.',
  },
  adjustment_proposal_four_eyes: { code: 'SAME_PERSON', message: 'Who proposed an adjustment cannot decide about it.' },
  deposit_entry_four_eyes: { code: 'SAME_PERSON', message: 'Who proposed it cannot decide about it.' },
  off_cycle_settlement_four_eyes: { code: 'SAME_PERSON', message: 'Who proposed a settlement cannot decide about it.' },
  balance_entry_four_eyes: { code: 'SAME_PERSON', message: 'Somebody else approves a repayment.' },
  period_lock_two_people: { code: 'SAME_PERSON', message: 'Who asked for a period to be reopened cannot agree to it.' },
  dispute_other_person: { code: 'SAME_PERSON', message: 'Who filed a dispute cannot decide it.' },
  dispute_limit: { code: 'DISPUTE_LIMIT', message: 'The amount is beyond what you may decide.' },
  own_name: { code: 'FORBIDDEN', message: 'Nobody signs with the name of somebody else.' },
  adjustment_proposal_takes_back: { code: 'RECORD_STATE', message: 'The adjustment is taken back already.' },
  adjustment_proposal_approver: { code: 'FORBIDDEN', message: 'Finance decides about adjustments.' },
  payment_confirmed: { code: 'CONFLICTING_CHANGE', message: 'A statement is not confirmed any more.' },
  payment_carried: { code: 'PAYMENT_CARRIED', message: 'A run has carried the failed payment meanwhile.' },
  payment_once_statement: { code: 'CONFLICTING_CHANGE', message: 'The statement is in another batch meanwhile.' },
  payment_once_settlement: { code: 'CONFLICTING_CHANGE', message: 'The settlement is in another batch meanwhile.' },
  payment_once_deposit: { code: 'CONFLICTING_CHANGE', message: 'The deposit is in another batch meanwhile.' },
  payment_once_retry: { code: 'CONFLICTING_CHANGE', message: 'The failed payment is in another batch meanwhile.' },
  balance_carried: { code: 'BALANCE_TOO_LOW', message: 'Less is carried by now.' },
  balance_debt: { code: 'DEBT_TOO_SMALL', message: 'The debt is smaller by now.' },
  deposit_balance: { code: 'DEPOSIT_TOO_LOW', message: 'The deposit holds less by now.' },
  repayment_four_eyes: { code: 'SAME_PERSON', message: 'Somebody else approves a repayment.' },
  invoice_four_eyes: { code: 'SAME_PERSON', message: 'Who submitted an invoice cannot decide about it.' },
  invoice_number: { code: 'INVOICE_DUPLICATE', message: 'An invoice with this number is submitted or accepted.' },
  invoice_once: { code: 'INVOICE_STATEMENTS', message: 'A statement has another invoice meanwhile.' },
  invoice_of_agent: { code: 'INVOICE_STATEMENTS', message: 'A statement is of another agent, or in another currency.' },
  plan_version_immutable: { code: 'PLAN_VERSION_PUBLISHED', message: 'A published plan version is never altered.' },
  pool_version_immutable: { code: 'PLAN_VERSION_PUBLISHED', message: 'A published pool version is never altered.' },
};

type ServerError = { code?: string; constraint_name?: string; cause?: unknown };

/** The server's error inside a driver's or ORM's wrapping, if there is one. */
export function serverError(error: unknown): ServerError | undefined {
  for (let current = error as ServerError | undefined; current; current = current.cause as ServerError | undefined) {
    if (typeof current.code === 'string' && /^[0-9A-Z]{5}$/.test(current.code)) return current;
  }
  return undefined;
}

/** Turns a database error that a user can act on into that user's error; any other error is returned as it is. */
export function asUserError(error: unknown): unknown {
  const server = serverError(error);
  if (!server) return error;
  const known = server.constraint_name ? constraintErrors[server.constraint_name] : undefined;
  if (known) return new UserError(known.code, known.message);
  if (server.code === '23505' || server.code === '40001' || server.code === '40P01') {
    return new UserError('CONFLICTING_CHANGE', 'The same thing was changed at the same time.');
  }
  if (server.code === '25006') return new UserError('FORBIDDEN', 'Nothing can be changed here, only read.');
  if (server.code === '42501') return new UserError('FORBIDDEN', 'You may not do this.');
  return error;
}
