import type { LineKind } from '../commissions/lineId.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import { booksPolicy } from '../settlement/policies.ts';
import { type Journal, journalOf, type Posting } from './entries.ts';
import { debtPostings, linePostings, type StatementPart, vatPostings } from './postings.ts';

/**
 * The journal of a run (DOMAIN.md §11): what its lines and statements are in the books, by the accounts of the policy by which they go.
 * Value-added tax is that of its issued statements. What the run's balances move between months is booked when it moves (payments.ts).
 * @param today the operator's local date; without it the database's
 * @returns its entries in order, and what the policy gives no account: what is missing there is missing in the entries.
 */
export async function loadJournal(
  transaction: Transaction,
  run: { readonly id: number; readonly period: Period },
  today?: string,
): Promise<Journal> {
  const { definition } = await booksPolicy(transaction, run.period, today);
  const { add, journal } = journalOf(definition.journal);
  const addAll = (postings: readonly Posting[]) => postings.forEach(add);
  for await (const rows of rawSql(transaction).unsafe<TotalRow[]>(totalsQuery(run.id)).cursor(batchRows)) {
    for (const row of rows) addAll(linePostings({ ...row, amount: new Decimal(row.amount) }));
  }
  for await (const rows of rawSql(transaction).unsafe<StatementRow[]>(statementsQuery(run.id)).cursor(batchRows)) {
    for (const row of rows) {
      const part = partOf(row);
      addAll(debtPostings(part));
      addAll(vatPostings(part));
    }
  }
  return journal();
}

const batchRows = 2000;

type TotalRow = {
  agent: string;
  channelType: string;
  plan: string | null;
  component: string;
  kind: LineKind;
  currency: string;
  isPenalty: boolean;
  amount: string;
};

const agentColumns = `agent.code as agent, channel_type.code as "channelType"`;
const agentJoins = 'join channel_type on channel_type.id = agent.channel_type_id';

/**
 * Lines by agent, component and kind; adjustments by whether they are penalties, which takes a look at the lines themselves: only of
 * agents that have some.
 */
const totalsQuery = (runId: number) => `
  select ${agentColumns}, plan.code as plan, component.code as component, total.kind::text as kind, total.currency, false as "isPenalty",
    sum(total.amount)::text as amount
  from run_agent_total total join agent on agent.id = total.agent_id ${agentJoins}
  join component on component.id = total.component_id left join plan on plan.id = component.plan_id
  where total.run_id = ${runId} and total.kind <> 'ADJUSTMENT'
  group by agent.id, channel_type.id, plan.id, component.id, total.kind, total.currency
  union all
  select ${agentColumns}, null, 'ADJUSTMENT', 'ADJUSTMENT', line.currency, coalesce(original.kind, made.kind)::text = 'PENALTY',
    sum(line.amount)::text
  from run_agent_total total join commission_line line
    on line.agent_id = total.agent_id and line.component_id = total.component_id and line.currency = total.currency
  join agent on agent.id = line.agent_id ${agentJoins}
  join adjustment made on made.id = line.cause_id left join adjustment original on original.id = made.reverses_id
  where total.run_id = ${runId} and total.kind = 'ADJUSTMENT' and line.run_id = ${runId} and line.kind = 'ADJUSTMENT'
  group by agent.id, channel_type.id, line.currency, 7`;

type StatementRow = {
  agent: string;
  channelType: string;
  currency: string;
  opening: string;
  closing: string;
  moved: string;
  paidOff: string;
  vat: string;
  vatIncluded: boolean;
};

/** Statements with what moved their balance: what their run carried, or, as long as it is not approved, would carry. */
const statementsQuery = (runId: number) => `
  select ${agentColumns}, statement.currency, statement.opening::text as opening, statement.closing::text as closing,
    coalesce(moved.amount, 0)::text as moved, coalesce(moved.paid_off, 0)::text as "paidOff",
    coalesce(issued.vat, 0)::text as vat, coalesce(issued.vat_included, false) as "vatIncluded"
  from statement join agent on agent.id = statement.agent_id ${agentJoins}
  join commission_run run on run.id = statement.run_id
  left join issued_statement issued
    on issued.run_id = statement.run_id and issued.agent_id = statement.agent_id and issued.currency = statement.currency
  left join lateral (
    select sum(entry.amount) as amount, sum(entry.amount) filter (where entry.kind in ('DEPOSIT_SET_OFF', 'REPAYMENT')) as paid_off
    from (
      select kind::text, amount from balance_entry
      where agent_id = statement.agent_id and currency = statement.currency
        and (carried_run_id = statement.run_id or carried_run_id is null and run.status = 'CALCULATED')
      union all
      select 'BANK_RETURN', amount from open_failed_payment
      where agent_id = statement.agent_id and currency = statement.currency and run.status = 'CALCULATED') entry
  ) moved on true
  where statement.run_id = ${runId}`;

function partOf({ agent, channelType, currency, vatIncluded, ...amounts }: StatementRow): StatementPart {
  return {
    agent,
    channelType,
    currency,
    vatIncluded,
    opening: new Decimal(amounts.opening),
    closing: new Decimal(amounts.closing),
    moved: new Decimal(amounts.moved),
    paidOff: new Decimal(amounts.paidOff),
    vat: new Decimal(amounts.vat),
  };
}
