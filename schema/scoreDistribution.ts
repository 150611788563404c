import { rawSql } from '../src/db/client.ts';
import { builder } from './builder.ts';
import { keyOfNode } from './ids.ts';
import { scoreReaders } from './scoreRound.ts';

type Stretch = { readonly firstPoint: number; readonly peers: number; readonly isOwn: boolean };

const ScoreStretch = builder.objectRef<Stretch>('ScoreStretch').implement({
  description: 'A stretch of ten points, and how many peers stand in it.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    from: t.exposeInt('firstPoint', { description: 'Its first point.' }),
    to: t.int({
      description: 'The first point after it; the highest total that there can be, as 100, is still in it.',
      resolve: ({ firstPoint }) => firstPoint + 10,
    }),
    peerCount: t.exposeInt('peers', { description: 'How many scores are in it.' }),
    isOwn: t.exposeBoolean('isOwn', { description: 'Whether the score that was asked about is in it.' }),
  }),
});

builder.queryField('scoreDistribution', (t) =>
  t.field({
    type: [ScoreStretch],
    nullable: true,
    description:
      'Among whom a published score stands: the scores of the same month, template and channel type, by stretches of ten points, and nobody’s name. Empty with fewer than five of them.',
    authScopes: { roles: scoreReaders },
    args: { scoreId: t.arg.id({ required: true, description: 'The score (id).' }) },
    resolve: async (_root, { scoreId }, { transaction }) => {
      const id = keyOfNode('Score', String(scoreId), 'scoreId');
      const rows = await rawSql(transaction)<Stretch[]>`
        select first_point as "firstPoint", peers, is_own as "isOwn" from score_distribution(${id})`;
      return [...rows];
    },
  }),
);
