import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { previousPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { factsOverPeriod } from './engine/facts.ts';
import { type CreditingOfEvent, loadCrediting } from './explainCrediting.ts';
import { type EventRow, loadEvent } from './explainLoad.ts';
import { loadAgentHistories, loadPlanVersions, loadReferenceData } from './load.ts';
import type { Inputs } from './scope.ts';

// One event with all that decides which rules pay it: as a calculation loads it, but for its agents alone.

export type EventKey = { readonly source: string; readonly externalId: string };

export type CreditOfEvent = {
  readonly agentId: number;
  readonly agent: string;
  readonly role: string;
  readonly share: string;
  /** Whether the event names it, but a TRANSFER, or a case or credit rule, gave the event to others. */
  readonly goneBy: 'TRANSFERRED' | 'RECREDITED' | null;
};

export type RuleFacts = {
  readonly event: EventRow;
  readonly product: { readonly code: string; readonly category: string | null };
  readonly regionId: number | null;
  readonly segment: string | null;
  readonly campaign: string | null;
  readonly contractMonths: number | null;
  /** 1 in the month in which the subscription began; null where that is not known. */
  readonly subscriptionMonth: number | null;
  readonly isReversed: boolean;
  /** What cases and credit rules make of the event, where they make anything. */
  readonly crediting: CreditingOfEvent | undefined;
  readonly credits: readonly CreditOfEvent[];
  readonly inputs: Inputs;
  readonly timeZone: string;
};

/** @throws UserError NOT_FOUND, NOT_SET_UP */
export async function loadRuleFacts(transaction: Transaction, key: EventKey): Promise<RuleFacts> {
  const { timeZone } = await loadOperator(transaction);
  const eventId = await findEvent(transaction, key);
  const event = await loadEvent(transaction, eventId ?? null);
  if (!event) {
    const name = `${key.source}/${key.externalId}`;
    throw new UserError('NOT_FOUND', `There is no event ${name}, or you have no part in it.`, name);
  }
  const surroundings = await loadSurroundings(transaction, event);
  const crediting = await loadCrediting(transaction, event.id);
  const credits = crediting?.isShared
    ? await loadAwards(transaction, event)
    : await loadCredits(transaction, event, surroundings);
  return {
    event,
    ...(await loadDimensions(transaction, event)),
    subscriptionMonth: subscriptionMonthOf(event, surroundings.startDate),
    isReversed: await loadIsReversed(transaction, event),
    crediting,
    credits,
    inputs: await loadInputs(
      transaction,
      event,
      credits.map(({ agentId }) => agentId),
    ),
    timeZone,
  };
}

/** An event that the reader has a part in: its own, a share of it, or a line about it. */
async function findEvent(transaction: Transaction, { source, externalId }: EventKey): Promise<string | undefined> {
  const [found] = await rawSql(transaction)<{ id: string | null }[]>`
    select credited_event_id(${source}, ${externalId})::text as id`;
  return found?.id ?? undefined;
}

type Surroundings = { readonly transferredTo: number | null; readonly startDate: string | null };

/** What other events, whoever's they are, say about this one: to whom a TRANSFER credits it, and when its subscription began. */
async function loadSurroundings(transaction: Transaction, event: EventRow): Promise<Surroundings> {
  const [row] = await rawSql(transaction)<Surroundings[]>`
    select transferred_to as "transferredTo", (started_at at time zone operator.time_zone)::date::text as "startDate"
    from event_facts(${event.id}) cross join operator`;
  return row ?? { transferredTo: null, startDate: null };
}

/**
 * The credits of agents that the reader may see. After a TRANSFER the new agent has the one credit (docs/commission.md §3.2), and
 * the others that the row names are told that theirs is gone.
 */
async function loadCredits(
  transaction: Transaction,
  event: EventRow,
  { transferredTo }: Surroundings,
): Promise<CreditOfEvent[]> {
  const given = await loadGivenCredits(transaction, event);
  if (transferredTo === null) return given;
  const gone = given.filter(({ agentId }) => agentId !== transferredTo);
  const taken = await loadSoleCredit(transaction, transferredTo);
  return [...taken, ...gone.map((credit) => ({ ...credit, goneBy: 'TRANSFERRED' as const }))];
}

/** The credits that a case or credit rule gives; whom the row names besides is told that its credit is gone. */
async function loadAwards(transaction: Transaction, event: EventRow): Promise<CreditOfEvent[]> {
  const awards = await rawSql(transaction)<CreditOfEvent[]>`
    select agent.id as "agentId", agent.code as agent, award.role, award.share, null as "goneBy"
    from event_award award join agent on agent.id = award.agent_id where award.event_id = ${event.id}
    order by agent.code collate "C", award.role collate "C"`;
  const given = await loadGivenCredits(transaction, event);
  const gone = given.filter(({ agentId }) => !awards.some((award) => award.agentId === agentId));
  return [...awards, ...gone.map((credit) => ({ ...credit, goneBy: 'RECREDITED' as const }))];
}

/** What the event itself says: its credits, or all of it to its agent. */
async function loadGivenCredits(transaction: Transaction, { id }: EventRow): Promise<CreditOfEvent[]> {
  const rows = await rawSql(transaction)<CreditOfEvent[]>`
    select agent.id as "agentId", agent.code as agent, credit.role, credit.share, null as "goneBy"
    from (
      select agent_id, role, share from event_credit where event_id = ${id}
      union all
      select agent_id, 'SELLER', 1 from credited_event(${id}) where not has_credits
    ) credit join agent on agent.id = credit.agent_id
    order by agent.code collate "C", credit.role collate "C"`;
  return [...rows];
}

async function loadSoleCredit(transaction: Transaction, agentId: number): Promise<CreditOfEvent[]> {
  const rows = await rawSql(transaction)<CreditOfEvent[]>`
    select id as "agentId", code as agent, 'SELLER' as role, '1' as share, null as "goneBy" from agent where id = ${agentId}`;
  return [...rows];
}

type Dimensions = Pick<RuleFacts, 'product' | 'regionId' | 'segment' | 'campaign' | 'contractMonths'>;

async function loadDimensions(transaction: Transaction, event: EventRow): Promise<Dimensions> {
  type Row = Omit<Dimensions, 'product'> & { product: string; category: string | null };
  const [row] = await rawSql(transaction)<Row[]>`
    select product.code as product, category.code as category, event.region_id as "regionId", segment.code as segment,
           campaign.code as campaign, event.contract_months as "contractMonths"
    from credited_event(${event.id}) event
    join product on product.id = event.product_id
    left join product_category category on category.id = product.category_id
    left join segment on segment.id = event.segment_id
    left join campaign on campaign.id = event.campaign_id`;
  if (!row) throw new Error(`event ${event.id} vanished`);
  const { product, category, ...rest } = row;
  return { ...rest, product: { code: product, category } };
}

/** The month of the subscription, from its latest ACTIVATION before the event (docs/commission.md §4). */
function subscriptionMonthOf({ type, date }: EventRow, startDate: string | null): number | null {
  if (startDate === null || type !== 'BILL') return null;
  const monthNumber = (at: string) => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7));
  return monthNumber(date) - monthNumber(startDate) + 1;
}

async function loadIsReversed(transaction: Transaction, event: EventRow): Promise<boolean> {
  const [reversal] = await rawSql(transaction)<{ id: string }[]>`
    select id::text as id from sales_event where type = 'REVERSAL' and source = ${event.source}
      and original_external_id = ${event.externalId} limit 1`;
  return reversal !== undefined;
}

/** What a calculation of the event's period reads, of these agents and without what only pools and statements need. */
async function loadInputs(transaction: Transaction, event: EventRow, agentIds: readonly number[]): Promise<Inputs> {
  const { period } = event;
  const versions = await loadPlanVersions(transaction, period);
  const versionDates = versions.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const histories = await loadAgentHistories(transaction, period, agentIds);
  const scores = await rawSql(transaction)<{ agent_id: number; period: string; value: string }[]>`
    select agent_id, period, value from metric_value
    where metric = 'SCORE' and agent_id = any(${[...agentIds]}) and period = any(${[period, previousPeriod(period)]})`;
  const values = new Map(scores.map((row) => [`${row.agent_id}|${row.period}`, new Decimal(row.value)]));
  return {
    reference: await loadReferenceData(transaction),
    versions,
    pools: [],
    histories,
    facts: histories.flatMap((history) => factsOverPeriod(history, period, versionDates)),
    metric: (agentId, metric, at) => (metric === 'SCORE' ? values.get(`${agentId}|${at}`) : undefined),
    carriedIn: new Map(),
    openings: [],
    crediting: { shared: new Set(), blocked: new Set() },
    lastTerms: new Map(),
  };
}
