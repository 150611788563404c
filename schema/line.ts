import { formatLineId } from '../src/commissions/lineId.ts';
import type { commissionLine } from '../src/commissions/lines.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Period } from '../src/period.ts';
import { builder } from './builder.ts';
import { LineKindEnum } from './enums.ts';
import { SalesEvent } from './event.ts';
import { wantedAgent, wantedComponents, wantedRun } from './lookups.ts';
import { among, readConnection } from './pages.ts';

const CommissionLine = builder.drizzleNode('commissionLine', {
  name: 'CommissionLine',
  description: 'The smallest explained amount: one component, one cause, one agent.',
  authScopes: { signedIn: true },
  id: { column: (columns) => [columns.runId, columns.agentId, columns.componentId, columns.causeId, columns.role] },
  fields: (t) => ({
    lineId: t.string({
      description: 'Its readable id, the same when the period is calculated again; for explainLine.',
      select: {
        columns: { kind: true, causeId: true, role: true },
        with: {
          run: { columns: { period: true } },
          component: { columns: { code: true }, with: { plan: { columns: { code: true } } } },
          agent: { columns: { code: true } },
        },
      },
      resolve: (row) =>
        formatLineId({
          period: row.run.period as Period,
          plan: row.component.plan?.code ?? null,
          component: row.component.code,
          eventId: row.kind === 'EARNING' ? row.causeId : null,
          agent: row.agent.code,
          role: row.role,
        }),
    }),
    run: t.relation('run', { description: 'The run that made it.' }),
    component: t.relation('component', { description: 'The component, or the pool, that pays.' }),
    kind: t.expose('kind', { type: LineKindEnum, description: 'What it is.' }),
    agent: t.relation('agent', { description: 'Who gets it.' }),
    role: t.exposeString('role', { description: 'As what the agent took part.' }),
    event: t.field({
      type: SalesEvent,
      nullable: true,
      description: 'The sales event it is for; null for the share of a pool.',
      select: (_args, _context, nested) => ({ columns: { kind: true }, with: { event: nested() } }),
      // A pool's line has the pool's number where others have the event's.
      resolve: (row) => (row.kind === 'EARNING' ? row.event : null),
    }),
    rule: t.relation('rule', {
      nullable: true,
      description: 'The rule that was applied; null for the share of a pool.',
    }),
    base: t.expose('base', { type: 'Decimal', description: 'What the percent applied to.' }),
    share: t.expose('share', { type: 'Decimal', description: "The agent's share of the event." }),
    factor: t.expose('factor', { type: 'Decimal', description: 'What it was multiplied by, as the tier multiplier.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The amount, rounded once.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
  }),
});

const CommissionLineConnection = builder.connectionObject(
  {
    type: CommissionLine,
    name: 'CommissionLineConnection',
    description: 'A page of lines.',
    authScopes: { signedIn: true },
  },
  { description: 'A line in a page.', authScopes: { signedIn: true } },
);

/** As the primary key has them, so that any page of a million lines is read from the index. */
const lineOrder: PageOrder<typeof commissionLine> = {
  name: 'commissionLines',
  direction: 'asc',
  keys: [
    { column: 'runId', type: 'integer' },
    { column: 'agentId', type: 'integer' },
    { column: 'componentId', type: 'integer' },
    { column: 'causeId', type: 'bigint' },
    { column: 'role', type: 'text' },
  ],
};

builder.queryField('commissionLines', (t) =>
  t.connection(
    {
      type: CommissionLine,
      nullable: true,
      description: 'The lines you may see of the run that stands for a period, by agent and component.',
      authScopes: { signedIn: true },
      args: {
        period: t.arg({ type: 'Period', required: true, description: 'Of this period.' }),
        agent: t.arg.string({ description: 'Of this agent (code).' }),
        component: t.arg.string({ description: 'Of the components, or the pool, with this code.' }),
      },
      resolve: async (_root, args, context, info) => {
        const runs = await wantedRun(context.transaction, args.period);
        const agents = await wantedAgent(context.transaction, args.agent);
        const components = await wantedComponents(context.transaction, args.component);
        return readConnection(CommissionLine, lineOrder, { args, context, info }, (table) => [
          among(table.runId, runs),
          among(table.agentId, agents),
          among(table.componentId, components),
        ]);
      },
    },
    CommissionLineConnection,
  ),
);
