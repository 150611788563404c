import type { SalesEventType } from '../sales/eventTypes.ts';

// What a conflict rule says (DOMAIN.md §8), as data. All decimals as text.

/** Where a rule applies; an empty or missing list: everywhere. Regions mean their subtrees. */
export type RuleScope = {
  readonly events: readonly SalesEventType[];
  /** Of the agent that sold. */
  readonly channelTypes?: readonly string[];
  /** The event's region, else the agent's own then. */
  readonly regions?: readonly string[];
  readonly categories?: readonly string[];
};

type Common = {
  /** What a hit does to the commission until the case is settled. */
  readonly effect: 'FLAG' | 'HOLD' | 'REJECT';
  readonly scope: RuleScope;
  /** Within how many days a case is to be settled: its due time, and the target that figures go by. */
  readonly dueDays: number;
  /** For how many days a decision may be appealed against. */
  readonly appealDays: number;
  /** false: from this version's day on the rule finds nothing any more. */
  readonly enabled: boolean;
};

/** Windows count local dates: [start, start + windowDays). */
export type ConflictRuleDefinition = Common &
  (
    | {
        readonly kind: 'TERRITORY';
        /** OUTSIDE_OWN: no territory of the agent, or of one above it, covers the region. INSIDE_EXCLUSIVE: another agent's exclusive one does. */
        readonly tests: readonly ('OUTSIDE_OWN' | 'INSIDE_EXCLUSIVE')[];
        /** Whether selling outside counts for agents that hold no territory at all on that day. */
        readonly withoutTerritory: 'HIT' | 'IGNORE';
      }
    | {
        readonly kind: 'OWNERSHIP';
        /** REGISTRATION: a registered deal of another agent protects the customer. CUSTOMER: another agent sold to it within the window. */
        readonly protects: readonly ('REGISTRATION' | 'CUSTOMER')[];
        /** CUSTOMER: for how many days from its sale on a customer is an agent's. */
        readonly windowDays: number;
      }
    | {
        readonly kind: 'DUPLICATE';
        readonly windowDays: number;
        /** Whether the same product, or one of the same category, makes two claims one. */
        readonly same: 'PRODUCT' | 'CATEGORY';
      }
    | {
        readonly kind: 'PRICE_FLOOR';
        /** Where given, also a price below this percent of the event's list price is a hit. */
        readonly percentOfListPrice?: string;
      }
    | {
        readonly kind: 'AUTHORISATION';
        readonly tests: readonly ('MATRIX' | 'CERTIFICATION')[];
        /** What the matrix means for a combination that it does not list. */
        readonly unlisted: 'ALLOWED' | 'REFUSED';
      }
    | { readonly kind: 'CAMPAIGN_OVERLAP'; readonly windowDays: number }
  );

export type ConflictKind = ConflictRuleDefinition['kind'];
export type ConflictEffect = Common['effect'];
