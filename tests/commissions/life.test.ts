import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateDefinition } from '../../src/commissions/definitions.ts';
import {
  bookLife,
  followedLoss,
  type Happening,
  type LifeInput,
  lifeTermsOf,
  partsOf,
  shareParts,
} from '../../src/commissions/engine/life.ts';
import { Decimal, type RoundingMode } from '../../src/money.ts';
import type { Period } from '../../src/period.ts';

// The life of a line of 100.00, earned on 2026-10-10, but for what a case says. Its n-th happening is h1, h2 …

type LifeDefinition = Pick<RateDefinition, 'instalments' | 'holdback' | 'clawback' | 'onBill' | 'reactivationDays'>;
type Case = {
  readonly name: string;
  readonly definition: LifeDefinition;
  readonly amount?: string;
  readonly date?: string;
  readonly original?: string;
  readonly digits?: number;
  readonly rounding?: RoundingMode;
  readonly happened?: readonly string[];
  readonly terminated?: readonly string[];
  readonly failing?: readonly string[];
  readonly expected: readonly string[];
  readonly lost: string;
};

const cases = JSON.parse(readFileSync(new URL('../cases/lineLife.json', import.meta.url), 'utf8')) as Case[];

function asHappening(text: string, index: number): Happening {
  const [kind, date = '', rest = ''] = text.split(' ');
  const id = `h${index + 1}`;
  if (kind === 'REFUND') return { id, kind, date, amount: new Decimal(rest) };
  if (kind === 'PAYMENT') return { id, kind, date, billId: rest };
  return { id, kind: kind as 'CHURN' | 'REACTIVATION' | 'BILL', date };
}

function inputOf(given: Omit<Case, 'name' | 'expected' | 'lost'>): LifeInput {
  return {
    terms: lifeTermsOf(given.definition, given.digits ?? 2, given.rounding ?? 'HALF_UP'),
    amount: new Decimal(given.amount ?? '100'),
    date: given.date ?? '2026-10-10',
    originalAmount: new Decimal(given.original ?? '100'),
    happenings: (given.happened ?? []).map(asHappening),
    terminatedAtEndOf: (period) => given.terminated?.includes(period) ?? false,
    conditionHolds: (period) => !given.failing?.includes(period),
    until: '2027-12' as Period,
  };
}

function booked(input: LifeInput): string[] {
  const { withheld, periods } = bookLife(input);
  const own = periods[0]?.period;
  return [
    ...withheld.map(({ instalment, amount }) => `${own} WITHHOLDING ${instalment} ${amount.negated().toFixed()}`),
    ...periods.flatMap(({ period, released, clawbacks }) => [
      ...clawbacks.map(({ causeId, amount }) => `${period} CLAWBACK ${causeId} ${amount.toFixed()}`),
      ...(period === own ? [] : released).map(
        ({ instalment, amount }) => `${period} RELEASE ${instalment} ${amount.toFixed()}`,
      ),
    ]),
  ];
}

describe('the life of a line', () => {
  it.each(cases)('$name', (given) => {
    const input = inputOf(given);
    expect(booked(input)).toEqual(given.expected);
    expect(bookLife(input).periods.at(-1)?.lost.toFixed()).toBe(given.lost);
  });

  it('says what was the last in a period that it felt', () => {
    const happened = [
      'REFUND 2026-11-02 10',
      'CHURN 2026-11-20',
      'CHURN 2026-11-21',
      'REFUND 2026-11-22 10',
      'CHURN 2026-12-01',
    ];
    const causes = (definition: LifeDefinition) =>
      bookLife(inputOf({ definition, happened }))
        .periods.slice(0, 3)
        .map(({ lastCauseId }) => lastCauseId);
    expect(causes({})).toEqual([undefined, 'h2', undefined]);
    expect(causes({ clawback: { events: ['REFUND'], method: 'FULL', months: 2 } })).toEqual([
      undefined,
      'h4',
      undefined,
    ]);
  });
});

const someHappening = fc.record({
  kind: fc.constantFrom('CHURN', 'REACTIVATION', 'REFUND', 'PAYMENT'),
  day: fc.integer({ min: 0, max: 400 }),
  amount: fc.integer({ min: 0, max: 30 }),
});
const someLife = fc.record({
  amount: fc.integer({ min: 0, max: 100_000 }),
  method: fc.constantFrom<('FULL' | 'PRO_RATA')[]>('FULL', 'PRO_RATA'),
  percents: fc.constantFrom(['100'], ['50', '50'], ['33.3', '33.3', '33.4'], ['0', '70', '30']),
  dues: fc.array(fc.constantFrom({ month: 0 }, { month: 2 }, { days: 17 }, { paidBill: 2 }), {
    minLength: 3,
    maxLength: 3,
  }),
  held: fc.constantFrom('0', '12.5', '100'),
  happened: fc.array(someHappening, { maxLength: 6 }),
  terminated: fc.boolean(),
});

describe('whatever happens', () => {
  it('what was paid out is what was earned less what was lost, and never below 0', () => {
    fc.assert(
      fc.property(someLife, (life) => {
        const instalments = life.percents.map((percent, index) => ({ percent, ...(life.dues[index] ?? { month: 0 }) }));
        const amount = new Decimal(life.amount).div(100);
        const happened = [...life.happened]
          .sort((a, b) => a.day - b.day)
          .map(({ kind, day, amount: refunded }, index) => {
            const date = new Date(Date.UTC(2026, 9, 10 + day)).toISOString().slice(0, 10);
            return `${kind} ${date} ${kind === 'REFUND' ? Math.min(refunded, 16) : `b${index}`}`;
          });
        const { withheld, periods } = bookLife(
          inputOf({
            amount: amount.toFixed(),
            happened,
            terminated: life.terminated ? ['2027-12'] : [],
            definition: {
              instalments,
              holdback: { percent: life.held, months: 5 },
              clawback: { events: ['CHURN', 'REFUND'], method: life.method, months: 9 },
              reactivationDays: 100,
            },
          }),
        );
        let paid = amount.minus(sum(withheld));
        for (const [index, { released, clawbacks }] of periods.entries()) {
          paid = paid.plus(sum(clawbacks)).plus(index === 0 ? 0 : sum(released));
          expect(paid.gte(0) && paid.lte(amount)).toBe(true);
        }
        const lost = periods.at(-1)?.lost ?? amount;
        // A bill that is never paid leaves its part unpaid, unless the agent is settled.
        if (life.terminated) expect(paid.plus(lost).toFixed()).toBe(amount.toFixed());
        else expect(paid.plus(lost).lte(amount)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('parts add up to the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 0, max: 100 }), (units, held) => {
        const thirds = ['33.33', '33.33', '33.34'].map((percent, month) => ({ percent, month }));
        const parts = partsOf({ instalments: thirds, holdback: { percent: String(held), months: 1 } });
        const amount = new Decimal(units).div(100);
        expect(sum(shareParts(amount, parts, 2).map((part) => ({ amount: part }))).toFixed()).toBe(amount.toFixed());
      }),
    );
  });
});

function sum(amounts: readonly { readonly amount: Decimal }[]): Decimal {
  return amounts.reduce((total, { amount }) => total.plus(amount), new Decimal(0));
}

describe('an override follows its child', () => {
  it.each([
    // 40 of 100 lost: 5.05 · 0.4 = 2.02
    ['5.05', '40', '100', '2.02'],
    // A third of 0.05 is 0.0166…
    ['0.05', '1', '3', '0.02'],
    ['5', '0', '100', '0'],
    // Nothing was earned: nothing can be lost
    ['5', '0', '0', '0'],
  ])('%s, %s of %s lost: %s', (own, lost, whole, expected) => {
    const result = followedLoss(new Decimal(own), new Decimal(lost), new Decimal(whole), 2, 'HALF_UP');
    expect(result.toFixed()).toBe(expected);
  });
});
