import type { LineKind } from '../commissions/lineId.ts';
import { Decimal } from '../money.ts';
import type { JournalEntryKind } from '../settlement/policy.ts';
import type { Posted, Posting } from './entries.ts';

// What each amount of a month is in the books. Every function answers postings that add up to zero.

/** What one kind of an agent's lines came to for one component. */
export type AgentTotal = Posted & {
  readonly agent: string;
  readonly kind: LineKind;
  readonly amount: Decimal;
  /** Of ADJUSTMENT: whether penalties, and what takes them back. */
  readonly isPenalty: boolean;
};

const commission = { entry: 'EXPENSE', text: 'Commission' } as const;

/** Against what the lines of a kind stand; all of them stand against what is payable to the agent. */
const counterparts: Readonly<Record<LineKind, { readonly entry: JournalEntryKind; readonly text: string }>> = {
  EARNING: commission,
  VOLUME: commission,
  OVERRIDE: commission,
  POOL: commission,
  CAP: commission,
  FLOOR: commission,
  DRAW: commission,
  WITHHOLDING: { entry: 'WITHHELD', text: 'Withheld for later' },
  RELEASE: { entry: 'WITHHELD', text: 'Released' },
  CLAWBACK: { entry: 'CLAWBACK', text: 'Taken back' },
  RETRO: { entry: 'RETRO', text: 'Corrections of closed periods' },
  ADJUSTMENT: { entry: 'ADJUSTMENT', text: 'Adjustments' },
  TAX: { entry: 'TAX', text: 'Tax withheld' },
};
const penalty = { entry: 'PENALTY', text: 'Penalties' } as const;

/** Of the agent's account in the books. */
const owedTo = { entry: 'PAYABLE', text: 'Due to agent', plan: null, component: null } as const;
const owedBy = { entry: 'RECEIVABLE', text: 'Owed by agent', plan: null, component: null } as const;

/**
 * What an agent's lines of one kind and component are in the books: their amount is due to the agent, and is an expense (or withheld, taken
 * back, corrected, a tax …). Negative amounts stand on the other sides. TAX and ADJUSTMENT belong to no component.
 */
export function linePostings(total: AgentTotal): Posting[] {
  const { agent, channelType, currency, amount } = total;
  const { entry, text } = total.isPenalty ? penalty : counterparts[total.kind];
  const isOfNone = total.kind === 'TAX' || total.kind === 'ADJUSTMENT';
  const { plan, component } = isOfNone ? { plan: null, component: null } : total;
  return [
    { entry, text, plan, component, channelType, currency, agent: null, amount },
    { ...owedTo, channelType, currency, agent, amount: amount.negated() },
  ];
}

/** What a statement adds to its lines. Amounts as on the statement. */
export type StatementPart = {
  readonly agent: string;
  readonly channelType: string;
  readonly currency: string;
  readonly opening: Decimal;
  readonly closing: Decimal;
  /** Of the opening: everything that moved the balance since the statement before (balance entries). */
  readonly moved: Decimal;
  /** Of that: what was booked against the debt itself, set off from a deposit or paid back. */
  readonly paidOff: Decimal;
  readonly vat: Decimal;
  readonly vatIncluded: boolean;
};

/** Value-added tax: on top of what is payable it is due to the agent, too; included in it, it is no expense. */
export function vatPostings({ agent, channelType, currency, vat, vatIncluded }: StatementPart): Posting[] {
  const none = { plan: null, component: null, channelType, currency };
  const text = 'Value-added tax';
  const against: Posting = vatIncluded
    ? { ...none, entry: 'EXPENSE', text, agent: null, amount: vat.negated() }
    : { ...owedTo, channelType, currency, agent, amount: vat.negated() };
  return [{ ...none, entry: 'INPUT_VAT', text, agent: null, amount: vat }, against];
}

/**
 * What the agent owes after the month stands as a receivable, no longer as a negative amount due to it. Before the month the receivable is what
 * the statement before left, less what was paid off since.
 */
export function debtPostings(part: StatementPart): Posting[] {
  const { agent, channelType, currency, opening, closing, moved, paidOff } = part;
  const before = owed(opening.minus(moved)).minus(paidOff);
  const amount = owed(closing).minus(before);
  return [
    { ...owedBy, channelType, currency, agent, amount },
    { ...owedTo, channelType, currency, agent, amount: amount.negated() },
  ];
}

const owed = (balance: Decimal) => Decimal.max(0, balance.negated());
