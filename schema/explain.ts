import { type Explanation, explainLine } from '../src/commissions/explain.ts';
import {
  type ComponentOutcome,
  type CreditOutcome,
  explainRule,
  type RuleExplanation,
  type RuleOutcome,
} from '../src/commissions/explainRule.ts';
import { builder } from './builder.ts';
import { ComponentKindEnum, LineKindEnum, RuleOutcomeEnum, SalesEventTypeEnum } from './enums.ts';
import { resultUnion } from './mutations.ts';

const Step = builder.objectRef<Explanation['steps'][number]>('ExplanationStep').implement({
  description: 'One thing that led to an amount.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What it is.' }),
    value: t.exposeString('value', { description: 'What it says.' }),
  }),
});

const ExplanationType = builder.objectRef<Explanation>('Explanation').implement({
  description: 'How one line came to its amount.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    lineId: t.exposeString('lineId', { description: 'The readable id of the line.' }),
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    agentCode: t.exposeString('agent', { description: 'The code of the agent.' }),
    componentCode: t.exposeString('component', { description: 'The code of the component or pool.' }),
    kind: t.expose('kind', { type: LineKindEnum, description: 'What the line is.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The amount.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    formula: t.exposeString('formula', { description: "The arithmetic with the line's own figures." }),
    sentenceEn: t.exposeString('sentenceEn', { description: 'The same as a sentence, in English.' }),
    sentenceZh: t.exposeString('sentenceZh', { description: 'The same as a sentence, in Chinese.' }),
    steps: t.field({ type: [Step], description: 'What led to it, in order.', resolve: ({ steps }) => [...steps] }),
  }),
});

builder.queryField('explainLine', (t) =>
  t.field({
    type: ExplanationType,
    errors: resultUnion('explainLine'),
    description: 'How a line came to its amount, as a formula and in words.',
    authScopes: { signedIn: true },
    args: { lineId: t.arg.string({ required: true, description: 'The readable id of a line.' }) },
    resolve: (_root, { lineId }, { transaction }) => explainLine(transaction, lineId),
  }),
);

const RuleOutcomeType = builder.objectRef<RuleOutcome>('RuleOutcome').implement({
  description: 'A rule that was considered for a credit, and what became of it.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The code of the rule.' }),
    outcome: t.expose('outcome', { type: RuleOutcomeEnum, description: 'Whether it wins, or why not.' }),
    dimension: t.exposeString('dimension', {
      nullable: true,
      description: 'The first dimension that does not match, or in which the winner is more specific.',
    }),
    wanted: t.exposeString('wanted', { nullable: true, description: 'What the rule asks for there; null: nothing.' }),
    given: t.exposeString('given', {
      nullable: true,
      description: 'What the credit has there, or the winner and what that asks for.',
    }),
  }),
});

const ComponentOutcomeType = builder.objectRef<ComponentOutcome>('ComponentOutcome').implement({
  description: 'What a component of the plan version in force makes of a credit.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    componentCode: t.exposeString('component', { description: 'The code of the component.' }),
    kind: t.expose('kind', { type: ComponentKindEnum, description: 'How it pays.' }),
    reads: t.exposeBoolean('reads', { description: 'Whether it reads events of this type at all.' }),
    winner: t.exposeString('winner', { nullable: true, description: 'The code of the rule that applies.' }),
    base: t.expose('base', {
      type: 'Decimal',
      nullable: true,
      description: "What the percent of a rule applies to, in the plan's currency.",
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it pays nothing: a code, as in NO_MATCHING_RULE. What caps and budgets cut is not known here.',
    }),
    rules: t.field({
      type: [RuleOutcomeType],
      description: 'The rules that were considered.',
      resolve: ({ rules }) => [...rules],
    }),
    sentenceEn: t.exposeString('sentenceEn', { description: 'The same as a sentence, in English.' }),
    sentenceZh: t.exposeString('sentenceZh', { description: 'The same as a sentence, in Chinese.' }),
  }),
});

const CreditOutcomeType = builder.objectRef<CreditOutcome>('CreditOutcome').implement({
  description: 'What the plan of its agent makes of one credit of an event.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    agentCode: t.exposeString('agent', { description: 'The code of the agent.' }),
    role: t.exposeString('role', { description: 'As what it took part.' }),
    share: t.expose('share', { type: 'Decimal', description: 'Its share of the event.' }),
    planCode: t.exposeString('plan', { nullable: true, description: 'The plan in force for the agent at the event.' }),
    planVersion: t.exposeInt('version', { nullable: true, description: 'The number of its version then.' }),
    from: t.expose('from', { type: 'Date', nullable: true, description: 'The first day of that version.' }),
    to: t.expose('to', { type: 'Date', nullable: true, description: 'The day on which it ends, if it does.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why no component pays: a code.' }),
    caseCode: t.exposeString('caseCode', {
      nullable: true,
      description: 'The conflict that holds or rejects the event, or by whose decision it is credited.',
    }),
    creditRuleCode: t.exposeString('creditRule', {
      nullable: true,
      description: 'The credit rule by which it is credited.',
    }),
    components: t.field({
      type: [ComponentOutcomeType],
      description: 'The components of the version, in the order of the plan.',
      resolve: ({ components }) => [...components],
    }),
  }),
});

const RuleExplanationType = builder.objectRef<RuleExplanation>('RuleExplanation').implement({
  description: "Which rules pay an event, and why the others do not, by today's facts.",
  authScopes: { signedIn: true },
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The system the event came from.' }),
    externalId: t.exposeString('externalId', { description: 'Its id there.' }),
    // an event of the database is of one of its types
    type: t.field({
      type: SalesEventTypeEnum,
      description: 'What happened.',
      resolve: ({ type }) => type as typeof SalesEventTypeEnum.$inferType,
    }),
    period: t.expose('period', { type: 'Period', description: 'The period it belongs to.' }),
    isReversed: t.exposeBoolean('isReversed', { description: 'Whether a REVERSAL undoes it.' }),
    credits: t.field({
      type: [CreditOutcomeType],
      description: 'The credits of agents that you may see.',
      resolve: ({ credits }) => [...credits],
    }),
  }),
});

builder.queryField('explainRule', (t) =>
  t.field({
    type: RuleExplanationType,
    errors: resultUnion('explainRule'),
    description:
      'For each credit of a sales event and each component of its plan: which rule applies, and why no other does.',
    authScopes: { signedIn: true },
    args: {
      source: t.arg.string({ required: true, description: 'The system the event came from.' }),
      externalId: t.arg.string({ required: true, description: 'Its id there.' }),
    },
    resolve: (_root, { source, externalId }, { transaction }) => explainRule(transaction, { source, externalId }),
  }),
);
