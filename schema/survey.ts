import { sql } from 'drizzle-orm';
import { type PageOrder, readPage } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { type SurveyResult, saveSurveyMetric, surveyResults } from '../src/training/averages.ts';
import { type Invitation, type Invited, inviteToSurvey, type Recipient } from '../src/training/invitations.ts';
import { loadSurvey, saveSurvey } from '../src/training/surveys.ts';
import type { survey, surveyInvitation } from '../src/training/tables.ts';
import { builder, managers } from './builder.ts';
import type { Context } from './context.ts';
import { wantedAgent } from './lookups.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, readConnection } from './pages.ts';
import { withoutNulls } from './programmeDocument.ts';
import { closesOn, opensOn, SurveyQuestionType } from './surveyAnswer.ts';

/** Who reads what was said about agents; the agents themselves see the metric that it becomes. */
const surveyReaders: readonly Role[] = [...managers, 'AUDITOR'];

const Survey = builder.drizzleObject('survey', {
  name: 'Survey',
  description: 'A survey about agents.',
  authScopes: { roles: surveyReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    questions: t.field({
      type: [SurveyQuestionType],
      description: 'What is asked.',
      select: { columns: { questions: true } },
      resolve: ({ questions }) => [...questions],
    }),
    period: t.exposeString('period', {
      description: 'The month, quarter or year whose metric SURVEY_<code> the averages become.',
    }),
    opensOn: t.expose('opensOn', { type: 'Date', description: opensOn }),
    closesOn: t.expose('closesOn', { type: 'Date', description: closesOn }),
  }),
});

const SurveyConnection = builder.connectionObject(
  { type: Survey, name: 'SurveyConnection', description: 'A page of surveys.', authScopes: { roles: surveyReaders } },
  { description: 'A survey in a page.', authScopes: { roles: surveyReaders } },
);

const surveyOrder: PageOrder<typeof survey> = {
  name: 'surveys',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

const SurveyInvitation = builder.drizzleObject('surveyInvitation', {
  name: 'SurveyInvitation',
  description: 'Somebody who was asked about an agent.',
  authScopes: { roles: surveyReaders },
  // Named one by one: nobody may read the token's hash.
  select: { columns: { id: true, answeredAt: true } },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    recipient: t.exposeString('recipient', { description: 'Who was asked.' }),
    invitedAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    answered: t.boolean({
      description: 'Whether it was answered; what was answered is told of no one.',
      resolve: ({ answeredAt }) => answeredAt !== null,
    }),
  }),
});

const SurveyInvitationConnection = builder.connectionObject(
  {
    type: SurveyInvitation,
    name: 'SurveyInvitationConnection',
    description: 'A page of invitations to a survey.',
    authScopes: { roles: surveyReaders },
  },
  { description: 'An invitation in a page.', authScopes: { roles: surveyReaders } },
);

const invitationOrder: PageOrder<typeof surveyInvitation> = {
  name: 'surveyInvitations',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

type Comment = SurveyResult['comments'][number];

const SurveyComment = builder.objectRef<Comment>('SurveyComment').implement({
  description: 'What somebody said in words.',
  authScopes: { roles: surveyReaders },
  fields: (t) => ({
    question: t.exposeString('question', { description: 'The question (code).' }),
    words: t.exposeString('words', { description: 'The words.' }),
  }),
});

const SurveyResultType = builder.objectRef<SurveyResult>('SurveyResult').implement({
  description: 'What a survey came to for an agent.',
  authScopes: { roles: surveyReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    invitedCount: t.exposeInt('invitedCount', { description: 'How many were asked.' }),
    answeredCount: t.exposeInt('answeredCount', { description: 'How many have answered.' }),
    average: t.expose('average', {
      type: 'Decimal',
      nullable: true,
      description:
        'The mean of all points, each as 0 (worst) to 100 (best) of its scale; null until the survey has closed, and where fewer than three answered.',
    }),
    comments: t.field({
      type: [SurveyComment],
      description: 'What was said in words, by question and text; none until the average is given.',
      resolve: ({ comments }) => [...comments],
    }),
  }),
});

const SurveyResultConnection = builder.connectionObject(
  {
    type: SurveyResultType,
    name: 'SurveyResultConnection',
    description: "A page of a survey's results.",
    authScopes: { roles: surveyReaders },
  },
  { description: 'What a survey came to for an agent, in a page.', authScopes: { roles: surveyReaders } },
);

const surveyResultOrder: PageOrder<SurveyResult> = {
  name: 'surveyResults',
  direction: 'asc',
  keys: [{ column: 'agentCode', type: 'text' }],
};

builder.queryFields((t) => ({
  surveys: t.connection(
    {
      type: Survey,
      nullable: true,
      description: 'All surveys, by code.',
      authScopes: { roles: surveyReaders },
      resolve: (_root, args, context, info) => readConnection(Survey, surveyOrder, { args, context, info }),
    },
    SurveyConnection,
  ),
  surveyInvitations: t.connection(
    {
      type: SurveyInvitation,
      nullable: true,
      description: 'Who was asked in a survey about agents that you may see.',
      authScopes: { roles: surveyReaders },
      args: {
        surveyCode: t.arg.string({ required: true, description: 'The survey (code).' }),
        agentCode: t.arg.string({ description: 'About this agent (code).' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(SurveyInvitation, invitationOrder, { args, context, info }, (table) => [
          sql`${table.surveyId} in (select id from survey where code = ${args.surveyCode})`,
          among(table.agentId, agents),
        ]);
      },
    },
    SurveyInvitationConnection,
  ),
  surveyResults: t.connection(
    {
      type: SurveyResultType,
      nullable: true,
      description: 'What a survey came to for each agent that you may see, by code.',
      authScopes: { roles: surveyReaders },
      args: {
        surveyCode: t.arg.string({ required: true, description: 'The survey (code).' }),
        agentCode: t.arg.string({ description: 'For this agent (code).' }),
      },
      resolve: async (_root, args, { transaction, now }) => {
        const found = await loadSurvey(transaction, args.surveyCode);
        return readPage(args, surveyResultOrder, (slice) =>
          surveyResults(transaction, now, found, { slice, agentCode: args.agentCode }),
        );
      },
    },
    SurveyResultConnection,
  ),
}));

const SurveyQuestionInput = builder.inputType('SurveyQuestionInput', {
  description: 'A question of a survey.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, of its own within the survey.' }),
    text: t.string({ required: true, description: 'What is asked.' }),
    scale: t.int({ description: 'It is answered by points from 1 to this, 2 to 100; without it, in words.' }),
  }),
});

const SurveyInput = builder.inputType('SurveyInput', {
  description: 'A survey to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code: the key by which everything else refers to it.' }),
    name: t.string({ required: true, description: 'Its name, for people.' }),
    questions: t.field({
      type: [SurveyQuestionInput],
      required: true,
      description: 'The questions; one at least with a scale.',
    }),
    period: t.string({
      required: true,
      description:
        'The month (2026-10), quarter (2026-Q4) or year (2026) whose metric SURVEY_<code> the averages become.',
    }),
    opensOn: t.field({ type: 'Date', required: true, description: opensOn }),
    closesOn: t.field({ type: 'Date', required: true, description: closesOn }),
  }),
});

const SurveyPayload = builder
  .objectRef<{ readonly code: string; readonly outcome: string }>('SurveyPayload')
  .implement({
    description: 'What became of a survey.',
    authScopes: { roles: ['ADMIN'] },
    fields: (t) => ({
      survey: t.drizzleField({
        type: Survey,
        nullable: true,
        description: 'The survey as it is now.',
        resolve: (query, { code }, _args, { transaction }) =>
          transaction.query.survey.findFirst(query({ where: { code } })),
      }),
      outcome: t.exposeString('outcome', { description: 'created, changed or unchanged.' }),
    }),
  });

const SurveyRecipientInput = builder.inputType('SurveyRecipientInput', {
  description: 'Somebody to be asked about an agent.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'The agent (code).' }),
    recipient: t.string({ required: true, description: 'Who is asked: a name, a number or an address.' }),
  }),
});

type Offered = Omit<Invitation, 'token'> & { readonly token: string | null };

const SurveyInvited = builder.objectRef<Offered>('NewSurveyInvitation').implement({
  description: 'An invitation that was made.',
  authScopes: { roles: managers },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    recipient: t.exposeString('recipient', { description: 'Who is asked.' }),
    token: t.exposeString('token', {
      nullable: true,
      description: 'What lets the recipient answer. Only in the first answer to inviteToSurvey: it is kept nowhere.',
    }),
  }),
});

type InvitedAnswer = {
  readonly invitations: readonly Offered[];
  readonly knownCount: number;
  readonly rejections: ReturnType<typeof rejectedRows>;
};

const SurveyInvitedPayload = builder.objectRef<InvitedAnswer>('SurveyInvitedPayload').implement({
  description: 'What became of the recipients: each is invited, was invited before or is rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    invitations: t.field({
      type: [SurveyInvited],
      description: 'The new invitations.',
      resolve: ({ invitations }) => [...invitations],
    }),
    knownCount: t.exposeInt('knownCount', { description: 'How many had been invited before.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

type InviteArgs = {
  readonly surveyCode: string;
  readonly recipients: readonly Recipient[];
  readonly idempotencyKey?: string | null | undefined;
};

/** Tokens go to the client past the stored answer: a repeated request gets the invitations, but never the tokens again. */
async function invite(root: unknown, args: InviteArgs, context: Context): Promise<InvitedAnswer> {
  let made: Invited | undefined;
  const answer = await mutationResolver(
    'inviteToSurvey',
    async (transaction, actor, { surveyCode, recipients }: InviteArgs, { now }) => {
      made = await inviteToSurvey(transaction, actor, now, surveyCode, recipients);
      const invitations = made.invitations.map(({ agentCode, recipient }) => ({ agentCode, recipient }));
      return { invitations, knownCount: made.knownCount, rejections: rejectedRows(made.rejections) };
    },
  )(root, args, context);
  const invitations = answer.invitations.map((each, index) => {
    return { ...each, token: made?.invitations[index]?.token ?? null };
  });
  return { ...answer, invitations };
}

type MetricSaved = Awaited<ReturnType<typeof saveSurveyMetric>>;

const SurveyMetricPayload = builder.objectRef<MetricSaved>('SurveyMetricPayload').implement({
  description: 'What became of the averages: each is a new value of the metric, another one, or known.',
  authScopes: { roles: managers },
  fields: (t) => ({
    createdCount: t.exposeInt('createdCount', { description: 'How many values were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another value.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
  }),
});

builder.mutationFields((t) => ({
  saveSurvey: t.field({
    type: SurveyPayload,
    errors: resultUnion('saveSurvey'),
    description: 'Declares or changes a survey; once somebody was invited it stays as it is.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      survey: t.arg({ type: SurveyInput, required: true, description: 'The survey.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveSurvey', async (transaction, actor, args, { now }) => {
      const entry = { ...args.survey, questions: args.survey.questions.map(withoutNulls) };
      return { code: entry.code, outcome: await saveSurvey(transaction, actor, now, entry) };
    }),
  }),
  inviteToSurvey: t.field({
    type: SurveyInvitedPayload,
    errors: resultUnion('inviteToSurvey'),
    description:
      'Invites up to 1,000 recipients to a survey, each about an agent that you may see, and gives each a token.',
    authScopes: { roles: managers },
    args: {
      surveyCode: t.arg.string({ required: true, description: 'The survey (code).' }),
      recipients: t.arg({ type: [SurveyRecipientInput], required: true, description: 'Who is asked about whom.' }),
      ...idempotencyKeyArgument,
    },
    resolve: invite,
  }),
  saveSurveyMetric: t.field({
    type: SurveyMetricPayload,
    errors: resultUnion('saveSurveyMetric'),
    description:
      'Saves the averages of a survey that has closed as the metric SURVEY_<code> of its period, for the agents that you may see.',
    authScopes: { roles: managers },
    args: {
      surveyCode: t.arg.string({ required: true, description: 'The survey (code).' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveSurveyMetric', (transaction, actor, { surveyCode }, { now }) =>
      saveSurveyMetric(transaction, actor, now, surveyCode),
    ),
  }),
}));
