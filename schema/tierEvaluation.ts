import { sql } from 'drizzle-orm';
import type { Transaction } from '../src/db/client.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { applyTiers, discardTiers, previewTiers } from '../src/tiers/evaluations.ts';
import { explainFact, explainMove } from '../src/tiers/explainMove.ts';
import type { Names } from '../src/tiers/explainProgress.ts';
import { loadNames } from '../src/tiers/progress.ts';
import type { CriterionFact } from '../src/tiers/scheme.ts';
import { type tierEvaluation, tierEvaluationState, type tierMove, tierMoveKind } from '../src/tiers/tables.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, ownerMutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';
import { TierCriterionType, tierReaders } from './tierScheme.ts';

const StateEnum = describedEnum('TierEvaluationState', 'Where an evaluation stands.', tierEvaluationState.enumValues, {
  PREVIEW: 'It can be looked at, applied or discarded; no tier has changed.',
  APPLIED: 'The tiers hold from the first day after the month on.',
  DISCARDED: 'It was discarded, or another preview took its place.',
});

export const MoveKindEnum = describedEnum(
  'TierMoveKind',
  'What an evaluation made of a tier.',
  tierMoveKind.enumValues,
  {
    ENTERED: 'The agent had no tier of the scheme.',
    PROMOTED: 'It rises.',
    KEPT: 'It stays.',
    PROTECTED: 'What keeps the tier was missed, which does not count yet for a new agent.',
    MISSED: 'What keeps the tier was missed; the tier stays for now.',
    DEMOTED: 'It falls, after as many misses in a row as the scheme says.',
    OVERRIDDEN: 'The tier was given by hand and stays.',
  },
);

const namesOf = new WeakMap<Transaction, Promise<Names>>();

/** What metrics and courses are called: read once a request. */
function requestNames({ transaction }: Context): Promise<Names> {
  const names = namesOf.get(transaction) ?? loadNames(transaction);
  namesOf.set(transaction, names);
  return names;
}

const FactType = builder.objectRef<CriterionFact>('TierFact').implement({
  description: 'What an evaluation found for a criterion of a tier.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    tier: t.exposeString('tier', { description: 'The tier (code) whose criterion it is.' }),
    isEntry: t.boolean({
      description: 'Whether it is about entering the tier, or else about keeping it.',
      resolve: ({ list }) => list === 'ENTRY',
    }),
    criterion: t.field({
      type: TierCriterionType,
      description: 'The criterion.',
      resolve: ({ criterion }) => criterion,
    }),
    value: t.expose('value', {
      type: 'Decimal',
      nullable: true,
      description: 'The value; null: there was none. Of a certificate 1 or 0.',
    }),
    held: t.exposeBoolean('held', { description: 'Whether it held.' }),
    sentenceEn: t.string({
      description: 'All that as a sentence, in English.',
      resolve: async (fact, _args, context) => explainFact(fact, await requestNames(context)).en,
    }),
    sentenceZh: t.string({
      description: 'All that as a sentence, in Chinese.',
      resolve: async (fact, _args, context) => explainFact(fact, await requestNames(context)).zh,
    }),
  }),
});

const explained = {
  columns: { kind: true, missesAfter: true, facts: true },
  with: {
    agent: { columns: { code: true } },
    fromTier: { columns: { code: true } },
    toTier: { columns: { code: true } },
    evaluation: { columns: {}, with: { version: { columns: { definition: true } } } },
  },
} as const;

type Row = Pick<typeof tierMove.$inferSelect, 'kind' | 'missesAfter' | 'facts'> & {
  readonly agent: { readonly code: string };
  readonly fromTier: { readonly code: string } | null;
  readonly toTier: { readonly code: string };
  readonly evaluation: {
    readonly version: { readonly definition: Parameters<typeof explainMove>[1] };
  };
};

async function reasonOf({ kind, missesAfter, facts, ...row }: Row, context: Context) {
  const move = { agentCode: row.agent.code, fromTier: row.fromTier?.code ?? null, toTier: row.toTier.code };
  const { definition } = row.evaluation.version;
  return explainMove({ ...move, kind, missesAfter, facts }, definition, await requestNames(context));
}

export const TierMove = builder.drizzleObject('tierMove', {
  name: 'TierMove',
  description: 'What an evaluation found for an agent.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: { columns: {}, with: { agent: { columns: { code: true } } } },
      resolve: ({ agent }) => agent.code,
    }),
    kind: t.expose('kind', { type: MoveKindEnum, description: 'What became of its tier.' }),
    fromTier: t.string({
      nullable: true,
      description: 'The tier (code) it had; null: none.',
      select: { columns: {}, with: { fromTier: { columns: { code: true } } } },
      resolve: ({ fromTier }) => fromTier?.code,
    }),
    toTier: t.string({
      description: 'The tier (code) it has after the month.',
      select: { columns: {}, with: { toTier: { columns: { code: true } } } },
      resolve: ({ toTier }) => toTier.code,
    }),
    missesBefore: t.exposeInt('missesBefore', { description: 'Misses in a row before.' }),
    missesAfter: t.exposeInt('missesAfter', { description: 'Misses in a row after.' }),
    revision: t.exposeInt('revision', {
      description: 'How many times it was evaluated again, after appeals against scores.',
    }),
    reasonEn: t.string({
      description: 'Why, as a sentence in English.',
      select: explained,
      resolve: async (row, _args, context) => (await reasonOf(row, context)).en,
    }),
    reasonZh: t.string({
      description: 'Why, as a sentence in Chinese.',
      select: explained,
      resolve: async (row, _args, context) => (await reasonOf(row, context)).zh,
    }),
    facts: t.field({
      type: [FactType],
      description: 'What was looked at, criterion by criterion.',
      select: { columns: { facts: true } },
      resolve: ({ facts }) => [...facts],
    }),
  }),
});

const TierMoveConnection = builder.connectionObject(
  { type: TierMove, name: 'TierMoveConnection', description: 'A page of moves.', authScopes: { roles: tierReaders } },
  { description: 'A move in a page.', authScopes: { roles: tierReaders } },
);

const moveOrder: PageOrder<typeof tierMove> = {
  name: 'tierMoves',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

type MoveCount = { readonly kind: (typeof tierMoveKind.enumValues)[number]; readonly count: number };

const MoveCountType = builder.objectRef<MoveCount>('TierMoveCount').implement({
  description: 'How many agents it is so for.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: MoveKindEnum, description: 'What became of their tier.' }),
    count: t.exposeInt('count', { description: 'How many agents.' }),
  }),
});

const TierEvaluation = builder.drizzleNode('tierEvaluation', {
  name: 'TierEvaluation',
  description: 'An evaluation of a tier scheme for a month.',
  authScopes: { roles: tierReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    scheme: t.relation('scheme', { description: 'The scheme.' }),
    version: t.relation('version', { description: 'The version of the scheme.' }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    state: t.expose('state', { type: StateEnum, description: 'Where it stands.' }),
    effectiveOn: t.expose('effectiveOn', {
      type: 'Date',
      description: 'The first day after the month: from then on its tiers hold.',
    }),
    createdBy: t.exposeString('createdBy', { description: 'Who previewed it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who applied or discarded it.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    movesHash: t.exposeString('movesHash', {
      description: 'SHA-256 of its moves as they were previewed: the same facts give the same.',
    }),
    counts: t.field({
      type: [MoveCountType],
      description: 'How many agents that you may see it is how for, as it is now.',
      select: { columns: { id: true } },
      resolve: async ({ id }, _args, { transaction }) =>
        transaction.execute<MoveCount>(sql`
          select kind, count(*)::integer as count from tier_move
          where evaluation_id = ${id} and not superseded group by kind order by kind`),
    }),
    moves: t.connection(
      {
        type: TierMove,
        description: 'What it found for agents that you may see.',
        select: { columns: { id: true } },
        args: {
          kind: t.arg({ type: MoveKindEnum, description: 'Only those.' }),
          agentCode: t.arg.string({ description: 'Only of this agent (code).' }),
          regionCode: t.arg.string({
            description: 'Only of agents that are in this region (code) or below it on the last day of the month.',
          }),
        },
        resolve: async ({ id }, args, context, info) => {
          const agents = await wantedAgent(context.transaction, args.agentCode);
          return readConnection(TierMove, moveOrder, { args, context, info }, (table) => [
            equals(table.evaluationId, id),
            sql`not ${table.superseded}`,
            equals(table.kind, args.kind),
            among(table.agentId, agents),
            args.regionCode == null
              ? undefined
              : sql`${table.agentId} in (
                  with recursive below as (
                    select id from region where code = ${args.regionCode}
                    union all select region.id from region join below on region.parent_id = below.id)
                  select placed.agent_id from agent_region placed join below on below.id = placed.region_id
                  where daterange(placed.valid_from, placed.valid_to)
                    @> ((select effective_on from tier_evaluation where id = ${id}) - 1))`,
          ]);
        },
      },
      TierMoveConnection,
    ),
  }),
});

const TierEvaluationConnection = builder.connectionObject(
  {
    type: TierEvaluation,
    name: 'TierEvaluationConnection',
    description: 'A page of evaluations.',
    authScopes: { roles: tierReaders },
  },
  { description: 'An evaluation in a page.', authScopes: { roles: tierReaders } },
);

const evaluationOrder: PageOrder<typeof tierEvaluation> = {
  name: 'tierEvaluations',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryFields((t) => ({
  tierEvaluations: t.connection(
    {
      type: TierEvaluation,
      nullable: true,
      description: 'Evaluations of tier schemes, the latest first; agents see the applied ones.',
      authScopes: { roles: tierReaders },
      args: {
        scheme: t.arg.string({ description: 'Only of this scheme (code).' }),
        period: t.arg.string({ description: 'Only of this month (2026-10).' }),
        state: t.arg({ type: StateEnum, description: 'Only those that stand there.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(TierEvaluation, evaluationOrder, { args, context, info }, (table) => [
          equals(table.period, args.period),
          equals(table.state, args.state),
          args.scheme == null
            ? undefined
            : sql`${table.schemeId} = (select id from tier_scheme where code = ${args.scheme})`,
        ]),
    },
    TierEvaluationConnection,
  ),
  tierEvaluation: t.drizzleField({
    type: TierEvaluation,
    nullable: true,
    description: 'An evaluation of a tier scheme; null where there is none that you may see.',
    authScopes: { roles: tierReaders },
    args: { id: t.arg.id({ required: true, description: 'Which one.' }) },
    resolve: (query, _root, { id }, { transaction }) =>
      transaction.query.tierEvaluation.findFirst(query({ where: { id: keyOf(id, 'id') } })),
  }),
}));

const keyOf = (id: string | number, at: string) => keyOfNode('TierEvaluation', String(id), at);

type EvaluationAnswer = { readonly evaluationId: number };

const EvaluationPayload = builder.objectRef<EvaluationAnswer>('TierEvaluationPayload').implement({
  description: 'The evaluation that was previewed or decided about.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    evaluation: t.drizzleField({
      type: TierEvaluation,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { evaluationId }, _args, { transaction }) =>
        transaction.query.tierEvaluation.findFirst(query({ where: { id: evaluationId } })),
    }),
  }),
});

const evaluationIdArgument = builder.args((t) => ({
  evaluationId: t.id({ required: true, description: 'Which one.' }),
}));

builder.mutationFields((t) => ({
  previewTiers: t.field({
    type: EvaluationPayload,
    errors: resultUnion('previewTiers'),
    description:
      'Evaluates a tier scheme for a month that is over and keeps what it finds as a preview, in place of a former one. No tier changes.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      scheme: t.arg.string({ required: true, description: 'The scheme (code).' }),
      period: t.arg.string({ required: true, description: 'The month (2026-10).' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'previewTiers',
      async (transaction, actor, { scheme, period }, { now }): Promise<EvaluationAnswer> => {
        const { evaluationId } = await previewTiers(transaction, actor, now, { scheme, period });
        return { evaluationId };
      },
    ),
  }),
  applyTiers: t.field({
    type: EvaluationPayload,
    errors: resultUnion('applyTiers'),
    description:
      'Applies a preview: the tiers hold from the first day after the month on, and agents are told. What was looked at must still be as it was.',
    authScopes: { roles: ['ADMIN'] },
    args: { ...evaluationIdArgument, ...idempotencyKeyArgument },
    resolve: ownerMutationResolver(
      'applyTiers',
      async (transaction, actor, args, { now }): Promise<EvaluationAnswer> => {
        const evaluationId = keyOf(args.evaluationId, 'evaluationId');
        await applyTiers(transaction, actor, now, evaluationId);
        return { evaluationId };
      },
    ),
  }),
  discardTiers: t.field({
    type: EvaluationPayload,
    errors: resultUnion('discardTiers'),
    description: 'Discards a preview. It can still be read.',
    authScopes: { roles: ['ADMIN'] },
    args: { ...evaluationIdArgument, ...idempotencyKeyArgument },
    resolve: ownerMutationResolver(
      'discardTiers',
      async (transaction, actor, args, { now }): Promise<EvaluationAnswer> => {
        const evaluationId = keyOf(args.evaluationId, 'evaluationId');
        await discardTiers(transaction, actor, now, evaluationId);
        return { evaluationId };
      },
    ),
  }),
}));
