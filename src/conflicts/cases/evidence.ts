import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { settlementPaperHint } from '../../documents/settlementPaper.ts';
import { UserError } from '../../errors.ts';
import { canonicalDecimal, minorUnitDigits, parseDecimal } from '../../money.ts';
import { auditCase, requireText } from './caseRecords.ts';
import { findSpeaker } from './speakers.ts';

export const evidenceKinds = ['DOCUMENT', 'EVENT', 'PRICE', 'NOTE'] as const;
type EvidenceKind = (typeof evidenceKinds)[number];

export type NewEvidence = {
  readonly caseId: number;
  readonly kind: EvidenceKind;
  /** What it shows. */
  readonly text: string;
  /** Staff: the side it is for; none: staff's own. */
  readonly agentCode?: string | undefined;
  /** DOCUMENT: of the party, from its file or a paper that it stored itself (SETTLEMENT). */
  readonly documentId?: number | undefined;
  /** EVENT: one that whoever brings it may see. */
  readonly event?: { readonly source: string; readonly externalId: string } | undefined;
  /** PRICE */
  readonly price?: string | undefined;
  readonly currency?: string | undefined;
};

/**
 * Brings something that speaks for a side; staff and that side see it. A document is read by whoever may read it anyway: the party, those
 * above it, and staff who see the party.
 * @returns the key of the evidence.
 * @throws UserError INPUT_INVALID for what is not of the kind, VALUE_MISSING, VALUE_TOO_LONG, NOT_FOUND for a document or event that may not be seen or is not the party's, NUMBER_INVALID,
 * CURRENCY_UNKNOWN, and what findSpeaker throws.
 */
export async function addEvidence(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  evidence: NewEvidence,
): Promise<number> {
  const { caseId, kind } = evidence;
  const said = requireText(evidence.text, 'text');
  refuseOthers(evidence);
  const { caseCode, agentId } = await findSpeaker(transaction, actor, caseId, evidence.agentCode ?? null);
  const documentId = kind === 'DOCUMENT' ? await findDocument(transaction, evidence, agentId) : null;
  const eventId = kind === 'EVENT' ? await findEvent(transaction, evidence) : null;
  const { price, currency } = kind === 'PRICE' ? readPrice(evidence) : { price: null, currency: null };
  const [added] = await rawSql(transaction)<{ id: number }[]>`
    insert into conflict_evidence (case_id, kind, agent_id, document_id, event_id, price, currency, text, by, at)
    values (${caseId}, ${kind}, ${agentId}, ${documentId}, ${eventId}, ${price}, ${currency}, ${said}, ${actor.name}, ${now.toISOString()})
    returning id`;
  if (!added) throw new Error('The evidence was not added');
  await auditCase(transaction, actor, now, caseCode, {
    action: 'conflict_case.evidence_added',
    after: { kind, evidence: added.id, price, currency },
  });
  return added.id;
}

/** What each kind alone has: nothing that somebody brings is dropped in silence. */
const kindOf = { documentId: 'DOCUMENT', event: 'EVENT', price: 'PRICE', currency: 'PRICE' } as const;

function refuseOthers(evidence: NewEvidence): void {
  for (const field of Object.keys(kindOf) as (keyof typeof kindOf)[]) {
    if (evidence[field] === undefined || kindOf[field] === evidence.kind) continue;
    const message = `Evidence of kind ${evidence.kind} has no ${field}; say ${kindOf[field]}, or leave it out.`;
    throw new UserError('INPUT_INVALID', message, field);
  }
}

async function findDocument(
  transaction: Transaction,
  { documentId }: NewEvidence,
  agentId: number | null,
): Promise<number> {
  if (documentId === undefined) throw new UserError('VALUE_MISSING', 'Name the document.', 'documentId');
  const [found] = await rawSql(transaction)<{ id: number }[]>`
    select id from document where id = ${documentId} and subject in ('AGENT', 'SETTLEMENT') and (${agentId}::integer is null or agent_id = ${agentId}::integer)`;
  if (found) return found.id;
  throw new UserError('NOT_FOUND', `There is no such document of the party. ${settlementPaperHint()}`, 'documentId');
}

async function findEvent(transaction: Transaction, { event }: NewEvidence): Promise<number> {
  if (!event) throw new UserError('VALUE_MISSING', 'Name the event.', 'event');
  const [found] = await rawSql(transaction)<{ id: number }[]>`
    select id::float8 as id from sales_event where source = ${event.source} and external_id = ${event.externalId}`;
  if (found) return found.id;
  throw new UserError('NOT_FOUND', `There is no event ${event.source}/${event.externalId}.`, 'event');
}

function readPrice({ price, currency }: NewEvidence): { readonly price: string; readonly currency: string } {
  if (price === undefined) throw new UserError('VALUE_MISSING', 'Name the price.', 'price');
  const decimal = parseDecimal(price);
  if (!decimal || decimal.isNegative()) throw new UserError('NUMBER_INVALID', `${price} is no price.`, 'price');
  if (currency === undefined || !Object.hasOwn(minorUnitDigits, currency)) {
    throw new UserError('CURRENCY_UNKNOWN', 'Name the currency of the price, as in CNY.', 'currency');
  }
  return { price: canonicalDecimal(decimal), currency };
}
