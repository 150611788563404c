import { type Explanation, explainLine } from '../src/commissions/explain.ts';
import { builder } from './builder.ts';
import { LineKindEnum } from './enums.ts';
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
