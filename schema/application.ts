import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Duplicate } from '../src/onboarding/duplicates.ts';
import { type ScreeningResult, screeningResult } from '../src/onboarding/form.ts';
import type { application } from '../src/onboarding/tables.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';
import { equals, readConnection } from './pages.ts';
import { ApplicationStateEnum, applicationReaders } from './screeningForm.ts';
import { SecretKindEnum } from './secret.ts';

const authScopes = { roles: applicationReaders };

builder.drizzleObject('applicationStep', {
  name: 'ApplicationStep',
  description: 'A step of an application: who did what, when and why. It is never changed.',
  authScopes,
  fields: (t) => ({
    from: t.expose('fromState', { type: ApplicationStateEnum, nullable: true, description: 'The state before.' }),
    to: t.expose('toState', { type: ApplicationStateEnum, description: 'The state after.' }),
    by: t.exposeString('by', { description: 'Who did it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
  }),
});

builder.drizzleObject('applicationScore', {
  name: 'ApplicationScore',
  description: 'What a reviewer found for an item of the screening form.',
  authScopes,
  fields: (t) => ({
    item: t.exposeString('item', { description: 'The item (code).' }),
    points: t.expose('points', { type: 'Decimal', description: 'Points, 0 to 100.' }),
    comment: t.exposeString('comment', { nullable: true, description: 'What the reviewer noted.' }),
    enteredBy: t.exposeString('enteredBy', { description: 'Who entered it.' }),
    enteredAt: t.expose('enteredAt', { type: 'DateTime', description: 'When.' }),
  }),
});

builder.drizzleObject('applicationTerritory', {
  name: 'ApplicationTerritory',
  description: 'A territory that an applicant is to have once it is active.',
  authScopes,
  fields: (t) => ({
    region: t.relation('region', { description: 'The region, with all under it.' }),
    exclusive: t.exposeBoolean('exclusive', { description: 'Whether nobody else may then sell there.' }),
  }),
});

const DuplicateSubjectEnum = describedEnum(
  'DuplicateSubject',
  'Who has the same number.',
  ['AGENT', 'APPLICATION', 'BLACKLIST'] as const,
  { AGENT: 'An agent.', APPLICATION: 'Another application.', BLACKLIST: 'It is on the blacklist.' },
);

const DuplicateType = builder.objectRef<Duplicate>('ApplicationDuplicate').implement({
  description: 'Somebody who has a number of the applicant too, wherever: what a reviewer must know.',
  authScopes,
  fields: (t) => ({
    kind: t.expose('kind', { type: SecretKindEnum, description: 'Which number.' }),
    subject: t.expose('subject', { type: DuplicateSubjectEnum, description: 'Whose it is.' }),
    code: t.exposeString('code', {
      description: 'The code of the agent or application; may be empty on the blacklist.',
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    state: t.exposeString('state', { nullable: true, description: 'Its state today.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why the number is blacklisted.' }),
    barredUntil: t.expose('barredUntil', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which a rejected applicant may come back, or on which it leaves the blacklist.',
    }),
  }),
});

type MaskedNumber = { readonly kind: Duplicate['kind']; readonly masked: string };

const NumberType = builder.objectRef<MaskedNumber>('ApplicationNumber').implement({
  description: 'A number of the applicant, masked.',
  authScopes,
  fields: (t) => ({
    kind: t.expose('kind', { type: SecretKindEnum, description: 'Which number.' }),
    masked: t.exposeString('masked', { description: 'What may be seen of it.' }),
  }),
});

type ApplicantSignature = { readonly documentId: number; readonly at: string };

const SignatureType = builder.objectRef<ApplicantSignature>('ApplicationSignature').implement({
  description: 'What an applicant says it has signed.',
  authScopes,
  fields: (t) => ({
    documentId: t.id({
      description: 'The document that it stored, for signContract.',
      resolve: ({ documentId }) => encodeNodeId('Document', documentId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it said so.' }),
  }),
});

const ResultType = builder.objectRef<ScreeningResult>('ScreeningResult').implement({
  description: 'What the form makes of the points.',
  authScopes,
  fields: (t) => ({
    total: t.expose('total', { type: 'Decimal', description: 'Σ weight · points / 100, exact.' }),
    unscored: t.stringList({
      description: 'The items (codes) that have no points yet.',
      resolve: ({ unscored }) => [...unscored],
    }),
    passes: t.exposeBoolean('passes', { description: 'Whether all is scored and the pass mark is reached.' }),
  }),
});

/** An agent-to-be. Its row is read under row-level security; finance and agents see none. */
export const Application = builder.drizzleNode('application', {
  name: 'Application',
  description: 'An agent-to-be on its way in.',
  authScopes,
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    state: t.expose('state', { type: ApplicationStateEnum, description: 'Where it stands.' }),
    name: t.exposeString('name', { description: 'The name of the agent-to-be.' }),
    channelType: t.relation('channelType', { description: 'What kind of channel it is to be.' }),
    region: t.relation('region', { description: 'Where it wants to sell.' }),
    contactName: t.exposeString('contactName', { description: 'Whom to talk to.' }),
    email: t.exposeString('email', { description: 'The e-mail address, for the portal too.' }),
    formVersion: t.relation('formVersion', { nullable: true, description: 'The form by which it is judged.' }),
    enteredBy: t.exposeString('enteredBy', { description: 'Who entered it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was entered.' }),
    dueOn: t.expose('dueOn', {
      type: 'Date',
      nullable: true,
      description: 'The last day on which it should leave its state; null in states that are ends.',
    }),
    overdue: t.boolean({
      description: 'Whether that day is over.',
      select: { columns: { dueOn: true } },
      resolve: ({ dueOn }, _args, { today }) => dueOn !== null && dueOn < today,
    }),
    steps: t.relation('steps', { description: 'Its steps, in order.', query: { orderBy: { id: 'asc' } } }),
    scores: t.relation('scores', { description: 'Its points, by item.', query: { orderBy: { item: 'asc' } } }),
    screening: t.field({
      type: ResultType,
      nullable: true,
      description: 'What the form makes of the points; null where it has no form.',
      select: {
        with: { scores: { columns: { item: true, points: true } }, formVersion: { columns: { definition: true } } },
      },
      resolve: ({ formVersion, scores }) =>
        formVersion &&
        screeningResult(formVersion.definition, new Map(scores.map(({ item, points }) => [item, points]))),
    }),
    territories: t.relation('territories', {
      description: 'The territories it is to have.',
      query: { orderBy: { regionId: 'asc' } },
    }),
    numbers: t.field({
      type: [NumberType],
      description: 'Its numbers, masked; once it is active they are the agent’s.',
      select: {
        extras: {
          numbers: (table) => sql<MaskedNumber[]>`(
            select coalesce(json_agg(json_build_object('kind', secret.kind, 'masked', secret.masked) order by secret.kind), '[]')
            from secret where secret.application_id = ${table.id})`,
        },
      },
      resolve: ({ numbers }) => numbers,
    }),
    documentKinds: t.stringList({
      description: 'The kinds of documents it has.',
      select: {
        extras: {
          documentKinds: (table) => sql<string[]>`(
            select coalesce(json_agg(distinct document.kind), '[]') from document where document.application_id = ${table.id})`,
        },
      },
      resolve: ({ documentKinds }) => documentKinds,
    }),
    documents: t.relation('documents', {
      description: 'Its documents, the latest first.',
      query: { orderBy: { id: 'desc' } },
    }),
    signedByApplicant: t.field({
      type: SignatureType,
      nullable: true,
      description: 'The contract that the applicant says it has signed online; null where it has not.',
      select: {
        extras: {
          signedByApplicant: (table) => sql<ApplicantSignature | null>`(
            select json_build_object('documentId', access.signed_document_id,
              'at', to_char(access.signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            from application_access access where access.application_id = ${table.id} and access.signed_at is not null)`,
        },
      },
      resolve: ({ signedByApplicant }) => signedByApplicant,
    }),
    duplicates: t.field({
      type: [DuplicateType],
      description: 'Who else has a number of the applicant, across all regions.',
      select: (_args, { today }) => ({
        extras: {
          duplicates: (table) => sql<Duplicate[]>`(
            select coalesce(json_agg(json_build_object('kind', kind, 'subject', subject, 'code', code, 'name', name, 'state', state,
              'reason', reason, 'barredUntil', barred_until)), '[]')
            from application_duplicates(${table.id}, ${today}::date))`,
        },
      }),
      resolve: ({ duplicates }) => duplicates,
    }),
    plan: t.relation('plan', {
      nullable: true,
      description: 'The plan that the contract names.',
      grantScopes: ['agreedPlan'],
    }),
    contractFrom: t.expose('contractFrom', { type: 'Date', nullable: true, description: "The contract's first day." }),
    contractTo: t.expose('contractTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day after the contract; null: no end, or none signed.',
    }),
    contractSignedOn: t.expose('contractSignedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day on which the contract was signed.',
    }),
    contractSha256: t.exposeString('contractSha256', {
      nullable: true,
      description: 'The SHA-256 of the signed document, in hexadecimal.',
    }),
    rejectedOn: t.expose('rejectedOn', { type: 'Date', nullable: true, description: 'The day of the rejection.' }),
    agent: t.relation('agent', { nullable: true, description: 'The agent that it became, where you see it.' }),
  }),
});

const ApplicationConnection = builder.connectionObject(
  { type: Application, name: 'ApplicationConnection', description: 'A page of applications.', authScopes },
  { description: 'An application in a page.', authScopes },
);

const ApplicationFilter = builder.inputType('ApplicationFilter', {
  description: 'Which applications. Everything named must hold.',
  fields: (t) => ({
    states: t.field({ type: [ApplicationStateEnum], description: 'In one of these states.' }),
    region: t.string({ description: 'For this region (code) or one under it.' }),
    channelType: t.string({ description: 'For this channel type (code).' }),
    overdue: t.boolean({ description: 'Whether they are overdue today.' }),
  }),
});

const applicationOrder: PageOrder<typeof application> = {
  name: 'applications',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

builder.queryFields((t) => ({
  application: t.drizzleField({
    type: Application,
    nullable: true,
    description: 'The application with this code; null where there is none, or you may not see it.',
    authScopes,
    args: { code: t.arg.string({ required: true, description: 'Its code.' }) },
    resolve: (query, _root, { code }, { transaction }) =>
      transaction.query.application.findFirst(query({ where: { code } })),
  }),
  applications: t.connection(
    {
      type: Application,
      nullable: true,
      description: 'The applications you may see, by code.',
      authScopes,
      args: { filter: t.arg({ type: ApplicationFilter, description: 'Which ones; all without it.' }) },
      resolve: (_root, args, context, info) => {
        const { states, region, channelType, overdue } = args.filter ?? {};
        return readConnection(Application, applicationOrder, { args, context, info }, (table) => [
          states == null ? undefined : states.length > 0 ? sql`${table.state}::text in ${states}` : sql`false`,
          region
            ? sql`${table.regionId} in (select region_subtree((select id from region where code = ${region})))`
            : undefined,
          channelType
            ? sql`${table.channelTypeId} = (select id from channel_type where code = ${channelType})`
            : undefined,
          equals(sql`coalesce(${table.dueOn} < ${context.today}::date, false)`, overdue),
        ]);
      },
    },
    ApplicationConnection,
  ),
}));
