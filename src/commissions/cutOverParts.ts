import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, formatMoney, minorUnitDigits, type RoundingMode } from '../money.ts';
import { lastDate, type Period, parsePeriod, shiftPeriod } from '../period.ts';
import type { Rejections } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import type { RateDefinition } from './definitions.ts';
import { bookLife, type LifeTerms, lifeTermsOf, shareParts } from './engine/life.ts';

// Of a subscription that opening positions name, the plan pays after the cut-over what it has not paid by then: by its own division
// of the whole (docs/commission.md §9.1), whatever the file says. So the file must say the same.

type UnpaidRow = { readonly row: number; readonly line: number; readonly instalment: number; readonly amount: string };

type Subscription = {
  readonly row: number;
  readonly line: number;
  readonly key: string;
  readonly agent_id: number;
  readonly rule_id: number | null;
  readonly currency: string;
  readonly paid: string;
  readonly started_on: string;
  readonly unpaid: readonly UnpaidRow[];
};

type Termination = { readonly agent_id: number; readonly from: string; readonly to: string | null };

/**
 * Rejects, row by row, UNPAID rows that are not the parts of (paid + unpaid) that the plan still pays after the cut-over's period, and
 * SUBSCRIPTION rows that lack one. Of components that pay by bills no part may be unpaid: which bills were paid is not known; the lines
 * of what was paid lose their rule, so that later bills pay nothing of it again. The rows are staged and otherwise good.
 */
export async function rejectMisdivided(
  transaction: Transaction,
  period: Period,
  rejections: Rejections,
): Promise<void> {
  const sql = rawSql(transaction);
  const terms = await loadTerms(transaction);
  const terminations = await sql<Termination[]>`
    select agent_id, valid_from as from, valid_to as to from agent_status where status = 'TERMINATED'
      and agent_id in (select agent_id from opening_staging)`;
  const subscriptions = sql<Subscription[]>`
    select own.row, own.line, own.key, own.agent_id, own.rule_id, own.currency, own.amount as paid, own.started_on::text, (
      select coalesce(json_agg(json_build_object('row', row, 'line', line, 'instalment', instalment, 'amount', amount::text)
        order by instalment), '[]') from opening_staging part where part.parent = own.row) as unpaid
    from opening_staging own where own.kind = 'SUBSCRIPTION' order by own.row`;
  for await (const batch of subscriptions.cursor(1000)) {
    for (const subscription of batch) {
      const found = terms.get(subscription.rule_id ?? 0);
      if (!found) continue;
      const ends = terminations.filter(({ agent_id }) => agent_id === subscription.agent_id);
      const faults = paysByBills(found) ? faultsOfBills(subscription) : faultsOf(subscription, found, period, ends);
      for (const { row, line, fault } of faults) await rejections.add(row, line, subscription.key, [fault]);
    }
  }
  const byBills = [...terms].filter(([, found]) => paysByBills(found)).map(([ruleId]) => ruleId);
  await sql`update opening_staging set rule_id = null where rule_id = any(${byBills}::integer[])`;
}

async function loadTerms(transaction: Transaction): Promise<ReadonlyMap<number, LifeTerms>> {
  type Row = { id: number; definition: RateDefinition; currency: string; rounding: RoundingMode };
  const rows = await rawSql(transaction)<Row[]>`
    select rule.id, part.definition, version.currency, version.rounding
    from rate_rule rule join plan_component part on part.id = rule.plan_component_id
    join plan_version version on version.id = part.version_id
    where rule.id in (select rule_id from opening_staging)`;
  return new Map(
    rows.map(({ id, definition, currency, rounding }) => [
      id,
      lifeTermsOf(definition, minorUnitDigits[currency] ?? 2, rounding),
    ]),
  );
}

const paysByBills = ({ parts }: LifeTerms) => parts.some(({ due }) => 'paidBill' in due);

type RowFault = Pick<UnpaidRow, 'row' | 'line'> & { readonly fault: Fault };

const unfit = (message: string): Fault => ({ column: 'amount', code: 'OPENING_UNFIT', message });

function faultsOfBills({ unpaid }: Subscription): RowFault[] {
  const message =
    'The component pays by paid bills, and those before the cut-over are not known. Give the amount as paid in the SUBSCRIPTION ' +
    'row (nothing more is then paid or taken back), or as BALANCE.';
  return unpaid
    .filter(({ amount }) => !new Decimal(amount).isZero())
    .map(({ row, line }) => ({ row, line, fault: unfit(message) }));
}

function faultsOf(
  subscription: Subscription,
  terms: LifeTerms,
  period: Period,
  terminations: readonly Termination[],
): RowFault[] {
  const { row, line, paid, unpaid } = subscription;
  const money = (amount: Decimal | string) => formatMoney(amount, terms.digits);
  const whole = unpaid.reduce((sum, { amount }) => sum.plus(amount), new Decimal(paid));
  const open = openParts(whole, subscription.started_on, terms, period, terminations);
  const parts = shareParts(whole, terms.parts, terms.digits).map(money).join(' + ');
  const why = `the plan divides ${money(whole)}, of which ${money(paid)} are paid, into ${parts}, and what is due by ${period} counts as paid.`;
  const wrong = unpaid.flatMap((part): RowFault[] => {
    const expected = open.get(part.instalment) ?? new Decimal(0);
    if (expected.eq(part.amount)) return [];
    const message = `Of part ${part.instalment} ${money(expected)} are unpaid, not ${money(part.amount)}: ${why}`;
    return [{ row: part.row, line: part.line, fault: unfit(message) }];
  });
  const given = new Set(unpaid.map(({ instalment }) => instalment));
  const missing = [...open]
    .filter(([instalment]) => !given.has(instalment))
    .map(([instalment, amount]): RowFault => {
      const message = `An UNPAID row of ${money(amount)} for part ${instalment} is missing: ${why}`;
      return { row, line, fault: unfit(message) };
    });
  return [...wrong, ...missing];
}

/** What is not paid out by the end of the cut-over's period, by part: as the line's life has it from then on. */
function openParts(
  whole: Decimal,
  date: string,
  terms: LifeTerms,
  period: Period,
  terminations: readonly Termination[],
): ReadonlyMap<number, Decimal> {
  const { withheld, periods } = bookLife({
    terms,
    amount: whole,
    date,
    originalAmount: whole,
    happenings: [],
    terminatedAtEndOf: (at) =>
      terminations.some(({ from, to }) => from <= lastDate(at) && (to === null || lastDate(at) < to)),
    // What a condition withheld for good was neither paid nor is it unpaid: it is not in the file.
    conditionHolds: () => true,
    until: lastPeriodOf(terms, date, period),
  });
  const released = new Set(periods.slice(1).flatMap((each) => each.released.map(({ instalment }) => instalment)));
  return new Map(
    withheld
      .filter(({ instalment }) => !released.has(instalment))
      .map(({ instalment, amount }) => [instalment, amount] as const),
  );
}

/** The cut-over's period, or an earlier one by whose end every part is due: old subscriptions have many months behind them. */
function lastPeriodOf({ parts }: LifeTerms, date: string, period: Period): Period {
  const own = parsePeriod(date.slice(0, 7));
  if (!own) throw new Error(`${date} is no date`);
  const months = parts.map(({ due }) => {
    if ('month' in due) return due.month;
    if ('holdbackMonths' in due) return due.holdbackMonths;
    return 'days' in due ? Math.ceil(due.days / 28) : 0;
  });
  const end = shiftPeriod(own, Math.max(...months));
  return end < period ? end : period;
}
