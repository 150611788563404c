import { ancestors, descendants, type MoveResult, moveSubtree, type Relative } from '../src/agents/hierarchy.ts';
import { type TeamCommission, type TeamFigures, type TeamSales, teamFigures } from '../src/agents/hierarchyFigures.ts';
import type { ParentLink } from '../src/agents/hierarchyMove.ts';
import type { Period } from '../src/period.ts';
import { builder, managers } from './builder.ts';
import { SalesEventTypeEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

const onDescription = "The day asked about; the operator's today unless told.";
const codeDescription = 'The agent (code).';

const AgentRelative = builder.objectRef<Relative>('AgentRelative').implement({
  description: 'An agent above or below another.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    level: t.exposeInt('level', { description: 'How many links away it is: 1 is next to the agent asked about.' }),
    parentCode: t.exposeString('parentCode', {
      nullable: true,
      description: 'The agent directly above it (code); null where there is none, or you may not see it.',
    }),
  }),
});

const DescendantConnection = builder.connectionObject(
  {
    type: AgentRelative,
    name: 'DescendantConnection',
    description: 'A page of agents below another.',
    authScopes: { signedIn: true },
  },
  { description: 'An agent in a page.', authScopes: { signedIn: true } },
);

const TeamSalesType = builder.objectRef<TeamSales>('TeamSales').implement({
  description: 'What a team sold in one currency.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency.' }),
    events: t.exposeInt('events', { description: 'How many events; one shared within the team counts once.' }),
    units: t.expose('units', { type: 'Decimal', description: "Their quantities, by the team's shares." }),
    amount: t.expose('amount', { type: 'Decimal', description: "Their amounts, by the team's shares." }),
  }),
});

const TeamCommissionType = builder.objectRef<TeamCommission>('TeamCommission').implement({
  description: 'What a team earned in one currency.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'All lines of its statements together, before tax.' }),
  }),
});

const TeamFiguresType = builder.objectRef<TeamFigures>('TeamFigures').implement({
  description: 'The figures of an agent and all below it together.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The agent at its top (code).' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    level: t.exposeInt('level', { description: 'How many links below the agent asked about; itself 0.' }),
    parentCode: t.exposeString('parentCode', {
      nullable: true,
      description: 'The agent directly above it (code), within the team asked about.',
    }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents the team has, its top included.' }),
    sales: t.field({ type: [TeamSalesType], description: 'What it sold, by currency.', resolve: ({ sales }) => sales }),
    commission: t.field({
      type: [TeamCommissionType],
      description: 'What it earned in approved runs, by currency.',
      resolve: ({ commission }) => commission,
    }),
  }),
});

const TeamFiguresConnection = builder.connectionObject(
  {
    type: TeamFiguresType,
    name: 'TeamFiguresConnection',
    description: 'A page of figures of teams.',
    authScopes: { signedIn: true },
  },
  { description: 'The figures of a team in a page.', authScopes: { signedIn: true } },
);

builder.queryFields((t) => ({
  ancestors: t.field({
    type: [AgentRelative],
    description: 'The agents above an agent on a day, the nearest first; those that you may see.',
    authScopes: { signedIn: true },
    args: {
      code: t.arg.string({ required: true, description: codeDescription }),
      on: t.arg({ type: 'Date', description: onDescription }),
    },
    resolve: (_root, { code, on }, { transaction, today }) => ancestors(transaction, { code, on: on ?? today }),
  }),
  descendants: t.connection(
    {
      type: AgentRelative,
      nullable: true,
      description: 'The agents below an agent on a day, the nearest first, then by code; those that you may see.',
      authScopes: { signedIn: true },
      args: {
        code: t.arg.string({ required: true, description: codeDescription }),
        on: t.arg({ type: 'Date', description: onDescription }),
        depth: t.arg.int({ description: 'How many levels down; all without it.' }),
      },
      resolve: (_root, args, { transaction, today }) =>
        descendants(transaction, args, { ...args, on: args.on ?? today }),
    },
    DescendantConnection,
  ),
  teamFigures: t.connection(
    {
      type: TeamFiguresType,
      nullable: true,
      description:
        'What an agent and those below it sold and earned in a month, or from one month to another, added up by team: the whole first, then the teams of the agents below it. Events that were reversed do not count; what you may not see does not either.',
      authScopes: { signedIn: true },
      args: {
        code: t.arg.string({ required: true, description: codeDescription }),
        from: t.arg({ type: 'Period', required: true, description: 'The first month.' }),
        to: t.arg({ type: 'Period', description: 'The last month; the first unless told.' }),
        on: t.arg({
          type: 'Date',
          description: 'The day whose hierarchy makes the teams; the last of the months unless told.',
        }),
        depth: t.arg.int({ description: 'How many levels down teams are listed; 1 unless told.' }),
        eventTypes: t.arg({
          type: [SalesEventTypeEnum],
          description: 'The events that count; those that can earn unless told.',
        }),
      },
      resolve: (_root, { from, to, ...args }, { transaction }) =>
        teamFigures(transaction, args, { ...args, from: from as Period, to: to as Period | null | undefined }),
    },
    TeamFiguresConnection,
  ),
}));

const ParentLinkType = builder.objectRef<ParentLink>('ParentLink').implement({
  description: 'A dated link to the agent above, by its code.',
  authScopes: { roles: managers },
  fields: (t) => ({
    parentCode: t.exposeString('parentCode', {
      nullable: true,
      description: 'The agent above (code); null where you may not see it.',
    }),
    from: t.expose('from', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('to', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
  }),
});

const MoveSubtreePayload = builder.objectRef<MoveResult>('MoveSubtreePayload').implement({
  description: 'What became of the move.',
  authScopes: { roles: managers },
  fields: (t) => ({
    changed: t.exposeBoolean('changed', { description: 'Whether anything changed; false: it was so already.' }),
    links: t.field({
      type: [ParentLinkType],
      description: 'The agents above the one that moved, in order of date.',
      resolve: ({ links }) => links,
    }),
  }),
});

builder.mutationField('moveSubtree', (t) =>
  t.field({
    type: MoveSubtreePayload,
    errors: resultUnion('moveSubtree'),
    description:
      'Gives an agent, with all below it, another agent above from a day on. Closed months that this touches are corrected in the next run.',
    authScopes: { roles: managers },
    args: {
      agentCode: t.arg.string({
        required: true,
        description: 'The agent that moves (code); all below it move with it.',
      }),
      parentCode: t.arg.string({ description: 'The agent above it from then on (code); without it there is none.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which that is so.' }),
      replaceLater: t.arg.boolean({
        defaultValue: false,
        description: 'Whether what was planned for later days falls away; otherwise the move holds until then.',
      }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('moveSubtree', async (transaction, actor, args, { now }) => {
      const { agentCode, parentCode, from, replaceLater, reason } = args;
      const move = { agentCode, parentCode: parentCode ?? null, from, replaceLater: replaceLater ?? false, reason };
      const { changed, links } = await moveSubtree(transaction, actor, now, move);
      return { changed, links: links.map((link) => ({ ...link })) };
    }),
  }),
);
