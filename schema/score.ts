import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import { explainScore } from '../src/scorecards/explainScore.ts';
import type { score } from '../src/scorecards/tables.ts';
import type { ItemScore, PointsScore, ScoreDetail, TemplateDefinition, VetoScore } from '../src/scorecards/template.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { RaterGroupEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { among, equals, readConnection } from './pages.ts';
import { scoreReaders } from './scoreRound.ts';
import { shownDetail } from './scoreShown.ts';

const GroupType = builder.objectRef<NonNullable<ItemScore['groups']>[number]>('ScoreRatingGroup').implement({
  description: 'What a group of raters said.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    group: t.expose('group', { type: RaterGroupEnum, description: 'The group.' }),
    mean: t.expose('mean', { type: 'Decimal', description: 'The mean of its points.' }),
    raterCount: t.exposeInt('raterCount', { description: 'How many of it rated.' }),
  }),
});

/** What a score keeps, with the names that its template's version gives. */
type Named<Part> = Part & { readonly name: string };

const ItemType = builder.objectRef<Named<ItemScore>>('ScoreItem').implement({
  description: 'How an item of a scorecard came to its points.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    input: t.expose('input', {
      type: 'Decimal',
      nullable: true,
      description: 'The value; null: there was none, or it is what raters said that you are not shown.',
    }),
    target: t.expose('target', {
      type: 'Decimal',
      nullable: true,
      description: 'What was to be reached.',
    }),
    floor: t.expose('floor', {
      type: 'Decimal',
      nullable: true,
      description: 'The value that gives no points.',
    }),
    rank: t.expose('rank', {
      type: 'Decimal',
      nullable: true,
      description: 'The place among the peers; who ties shares the average of the places.',
    }),
    peerMean: t.expose('peerMean', {
      type: 'Decimal',
      nullable: true,
      description: 'The mean of the peers.',
    }),
    peerCount: t.exposeInt('peerCount', {
      nullable: true,
      description: 'How many peers had a value.',
    }),
    groups: t.field({
      type: [GroupType],
      description:
        'What groups of raters said, once the round has closed. The agent sees them where at least three rated in each, finance never.',
      resolve: ({ groups }) => [...(groups ?? [])],
    }),
    points: t.expose('points', {
      type: 'Decimal',
      nullable: true,
      description: 'The points it gave; null: it was left out, or keeps the agent from being scored.',
    }),
    weight: t.expose('weight', { type: 'Decimal', description: 'Its weight in the template.' }),
    effectiveWeight: t.expose('effectiveWeight', {
      type: 'Decimal',
      description: 'Its weight after those of items that were left out were shared among the others.',
    }),
    contribution: t.expose('contribution', { type: 'Decimal', description: 'What it adds to the total.' }),
  }),
});

const PointsType = builder.objectRef<Named<PointsScore>>('ScorePoints').implement({
  description: 'Points added to a score, or taken from it.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The code of the rule.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    input: t.expose('input', { type: 'Decimal', nullable: true, description: 'The value; null: there was none.' }),
    points: t.expose('points', { type: 'Decimal', description: 'The points, never negative.' }),
  }),
});

const VetoType = builder.objectRef<Named<VetoScore>>('ScoreVeto').implement({
  description: 'A veto, and whether it was triggered.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    input: t.expose('input', { type: 'Decimal', nullable: true, description: 'The value; null: there was none.' }),
    triggered: t.exposeBoolean('triggered', { description: 'Whether it caps the total.' }),
  }),
});

type ExplainedItem = {
  readonly code: string;
  readonly formula: string;
  readonly sentenceEn: string;
  readonly sentenceZh: string;
};

const ExplainedItemType = builder.objectRef<ExplainedItem>('ScoreItemExplanation').implement({
  description: 'How a part of a score came about.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The item, bonus, deduction or veto (code).' }),
    formula: t.exposeString('formula', {
      description: 'The arithmetic with its own figures; empty where nothing is computed.',
    }),
    sentenceEn: t.exposeString('sentenceEn', { description: 'The same as a sentence, in English.' }),
    sentenceZh: t.exposeString('sentenceZh', { description: 'The same as a sentence, in Chinese.' }),
  }),
});

type Explained = {
  readonly formula: string;
  readonly summaryEn: string;
  readonly summaryZh: string;
  readonly items: readonly ExplainedItem[];
};

const ExplanationType = builder.objectRef<Explained>('ScoreExplanation').implement({
  description: 'How a score came about.',
  authScopes: { roles: scoreReaders },
  fields: (t) => ({
    formula: t.exposeString('formula', { description: 'The arithmetic of the total.' }),
    summaryEn: t.exposeString('summaryEn', { description: 'The same in words, in English.' }),
    summaryZh: t.exposeString('summaryZh', { description: 'The same in words, in Chinese.' }),
    items: t.field({
      type: [ExplainedItemType],
      description: 'Its parts, in the order of the template.',
      resolve: ({ items }) => [...items],
    }),
  }),
});

type Kept = {
  readonly period: string;
  readonly total: string | null;
  readonly blockedBy: readonly string[];
  readonly detail: ScoreDetail;
  readonly templateVersion: { readonly definition: TemplateDefinition };
};

async function explain({ templateVersion: { definition }, ...kept }: Kept, context: Context): Promise<Explained> {
  const shown = { ...kept, detail: await shownDetail(kept.detail, definition, kept.period, context) };
  const english = explainScore(definition, shown, 'en');
  const chinese = explainScore(definition, shown, 'zh');
  const items = english.items.map(({ code, formula, sentence }, place) => {
    return { code, formula, sentenceEn: sentence, sentenceZh: chinese.items[place]?.sentence ?? '' };
  });
  return { formula: english.formula, summaryEn: english.summary, summaryZh: chinese.summary, items };
}

function named<Part extends { readonly code: string }>(
  parts: readonly Part[],
  rules: readonly { readonly code: string; readonly name: string }[],
): Named<Part>[] {
  const names = new Map(rules.map(({ code, name }) => [code, name]));
  return parts.map((part) => ({ ...part, name: names.get(part.code) ?? part.code }));
}

const keptColumns = {
  columns: { detail: true, period: true },
  with: { templateVersion: { columns: { definition: true } } },
} as const;

export const Score = builder.drizzleNode('score', {
  name: 'Score',
  description: 'What an agent came to in a month, by its scorecard.',
  authScopes: { roles: scoreReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    revision: t.exposeInt('revision', { description: '0 as published; each accepted appeal adds one.' }),
    supersededAt: t.expose('supersededAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a decided appeal put another one in its place; null: it stands.',
    }),
    templateCode: t.string({
      description: 'The template (code).',
      select: {
        extras: {
          templateCode: (table) => sql<string>`(select template.code from score_template template
            join score_template_version version on version.template_id = template.id where version.id = ${table.templateVersionId})`,
        },
      },
      resolve: ({ templateCode }) => templateCode,
    }),
    templateVersion: t.int({
      description: "The number of the template's version.",
      select: { with: { templateVersion: { columns: { number: true } } } },
      resolve: ({ templateVersion }) => templateVersion.number,
    }),
    total: t.expose('total', { type: 'Decimal', nullable: true, description: 'The score; null: it is blocked.' }),
    blockedBy: t.stringList({
      description: 'The items (codes) without a value that keep it from being calculated.',
      select: { columns: { blockedBy: true } },
      resolve: ({ blockedBy }) => [...blockedBy],
    }),
    items: t.field({
      type: [ItemType],
      description: 'Its weighted items.',
      select: keptColumns,
      resolve: async ({ detail, period, templateVersion: { definition } }, _args, context) =>
        named((await shownDetail(detail, definition, period, context)).items, definition.items),
    }),
    bonuses: t.field({
      type: [PointsType],
      description: 'What was added.',
      select: keptColumns,
      resolve: ({ detail, templateVersion }) => named(detail.bonuses, templateVersion.definition.bonuses),
    }),
    deductions: t.field({
      type: [PointsType],
      description: 'What was taken off.',
      select: keptColumns,
      resolve: ({ detail, templateVersion }) => named(detail.deductions, templateVersion.definition.deductions),
    }),
    vetoes: t.field({
      type: [VetoType],
      description: 'Its vetoes.',
      select: keptColumns,
      resolve: ({ detail, templateVersion }) => named(detail.vetoes, templateVersion.definition.vetoes),
    }),
    explanation: t.field({
      type: ExplanationType,
      description: 'How it came about, as formulas and in words.',
      select: { ...keptColumns, columns: { ...keptColumns.columns, total: true, blockedBy: true } },
      resolve: (kept, _args, context) => explain(kept, context),
    }),
  }),
});

const ScoreConnection = builder.connectionObject(
  { type: Score, name: 'ScoreConnection', description: 'A page of scores.', authScopes: { roles: scoreReaders } },
  { description: 'A score in a page.', authScopes: { roles: scoreReaders } },
);

const scoreOrder: PageOrder<typeof score> = {
  name: 'scores',
  direction: 'asc',
  keys: [
    { column: 'agentId', type: 'integer' },
    { column: 'period', type: 'text' },
    { column: 'revision', type: 'integer' },
  ],
};

const ScoreFilter = builder.inputType('ScoreFilter', {
  description: 'Which scores. Everything named must hold.',
  fields: (t) => ({
    period: t.field({ type: 'Period', description: 'Of this month.' }),
    agentCode: t.string({ description: 'Of this agent (code).' }),
    region: t.string({
      description: 'Of agents who were placed in this region (code) or one under it at the end of the month.',
    }),
    template: t.string({ description: 'By this template (code).' }),
    blocked: t.boolean({ description: 'Whether a missing value keeps them from being calculated.' }),
    superseded: t.boolean({ description: 'Also those that a decided appeal put another in place of.' }),
  }),
});

type Filter = typeof ScoreFilter.$inferInput;

function filterConditions(table: typeof score, filter: Filter, agents: readonly number[] | undefined) {
  const { period, region, template, blocked, superseded } = filter;
  return [
    among(table.agentId, agents),
    equals(table.period, period),
    region == null
      ? undefined
      : sql`exists (select from agent_region placed where placed.agent_id = ${table.agentId}
          and daterange(placed.valid_from, placed.valid_to)
            @> (to_date(${table.period}, 'YYYY-MM') + interval '1 month' - interval '1 day')::date
          and placed.region_id in (select region_subtree((select id from region where code = ${region}))))`,
    template == null
      ? undefined
      : sql`${table.templateVersionId} in (select version.id from score_template_version version
          join score_template template on template.id = version.template_id where template.code = ${template})`,
    blocked == null ? undefined : equals(sql`(${table.total} is null)`, blocked),
    superseded === true ? undefined : sql`${table.supersededAt} is null`,
  ];
}

builder.queryFields((t) => ({
  scores: t.connection(
    {
      type: Score,
      nullable: true,
      description: 'The scores you may see, by agent and month; agents see those that are published.',
      authScopes: { roles: scoreReaders },
      args: { filter: t.arg({ type: ScoreFilter, description: 'Which ones; all that stand without it.' }) },
      resolve: async (_root, args, context, info) => {
        const filter = args.filter ?? {};
        const agents = await wantedAgent(context.transaction, filter.agentCode);
        return readConnection(Score, scoreOrder, { args, context, info }, (table) =>
          filterConditions(table, filter, agents),
        );
      },
    },
    ScoreConnection,
  ),
}));
