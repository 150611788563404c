/**
 * The catalogue of everything a user can do wrong or meet: one stable code each, what it means, and what to do about it.
 * GraphQL answers, the command line, import error files and the documentation all read from here.
 */
export const errorCatalogue = {
  // configuration and set-up
  CONFIGURATION_INVALID: 'Correct the named environment variables and start again.',
  DATA_DIR_IN_USE:
    'Another Tributary process uses this folder. Stop it, ask that one over GraphQL, or choose another DATA_DIR.',
  DATA_DIR_NOT_WRITABLE: 'Give the user who runs Tributary the right to write there, or choose another DATA_DIR.',
  DATABASE_NOT_STARTED:
    'The message and the named log say why the embedded database did not start. Mend that and start again.',
  DATABASE_UNREACHABLE: 'Check DATABASE_URL and that the server accepts connections.',
  DATABASE_TOO_OLD: 'Use PostgreSQL 15 or newer.',
  ROLES_MISSING: 'Have a database administrator run the printed statements, then start again.',
  MIGRATION_CHANGED: 'An applied migration file was edited. Restore it and put the change into a new migration.',
  NOT_SET_UP: 'Apply a programme file first: tributary apply examples/demo.yaml',
  // signing in and rights
  NOT_SIGNED_IN: 'Sign in, or send an API key as a bearer token.',
  SIGN_IN_FAILED: 'Check the e-mail address and the password.',
  FORBIDDEN: 'Ask an administrator for the role that may do this.',
  NOT_FOUND: 'Check the identifier; it does not exist, or you may not see it.',
  IDEMPOTENCY_KEY_REUSED: 'Use a new idempotency key for a different input.',
  INPUT_INVALID: 'Correct the named field and send it again.',
  CONFLICTING_CHANGE: 'Somebody changed the same thing at the same time. Read it again and retry.',
  USER_EXISTS: 'Choose another e-mail address.',
  LAST_FULL_USER: 'Give somebody else of the company the right FULL first.',
  // requests
  TOO_MANY_ATTEMPTS: 'Wait as many seconds as the Retry-After header says, then try again.',
  CROSS_SITE_REQUEST:
    'Send the header x-graphql-yoga-csrf with any value, or a POST with the content type application/json.',
  MEDIA_TYPE_UNSUPPORTED: 'Send the body as application/json.',
  REQUEST_TOO_LARGE: 'Send less in one request, or import a file.',
  REQUEST_INVALID: 'Correct the request as the message says.',
  QUERY_TOO_COMPLEX: 'Ask for less in one operation: fewer levels, aliases or fields, or smaller pages.',
  CALCULATIONS_BUSY: 'The server calculates for others. Try again in a minute.',
  CALCULATION_TOO_LONG: 'Try again later, when the server has less to do; if it happens again, tell whoever runs it.',
  NOT_READY: 'The server is starting, stopping or cannot reach its database. Try again shortly.',
  INTERNAL_ERROR:
    'Try again. If it happens again, give the request id to whoever runs the server; its log has the cause.',
  // documents, and numbers that are kept encrypted
  DOCUMENT_TYPE_UNFIT: 'Send a PDF, PNG, JPEG or Office file (docx, xlsx, pptx) whose content is what its type says.',
  DOCUMENT_TOO_LARGE: 'Send a smaller file, or have DOCUMENT_MAX_BYTES raised.',
  DOCUMENT_EMPTY: 'Send the bytes of the file as the body of the request.',
  DOCUMENT_LOST: 'The file is not in the document store, or not as it was uploaded. Restore it from a backup.',
  NUMBER_UNFIT: 'Check the number: letters and digits count, spaces and dashes do not.',
  ENVELOPE_KEYS_MISSING:
    'Set TRIBUTARY_ENVELOPE_KEYS ("id:key", the key 32 random bytes as base64) and TRIBUTARY_FINGERPRINT_KEY, then start again.',
  ENVELOPE_KEY_UNKNOWN: 'Add the named key to TRIBUTARY_ENVELOPE_KEYS again: numbers are still encrypted with it.',
  // programme
  PROGRAMME_UNREADABLE: 'The file is not valid YAML at the named line.',
  PROGRAMME_INVALID: 'Correct the named entries; the JSON Schema programme.schema.json says what is allowed.',
  REFERENCE_UNKNOWN: 'Declare the named code, or correct the reference to it.',
  CODE_DUPLICATE: 'Give each entry of a list its own code.',
  REGION_CIRCLE: 'Give one of the named regions another parent.',
  PARENT_CIRCLE: 'Give one of the named agents another parent; an agent cannot be above itself on any date.',
  HIERARCHY_TOO_DEEP: 'An agent may have at most nine agents above it. Choose a parent further up.',
  TERRITORY_EXCLUSIVE:
    'One of the two rights is exclusive, and each region lies in the other or is it. End one before the other begins, or grant both without exclusivity.',
  AGREEMENT_OVERLAP: 'End the earlier agreement before the later one begins.',
  DATES_OVERLAP: 'Two entries hold on the same day. Let one end before the other begins.',
  VERSION_TOO_EARLY:
    'Let the new version begin on the day on which the latest one begins, or later. Of a settlement policy that is enough: journal and checklist of months that are not locked go by its newest version.',
  PLAN_VERSION_PUBLISHED: 'A published plan version is never altered. Declare a new version for later dates.',
  DEFINITION_PUBLISHED: 'A published version is never altered. Declare another version that begins later.',
  RULE_KIND_FIXED: 'A conflict rule keeps its kind. Give the rule of another kind a code of its own.',
  CREDIT_PRIORITY_TAKEN:
    'No two credit rules in force have one priority. Choose another one, or end the named rule first.',
  ROW_DOUBLED: 'Leave one row for the same combination and first day.',
  SCREENING_FORM_PUBLISHED: 'A published version of a screening form is never altered. Add another version after it.',
  PLAN_VERSION_OVERLAP: 'Let the earlier version end before the later one begins.',
  CORRECTION_IN_FORCE: 'The correction has its two approvals. Propose another correction to change it.',
  RULES_TIE: 'Two rules could win for the same event. Make one of them more specific, or remove one.',
  OPERATOR_FIXED: 'Currency and time zone cannot change once there are sales events.',
  // events
  FILE_EMPTY: 'The file has no header line. Export it again.',
  FILE_ENCODING: 'Save the file as UTF-8.',
  FILE_UNUSABLE: 'Name a file in a folder that is there and that you may write to, or make room.',
  COLUMN_MISSING: 'Add the named column to the header line.',
  COLUMN_DOUBLED: 'Leave the named column in the header line once.',
  COLUMN_UNKNOWN: 'Remove the named column, or correct its name.',
  ROW_TOO_LONG: 'A row may have at most 1 MiB. Look for a missing closing quote.',
  ROW_COLUMNS: 'Give the row as many fields as the header line has.',
  ROW_UNREADABLE: 'Correct the quoting of the row (RFC 4180).',
  VALUE_MISSING: 'Fill in the named column.',
  VALUE_TOO_LONG: 'Shorten the value of the named column.',
  VALUE_INVALID: 'Correct the value of the named column.',
  TYPE_UNKNOWN: 'Use one of the sales event types.',
  AGENT_UNKNOWN: 'Declare the agent first, or correct its code.',
  PRODUCT_UNKNOWN: 'Declare the product first, or correct its code.',
  REGION_UNKNOWN: 'Declare the region first, or correct its code.',
  SEGMENT_UNKNOWN: 'Declare the segment first, or correct its code.',
  CAMPAIGN_UNKNOWN: 'Declare the campaign first, or correct its code.',
  CURRENCY_UNKNOWN: 'Use an ISO 4217 currency code the operator works with.',
  NUMBER_INVALID: 'Write a plain decimal number: digits, at most 20 before and 18 after the point.',
  AMOUNT_NEGATIVE: 'Amounts are never negative; a REFUND or REVERSAL is an event type of its own.',
  DATE_WITHOUT_OFFSET: 'Write ISO 8601 with an offset, as in 2026-10-28T10:00:00+08:00.',
  DATE_IN_FUTURE: 'An event can only be imported once it has occurred.',
  SHARES_NOT_ONE: 'Let the shares of the credits total exactly 1.',
  CREDITS_INVALID: 'Write credits as AGENT:ROLE:SHARE separated by |.',
  ORIGINAL_REQUIRED: 'Name the event it refers to in original_external_id.',
  ORIGINAL_UNKNOWN: 'Import the event it refers to first.',
  ORIGINAL_UNFIT: 'A REVERSAL undoes anything but a REVERSAL; a REFUND pays back a sale, in the currency of the sale.',
  ALREADY_REVERSED: 'An event is reversed once. Leave out the second REVERSAL.',
  REFUND_TOO_LARGE: 'All REFUNDs of a sale together come to at most its amount.',
  AMOUNT_NOT_POSITIVE: 'Write an amount above zero.',
  SUBSCRIPTION_REQUIRED: 'Name the subscription in subscription_id.',
  EVENT_CHANGED:
    'An event with this key and other content exists. Events are never edited: send a REVERSAL, or a new key.',
  BATCH_TOO_LARGE: 'Send at most 1,000 rows in one call, or import a file.',
  METRIC_INVALID: 'Name the metric by a code: 1 to 64 letters, digits, "-" or "_".',
  METRIC_PERIOD_INVALID: 'Write a month (2026-10), a quarter (2026-Q4) or a year (2026).',
  METRIC_DOUBLED: 'Leave one value for the same agent, metric and period.',
  METRIC_COMPUTED: 'The catalogue computes this metric. Leave the row out, or declare the metric as IMPORTED.',
  METRIC_SCORED:
    'The scores of this period are calculated or published, and they are or read this metric. Leave the row out; an appeal can change a published score.',
  METRIC_RESERVED: 'Values of this metric come from ratings or awards. Leave the row out, or use another metric.',
  METRICS_SETTLED:
    'The published scores of the period read every metric of the catalogue, so its figures stay. Measure a later period.',
  // training and surveys
  COURSE_UNKNOWN: 'Declare the course first, or correct its code.',
  RESULT_OWNER: 'Name the agent or the application, one of the two.',
  RESULT_DOUBLED: 'Leave one result for the same agent or application, course and day.',
  SURVEY_FIXED: 'Somebody was invited already. Declare a survey with another code.',
  SURVEY_CLOSED: 'A survey is answered from its first day until the day it closes.',
  SURVEY_OPEN: 'Wait until the survey has closed: its averages would still move.',
  SURVEY_ANSWERED: 'An invitation is answered once.',
  RATING_ASPECT_TAKEN: 'An aspect has one rating round a month. Change the one named, or name another aspect or month.',
  RATING_FIXED: 'Somebody was invited already. Declare a round with another code.',
  RATING_CLOSED: 'A rating round is answered from its first day until the day it closes.',
  RATING_OPEN: 'Wait until the round has closed: what moves with each answer would tell who gave it.',
  RATING_ANSWERED: 'A rater answers once; an answer is never taken back.',
  RATER_IS_RATED: 'Nobody rates itself. Name somebody else.',
  APPLICATION_UNKNOWN: 'Enter the application first, or correct its code.',
  AGENT_DIFFERS: 'Leave the column empty, or change the agent from a date on instead of importing it again.',
  // opening positions
  COMPONENT_UNKNOWN: 'Declare the component in a version of the plan first, or correct the codes.',
  COMPONENT_UNFIT: 'Name a component of a kind that has such positions.',
  OPENING_UNMATCHED: 'Let an UNPAID row name exactly one SUBSCRIPTION row of the file.',
  OPENING_UNFIT:
    'Give as UNPAID exactly what the plan still pays after the cut-over, in its own shares; give the rest as paid, or as BALANCE.',
  OPENING_DOUBLED: 'Leave each position in the file once.',
  OPENING_EXISTS: 'There is one set of opening positions. Void the cut-over first if it may still be voided.',
  OPENING_TOO_LATE: 'Import opening positions before any event of their months and before any period is calculated.',
  // onboarding
  APPLICATION_STATE: 'The application is not in a state that allows this. Its state and steps say what comes next.',
  APPLICATION_INCOMPLETE: 'Supply what the message names, then try again.',
  APPLICATION_NOT_ACCEPTED: 'Talk to the operator: it can look into the application and say what is to be done.',
  APPLICATIONS_FULL: 'Come back tomorrow, or let the operator enter the application.',
  DOCUMENTS_FULL: 'Put several papers into one file, or let the operator add the document.',
  APPLICANT_BLACKLISTED: 'The applicant is not to be taken on. An administrator can end the entry of the blacklist.',
  APPLICANT_DUPLICATE:
    'Go on with the application or agent that the message names, or correct the registration number.',
  APPLICANT_COOLING_OFF: 'Submit the application from the named day on.',
  SCREENING_FORM_MISSING: 'Have an administrator publish a screening form for the channel type first.',
  SCREENING_SCORE_LOW: 'Correct the scores, or reject the application.',
  TRAINING_MISSING: 'Enter results of the named courses that are passed and valid on the day, then try again.',
  TERRITORY_MISSING: 'Give the application at least one territory.',
  CODE_TAKEN: 'Choose another code.',
  INVITATION_INVALID: 'Ask whoever invited you for a new invitation.',
  // life of agents and agreements
  AGENT_STATE:
    'The state of the agent on that day does not allow this. Choose another day, or withdraw the decision named.',
  AGREEMENT_STATE: 'The dates of the agreement do not allow this. Choose another day or another agreement.',
  // tiers by hand, loyalty grids and awards
  NO_SCORES: 'Calculate the scores of a period by this template first, or choose other periods.',
  OVERRIDE_OVERLAP: 'Another approved override holds on some of these days. Choose days before or after it.',
  OVERRIDE_STATE: 'The override was decided or withdrawn already. Ask for another one.',
  AWARDS_WITHOUT_WINNER: 'Look whether the figures of the period are there, and at the least that the rule asks for.',
  AWARDS_GRANTED: 'The awards of this rule and period were granted and stay as they are.',
  AWARD_POOL:
    'Let the pool weigh by the metric of the award (factor METRIC, AWARD_ and the code of the award) in the period.',
  // scorecards: templates and targets
  METRIC_UNKNOWN: 'Declare the metric in the catalogue first, or correct its code.',
  TEMPLATE_SCOPE_TAKEN:
    'There is one template for a channel type and tier. Publish a version of the named one, or choose another scope.',
  TEMPLATE_SETTLED: 'Let the version begin with a month after the last one that is scored.',
  TARGET_SCOPE: 'Name an agent, a region or a channel type: exactly one of the three.',
  TARGET_DOUBLED: 'Leave one target for the same metric, scope and first day.',
  // scores and appeals
  TEMPLATE_MISSING: 'Publish a scorecard template that begins with this month or before, then calculate the scores.',
  SCORES_BUSY: 'Somebody else is working on the scores of this period. Wait for it, then try again.',
  SCORES_STALE: 'Calculate the scores again, then publish them.',
  SCORES_STATE: 'Scores are calculated, then published, then made final. The message says where they stand.',
  SCORES_BLOCKED:
    'Supply the values that are named and calculate again, or publish with allowBlocked: the named agents then have no score.',
  APPEALS_OPEN: 'Decide the appeals first.',
  APPEAL_WINDOW_OPEN: 'Wait until the day that is named, or finalise early.',
  APPEAL_WINDOW_OVER: 'Appeals were possible until the day that is named.',
  APPEAL_EXISTS: 'There is one appeal against a score. Wait for its decision, or withdraw it first.',
  APPEAL_STATE: 'The appeal was decided or withdrawn already.',
  // tier schemes and evaluations
  SCHEME_SCOPE_TAKEN:
    'One scheme grades the agents of a channel type. Publish a version of the named one without it first.',
  SCHEME_SETTLED: 'Let the version begin with a month after the last one whose evaluation is applied.',
  EVALUATION_PERIOD: 'The scheme evaluates by calendar quarter. Name the last month of one: 03, 06, 09 or 12.',
  EVALUATION_ORDER: 'Evaluations are applied in the order of their months. Name a month after the last applied one.',
  EVALUATION_STATE: 'Only a preview can be applied or discarded. Preview the month again.',
  EVALUATION_STALE: 'Something that was looked at has changed since. Preview the month again, look at it and apply it.',
  EVALUATION_LATER_TIER: 'Tiers of the named agents begin later already. Take these back first, then preview again.',
  SCORES_NOT_PUBLISHED: 'What was asked for looks at scores. Publish the scores of the month first.',
  // cases
  CASE_STATE:
    'A case is opened, mediated, decided, perhaps appealed against, and closed. The message says where it stands.',
  CASE_PARTY: 'Name an agent that the case concerns; where a side has several, name one by its code.',
  CASE_EVENT: 'Name an event that the case is about.',
  CASE_MEDIATOR: 'Name an administrator, or a manager of the region of the case or of one above it.',
  CASE_COMMITTEE: 'A case with a committee is decided by its votes. Propose a decision, or dissolve the committee.',
  CASE_PROPOSAL: 'The committee votes on one proposal at a time, each member once, until it is settled.',
  CASES_UNEQUAL: 'Cases that are decided together are of one kind. Choose fewer.',
  NO_PRICE_DIFFERENCE: 'Only a sale below its floor price has a price difference. Leave it out.',
  // registered deals
  REGISTRATION_NOT_OFFERED:
    'No policy lets agents of this channel type register this. Name a product or category that one offers.',
  REGISTRATION_EXISTS: 'The agent has registered the same already. Extend or withdraw that registration.',
  REGISTRATION_CLASH: 'Another agent is protected there now. Wait until that has ended, or refuse the registration.',
  REGISTRATION_STATE: 'A registration waits, is protected, and ends. The message says where it stands.',
  REGISTRATION_EXTENSIONS: 'It cannot be extended any more. Register again once it has ended.',
  REGISTRATION_EVENT:
    "Name the agent's own sale to this customer, of what it registered, within the time of its protection.",
  // payments
  ACCOUNT_UNFIT: 'Correct the number of the account.',
  DEBTOR_ACCOUNT_UNKNOWN:
    'Name an account of the settlement policy in force that pays in the currency, or publish a version that has it.',
  BANK_FORMAT_UNKNOWN: 'Name pain.001.001.09, or a bank layout of the settlement policy in force.',
  NOTHING_PAYABLE: 'paymentCandidates says what keeps each amount from being paid.',
  PAYMENT_BATCH_STATE:
    'A batch is made, approved by somebody else, and settled by the bank. The message says where it stands.',
  PAYMENT_BATCH_FETCHED:
    'The bank file was fetched. Make sure that the bank has not executed it and will not, then cancel with bankWillNotPay; somebody else does the same.',
  PAYEE_CHANGED: 'Cancel the batch and make another one, which pays to who is approved now.',
  PAYMENT_CARRIED: 'What failed is in the opening of a later statement and is paid with it.',
  PAYMENT_STATE: 'The payment has a state that allows no such news. Ask the bank, then correct the file.',
  BANK_FILE_DIFFERS: 'The file is not the one that was approved. Do not send it; have the database looked at.',
  STATUS_REPORT_UNFIT:
    'Send a pain.002.001 report as the bank gave it, or CSV with the columns end_to_end_id, status (PAID or FAILED), code, text, date.',
  PAYMENT_UNKNOWN: 'The report names no payment of ours. Leave the row out, or correct its id.',
  PAYMENT_DIFFERS: 'The report is about another amount than was instructed. Ask the bank.',
  // balances, deposits and invoices
  BALANCE_TOO_LOW: 'At most what the agent carries can be settled. Name less, or propose an advance.',
  DEBT_TOO_SMALL: 'At most the debt can be repaid or set off. Name less.',
  DEPOSIT_TOO_LOW: 'At most what the deposit holds can be taken from it. Name less.',
  PAID_WITH_STATEMENT:
    'Agents that send invoices or charge value-added tax on top are paid with their statements, which fix both. Wait for the next one.',
  INVOICE_DUPLICATE:
    'An invoice is submitted once. Correct the number, or have the other one withdrawn or rejected first.',
  INVOICE_AMOUNTS: 'Let the amounts of the invoice be those of its statements, to the last digit.',
  INVOICE_STATEMENTS:
    'Let an invoice name issued statements of one agent and currency with something to pay, none of which has an invoice.',
  INVOICE_DATE: 'An invoice is dated after the end of its periods, and not in the future.',
  // disputes and adjustments
  DISPUTE_OVER: 'Disputes were possible until the day that is named.',
  DISPUTE_EXISTS: 'The same is disputed already. Add to that dispute, or withdraw it first.',
  DISPUTE_LIMIT:
    'Let somebody with a higher limit decide (administrators have none), or have the month calculated again: RECALCULATION.',
  ADJUSTMENTS_KNOWN:
    'The same rows were proposed before. Decide about those, or withdraw them before you propose them again.',
  // runs
  PERIOD_INVALID: 'Write a period as YYYY-MM.',
  PERIOD_NOT_OVER: 'A period can be closed once it has ended in the time zone of the operator.',
  PREVIOUS_PERIOD_OPEN: 'Close and approve the named earlier period first.',
  PERIOD_APPROVED: 'The period is approved and locked. What comes late or is corrected is booked in the next open one.',
  RUN_IN_PROGRESS: 'Another calculation of this period is under way. Wait for it.',
  RUN_STATE: 'The run is not in a state that allows this.',
  STATEMENT_ISSUED:
    'An issued statement stays as it is. Correct it with an adjustment, or settle a dispute; what comes late is booked in the next month.',
  EXPORT_RUNNING: 'Files of this run are being made. Wait until they are, then ask again.',
  PERIOD_LOCKED: 'The period is locked. One person asks for it to be reopened, another one agrees.',
  CLOSE_INCOMPLETE:
    'Do what the checklist still wants, or publish a version of the settlement policy from today on in which the step is optional.',
  RECORD_STATE: 'It has moved on meanwhile. Read it again.',
  PERIOD_NOT_CALCULATED:
    'Opening positions were imported, not calculated, so there is nothing to calculate again. Name a later period.',
  RUN_STALE: 'The inputs changed since the calculation. Calculate the period again, then approve.',
  SAME_PERSON: 'Four eyes: let somebody approve it who has neither made nor approved it.',
  CHECK_FAILED: 'A check of the run failed, so nothing was published. The named figures do not agree.',
  EXCHANGE_RATE_MISSING: 'Declare an exchange rate for the named currency and date.',
  POOL_FLOORS_EXCEED_FUND: 'Publish a version of the pool with a larger fund or a lower floor, then calculate again.',
  SCORE_MISSING: 'Import the scores (metric SCORE) of the named agents, then calculate again.',
  JOURNAL_ACCOUNT_MISSING:
    'Publish a version of the settlement policy with a journal rule that fits what is named, from today on or from when the latest one begins: months that are not locked go by the newest version.',
  STATEMENTS_NOT_ISSUED: 'Issue the statements of the period first: that fixes their value-added tax.',
  NO_RUN: 'Close the period first.',
  LINE_UNKNOWN: 'Check the line id; lines.csv lists them.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error a user can cause or meet and can act on. `at` names the row, field, entry or rule at fault. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly at: string | undefined;

  constructor(code: ErrorCode, message: string, at?: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.at = at;
  }

  /** What to do about it, from the catalogue. */
  get remedy(): string {
    return errorCatalogue[this.code];
  }
}

/** Several faults found together, so that a user can mend them all at once. `code` is that of the first. */
export class UserErrors extends UserError {
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    const first = errors[0];
    if (!first) throw new Error('UserErrors needs at least one error');
    super(
      first.code,
      errors.map(({ at, message }) => (at && !beginsWithPlace(message, at) ? `${at}: ${message}` : message)).join('\n'),
      first.at,
    );
    this.errors = errors;
  }
}

/** Whether a message names its place first, as in "DP-7 is decided": then nothing is put before it. */
export const beginsWithPlace = (message: string, at: string): boolean =>
  message.startsWith(`${at} `) || message.startsWith(`${at}:`);
