import {
  previewRetro,
  type RetroAgentTotal,
  type RetroDifference,
  type RetroPreview,
} from '../src/commissions/retroPreview.ts';
import type { Period } from '../src/period.ts';
import { builder, moneyReaders } from './builder.ts';
import { runHeavy } from './heavy.ts';
import { resultUnion } from './mutations.ts';
import { requireListed } from './simulation.ts';

const authScopes = { roles: moneyReaders };

const RetroCause = builder.objectRef<RetroPreview['causes'][number]>('RetroCause').implement({
  description: 'Something that happened to closed periods since they were approved.',
  authScopes,
  fields: (t) => ({
    agentCode: t.exposeString('agent', { description: 'The code of the agent it concerns.' }),
    since: t.expose('period', { type: 'Period', description: 'The first period it changes.' }),
    reason: t.exposeString('reason', {
      description:
        'What it is: late_event, plan_version, exchange_rate, metric_value, agreement, agent_tier, agent_parent, agent_region, agent_status, or conflict: a case or credit rule credits a sale otherwise.',
    }),
  }),
});

const RetroDifferenceType = builder.objectRef<RetroDifference>('RetroDifference').implement({
  description: 'What one event comes to now, less what is booked for it.',
  authScopes,
  fields: (t) => ({
    originPeriod: t.expose('originPeriod', { type: 'Period', description: 'The closed period that is corrected.' }),
    agentCode: t.exposeString('agent', { description: 'The code of the agent.' }),
    planCode: t.exposeString('plan', { nullable: true, description: 'The code of the plan.' }),
    componentCode: t.exposeString('component', { description: 'The code of the component.' }),
    event: t.exposeString('event', {
      nullable: true,
      description: 'The event, as source/external id; null where it is about the period as a whole.',
    }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The difference.' }),
  }),
});

const RetroAgent = builder.objectRef<RetroAgentTotal>('RetroAgent').implement({
  description: 'The differences of an agent by component and period.',
  authScopes,
  fields: (t) => ({
    originPeriod: t.expose('originPeriod', { type: 'Period', description: 'The closed period that is corrected.' }),
    agentCode: t.exposeString('agent', { description: 'The code of the agent.' }),
    planCode: t.exposeString('plan', { nullable: true, description: 'The code of the plan.' }),
    componentCode: t.exposeString('component', { description: 'The code of the component.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The differences together.' }),
  }),
});

const RetroTotal = builder.objectRef<RetroPreview['totals'][number]>('RetroTotal').implement({
  description: 'All differences of a period in one currency.',
  authScopes,
  fields: (t) => ({
    originPeriod: t.expose('originPeriod', { type: 'Period', description: 'The closed period that is corrected.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The differences together.' }),
  }),
});

const RetroPreviewType = builder.objectRef<RetroPreview>('RetroPreview').implement({
  description: 'What the next calculation would book as RETRO lines.',
  authScopes,
  fields: (t) => {
    const first = { first: t.arg.int({ defaultValue: 100, description: 'How many at most, up to 1000.' }) };
    return {
      period: t.expose('period', { type: 'Period', description: 'The open period that would book it.' }),
      causeCount: t.int({ description: 'How many causes there are.', resolve: ({ causes }) => causes.length }),
      causes: t.field({
        type: [RetroCause],
        description: 'What happened, in order of agent.',
        args: first,
        resolve: ({ causes }, args) => causes.slice(0, requireListed(args.first ?? 100)),
      }),
      differenceCount: t.int({
        description: 'How many differences there are.',
        resolve: ({ differences }) => differences.length,
      }),
      differences: t.field({
        type: [RetroDifferenceType],
        description: 'By event, in order of origin period, agent and component.',
        args: first,
        resolve: ({ differences }, args) => differences.slice(0, requireListed(args.first ?? 100)),
      }),
      agents: t.field({
        type: [RetroAgent],
        description: 'By agent, component and origin period.',
        args: first,
        resolve: ({ agents }, args) => agents.slice(0, requireListed(args.first ?? 100)),
      }),
      totals: t.field({
        type: [RetroTotal],
        description: 'By origin period and currency.',
        resolve: ({ totals }) => [...totals],
      }),
    };
  },
});

builder.queryField('retroPreview', (t) =>
  t.field({
    type: RetroPreviewType,
    errors: resultUnion('retroPreview'),
    description: 'What later facts change in closed periods, before it is booked. Writes nothing.',
    authScopes,
    args: {
      period: t.arg({ type: 'Period', description: 'The open period; without it the next to be closed.' }),
    },
    resolve: (_root, { period }, context) =>
      runHeavy(context, () => previewRetro(context.databases, (period ?? undefined) as Period | undefined)),
  }),
);
