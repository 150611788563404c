import type {
  BracketDefinition,
  Clawback,
  Definition,
  Holdback,
  Instalment,
  MetricCondition,
  OverrideDefinition,
  QuotaBonusDefinition,
  ScoreFactor,
  SpiffDefinition,
  VolumeDefinition,
} from '../src/commissions/definitions.ts';
import { builder } from './builder.ts';
import {
  BonusCurveEnum,
  BonusPaysEnum,
  BracketBoundsEnum,
  BracketMethodEnum,
  ClawbackEventEnum,
  ClawbackMethodEnum,
  OverrideMethodEnum,
  ScorePeriodEnum,
  VolumeMeasureEnum,
  VolumeWindowEnum,
} from './definitionEnums.ts';

// The parts of a component's definition. A component has those that its kind has; the others are null.

type StoredDefinition = Definition['definition'];

/** A field of a definition, undefined where the kind has none of that name. */
export function fieldOf<Name extends FieldName>(
  definition: StoredDefinition,
  name: Name,
): FieldValue<Name> | undefined {
  return (definition as Partial<Record<Name, FieldValue<Name>>>)[name];
}

type FieldName = StoredDefinition extends infer One ? (One extends unknown ? keyof One : never) : never;
type FieldValue<Name> = StoredDefinition extends infer One ? (Name extends keyof One ? One[Name] : never) : never;

export const bracketOf = (definition: StoredDefinition) => ('brackets' in definition ? definition : undefined);
export const quotaBonusOf = (definition: StoredDefinition) => ('points' in definition ? definition : undefined);
export const volumeOf = (definition: StoredDefinition) => ('window' in definition ? definition : undefined);
export const spiffOf = (definition: StoredDefinition) => ('budget' in definition ? definition : undefined);
export function overrideOf(definition: StoredDefinition): OverrideDefinition | undefined {
  return 'levels' in definition || 'table' in definition ? definition : undefined;
}

const StepType = builder.objectRef<ScoreFactor['steps'][number]>('ScoreFactorStep').implement({
  description: 'A step of a score factor.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    from: t.expose('from', { type: 'Decimal', description: 'The score from which on it holds.' }),
    factor: t.expose('factor', { type: 'Decimal', description: 'What the amount is multiplied by.' }),
  }),
});

export const ScoreFactorType = builder.objectRef<ScoreFactor>('ScoreFactor').implement({
  description: 'A factor by steps of the score; below the first step 0.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    period: t.expose('period', { type: ScorePeriodEnum, description: 'Whose score counts.' }),
    steps: t.field({ type: [StepType], description: 'In ascending order.', resolve: ({ steps }) => steps }),
  }),
});

export const InstalmentType = builder.objectRef<Instalment>('Instalment').implement({
  description: 'One part of an amount. Of month, days and paidBill the one by which it falls due is not null.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    percent: t.expose('percent', { type: 'Decimal', description: 'Percent of the amount.' }),
    month: t.int({
      nullable: true,
      description: "Due at the end of the event's period + this many months; 0: at once.",
      resolve: (row) => ('month' in row ? row.month : null),
    }),
    days: t.int({
      nullable: true,
      description: 'Due this many days after the event.',
      resolve: (row) => ('days' in row ? row.days : null),
    }),
    paidBill: t.int({
      nullable: true,
      description: 'Due when this many bills of the subscription are paid.',
      resolve: (row) => ('paidBill' in row ? row.paidBill : null),
    }),
  }),
});

const MetricConditionType = builder.objectRef<MetricCondition>('MetricCondition').implement({
  description: "A test of one of the agent's metrics; a missing value fails it.",
  authScopes: { signedIn: true },
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'The metric.' }),
    atLeast: t.expose('atLeast', { type: 'Decimal', nullable: true, description: 'The least value that passes.' }),
    below: t.expose('below', { type: 'Decimal', nullable: true, description: 'Only smaller values pass.' }),
  }),
});

export const HoldbackType = builder.objectRef<Holdback>('Holdback').implement({
  description: 'A part that is paid later, under a condition.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    percent: t.expose('percent', { type: 'Decimal', description: 'Percent that is held back.' }),
    months: t.exposeInt('months', { description: "Released at the end of the event's period + this many months." }),
    condition: t.field({
      type: MetricConditionType,
      nullable: true,
      description: 'What must hold in the month of release; else it is forfeited.',
      resolve: ({ condition }) => condition,
    }),
  }),
});

export const ClawbackType = builder.objectRef<Clawback>('Clawback').implement({
  description: 'Money that comes back, within a number of months or days of the event.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    events: t.field({ type: [ClawbackEventEnum], description: 'What takes it back.', resolve: ({ events }) => events }),
    method: t.expose('method', { type: ClawbackMethodEnum, description: 'How much a CHURN takes back.' }),
    months: t.int({
      nullable: true,
      description: 'Within this many months; null where it is days.',
      resolve: (row) => ('months' in row ? row.months : null),
    }),
    days: t.int({
      nullable: true,
      description: 'Within this many days; null where it is months.',
      resolve: (row) => ('days' in row ? row.days : null),
    }),
  }),
});

export const SpiffType = builder.objectRef<SpiffDefinition>('SpiffTerms').implement({
  description: 'What a SPIFF has besides its rates.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    campaign: t.exposeString('campaign', { description: 'The campaign (code) within whose dates it pays.' }),
    budget: t.expose('budget', { type: 'Decimal', description: 'Most that it pays in all.' }),
  }),
});

export const VolumeType = builder
  .objectRef<Pick<VolumeDefinition, 'measure' | 'window' | 'target'>>('VolumeTerms')
  .implement({
    description: 'The volume that a BRACKET or QUOTA_BONUS pays on.',
    authScopes: { signedIn: true },
    fields: (t) => ({
      measure: t.expose('measure', { type: VolumeMeasureEnum, description: 'What makes the volume.' }),
      window: t.expose('window', { type: VolumeWindowEnum, description: 'Over what time it is counted.' }),
      target: t.exposeString('target', {
        nullable: true,
        description: "The metric that holds the agent's target for the window.",
      }),
    }),
  });

type Range = { readonly from: string; readonly to?: string; readonly rate: string };
const RangeType = builder.objectRef<Range>('Bracket').implement({
  description: 'A bracket, [from, to).',
  authScopes: { signedIn: true },
  fields: (t) => ({
    from: t.expose('from', { type: 'Decimal', description: 'Where it begins.' }),
    to: t.expose('to', { type: 'Decimal', nullable: true, description: 'Where it ends; null: it has no end.' }),
    rate: t.expose('rate', { type: 'Decimal', description: 'Percent, or money per unit of a volume of units.' }),
  }),
});

export const BracketTermsType = builder.objectRef<BracketDefinition>('BracketTerms').implement({
  description: 'How a BRACKET pays.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    method: t.expose('method', { type: BracketMethodEnum, description: 'How brackets are applied.' }),
    bounds: t.expose('bounds', { type: BracketBoundsEnum, description: 'What from and to are.' }),
    brackets: t.field({ type: [RangeType], description: 'In ascending order.', resolve: ({ brackets }) => brackets }),
  }),
});

const BonusPointType = builder.objectRef<QuotaBonusDefinition['points'][number]>('BonusPoint').implement({
  description: 'A point of the curve of a quota bonus.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    attainment: t.expose('attainment', { type: 'Decimal', description: 'Percent of the target.' }),
    value: t.expose('value', { type: 'Decimal', description: 'What is paid there.' }),
  }),
});

export const QuotaBonusTermsType = builder.objectRef<QuotaBonusDefinition>('QuotaBonusTerms').implement({
  description: 'How a QUOTA_BONUS pays.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    curve: t.expose('curve', { type: BonusCurveEnum, description: 'What holds between points.' }),
    pays: t.expose('pays', { type: BonusPaysEnum, description: 'What values are.' }),
    points: t.field({ type: [BonusPointType], description: 'In ascending order.', resolve: ({ points }) => points }),
    maximumAttainment: t.expose('maximumAttainment', {
      type: 'Decimal',
      nullable: true,
      description: 'Attainment above which no more is counted.',
    }),
  }),
});

type Level = { readonly level: number; readonly percent: string };
const LevelType = builder.objectRef<Level>('OverrideLevel').implement({
  description: 'What an ancestor on a level gets.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    level: t.exposeInt('level', { description: 'How far above the agent of the credit: 1 is its parent.' }),
    percent: t.expose('percent', { type: 'Decimal', description: 'Its percent.' }),
  }),
});

export const OverrideTermsType = builder.objectRef<OverrideDefinition>('OverrideTerms').implement({
  description: 'How an OVERRIDE pays.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    method: t.expose('method', { type: OverrideMethodEnum, description: 'What it is a part of.' }),
    levels: t.field({
      type: [LevelType],
      description: 'What ancestors get, by level; none of a differential.',
      resolve: (row) => (row.method === 'DIFFERENTIAL' ? [] : row.levels),
    }),
    measure: t.field({
      type: VolumeMeasureEnum,
      nullable: true,
      description: 'What makes the team volume of a differential.',
      resolve: (row) => (row.method === 'DIFFERENTIAL' ? row.measure : null),
    }),
    table: t.field({
      type: [RangeType],
      description: 'The rates (percents) of a differential by team volume; else none.',
      resolve: (row) =>
        row.method === 'DIFFERENTIAL' ? row.table.map(({ percent, ...range }) => ({ ...range, rate: percent })) : [],
    }),
    paysSeller: t.boolean({
      nullable: true,
      description: 'Whether a differential pays the seller its own rate.',
      resolve: (row) => (row.method === 'DIFFERENTIAL' ? row.paysSeller : null),
    }),
  }),
});
