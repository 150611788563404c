import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type CopyValue, copyRows } from '../db/copy.ts';
import { Decimal, minorUnitDigits, type RoundingMode } from '../money.ts';
import {
  type PaymentTerms,
  type StatementAmounts,
  type StatementParts,
  statementAmounts,
} from '../statements/statement.ts';
import type { AgreementTerms } from './definitions.ts';
import type { AgentFacts } from './engine/facts.ts';
import { groupBy } from './engine/group.ts';
import { planFacts } from './inputs.ts';
import { shortColumns } from './limits.ts';
import type { Inputs, RunTables, Scope } from './scope.ts';

export type AgentAmounts = StatementAmounts & { readonly agentId: number; readonly currency: string };

type KindSum = { readonly agent_id: number; readonly currency: string; readonly kind: string; readonly amount: string };

/** The columns of agent totals, in order, without the run's number. */
export const totalColumns = 'agent_id, component_id, kind, currency, origin_period, line_count, amount';

/** Adds up the lines by agent, component, kind, currency and origin: the one pass that statements and totals come from. */
export async function makeAgentTotals(transaction: Transaction, tables: RunTables): Promise<void> {
  await rawSql(transaction).unsafe(
    `create unlogged table ${tables.agentTotals} as
     select agent_id, component_id, kind, currency, origin_period, count(*) as line_count, sum(amount) as amount
     from ${tables.lines} group by agent_id, component_id, kind, currency, origin_period`,
  );
  await rawSql(transaction).unsafe(`analyze ${tables.agentTotals}`);
}

/**
 * A statement for everyone with lines, with something carried over, or with an agreement in the period, by agent and
 * currency; writes the TAX lines (DOMAIN.md §10) and their totals. Needs the agent totals.
 */
export async function makeStatements(transaction: Transaction, scope: Scope): Promise<AgentAmounts[]> {
  const { inputs, tables } = scope;
  const sums = await rawSql(transaction).unsafe<KindSum[]>(
    `select agent_id, currency, kind, sum(amount) as amount from ${tables.agentTotals} group by agent_id, currency, kind`,
  );
  const keyOf = (agentId: number, currency: string) => `${agentId}|${currency}`;
  const sumsOf = groupBy([...sums], (row) => keyOf(row.agent_id, row.currency));
  const openings = new Map(inputs.openings.map((row) => [keyOf(row.agentId, row.currency), row]));
  const plans = planFacts(inputs);
  const agreed = [...plans].flatMap(([agentId, own]) => {
    const last = own.at(-1);
    return last ? [keyOf(agentId, last.version.currency)] : [];
  });
  const termsOf = paymentTerms(inputs);
  const statements = [...new Set([...agreed, ...sumsOf.keys(), ...openings.keys()])].map((key): AgentAmounts => {
    const [agent = '', currency = ''] = key.split('|');
    const agentId = Number(agent);
    const parts = partsOf(sumsOf.get(key) ?? [], openings.get(key) ?? nothing);
    return { agentId, currency, ...statementAmounts(parts, termsOf(agentId, currency)) };
  });
  await writeTaxLines(transaction, scope, statements);
  return statements;
}

type Opening = { readonly amount: Decimal; readonly returned: Decimal };
const nothing: Opening = { amount: new Decimal(0), returned: new Decimal(0) };

/** Which column of the statement each kind of line belongs to; withheld and clawed back are shown as positive amounts. */
function partsOf(sums: readonly KindSum[], { amount: opening, returned }: Opening): StatementParts {
  const total = (...kinds: string[]) =>
    sums.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  return {
    opening,
    returned,
    earned: total('EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR', 'DRAW'),
    released: total('RELEASE'),
    withheld: total('WITHHOLDING').negated(),
    clawedBack: total('CLAWBACK').negated(),
    adjustments: total('RETRO', 'ADJUSTMENT'),
  };
}

const noAgreement: { terms: AgreementTerms; rounding: RoundingMode } = { terms: {}, rounding: 'HALF_UP' };

/** The terms of the period's last agreement, else of the agent's last one before; rounding as its plan rounds. */
function paymentTerms(inputs: Inputs): (agentId: number, currency: string) => PaymentTerms {
  const plans = planFacts(inputs);
  const lastFacts = new Map<number, AgentFacts>(inputs.facts.map((fact) => [fact.agentId, fact]));
  const agreements = new Map<number, { terms: AgreementTerms; rounding: RoundingMode }>();
  for (const fact of inputs.facts) {
    if (!fact.agreement) continue;
    const rounding = plans.get(fact.agentId)?.find(({ isLast }) => isLast)?.version.rounding ?? 'HALF_UP';
    agreements.set(fact.agentId, { terms: fact.agreement.terms, rounding });
  }
  return (agentId, currency) => {
    const { terms, rounding } = agreements.get(agentId) ?? inputs.lastTerms.get(agentId) ?? noAgreement;
    return {
      minimumPayout: new Decimal(terms.minimumPayout ?? 0),
      taxPercent: new Decimal(terms.taxPercent ?? 0),
      isFinal: lastFacts.get(agentId)?.status === 'TERMINATED',
      digits: minorUnitDigits[currency] ?? 2,
      rounding,
    };
  };
}

async function writeTaxLines(
  transaction: Transaction,
  scope: Scope,
  statements: readonly AgentAmounts[],
): Promise<void> {
  const taxed = statements.filter(({ tax }) => !tax.isZero());
  if (taxed.length === 0) return;
  const [component] = await rawSql(transaction)<{ id: number }[]>`select id from component where kind = 'TAX'`;
  if (!component) throw new Error('the component TAX is missing');
  const totals = taxed.map(({ agentId, currency, tax }): CopyValue[] => {
    return [agentId, component.id, 'TAX', currency, null, 1, tax.negated().toFixed()];
  });
  await copyRows(transaction, `${scope.tables.agentTotals} (${totalColumns})`, totals);
  const rows = taxed.map(({ agentId, currency, tax, taxBase }): CopyValue[] => [
    scope.runId,
    component.id,
    'TAX',
    0,
    agentId,
    'TAX',
    null,
    taxBase.toFixed(),
    '1',
    '1',
    tax.negated().toFixed(),
    currency,
  ]);
  await copyRows(transaction, `${scope.tables.lines} (${shortColumns})`, rows);
}
