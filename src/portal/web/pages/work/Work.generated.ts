// Made from Work.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a reminder is about. */
export type ReminderKind =
  /** An agreement ends and no other follows. */
  | 'AGREEMENT_ENDS'
  /** An application stands longer in its state than it should. */
  | 'APPLICATION_OVERDUE'
  /** A certificate has run out. */
  | 'CERTIFICATE_EXPIRED'
  /** A certificate runs out within 30 days. */
  | 'CERTIFICATE_EXPIRES';

/** Where a run stands. */
export type RunStatus =
  /** Its period is locked. */
  | 'APPROVED'
  /** Its result waits for approval. */
  | 'CALCULATED'
  /** It is being calculated. */
  | 'CALCULATING'
  /** The calculation stopped with an error; nothing was published. */
  | 'FAILED'
  /** Its statements were paid. */
  | 'PAID'
  /** Its result no longer counts. */
  | 'VOIDED';

/** What waits to be done. */
export type ToDoKind =
  /** Adjustments by hand wait for a second person. */
  | 'ADJUSTMENT_TO_APPROVE'
  /** Agreements end and no others follow. */
  | 'AGREEMENT_ENDS'
  /** Approved applications wait for their contract or activation. */
  | 'APPLICATION_TO_ACTIVATE'
  /** Applications wait to be screened and decided. */
  | 'APPLICATION_TO_DECIDE'
  /** Batches of payments wait for a second person. */
  | 'BATCH_TO_APPROVE'
  /** Batches whose file was fetched are to be cancelled: a second person agrees. */
  | 'BATCH_TO_CANCEL'
  /** Decisions about conflicts were appealed against. */
  | 'CASE_APPEALED'
  /** Conflicts wait to be settled. */
  | 'CASE_TO_MEDIATE'
  /** Certificates of yours run out, or have. */
  | 'CERTIFICATE_ENDS'
  /** Conflicts concern you, and you have not said or shown anything. */
  | 'CONFLICT_TO_ANSWER'
  /** Registered deals wait to be judged. */
  | 'DEAL_TO_JUDGE'
  /** Movements of deposits wait for a second person. */
  | 'DEPOSIT_TO_APPROVE'
  /** Disputes of yours were answered or decided, and you have not read it. */
  | 'DISPUTE_ANSWERED'
  /** Disputes of agents wait to be decided. */
  | 'DISPUTE_TO_DECIDE'
  /** Invoices wait to be accepted. */
  | 'INVOICE_TO_DECIDE'
  /** Confirmed statements of yours are paid once their invoice is there. */
  | 'INVOICE_TO_SEND'
  /** Payments outside the cycle wait for a second person. */
  | 'OFF_CYCLE_TO_APPROVE'
  /** Payees wait for a second person. */
  | 'PAYEE_TO_APPROVE'
  /** Locked periods are to be reopened: a second person answers. */
  | 'PERIOD_TO_REOPEN'
  /** Corrections of plans wait for approvals. */
  | 'PLAN_CORRECTION_TO_APPROVE'
  /** Repayments wait for a second person. */
  | 'REPAYMENT_TO_APPROVE'
  /** Calculated runs wait to be approved. */
  | 'RUN_TO_APPROVE'
  /** Appeals about scores wait to be decided. */
  | 'SCORE_APPEAL_TO_DECIDE'
  /** The statements of approved runs wait to be issued. */
  | 'STATEMENTS_TO_ISSUE'
  /** Statements of yours are issued: agree, or dispute. */
  | 'STATEMENT_TO_CONFIRM'
  /** Tiers were asked for by hand. */
  | 'TIER_OVERRIDE_TO_DECIDE'
  /** Mandatory courses that you have not passed. */
  | 'TRAINING_DUE';

export type WorkOverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type WorkOverviewQuery = { toDo: Array<{ kind: ToDoKind, count: number, dueOn: string | null, subject: string | null }> | null, runs: { edges: Array<{ node: { id: string, period: string, status: RunStatus } }> } | null };

export type WorkConflictsQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type WorkConflictsQuery = { conflictFigures: { total: { caseCount: number, openCount: number, overdueCount: number, inMediationCount: number }, groups: Array<{ key: string | null, caseCount: number, openCount: number, overdueCount: number }> } | null };

export type WorkRemindersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type WorkRemindersQuery = { reminders: { edges: Array<{ node: { id: string, kind: ReminderKind, subject: string, dueOn: string, agentCode: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type WorkFinishReminderMutationVariables = Exact<{
  reminderId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type WorkFinishReminderMutation = { finishReminder:
    | { __typename: 'ReminderPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const WorkOverviewDocument = documentOf<WorkOverviewQuery, WorkOverviewQueryVariables>('WorkOverview', `query WorkOverview { toDo { kind count dueOn subject } runs(first: 3) { edges { node { id period status } } } }`);
export const WorkConflictsDocument = documentOf<WorkConflictsQuery, WorkConflictsQueryVariables>('WorkConflicts', `query WorkConflicts($from: Period!, $to: Period!) { conflictFigures(by: KIND, from: $from, to: $to) { total { caseCount openCount overdueCount inMediationCount } groups { key caseCount openCount overdueCount } } }`);
export const WorkRemindersDocument = documentOf<WorkRemindersQuery, WorkRemindersQueryVariables>('WorkReminders', `query WorkReminders($after: String) { reminders(first: 10, after: $after) { edges { node { id kind subject dueOn agentCode } } pageInfo { hasNextPage endCursor } } }`);
export const WorkFinishReminderDocument = documentOf<WorkFinishReminderMutation, WorkFinishReminderMutationVariables>('WorkFinishReminder', `mutation WorkFinishReminder($reminderId: ID!, $idempotencyKey: String) { finishReminder(reminderId: $reminderId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
