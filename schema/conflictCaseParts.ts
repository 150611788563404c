import type { CaseEvent } from '../src/conflicts/cases/caseMatters.ts';
import { caseStates } from '../src/conflicts/cases/caseStates.ts';
import { audiences } from '../src/conflicts/cases/comments.ts';
import { evidenceKinds } from '../src/conflicts/cases/evidence.ts';
import type { ShownParty, ShownStep } from '../src/conflicts/cases/readCases.ts';
import type { HitFinding } from '../src/conflicts/facts.ts';
import { builder, staff } from './builder.ts';
import { caseReaders, isStaff, matterOf } from './conflictCaseLoaders.ts';
import type { Context } from './context.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';

export const ConflictCaseStateEnum = describedEnum('ConflictCaseState', 'Where a case stands.', caseStates, {
  OPEN: 'It was found, or opened again.',
  IN_MEDIATION: 'Somebody mediates.',
  RESOLVED: 'It was decided; its parties may appeal for some days.',
  APPEALED: 'A party appealed: somebody else has to decide.',
  CLOSED: 'It is settled for good, or what it was about is no more.',
});

export const ConflictSideEnum = describedEnum(
  'ConflictSide',
  'Which side an agent is on.',
  ['ACCUSED', 'CLAIMANT'] as const,
  {
    ACCUSED: 'It sold.',
    CLAIMANT: 'It is its customer, territory or earlier sale.',
  },
);

export const ConflictAudienceEnum = describedEnum('ConflictAudience', 'Who reads a comment.', audiences, {
  STAFF: 'Staff only.',
  PARTIES: 'Staff and every party.',
  SIDE: 'Staff and the one side that said it or is asked.',
});

export const ConflictEvidenceKindEnum = describedEnum(
  'ConflictEvidenceKind',
  'What a piece of evidence is.',
  evidenceKinds,
  {
    DOCUMENT: 'A stored file.',
    EVENT: 'A sales event.',
    PRICE: 'A price that was seen.',
    NOTE: 'Words.',
  },
);

export const ConflictFindingType = builder.objectRef<HitFinding>('ConflictFinding').implement({
  description: 'A test that an event failed.',
  authScopes: { roles: staff },
  fields: (t) => ({
    test: t.exposeString('test', { description: 'The test, as in OUTSIDE_OWN or MATRIX.' }),
    agents: t.stringList({
      description: 'Agents whose right it goes against (codes).',
      resolve: ({ agents }) => [...(agents ?? [])],
    }),
    events: t.stringList({
      description: 'Other events concerned, as source/external id.',
      resolve: ({ events }) => [...(events ?? [])],
    }),
    region: t.exposeString('region', { nullable: true, description: 'The region (code) it was sold in.' }),
    registration: t.exposeString('registration', { nullable: true, description: 'The registered deal (code).' }),
    floorPrice: t.expose('floorPrice', {
      type: 'Decimal',
      nullable: true,
      description: 'The lowest price of one unit.',
    }),
    currency: t.exposeString('currency', { nullable: true, description: 'The currency of the price.' }),
    courses: t.stringList({
      description: 'Courses without a valid result (codes).',
      resolve: ({ courses }) => [...(courses ?? [])],
    }),
    campaigns: t.stringList({
      description: 'The campaigns that it was claimed under (codes).',
      resolve: ({ campaigns }) => [...(campaigns ?? [])],
    }),
  }),
});

export const ConflictEventType = builder.objectRef<CaseEvent>('ConflictEvent').implement({
  description: 'An event that a case is about, whosever it is.',
  authScopes: { roles: staff },
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The system it came from.' }),
    externalId: t.exposeString('externalId', { description: 'Its id there.' }),
    type: t.exposeString('type', { description: 'What happened.' }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened.',
      resolve: ({ occurredAt }) => new Date(occurredAt).toISOString(),
    }),
    agentCode: t.exposeString('agentCode', { description: 'Who sold (code).' }),
    productCode: t.exposeString('productCode', { description: 'What was sold (code).' }),
    customerId: t.exposeString('customerId', { nullable: true, description: 'The customer.' }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How many units.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'Its amount as a whole.' }),
    currency: t.exposeString('currency', { description: 'The currency of its amount.' }),
    isHit: t.exposeBoolean('isHit', { description: "Whether it is the event that was found; else a party's own." }),
  }),
});

export const ConflictPartyType = builder.objectRef<ShownParty>('ConflictParty').implement({
  description: 'An agent that a case concerns, with what it may know: its own side.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    side: t.expose('side', { type: ConflictSideEnum, description: 'Its side.' }),
    tests: t.stringList({ description: 'The tests that concern it.', resolve: ({ facts }) => [...facts.tests] }),
    event: t.string({
      nullable: true,
      description: 'Its own event, as source/external id; null: its claim is no event.',
      resolve: ({ facts }) => facts.event ?? null,
    }),
    region: t.string({
      nullable: true,
      description: 'Where it sold (code); only the accused is told.',
      resolve: ({ facts }) => facts.region ?? null,
    }),
    registration: t.string({
      nullable: true,
      description: 'Its own registered deal (code).',
      resolve: ({ facts }) => facts.registration ?? null,
    }),
  }),
});

export const ConflictStepType = builder.objectRef<ShownStep>('ConflictStep').implement({
  description: 'Something that happened to a case.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    action: t.exposeString('action', { description: 'What, as in OPENED, ASSIGNED, ESCALATED or RESOLVED.' }),
    toState: t.expose('toState', { type: ConflictCaseStateEnum, description: 'Where the case stood then.' }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => new Date(at).toISOString() }),
    by: t.exposeString('by', { nullable: true, description: 'Who; null for agents.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why; null for agents.' }),
  }),
});

export const ConflictComment = builder.drizzleObject('conflictComment', {
  name: 'ConflictComment',
  description: 'Something that was said to a case.',
  authScopes: { roles: caseReaders },
  select: { columns: { caseId: true, agentId: true, by: true } },
  fields: (t) => ({
    audience: t.expose('audience', { type: ConflictAudienceEnum, description: 'Who reads it.' }),
    agentCode: t.string({
      nullable: true,
      description: 'SIDE: the agent (code) whose side it is.',
      resolve: ({ caseId, agentId }, _args, context) => codeOfSide(context, caseId, agentId),
    }),
    text: t.exposeString('text', { description: 'What was said.' }),
    by: t.string({
      nullable: true,
      description: 'Who said it; null for agents where it was not themselves.',
      resolve: ({ by }, _args, context) => (isStaff(context) || by === context.actor?.name ? by : null),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

export const ConflictEvidence = builder.drizzleObject('conflictEvidence', {
  name: 'ConflictEvidence',
  description: 'Something that speaks for a side; seen by staff and by that side.',
  authScopes: { roles: caseReaders },
  select: { columns: { caseId: true, agentId: true, by: true, documentId: true, eventId: true } },
  fields: (t) => ({
    kind: t.expose('kind', { type: ConflictEvidenceKindEnum, description: 'What it is.' }),
    agentCode: t.string({
      nullable: true,
      description: "The agent (code) that it speaks for; null: staff's own.",
      resolve: ({ caseId, agentId }, _args, context) => codeOfSide(context, caseId, agentId),
    }),
    text: t.exposeString('text', { description: 'What it shows.' }),
    documentPath: t.string({
      nullable: true,
      description: 'DOCUMENT: where it is downloaded from.',
      resolve: ({ documentId }) => (documentId === null ? null : `/documents/${encodeNodeId('Document', documentId)}`),
    }),
    event: t.string({
      nullable: true,
      description: 'EVENT: the event, as source/external id; null where you may not see it.',
      resolve: async ({ eventId }, _args, { transaction }) => {
        if (eventId === null) return null;
        const event = await transaction.query.salesEvent.findFirst({ where: { id: eventId } });
        return event ? `${event.source}/${event.externalId}` : null;
      },
    }),
    price: t.expose('price', { type: 'Decimal', nullable: true, description: 'PRICE: the price.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'PRICE: its currency.' }),
    by: t.string({
      nullable: true,
      description: 'Who brought it; null for agents where it was not themselves.',
      resolve: ({ by }, _args, context) => (isStaff(context) || by === context.actor?.name ? by : null),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

/** The code of an agent on a case: staff may read it whosever agent it is, an agent its own and those below it. */
export async function codeOfSide(context: Context, caseId: number, agentId: number | null): Promise<string | null> {
  if (agentId === null) return null;
  const known = (await matterOf(context, caseId))?.agents[agentId];
  if (known !== undefined) return known;
  const row = await context.transaction.query.agent.findFirst({ columns: { code: true }, where: { id: agentId } });
  return row?.code ?? null;
}
