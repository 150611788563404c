import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Fate, openPart, type PartRule } from '../../src/accruals/openPart.ts';
import { bookLife, type Happening, type LifeInput, lifeTermsOf } from '../../src/commissions/engine/life.ts';
import { Decimal } from '../../src/money.ts';
import { type Period, shiftDate } from '../../src/period.ts';

// What is open at a month's end is what the engine would pay out then if the agent were terminated that day (docs/commission.md §9.3):
// everything that is not forfeited. By each part, for sales, churns, reactivations, refunds and bills at random.

const soldOn = '2026-03-10';
const until = '2026-06' as Period;

const due = fc.oneof(
  fc.record({ month: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ days: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ paidBill: fc.integer({ min: 1, max: 3 }) }),
);
const definition = fc.record(
  {
    instalments: fc
      .array(due, { minLength: 1, maxLength: 3 })
      .map((dues) => dues.map((each, index) => ({ ...each, percent: shares[dues.length - 1]?.[index] ?? '0' }))),
    holdback: fc.record({ percent: fc.constantFrom('10', '33.3'), months: fc.integer({ min: 1, max: 6 }) }),
    clawback: fc.record({
      events: fc.constantFrom(['CHURN', 'REFUND'] as const, ['REFUND'] as const, ['CHURN'] as const),
      method: fc.constant('FULL' as const),
      days: fc.integer({ min: 5, max: 120 }),
    }),
    reactivationDays: fc.integer({ min: 1, max: 60 }),
  },
  { requiredKeys: [] },
);
const shares = [['100'], ['50', '50'], ['33.3', '33.3', '33.4']];

const happening = fc.record({
  kind: fc.constantFrom('CHURN' as const, 'REACTIVATION' as const, 'REFUND' as const, 'BILL' as const),
  day: fc.integer({ min: 0, max: 112 }),
  amount: fc.integer({ min: 1, max: 4000 }),
});

it('is what the engine would pay out if the agent were terminated', () => {
  let open = 0;
  const check = fc.property(
    definition,
    fc.array(happening, { maxLength: 6 }),
    fc.integer({ min: -10_000, max: 10_000 }),
    (terms, happened, cents) => {
      const rule: PartRule = { definition: { ...terms, onBill: true }, digits: 2, rounding: 'HALF_UP' };
      const amount = new Decimal(cents).div(100);
      const happenings = [...happened]
        .sort((a, b) => a.day - b.day)
        .map(({ kind, day, amount: refunded }, index): Happening => {
          const base = { id: String(index), date: shiftDate(soldOn, day) };
          return kind === 'REFUND' ? { ...base, kind, amount: new Decimal(refunded).div(100) } : { ...base, kind };
        });
      const input: LifeInput = {
        terms: lifeTermsOf(rule.definition, rule.digits, rule.rounding),
        amount,
        date: soldOn,
        originalAmount: new Decimal(100),
        happenings,
        terminatedAtEndOf: () => false,
        conditionHolds: () => true,
        until,
      };
      const booked = bookLife(input);
      const ended = bookLife({ ...input, terminatedAtEndOf: (period) => period === until });
      const paid = new Set(booked.periods.flatMap(({ released }) => released.map(({ instalment }) => instalment)));
      const expected = new Map(
        (ended.periods.at(-1)?.released ?? [])
          .filter(({ instalment }) => !paid.has(instalment))
          .map((part) => [part.instalment, part.amount.toFixed(2)]),
      );
      const later = new Set(booked.periods.slice(1).flatMap(({ released }) => released.map((part) => part.instalment)));
      const fates = happenings.flatMap((each): Fate[] => {
        if (each.kind === 'REFUND') return [{ kind: each.kind, date: each.date, amount: each.amount }];
        if (each.kind !== 'CHURN' && each.kind !== 'REACTIVATION') return [];
        return [{ kind: each.kind, date: each.date, amount: new Decimal(0) }];
      });
      const found = booked.withheld
        .filter(({ instalment }) => !later.has(instalment))
        .flatMap(({ instalment, amount: withheld }): [number, string][] => {
          const part = { instalment, withheld, whole: amount, date: soldOn, originalAmount: new Decimal(100), fates };
          const left = openPart(part, rule, until);
          return left ? [[instalment, left.amount.toFixed(2)]] : [];
        });
      open += found.length;
      expect(found).toEqual([...expected].sort(([a], [b]) => a - b));
    },
  );
  fc.assert(check, { numRuns: 3000, seed: 7 });
  expect(open).toBeGreaterThan(500);
});
