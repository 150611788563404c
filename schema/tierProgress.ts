import type { Role } from '../src/db/transaction.ts';
import { type AgentBenefits, agentBenefits } from '../src/tiers/benefits.ts';
import { type CriterionProgress, type TierProgress, tierProgress } from '../src/tiers/progress.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';

/** Who sees how agents stand: not finance, which sees no certificates. */
export const progressReaders: readonly Role[] = [...managers, 'AUDITOR', 'AGENT'];
const benefitReaders: readonly Role[] = [...progressReaders, 'FINANCE'];

export const CriterionKindEnum = describedEnum(
  'TierProgressKind',
  'What a criterion of a tier looks at.',
  ['METRIC', 'RATIO', 'CERTIFICATION', 'MONTHS_OF_SERVICE'] as const,
  {
    METRIC: 'A metric over some months; SCORE is the published score.',
    RATIO: 'One metric in percent of another.',
    CERTIFICATION: 'A certificate that is passed and has not expired.',
    MONTHS_OF_SERVICE: 'The calendar months that have a day on which the agent was active.',
  },
);

const CriterionProgressType = builder.objectRef<CriterionProgress>('TierCriterionProgress').implement({
  description: 'Where an agent stands with one criterion of a tier.',
  authScopes: { roles: progressReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: CriterionKindEnum, description: 'What it looks at.' }),
    subject: t.string({ description: 'What it looks at, in English.', resolve: ({ subject }) => subject.en }),
    subjectZh: t.string({ description: 'What it looks at, in Chinese.', resolve: ({ subject }) => subject.zh }),
    unit: t.exposeString('unit', { nullable: true, description: 'In what it is counted, where that has a name.' }),
    value: t.expose('value', {
      type: 'Decimal',
      nullable: true,
      description: 'The value now; null: there is none yet. Of a certificate 1 or 0.',
    }),
    atLeast: t.expose('atLeast', { type: 'Decimal', nullable: true, description: 'The least that is asked for.' }),
    atMost: t.expose('atMost', { type: 'Decimal', nullable: true, description: 'The most that is allowed.' }),
    missing: t.expose('missing', {
      type: 'Decimal',
      nullable: true,
      description: 'How much is missing, in the unit; null: nothing.',
    }),
    excess: t.expose('excess', {
      type: 'Decimal',
      nullable: true,
      description: 'By how much the most that is allowed is exceeded; null: not at all.',
    }),
    held: t.exposeBoolean('held', { description: 'Whether it holds.' }),
    sentence: t.string({ description: 'All that as a sentence, in English.', resolve: ({ sentence }) => sentence.en }),
    sentenceZh: t.string({
      description: 'All that as a sentence, in Chinese.',
      resolve: ({ sentence }) => sentence.zh,
    }),
  }),
});

const TierProgressType = builder.objectRef<TierProgress>('TierProgress').implement({
  description: 'What is missing to the next tier of an agent, and what puts its present one at risk.',
  authScopes: { roles: progressReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    scheme: t.exposeString('scheme', { description: 'The tier scheme (code) that grades it.' }),
    schemeName: t.exposeString('schemeName', { description: 'The name of the scheme.' }),
    version: t.exposeInt('version', { description: 'The version of the scheme.' }),
    period: t.exposeString('period', { description: 'The month by whose figures it is said.' }),
    tier: t.exposeString('tier', { nullable: true, description: 'The present tier (code); null: none.' }),
    nextTier: t.exposeString('nextTier', {
      nullable: true,
      description: 'The next tier up (code); null: there is no higher one.',
    }),
    entry: t.field({
      type: [CriterionProgressType],
      description: 'What the next tier asks for; all of it must hold.',
      resolve: ({ entry }) => [...entry],
    }),
    keep: t.field({
      type: [CriterionProgressType],
      description: 'What the present tier asks for to be kept; what does not hold puts it at risk.',
      resolve: ({ keep }) => [...keep],
    }),
    misses: t.exposeInt('misses', {
      description: 'How many times in a row it was missed, by the last evaluation that was applied.',
    }),
    grace: t.exposeInt('grace', { description: 'How many misses in a row lead to demotion.' }),
    isProtected: t.exposeBoolean('isProtected', {
      description: 'Whether a miss does not count yet, since the agent is new.',
    }),
    isOverridden: t.exposeBoolean('isOverridden', {
      description: 'Whether the present tier was given by hand, so that evaluations leave it alone.',
    }),
    sentence: t.string({ description: 'All that in a few sentences, in English.', resolve: (row) => row.sentence.en }),
    sentenceZh: t.string({
      description: 'All that in a few sentences, in Chinese.',
      resolve: (row) => row.sentence.zh,
    }),
  }),
});

const AgentBenefitsType = builder.objectRef<AgentBenefits>('AgentBenefits').implement({
  description: 'What the tier of an agent gives it on a day.',
  authScopes: { roles: benefitReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    on: t.expose('on', { type: 'Date', description: 'The day.' }),
    tier: t.exposeString('tier', { nullable: true, description: 'Its tier (code) that day; null: none.' }),
    tierName: t.exposeString('tierName', { nullable: true, description: 'The name of the tier.' }),
    commissionMultiplier: t.expose('commissionMultiplier', {
      type: 'Decimal',
      description: 'By what commission is multiplied where a plan says so; 1 without a tier.',
    }),
    priority: t.exposeInt('priority', {
      nullable: true,
      description: 'The lower the earlier it is served; null: the scheme says nothing.',
    }),
    creditLimit: t.expose('creditLimit', {
      type: 'Decimal',
      nullable: true,
      description: 'How much it may owe, in the currency of the operator; null: the scheme says nothing.',
    }),
    materials: t.exposeStringList('materials', { description: 'What it gets to sell with.' }),
  }),
});

const agentArgument = 'The agent (code).';

builder.queryFields((t) => ({
  tierProgress: t.field({
    type: TierProgressType,
    nullable: true,
    description:
      'What is missing to the next tier of an agent that you may see, in the units of the criteria; null: no scheme grades its channel type.',
    authScopes: { roles: progressReaders },
    args: {
      agentCode: t.arg.string({ required: true, description: agentArgument }),
      period: t.arg.string({
        description: 'By the figures of this month (2026-10); of the last month that is over, without it.',
      }),
    },
    resolve: (_root, args, { transaction, now }) => tierProgress(transaction, now, args),
  }),
  agentBenefits: t.field({
    type: AgentBenefitsType,
    nullable: true,
    description: 'What the tier of an agent that you may see gives it on a day.',
    authScopes: { roles: benefitReaders },
    args: {
      agentCode: t.arg.string({ required: true, description: agentArgument }),
      on: t.arg({ type: 'Date', description: "The day asked about; the operator's today unless told." }),
    },
    resolve: (_root, { agentCode, on }, { transaction, today }) =>
      agentBenefits(transaction, { agentCode, on: on ?? today }),
  }),
}));
