import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { asUserError, serverError } from '../db/constraints.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import type { BracketDefinition } from './definitions.ts';
import { type BracketStanding, standingOf } from './engine/bracketStanding.ts';
import { agentsOfEstimate } from './estimateScope.ts';
import { loadInputs } from './inputs.ts';
import { type ApprovedRun, ledgerOf } from './ledger.ts';
import { completeLines, rateEvents } from './lineSteps.ts';
import { runTables, type Scope } from './scope.ts';
import { budgetsUsedBefore, nextId } from './simulate.ts';
import { inMinorUnits } from './simulationSummary.ts';

// What an open month comes to so far for one agent: the engine's own steps, over the agent and whoever is connected to it, in a
// transaction that is rolled back. What only the whole month settles is left out: see `leftOut`.

/** What an estimate leaves out: shares of pools, corrections of closed months, decided adjustments, the opening balance, tax. */
export const leftOut = ['POOL', 'RETRO', 'ADJUSTMENT', 'OPENING', 'TAX'] as const;

export type EstimatedComponent = {
  readonly planCode: string | null;
  readonly componentCode: string;
  readonly currency: string;
  readonly amount: string;
  readonly lineCount: number;
  /** Of a BRACKET over the month's volume: where the agent stands. */
  readonly bracket: BracketStanding | null;
};

export type Estimate = {
  readonly agentCode: string;
  readonly period: Period;
  readonly totals: readonly { readonly currency: string; readonly amount: string }[];
  readonly components: readonly EstimatedComponent[];
  /** Sales that are credited to the agent and pay nothing, as things stand. */
  readonly unpaidCount: number;
};

export type EstimateOptions = {
  readonly agentCode: string;
  /** A month that is not approved. */
  readonly period: Period;
  /** Puts further facts in the transaction first: they are gone with it. */
  readonly prepare?: (transaction: Transaction) => Promise<void>;
  /** How long one step of it may take; 30 seconds without it. */
  readonly mostMilliseconds?: number;
};

const mostMillisecondsUsually = 30_000;

/** Ends a transaction that must not commit, once its result is there. */
class Discard extends Error {}

/**
 * Estimates a month that is not approved yet for one agent, as owner: the caller has seen that the actor may. Writes nothing.
 * @throws UserError AGENT_UNKNOWN, PERIOD_APPROVED, CALCULATION_TOO_LONG, SCORE_MISSING where a component needs a score that is not there yet, and what
 * `prepare` throws.
 */
export async function estimate(databases: Databases, options: EstimateOptions): Promise<Estimate> {
  const { estimate: found } = await estimateAnd(databases, options, async () => {});
  return found;
}

/**
 * As `estimate`, and reads something else of the same facts, those that `prepare` made up among them.
 * @throws UserError as `estimate`, and what `read` throws.
 */
export async function estimateAnd<Read>(
  databases: Databases,
  options: EstimateOptions,
  read: (transaction: Transaction) => Promise<Read>,
): Promise<{ readonly estimate: Estimate; readonly read: Read }> {
  const found: { estimate: Estimate; read: Read }[] = [];
  await databases.owner
    .transaction(
      async (transaction) => {
        const most = String(options.mostMilliseconds ?? mostMillisecondsUsually);
        await rawSql(transaction)`select set_config('statement_timeout', ${most}, true)`;
        await options.prepare?.(transaction);
        found.push({ estimate: await estimateIn(transaction, options), read: await read(transaction) });
        throw new Discard('discarded');
      },
      { isolationLevel: 'repeatable read' },
    )
    .catch((error: unknown) => {
      if (error instanceof Discard) return;
      throw serverError(error)?.code === statementTimedOut ? tooLong() : asUserError(error);
    });
  const answer = found.at(-1);
  if (!answer) throw new Error('the estimate gave nothing');
  return answer;
}

/** SQLSTATE query_canceled: by the time limit, as nobody else cancels what stands in here. */
const statementTimedOut = '57014';
const tooLong = () => new UserError('CALCULATION_TOO_LONG', 'The estimate took too long, and was given up.', 'agent');

async function estimateIn(transaction: Transaction, { agentCode, period }: EstimateOptions): Promise<Estimate> {
  const sql = rawSql(transaction);
  const [agent] = await sql<{ id: number }[]>`select id from agent where code = ${agentCode}`;
  if (!agent) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${agentCode.slice(0, 100)}.`, 'agent');
  const booked = await loadBooked(transaction, period);
  const id = await nextId(transaction);
  const agentIds = await agentsOfEstimate(transaction, agent.id, period);
  const { timeZone } = await loadOperator(transaction);
  const inputs = await loadInputs(transaction, period, { agentIds });
  const scope: Scope = {
    kind: 'SIMULATION',
    runId: id,
    period,
    timeZone,
    tables: runTables(String(id)),
    inputs,
    ledger: ledgerOf(booked, period),
  };
  const onStep = async () => {};
  await rateEvents(transaction, scope, onStep);
  await completeLines(transaction, scope, {
    usedBudgets: await budgetsUsedBefore(transaction, booked, period),
    onStep,
  });
  return readEstimate(transaction, scope, { id: agent.id, code: agentCode });
}

/** The runs before a period that stand. @throws UserError PERIOD_APPROVED where the period has one itself. */
async function loadBooked(transaction: Transaction, period: Period): Promise<ApprovedRun[]> {
  const rows = await rawSql(transaction)<ApprovedRun[]>`
    select id, period from commission_run where status in ('APPROVED', 'PAID') order by period, id`;
  if (rows.some((run) => run.period >= period)) {
    throw new UserError('PERIOD_APPROVED', `${period} is approved: its statement says what it came to.`, 'period');
  }
  return [...rows];
}

type Sum = { plan: string | null; component: string; currency: string; amount: string; lines: number; id: number };

async function readEstimate(
  transaction: Transaction,
  { tables, inputs, period }: Scope,
  agent: { readonly id: number; readonly code: string },
): Promise<Estimate> {
  const sql = rawSql(transaction);
  const sums = await sql.unsafe<Sum[]>(
    `select plan.code as plan, component.code as component, component.id, line.currency, sum(amount) as amount, count(*)::integer as lines
     from ${tables.lines} line join component on component.id = line.component_id left join plan on plan.id = component.plan_id
     where agent_id = ${agent.id}
     group by plan.code, component.code, component.id, line.currency
     order by line.currency, plan.code collate "C" nulls last, component.code collate "C"`,
  );
  const volumes = await sql.unsafe<{ id: number; volume: string }[]>(
    `select component_id as id, sum(volume) as volume from ${tables.of('volume')}
     where agent_id = ${agent.id} and period = '${period}' group by component_id`,
  );
  const [unpaid] = await sql.unsafe<{ count: number }[]>(
    `select count(distinct event_id)::integer as count from ${tables.unpaid} where agent_id = ${agent.id}`,
  );
  const volumeOf = new Map(volumes.map(({ id, volume }) => [id, new Decimal(volume)]));
  const brackets = monthlyBrackets(inputs.versions);
  const components = sums.map(({ plan, component, currency, amount, lines, id }): EstimatedComponent => {
    const definition = brackets.get(id);
    return {
      planCode: plan,
      componentCode: component,
      currency,
      amount: inMinorUnits(new Decimal(amount), currency),
      lineCount: lines,
      bracket: definition ? standingOf(definition.brackets, volumeOf.get(id) ?? new Decimal(0)) : null,
    };
  });
  return { agentCode: agent.code, period, totals: totalsOf(components), components, unpaidCount: unpaid?.count ?? 0 };
}

function totalsOf(components: readonly EstimatedComponent[]): Estimate['totals'] {
  const sums = new Map<string, Decimal>();
  for (const { currency, amount } of components) {
    sums.set(currency, (sums.get(currency) ?? new Decimal(0)).plus(amount));
  }
  return [...sums].map(([currency, amount]) => ({ currency, amount: inMinorUnits(amount, currency) }));
}

/** Brackets whose bounds are volumes of the month alone: what is missing to the next can be said in their own unit. */
function monthlyBrackets(versions: Scope['inputs']['versions']): Map<number, BracketDefinition> {
  const found = new Map<number, BracketDefinition>();
  for (const { components } of versions) {
    for (const { kind, componentId, definition } of components) {
      if (kind === 'BRACKET' && definition.window === 'MONTH' && definition.bounds === 'VOLUME')
        found.set(componentId, definition);
    }
  }
  return found;
}
