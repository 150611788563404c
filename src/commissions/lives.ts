import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { Decimal } from '../money.ts';
import { endDate } from '../period.ts';
import { type LifeTerms, shareParts } from './engine/life.ts';
import {
  type Catalogue,
  type DuePart,
  dueDateCondition,
  duePartsOf,
  loadCatalogue,
  reachOf,
  wholeWeights,
} from './livesCatalogue.ts';
import { followLosses, replayLives } from './livesReplay.ts';
import {
  agentCondition,
  lifeTables,
  loadReach,
  localDateOf,
  metricHolds,
  type Reach,
  writeTouched,
} from './livesTouched.ts';
import { lineColumns, type Scope } from './scope.ts';

// Instalments, holdbacks and clawbacks of a period (docs/commission.md §9). Lines whose life is a matter of dates alone are
// withheld and released by one statement each; the others are booked one by one. Nothing is remembered but booked lines.

/**
 * Adds to the scope's lines what the period books for its own event lines and those of earlier periods: WITHHOLDING, RELEASE,
 * CLAWBACK, and the CLAWBACK of overrides that follow them. EARNING, CAP and OVERRIDE lines must be there.
 */
export async function bookLives(transaction: Transaction, scope: Scope): Promise<void> {
  const catalogue = await loadCatalogue(transaction, scope);
  if (catalogue.kinds.length === 0 && !catalogue.hasOverrides) return;
  const dueParts = duePartsOf(catalogue.kinds, scope.period);
  const reach = await loadReach(transaction, scope, dueParts, reachOf(catalogue.kinds, scope.period));
  // Planned as if no line were a CAP, each line would be compared with all
  await rawSql(transaction).unsafe(`analyze ${scope.tables.lines}`);
  await writeRules(transaction, scope, catalogue);
  await writeDueParts(transaction, scope, catalogue, dueParts);
  await writeTouched(transaction, scope, catalogue, reach);
  // Before the replays add lines of their own
  await withhold(transaction, scope, catalogue);
  await release(transaction, scope, dueParts, reach);
  await replayLives(transaction, scope, catalogue, reach);
  await followLosses(transaction, scope, catalogue);
  await rawSql(transaction).unsafe(`drop table if exists ${Object.values(lifeTables(scope)).join(', ')}`);
}

async function writeRules(transaction: Transaction, scope: Scope, { kindByRule }: Catalogue): Promise<void> {
  const { rules } = lifeTables(scope);
  await rawSql(transaction).unsafe(
    `create unlogged table ${rules} (rule_id integer primary key, kind integer not null)`,
  );
  await copyRows(transaction, rules, kindByRule);
  await rawSql(transaction).unsafe(`analyze ${rules}`);
}

async function writeDueParts(
  transaction: Transaction,
  scope: Scope,
  { kindByRule }: Catalogue,
  dueParts: readonly DuePart[],
): Promise<void> {
  const { due } = lifeTables(scope);
  await rawSql(transaction).unsafe(
    `create unlogged table ${due} (rule_id integer, instalment smallint, period text, days integer, metric text,
       at_least numeric, below numeric)`,
  );
  const rows = [...kindByRule].flatMap(([ruleId, kind]) =>
    dueParts
      .filter((part) => part.kind === kind)
      .map(({ instalment, period, days, condition }): CopyValue[] => [
        ruleId,
        instalment,
        period,
        days ?? null,
        condition?.metric ?? null,
        condition?.atLeast ?? null,
        condition?.below ?? null,
      ]),
  );
  await copyRows(transaction, due, rows);
  await rawSql(transaction).unsafe(`analyze ${due}`);
}

/** A' of each EARNING line of the scope that lives and that nothing but dates touches. */
function untouchedLines(scope: Scope, hasCaps: boolean): string {
  const { rules, touched } = lifeTables(scope);
  const cut = hasCaps
    ? `left join ${scope.tables.lines} cut on cut.kind = 'CAP' and cut.source_agent_id is null
         and cut.cause_id = line.cause_id and cut.component_id = line.component_id
         and cut.agent_id = line.agent_id and cut.role = line.role`
    : '';
  return `select line.*, line.amount ${hasCaps ? '+ coalesce(cut.amount, 0)' : ''} as net, rule.kind as life
    from ${scope.tables.lines} line join ${rules} rule on rule.rule_id = line.rule_id ${cut}
    where line.kind = 'EARNING' and not exists (select from ${touched} touched where touched.event_id = line.cause_id)`;
}

/** Withholds what is not due by the end of the period: one line for each part of an amount (§9.7). */
async function withhold(transaction: Transaction, scope: Scope, { kinds }: Catalogue): Promise<void> {
  const waiting = kinds.flatMap(({ terms }, life) =>
    isAtOnce(terms) ? [] : [{ life, terms, ...wholeWeights(terms) }],
  );
  if (waiting.length === 0) return;
  const lines = untouchedLines(scope, await hasCaps(transaction, scope));
  await writeParts(transaction, scope, waiting, lines);
  const hasDays = waiting.some(({ terms }) => terms.parts.some(({ due }) => 'days' in due));
  const dueDate = `${localDateOf(scope, 'event.occurred_at')} + part.days`;
  await rawSql(transaction).unsafe(
    `insert into ${scope.tables.lines} (${lineColumns})
     select line.run_id, line.component_id, 'WITHHOLDING', line.cause_id, line.agent_id, line.role, line.rule_id, line.net, 1, 1,
            -part.amount, line.currency, null, part.instalment, null, null, null
     from (${lines}) line
     join ${lifeTables(scope).parts} part on part.life = line.life and part.whole = line.net
     ${hasDays ? 'join sales_event event on event.id = line.cause_id' : ''}
     ${hasDays ? `where part.days is null or ${dueDate} >= '${endDate(scope.period)}'` : ''}`,
  );
}

/**
 * Makes the table of what each amount that occurs among `lines` has not paid at once. How units left over fall depends only on what
 * remains of the amount when it is divided by the sum of the weights: those few remainders are shared here, amounts by the database.
 */
async function writeParts(
  transaction: Transaction,
  scope: Scope,
  waiting: readonly Waiting[],
  lines: string,
): Promise<void> {
  const sql = rawSql(transaction);
  const { amounts, remainders, parts } = lifeTables(scope);
  const totals = waiting.map(({ life, terms, total }) => `(${life}, ${total}, ${10 ** terms.digits})`).join(', ');
  await sql.unsafe(
    `create unlogged table ${amounts} as
     select amount.*, mod(abs(amount.net) * total.scale, total.total) as remainder
     from (select life, net from (${lines}) line group by life, net) amount
     join (values ${totals}) total (life, total, scale) on total.life = amount.life`,
  );
  const found = await sql.unsafe<{ life: number; remainder: string }[]>(
    `select distinct life, remainder from ${amounts}`,
  );
  const byLife = new Map(waiting.map((kind) => [kind.life, kind]));
  await sql.unsafe(
    `create unlogged table ${remainders} (life integer, remainder numeric, instalment smallint, weight numeric, extra numeric,
       total numeric, scale numeric, unit numeric, days integer)`,
  );
  const rows = found.flatMap(({ life, remainder }) => {
    const kind = byLife.get(life);
    return kind ? partRows(kind, new Decimal(remainder)) : [];
  });
  await copyRows(transaction, remainders, rows);
  await sql.unsafe(
    `create unlogged table ${parts} as
     select * from (
       select amount.life, amount.net as whole, part.instalment, part.days,
              sign(amount.net) * (div(abs(amount.net) * part.scale, part.total) * part.weight + part.extra) * part.unit as amount
       from ${amounts} amount join ${remainders} part on part.life = amount.life and part.remainder = amount.remainder) part
     where amount <> 0`,
  );
  await sql.unsafe(`analyze ${parts}`);
}

async function hasCaps(transaction: Transaction, scope: Scope): Promise<boolean> {
  const [row] = await rawSql(transaction).unsafe<{ exist: boolean }[]>(
    `select exists (select from ${scope.tables.lines} where kind = 'CAP') as exist`,
  );
  return row?.exist ?? false;
}

function isAtOnce({ parts }: LifeTerms): boolean {
  return parts.every(({ due }) => 'month' in due && due.month === 0);
}

type Waiting = { readonly life: number; readonly terms: LifeTerms; readonly weights: bigint[]; readonly total: bigint };

/** The parts not paid at once, of all amounts that leave `remainder` minor units. */
function partRows({ life, terms, weights, total }: Waiting, remainder: Decimal): CopyValue[][] {
  const unit = new Decimal(10).pow(-terms.digits);
  const extras = shareParts(remainder.times(unit), terms.parts, terms.digits);
  return terms.parts.flatMap(({ due }, index): CopyValue[][] => {
    if ('month' in due && due.month === 0) return [];
    const extra = (extras[index] ?? new Decimal(0)).div(unit);
    return [
      [
        life,
        remainder.toFixed(),
        index + 1,
        String(weights[index] ?? 0n),
        extra.toFixed(),
        String(total),
        new Decimal(1).div(unit).toFixed(),
        unit.toFixed(),
        'days' in due ? due.days : null,
      ],
    ];
  });
}

/** Releases what falls due by date, of lines that nothing else touches: what was withheld then, whole (§9.2). */
async function release(
  transaction: Transaction,
  scope: Scope,
  dueParts: readonly DuePart[],
  { duePeriods }: Reach,
): Promise<void> {
  if (duePeriods.length === 0) return;
  const { due, touched } = lifeTables(scope);
  const hasDays = dueParts.some(({ days }) => days !== undefined);
  const hasConditions = dueParts.some(({ condition }) => condition !== undefined);
  const date = localDateOf(scope, 'event.occurred_at');
  await rawSql(transaction).unsafe(
    `insert into ${scope.tables.lines} (${lineColumns})
     select ${scope.runId}, line.component_id, 'RELEASE', line.cause_id, line.agent_id, line.role, line.rule_id, line.base, 1, 1,
            -line.amount, line.currency, null, line.instalment, null, null, null
     from ${scope.ledger.lines(duePeriods)} line
     join ${due} due on due.rule_id = line.rule_id and due.instalment = line.instalment and due.period = line.period
     ${hasDays ? 'left join sales_event event on due.days is not null and event.id = line.cause_id' : ''}
     where line.kind = 'WITHHOLDING' and ${agentCondition(scope, 'line.agent_id')}
       and not exists (select from ${touched} touched where touched.event_id = line.cause_id)
       ${hasDays ? `and (due.days is null or ${dueDateCondition(date, 'due.days', scope.period)})` : ''}
       ${hasConditions ? `and (due.metric is null or ${metricHolds(scope, 'line.agent_id')})` : ''}`,
  );
}
