import { recordChanges } from '../audit/audit.ts';
import { loadLine } from '../commissions/explainLoad.ts';
import { parseLineId } from '../commissions/lineId.ts';
import { deadline } from '../conflicts/cases/deadline.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { settlementPaperHint } from '../documents/settlementPaper.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal } from '../money.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { disputeStatement } from '../statements/confirm.ts';
import { readMoney, requireDate, requireWords } from './read.ts';
import type { disputeSubject } from './tables.ts';

// Objections of agents to issued statements (DOMAIN.md §10): filed, talked about. They run as the request role: whose rows somebody sees, and
// may write, is decided by the database, which tells the agent as well.

type DisputeSubject = (typeof disputeSubject.enumValues)[number];

export type NewDispute = {
  /** The statement: agent, month, and the currency where the agent has several. */
  readonly agentCode: string;
  readonly period: string;
  readonly currency?: string | undefined;
  readonly subject: DisputeSubject;
  /** LINE: as lines.csv names it. */
  readonly lineId?: string | undefined;
  /** SCORE: the month of the score; the statement's own unless told. */
  readonly scorePeriod?: string | undefined;
  /** MISSING_CREDIT: the sale as the agent knows it; an external id or a subscription at the least. */
  readonly source?: string | undefined;
  readonly externalId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly productCode?: string | undefined;
  readonly soldOn?: string | undefined;
  /** What the agent thinks is due. */
  readonly claimedAmount?: string | undefined;
  readonly reason: string;
  /** Papers of the agent's that speak for it. */
  readonly documentIds?: readonly number[] | undefined;
};

/**
 * Files a dispute about an issued statement, or about a line, a missing credit or a score behind it: an agent for itself, staff for an agent.
 * A statement that is not confirmed yet is DISPUTED from then on. Due `decisionDays` of the policy after the local day.
 * @returns the key of the dispute.
 * @throws UserError FORBIDDEN, NOT_FOUND where no such statement is issued (or there is no such line, score or document), DISPUTE_OVER,
 * DISPUTE_EXISTS, VALUE_MISSING, VALUE_INVALID, VALUE_TOO_LONG, NUMBER_INVALID, LINE_UNKNOWN.
 */
export async function fileDispute(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: NewDispute,
): Promise<number> {
  const reason = requireWords(input.reason, 'reason');
  const found = await findStatement(transaction, input);
  requireSpeaker(actor, found.agentId);
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  if (today >= found.disputableUntil) {
    const message = `${found.number} could be disputed until ${found.disputableUntil}, that day excluded.`;
    throw new UserError('DISPUTE_OVER', message, found.number);
  }
  const claimed =
    input.claimedAmount === undefined ? null : readMoney(input.claimedAmount, found.currency, 'claimedAmount');
  const matter = await readMatter(transaction, found, input);
  // Holds the statement: of two who file the same the second sees the first.
  await disputeStatement(transaction, actor, now, found);
  await refuseSecond(transaction, found, input.subject, matter);
  const at = now.toISOString();
  const [added] = await rawSql(transaction)<{ id: number; code: string }[]>`
    insert into dispute (agent_id, subject, run_id, currency, line_id, score_id, source, external_id, subscription_id, product_code, sold_on,
      claimed_amount, reason, state, due_at, filed_by, filed_at)
    select ${found.agentId}, ${input.subject}, ${found.runId}, ${found.currency}, ${matter.lineId}, ${matter.scoreId}, ${matter.source},
      ${matter.externalId}, ${matter.subscriptionId}, ${matter.productCode}, ${matter.soldOn}, ${claimed && canonicalDecimal(claimed)}, ${reason},
      'OPEN', ${deadline(now, await daysToDecide(transaction, today), timeZone)}, ${actor.name}, ${at}
    returning id, code`;
  if (!added) throw new Error('The dispute was not added');
  for (const documentId of new Set(input.documentIds ?? [])) {
    const fileName = await requireDocument(transaction, documentId, found.agentId);
    await addRow(transaction, actor, now, {
      disputeId: added.id,
      agentId: found.agentId,
      text: fileName,
      documentId,
      internal: false,
    });
  }
  const { lineId, scorePeriod, externalId, subscriptionId, claimedAmount } = input;
  await recordChanges(transaction, actor, now, [
    {
      action: 'dispute.filed',
      entity: 'dispute',
      entityKey: added.code,
      after: {
        statement: found.number,
        subject: input.subject,
        lineId,
        scorePeriod,
        externalId,
        subscriptionId,
        claimedAmount,
      },
      reason,
    },
  ]);
  return added.id;
}

/** An agent speaks for itself alone, staff but the auditors for everybody whom they see. @throws UserError FORBIDDEN. */
function requireSpeaker({ user }: Actor, agentId: number): void {
  if (user === null || ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE'].includes(user.role)) return;
  if (user.role === 'AGENT' && user.agentId === agentId) return;
  throw new UserError('FORBIDDEN', 'An agent disputes its own statements only.', 'agentCode');
}

type IssuedStatement = {
  readonly runId: number;
  readonly agentId: number;
  readonly agentCode: string;
  readonly period: string;
  readonly currency: string;
  readonly number: string;
  readonly disputableUntil: string;
};

async function findStatement(
  transaction: Transaction,
  { agentCode, period, currency }: NewDispute,
): Promise<IssuedStatement> {
  const found = await rawSql(transaction)<IssuedStatement[]>`
    select issued.run_id as "runId", issued.agent_id as "agentId", agent.code as "agentCode", run.period, issued.currency, issued.number,
      issued.disputable_until::text as "disputableUntil"
    from issued_statement issued join agent on agent.id = issued.agent_id join commission_run run on run.id = issued.run_id
    where agent.code = ${agentCode} and run.period = ${period} and (${currency ?? null}::text is null or issued.currency = ${currency ?? null})
    order by issued.currency collate "C"`;
  const [first] = found;
  if (!first) throw new UserError('NOT_FOUND', `No statement of ${agentCode} of ${period} is issued.`, 'period');
  if (found.length === 1) return first;
  const currencies = found.map((row) => row.currency).join(', ');
  throw new UserError('VALUE_MISSING', `${agentCode} has statements in ${currencies}: name the currency.`, 'currency');
}

type Matter = {
  readonly lineId: string | null;
  readonly scoreId: number | null;
  readonly source: string | null;
  readonly externalId: string | null;
  readonly subscriptionId: string | null;
  readonly productCode: string | null;
  readonly soldOn: string | null;
};

const nothing: Matter = {
  lineId: null,
  scoreId: null,
  source: null,
  externalId: null,
  subscriptionId: null,
  productCode: null,
  soldOn: null,
};

async function readMatter(transaction: Transaction, found: IssuedStatement, input: NewDispute): Promise<Matter> {
  if (input.subject === 'LINE') return { ...nothing, lineId: await requireLine(transaction, found, input.lineId) };
  if (input.subject === 'SCORE') {
    return { ...nothing, scoreId: await requireScore(transaction, found, input.scorePeriod ?? found.period) };
  }
  if (input.subject === 'STATEMENT') return nothing;
  const said = (text: string | undefined, at: string) => (text?.trim() ? requireWords(text, at) : null);
  const externalId = said(input.externalId, 'externalId');
  const subscriptionId = said(input.subscriptionId, 'subscriptionId');
  if (externalId === null && subscriptionId === null) {
    const message = 'Name the sale that is missing: its external id, or the subscription.';
    throw new UserError('VALUE_MISSING', message, 'externalId');
  }
  return {
    ...nothing,
    source: said(input.source, 'source'),
    externalId,
    subscriptionId,
    productCode: said(input.productCode, 'productCode'),
    soldOn: input.soldOn === undefined ? null : requireDate(input.soldOn, 'soldOn'),
  };
}

/** @throws UserError VALUE_MISSING, LINE_UNKNOWN, also for a line of another statement. */
async function requireLine(
  transaction: Transaction,
  { runId, agentId, currency, number }: IssuedStatement,
  lineId: string | undefined,
): Promise<string> {
  if (lineId === undefined) throw new UserError('VALUE_MISSING', 'Name the line.', 'lineId');
  const line = await loadLine(transaction, lineId, parseLineId(lineId));
  if (line.runId === runId && line.agentId === agentId && line.currency === currency) return lineId;
  throw new UserError('LINE_UNKNOWN', `${number} has no line ${lineId}.`, 'lineId');
}

/** @throws UserError NOT_FOUND where the agent has no score of that month that is published or final. */
async function requireScore(
  transaction: Transaction,
  { agentId, period }: IssuedStatement,
  of: string,
): Promise<number> {
  const [found] = await rawSql(transaction)<{ id: number }[]>`
    select score.id from score join score_round round on round.period = score.period and round.state in ('PUBLISHED', 'FINAL')
    where score.agent_id = ${agentId} and score.period = ${of} and score.superseded_at is null and score.period <= ${period}`;
  if (found) return found.id;
  throw new UserError(
    'NOT_FOUND',
    `There is no published score of ${of} that the statement could rest on.`,
    'scorePeriod',
  );
}

async function refuseSecond(
  transaction: Transaction,
  { runId, agentId, currency }: IssuedStatement,
  subject: DisputeSubject,
  matter: Matter,
): Promise<void> {
  const [other] = await rawSql(transaction)<{ code: string }[]>`
    select code from dispute
    where run_id = ${runId} and agent_id = ${agentId} and currency = ${currency} and state = 'OPEN' and subject = ${subject}
      and line_id is not distinct from ${matter.lineId} and score_id is not distinct from ${matter.scoreId}::integer
      and source is not distinct from ${matter.source} and external_id is not distinct from ${matter.externalId}
      and subscription_id is not distinct from ${matter.subscriptionId} and product_code is not distinct from ${matter.productCode}
      and sold_on is not distinct from ${matter.soldOn}::date limit 1`;
  if (other) throw new UserError('DISPUTE_EXISTS', `${other.code} is open and about the same.`, other.code);
}

async function daysToDecide(transaction: Transaction, today: string): Promise<number> {
  const [row] = await rawSql(transaction)<{ days: number }[]>`select dispute_days(${today}) as days`;
  if (!row) throw new Error('A function gave no row');
  return row.days;
}

/** What the file is called. @throws UserError NOT_FOUND for what may not be seen or is another agent's. */
async function requireDocument(transaction: Transaction, id: number, agentId: number): Promise<string> {
  const [found] = await rawSql(transaction)<{ fileName: string }[]>`
    select file_name as "fileName" from document where id = ${id} and agent_id = ${agentId}`;
  if (found) return found.fileName;
  const message = `The agent has no such document, or you may not see it. ${settlementPaperHint()}`;
  throw new UserError('NOT_FOUND', message, 'documentId');
}

export type NewDisputeComment = {
  readonly disputeId: number;
  readonly text: string;
  /** Evidence: a paper of the agent's. */
  readonly documentId?: number | undefined;
  /** Whether only staff sees it. */
  readonly internal?: boolean | undefined;
};

/**
 * Says something in a dispute, or brings evidence.
 * @returns the key of the comment.
 * @throws UserError NOT_FOUND, FORBIDDEN for agents other than its own, and for what an agent would hide, VALUE_MISSING, VALUE_TOO_LONG.
 */
export async function addDisputeComment(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { disputeId, text, documentId, internal = false }: NewDisputeComment,
): Promise<number> {
  const said = requireWords(text, 'text');
  const [found] = await rawSql(transaction)<{ code: string; agentId: number }[]>`
    select code, agent_id as "agentId" from dispute where id = ${disputeId}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such dispute.', 'disputeId');
  requireSpeaker(actor, found.agentId);
  if (internal && actor.user?.role === 'AGENT') {
    throw new UserError('FORBIDDEN', 'What an agent says is read by staff and by itself.', 'internal');
  }
  if (documentId !== undefined) await requireDocument(transaction, documentId, found.agentId);
  const comment = { disputeId, agentId: found.agentId, text: said, documentId, internal };
  const id = await addRow(transaction, actor, now, comment);
  await recordChanges(transaction, actor, now, [
    { action: 'dispute.comment_added', entity: 'dispute', entityKey: found.code, after: { comment: id, internal } },
  ]);
  return id;
}

type CommentRow = NewDisputeComment & { readonly agentId: number; readonly internal: boolean };

/** The audit record is the caller's. */
async function addRow(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { disputeId, agentId, text, documentId = undefined, internal }: CommentRow,
): Promise<number> {
  const [added] = await rawSql(transaction)<{ id: number }[]>`
    insert into dispute_comment (dispute_id, agent_id, text, document_id, internal, by, at)
    values (${disputeId}, ${agentId}, ${text}, ${documentId ?? null}, ${internal}, ${actor.name}, ${now.toISOString()}) returning id`;
  if (!added) throw new Error('The comment was not added');
  return added.id;
}
