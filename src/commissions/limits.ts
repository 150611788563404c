import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { compareBytes, Decimal, minorUnitDigits, roundMoney } from '../money.ts';
import { groupBy } from './engine/group.ts';
import type { PlanComponent } from './engine/resolve.ts';
import { type PlanFacts, planFacts } from './inputs.ts';
import { listUnpaid } from './rating.ts';
import { type DatedVersion, type Inputs, lineColumns, type Scope } from './scope.ts';

// Component caps, floors and total caps (DOMAIN.md §9.9; docs/commission.md §8), in this order. Only agents that have one are
// looked at.

type Limit = {
  readonly agentId: number;
  readonly componentId: number;
  readonly planId: number;
  readonly position: number;
  readonly currency: string;
  readonly cap: string | null;
  readonly floor: string | null;
  readonly agreementId: number | null;
  readonly hasTotalCap: boolean;
};

const capped = ['EARNING', 'VOLUME', 'OVERRIDE'].map((kind) => `'${kind}'`).join(', ');
/** What makes a line one of its component's in the period; a CAP line names the same. */
const lineKey = ['component_id', 'cause_id', 'agent_id', 'role'];
const sourceKey = ['source_agent_id', 'source_component_id'];
// equal, not "not distinct": only equality can be hashed
const sameLine = (a: string, b: string) =>
  [
    ...lineKey.map((column) => `${a}.${column} = ${b}.${column}`),
    ...sourceKey.map((column) => `coalesce(${a}.${column}, 0) = coalesce(${b}.${column}, 0)`),
  ].join(' and ');

/** Lines in the order in which they take from a cap: by event, credit and source; what has no event comes last. */
const inOrder = `event.occurred_at nulls last, event.source collate "C", event.external_id collate "C", source.code collate "C",
  source_component.code collate "C", line.role collate "C"`;
const orderJoins = `left join sales_event event on event.id = line.cause_id and line.cause_id <> 0 and line.kind <> 'POOL'
  left join agent source on source.id = line.source_agent_id
  left join component source_component on source_component.id = line.source_component_id`;

/** Writes CAP and FLOOR lines and lists the credits that were cut as CAP_REACHED. */
export async function applyLimits(transaction: Transaction, scope: Scope): Promise<void> {
  const limits = limitsOf(scope);
  if (limits.length === 0) return;
  const table = scope.tables.of('limit');
  await rawSql(
    transaction,
  ).unsafe(`create unlogged table ${table} (agent_id integer, component_id integer, plan_id integer,
    position integer, currency text, cap numeric, floor numeric, agreement_id integer, has_total_cap boolean)`);
  const rows = limits.map((limit): CopyValue[] => [
    limit.agentId,
    limit.componentId,
    limit.planId,
    limit.position,
    limit.currency,
    limit.cap,
    limit.floor,
    limit.agreementId,
    limit.hasTotalCap,
  ]);
  await copyRows(transaction, table, rows);
  const cuts = scope.tables.of('cut');
  await rawSql(
    transaction,
  ).unsafe(`create unlogged table ${cuts} (component_id integer, cause_id bigint, agent_id integer, role text,
    source_agent_id integer, source_component_id integer, rule_id integer, base numeric, currency text, cut numeric)`);
  await rawSql(transaction).unsafe(`analyze ${table}, ${scope.tables.lines}`);
  if (limits.some(({ cap }) => cap !== null)) await capComponents(transaction, scope, table);
  if (limits.some(({ floor }) => floor !== null)) await payFloors(transaction, scope, table);
  if (limits.some(({ hasTotalCap }) => hasTotalCap)) await capTotals(transaction, scope, table);
  await bookCuts(transaction, scope);
  await listUnpaid(
    transaction,
    scope,
    'CAP_REACHED',
    `select cut.cause_id as event_id, cut.agent_id, cut.role from ${cuts} cut
     join component on component.id = cut.component_id and component.kind <> 'POOL'
     where cut.cause_id <> 0 and cut.source_agent_id is null`,
  );
}

/** The limits of every agent by component, from the facts of each plan; with a total cap, of all its components. */
function limitsOf({ inputs }: Scope): Limit[] {
  const withTotalCap = new Set(
    inputs.facts.filter(({ agreement }) => agreement?.terms.totalCap !== undefined).map(({ agentId }) => agentId),
  );
  return [...planFacts(inputs)].flatMap(([agentId, plans]) => [
    ...poolLimits(
      inputs,
      agentId,
      plans.find(({ isLast }) => isLast),
    ),
    ...plans.flatMap(({ facts, version }) =>
      inPlanOrder(inputs, version).flatMap(({ componentId, definition }, position): Limit[] => {
        const isInForce = version.components.some((component) => component.componentId === componentId);
        const cap = isInForce && 'cap' in definition ? (definition.cap ?? null) : null;
        const pays = isInForce && facts.status === 'ACTIVE';
        const floor = pays && 'floor' in definition ? (definition.floor ?? null) : null;
        const hasTotalCap = withTotalCap.has(agentId);
        if (cap === null && floor === null && !hasTotalCap) return [];
        const { planId, currency } = version;
        const agreementId = facts.agreement?.id ?? null;
        return [{ agentId, componentId, planId, position, currency, cap, floor, agreementId, hasTotalCap }];
      }),
    ),
  ]);
}

/** The version's components, then by code those that only other versions of the plan in the period have. */
function inPlanOrder({ versions }: Inputs, version: DatedVersion): PlanComponent[] {
  const known = new Set(version.components.map(({ componentId }) => componentId));
  const others = versions
    .filter(({ planId }) => planId === version.planId)
    .flatMap(({ components }) => components)
    .filter(({ componentId }) => !known.has(componentId) && known.add(componentId));
  return [...version.components, ...others.sort((a, b) => compareBytes(a.code, b.code))];
}

/** A pool's line stays whole; a total cap of the last agreement cuts it last of all, and the operator keeps the difference. */
function poolLimits(inputs: Inputs, agentId: number, last: PlanFacts | undefined): Limit[] {
  const agreement = last?.facts.agreement;
  if (!last || !agreement || agreement.terms.totalCap === undefined) return [];
  const { planId, currency } = last.version;
  return inputs.pools
    .filter((pool) => pool.currency === currency)
    .map(({ componentId }, index) => ({
      agentId,
      componentId,
      planId,
      position: afterComponents + index,
      currency,
      cap: null,
      floor: null,
      agreementId: agreement.id,
      hasTotalCap: true,
    }));
}

/** Pools come after every position a component of a plan can have. */
const afterComponents = 100_000;

/** What a cut line is told by, what it had and how much of it is cut. */
const cutColumns = [...lineKey, ...sourceKey, 'rule_id', 'base', 'currency', 'cut'].join(', ');

/** A cap takes positive amounts, whole, in order; what exceeds it is cut. */
async function capComponents(transaction: Transaction, { tables }: Scope, table: string): Promise<void> {
  await rawSql(transaction).unsafe(
    `insert into ${tables.of('cut')} (${cutColumns})
     select ${[...lineKey, ...sourceKey].join(', ')}, rule_id, amount, currency, least(amount, upto - cap)
     from (select line.*, owed.cap, sum(line.amount) over (partition by line.agent_id, line.component_id order by ${inOrder}
             rows unbounded preceding) as upto
           from ${tables.lines} line join ${table} owed on owed.agent_id = line.agent_id and owed.component_id = line.component_id
             and owed.cap is not null
           ${orderJoins} where line.kind in (${capped}) and line.amount > 0) line
     where upto > cap`,
  );
  await rawSql(transaction).unsafe(`analyze ${tables.of('cut')}`);
}

/** One negative CAP line per line cut, whichever caps cut it. */
async function bookCuts(transaction: Transaction, { tables, runId }: Scope): Promise<void> {
  await rawSql(transaction).unsafe(`analyze ${tables.of('cut')}, ${tables.unpaid}`);
  await rawSql(transaction).unsafe(
    `insert into ${tables.lines} (${lineColumns})
     select ${runId}, component_id, 'CAP', cause_id, agent_id, role, rule_id, base, 1, 1, -sum(cut), currency, null, null,
            source_agent_id, source_component_id, null
     from ${tables.of('cut')}
     group by component_id, cause_id, agent_id, role, rule_id, base, currency, source_agent_id, source_component_id`,
  );
}

/** A floor lifts what a component paid, net of its cap, where a rule matched one of the agent's credits (DOMAIN.md §9.12). */
async function payFloors(transaction: Transaction, { tables, runId, inputs }: Scope, table: string): Promise<void> {
  const rows = await rawSql(transaction).unsafe<FloorRow[]>(
    `select owed.agent_id, owed.component_id, owed.plan_id, owed.currency, owed.floor, coalesce(sum(paid.amount), 0) as amount
     from ${table} owed
     left join (select agent_id, component_id, amount from ${tables.lines}
       union all select agent_id, component_id, -cut from ${tables.of('cut')}) paid on paid.agent_id = owed.agent_id and paid.component_id = owed.component_id
     where owed.floor is not null and exists (
       select from ${tables.credits} credit join ${tables.of('matched')} matched on matched.combination = credit.combination
       where credit.agent_id = owed.agent_id and matched.component_id = owed.component_id)
     group by 1, 2, 3, 4, 5`,
  );
  const lines = rows.flatMap((row): CopyValue[][] => {
    const missing = new Decimal(row.floor).minus(row.amount);
    const version = inputs.versions.find(({ planId }) => planId === row.plan_id);
    const amount = roundMoney(missing, minorUnitDigits[row.currency] ?? 2, version?.rounding ?? 'HALF_UP');
    if (amount.lte(0)) return [];
    const { component_id, agent_id, floor, currency } = row;
    return [[runId, component_id, 'FLOOR', 0, agent_id, 'FLOOR', null, floor, '1', '1', amount.toFixed(), currency]];
  });
  await copyRows(transaction, `${tables.lines} (${shortColumns})`, lines);
}

type FloorRow = {
  readonly agent_id: number;
  readonly component_id: number;
  readonly plan_id: number;
  readonly currency: string;
  readonly floor: string;
  readonly amount: string;
};

/** The columns of lines that have neither original nor instalment, source or origin. */
export const shortColumns =
  'run_id, component_id, kind, cause_id, agent_id, role, rule_id, base, share, factor, amount, currency';

/**
 * A total cap goes over all of an agreement's lines, net of component caps, in plan order; what it cuts comes on top of what they
 * cut. Pools stay.
 */
async function capTotals(transaction: Transaction, { tables }: Scope, table: string): Promise<void> {
  const cuts = tables.of('cut');
  // the agreement of a line with an event is that of the day; of the others that of the plan's last day
  await rawSql(transaction).unsafe(
    `insert into ${cuts} (${cutColumns})
     select ${[...lineKey, ...sourceKey].join(', ')}, rule_id, amount, currency, least(net, upto - total_cap)
     from (select line.*, sum(net) over (partition by agent_id, agreement_id order by position, place rows unbounded preceding) as upto
           from (select line.*, line.amount - coalesce(known.cut, 0) as net, (agreement.terms ->> 'totalCap')::numeric as total_cap, owed.position,
                   agreement.id as agreement_id,
                   row_number() over (partition by line.agent_id, line.component_id
                     order by line.cause_id = 0, line.kind = 'FLOOR', ${inOrder}) as place
                 from ${tables.lines} line
                 join ${table} owed on owed.agent_id = line.agent_id and owed.component_id = line.component_id and owed.has_total_cap
                 ${orderJoins}
                 left join ${tables.facts} fact on fact.agent_id = line.agent_id and event.occurred_at >= fact.from_instant
                   and event.occurred_at < fact.to_instant
                 left join ${cuts} known on ${sameLine('known', 'line')}
                 join agreement on agreement.id = coalesce(fact.agreement_id, owed.agreement_id) and agreement.terms ? 'totalCap'
                 where line.kind in (${capped}, 'FLOOR', 'POOL') and line.amount > 0) line
           where net > 0) line
     where upto > total_cap`,
  );
}

/** Tops up to the guaranteed minimum, and recovers what was topped up (DOMAIN.md §9.9, §9.12 Draw). */
export async function payDraws(transaction: Transaction, scope: Scope): Promise<void> {
  const draws = drawsOf(scope);
  if (draws.length === 0) return;
  const { tables, ledger, runId } = scope;
  const agentIds = draws.map(({ agentId }) => agentId);
  const earned = await rawSql(transaction).unsafe<{ agent_id: number; currency: string; amount: string }[]>(
    `select agent_id, currency, sum(amount) as amount from ${tables.lines}
     where agent_id = any($1) and kind in ('EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR') group by agent_id, currency`,
    [agentIds],
  );
  const owed = await rawSql(transaction).unsafe<{ agent_id: number; component_id: number; amount: string }[]>(
    `select line.agent_id, line.component_id, sum(line.amount) as amount from ${ledger.totals(ledger.periods)} line
     join component on component.id = line.component_id and component.kind = 'DRAW'
     where line.agent_id = any($1) group by line.agent_id, line.component_id`,
    [agentIds],
  );
  const earnedOf = new Map(earned.map((row) => [`${row.agent_id}|${row.currency}`, new Decimal(row.amount)]));
  const owedOf = new Map(owed.map((row) => [`${row.agent_id}|${row.component_id}`, new Decimal(row.amount)]));
  const lines = draws.flatMap(({ agentId, componentId, currency, minimum, isTerminated }): CopyValue[][] => {
    const net = Decimal.max(0, earnedOf.get(`${agentId}|${currency}`) ?? 0);
    const before = owedOf.get(`${agentId}|${componentId}`) ?? new Decimal(0);
    const amount = drawAmount(net, before, minimum, isTerminated);
    if (amount.isZero()) return [];
    return [
      [runId, componentId, 'DRAW', 0, agentId, 'DRAW', null, net.toFixed(), '1', '1', amount.toFixed(), currency],
    ];
  });
  await copyRows(transaction, `${tables.lines} (${shortColumns})`, lines);
}

/** Top-up to the minimum; above it, recovery of what is owed; at termination everything owed. */
export function drawAmount(net: Decimal, owed: Decimal, minimum: Decimal, isTerminated: boolean): Decimal {
  if (isTerminated) return owed.negated();
  if (net.lt(minimum)) return minimum.minus(net);
  return Decimal.min(owed, net.minus(minimum)).negated();
}

type Draw = {
  readonly agentId: number;
  readonly componentId: number;
  readonly currency: string;
  readonly minimum: Decimal;
  readonly isTerminated: boolean;
};

/** The DRAW of each agent's last agreement; the minimum by the days of the month with that agreement and ACTIVE. */
function drawsOf({ inputs, period }: Scope): Draw[] {
  if (!inputs.versions.some(({ components }) => components.some(({ kind }) => kind === 'DRAW'))) return [];
  const stretches = groupBy(inputs.facts, (fact) => fact.agentId);
  const daysOfMonth = new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5)), 0)).getUTCDate();
  return [...planFacts(inputs)].flatMap(([agentId, plans]): Draw[] => {
    const last = plans.find(({ isLast }) => isLast);
    const draw = last?.version.components.find((component) => component.kind === 'DRAW');
    if (!last || draw?.kind !== 'DRAW') return [];
    const own = stretches.get(agentId) ?? [];
    const days = own
      .filter((fact) => fact.agreement?.id === last.facts.agreement?.id && fact.status === 'ACTIVE')
      .reduce((sum, fact) => sum + daysBetween(fact.from, fact.to), 0);
    const { currency, rounding } = last.version;
    // one division, at the rounding
    const minimum = new Decimal(draw.definition.minimum).times(days).div(daysOfMonth);
    return [
      {
        agentId,
        componentId: draw.componentId,
        currency,
        minimum: roundMoney(minimum, minorUnitDigits[currency] ?? 2, rounding),
        isTerminated: own.at(-1)?.status === 'TERMINATED',
      },
    ];
  });
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
