import { type SQL, sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import { saveCourses } from '../src/training/courses.ts';
import { findHolder, isAuthorised, missingCourses } from '../src/training/requirements.ts';
import { type ResultsSaved, saveTrainingResults } from '../src/training/results.ts';
import { trainingPurpose, type trainingResult } from '../src/training/tables.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, readConnection } from './pages.ts';
import { withoutNulls } from './programmeDocument.ts';

/** Who sees what somebody came to in a course; finance sees no papers of agents. */
const resultReaders: readonly Role[] = [...managers, 'AUDITOR', 'AGENT'];

const TrainingPurposeEnum = describedEnum(
  'TrainingPurpose',
  'What a course is needed for.',
  trainingPurpose.enumValues,
  {
    ONBOARDING: 'To become active.',
    AUTHORISATION: 'To sell products of a category.',
  },
);

builder.drizzleObject('courseRequirement', {
  name: 'CourseRequirement',
  description: 'Who must have passed a course, and from when to when.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    purpose: t.expose('purpose', { type: TrainingPurposeEnum, description: 'What it is needed for.' }),
    channelType: t.relation('channelType', { nullable: true, description: 'Of which agents; null: of all.' }),
    productCategory: t.relation('productCategory', {
      nullable: true,
      description: 'What may not be sold without it; for AUTHORISATION.',
    }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is needed.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day on which it no longer is.' }),
  }),
});

const Course = builder.drizzleObject('course', {
  name: 'Course',
  description: 'A course that agents take.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    validMonths: t.exposeInt('validMonths', {
      nullable: true,
      description: 'For how many months it counts to have passed it; null: for ever.',
    }),
    requirements: t.relation('requirements', {
      description: 'Who must have passed it.',
      query: { orderBy: { validFrom: 'asc', id: 'asc' } },
    }),
  }),
});

const TrainingResult = builder.drizzleObject('trainingResult', {
  name: 'TrainingResult',
  description: 'What an agent or applicant came to in a course.',
  authScopes: { roles: resultReaders },
  fields: (t) => ({
    course: t.relation('course', { description: 'The course.' }),
    agentCode: t.string({
      nullable: true,
      description: 'The agent (code); null where it is an applicant.',
      select: {
        extras: {
          agentCode: (table) => sql<string | null>`(select code from agent where agent.id = ${table.agentId})`,
        },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    applicationCode: t.string({
      nullable: true,
      description: 'The application (code); null where it is an agent.',
      select: {
        extras: {
          applicationCode: (table) =>
            sql<string | null>`(select code from application where application.id = ${table.applicationId})`,
        },
      },
      resolve: ({ applicationCode }) => applicationCode,
    }),
    takenOn: t.expose('takenOn', { type: 'Date', description: 'The day it was taken.' }),
    passed: t.exposeBoolean('passed', { description: 'Whether it was passed.' }),
    score: t.expose('score', { type: 'Decimal', nullable: true, description: 'The score, where there is one.' }),
    expiresOn: t.expose('expiresOn', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer counts; null: it always will, or was not passed.',
    }),
  }),
});

const TrainingResultConnection = builder.connectionObject(
  {
    type: TrainingResult,
    name: 'TrainingResultConnection',
    description: 'A page of results of courses.',
    authScopes: { roles: resultReaders },
  },
  { description: 'A result of a course in a page.', authScopes: { roles: resultReaders } },
);

const resultOrder: PageOrder<typeof trainingResult> = {
  name: 'trainingResults',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

/** Whether a certificate ends before a day and no other of the same course takes over. */
function expiresBefore(table: typeof trainingResult, day: string | null | undefined): SQL | undefined {
  if (day == null) return undefined;
  return sql`${table.passed} and ${table.expiresOn} < ${day}::date and not exists (
    select from training_result later
    where later.passed and later.course_id = ${table.courseId}
      and (later.agent_id = ${table.agentId} or later.application_id = ${table.applicationId})
      and (later.expires_on is null or later.expires_on > ${table.expiresOn}))`;
}

builder.queryFields((t) => ({
  courses: t.drizzleField({
    type: [Course],
    nullable: true,
    description: 'All courses, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.course.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  trainingResults: t.connection(
    {
      type: TrainingResult,
      nullable: true,
      description: 'The results of courses you may see, in the order in which they were entered.',
      authScopes: { roles: resultReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        applicationCode: t.arg.string({ description: 'Of this application (code).' }),
        courseCode: t.arg.string({ description: 'In this course (code).' }),
        expiresBefore: t.arg({
          type: 'Date',
          description: 'Only certificates that end before this day, or have ended, and were not renewed.',
        }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(TrainingResult, resultOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          args.applicationCode == null
            ? undefined
            : sql`${table.applicationId} in (select id from application where code = ${args.applicationCode})`,
          args.courseCode == null
            ? undefined
            : sql`${table.courseId} in (select id from course where code = ${args.courseCode})`,
          expiresBefore(table, args.expiresBefore),
        ]);
      },
    },
    TrainingResultConnection,
  ),
  missingCourses: t.stringList({
    nullable: true,
    description:
      'The codes of the mandatory courses that an agent or applicant has not passed, or whose certificate has expired.',
    authScopes: { roles: resultReaders },
    args: {
      agentCode: t.arg.string({ description: 'The agent (code); this or the application.' }),
      applicationCode: t.arg.string({ description: 'The application (code); this or the agent.' }),
      on: t.arg({ type: 'Date', description: "The day asked about; the operator's today unless told." }),
    },
    resolve: async (_root, { agentCode, applicationCode, on }, { transaction, today }) => {
      const codes = { agentCode: agentCode ?? null, applicationCode: applicationCode ?? null };
      const { holder, channelTypeId } = await findHolder(transaction, codes);
      return missingCourses(transaction, holder, channelTypeId, on ?? today);
    },
  }),
  isAuthorised: t.boolean({
    nullable: true,
    description: 'Whether an agent holds every certificate that selling a product category needs on a day.',
    authScopes: { roles: resultReaders },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      productCategory: t.arg.string({ required: true, description: 'The product category (code).' }),
      on: t.arg({ type: 'Date', description: "The day asked about; the operator's today unless told." }),
    },
    resolve: async (_root, { agentCode, productCategory, on }, { transaction, today }) => {
      const { holder } = await findHolder(transaction, { agentCode });
      const category = await transaction.query.productCategory.findFirst({ where: { code: productCategory } });
      if (!category)
        throw new UserError('NOT_FOUND', `There is no product category ${productCategory}.`, 'productCategory');
      return 'agentId' in holder ? isAuthorised(transaction, holder.agentId, category.id, on ?? today) : null;
    },
  }),
}));

const CourseRequirementInput = builder.inputType('CourseRequirementInput', {
  description: 'Who must have passed a course.',
  fields: (t) => ({
    purpose: t.field({ type: TrainingPurposeEnum, required: true, description: 'What it is needed for.' }),
    channelType: t.string({ description: 'Only of agents of this channel type (code); without it, of all.' }),
    productCategory: t.string({
      description: 'The product category (code) that may not be sold without it; for AUTHORISATION and nothing else.',
    }),
    from: t.field({ type: 'Date', required: true, description: 'The first day on which it is needed.' }),
    to: t.field({ type: 'Date', description: 'The first day on which it no longer is; without it, it has no end.' }),
  }),
});

const CourseInput = builder.inputType('CourseInput', {
  description: 'A course to declare, with all of its requirements.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code: the key by which everything else refers to it.' }),
    name: t.string({ required: true, description: 'Its name, for people.' }),
    validMonths: t.int({ description: 'For how many months it counts to have passed it; without it, for ever.' }),
    requirements: t.field({
      type: [CourseRequirementInput],
      description: 'Who must have passed it. What is not named any more is no longer required.',
    }),
  }),
});

type Saved = { readonly createdCount: number; readonly changedCount: number; readonly unchangedCount: number };

const CoursesPayload = builder.objectRef<Saved>('CoursesPayload').implement({
  description: 'What became of the courses: each is created, changed or unchanged.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    createdCount: t.exposeInt('createdCount', { description: 'How many were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many were changed.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were so already.' }),
  }),
});

// All text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const TrainingResultInput = builder.inputType('TrainingResultInput', {
  description: 'A result to save. Every field is text, as a cell of a file would have it.',
  fields: (t) => ({
    agentCode: t.string({ description: 'The agent (code); this or the application.' }),
    applicationCode: t.string({ description: 'The application (code); this or the agent.' }),
    courseCode: t.string({ required: true, description: 'The course (code).' }),
    takenOn: t.string({ required: true, description: 'The day it was taken, YYYY-MM-DD.' }),
    passed: t.string({ required: true, description: 'Whether it was passed: true or false.' }),
    score: t.string({ description: 'The score: a plain decimal number.' }),
  }),
});

type SavedResults = Omit<ResultsSaved, 'rejections'> & { readonly rejections: ReturnType<typeof rejectedRows> };

const TrainingResultsPayload = builder.objectRef<SavedResults>('TrainingResultsPayload').implement({
  description: 'What became of the results: each is created, changed, unchanged or rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    rowCount: t.exposeInt('rowCount', { description: 'How many results were sent.' }),
    createdCount: t.exposeInt('createdCount', { description: 'How many were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another result.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

builder.mutationFields((t) => ({
  saveCourses: t.field({
    type: CoursesPayload,
    errors: resultUnion('saveCourses'),
    description: 'Declares or changes courses, each with all of its requirements.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      courses: t.arg({ type: [CourseInput], required: true, description: 'The courses.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveCourses', (transaction, actor, { courses }, { now }) => {
      const entries = courses.map(({ requirements, ...course }) => ({
        ...withoutNulls(course),
        requirements: (requirements ?? []).map(withoutNulls),
      }));
      return saveCourses(transaction, actor, now, entries);
    }),
  }),
  saveTrainingResults: t.field({
    type: TrainingResultsPayload,
    errors: resultUnion('saveTrainingResults'),
    description:
      'Saves up to 1,000 results of agents and applicants you may see: adds new ones, changes others, and says of each what is wrong.',
    authScopes: { roles: managers },
    args: {
      input: t.arg({ type: [TrainingResultInput], required: true, description: 'The results.' }),
      atomic: t.arg.boolean({
        defaultValue: false,
        description: 'Whether one rejected result keeps out all the others.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveTrainingResults', async (transaction, actor, { input, atomic }, { now }) => {
      const result = await saveTrainingResults(transaction, actor, now, input, { atomic: atomic ?? false });
      return { ...result, rejections: rejectedRows(result.rejections) };
    }),
  }),
}));
