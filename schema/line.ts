import { getSchemaConfig, queryFromInfo } from '@pothos/plugin-drizzle';
import { type SQL, sql } from 'drizzle-orm';
import type { GraphQLResolveInfo } from 'graphql';
import { formatLineId } from '../src/commissions/lineId.ts';
import type { commissionLine } from '../src/commissions/lines.ts';
import { type PageOrder, readPage } from '../src/db/pages.ts';
import type { Period } from '../src/period.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { LineKindEnum } from './enums.ts';
import { SalesEvent } from './event.ts';
import { wantedAgent, wantedComponents, wantedRun } from './lookups.ts';
import { moneyText } from './money.ts';
import { type Asked, among, equals } from './pages.ts';

type LineRow = typeof commissionLine.$inferSelect;

/** What tells a line of a run from every other; some of it is null where a line has no such thing. */
const keyColumns = [
  'runId',
  'agentId',
  'componentId',
  'causeId',
  'role',
  'kind',
  'instalment',
  'originalId',
  'sourceAgentId',
  'sourceComponentId',
  'originPeriod',
] as const satisfies readonly (keyof LineRow)[];

/** The key of a line as JSON: what node ids are made of. A cause of 0, the agent's period, is null there. */
function keyOf(row: LineRow): string {
  return JSON.stringify(keyColumns.map((column) => (column === 'causeId' && row.causeId === 0 ? null : row[column])));
}

async function loadLine(key: string, context: Context, info: GraphQLResolveInfo): Promise<LineRow | undefined> {
  const values = JSON.parse(key) as (string | number | null)[];
  const selected = queryFromInfo({ config: getSchemaConfig(builder), context, info, typeName: 'CommissionLine' });
  const [row] = await context.transaction.query.commissionLine.findMany({
    ...selected,
    where: {
      RAW: (table: typeof commissionLine) =>
        sql.join(
          keyColumns.map((column, index) => matches(table, column, values[index] ?? null)),
          sql` and `,
        ),
    },
  });
  return row as LineRow | undefined;
}

function matches(
  table: typeof commissionLine,
  column: (typeof keyColumns)[number],
  value: string | number | null,
): SQL {
  if (column === 'causeId') return sql`${table.causeId} = ${value ?? 0}`;
  if (column === 'kind') return sql`${table.kind}::text = ${value}`;
  return value === null ? sql`${table[column]} is null` : sql`${table[column]} = ${value}`;
}

// As drizzleNode, but with a key of which parts may be null: that can be asked for by `is null` only.
const node = {
  interfaces: [builder.nodeInterfaceRef()],
  isTypeOf: (row: unknown) => typeof row === 'object' && row !== null && 'causeId' in row && 'factor' in row,
  loadWithoutCache: loadLine,
};

export const CommissionLine = builder.drizzleObject('commissionLine', {
  ...node,
  name: 'CommissionLine',
  description: 'The smallest explained amount: one component, one cause, one agent.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    id: t.globalID({
      description: 'The opaque id of this object, for `node`.',
      resolve: (row) => ({ type: 'CommissionLine', id: keyOf(row as LineRow) }),
    }),
    lineId: t.string({
      description: 'Its readable id, the same when the period is calculated again; for explainLine.',
      select: {
        columns: {
          kind: true,
          causeId: true,
          role: true,
          currency: true,
          instalment: true,
          originalId: true,
          originPeriod: true,
          sourceAgentId: true,
        },
        with: {
          run: { columns: { period: true } },
          component: { columns: { code: true }, with: { plan: { columns: { code: true } } } },
          agent: { columns: { code: true } },
          sourceAgent: { columns: { code: true } },
          sourceComponent: { columns: { code: true }, with: { plan: { columns: { code: true } } } },
        },
      },
      resolve: (row) =>
        formatLineId({
          period: row.run.period as Period,
          kind: row.kind,
          plan: row.component.plan?.code ?? null,
          component: row.component.code,
          eventId: row.component.plan && row.causeId !== 0 ? row.causeId : null,
          adjustmentId: row.kind === 'ADJUSTMENT' ? row.causeId : undefined,
          agent: row.agent.code,
          role: row.role,
          instalment: row.instalment ?? undefined,
          originalId: row.originalId ?? undefined,
          sourceAgent: row.sourceAgentId === null ? undefined : (row.sourceAgent?.code ?? '?'),
          sourceComponent: row.sourceComponent?.plan
            ? { plan: row.sourceComponent.plan.code, component: row.sourceComponent.code }
            : undefined,
          originPeriod: (row.originPeriod ?? undefined) as Period | undefined,
          currency: row.kind === 'TAX' ? row.currency : undefined,
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
      description:
        'The sales event it is for, or that caused it; null where that is a pool, an adjustment or the period as a whole, or an event of others.',
      select: (_args, _context, nested) => ({ columns: { kind: true }, with: { event: nested() } }),
      // A pool's line has the pool's number where others have the event's, an adjustment's the adjustment's.
      resolve: (row) => (row.kind === 'POOL' || row.kind === 'ADJUSTMENT' ? null : row.event),
    }),
    originalEvent: t.relation('originalEvent', {
      nullable: true,
      description: 'Of a clawback, the event of what is taken back.',
    }),
    instalment: t.exposeInt('instalment', {
      nullable: true,
      description: 'Which part of a divided amount, from 1; a holdback is the last.',
    }),
    sourceAgent: t.relation('sourceAgent', {
      nullable: true,
      description: 'Of an override, whose credit it goes by; null also where you may not see that agent.',
    }),
    sourceComponent: t.relation('sourceComponent', {
      nullable: true,
      description: 'Of an override on commission, the component that paid it.',
    }),
    originPeriod: t.expose('originPeriod', {
      type: 'Period',
      nullable: true,
      description: 'The closed period that a RETRO line corrects.',
    }),
    rule: t.relation('rule', {
      nullable: true,
      description: 'The rule that was applied; null where none was.',
    }),
    base: t.expose('base', { type: 'Decimal', description: 'What the percent applied to.' }),
    share: t.expose('share', { type: 'Decimal', description: "The agent's share of the event." }),
    factor: t.expose('factor', {
      type: 'Decimal',
      description: 'What it was multiplied by: tier multiplier and score factor, or the part of an override.',
    }),
    amount: t.field({
      type: 'Decimal',
      description: 'The amount, rounded once.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
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

/** A row with what its order ends with: the rest of its key as one text, never null. */
type OrderedLine = LineRow & { rest: string };

/** As the lines' key has them, so that any page of a million lines is read from the index. */
const lineOrder: PageOrder<OrderedLine> = {
  name: 'commissionLines',
  direction: 'asc',
  keys: [
    { column: 'runId', type: 'integer' },
    { column: 'agentId', type: 'integer' },
    { column: 'componentId', type: 'integer' },
    { column: 'causeId', type: 'bigint' },
    { column: 'role', type: 'text' },
    { column: 'rest', type: 'text' },
  ],
};

const restColumns = keyColumns.slice(lineOrder.keys.length - 1);

const restOf = (row: LineRow) => restColumns.map((column) => row[column] ?? '').join('|');

function orderedTable(table: typeof commissionLine) {
  const { runId, agentId, componentId, causeId, role } = table;
  const rest = sql.join(
    restColumns.map((column) => sql`coalesce(${table[column]}::text, '')`),
    sql` || '|' || `,
  );
  return { runId, agentId, componentId, causeId, role, rest: sql`(${rest})` };
}

/** As readConnection; the order ends with an expression. */
function readLines({ args, context, info }: Asked, conditions: (table: typeof commissionLine) => (SQL | undefined)[]) {
  const config = getSchemaConfig(builder);
  const selected = queryFromInfo({ config, context, info, paths: [['edges', 'node'], ['nodes']] });
  return readPage(args, lineOrder, async (slice) => {
    const rows = await context.transaction.query.commissionLine.findMany({
      ...selected,
      where: {
        RAW: (table: typeof commissionLine) => {
          const given = conditions(table).filter((condition) => condition !== undefined);
          return sql.join([slice.where(orderedTable(table)), ...given], sql` and `);
        },
      },
      orderBy: (table: typeof commissionLine) =>
        Object.values(orderedTable(table)).map((key) =>
          slice.orderBy.runId === 'desc' ? sql`${key} desc` : sql`${key}`,
        ),
      limit: slice.limit,
    });
    // the same objects: what was selected beneath them is known by them
    return rows.map((row) => Object.assign(row, { rest: restOf(row as LineRow) }) as unknown as OrderedLine);
  });
}

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
        kind: t.arg({ type: LineKindEnum, description: 'Of this kind.' }),
        originPeriod: t.arg({ type: 'Period', description: 'That correct this closed period.' }),
      },
      resolve: async (_root, args, context, info) => {
        const runs = await wantedRun(context.transaction, args.period);
        const agents = await wantedAgent(context.transaction, args.agent);
        const components = await wantedComponents(context.transaction, args.component);
        return readLines({ args, context, info }, (table) => [
          among(table.runId, runs),
          among(table.agentId, agents),
          among(table.componentId, components),
          args.kind ? sql`${table.kind} = ${args.kind}::line_kind` : undefined,
          equals(table.originPeriod, args.originPeriod),
        ]);
      },
    },
    CommissionLineConnection,
  ),
);
