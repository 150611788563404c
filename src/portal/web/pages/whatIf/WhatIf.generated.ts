// Made from WhatIf.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Sales that are thought of. */
export type FurtherSaleInput = {
  /** The amount of each; that of the agent's last sale of the kind without it. */
  amount?: string | null | undefined;
  /** The product (code). */
  product: string;
  /** How many sales, each of one piece; at most 1,000 in all. */
  quantity: number;
  /** What kind of sale; ACTIVATION without it. */
  type?: SalesEventType | null | undefined;
};

/** What happened. */
export type SalesEventType =
  /** A subscription began. */
  | 'ACTIVATION'
  /** A customer was billed. */
  | 'BILL'
  /** A customer left. */
  | 'CHURN'
  /** A device was sold. */
  | 'DEVICE_SALE'
  /** A customer paid. */
  | 'PAYMENT'
  /** A customer changed the tariff. */
  | 'PLAN_CHANGE'
  /** A customer came back. */
  | 'REACTIVATION'
  /** Prepaid money was added. */
  | 'RECHARGE'
  /** Money was given back for another event. */
  | 'REFUND'
  /** A contract was renewed. */
  | 'RENEWAL'
  /** Another event is undone. */
  | 'REVERSAL'
  /** A subscription changed hands. */
  | 'TRANSFER';

/** What an evaluation made of a tier. */
export type TierMoveKind =
  /** It falls, after as many misses in a row as the scheme says. */
  | 'DEMOTED'
  /** The agent had no tier of the scheme. */
  | 'ENTERED'
  /** It stays. */
  | 'KEPT'
  /** What keeps the tier was missed; the tier stays for now. */
  | 'MISSED'
  /** The tier was given by hand and stays. */
  | 'OVERRIDDEN'
  /** It rises. */
  | 'PROMOTED'
  /** What keeps the tier was missed, which does not count yet for a new agent. */
  | 'PROTECTED';

/** Why further sales of this month do not move what a criterion of a tier looks at. */
export type WhatIfUnmoved =
  /** It is not counted from sales: a certificate, months of service, conflicts, or a figure from elsewhere. */
  | 'NOT_SALES'
  /** The evaluation looks at later months than this one. */
  | 'OTHER_MONTHS'
  /** It looks at the score, which is not there before the scores of the month are published. */
  | 'SCORE';

export type WhatIfResultQueryVariables = Exact<{
  agent: string;
  sales: Array<FurtherSaleInput> | FurtherSaleInput;
}>;


export type WhatIfResultQuery = { whatIf:
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
    | { __typename: 'WhatIf', before: { period: string, totals: Array<{ currency: string, amount: string }>, components: Array<{ planCode: string | null, componentCode: string, currency: string, bracket: { rate: string | null, volume: string } | null }> }, after: { leftOut: Array<string>, totals: Array<{ currency: string, amount: string }>, components: Array<{ planCode: string | null, componentCode: string, currency: string, bracket: { rate: string | null, volume: string, next: { from: string, rate: string, missing: string } | null } | null }> }, differences: Array<{ planCode: string | null, componentCode: string, currency: string, before: string, after: string, difference: string }>, tier: { period: string, effectiveOn: string, tier: string | null, nextTier: string | null, before: { kind: TierMoveKind, tier: string, misses: number } | null, after: { kind: TierMoveKind, tier: string, misses: number } | null, entry: Array<{ subject: string, subjectZh: string, unit: string | null, before: string | null, after: string | null, atLeast: string | null, atMost: string | null, heldBefore: boolean | null, heldAfter: boolean | null, unmoved: WhatIfUnmoved | null }>, keep: Array<{ subject: string, subjectZh: string, unit: string | null, before: string | null, after: string | null, atLeast: string | null, atMost: string | null, heldBefore: boolean | null, heldAfter: boolean | null, unmoved: WhatIfUnmoved | null }> } | null }
   };

export type WhatIfCriterionPartsFragment = { subject: string, subjectZh: string, unit: string | null, before: string | null, after: string | null, atLeast: string | null, atMost: string | null, heldBefore: boolean | null, heldAfter: boolean | null, unmoved: WhatIfUnmoved | null };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const WhatIfResultDocument = documentOf<WhatIfResultQuery, WhatIfResultQueryVariables>('WhatIfResult', `query WhatIfResult($agent: String!, $sales: [FurtherSaleInput!]!) { whatIf(agent: $agent, sales: $sales) { __typename ... on WhatIf { before { period totals { currency amount } components { planCode componentCode currency bracket { rate volume } } } after { totals { currency amount } leftOut components { planCode componentCode currency bracket { rate volume next { from rate missing } } } } differences { planCode componentCode currency before after difference } tier { period effectiveOn tier nextTier before { kind tier misses } after { kind tier misses } entry { ...WhatIfCriterionParts } keep { ...WhatIfCriterionParts } } } ...Faults } } fragment WhatIfCriterionParts on WhatIfCriterion { subject subjectZh unit before after atLeast atMost heldBefore heldAfter unmoved } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
