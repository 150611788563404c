// Made from Programme.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What applying does to an entry. */
export type ChangeAction =
  /** It exists and becomes different. */
  | 'CHANGE'
  /** It is new. */
  | 'CREATE';

/** What a conflict does to the commission until it is settled. */
export type ConflictEffect =
  /** Nothing. */
  | 'FLAG'
  /** It is not paid, and shown as held. */
  | 'HOLD'
  /** It is not paid. */
  | 'REJECT';

/** What a conflict is about. */
export type ConflictKind =
  /** Sold what the channel or the agent may not sell. */
  | 'AUTHORISATION'
  /** One sale claimed under two campaigns. */
  | 'CAMPAIGN_OVERLAP'
  /** Two agents claim one customer and product. */
  | 'DUPLICATE'
  /** Sold to a customer who is protected for another agent. */
  | 'OWNERSHIP'
  /** Sold below the floor price. */
  | 'PRICE_FLOOR'
  /** Sold outside the agent's territory, or inside another's exclusive one. */
  | 'TERRITORY';

/** How a component of a plan pays. */
export type PlanComponentKind =
  /** By brackets of an agent's volume. */
  | 'BRACKET'
  /** A top-up to a minimum, recovered later. */
  | 'DRAW'
  /** To agents for the sales of those below them. */
  | 'OVERRIDE'
  /** For an agent's attainment of its target. */
  | 'QUOTA_BONUS'
  /** A rate per credit of a sales event. */
  | 'RATE'
  /** A rate per bill in a subscription's first months. */
  | 'RESIDUAL'
  /** A rate within a campaign's dates until its budget is used up. */
  | 'SPIFF';

/** How often agents are evaluated. */
export type TierEvaluationRhythm =
  /** With every month. */
  | 'MONTHLY'
  /** With the last month of every calendar quarter. */
  | 'QUARTERLY';

export type ProgrammeOverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type ProgrammeOverviewQuery = { plans: Array<{ code: string, name: string, versions: Array<{ number: number, from: string, to: string | null, currency: string, corrects: boolean, publishedBy: string | null, publishedAt: string, components: Array<{ code: string, name: string, kind: PlanComponentKind }> }> }> | null, pools: Array<{ code: string, name: string, versions: Array<{ number: number, from: string, to: string | null, currency: string, fundPercent: string | null, fixedFund: string | null }> }> | null, conflictRules: Array<{ code: string, name: string, versions: Array<{ number: number, from: string, kind: ConflictKind, effect: ConflictEffect, enabled: boolean }> }> | null, tierSchemes: Array<{ code: string, name: string, versions: Array<{ number: number, from: string, evaluation: TierEvaluationRhythm, grace: number }> }> | null, scoreTemplates: Array<{ code: string, name: string, versions: Array<{ number: number, from: string }> }> | null };

export type ProgrammeCorrectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProgrammeCorrectionsQuery = { pendingPlanCorrections: Array<{ planCode: string, number: number, from: string, publishedBy: string | null, publishedAt: string, approvals: Array<{ approvedBy: string }> | null }> | null };

export type ProgrammeApproveMutationVariables = Exact<{
  plan: string;
  number: number;
  idempotencyKey?: string | null | undefined;
}>;


export type ProgrammeApproveMutation = { approvePlanVersion:
    | { __typename: 'ApprovePlanVersionPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProgrammeApplyMutationVariables = Exact<{
  document: string;
  dryRun?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ProgrammeApplyMutation = { applyProgramme:
    | { __typename: 'ProgrammePayload', changeCount: number, dryRun: boolean, changes: Array<{ action: ChangeAction, entity: string, key: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ProgrammeOverviewDocument = documentOf<ProgrammeOverviewQuery, ProgrammeOverviewQueryVariables>('ProgrammeOverview', `query ProgrammeOverview { plans { code name versions { number from to currency corrects publishedBy publishedAt components { code name kind } } } pools { code name versions { number from to currency fundPercent fixedFund } } conflictRules { code name versions { number from kind effect enabled } } tierSchemes { code name versions { number from evaluation grace } } scoreTemplates { code name versions { number from } } }`);
export const ProgrammeCorrectionsDocument = documentOf<ProgrammeCorrectionsQuery, ProgrammeCorrectionsQueryVariables>('ProgrammeCorrections', `query ProgrammeCorrections { pendingPlanCorrections { planCode number from publishedBy publishedAt approvals { approvedBy } } }`);
export const ProgrammeApproveDocument = documentOf<ProgrammeApproveMutation, ProgrammeApproveMutationVariables>('ProgrammeApprove', `mutation ProgrammeApprove($plan: String!, $number: Int!, $idempotencyKey: String) { approvePlanVersion( plan: $plan number: $number idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProgrammeApplyDocument = documentOf<ProgrammeApplyMutation, ProgrammeApplyMutationVariables>('ProgrammeApply', `mutation ProgrammeApply($document: String!, $dryRun: Boolean, $idempotencyKey: String) { applyProgramme( document: $document dryRun: $dryRun idempotencyKey: $idempotencyKey ) { __typename ... on ProgrammePayload { changeCount dryRun changes { action entity key } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
