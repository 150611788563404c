import { copyTemplate, publishTemplate } from '../src/scorecards/templates.ts';
import { builder } from './builder.ts';
import { RaterGroupEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';
import { MethodKindEnum, MissingPolicyEnum, ScoreTemplate } from './scoreTemplate.ts';

const StepInput = builder.inputType('ScoreStepInput', {
  description: 'From which value on there are how many points.',
  fields: (t) => ({
    from: t.field({ type: 'Decimal', required: true, description: 'The value from which on.' }),
    points: t.field({ type: 'Decimal', required: true, description: 'The points.' }),
  }),
});

const GroupInput = builder.inputType('ScoreRaterGroupInput', {
  description: 'A group of raters, and what it weighs.',
  fields: (t) => ({
    group: t.field({ type: RaterGroupEnum, required: true, description: 'Who rates.' }),
    weight: t.field({ type: 'Decimal', required: true, description: 'What it weighs beside the other groups.' }),
    survey: t.string({ description: 'A survey (code) whose answers are its ratings; rating rounds without it.' }),
  }),
});

const MethodInput = builder.inputType('ScoreMethodInput', {
  description: 'How the value of an item becomes points: a kind, and the fields of that kind.',
  fields: (t) => ({
    kind: t.field({ type: MethodKindEnum, required: true, description: 'Of which kind it is.' }),
    target: t.field({
      type: 'Decimal',
      description:
        'LINEAR: the value that gives 100, where no target is set for the agent, its region or channel type.',
    }),
    floor: t.field({ type: 'Decimal', description: 'LINEAR: the value that gives 0; 0 without it.' }),
    floorPercent: t.field({ type: 'Decimal', description: 'LINEAR: the floor as a percent of the target.' }),
    steps: t.field({ type: [StepInput], description: 'STEP: the steps, ascending; at most the cap.' }),
    lowestFirst: t.boolean({ description: 'RANK: whether the lowest value is the best; the highest without it.' }),
    aspect: t.string({ description: 'RATED_360: what is rated; names the rating rounds.' }),
    groups: t.field({ type: [GroupInput], description: 'RATED_360: who rates.' }),
    minimumRaters: t.int({
      description: 'RATED_360: how many raters there must be at least, all groups together; 1 without it.',
    }),
  }),
});

const ItemInput = builder.inputType('ScoreTemplateItemInput', {
  description: 'One weighted item of a scorecard.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, unique in the template.' }),
    name: t.string({ required: true, description: 'What is judged.' }),
    metric: t.string({ description: 'The metric that is measured; not with RATED_360.' }),
    weight: t.field({ type: 'Decimal', required: true, description: 'What it weighs; all weights total exactly 100.' }),
    method: t.field({ type: MethodInput, required: true, description: 'How a value becomes points.' }),
    cap: t.field({ type: 'Decimal', description: 'Its most points, 1 to 150; 100 without it.' }),
    missing: t.field({ type: MissingPolicyEnum, required: true, description: 'What becomes of it without a value.' }),
  }),
});

const PointsRuleInput = builder.inputType('ScorePointsRuleInput', {
  description: 'Points beside the weighted items: perUnit or steps, one of the two.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, unique in the template.' }),
    name: t.string({ required: true, description: 'What it is for.' }),
    metric: t.string({ required: true, description: 'The metric it looks at.' }),
    maximum: t.field({ type: 'Decimal', required: true, description: 'Its most points.' }),
    perUnit: t.field({ type: 'Decimal', description: 'Points for each unit.' }),
    steps: t.field({ type: [StepInput], description: 'The steps, ascending.' }),
  }),
});

const VetoInput = builder.inputType('ScoreVetoRuleInput', {
  description: 'What caps the total when it is triggered.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, unique in the template.' }),
    name: t.string({ required: true, description: 'What it is for.' }),
    metric: t.string({ required: true, description: 'The metric it looks at.' }),
    atLeast: t.field({ type: 'Decimal', description: 'Triggered from this value up.' }),
    atMost: t.field({ type: 'Decimal', description: 'Triggered from this value down.' }),
    cap: t.field({ type: 'Decimal', required: true, description: 'The total is at most this.' }),
  }),
});

const DefinitionInput = builder.inputType('ScoreTemplateDefinitionInput', {
  description: 'What a version of a scorecard template says.',
  fields: (t) => ({
    items: t.field({ type: [ItemInput], required: true, description: 'What agents are judged on, in order.' }),
    bonuses: t.field({ type: [PointsRuleInput], description: 'Points that are added; none without it.' }),
    deductions: t.field({ type: [PointsRuleInput], description: 'Points that are taken away; none without it.' }),
    vetoes: t.field({ type: [VetoInput], description: 'What caps the total; nothing without it.' }),
    maximum: t.field({ type: 'Decimal', description: 'The highest total; 100 without it.' }),
  }),
});

const WeightInput = builder.inputType('ScoreTemplateWeightInput', {
  description: 'What an item weighs in the copy of a template.',
  fields: (t) => ({
    item: t.string({ required: true, description: 'The item (code).' }),
    weight: t.field({ type: 'Decimal', required: true, description: 'Its weight.' }),
  }),
});

const CopyInput = builder.inputType('ScoreTemplateCopyInput', {
  description: 'The template that gets a copy.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code.' }),
    name: t.string({ required: true, description: 'Its name, for people.' }),
    channelType: t.string({ description: 'Only agents of this channel type (code); any without it.' }),
    tier: t.string({ description: 'Only agents of this tier (code); any without it.' }),
  }),
});

type TemplateAnswer = { readonly code: string; readonly number: number };

const TemplatePayload = builder.objectRef<TemplateAnswer>('ScoreTemplatePayload').implement({
  description: 'The scorecard template that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    template: t.drizzleField({
      type: ScoreTemplate,
      nullable: true,
      description: 'The template as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.scoreTemplate.findFirst(query({ where: { code } })),
    }),
  }),
});

const fromDescription =
  'The first day on which it is in force: the first of a month, after all months whose scores are published.';

builder.mutationField('publishScoreTemplate', (t) =>
  t.field({
    type: TemplatePayload,
    errors: resultUnion('publishScoreTemplate'),
    description:
      'Publishes a version of a scorecard template, declared if it is new. What the latest version says already, from the same day on, is not published again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the template.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      channelType: t.arg.string({
        description: 'Only agents of this channel type (code), any without it; a template keeps it.',
      }),
      tier: t.arg.string({ description: 'Only agents of this tier (code), any without it; a template keeps it.' }),
      from: t.arg({ type: 'Date', required: true, description: fromDescription }),
      definition: t.arg({ type: DefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishScoreTemplate',
      async (
        transaction,
        actor,
        { from, definition, code, name, channelType, tier },
        { now },
      ): Promise<TemplateAnswer> => {
        const template = { code, name, channelType, tier, validFrom: from, definition: deepWithoutNulls(definition) };
        return { code, number: await publishTemplate(transaction, actor, now, template) };
      },
    ),
  }),
);

builder.mutationField('copyScoreTemplate', (t) =>
  t.field({
    type: TemplatePayload,
    errors: resultUnion('copyScoreTemplate'),
    description:
      'Copies a published version of a scorecard template, with other weights, as its next version or as a template of its own.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The template (code) to copy.' }),
      fromVersion: t.arg.int({ description: 'The version to copy; the latest without it.' }),
      copy: t.arg({ type: CopyInput, description: 'The template that gets the copy; the same one without it.' }),
      from: t.arg({ type: 'Date', required: true, description: fromDescription }),
      weights: t.arg({ type: [WeightInput], description: 'Weights of the copy; items not named keep theirs.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'copyScoreTemplate',
      (transaction, actor, { from, code, fromVersion, copy, weights }, { now }): Promise<TemplateAnswer> =>
        copyTemplate(transaction, actor, now, { code, fromVersion, copy, weights, validFrom: from }),
    ),
  }),
);
