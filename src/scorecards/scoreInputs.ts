import { createHash } from 'node:crypto';
import { canonicalJson } from '../commissions/hashes.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { endDate, firstDate, lastDate, type Period } from '../period.ts';
import { plainText } from './quotients.ts';
import { loadRatings, loadSurveyRatings } from './ratings.ts';
import { loadTargets } from './targetsLoad.ts';
import type { GroupRating, PeerInput, TemplateDefinition, TemplateItem } from './template.ts';

// What is known of the agents that are scored, in groups of peers (DOMAIN.md §5).

/** A template's version that is in force on the last day of a period. */
export type TemplateInForce = {
  readonly code: string;
  readonly channelTypeId: number | null;
  readonly tierId: number | null;
  readonly versionId: number;
  readonly number: number;
  readonly definition: TemplateDefinition;
};

/** An agent with a day ACTIVE or SUSPENDED in the period, as it was on the last of them. */
export type ScoredAgent = {
  readonly id: number;
  readonly code: string;
  readonly channelTypeId: number;
  readonly channelType: string;
  readonly tierId: number | null;
  readonly regionId: number | null;
};

/** Peers: the agents on the same version and channel type, in the order of their codes' bytes. */
export type PeerGroup = {
  readonly template: TemplateInForce;
  readonly channelType: string;
  readonly agents: readonly ScoredAgent[];
};

/**
 * Of the templates in force the most specific that is for an agent: by channel type and tier, channel type, tier, neither. Pure.
 * undefined: none is, and the agent is not scored.
 */
export function templateOf<Template extends Pick<TemplateInForce, 'channelTypeId' | 'tierId'>>(
  templates: readonly Template[],
  { channelTypeId, tierId }: Pick<ScoredAgent, 'channelTypeId' | 'tierId'>,
): Template | undefined {
  const rankOf = (template: Template) => (template.channelTypeId === null ? 0 : 2) + (template.tierId === null ? 0 : 1);
  return templates
    .filter((template) => template.channelTypeId === null || template.channelTypeId === channelTypeId)
    .filter((template) => template.tierId === null || template.tierId === tierId)
    .reduce<Template | undefined>((best, each) => (best && rankOf(best) >= rankOf(each) ? best : each), undefined);
}

/**
 * Who is scored in a period and by what, in groups of peers, ordered by template and channel type.
 * @returns also how many agents were at work without a template for them.
 */
export async function loadPeerGroups(
  transaction: Transaction,
  period: Period,
): Promise<{ readonly groups: readonly PeerGroup[]; readonly unscoredCount: number }> {
  const templates = await loadTemplatesInForce(transaction, period);
  const groups = new Map<string, PeerGroup & { readonly agents: ScoredAgent[] }>();
  let unscoredCount = 0;
  for (const agent of await loadAgents(transaction, period)) {
    const template = templateOf(templates, agent);
    if (!template) {
      unscoredCount += 1;
      continue;
    }
    // codes have no space
    const key = `${template.code} ${agent.channelType}`;
    const group = groups.get(key) ?? { template, channelType: agent.channelType, agents: [] };
    group.agents.push(agent);
    groups.set(key, group);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return { groups: sorted, unscoredCount };
}

async function loadTemplatesInForce(transaction: Transaction, period: Period): Promise<TemplateInForce[]> {
  const rows = await rawSql(transaction)<TemplateInForce[]>`
    select distinct on (template.code) template.code, template.channel_type_id as "channelTypeId", template.tier_id as "tierId",
      version.id as "versionId", version.number, version.definition
    from score_template template join score_template_version version on version.template_id = template.id
    where version.valid_from <= ${lastDate(period)}
    order by template.code, version.valid_from desc, version.number desc`;
  return [...rows];
}

async function loadAgents(transaction: Transaction, period: Period): Promise<ScoredAgent[]> {
  const end = endDate(period);
  const rows = await rawSql(transaction)<ScoredAgent[]>`
    with at_work as (
      select agent_id, max(least(coalesce(valid_to, ${end}::date), ${end}::date)) - 1 as last_day
      from agent_status
      where status in ('ACTIVE', 'SUSPENDED') and valid_from < ${end} and coalesce(valid_to, 'infinity') > ${firstDate(period)}
      group by agent_id
    )
    select agent.id, agent.code, agent.channel_type_id as "channelTypeId", channel_type.code as "channelType",
      agent_tier.tier_id as "tierId", agent_region.region_id as "regionId"
    from at_work join agent on agent.id = at_work.agent_id join channel_type on channel_type.id = agent.channel_type_id
    left join agent_tier on agent_tier.agent_id = agent.id
      and daterange(agent_tier.valid_from, agent_tier.valid_to) @> at_work.last_day
    left join agent_region on agent_region.agent_id = agent.id
      and daterange(agent_region.valid_from, agent_region.valid_to) @> at_work.last_day
    order by agent.code collate "C"`;
  return [...rows];
}

/** By what a group is scored, as a line of what the inputs' hash is made of. */
export const groupLine = ({ template, channelType }: PeerGroup) =>
  canonicalJson([template.code, template.number, channelType, template.definition]);

/** The SHA-256 of all that the scores of a period would be calculated of now: the inputs_hash of its round, where nothing has moved. */
export async function hashInputs(transaction: Transaction, period: Period): Promise<string> {
  // Others wait while scores are published: without it the figures of tens of thousands are sorted on disk.
  await rawSql(transaction)`set local work_mem = '256MB'`;
  const { groups } = await loadPeerGroups(transaction, period);
  const inputsOf = await openInputs(transaction, period, groups);
  const hash = createHash('sha256');
  const addLine = (line: string) => hash.update(`${line}\n`);
  for (const group of groups) {
    addLine(groupLine(group));
    inputsOf(group, addLine);
  }
  return hash.digest('hex');
}

/** What is known of the peers of a group; `onLine` hears the same as text, a line for each, for the hash of the inputs. */
type InputsOf = (group: PeerGroup, onLine: (line: string) => void) => PeerInput[];

/** Loads what is known of the peers of each group of a period: values, targets as of its last day, ratings. */
export async function openInputs(
  transaction: Transaction,
  period: Period,
  groups: readonly PeerGroup[],
): Promise<InputsOf> {
  const metrics = new Set(groups.flatMap(({ template }) => targetedMetrics(template.definition)));
  const targetOf = await loadTargets(transaction, period, [...metrics]);
  const pathOf = await loadRegionPaths(transaction);
  const ratings = await loadAllRatings(transaction, period, groups);
  const valuesOf = await loadValues(transaction, period, groups);
  return ({ template: { definition }, agents }, onLine) => {
    const lists = metricLists(definition);
    const knownOf = valuesOf(definition);
    const peers: PeerInput[] = [];
    for (const agent of agents) {
      const known = knownOf(agent.id);
      const at = { agentId: agent.id, regionPath: pathOf(agent.regionId), channelTypeId: agent.channelTypeId };
      const targets = definition.items.map(({ metric, method }) =>
        metric !== undefined && method.kind === 'LINEAR' ? targetOf(at, metric) : undefined,
      );
      const rated = definition.items.map((item) => ratings(item, agent.id));
      const pick = (index: number | undefined) => (index === undefined ? undefined : known.values[index]);
      peers.push({
        agentCode: agent.code,
        values: lists.items.map(pick),
        ratings: rated,
        targets,
        bonuses: lists.bonuses.map(pick),
        deductions: lists.deductions.map(pick),
        vetoes: lists.vetoes.map(pick),
      });
      onLine(`${agent.code}|${known.text}|${textsOf(targets)}|${ratingTexts(rated)}`);
    }
    return peers;
  };
}

const textsOf = (values: readonly (Decimal | undefined)[]) =>
  values.map((value) => value && plainText(value)).join(',');

function ratingTexts(rated: readonly (readonly GroupRating[] | undefined)[]): string {
  if (!rated.some((each) => each !== undefined && each.length > 0)) return '';
  return canonicalJson(
    rated.map((each) => each?.map((one) => [one.group, plainText(one.sum), one.raterCount]) ?? null),
  );
}

const targetedMetrics = ({ items }: TemplateDefinition) =>
  items.flatMap(({ metric, method }) => (method.kind === 'LINEAR' && metric !== undefined ? [metric] : []));

/** The metrics that a definition reads, each once, and of each of its lists which of them its entries read. */
function metricLists({ items, bonuses, deductions, vetoes }: TemplateDefinition) {
  const places = new Map<string, number>();
  const placeOf = ({ metric }: { readonly metric?: string }) => {
    if (metric === undefined) return undefined;
    const place = places.get(metric) ?? places.size;
    places.set(metric, place);
    return place;
  };
  const lists = {
    items: items.map(placeOf),
    bonuses: bonuses.map(placeOf),
    deductions: deductions.map(placeOf),
    vetoes: vetoes.map(placeOf),
  };
  return { ...lists, metrics: [...places.keys()] };
}

type Known = { readonly values: readonly (Decimal | undefined)[]; readonly text: string };

type KnownOf = (agentId: number) => Known;

/** The values of the metrics that the groups read; one statement for all, a row for each agent: a row a value would take longer. */
async function loadValues(
  transaction: Transaction,
  period: Period,
  groups: readonly PeerGroup[],
): Promise<(definition: TemplateDefinition) => KnownOf> {
  const metrics = [...new Set(groups.flatMap(({ template }) => metricLists(template.definition).metrics))];
  const rows = await rawSql(transaction)<{ id: number; text: string }[]>`
    select agent_id as id, string_agg(array_position(${metrics}::text[], metric) || '=' || trim_scale(value)::text, ' ') as text
    from metric_value where period = ${period} and metric = any(${metrics}::text[]) group by agent_id`;
  const texts = new Map(rows.map(({ id, text }) => [id, text]));
  // Counts and marks repeat: one Decimal for each text keeps memory low.
  const decimals = new Map<string, Decimal>();
  const decimalOf = (text: string | undefined) => {
    if (text === undefined) return undefined;
    const known = decimals.get(text) ?? new Decimal(text);
    decimals.set(text, known);
    return known;
  };
  return (definition) => {
    const places = metricLists(definition).metrics.map((metric) => metrics.indexOf(metric));
    return (agentId) => {
      const found = new Array<string | undefined>(metrics.length).fill(undefined);
      for (const part of texts.get(agentId)?.split(' ') ?? []) {
        const at = part.indexOf('=');
        found[Number(part.slice(0, at)) - 1] = part.slice(at + 1);
      }
      const own = places.map((place) => found[place]);
      return { values: own.map(decimalOf), text: own.join(',') };
    };
  };
}

/** A region and those above it, from the region up. */
async function loadRegionPaths(transaction: Transaction): Promise<(regionId: number | null) => readonly number[]> {
  const rows = await rawSql(transaction)<{ id: number; parentId: number | null }[]>`
    select id, parent_id as "parentId" from region`;
  const parents = new Map(rows.map(({ id, parentId }) => [id, parentId]));
  const paths = new Map<number, readonly number[]>();
  return (regionId) => {
    if (regionId === null) return [];
    const known = paths.get(regionId);
    if (known) return known;
    const path: number[] = [];
    for (let at: number | null | undefined = regionId; at != null; at = parents.get(at)) path.push(at);
    paths.set(regionId, path);
    return path;
  };
}

type RatingsOf = (item: TemplateItem, agentId: number) => readonly GroupRating[] | undefined;

/** Ratings by item and agent: what raters said in its aspect; a group that names a survey has the answers of that instead. */
async function loadAllRatings(
  transaction: Transaction,
  period: Period,
  groups: readonly PeerGroup[],
): Promise<RatingsOf> {
  const byAspect = new Map<string, ReadonlyMap<number, readonly GroupRating[]>>();
  const bySurvey = new Map<string, ReadonlyMap<number, GroupRating>>();
  const items = groups.flatMap(({ template }) => template.definition.items);
  for (const { method } of items) {
    if (method.kind !== 'RATED_360') continue;
    if (!byAspect.has(method.aspect)) {
      byAspect.set(method.aspect, await loadRatings(transaction, period, method.aspect));
    }
    for (const { survey } of method.groups) {
      if (survey === undefined || bySurvey.has(survey)) continue;
      bySurvey.set(survey, await loadSurveyRatings(transaction, survey, period));
    }
  }
  return ({ method }, agentId) => {
    if (method.kind !== 'RATED_360') return undefined;
    const rated = byAspect.get(method.aspect)?.get(agentId) ?? [];
    return method.groups.flatMap(({ group, survey }): GroupRating[] => {
      const found =
        survey === undefined ? rated.find((each) => each.group === group) : bySurvey.get(survey)?.get(agentId);
      return found ? [{ ...found, group }] : [];
    });
  };
}
