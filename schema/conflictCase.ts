import { type SQL, sql } from 'drizzle-orm';
import { caseMediators, type Mediator } from '../src/conflicts/cases/assignments.ts';
import { type conflictCase, conflictClosing } from '../src/conflicts/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { UserError } from '../src/errors.ts';
import { builder, staff } from './builder.ts';
import { caseReaders, isStaff, matterOf, ownPartiesOf, stepsOf } from './conflictCaseLoaders.ts';
import {
  ConflictCaseStateEnum,
  ConflictComment,
  ConflictEventType,
  ConflictEvidence,
  ConflictFindingType,
  ConflictPartyType,
  ConflictStepType,
} from './conflictCaseParts.ts';
import type { Context } from './context.ts';
import { ConflictEffectEnum, ConflictKindEnum, describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { equals, readConnection } from './pages.ts';

const ConflictClosingEnum = describedEnum('ConflictClosing', 'Why a case is closed.', conflictClosing.enumValues, {
  FACTS_CHANGED: 'What it was about is no more.',
  FINAL: 'Nobody appealed in time.',
  APPEAL_DECIDED: 'Somebody else decided last.',
});

const MediatorType = builder.objectRef<Mediator>('ConflictMediator').implement({
  description: 'Somebody who can mediate a case.',
  authScopes: { roles: staff },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    email: t.exposeString('email', { description: 'The e-mail address of the account.' }),
    regionCode: t.exposeString('regionCode', {
      nullable: true,
      description: 'The region (code) managed; null: an administrator.',
    }),
  }),
});

export const ConflictCase = builder.drizzleNode('conflictCase', {
  name: 'ConflictCase',
  description:
    'A conflict to be settled: one rule and one event. Staff see all of it; an agent sees its own side, and of the others nothing.',
  authScopes: { roles: caseReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { id: true, state: true, dueAt: true, mediatorName: true, escalationLevel: true } },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, as in C-17.' }),
    ruleCode: t.string({
      description: 'The rule (code) that it was found by.',
      select: {
        extras: {
          ruleCode: (table) => sql<string>`(select code from conflict_rule rule where rule.id = ${table.ruleId})`,
        },
      },
      resolve: ({ ruleCode }) => ruleCode,
    }),
    ruleName: t.string({
      description: 'The name of that rule.',
      select: {
        extras: {
          ruleName: (table) => sql<string>`(select name from conflict_rule rule where rule.id = ${table.ruleId})`,
        },
      },
      resolve: ({ ruleName }) => ruleName,
    }),
    kind: t.expose('kind', { type: ConflictKindEnum, description: 'What it is about.' }),
    effect: t.expose('effect', {
      type: ConflictEffectEnum,
      description: 'What it does to the commission until it is settled.',
    }),
    state: t.expose('state', { type: ConflictCaseStateEnum, description: 'Where it stands.' }),
    period: t.expose('period', { type: 'Period', description: 'The month of its event.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it was opened first.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', description: 'By when it is to be decided.' }),
    isOverdue: t.boolean({
      description: 'Whether it is not decided although its time is over.',
      resolve: ({ state, dueAt }, _args, { now }) =>
        (state === 'OPEN' || state === 'IN_MEDIATION') && new Date(dueAt) <= now,
    }),
    appealUntil: t.expose('appealUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when its parties may appeal, that instant excluded; null: it is not decided.',
    }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'When it was decided.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was closed.' }),
    closing: t.expose('closing', { type: ConflictClosingEnum, nullable: true, description: 'Why it is closed.' }),
    reopenedCount: t.exposeInt('reopenedCount', { description: 'How often other facts opened it again.' }),
    regionCode: t.string({
      nullable: true,
      description: 'The region (code) whose managers it concerns; null where there is none, and for agents.',
      select: {
        extras: {
          regionCode: (table) => sql<string | null>`(select code from region where region.id = ${table.regionId})`,
        },
      },
      resolve: ({ regionCode }, _args, context) => (isStaff(context) ? regionCode : null),
    }),
    mediatorName: t.string({
      nullable: true,
      description: 'Who mediates; null: nobody yet, or you are an agent.',
      resolve: ({ mediatorName }, _args, context) => (isStaff(context) ? mediatorName : null),
    }),
    mediators: t.field({
      type: [MediatorType],
      description: 'Who can mediate it; none for agents and finance.',
      resolve: async ({ id }, _args, context) =>
        isStaff(context) ? [...(await caseMediators(context.transaction, id))] : [],
    }),
    escalationLevel: t.int({
      nullable: true,
      description: 'How often its time was over; null for agents.',
      resolve: ({ escalationLevel }, _args, context) => (isStaff(context) ? escalationLevel : null),
    }),
    findings: t.field({
      type: [ConflictFindingType],
      nullable: true,
      description: 'The tests that the event failed; null for agents.',
      select: { with: { hit: { columns: { facts: true } } } },
      resolve: ({ hit }, _args, context) => (isStaff(context) && hit ? [...hit.facts.findings] : null),
    }),
    events: t.field({
      type: [ConflictEventType],
      nullable: true,
      description: "The event that was found and the claimants' own, the earliest first; null for agents.",
      resolve: async ({ id }, _args, context) => {
        const matter = await matterOf(context, id);
        return matter ? [...matter.events] : null;
      },
    }),
    parties: t.field({
      type: [ConflictPartyType],
      description: 'Whom it concerns; for an agent only itself and agents below it.',
      resolve: async ({ id }, _args, context) => {
        const shown = isStaff(context) ? (await matterOf(context, id))?.parties : await ownPartiesOf(context, id);
        return [...(shown ?? [])];
      },
    }),
    comments: t.relation('comments', {
      type: ConflictComment,
      description: 'What was said, as far as you may read it.',
      query: { orderBy: { id: 'asc' } },
    }),
    evidence: t.relation('evidence', {
      type: ConflictEvidence,
      description: 'What was brought; for an agent only what speaks for its own side.',
      query: { orderBy: { id: 'asc' } },
    }),
    steps: t.field({
      type: [ConflictStepType],
      description: 'What happened to it, in order; agents are told neither who nor why.',
      resolve: async ({ id }, _args, context) => [...((await stepsOf(context, id)) ?? [])],
    }),
  }),
});

const ConflictCaseConnection = builder.connectionObject(
  {
    type: ConflictCase,
    name: 'ConflictCaseConnection',
    description: 'A page of cases.',
    authScopes: { roles: caseReaders },
  },
  { description: 'A case in a page.', authScopes: { roles: caseReaders } },
);

const caseOrder: PageOrder<typeof conflictCase> = {
  name: 'conflictCases',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

/** Cases of a region and those under it. Where the other side sold is no business of an agent, not even by asking. */
function ofRegion(table: typeof conflictCase, region: string | null | undefined, context: Context): SQL | undefined {
  if (region == null) return undefined;
  if (!isStaff(context)) throw new UserError('FORBIDDEN', 'Agents cannot look for cases by region.', 'region');
  return sql`${table.regionId} in (select region_subtree(region.id) from region where region.code = ${region})`;
}

builder.queryFields((t) => ({
  conflictCase: t.drizzleField({
    type: ConflictCase,
    nullable: true,
    description: 'The case with this code; null where there is none, or you may not see it.',
    authScopes: { roles: caseReaders },
    args: { code: t.arg.string({ required: true, description: 'Its code, as in C-17.' }) },
    resolve: (query, _root, { code }, { transaction }) =>
      transaction.query.conflictCase.findFirst(query({ where: { code } })),
  }),
  conflictCases: t.connection(
    {
      type: ConflictCase,
      nullable: true,
      description: 'Cases that you may see, the latest first.',
      authScopes: { roles: caseReaders },
      args: {
        state: t.arg({ type: ConflictCaseStateEnum, description: 'Only those that stand there.' }),
        rule: t.arg.string({ description: 'Found by this rule (code).' }),
        kind: t.arg({ type: ConflictKindEnum, description: 'About this.' }),
        region: t.arg.string({ description: 'In this region (code) or under it; for staff.' }),
        agentCode: t.arg.string({ description: 'That concern this agent (code).' }),
        period: t.arg({ type: 'Period', description: 'Of events of this month.' }),
        mine: t.arg.boolean({ description: 'true: only those that you mediate.' }),
        overdue: t.arg.boolean({ description: 'Whether they are not decided although their time is over.' }),
      },
      resolve: async (_root, args, context, info) => {
        const [agentId] = (await wantedAgent(context.transaction, args.agentCode)) ?? [];
        const isLate = (table: typeof conflictCase) =>
          sql`(${table.state} in ('OPEN', 'IN_MEDIATION') and ${table.dueAt} <= ${context.now.toISOString()}::timestamptz)`;
        return readConnection(ConflictCase, caseOrder, { args, context, info }, (table) => [
          equals(table.state, args.state),
          equals(table.kind, args.kind),
          equals(table.period, args.period),
          args.rule == null
            ? undefined
            : sql`${table.ruleId} in (select id from conflict_rule rule where rule.code = ${args.rule})`,
          ofRegion(table, args.region, context),
          args.agentCode == null
            ? undefined
            : sql`${table.id} in (select party.case_id from conflict_party party where party.agent_id = ${agentId ?? 0})`,
          args.mine ? sql`${table.mediatorId} = ${context.actor?.user?.id ?? 0}` : undefined,
          args.overdue == null ? undefined : equals(isLate(table), args.overdue),
        ]);
      },
    },
    ConflictCaseConnection,
  ),
}));

export type CaseAnswer = { readonly caseId: number };

/** What mutations of cases answer with. */
export const ConflictCasePayload = builder.objectRef<CaseAnswer>('ConflictCasePayload').implement({
  description: 'The case that was worked on.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    case: t.drizzleField({
      type: ConflictCase,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { caseId }, _args, { transaction }) =>
        transaction.query.conflictCase.findFirst(query({ where: { id: caseId } })),
    }),
  }),
});

export const caseIdArgument = builder.args((t) => ({ caseId: t.id({ required: true, description: 'Which case.' }) }));
