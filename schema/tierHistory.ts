import type { Transaction } from '../src/db/client.ts';
import { type DatedTierCause, tierHistory } from '../src/tiers/history.ts';
import type { tierMove } from '../src/tiers/tables.ts';
import { builder } from './builder.ts';
import { TierMove } from './tierEvaluation.ts';
import { tierReaders } from './tierScheme.ts';

type DatedTierRow = DatedTierCause & { readonly move: typeof tierMove.$inferSelect | null };

const DatedTierType = builder.objectRef<DatedTierRow>('DatedTier').implement({
  description: 'Days on which an agent has a tier, and what made it so.',
  authScopes: { roles: tierReaders },
  fields: (t) => ({
    tier: t.exposeString('tier', { description: 'The tier (code).' }),
    from: t.expose('from', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('to', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: it has no end.',
    }),
    move: t.field({
      type: TierMove,
      nullable: true,
      description: 'The move of an evaluation that made it so; null: something else did.',
      resolve: ({ move }) => move,
    }),
    isOverridden: t.boolean({
      description: 'Whether it was given by hand.',
      resolve: ({ overrideId }) => overrideId !== null,
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was given by hand; null: it was not.' }),
    approvedBy: t.exposeString('approvedBy', {
      nullable: true,
      description: 'Who approved that; null: it was not given by hand.',
    }),
  }),
});

/** The moves are read at once: tiers have one each. */
async function datedTiers(transaction: Transaction, agentCode: string): Promise<DatedTierRow[]> {
  const causes = await tierHistory(transaction, agentCode);
  const ids = causes.flatMap(({ moveId }) => moveId ?? []);
  const moves = ids.length === 0 ? [] : await transaction.query.tierMove.findMany({ where: { id: { in: ids } } });
  const moveOf = new Map(moves.map((move) => [move.id, move]));
  return causes.map((cause) => ({ ...cause, move: moveOf.get(cause.moveId ?? 0) ?? null }));
}

builder.queryField('tierHistory', (t) =>
  t.field({
    type: [DatedTierType],
    nullable: true,
    description: 'The tiers of an agent by date, the latest first, with what made them so.',
    authScopes: { roles: tierReaders },
    args: { agentCode: t.arg.string({ required: true, description: 'The agent (code).' }) },
    resolve: (_root, { agentCode }, { transaction }) => datedTiers(transaction, agentCode),
  }),
);
