import type { Decimal } from '../money.ts';
import type { JournalEntryKind } from '../settlement/policy.ts';
import type { Posting } from './entries.ts';

// What money that moves between months is in the books: payments, deposits, repayments. Pure.

/**
 * What can happen: RETURNED is a payment that had been paid; OFF_CYCLE_TAX what an off-cycle settlement keeps back. PAID_TWICE: the bank made a
 * cancelled payment while another one had its place; PAID_INSTEAD: that one failed, and the cancelled one counts.
 */
const movementKinds = [
  'PAID',
  'RETURNED',
  'PAID_TWICE',
  'PAID_TWICE_RETURNED',
  'PAID_INSTEAD',
  'DEPOSIT_PAID_INSTEAD',
  'DEPOSIT_PAID_BACK',
  'DEPOSIT_RETURNED',
  'OFF_CYCLE_TAX',
  'DEPOSIT_PAID_IN',
  'DEPOSIT_COLLECTED',
  'DEPOSIT_SET_OFF',
  'REPAID',
] as const;
export type MovementKind = (typeof movementKinds)[number];

/** The account that is debited, the one that is credited, and what the entries say. */
const accounts: Readonly<Record<MovementKind, readonly [JournalEntryKind, JournalEntryKind, string]>> = {
  PAID: ['PAYABLE', 'BANK', 'Paid'],
  RETURNED: ['BANK', 'PAYABLE', 'Returned by the bank'],
  PAID_TWICE: ['RECEIVABLE', 'BANK', 'Paid twice'],
  PAID_TWICE_RETURNED: ['BANK', 'RECEIVABLE', 'Paid twice, returned by the bank'],
  PAID_INSTEAD: ['PAYABLE', 'RECEIVABLE', 'Paid instead of another payment'],
  DEPOSIT_PAID_INSTEAD: ['DEPOSIT', 'RECEIVABLE', 'Deposit paid back instead of another payment'],
  DEPOSIT_PAID_BACK: ['DEPOSIT', 'BANK', 'Deposit paid back'],
  DEPOSIT_RETURNED: ['BANK', 'DEPOSIT', 'Deposit returned by the bank'],
  OFF_CYCLE_TAX: ['PAYABLE', 'TAX', 'Tax withheld'],
  DEPOSIT_PAID_IN: ['BANK', 'DEPOSIT', 'Deposit paid in'],
  DEPOSIT_COLLECTED: ['PAYABLE', 'DEPOSIT', 'Deposit collected'],
  DEPOSIT_SET_OFF: ['DEPOSIT', 'RECEIVABLE', 'Debt set off from the deposit'],
  REPAID: ['BANK', 'RECEIVABLE', 'Debt repaid'],
};

export type Movement = {
  readonly kind: MovementKind;
  readonly agent: string;
  readonly channelType: string;
  readonly currency: string;
  /** Above zero; below where one is taken back. */
  readonly amount: Decimal;
};

/** Of whom an account keeps what each agent has on it. */
const byAgent: ReadonlySet<JournalEntryKind> = new Set<JournalEntryKind>(['PAYABLE', 'RECEIVABLE', 'DEPOSIT']);

/** A movement as debit and credit. */
export function movementPostings({ kind, agent, channelType, currency, amount }: Movement): Posting[] {
  const [debited, credited, text] = accounts[kind];
  const side = (entry: JournalEntryKind, signed: Decimal): Posting => ({
    entry,
    text,
    plan: null,
    component: null,
    channelType,
    currency,
    agent: byAgent.has(entry) ? agent : null,
    amount: signed,
  });
  return [side(debited, amount), side(credited, amount.negated())];
}
