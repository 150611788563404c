import { compareBytes, Decimal } from '../money.ts';
import type { JournalEntryKind, JournalRule } from '../settlement/policy.ts';

// Double entry (DOMAIN.md §10, §11): what a month did to each agent, as debits and credits. Pure.

/** What decides which account an amount goes to. */
export type Posted = {
  readonly plan: string | null;
  /** Of the plan, or the pool. */
  readonly component: string | null;
  readonly channelType: string;
  readonly currency: string;
};

/** One side of an amount: debit where it is above zero, credit where it is below. */
export type Posting = Posted & {
  readonly entry: JournalEntryKind;
  readonly text: string;
  /** Of what is owed to, or by, one agent. */
  readonly agent: string | null;
  readonly amount: Decimal;
};

export type JournalEntry = {
  readonly account: string;
  readonly costCentre: string;
  readonly agent: string;
  readonly component: string;
  readonly text: string;
  readonly currency: string;
  /** One of the two is zero. */
  readonly debit: Decimal;
  readonly credit: Decimal;
};

/** An entry with the local day of the books on which it stands. */
export type DatedEntry = JournalEntry & { readonly date: string };

/** Something that no rule of the policy gives an account. */
export type MissingAccount = {
  readonly entry: JournalEntryKind;
  readonly plan: string | null;
  readonly component: string | null;
  readonly channelType: string;
  readonly currency: string;
};

export type Journal = { readonly entries: readonly JournalEntry[]; readonly missing: readonly MissingAccount[] };

/** The first rule that fits; what a rule does not name, fits. */
export function ruleFor(
  rules: readonly JournalRule[],
  entry: JournalEntryKind,
  { plan, component, channelType, currency }: Posted,
): JournalRule | undefined {
  const fits = (named: string | undefined, found: string | null) => named === undefined || named === found;
  return rules.find(
    (rule) =>
      rule.entry === entry &&
      fits(rule.plan, plan) &&
      fits(rule.component, component) &&
      fits(rule.channelType, channelType) &&
      fits(rule.currency, currency),
  );
}

type Sum = Omit<JournalEntry, 'debit' | 'credit'> & { amount: Decimal };

/**
 * Gathers postings into entries: one for each account, cost centre, agent, component, text and currency, what stands on both sides set off,
 * nothing where that leaves zero. Memory grows with the entries, not with the postings.
 */
export function journalOf(rules: readonly JournalRule[]): {
  add: (posting: Posting) => void;
  journal: () => Journal;
} {
  const sums = new Map<string, Sum>();
  const missing = new Map<string, MissingAccount>();
  const found = new Map<string, JournalRule | null>();
  const accountOf = (posting: Posting): JournalRule | null => {
    const { entry, plan, component, channelType, currency } = posting;
    const key = [entry, plan, component, channelType, currency].join('\n');
    let rule = found.get(key);
    if (rule === undefined) {
      rule = ruleFor(rules, entry, posting) ?? null;
      found.set(key, rule);
      if (!rule) missing.set(key, { entry, plan, component, channelType, currency });
    }
    return rule;
  };
  const add = (posting: Posting) => {
    if (posting.amount.isZero()) return;
    const rule = accountOf(posting);
    if (!rule) return;
    const { currency, text } = posting;
    const names = { account: rule.account, costCentre: rule.costCentre ?? '', agent: posting.agent ?? '' };
    const component = componentName(posting);
    const key = [currency, names.account, names.costCentre, names.agent, component, text].join('\n');
    const sum = sums.get(key);
    if (sum) sum.amount = sum.amount.plus(posting.amount);
    else sums.set(key, { ...names, component, text, currency, amount: posting.amount });
  };
  const journal = () => ({
    entries: [...sums.values()]
      .filter(({ amount }) => !amount.isZero())
      .sort(inOrder)
      .map(sided),
    missing: [...missing.values()],
  });
  return { add, journal };
}

function componentName({ plan, component }: Posted): string {
  if (component === null) return '';
  return plan === null ? component : `${plan}.${component}`;
}

function sided({ amount, ...names }: Sum): JournalEntry {
  const zero = new Decimal(0);
  return amount.gt(0) ? { ...names, debit: amount, credit: zero } : { ...names, debit: zero, credit: amount.negated() };
}

function inOrder(a: Sum, b: Sum): number {
  const keys = ['currency', 'account', 'costCentre', 'component', 'text', 'agent'] as const;
  for (const key of keys) {
    const order = compareBytes(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}

export type JournalTotal = { readonly currency: string; readonly debit: Decimal; readonly credit: Decimal };

/** The sums of both sides by currency, in the order of the entries. @throws Error where they differ: the books would be wrong. */
export function balancedTotals(entries: readonly JournalEntry[]): JournalTotal[] {
  const totals = new Map<string, { debit: Decimal; credit: Decimal }>();
  for (const { currency, debit, credit } of entries) {
    const total = totals.get(currency) ?? { debit: new Decimal(0), credit: new Decimal(0) };
    totals.set(currency, { debit: total.debit.plus(debit), credit: total.credit.plus(credit) });
  }
  return [...totals].map(([currency, { debit, credit }]) => {
    if (!debit.eq(credit)) {
      throw new Error(`the journal is not balanced in ${currency}: ${debit.toFixed()} against ${credit.toFixed()}`);
    }
    return { currency, debit, credit };
  });
}
