import { calculatePeriod } from '../../src/commissions/close.ts';
import type { RunSummary } from '../../src/commissions/runs.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { canonicalDecimal, compareBytes, Decimal, formatMoney, minorUnitDigits } from '../../src/money.ts';
import { type Period, previousPeriod } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { parseProgramme } from '../../src/programme/read.ts';
import type { ProgrammeInput } from '../../src/programme/schema.ts';
import type { SalesEventType } from '../../src/sales/eventTypes.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { clamp, divide, fraction, toText } from '../oracle/fraction.ts';
import type {
  Agent,
  Component,
  Line,
  OracleInput,
  OracleOutput,
  Pool,
  PoolResult,
  SalesEvent,
  Statement,
  Unpaid,
} from '../oracle/model.ts';

// Carries an oracle's input into a database through the services, lets the engine calculate it, and reads the result back
// in the oracle's words.

const clerk = localActor('clerk');
const afterEverything = new Date('2027-01-01T00:00:00Z');

type InputPlan = NonNullable<ProgrammeInput['plans']>[number];
type InputPlanVersion = NonNullable<InputPlan['versions']>[number];
type InputComponent = InputPlanVersion['components'][number];
type InputPoolVersion = NonNullable<NonNullable<ProgrammeInput['pools']>[number]['versions']>[number];

/** Why a programme cannot say what the input says; undefined where it can. */
export function inexpressible(input: OracleInput): string | undefined {
  if (input.exchangeRates.length > 0) return 'exchange rates do not exist yet';
  if (input.pools.some((pool) => pool.plans !== undefined)) return 'a pool cannot be filtered by plan yet';
  return undefined;
}

const named = (codes: Iterable<string | undefined>) =>
  [...new Set(codes)].filter((code) => code !== undefined).map((code) => ({ code, name: code }));

/** The input's world as a programme: everything but events, openings and what pools carried in. */
function programmeOf(input: OracleInput): ProgrammeInput {
  const rules = input.plans.flatMap(({ versions }) =>
    versions.flatMap(({ components }) => components.flatMap((component) => component.rules)),
  );
  const currency = input.plans[0]?.versions[0]?.currency ?? input.pools[0]?.currency ?? 'CNY';
  return {
    operator: { code: 'OP', name: 'Operator', timeZone: input.timeZone, currency },
    regions: input.regions.map((region) => ({ ...region, name: region.code })),
    channelTypes: named([
      ...input.agents.map((agent) => agent.channelType),
      ...input.pools.flatMap((pool) => pool.channelTypes ?? []),
      ...rules.map((rule) => rule.match.channelType),
    ]),
    productCategories: named(input.products.map((product) => product.category)),
    products: input.products.map((product) => ({ ...product, name: product.code })),
    segments: named([...input.events.map((event) => event.segment), ...rules.map((rule) => rule.match.segment)]),
    campaigns: named([...input.events.map((event) => event.campaign), ...rules.map((rule) => rule.match.campaign)]).map(
      (campaign) => ({ ...campaign, startsOn: '2020-01-01' }),
    ),
    tiers: input.tiers.map((tier, rank) => ({ ...tier, name: tier.code, rank })),
    plans: input.plans.map((plan) => ({
      code: plan.code,
      name: plan.code,
      versions: plan.versions.map(({ components, ...version }) => ({
        ...version,
        components: components.length > 0 ? components.map(componentOf) : [paysNothing],
      })),
    })),
    pools: input.pools.map((pool) => ({ code: pool.code, name: pool.code, versions: [poolVersionOf(pool)] })),
    agents: input.agents.map((agent) => ({
      code: agent.code,
      name: agent.code,
      channelType: agent.channelType,
      tier: agent.tiers,
      region: agent.regions,
      status: withoutGaps(agent.statuses),
    })),
    agreements: input.agreements,
  };
}

/** A version of a programme has components, so one that has none gets one of a type that never earns. */
const paysNothing: InputComponent = {
  code: 'NOTHING',
  name: 'Nothing',
  kind: 'RATE',
  events: ['CHURN'],
  rules: [{ flat: '0' }],
};

function componentOf({ code, events, base, multiplyByTier, rules }: Component): InputComponent {
  return {
    code,
    name: code,
    kind: 'RATE',
    events: events as SalesEventType[],
    base: base.toUpperCase() as Uppercase<typeof base>,
    multiplyBy: multiplyByTier ? ['TIER'] : [],
    rules: rules.map(({ match, min, max, ...rule }) => ({
      ...rule,
      ...match,
      event: match.event as SalesEventType | undefined,
      minimum: min,
      maximum: max,
    })),
  };
}

/**
 * A fixed fund with an eligible base is, for a programme, 0 percent of that base raised to the fixed amount: only a percent
 * fund has a base there, and so a threshold.
 */
function poolVersionOf(pool: Pool): InputPoolVersion {
  const { fixed, percent = '0', base = 'amount', events } = pool.fund;
  const isRaised = fixed !== undefined && events !== undefined;
  const raised = isRaised ? toText(clamp(fraction(fixed), pool.min, pool.max)) : undefined;
  return {
    from: pool.from,
    to: pool.to,
    currency: pool.currency,
    rounding: pool.rounding,
    fund:
      events === undefined
        ? { fixed: fixed ?? '0' }
        : {
            percent: isRaised ? '0' : percent,
            of: base === 'quantity' ? 'QUANTITY' : 'AMOUNT',
            events: events as SalesEventType[],
          },
    threshold:
      pool.thresholdPercent === undefined || pool.target === undefined
        ? undefined
        : { target: pool.target, percent: pool.thresholdPercent },
    minimum: raised ?? pool.min,
    maximum: raised ?? pool.max,
    reservePercent: pool.reservePercent,
    weight: pool.weights.map(({ factor, events: counted = [] }) =>
      factor === 'TIER_MULTIPLIER' ? { factor } : { factor, events: counted as SalesEventType[] },
    ),
    remainder: pool.remainder,
    channelTypes: pool.channelTypes,
  };
}

/** For the oracle a day that no status covers is ACTIVE; a programme says so. */
function withoutGaps(statuses: Agent['statuses']): Agent['statuses'] {
  const sorted = [...statuses].sort((a, b) => (a.from < b.from ? -1 : 1));
  const filled: Agent['statuses'] = [];
  let covered: string | undefined = '2000-01-01';
  for (const entry of sorted) {
    if (covered !== undefined && covered < entry.from) filled.push({ status: 'ACTIVE', from: covered, to: entry.from });
    filled.push(entry);
    covered = entry.to;
  }
  if (covered !== undefined) filled.push({ status: 'ACTIVE', from: covered });
  return filled;
}

/** The input's events as a client of the API sends them. */
function eventsOf(input: OracleInput): EventInput[] {
  return input.events.map((event: SalesEvent) => ({
    source: event.source,
    externalId: event.externalId,
    type: event.type,
    occurredAt: event.occurredAt,
    agentCode: event.agent,
    productCode: event.product,
    quantity: event.quantity,
    amount: event.amount,
    currency: event.currency,
    regionCode: event.region,
    segment: event.segment,
    contractMonths: event.contractMonths?.toString(),
    monthlyFee: event.monthlyFee,
    campaignCode: event.campaign,
    cost: event.cost,
    originalExternalId: event.original,
    credits: event.credits?.map(({ agent, role, share }) => `${agent}:${role}:${share}`).join('|'),
  }));
}

/** Loads the input into an empty, migrated database. The period before it is approved, with its openings and remainders. */
async function loadInput(databases: Databases, input: OracleInput): Promise<void> {
  await databases.owner.transaction(async (transaction) => {
    await applyProgramme(transaction, clerk, afterEverything, parseProgramme(programmeOf(input)));
    const imported = await importEventBatch(transaction, clerk, afterEverything, eventsOf(input), { atomic: true });
    if (imported.acceptedCount !== input.events.length) throw new Error(JSON.stringify(imported.rejections));
    await approvePeriodBefore(transaction, input);
  });
}

async function approvePeriodBefore(transaction: Transaction, input: OracleInput): Promise<void> {
  const sql = rawSql(transaction);
  const period = previousPeriod(input.period as Period);
  const [run] = await sql<{ id: number }[]>`
    insert into commission_run (period, status, calculated_by, approved_by, started_at)
    values (${period}, 'APPROVED', 'one', 'other', ${afterEverything.toISOString()}) returning id`;
  if (!run) throw new Error('no run');
  for (const { agent, currency, amount } of input.openings) {
    await sql`
      insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
      select ${run.id}, agent.id, ${currency}, ${amount}::numeric, 0, ${amount}::numeric, 0, 0, '' from agent where code = ${agent}`;
  }
  for (const { code, carriedIn } of input.pools) {
    if (new Decimal(carriedIn).isZero()) continue;
    await sql`
      insert into run_pool (run_id, pool_id, pool_version_id, base, fund, carried_in, weight_total, member_count, shared, remainder, carried_out)
      select ${run.id}, pool.id, version.id, 0, ${carriedIn}::numeric, 0, 0, 0, 0, ${carriedIn}::numeric, ${carriedIn}::numeric
      from pool join pool_version version on version.pool_id = pool.id where pool.code = ${code}`;
  }
}

/** What the engine made of an input, in the oracle's words and order. */
export type EngineOutput = Pick<OracleOutput, 'lines' | 'pools' | 'statements' | 'unpaid'> & {
  readonly totals: Pick<OracleOutput['totals'], 'components' | 'currencies'> & { readonly unreadCount: number };
};

/** Loads an input into an empty database and lets the engine calculate its period. */
export async function runEngine(databases: Databases, input: OracleInput): Promise<EngineOutput> {
  await loadInput(databases, input);
  const run = await calculatePeriod(databases, clerk, input.period as Period, afterEverything);
  return readOutput(databases, run);
}

/** Reads a run back by natural keys. Statements of nothing but zeros are left out, as the oracle has none. */
export async function readOutput(databases: Databases, run: RunSummary): Promise<EngineOutput> {
  const pools = await readPools(databases, run);
  return {
    lines: await readLines(databases, run, pools),
    pools,
    statements: (await readStatements(databases, run)).filter((row) => Number(row.opening) || Number(row.earned)),
    unpaid: await readUnpaid(databases, run),
    totals: {
      components: sums(run, ({ component, currency }) => `${component}\t${currency}`).map(
        ([key, currency, amount]) => ({
          component: key.split('\t', 1)[0] ?? '',
          currency,
          amount,
        }),
      ),
      currencies: sums(run, ({ currency }) => currency).map(([, currency, amount]) => ({ currency, amount })),
      unreadCount: run.unreadCount,
    },
  };
}

const money = (amount: string, currency: string) => formatMoney(amount, minorUnitDigits[currency] ?? 2);

/** Amounts of the run's totals by some key, in the order of its bytes: [key, currency, amount]. */
function sums(run: RunSummary, keyOf: (total: RunSummary['totals'][number]) => string): [string, string, string][] {
  const amounts = new Map<string, { currency: string; amount: Decimal }>();
  for (const total of run.totals) {
    const amount = (amounts.get(keyOf(total))?.amount ?? new Decimal(0)).plus(total.amount);
    amounts.set(keyOf(total), { currency: total.currency, amount });
  }
  return [...amounts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, { currency, amount }]) => [key, currency, money(amount.toFixed(), currency)]);
}

async function readLines(databases: Databases, run: RunSummary, pools: readonly PoolResult[]): Promise<Line[]> {
  type Row = Omit<Line, 'kind'> & { kind: 'EARNING' | 'POOL'; share: string };
  const rows = await databases.owner.$client<Row[]>`
    select component.code as component, coalesce(plan.code, '') as plan, line.kind,
           case line.kind when 'EARNING' then event.source || ':' || event.external_id else component.code end as cause,
           agent.code as agent, line.role, coalesce(rule.code, '') as rule, line.base, line.share, line.factor, line.amount,
           line.currency
    from commission_line line
    join component on component.id = line.component_id
    join agent on agent.id = line.agent_id
    left join plan on plan.id = component.plan_id
    left join rate_rule rule on rule.id = line.rule_id
    left join sales_event event on line.kind = 'EARNING' and event.id = line.cause_id
    where line.run_id = ${run.id}
    order by line.kind desc, component.code collate "C",
             case line.kind when 'EARNING' then event.source || ':' || event.external_id else component.code end collate "C", agent.code collate "C", line.role collate "C",
             plan.code collate "C"`;
  return rows.map(({ share, kind, ...row }): Line => {
    const amount = money(row.amount, row.currency);
    if (kind === 'EARNING') {
      const factor = canonicalDecimal(new Decimal(share).times(row.factor));
      return { ...row, kind: 'RATE', base: canonicalDecimal(row.base), factor, amount };
    }
    const pool = pools.find(({ code }) => code === row.component);
    if (!pool) throw new Error(`no result of pool ${row.component}`);
    const base = money(new Decimal(pool.fund).plus(pool.carriedIn).toFixed(), row.currency);
    const factor = toText(divide(fraction(canonicalDecimal(row.base)), fraction(pool.weightTotal)));
    return { ...row, kind, role: '', base, factor, amount };
  });
}

async function readPools(databases: Databases, run: RunSummary): Promise<PoolResult[]> {
  const rows = await databases.owner.$client<PoolResult[]>`
    select pool.code, version.currency, result.base, result.fund, result.carried_in as "carriedIn",
           result.weight_total as "weightTotal", result.shared as paid, result.remainder, result.carried_out as "carriedOver"
    from run_pool result join pool on pool.id = result.pool_id join pool_version version on version.id = result.pool_version_id
    where result.run_id = ${run.id} order by pool.code collate "C"`;
  return rows.map((row) => ({
    code: row.code,
    currency: row.currency,
    base: canonicalDecimal(row.base),
    fund: money(row.fund, row.currency),
    carriedIn: money(row.carriedIn, row.currency),
    weightTotal: canonicalDecimal(row.weightTotal),
    paid: money(row.paid, row.currency),
    remainder: money(row.remainder, row.currency),
    carriedOver: money(row.carriedOver, row.currency),
  }));
}

async function readStatements(databases: Databases, run: RunSummary): Promise<Statement[]> {
  const rows = await databases.owner.$client<Statement[]>`
    select agent.code as agent, statement.currency, statement.opening, statement.earned, statement.closing,
           statement.payable, statement.closing - statement.payable as "nextOpening"
    from statement join agent on agent.id = statement.agent_id
    where statement.run_id = ${run.id} order by agent.code collate "C", statement.currency`;
  return rows.map((row) => ({
    agent: row.agent,
    currency: row.currency,
    opening: money(row.opening, row.currency),
    earned: money(row.earned, row.currency),
    closing: money(row.closing, row.currency),
    payable: money(row.payable, row.currency),
    nextOpening: money(row.nextOpening, row.currency),
  }));
}

async function readUnpaid(databases: Databases, run: RunSummary): Promise<Unpaid[]> {
  const rows = await databases.owner.$client<Unpaid[]>`
    select event.source, event.external_id as "externalId", agent.code as agent, unpaid.role, unpaid.reason
    from unpaid_event unpaid join sales_event event on event.id = unpaid.event_id join agent on agent.id = unpaid.agent_id
    where unpaid.run_id = ${run.id}
    order by event.source collate "C", event.external_id collate "C", agent.code collate "C", unpaid.role collate "C"`;
  return [...rows];
}
