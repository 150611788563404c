import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { canonicalDecimal, Decimal, formatMoney, minorUnitDigits } from '../../src/money.ts';
import { type Period, previousPeriod } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { approvePlanVersion } from '../../src/programme/corrections.ts';
import { parseProgramme } from '../../src/programme/read.ts';
import type { ProgrammeInput } from '../../src/programme/schema.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import type {
  Agent,
  Agreement,
  Component,
  HistoryInput,
  Match,
  PlanVersion,
  Pool,
  SalesEvent,
  Step,
} from '../oracle/historyModel.ts';
import type { HistoryOutput, Line, PeriodOutput } from '../oracle/historyOutput.ts';
import { moveBalance } from './balanceRows.ts';
import { stateConflicts } from './oracleConflicts.ts';

// Carries an oracle's history into a database through the services, lets the engine calculate and approve month after month,
// and reads the results back in the oracle's words.

const clerk = localActor('clerk');
const controller = localActor('controller');
const auditors = ['second', 'third'].map((name) => localActor(name));
const afterEverything = new Date('2030-01-01T00:00:00Z');
const maximumBatchEvents = 1000;

type InputPlan = NonNullable<ProgrammeInput['plans']>[number];
type InputVersion = NonNullable<InputPlan['versions']>[number];
type InputPoolVersion = NonNullable<NonNullable<ProgrammeInput['pools']>[number]['versions']>[number];
type InputAgent = NonNullable<ProgrammeInput['agents']>[number];

const named = (codes: Iterable<string | undefined>) =>
  [...new Set(codes)].filter((code) => code !== undefined).map((code) => ({ code, name: code }));

/** The world of a history as a programme, without what its steps change. */
function programmeOf(input: HistoryInput): ProgrammeInput {
  const versions = [
    ...input.plans.flatMap((plan) => plan.versions),
    ...input.steps.flatMap(({ changes }) => changes?.versions?.map(({ version }) => version) ?? []),
  ];
  const rules = versions.flatMap(({ components }) =>
    components.flatMap((component): Match[] => ('rules' in component ? component.rules.map((rule) => rule.match) : [])),
  );
  const events = input.steps.flatMap((step) => step.arrivals);
  const declared = new Set(input.campaigns.map(({ code }) => code));
  const mentioned = named([...events.map((event) => event.campaign), ...rules.map((match) => match.campaign)]);
  // a plan that only agreements and pools name has no version yet
  const mentionedPlans = [
    ...input.agreements.map(({ plan }) => plan),
    ...input.pools.flatMap(({ plans }) => plans ?? []),
  ].filter((code) => !input.plans.some((plan) => plan.code === code));
  const currency = input.plans[0]?.versions[0]?.currency ?? input.pools[0]?.currency ?? 'CNY';
  return {
    operator: { code: 'OP', name: 'Operator', timeZone: input.timeZone, currency },
    regions: input.regions.map((region) => ({ ...region, name: region.code })),
    channelTypes: named([
      ...input.agents.map((agent) => agent.channelType),
      ...input.pools.flatMap((pool) => pool.channelTypes ?? []),
      ...rules.map((match) => match.channelType),
    ]),
    productCategories: named([
      ...input.products.map(({ category }) => category),
      ...rules.map((match) => match.category),
    ]),
    products: input.products.map((product) => ({ ...product, name: product.code })),
    segments: named([...events.map((event) => event.segment), ...rules.map((match) => match.segment)]),
    campaigns: [
      ...input.campaigns.map(({ code, from, to }) => ({ code, name: code, startsOn: from, endsOn: to })),
      ...mentioned.filter(({ code }) => !declared.has(code)).map((each) => ({ ...each, startsOn: '2000-01-01' })),
    ],
    tiers: input.tiers.map((tier, rank) => ({ ...tier, name: tier.code, rank })),
    plans: [
      ...input.plans.map((plan) => ({
        code: plan.code,
        name: plan.code,
        versions: [...plan.versions].sort((a, b) => a.number - b.number).map(versionOf),
      })),
      ...named(mentionedPlans).map((plan) => ({ ...plan, versions: [] })),
    ],
    pools: input.pools.map((pool) => ({ code: pool.code, name: pool.code, versions: [poolVersionOf(pool)] })),
    agents: input.agents.map(agentOf),
    agreements: input.agreements.map(agreementOf),
    exchangeRates: input.exchangeRates,
    metricValues: input.metricValues,
  };
}

/** A version of a programme has components, so one that has none gets one of a type that never earns. */
const paysNothing = { code: 'NOTHING', name: 'Nothing', kind: 'RATE', events: ['CHURN'], rules: [{ flat: '0' }] };

function versionOf({ number: _number, components, ...version }: PlanVersion): InputVersion {
  const written = components.length > 0 ? components.map(componentOf) : [paysNothing];
  return { ...version, components: written } as InputVersion;
}

/** The programme's field names where they differ from the oracle's. */
function componentOf(component: Component): object {
  const { eventTypes, multiplyByTier, rules, scoreFactor, ...rest } = {
    eventTypes: undefined,
    multiplyByTier: undefined,
    rules: undefined,
    scoreFactor: undefined,
    ...component,
  };
  return {
    ...rest,
    name: component.code,
    ...(eventTypes && { events: eventTypes }),
    ...(multiplyByTier && { multiplyBy: ['TIER'] }),
    ...(scoreFactor && { scoreFactor }),
    ...(rules && { rules: rules.map(({ match, ...rule }) => withSomething({ ...rule, ...match })) }),
  };
}

/** A rule that pays nothing must say so in a programme. */
function withSomething(rule: { percent?: string; flat?: string; minimum?: string }): object {
  return (rule.percent ?? rule.flat ?? rule.minimum) ? rule : { ...rule, flat: '0' };
}

function poolVersionOf({ code: _code, carriedIn: _carriedIn, fund, weight, ...pool }: Pool): InputPoolVersion {
  const { eventTypes, of, ...amount } = fund;
  const written = {
    ...pool,
    fund: { ...amount, ...(eventTypes && { of: of ?? 'AMOUNT', events: eventTypes }) },
    weight: weight.map((part) => ('eventTypes' in part ? { factor: part.factor, events: part.eventTypes } : part)),
  };
  return written as InputPoolVersion;
}

function agentOf(agent: Agent): InputAgent {
  return {
    code: agent.code,
    name: agent.code,
    channelType: agent.channelType,
    tier: agent.tiers,
    region: agent.regions,
    status: withoutGaps(agent.statuses),
    parent: agent.parents,
  };
}

const agreementOf = ({ terms, ...agreement }: Agreement) => ({ ...agreement, ...terms });

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

function eventOf(event: SalesEvent): EventInput {
  return {
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
    subscriptionId: event.subscription,
    originalExternalId: event.original,
    credits: event.credits?.map(({ agent, role, share }) => `${agent}:${role}:${share}`).join('|'),
  };
}

/** Openings and what pools carry in stand in an approved run before the first step. */
async function approvePeriodBefore(transaction: Transaction, input: HistoryInput): Promise<void> {
  const first = input.steps[0];
  if (!first) throw new Error('a history has steps');
  const sql = rawSql(transaction);
  const [run] = await sql<{ id: number }[]>`
    insert into commission_run (period, status, calculated_by, approved_by, started_at, is_cut_over, last_event_id)
    values (${previousPeriod(first.period as Period)}, 'APPROVED', 'one', 'other', ${afterEverything.toISOString()}, true, 0) returning id`;
  if (!run) throw new Error('no run');
  for (const { agent, currency, amount } of input.openings) {
    await sql`
      insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
      select ${run.id}, agent.id, ${currency}, ${amount}::numeric, 0, ${amount}::numeric, 0, 0, '' from agent where code = ${agent}`;
  }
  for (const { code, carriedIn = '0' } of input.pools) {
    if (Number(carriedIn) === 0) continue;
    await sql`
      insert into run_pool (run_id, pool_id, pool_version_id, base, fund, carried_in, weight_total, member_count, shared, remainder, carried_out)
      select ${run.id}, pool.id, version.id, 0, ${carriedIn}::numeric, 0, 0, 0, 0, ${carriedIn}::numeric, ${carriedIn}::numeric
      from pool join pool_version version on version.pool_id = pool.id where pool.code = ${code}`;
  }
}

/** What a step changes, as a programme that is applied before its period is calculated. */
async function applyStep(transaction: Transaction, input: HistoryInput, { changes, arrivals }: Step): Promise<void> {
  if (changes) {
    const versions = changes.versions ?? [];
    const programme = {
      agents: (changes.agents ?? []).map(agentOf),
      agreements: (changes.agreements ?? []).flatMap(({ agreements }) => agreements.map(agreementOf)),
      metricValues: changes.metricValues ?? [],
      plans: versions.map(({ plan, version }) => ({
        code: plan,
        name: plan,
        versions: [{ ...versionOf(version), corrects: true }],
      })),
    };
    // a programme deletes nothing, and here all agreements of an agent are replaced
    const replaced = (changes.agreements ?? []).map(({ agent }) => agent);
    await rawSql(
      transaction,
    )`delete from agreement where agent_id in (select id from agent where code = any(${replaced}))`;
    await applyProgramme(transaction, clerk, afterEverything, parseProgramme(programme));
    for (const { plan } of versions) {
      const number = await latestVersion(transaction, plan);
      for (const actor of auditors) await approvePlanVersion(transaction, actor, afterEverything, plan, number);
    }
  }
  for (let start = 0; start < arrivals.length; start += maximumBatchEvents) {
    const batch = arrivals.slice(start, start + maximumBatchEvents);
    const imported = await importEventBatch(transaction, clerk, afterEverything, batch.map(eventOf), { atomic: true });
    if (imported.acceptedCount !== batch.length) {
      throw new Error(`${JSON.stringify(imported.rejections)} of ${input.steps.length} steps`);
    }
  }
  await stateConflicts(transaction, changes?.conflicts ?? []);
  for (const moved of changes?.balances ?? []) await moveBalance(transaction, moved);
}

async function latestVersion(transaction: Transaction, plan: string): Promise<number> {
  const [row] = await rawSql(transaction)<{ number: number }[]>`
    select max(version.number) as number from plan_version version join plan on plan.id = version.plan_id where plan.code = ${plan}`;
  return row?.number ?? 0;
}

/** Runs a history through an empty database. @throws what a run throws, UserError SCORE_MISSING among others. */
export async function runHistory(
  databases: Databases,
  input: HistoryInput,
  beforeApproval: (runId: number, period: Period) => Promise<void> = async () => {},
): Promise<HistoryOutput> {
  await databases.owner.transaction(async (transaction) => {
    await applyProgramme(transaction, clerk, afterEverything, parseProgramme(programmeOf(input)));
    await approvePeriodBefore(transaction, input);
  });
  const periods: Record<string, PeriodOutput> = {};
  for (const step of input.steps) {
    await databases.owner.transaction((transaction) => applyStep(transaction, input, step));
    const run = await calculatePeriod(databases, clerk, step.period as Period, afterEverything);
    await beforeApproval(run.id, step.period as Period);
    await databases.owner.transaction((transaction) => approveRun(transaction, controller, afterEverything, run.id));
    periods[step.period] = await readPeriod(databases, run.id);
  }
  return { periods };
}

const money = (amount: string, currency: string) => formatMoney(amount, minorUnitDigits[currency] ?? 2);

async function readPeriod(databases: Databases, runId: number): Promise<PeriodOutput> {
  return {
    lines: await readLines(databases, runId),
    pools: await readPools(databases, runId),
    statements: await readStatements(databases, runId),
    held: await readHeld(databases, runId),
    unpaid: await readUnpaid(databases, runId),
    refusals: [],
    notRead: [],
  };
}

async function readLines(databases: Databases, runId: number): Promise<Line[]> {
  type Row = Line & { share: string };
  const rows = await databases.owner.$client<Row[]>`
    select line.kind, coalesce(plan.code, '') as plan, component.code as component,
           case component.kind when 'POOL' then component.code when 'ADJUSTMENT' then (
                  select found.source || ':' || found.external_id
                  from adjustment made left join adjustment undone on undone.id = made.reverses_id
                  join conflict_deduction deduction on deduction.id = coalesce(made.deduction_id, undone.deduction_id)
                  join conflict_decision decision on decision.id = deduction.decision_id
                  join conflict_hit hit on hit.case_id = decision.case_id join sales_event found on found.id = hit.event_id
                  where made.id = line.cause_id)
                else coalesce(event.source || ':' || event.external_id, '') end as cause,
           coalesce(original.source || ':' || original.external_id, '') as original, agent.code as agent, line.role,
           case when line.kind = 'EARNING' then coalesce(rule.code, '') else '' end as rule, coalesce(line.instalment, 0) as instalment,
           coalesce(source.code, '') as "sourceAgent", coalesce(source_component.code, '') as "sourceComponent",
           coalesce(line.origin_period, '') as origin, line.base, line.share, line.factor, line.amount, line.currency
    from commission_line line
    join component on component.id = line.component_id
    join agent on agent.id = line.agent_id
    left join plan on plan.id = component.plan_id
    left join rate_rule rule on rule.id = line.rule_id
    left join sales_event event on component.kind not in ('POOL', 'ADJUSTMENT') and line.cause_id <> 0 and event.id = line.cause_id
    left join sales_event original on original.id = line.original_id
    left join agent source on source.id = line.source_agent_id
    left join component source_component on source_component.id = line.source_component_id
    where line.run_id = ${runId}`;
  return rows.map(({ share, base, factor, ...row }) => {
    const isEarning = row.kind === 'EARNING';
    return {
      ...row,
      base: isEarning ? canonicalDecimal(base) : '',
      factor: isEarning ? canonicalDecimal(new Decimal(share).times(factor)) : '',
      amount: money(row.amount, row.currency),
    };
  });
}

async function readPools(databases: Databases, runId: number): Promise<PeriodOutput['pools']> {
  const rows = await databases.owner.$client<PeriodOutput['pools']>`
    select pool.code, version.currency, result.base, result.fund, result.carried_in as "carriedIn",
           result.weight_total as "weightTotal", result.shared as paid, result.remainder, result.carried_out as "carriedOver"
    from run_pool result join pool on pool.id = result.pool_id join pool_version version on version.id = result.pool_version_id
    where result.run_id = ${runId} order by pool.code collate "C"`;
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

async function readStatements(databases: Databases, runId: number): Promise<PeriodOutput['statements']> {
  const rows = await databases.owner.$client<PeriodOutput['statements']>`
    select agent.code as agent, statement.currency, opening, earned, withheld, released, clawed_back as "clawedBack", adjustments, tax,
           closing, payable, closing - payable as "nextOpening"
    from statement join agent on agent.id = statement.agent_id
    where run_id = ${runId} order by agent.code collate "C", statement.currency`;
  return rows.map(({ agent, currency, ...amounts }) => {
    const texts = Object.entries(amounts).map(([name, amount]) => [name, money(amount, currency)]);
    return { agent, currency, ...Object.fromEntries(texts) } as PeriodOutput['statements'][number];
  });
}

async function readHeld(databases: Databases, runId: number): Promise<PeriodOutput['held']> {
  const rows = await databases.owner.$client<PeriodOutput['held']>`
    select component.code as component, event.source || ':' || event.external_id as cause, agent.code as agent, held.role, held.amount, held.currency
    from run_held held join component on component.id = held.component_id and component.kind <> 'SPIFF'
    join sales_event event on event.id = held.event_id join agent on agent.id = held.agent_id
    join commission_run run on run.id = held.run_id and run.period = event.period
    where held.run_id = ${runId}`;
  return rows.map((row) => ({ ...row, amount: money(row.amount, row.currency) }));
}

async function readUnpaid(databases: Databases, runId: number): Promise<PeriodOutput['unpaid']> {
  const rows = await databases.owner.$client<PeriodOutput['unpaid']>`
    select event.source, event.external_id as "externalId", agent.code as agent, unpaid.role, unpaid.reason
    from unpaid_event unpaid join sales_event event on event.id = unpaid.event_id join agent on agent.id = unpaid.agent_id
    join commission_run run on run.id = unpaid.run_id and run.period = event.period
    where unpaid.run_id = ${runId}
    order by event.source collate "C", event.external_id collate "C", agent.code collate "C", unpaid.role collate "C"`;
  return [...rows];
}
