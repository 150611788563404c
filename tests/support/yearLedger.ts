import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  percent,
  type RoundingMode,
  roundToUnits,
  subtract,
  sum,
  unitsToFraction,
  unitsToText,
  ZERO,
} from '../oracle/fraction.ts';

// What agents are owed, hold and are paid over months, worked out from docs/settlement.md in fractions, with nothing of the engine.

const digitsOf: Readonly<Record<string, number>> = { CNY: 2, KWD: 3 };

/** Of an agent's last agreement. Without a percent there is no value-added tax, and nothing goes into a deposit. */
export type Terms = {
  readonly minimumPayout: string;
  readonly taxPercent: string;
  readonly vatPercent: string | null;
  readonly vatIncluded: boolean;
  readonly invoiceRequired: boolean;
  readonly depositTarget: string;
  readonly depositPercent: string;
};

export type Parts = Readonly<Record<'earned' | 'released' | 'withheld' | 'clawedBack' | 'retro', Fraction>>;

export type Expected = Parts & {
  readonly agent: string;
  readonly currency: string;
  readonly opening: Fraction;
  readonly returned: Fraction;
  readonly adjustments: Fraction;
  readonly tax: Fraction;
  readonly closing: Fraction;
  readonly payable: Fraction;
};

export type Due = { readonly terms: Terms; readonly rounding: RoundingMode; readonly isFinal: boolean };

export type Claim = {
  readonly kind: 'STATEMENT' | 'OFF_CYCLE' | 'DEPOSIT_REFUND';
  readonly agent: string;
  readonly currency: string;
  /** The statement's number, the settlement's code, the deposit's. */
  readonly reference: string;
  readonly gross: Fraction;
  /** Of a statement's gross, what the bank returned: the deposit had its share then. */
  readonly returned: Fraction;
  collected: Fraction;
  /** CARRIED: a run took what the bank returned into an opening. */
  state: 'DUE' | 'LIVE' | 'PAID' | 'SET_OFF' | 'FAILED' | 'CARRIED';
  isConfirmed: boolean;
  lacksInvoice: boolean;
};

type Entry = { readonly amount: Fraction; readonly returned: Fraction; readonly paidOff: boolean };

export type Account = {
  carried: Fraction;
  carriedReturned: Fraction;
  entries: Entry[];
  adjustments: Fraction;
  deposit: Fraction;
};

const isAbove = (value: Fraction, other: Fraction) => compare(value, other) > 0;
export const most = (a: Fraction, b: Fraction) => (isAbove(a, b) ? a : b);
export const least = (a: Fraction, b: Fraction) => (isAbove(a, b) ? b : a);
export const negative = (value: Fraction) => subtract(ZERO, value);
export const rounded = (value: Fraction, currency: string, mode: RoundingMode): Fraction => {
  const digits = digitsOf[currency] ?? 2;
  return unitsToFraction(roundToUnits(value, digits, mode), digits);
};
export const moneyText = (value: Fraction, currency: string): string => {
  const digits = digitsOf[currency] ?? 2;
  return unitsToText(roundToUnits(value, digits, 'DOWN'), digits);
};
const amountOf = ({ gross, collected }: Claim) => subtract(gross, collected);

/** Net, value-added tax and gross of what is payable; what the bank returned contains its tax already. */
export function vatOf(payable: Fraction, returned: Fraction, currency: string, { terms, rounding }: Due) {
  if (terms.vatPercent === null) return { net: payable, vat: ZERO, gross: payable };
  const base = most(ZERO, subtract(payable, returned));
  const rate = percent(terms.vatPercent);
  const share = terms.vatIncluded ? divide(rate, add(fraction('1'), rate)) : rate;
  const vat = rounded(multiply(base, share), currency, rounding);
  return terms.vatIncluded
    ? { net: subtract(payable, vat), vat, gross: payable }
    : { net: payable, vat, gross: add(payable, vat) };
}

export class Ledger {
  readonly accounts = new Map<string, Account>();
  readonly claims: Claim[] = [];

  account(agent: string, currency: string): Account {
    const key = `${agent}|${currency}`;
    const found = this.accounts.get(key);
    if (found) return found;
    const opened = { carried: ZERO, carriedReturned: ZERO, entries: [], adjustments: ZERO, deposit: ZERO };
    this.accounts.set(key, opened);
    return opened;
  }

  /** Payments that neither were made again nor are carried. */
  failed(agent: string, currency: string): Claim[] {
    return this.claims.filter(
      (claim) =>
        claim.agent === agent &&
        claim.currency === currency &&
        claim.state === 'FAILED' &&
        claim.kind !== 'DEPOSIT_REFUND',
    );
  }

  /** What the next statement would begin with, and how much of that was taxed before. */
  balance(agent: string, currency: string): { amount: Fraction; returned: Fraction } {
    const { carried, carriedReturned, entries } = this.account(agent, currency);
    const failed = this.failed(agent, currency).map(amountOf);
    return {
      amount: sum([carried, ...entries.map(({ amount }) => amount), ...failed]),
      returned: sum([carriedReturned, ...entries.map(({ returned }) => returned), ...failed]),
    };
  }

  /** What is owed by the agent in the books: what the last statement left, less what was paid off since. */
  receivable(agent: string, currency: string): Fraction {
    const { carried, entries } = this.account(agent, currency);
    const paidOff = entries.filter((entry) => entry.paidOff).map(({ amount }) => amount);
    return subtract(most(ZERO, negative(carried)), sum(paidOff));
  }

  statement(agent: string, currency: string, parts: Parts, { terms, rounding, isFinal }: Due): Expected {
    const { amount: opening, returned } = this.balance(agent, currency);
    const adjustments = add(parts.retro, this.account(agent, currency).adjustments);
    const before = sum([
      opening,
      parts.earned,
      parts.released,
      negative(parts.withheld),
      negative(parts.clawedBack),
      adjustments,
    ]);
    const reaches = isFinal || compare(before, fraction(terms.minimumPayout)) >= 0;
    const isPayable = isAbove(before, ZERO) && reaches;
    const base = isPayable ? most(ZERO, subtract(before, returned)) : ZERO;
    const tax = rounded(multiply(base, percent(terms.taxPercent)), currency, rounding);
    const closing = subtract(before, tax);
    const payable = isPayable ? closing : ZERO;
    return { ...parts, agent, currency, opening, returned, adjustments, tax, closing, payable };
  }

  /** A run was approved: its statements stand, and what moved the balance until now is in them. */
  approve(statements: readonly Expected[]): void {
    for (const account of this.accounts.values()) {
      account.carried = ZERO;
      account.carriedReturned = ZERO;
      account.entries = [];
      account.adjustments = ZERO;
    }
    for (const { agent, currency, closing, payable, returned, tax } of statements) {
      const account = this.account(agent, currency);
      account.carried = subtract(closing, payable);
      // taxed before, and not payable yet
      const left = most(ZERO, subtract(returned, add(closing, tax)));
      account.carriedReturned = compare(payable, ZERO) === 0 ? returned : left;
    }
    for (const claim of this.claims) {
      if (claim.state === 'FAILED' && claim.kind !== 'DEPOSIT_REFUND') claim.state = 'CARRIED';
    }
  }

  enter(agent: string, currency: string, amount: Fraction, { returned = ZERO, paidOff = false } = {}): void {
    this.account(agent, currency).entries.push({ amount, returned, paidOff });
  }

  /** The balance is paid out of turn, with what failed in it: that is not made again. */
  takeFailed(agent: string, currency: string): void {
    for (const claim of this.failed(agent, currency)) {
      claim.state = 'CARRIED';
      this.enter(agent, currency, amountOf(claim), { returned: amountOf(claim) });
    }
  }

  owe(claim: Pick<Claim, 'kind' | 'agent' | 'currency' | 'reference' | 'gross'>, rest: Partial<Claim> = {}): void {
    if (compare(claim.gross, ZERO) === 0) return;
    this.claims.push({
      ...claim,
      returned: ZERO,
      collected: ZERO,
      state: 'DUE',
      isConfirmed: true,
      lacksInvoice: false,
      ...rest,
    });
  }

  /** What a batch pays now, in its order. */
  payable(currency: string, isWanted: (agent: string) => boolean): Claim[] {
    const order = ({ agent, kind, reference }: Claim) => [agent, kind, reference].join('\n');
    return this.claims
      .filter((claim) => claim.currency === currency && (claim.state === 'DUE' || claim.state === 'FAILED'))
      .filter((claim) => claim.isConfirmed && !claim.lacksInvoice && isWanted(claim.agent))
      .sort((a, b) => Buffer.compare(Buffer.from(order(a)), Buffer.from(order(b))));
  }

  /** Claims go into a batch: what has its deposit to fill leaves some there, the first time. @returns what cancelling it takes. */
  instruct(claims: readonly Claim[], dueOf: (agent: string, currency: string) => Due | undefined): () => void {
    const undo: (() => void)[] = [];
    for (const claim of claims) {
      const account = this.account(claim.agent, claim.currency);
      const { state, collected } = claim;
      const due = dueOf(claim.agent, claim.currency);
      if (claim.kind === 'STATEMENT' && state === 'DUE' && due) {
        const base = subtract(claim.gross, claim.returned);
        const share = rounded(multiply(base, percent(due.terms.depositPercent)), claim.currency, due.rounding);
        const missing = subtract(fraction(due.terms.depositTarget), account.deposit);
        claim.collected = most(ZERO, least(least(share, missing), base));
      }
      const added = subtract(claim.collected, collected);
      account.deposit = add(account.deposit, added);
      claim.state = compare(amountOf(claim), ZERO) === 0 ? 'SET_OFF' : 'LIVE';
      undo.push(() => {
        account.deposit = subtract(account.deposit, added);
        Object.assign(claim, { state, collected });
      });
    }
    return () => {
      for (const each of undo) each();
    };
  }

  /** Neither paid nor carried: what of it is left to pay. */
  open(agent: string, currency: string): Fraction {
    const isOpen = ({ state }: Claim) => state === 'DUE' || state === 'LIVE' || state === 'FAILED';
    const own = this.claims.filter((claim) => claim.agent === agent && claim.currency === currency && isOpen(claim));
    return sum(own.map(amountOf));
  }
}
