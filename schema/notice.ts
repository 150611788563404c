import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { noticeText } from '../src/notices/noticeText.ts';
import { markNoticesRead } from '../src/notices/readNotices.ts';
import { type notice, noticeKind } from '../src/notices/tables.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** A notice is for its agent; who manages agents, or audits, sees what they were told. */
const readers: readonly Role[] = [...managers, 'AUDITOR', 'AGENT'];

const NoticeKindEnum = describedEnum('NoticeKind', 'What a notice is about.', noticeKind.enumValues, {
  SCORE_PUBLISHED: 'A score was published.',
  SCORE_APPEAL_DECIDED: 'An appeal about a score was decided.',
  RATING_COMMENT_RELEASED: 'Words of a rater were released.',
  TIER_CHANGED: 'The tier changes.',
  TIER_MISSED: 'What keeps the tier was missed.',
  TIER_OVERRIDE: 'The tier was set by hand.',
  AWARD_GRANTED: 'An award was given.',
  CONFLICT_OPENED: 'A conflict concerns the agent.',
  CONFLICT_DECIDED: 'A conflict was decided.',
  CONFLICT_CLOSED: 'A conflict is settled for good, or is none any more.',
  REGISTRATION_DECIDED: 'A registered deal was protected, queued or refused.',
  REGISTRATION_EXPIRING: 'The protection of a registered deal ends soon.',
  REGISTRATION_EXPIRED: 'The protection of a registered deal has ended.',
  STATEMENT_ISSUED: 'A statement was issued.',
  DISPUTE_FILED: 'A dispute was filed.',
  DISPUTE_ANSWERED: 'Somebody answered in a dispute.',
  DISPUTE_DECIDED: 'A dispute was decided.',
  DISPUTE_OVERDUE: 'A dispute is not decided in time.',
});

const Notice = builder.drizzleNode('notice', {
  name: 'Notice',
  description: 'Something that an agent is told.',
  authScopes: { roles: readers },
  id: { column: (columns) => columns.id },
  select: { columns: { kind: true, details: true } },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    kind: t.expose('kind', { type: NoticeKindEnum, description: 'What it is about.' }),
    details: t.expose('details', { type: 'Json', description: 'What its text is made of, by name; all as text.' }),
    textEn: t.string({
      description: 'What it says, in English.',
      resolve: ({ kind, details }) => noticeText(kind, details).textEn,
    }),
    textZh: t.string({
      description: 'What it says, in Chinese.',
      resolve: ({ kind, details }) => noticeText(kind, details).textZh,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was told.' }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the agent marked it as read; null: it has not.',
    }),
  }),
});

const NoticeConnection = builder.connectionObject(
  { type: Notice, name: 'NoticeConnection', description: 'A page of notices.', authScopes: { roles: readers } },
  { description: 'A notice in a page.', authScopes: { roles: readers } },
);

const noticeOrder: PageOrder<typeof notice> = {
  name: 'notices',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('notices', (t) =>
  t.connection(
    {
      type: Notice,
      nullable: true,
      description: 'What agents were told, the latest first. An agent sees its own, and not those of agents below it.',
      authScopes: { roles: readers },
      args: {
        unreadOnly: t.arg.boolean({ defaultValue: false, description: 'Only what was not marked as read.' }),
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        kind: t.arg({ type: NoticeKindEnum, description: 'About this.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Notice, noticeOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.kind, args.kind),
          args.unreadOnly ? sql`${table.readAt} is null` : undefined,
        ]);
      },
    },
    NoticeConnection,
  ),
);

const NoticesReadPayload = builder.objectRef<{ readonly readCount: number }>('NoticesReadPayload').implement({
  description: 'How many notices were marked.',
  authScopes: { roles: ['AGENT'] },
  fields: (t) => ({
    readCount: t.exposeInt('readCount', { description: 'How many are read now that were not.' }),
  }),
});

builder.mutationField('markNoticesRead', (t) =>
  t.field({
    type: NoticesReadPayload,
    errors: resultUnion('markNoticesRead'),
    description: 'Marks notices of your agent as read; what is not yours, or read already, stays as it is.',
    authScopes: { roles: ['AGENT'] },
    args: {
      noticeIds: t.arg({ type: ['ID'], required: true, description: 'The ids of the notices.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('markNoticesRead', async (transaction, actor, { noticeIds }, { now }) => {
      const ids = noticeIds.map((id) => keyOfNode('Notice', String(id), 'noticeIds'));
      return { readCount: await markNoticesRead(transaction, actor, now, ids) };
    }),
  }),
);
