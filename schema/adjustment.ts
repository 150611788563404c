import { type SQL, sql } from 'drizzle-orm';
import { type adjustment, adjustmentKind } from '../src/adjustments/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import { disputeReaders } from './dispute.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { among, equals, readConnection } from './pages.ts';

export const AdjustmentKindEnum = describedEnum('AdjustmentKind', 'What an adjustment is.', adjustmentKind.enumValues, {
  PENALTY: 'A penalty.',
  PRICE_DIFFERENCE: 'The difference to a floor price.',
  REVERSED: 'Takes another one back.',
  CORRECTION: 'Corrects what an agent was paid, either way.',
});

const adjustmentStates = ['DUE', 'BOOKED', 'WITHDRAWN'] as const;
type AdjustmentState = (typeof adjustmentStates)[number];

const AdjustmentStateEnum = describedEnum('AdjustmentState', 'Whether an adjustment is booked.', adjustmentStates, {
  DUE: 'The next run that is approved books it.',
  BOOKED: 'An approved run booked it.',
  WITHDRAWN: 'It was taken back before a run booked it.',
});

/** The month whose approved run booked it: the first from its month on. */
const bookedPeriod = (table: { fromPeriod: unknown; withdrawnAt: unknown }) => sql<string | null>`(
  select min(run.period) from commission_run run
  where ${table.withdrawnAt} is null and run.period >= ${table.fromPeriod} and run.status in ('APPROVED', 'PAID') and not run.is_cut_over)`;

const Adjustment = builder.drizzleNode('adjustment', {
  name: 'Adjustment',
  description: 'An amount that is added to what an agent is due or, negative, taken from it, as a line of its own.',
  authScopes: { roles: disputeReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    kind: t.expose('kind', { type: AdjustmentKindEnum, description: 'What it is.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'The amount.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    reason: t.exposeString('reason', { description: 'Why: words, or the code of the case or dispute.' }),
    createdBy: t.exposeString('createdBy', { description: 'Who decided or approved it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When.' }),
    fromPeriod: t.expose('fromPeriod', { type: 'Period', description: 'The first month that can book it.' }),
    bookedPeriod: t.field({
      type: 'Period',
      nullable: true,
      description: 'The month whose approved run booked it; null: none yet.',
      select: { extras: { bookedPeriod } },
      resolve: ({ bookedPeriod: period }) => period,
    }),
    state: t.field({
      type: AdjustmentStateEnum,
      description: 'Whether it is booked.',
      select: { columns: { withdrawnAt: true }, extras: { bookedPeriod } },
      resolve: ({ withdrawnAt, bookedPeriod: period }): AdjustmentState =>
        withdrawnAt !== null ? 'WITHDRAWN' : period === null ? 'DUE' : 'BOOKED',
    }),
    proposalCode: t.string({
      nullable: true,
      description: 'By hand: the proposal (code).',
      select: { columns: { proposalId: true } },
      resolve: ({ proposalId }) => (proposalId === null ? null : `AP-${proposalId}`),
    }),
    disputeCode: t.string({
      nullable: true,
      description: 'The dispute (code) that it settles.',
      select: { columns: { disputeId: true } },
      resolve: ({ disputeId }) => (disputeId === null ? null : `DP-${disputeId}`),
    }),
  }),
});

const AdjustmentConnection = builder.connectionObject(
  {
    type: Adjustment,
    name: 'AdjustmentConnection',
    description: 'A page of adjustments.',
    authScopes: { roles: disputeReaders },
  },
  { description: 'An adjustment in a page.', authScopes: { roles: disputeReaders } },
);

const adjustmentOrder: PageOrder<typeof adjustment> = {
  name: 'adjustments',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

function inState(table: typeof adjustment, state: AdjustmentState | null | undefined): SQL | undefined {
  if (state == null) return undefined;
  if (state === 'WITHDRAWN') return sql`${table.withdrawnAt} is not null`;
  const isBooked = sql`${bookedPeriod(table)} is not null`;
  return state === 'BOOKED' ? isBooked : sql`${table.withdrawnAt} is null and not (${isBooked})`;
}

builder.queryField('adjustments', (t) =>
  t.connection(
    {
      type: Adjustment,
      nullable: true,
      description: 'Adjustments of agents you may see, the latest first.',
      authScopes: { roles: disputeReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        kind: t.arg({ type: AdjustmentKindEnum, description: 'Only these.' }),
        state: t.arg({ type: AdjustmentStateEnum, description: 'Only those in this state.' }),
        period: t.arg({ type: 'Period', description: 'Booked by the approved run of this month.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { agentCode, kind, state, period } = args;
        const agents = await wantedAgent(context.transaction, agentCode);
        return readConnection(Adjustment, adjustmentOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.kind, kind),
          inState(table, state),
          period == null ? undefined : sql`${bookedPeriod(table)} = ${period}`,
        ]);
      },
    },
    AdjustmentConnection,
  ),
);
