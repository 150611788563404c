import type { BracketStanding } from '../src/commissions/engine/bracketStanding.ts';
import { type Estimate, type EstimatedComponent, estimate, leftOut } from '../src/commissions/estimate.ts';
import { type WhatIf, whatIf } from '../src/commissions/whatIf.ts';
import { rawSql } from '../src/db/client.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import { type Period, periodOf } from '../src/period.ts';
import { loadOperator } from '../src/reference/operator.ts';
import type { ComparedCriterion, ComparedTier } from '../src/tiers/compareOutlooks.ts';
import { type TierOutlook, unmovedReasons } from '../src/tiers/outlook.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { describedEnum, SalesEventTypeEnum } from './enums.ts';
import { runHeavy } from './heavy.ts';
import { resultUnion } from './mutations.ts';
import { MoveKindEnum } from './tierEvaluation.ts';
import { CriterionKindEnum, progressReaders } from './tierProgress.ts';

const readers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT'];
const authScopes = { roles: readers };

const NextBracketType = builder.objectRef<NonNullable<BracketStanding['next']>>('NextBracket').implement({
  description: 'The next bracket of a component.',
  authScopes,
  fields: (t) => ({
    from: t.expose('from', { type: 'Decimal', description: 'The volume from which it holds.' }),
    rate: t.expose('rate', { type: 'Decimal', description: 'Its rate.' }),
    missing: t.expose('missing', { type: 'Decimal', description: 'What is missing to it.' }),
  }),
});

const BracketStandingType = builder.objectRef<BracketStanding>('BracketStanding').implement({
  description: 'Where a volume of the month stands among the brackets of its component.',
  authScopes,
  fields: (t) => ({
    volume: t.expose('volume', { type: 'Decimal', description: 'The volume so far.' }),
    rate: t.expose('rate', {
      type: 'Decimal',
      nullable: true,
      description: 'The rate that is reached; null: none yet.',
    }),
    next: t.expose('next', {
      type: NextBracketType,
      nullable: true,
      description: 'The next one; null: there is none.',
    }),
  }),
});

const EstimatedComponentType = builder.objectRef<EstimatedComponent>('EstimatedComponent').implement({
  description: 'What a component comes to in an estimate.',
  authScopes,
  fields: (t) => ({
    planCode: t.exposeString('planCode', { nullable: true, description: 'The plan (code).' }),
    componentCode: t.exposeString('componentCode', { description: 'The component (code).' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'What it comes to.' }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines make it up.' }),
    bracket: t.expose('bracket', {
      type: BracketStandingType,
      nullable: true,
      description: 'For brackets over the volume of the month: where the agent stands.',
    }),
  }),
});

const EstimateTotal = builder.objectRef<Estimate['totals'][number]>('EstimateTotal').implement({
  description: 'What an estimate comes to in one currency.',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The amount.' }),
  }),
});

const EstimateType = builder.objectRef<Estimate>('Estimate').implement({
  description:
    'What a month that is not closed comes to so far, by the engine that pays. An estimate: later sales, corrections and decisions change it.',
  authScopes,
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    totals: t.expose('totals', { type: [EstimateTotal], description: 'In all, by currency.' }),
    components: t.expose('components', { type: [EstimatedComponentType], description: 'By component.' }),
    unpaidCount: t.exposeInt('unpaidCount', { description: 'Sales that pay nothing, as things stand.' }),
    leftOut: t.stringList({
      description:
        'What is not in it: shares of pools, corrections of closed months (RETRO), decided adjustments, the opening balance, tax.',
      resolve: () => [...leftOut],
    }),
  }),
});

const WhatIfDifference = builder.objectRef<WhatIf['differences'][number]>('WhatIfDifference').implement({
  description: 'What further sales change of a component.',
  authScopes,
  fields: (t) => ({
    planCode: t.exposeString('planCode', { nullable: true, description: 'The plan (code).' }),
    componentCode: t.exposeString('componentCode', { description: 'The component (code).' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    before: t.expose('before', { type: 'Decimal', description: 'Without the further sales.' }),
    after: t.expose('after', { type: 'Decimal', description: 'With them.' }),
    difference: t.expose('difference', { type: 'Decimal', description: 'after − before.' }),
  }),
});

const UnmovedReasonEnum = describedEnum(
  'WhatIfUnmoved',
  'Why further sales of this month do not move what a criterion of a tier looks at.',
  unmovedReasons,
  {
    SCORE: 'It looks at the score, which is not there before the scores of the month are published.',
    OTHER_MONTHS: 'The evaluation looks at later months than this one.',
    NOT_SALES: 'It is not counted from sales: a certificate, months of service, conflicts, or a figure from elsewhere.',
  },
);

const WhatIfCriterionType = builder.objectRef<ComparedCriterion>('WhatIfCriterion').implement({
  description: 'A criterion of a tier, as it is and with the further sales.',
  authScopes: { roles: progressReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: CriterionKindEnum, description: 'What it looks at.' }),
    subject: t.string({ description: 'What it looks at, in English.', resolve: ({ subject }) => subject.en }),
    subjectZh: t.string({ description: 'What it looks at, in Chinese.', resolve: ({ subject }) => subject.zh }),
    unit: t.exposeString('unit', { nullable: true, description: 'In what it is counted, where that has a name.' }),
    before: t.expose('before', {
      type: 'Decimal',
      nullable: true,
      description: 'The value as things stand; null: there is none yet. Of a certificate 1 or 0.',
    }),
    after: t.expose('after', {
      type: 'Decimal',
      nullable: true,
      description:
        'The value with the further sales; null: there is none, or, where `unmoved` says why, they do not move it.',
    }),
    atLeast: t.expose('atLeast', { type: 'Decimal', nullable: true, description: 'The least that is asked for.' }),
    atMost: t.expose('atMost', { type: 'Decimal', nullable: true, description: 'The most that is allowed.' }),
    heldBefore: t.exposeBoolean('heldBefore', {
      nullable: true,
      description: 'Whether it holds as things stand; null: not known, since its figure is still to come.',
    }),
    heldAfter: t.exposeBoolean('heldAfter', {
      nullable: true,
      description: 'Whether it holds with the further sales; null: not known, since its figure is still to come.',
    }),
    unmoved: t.expose('unmoved', {
      type: UnmovedReasonEnum,
      nullable: true,
      description: 'Why further sales do not move it; null: they may.',
    }),
  }),
});

const WhatIfTierOutcomeType = builder.objectRef<NonNullable<TierOutlook['outcome']>>('WhatIfTierOutcome').implement({
  description: 'What the next evaluation of a tier would find.',
  authScopes: { roles: progressReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: MoveKindEnum, description: 'What would become of the tier.' }),
    tier: t.exposeString('tier', { description: 'The tier (code) from then on.' }),
    misses: t.exposeInt('misses', { description: 'How many times in a row it would then be missed.' }),
  }),
});

const WhatIfTierType = builder.objectRef<ComparedTier>('WhatIfTier').implement({
  description:
    'What further sales do to the tier, by the rules of the next evaluation: as if its months ended now, with the figures so far. Evaluations of earlier months that are not applied yet are left out.',
  authScopes: { roles: progressReaders },
  fields: (t) => ({
    scheme: t.exposeString('scheme', { description: 'The tier scheme (code) that grades the agent.' }),
    schemeName: t.exposeString('schemeName', { description: 'The name of the scheme.' }),
    period: t.expose('period', { type: 'Period', description: 'The month with which the scheme evaluates next.' }),
    effectiveOn: t.expose('effectiveOn', { type: 'Date', description: 'The day from which on that tier holds.' }),
    tier: t.exposeString('tier', { nullable: true, description: 'The tier before (code); null: none.' }),
    nextTier: t.exposeString('nextTier', {
      nullable: true,
      description: 'The next tier up (code); null: there is no higher one.',
    }),
    before: t.expose('before', {
      type: WhatIfTierOutcomeType,
      nullable: true,
      description:
        'What the evaluation would find as things stand; null: that depends on criteria whose figures are still to come, such as the score (those with `heldBefore` null).',
    }),
    after: t.expose('after', {
      type: WhatIfTierOutcomeType,
      nullable: true,
      description:
        'What it would find with the further sales; null: that depends on criteria whose figures are still to come, such as the score (those with `heldAfter` null).',
    }),
    entry: t.field({
      type: [WhatIfCriterionType],
      description: 'What the next tier asks for; all of it must hold.',
      resolve: ({ entry }) => [...entry],
    }),
    keep: t.field({
      type: [WhatIfCriterionType],
      description: 'What the present tier asks for to be kept.',
      resolve: ({ keep }) => [...keep],
    }),
  }),
});

const WhatIfType = builder.objectRef<WhatIf>('WhatIf').implement({
  description: 'The month of today as it is, and with further sales. Nothing of it is kept.',
  authScopes,
  fields: (t) => ({
    before: t.expose('before', { type: EstimateType, description: 'As it is.' }),
    after: t.expose('after', { type: EstimateType, description: 'With the further sales.' }),
    differences: t.expose('differences', { type: [WhatIfDifference], description: 'By component.' }),
    tier: t.expose('tier', {
      type: WhatIfTierType,
      nullable: true,
      authScopes: { roles: progressReaders },
      description: 'What they do to the tier; null: no tier scheme grades the agent, or not in its present state.',
    }),
  }),
});

const FurtherSaleInput = builder.inputType('FurtherSaleInput', {
  description: 'Sales that are thought of.',
  fields: (t) => ({
    product: t.string({ required: true, description: 'The product (code).' }),
    quantity: t.int({ required: true, description: 'How many sales, each of one piece; at most 1,000 in all.' }),
    type: t.field({ type: SalesEventTypeEnum, description: 'What kind of sale; ACTIVATION without it.' }),
    amount: t.field({
      type: 'Decimal',
      description: "The amount of each; that of the agent's last sale of the kind without it.",
    }),
  }),
});

/** The agent, where the request may see it: the calculation itself is the owner's. @throws UserError AGENT_UNKNOWN. */
async function requireVisible({ transaction, actor }: Context, code: string): Promise<void> {
  const found = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code } });
  // everybody signed in may know agents' names; what they earn is for those who see their statements
  const [seen] = found
    ? await rawSql(transaction)<{ seen: boolean }[]>`select ${found.id}::integer in (select visible_agents()) as seen`
    : [];
  if (!actor || !seen?.seen)
    throw new UserError('AGENT_UNKNOWN', `No agent has the code ${code.slice(0, 100)}.`, 'agent');
}

builder.queryFields((t) => ({
  estimate: t.field({
    type: EstimateType,
    errors: resultUnion('estimate'),
    description: 'What the month comes to so far for an agent that you may see, by the engine that pays.',
    authScopes,
    args: {
      agent: t.arg.string({ required: true, description: 'The agent (code).' }),
      period: t.arg({
        type: 'Period',
        description: "A month that is not approved; the operator's of today without it.",
      }),
    },
    resolve: async (_root, { agent: agentCode, period }, context) => {
      await requireVisible(context, agentCode);
      const { timeZone } = await loadOperator(context.transaction);
      const wanted = (period ?? periodOf(context.now, timeZone)) as Period;
      return runHeavy(context, () => estimate(context.databases, { agentCode, period: wanted }));
    },
  }),
  whatIf: t.field({
    type: WhatIfType,
    errors: resultUnion('whatIf'),
    description: 'What further sales, made now, would change for an agent that you may see, by the engine that pays.',
    authScopes,
    args: {
      agent: t.arg.string({ required: true, description: 'The agent (code).' }),
      sales: t.arg({ type: [FurtherSaleInput], required: true, description: 'The sales, at most 20 kinds.' }),
    },
    resolve: async (_root, { agent: agentCode, sales }, context) => {
      await requireVisible(context, agentCode);
      if (sales.length > 20) throw new UserError('INPUT_INVALID', 'Ask about at most 20 kinds of sales.', 'sales');
      const further = sales.map(({ product, quantity, type, amount }) => ({
        productCode: product,
        quantity,
        type: type ?? 'ACTIVATION',
        amount,
      }));
      return runHeavy(context, () => whatIf(context.databases, context.now, agentCode, further));
    },
  }),
}));
