import { sql } from 'drizzle-orm';
import { defaultPageSize, largestPageSize, type PageOrder } from '../src/db/pages.ts';
import type { StatementState } from '../src/statements/statementStates.ts';
import type { statement } from '../src/statements/tables.ts';
import { builder } from './builder.ts';
import { StatementStateEnum } from './issuedStatement.ts';
import { liveStatuses, wantedAgent, wantedRun } from './lookups.ts';
import { moneyText } from './money.ts';
import { among, readConnection } from './pages.ts';

/** The id within a case's code; one that no case has where it is no code. */
const caseIdOf = (code: string) => Number(/^C-([1-9]\d{0,8})$/.exec(code)?.[1] ?? 0);

const HeldCredit = builder.drizzleObject('runHeld', {
  name: 'HeldCredit',
  description:
    'What a run would have paid for a credit that a conflict holds: whole, before caps and instalments. It is paid when the case is settled so.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    event: t.relation('event', {
      nullable: true,
      description: 'The sales event; null where it is an event of an agent you may not see.',
    }),
    component: t.relation('component', { description: 'The component that would pay.' }),
    role: t.exposeString('role', { description: 'As what the agent took part.' }),
    caseCode: t.string({
      description: 'The code of the conflict that holds it.',
      select: { extras: { caseCode: (table) => sql<string>`('C-' || ${table.caseId})` } },
      resolve: ({ caseCode }) => caseCode,
    }),
    amount: t.field({
      type: 'Decimal',
      description: 'What it would have earned.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
  }),
});

const HeldCreditConnection = builder.connectionObject(
  {
    type: HeldCredit,
    name: 'HeldCreditConnection',
    description: 'A page of held credits.',
    authScopes: { signedIn: true },
  },
  { description: 'A held credit in a page.', authScopes: { signedIn: true } },
);

export const Statement = builder.drizzleNode('statement', {
  name: 'Statement',
  description:
    'What one agent is due for a period: opening + earned + released − withheld − clawedBack + adjustments − tax = closing.',
  authScopes: { signedIn: true },
  id: { column: (columns) => [columns.runId, columns.agentId, columns.currency] },
  fields: (t) => ({
    agent: t.relation('agent', { description: 'The agent.' }),
    run: t.relation('run', { description: 'The run it came from.' }),
    period: t.field({
      type: 'Period',
      description: 'The period.',
      select: { with: { run: { columns: { period: true } } } },
      resolve: (row) => row.run.period,
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    opening: t.expose('opening', { type: 'Decimal', description: 'What was open before.' }),
    returned: t.expose('returned', {
      type: 'Decimal',
      description: 'The part of the opening that the bank returned; it is not taxed again.',
    }),
    earned: t.expose('earned', { type: 'Decimal', description: 'What was earned in the period.' }),
    released: t.expose('released', { type: 'Decimal', description: 'What was withheld earlier and is paid now.' }),
    withheld: t.expose('withheld', { type: 'Decimal', description: 'What is withheld for later.' }),
    clawedBack: t.expose('clawedBack', { type: 'Decimal', description: 'What is taken back.' }),
    adjustments: t.expose('adjustments', {
      type: 'Decimal',
      description: 'What else is added or taken: corrections of closed periods, and what was decided in conflicts.',
    }),
    tax: t.expose('tax', { type: 'Decimal', description: 'The tax.' }),
    closing: t.expose('closing', { type: 'Decimal', description: 'What is open after.' }),
    payable: t.expose('payable', { type: 'Decimal', description: 'What is paid.' }),
    issued: t.relation('issued', {
      nullable: true,
      description: 'What was handed to the agent; null before.',
    }),
    steps: t.relation('steps', {
      description: 'What happened to it since it was issued, in order.',
      query: { orderBy: { id: 'asc' } },
    }),
    heldTotal: t.field({
      type: 'Decimal',
      description: 'What conflicts hold, in its currency; no part of any other amount.',
      select: {
        extras: {
          heldTotal: (table) =>
            sql<string>`(select coalesce(sum(amount), 0)::text from run_held held where held.run_id = ${table.runId}
              and held.agent_id = ${table.agentId} and held.currency = ${table.currency})`,
        },
      },
      resolve: ({ heldTotal, currency }) => moneyText(heldTotal, currency),
    }),
    held: t.relatedConnection(
      'held',
      {
        description: 'What conflicts hold, by event and component.',
        args: { case: t.arg.string({ description: 'Only what this conflict (code) holds.' }) },
        query: ({ case: code }) => ({
          ...(typeof code === 'string' && { where: { caseId: caseIdOf(code) } }),
          orderBy: { eventId: 'asc', role: 'asc', componentId: 'asc' },
        }),
        defaultSize: defaultPageSize,
        maxSize: largestPageSize,
      },
      HeldCreditConnection,
    ),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines lead to it.' }),
    linesHash: t.exposeString('linesHash', { description: 'SHA-256 over those lines.' }),
  }),
});

const StatementConnection = builder.connectionObject(
  {
    type: Statement,
    name: 'StatementConnection',
    description: 'A page of statements.',
    authScopes: { signedIn: true },
  },
  { description: 'A statement in a page.', authScopes: { signedIn: true } },
);

const statementOrder: PageOrder<typeof statement> = {
  name: 'statements',
  direction: 'asc',
  keys: [
    { column: 'runId', type: 'integer' },
    { column: 'agentId', type: 'integer' },
    { column: 'currency', type: 'text' },
  ],
};

/** Whether the run of a row stands; `runId` is the row's column. */
const ofLiveRun = (runId: unknown) =>
  sql`${runId} in (select id from commission_run where status::text in ${[...liveStatuses]})`;

/** Whether a statement is issued and in a state. */
const isIssuedAs = (table: typeof statement, state: StatementState) =>
  sql`exists (select from issued_statement issued where issued.run_id = ${table.runId} and issued.agent_id = ${table.agentId}
    and issued.currency = ${table.currency} and issued.state = ${state})`;

builder.queryField('statements', (t) =>
  t.connection(
    {
      type: Statement,
      nullable: true,
      description: 'The statements you may see, of runs that stand; an agent sees them once the run is approved.',
      authScopes: { signedIn: true },
      args: {
        period: t.arg({ type: 'Period', description: 'Of this period.' }),
        agent: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: StatementStateEnum, description: 'Issued and in this state.' }),
      },
      resolve: async (_root, args, context, info) => {
        const runs = await wantedRun(context.transaction, args.period);
        const agents = await wantedAgent(context.transaction, args.agent);
        return readConnection(Statement, statementOrder, { args, context, info }, (table) => [
          runs ? among(table.runId, runs) : ofLiveRun(table.runId),
          among(table.agentId, agents),
          args.state == null ? undefined : isIssuedAs(table, args.state),
        ]);
      },
    },
    StatementConnection,
  ),
);

builder.drizzleObjectField('agent', 'statements', (t) =>
  t.relatedConnection(
    'statements',
    {
      description: 'Its statements of runs that stand, in the order of the runs.',
      query: {
        where: { RAW: (table) => ofLiveRun(table.runId) },
        orderBy: { runId: 'asc', currency: 'asc' },
      },
      defaultSize: defaultPageSize,
      maxSize: largestPageSize,
    },
    StatementConnection,
  ),
);
