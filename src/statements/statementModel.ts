import { runTables } from '../commissions/scope.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, minorUnitDigits } from '../money.ts';
import { localDate, type Period, shiftPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import type { Letterhead } from '../settlement/policy.ts';
import { settlementPolicyDefinitionSchema } from '../settlement/policySchema.ts';

// What a statement on paper says, as data: loaded for many agents at once, drawn by statementPdf.ts.

/** One statement: an agent and a currency. */
export type StatementKey = { readonly agentId: number; readonly agentCode: string; readonly currency: string };

export const statementParts = [
  'opening',
  'earned',
  'released',
  'withheld',
  'clawedBack',
  'adjustments',
  'tax',
  'closing',
  'payable',
] as const;
export type StatementPart = (typeof statementParts)[number];

/** What a component came to; the parts as in the statement, withheld and clawed back positive. */
export type ComponentRow = {
  /** Code; null: of a pool, or of none. */
  readonly plan: string | null;
  readonly component: string;
  /** As the plan or the pool calls it; null: what was decided by hand. */
  readonly name: string | null;
  readonly lineCount: number;
  readonly earned: Decimal;
  readonly released: Decimal;
  readonly withheld: Decimal;
  readonly clawedBack: Decimal;
  readonly adjustments: Decimal;
  /** What it adds to the statement. */
  readonly net: Decimal;
};

export type AdjustmentRow = {
  /** RETRO: corrections of a closed period. */
  readonly kind: 'PENALTY' | 'PRICE_DIFFERENCE' | 'REVERSED' | 'CORRECTION' | 'RETRO';
  /** RETRO: the period that is corrected, else why. */
  readonly reason: string;
  readonly amount: Decimal;
};

/** What a conflict holds of a component. */
type HeldRow = {
  readonly caseCode: string;
  readonly component: string;
  readonly creditCount: number;
  readonly amount: Decimal;
};

type IssueFacts = {
  readonly number: string;
  readonly issuedOn: string;
  readonly confirmsOn: string;
  readonly disputableUntil: string;
  readonly vatPercent: Decimal | null;
  readonly vatIncluded: boolean;
  readonly net: Decimal;
  readonly vat: Decimal;
  readonly gross: Decimal;
  /** Of net and gross, what the bank returned of earlier payments: no part of an invoice. */
  readonly returned: Decimal;
};

type PayeeFacts = { readonly holderName: string; readonly bankName: string; readonly accountMasked: string };

/** What a month came to; null: the month has no statement. */
export type MonthRow = { readonly period: Period; readonly payable: Decimal | null };

export type StatementModel = {
  readonly letterhead: Letterhead;
  readonly period: Period;
  /** Whether somebody may still calculate it again. */
  readonly isDraft: boolean;
  readonly agentCode: string;
  readonly agentName: string;
  readonly currency: string;
  readonly digits: number;
  readonly amounts: Readonly<Record<StatementPart, Decimal>>;
  /** Of the opening, what the bank returned. */
  readonly returned: Decimal;
  readonly issue: IssueFacts | null;
  readonly payee: PayeeFacts | null;
  readonly components: readonly ComponentRow[];
  readonly adjustments: readonly AdjustmentRow[];
  readonly held: readonly HeldRow[];
  /** The period and the eleven before it, oldest first. */
  readonly months: readonly MonthRow[];
  readonly lineCount: number;
  readonly linesHash: string;
};

type Run = {
  readonly id: number;
  readonly period: Period;
  readonly isDraft: boolean;
  /** The local day on which it was approved, else calculated. */
  readonly day: string;
  readonly calculatedAt: string;
  readonly letterhead: Letterhead;
  readonly timeZone: string;
};

/**
 * What all statements of a run share: its state and the letterhead in force on the day of its approval. As owner.
 * @throws Error where there is no such run.
 */
export async function loadStatementRun(transaction: Transaction, runId: number): Promise<Run> {
  const operator = await loadOperator(transaction);
  const [run] = await rawSql(transaction)<
    { period: Period; isDraft: boolean; calculatedAt: string; decidedAt: string; operatorName: string | null }[]
  >`
    select period, status = 'CALCULATED' as "isDraft", to_char(calculated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "calculatedAt",
      to_char(coalesce(approved_at, calculated_at, started_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "decidedAt",
      (select min(operator_name) from issued_statement where run_id = ${runId}) as "operatorName"
    from commission_run where id = ${runId}`;
  if (!run) throw new Error(`there is no run ${runId}`);
  const { decidedAt, operatorName, ...rest } = run;
  const day = localDate(decidedAt, operator.timeZone);
  const letterhead = (await letterheadOf(transaction, runId, day)) ?? {
    name: operatorName ?? operator.name,
    lines: [],
  };
  return { ...rest, id: runId, day, letterhead, timeZone: operator.timeZone };
}

/** Of the version in force on a day; once statements are issued, of those that were published until then. */
async function letterheadOf(transaction: Transaction, runId: number, day: string): Promise<Letterhead | undefined> {
  const [found] = await rawSql(transaction)<{ definition: unknown }[]>`
    select definition from settlement_policy_version
    where valid_from <= ${day} and published_at <= coalesce((select min(issued_at) from issued_statement where run_id = ${runId}), 'infinity')
    order by valid_from desc, number desc limit 1`;
  return settlementPolicyDefinitionSchema.parse(found?.definition ?? {}).letterhead ?? undefined;
}

/** The statements of a run in the order of agent code and currency. */
export async function statementKeys(transaction: Transaction, runId: number): Promise<StatementKey[]> {
  const rows = await rawSql(transaction)<StatementKey[]>`
    select statement.agent_id as "agentId", agent.code as "agentCode", statement.currency
    from statement join agent on agent.id = statement.agent_id
    where statement.run_id = ${runId} order by agent.code collate "C", statement.currency`;
  return [...rows];
}

/**
 * The statements as paper shows them, in the order of the keys. A handful of queries, however many keys. As owner.
 * @throws Error where there is no such statement.
 */
export async function loadStatementModels(
  transaction: Transaction,
  run: Run,
  keys: readonly StatementKey[],
): Promise<StatementModel[]> {
  const agentIds = [...new Set(keys.map(({ agentId }) => agentId))];
  const statements = byKey(await loadStatements(transaction, run, agentIds));
  const components = grouped(await loadComponents(transaction, run, agentIds));
  const retro = grouped(await loadRetro(transaction, run.id, agentIds));
  const made = grouped(await loadAdjustments(transaction, run.id, agentIds));
  const held = grouped(await loadHeld(transaction, run.id, agentIds));
  const months = grouped(await loadMonths(transaction, run, agentIds));
  const payees = new Map((await loadPayees(transaction, run, agentIds)).map((row) => [row.agentId, row]));
  return keys.map((key) => {
    const found = statements.get(nameOf(key));
    if (!found) throw new Error(`run ${run.id} has no statement of ${key.agentCode} in ${key.currency}`);
    const payee = payees.get(key.agentId);
    return {
      ...readStatement(found),
      letterhead: run.letterhead,
      period: run.period,
      isDraft: run.isDraft,
      agentCode: key.agentCode,
      currency: key.currency,
      digits: minorUnitDigits[key.currency] ?? 2,
      payee: payee
        ? { holderName: payee.holderName, bankName: payee.bankName, accountMasked: payee.accountMasked }
        : null,
      components: (components.get(nameOf(key)) ?? []).map(readComponent),
      adjustments: [...(made.get(nameOf(key)) ?? []), ...(retro.get(nameOf(key)) ?? [])].map(
        ({ kind, reason, amount }) => ({ kind, reason, amount: new Decimal(amount) }),
      ),
      held: (held.get(nameOf(key)) ?? []).map(({ caseCode, component, creditCount, amount }) => ({
        caseCode,
        component,
        creditCount,
        amount: new Decimal(amount),
      })),
      months: lastTwelveMonths(run.period, months.get(nameOf(key)) ?? []),
    };
  });
}

/** The period and the eleven before it, oldest first, with what is known of each. */
export function lastTwelveMonths(
  period: Period,
  known: readonly { readonly period: string; readonly payable: string }[],
): MonthRow[] {
  const payables = new Map(known.map((row) => [row.period, row.payable]));
  return Array.from({ length: 12 }, (_, index) => {
    const month = shiftPeriod(period, index - 11);
    const payable = payables.get(month);
    return { period: month, payable: payable === undefined ? null : new Decimal(payable) };
  });
}

type Named = { readonly agentId: number; readonly currency: string };
const nameOf = ({ agentId, currency }: Named) => `${agentId} ${currency}`;
const byKey = <Row extends Named>(rows: readonly Row[]) => new Map(rows.map((row) => [nameOf(row), row]));

function grouped<Row extends Named>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group) group.push(row);
    else groups.set(nameOf(row), [row]);
  }
  return groups;
}

type StatementRow = Named &
  Readonly<Record<StatementPart, string>> & {
    readonly agentName: string;
    readonly returned: string;
    readonly lineCount: number;
    readonly linesHash: string;
    readonly number: string | null;
    readonly issuedOn: string;
    readonly confirmsOn: string;
    readonly disputableUntil: string;
    readonly vatPercent: string | null;
    readonly vatIncluded: boolean;
    readonly net: string;
    readonly vat: string;
    readonly gross: string;
    readonly issuedReturned: string;
  };

function readStatement(row: StatementRow) {
  const amounts = Object.fromEntries(statementParts.map((part) => [part, new Decimal(row[part])])) as Record<
    StatementPart,
    Decimal
  >;
  const { agentName, lineCount, linesHash, number, issuedOn, confirmsOn, disputableUntil, vatIncluded } = row;
  const issue =
    number === null ? null : { number, issuedOn, confirmsOn, disputableUntil, vatIncluded, ...taxesOf(row) };
  return { agentName, lineCount, linesHash, amounts, returned: new Decimal(row.returned), issue };
}

const taxesOf = ({ vatPercent, net, vat, gross, issuedReturned }: StatementRow) => ({
  vatPercent: vatPercent === null ? null : new Decimal(vatPercent),
  net: new Decimal(net),
  vat: new Decimal(vat),
  gross: new Decimal(gross),
  returned: new Decimal(issuedReturned),
});

async function loadStatements(transaction: Transaction, run: Run, agentIds: number[]): Promise<StatementRow[]> {
  const sql = rawSql(transaction);
  return sql<StatementRow[]>`
    select statement.agent_id as "agentId", statement.currency, coalesce(issued.agent_name, agent.name) as "agentName", statement.opening, statement.earned,
      statement.released, statement.withheld, statement.clawed_back as "clawedBack", statement.adjustments, statement.tax,
      statement.closing, statement.payable, statement.returned, statement.line_count as "lineCount",
      statement.lines_hash as "linesHash", issued.number, (issued.issued_at at time zone ${run.timeZone})::date::text as "issuedOn",
      issued.confirms_on::text as "confirmsOn", issued.disputable_until::text as "disputableUntil",
      issued.vat_percent as "vatPercent", issued.vat_included as "vatIncluded", issued.net, issued.vat, issued.gross,
      issued.returned as "issuedReturned"
    from statement join agent on agent.id = statement.agent_id
    left join issued_statement issued using (run_id, agent_id, currency)
    where statement.run_id = ${run.id} and statement.agent_id = any(${agentIds})`;
}

type ComponentTotals = Named &
  Omit<Readonly<Record<keyof ComponentRow, string>>, 'plan' | 'name' | 'lineCount'> &
  Pick<ComponentRow, 'plan' | 'name' | 'lineCount'>;

function readComponent(row: ComponentTotals): ComponentRow {
  const { plan, component, name, lineCount } = row;
  const [earned, released, withheld, clawedBack, adjustments, net] = [
    row.earned,
    row.released,
    row.withheld,
    row.clawedBack,
    row.adjustments,
    row.net,
  ].map((amount) => new Decimal(amount)) as [Decimal, Decimal, Decimal, Decimal, Decimal, Decimal];
  return { plan, component, name, lineCount, earned, released, withheld, clawedBack, adjustments, net };
}

/** By component, all but tax. Names as they were published when the run was calculated. */
async function loadComponents(transaction: Transaction, run: Run, agentIds: number[]): Promise<ComponentTotals[]> {
  const sql = rawSql(transaction);
  return sql<ComponentTotals[]>`
    with named as (
      select distinct on (member.component_id) member.component_id, member.name, member.position
      from plan_component member join plan_version version on version.id = member.version_id
      where version.published_at <= ${run.calculatedAt}::timestamptz and version.valid_from <= (${`${run.period}-01`}::date + interval '1 month - 1 day')
      order by member.component_id, version.valid_from desc, version.number desc)
    select total.agent_id as "agentId", total.currency, plan.code as plan, component.code as component,
      coalesce(named.name, shared.pool_name, pool.name, case when plan.id is not null then component.code end) as name, sum(total.line_count)::integer as "lineCount",
      coalesce(sum(total.amount) filter (where total.kind in ('EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR', 'DRAW')), 0) as earned,
      coalesce(sum(total.amount) filter (where total.kind = 'RELEASE'), 0) as released,
      coalesce(-sum(total.amount) filter (where total.kind = 'WITHHOLDING'), 0) as withheld,
      coalesce(-sum(total.amount) filter (where total.kind = 'CLAWBACK'), 0) as "clawedBack",
      coalesce(sum(total.amount) filter (where total.kind in ('RETRO', 'ADJUSTMENT')), 0) as adjustments,
      sum(total.amount) as net
    from run_agent_total total join component on component.id = total.component_id
    left join plan on plan.id = component.plan_id left join pool on pool.id = component.pool_id
    left join run_pool shared on shared.run_id = total.run_id and shared.pool_id = pool.id
    left join named on named.component_id = component.id
    where total.run_id = ${run.id} and total.agent_id = any(${agentIds}) and total.kind <> 'TAX'
    group by total.agent_id, total.currency, plan.id, plan.code, component.id, component.code, named.name, named.position, shared.pool_name, pool.name
    order by total.agent_id, total.currency, plan.code collate "C" nulls last, named.position nulls last, component.code collate "C"`;
}

type AdjustmentTotals = Named & Pick<AdjustmentRow, 'kind' | 'reason'> & { readonly amount: string };

async function loadRetro(transaction: Transaction, runId: number, agentIds: number[]): Promise<AdjustmentTotals[]> {
  const sql = rawSql(transaction);
  return sql<AdjustmentTotals[]>`
    select agent_id as "agentId", currency, 'RETRO' as kind, origin_period as reason, sum(amount) as amount
    from run_agent_total where run_id = ${runId} and agent_id = any(${agentIds}) and kind = 'RETRO'
    group by agent_id, currency, origin_period order by agent_id, currency, origin_period`;
}

async function loadAdjustments(
  transaction: Transaction,
  runId: number,
  agentIds: number[],
): Promise<AdjustmentTotals[]> {
  const sql = rawSql(transaction);
  const having = await sql<{ agentId: number }[]>`
    select distinct agent_id as "agentId" from run_agent_total
    where run_id = ${runId} and agent_id = any(${agentIds}) and kind = 'ADJUSTMENT'`;
  if (having.length === 0) return [];
  return sql<AdjustmentTotals[]>`
    select line.agent_id as "agentId", line.currency, made.kind, made.reason, line.amount
    from ${sql(runTables(String(runId)).lines)} line join adjustment made on made.id = line.cause_id
    where line.run_id = ${runId} and line.kind = 'ADJUSTMENT' and line.agent_id = any(${having.map(({ agentId }) => agentId)})
    order by line.agent_id, line.currency, made.id`;
}

type HeldTotals = Named & Omit<HeldRow, 'amount'> & { readonly amount: string };

async function loadHeld(transaction: Transaction, runId: number, agentIds: number[]): Promise<HeldTotals[]> {
  const sql = rawSql(transaction);
  return sql<HeldTotals[]>`
    select held.agent_id as "agentId", held.currency, 'C-' || held.case_id as "caseCode", component.code as component,
      count(*)::integer as "creditCount", sum(held.amount) as amount
    from run_held held join component on component.id = held.component_id
    where held.run_id = ${runId} and held.agent_id = any(${agentIds})
    group by held.agent_id, held.currency, held.case_id, component.code
    order by held.agent_id, held.currency, held.case_id, component.code collate "C"`;
}

type MonthTotals = Named & { readonly period: string; readonly payable: string };

async function loadMonths(transaction: Transaction, run: Run, agentIds: number[]): Promise<MonthTotals[]> {
  const sql = rawSql(transaction);
  return sql<MonthTotals[]>`
    select statement.agent_id as "agentId", statement.currency, run.period, statement.payable
    from commission_run run join statement on statement.run_id = run.id
    where (run.id = ${run.id} or run.status in ('APPROVED', 'PAID') and run.period < ${run.period})
      and run.period >= ${shiftPeriod(run.period, -11)} and not run.is_cut_over and statement.agent_id = any(${agentIds})`;
}

/**
 * Who is paid, as it stood when the run was approved: what is decided later changes no statement. A payee ends only when a later one is
 * approved, which shortens its row: so the last that had begun, of those known then, whatever its end is now.
 */
async function loadPayees(
  transaction: Transaction,
  run: Run,
  agentIds: number[],
): Promise<({ readonly agentId: number } & PayeeFacts)[]> {
  if (run.isDraft) return [];
  const sql = rawSql(transaction);
  return sql<({ readonly agentId: number } & PayeeFacts)[]>`
    select distinct on (payee.agent_id) payee.agent_id as "agentId", payee.holder_name as "holderName", payee.bank_name as "bankName",
      payee.account_masked as "accountMasked"
    from payee join commission_run run on run.id = ${run.id} and payee.decided_at <= run.approved_at
    where payee.agent_id = any(${agentIds}) and payee.state = 'APPROVED' and payee.valid_from <= ${run.day}
    order by payee.agent_id, payee.valid_from desc`;
}
