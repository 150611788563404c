// Made from Close.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A step of a close that the data tell. */
export type AutomaticCloseStep =
  /** All that can be paid is in a bank file. */
  | 'BANK_FILE_MADE'
  /** Its figures, added up anew, agree. */
  | 'CHECKS_GREEN'
  /** No case of the period that holds or rejects money is open. */
  | 'CONFLICTS_SETTLED'
  /** The period is over and sales were imported since. */
  | 'EVENTS_COMPLETE'
  /** Its files were made. */
  | 'EXPORTS_MADE'
  /** It is approved. */
  | 'RUN_APPROVED'
  /** The run is calculated. */
  | 'RUN_CALCULATED'
  /** The scores of the period are final. */
  | 'SCORES_FINAL'
  /** All its statements are issued. */
  | 'STATEMENTS_ISSUED';

/** What was done for a close. */
export type CloseAction =
  /** The period was locked. */
  | 'LOCKED'
  /** Somebody else agreed. */
  | 'REOPENED'
  /** Somebody asked for it to be reopened. */
  | 'REOPEN_ASKED'
  /** That was refused, or taken back. */
  | 'REOPEN_REFUSED'
  /** A step was ticked off. */
  | 'TICKED'
  /** A tick was taken back. */
  | 'UNTICKED';

/** How a step of a close stands. */
export type CloseStepState =
  /** It is done. */
  | 'DONE'
  /** It was tried and failed. */
  | 'FAILED'
  /** There is nothing to do. */
  | 'NOT_NEEDED'
  /** It is to be done. */
  | 'OPEN';

/** Whether the books of a period are closed. */
export type PeriodLockState =
  /** They are closed. */
  | 'LOCKED'
  /** They are open again. */
  | 'REOPENED'
  /** They are closed; somebody asked for them to be reopened. */
  | 'REOPENING';

export type CloseOfPeriodQueryVariables = Exact<{
  period: string;
}>;


export type CloseOfPeriodQuery = { periodClose: { period: string, complete: boolean, steps: Array<{ code: string, name: string, state: CloseStepState, detail: string | null, who: string | null, when: string | null, toldBy: AutomaticCloseStep | null, required: boolean }>, lock: { state: PeriodLockState, lockedBy: string, lockedAt: string, reopenAskedBy: string | null, reopenAskedAt: string | null, reopenReason: string | null } | null, history: Array<{ action: CloseAction, at: string, by: string, step: string | null, note: string | null }> } | null };

export type CloseTickMutationVariables = Exact<{
  period: string;
  step: string;
  note: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CloseTickMutation = { tickCloseStep:
    | { __typename: 'PeriodClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CloseUntickMutationVariables = Exact<{
  period: string;
  step: string;
  note: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CloseUntickMutation = { untickCloseStep:
    | { __typename: 'PeriodClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CloseLockMutationVariables = Exact<{
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CloseLockMutation = { lockPeriod:
    | { __typename: 'PeriodClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CloseAskReopeningMutationVariables = Exact<{
  period: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CloseAskReopeningMutation = { askPeriodReopening:
    | { __typename: 'PeriodClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CloseAnswerReopeningMutationVariables = Exact<{
  period: string;
  agree: boolean;
  note?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CloseAnswerReopeningMutation = { answerPeriodReopening:
    | { __typename: 'PeriodClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const CloseOfPeriodDocument = documentOf<CloseOfPeriodQuery, CloseOfPeriodQueryVariables>('CloseOfPeriod', `query CloseOfPeriod($period: Period!) { periodClose(period: $period) { period complete steps { code name state detail who when toldBy required } lock { state lockedBy lockedAt reopenAskedBy reopenAskedAt reopenReason } history { action at by step note } } }`);
export const CloseTickDocument = documentOf<CloseTickMutation, CloseTickMutationVariables>('CloseTick', `mutation CloseTick($period: Period!, $step: String!, $note: String!, $idempotencyKey: String) { tickCloseStep( period: $period step: $step note: $note idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CloseUntickDocument = documentOf<CloseUntickMutation, CloseUntickMutationVariables>('CloseUntick', `mutation CloseUntick($period: Period!, $step: String!, $note: String!, $idempotencyKey: String) { untickCloseStep( period: $period step: $step note: $note idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CloseLockDocument = documentOf<CloseLockMutation, CloseLockMutationVariables>('CloseLock', `mutation CloseLock($period: Period!, $idempotencyKey: String) { lockPeriod(period: $period, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CloseAskReopeningDocument = documentOf<CloseAskReopeningMutation, CloseAskReopeningMutationVariables>('CloseAskReopening', `mutation CloseAskReopening($period: Period!, $reason: String!, $idempotencyKey: String) { askPeriodReopening( period: $period reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CloseAnswerReopeningDocument = documentOf<CloseAnswerReopeningMutation, CloseAnswerReopeningMutationVariables>('CloseAnswerReopening', `mutation CloseAnswerReopening($period: Period!, $agree: Boolean!, $note: String, $idempotencyKey: String) { answerPeriodReopening( period: $period agree: $agree note: $note idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
