import type { SalesEventType } from '../sales/eventTypes.ts';

// Who is credited for what several agents did together 业绩融合 (DOMAIN.md §8), as data. All decimals as text.

/** The part of one role; percents of a rule total exactly 100. */
export type RoleShare = {
  /** LEAD, SALE, FULFILMENT …: as events name it. Of a registration REGISTRANT and SELLER. */
  readonly role: string;
  readonly percent: string;
  /** Of which channel types whoever has the role must be; an empty or missing list: any. */
  readonly channelTypes?: readonly string[];
};

export type CreditRuleDefinition = {
  readonly events: readonly SalesEventType[];
  readonly categories?: readonly string[];
  /** The event's region, else its agent's then; with their subtrees. */
  readonly regions?: readonly string[];
  /**
   * CREDITS: the event came with exactly these roles, one agent each; their shares take the place of those that came.
   * REGISTRATION: another agent's registered deal protected the customer; REGISTRANT is that agent, SELLER the event's.
   */
  readonly source: 'CREDITS' | 'REGISTRATION';
  readonly shares: readonly RoleShare[];
  /** Of several rules that fit, the one with the lowest; two rules never have the same. */
  readonly priority: number;
  /** false: from this version's day on the rule credits nobody any more. */
  readonly enabled: boolean;
};
