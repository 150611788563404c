import { rawSql, type Transaction } from '../db/client.ts';
import type { DefinitionKind } from '../definitions/versions.ts';
import { canonicalDecimal } from '../money.ts';
import { loadCatalogue } from '../scorecards/metricCatalogue.ts';
import type { Programme } from './schema.ts';
import {
  type Declared,
  type ScorecardState,
  type Standing,
  type Target,
  targetKey,
  type VersionedSection,
} from './scorecards.ts';

const tables: Readonly<Record<VersionedSection, { readonly kind: DefinitionKind; readonly owner: string }>> = {
  scoreTemplates: { kind: 'score_template', owner: 'template_id' },
  tierSchemes: { kind: 'tier_scheme', owner: 'scheme_id' },
  loyaltyGrids: { kind: 'loyalty_grid', owner: 'grid_id' },
  awardRules: { kind: 'award_rule', owner: 'rule_id' },
  conflictRules: { kind: 'conflict_rule', owner: 'rule_id' },
  creditRules: { kind: 'credit_rule', owner: 'rule_id' },
  registrationPolicies: { kind: 'registration_policy', owner: 'policy_id' },
  settlementPolicy: { kind: 'settlement_policy', owner: 'policy_id' },
};

/** Loads how agents are judged, as far as a programme declares any of it. */
export async function loadScorecards(transaction: Transaction, programme: Programme): Promise<ScorecardState> {
  const { metrics, scoreTemplates, scoreTargets } = programme;
  const needsMetrics = metrics.length + scoreTemplates.length + scoreTargets.length > 0;
  const catalogue = needsMetrics ? await loadCatalogue(transaction) : [];
  const definitions = async (section: VersionedSection) =>
    programme[section].length > 0 ? loadDefinitions(transaction, section) : new Map<string, Standing>();
  const targets = scoreTargets.length > 0 ? await loadTargets(transaction, programme) : [];
  const judges = needsMetrics || programme.tierSchemes.length > 0;
  return {
    metrics: new Map(catalogue.map((entry) => [entry.code, entry])),
    targets: new Map(targets.map((target) => [targetKey(target), target])),
    definitions: {
      scoreTemplates: await definitions('scoreTemplates'),
      tierSchemes: await definitions('tierSchemes'),
      loyaltyGrids: await definitions('loyaltyGrids'),
      awardRules: await definitions('awardRules'),
      conflictRules: await definitions('conflictRules'),
      creditRules: await definitions('creditRules'),
      registrationPolicies: await definitions('registrationPolicies'),
      settlementPolicy: await definitions('settlementPolicy'),
    },
    surveys: judges ? await loadCodes(transaction, 'survey') : new Set(),
    courses: judges ? await loadCodes(transaction, 'course') : new Set(),
  };
}

async function loadCodes(transaction: Transaction, table: 'survey' | 'course'): Promise<Set<string>> {
  const sql = rawSql(transaction);
  const rows = await sql<{ code: string }[]>`select code from ${sql(table)}`;
  return new Set(rows.map(({ code }) => code));
}

type VersionRow = { readonly code: string; readonly validFrom: string; readonly definition: object };

async function loadDefinitions(transaction: Transaction, section: VersionedSection): Promise<Map<string, Standing>> {
  const sql = rawSql(transaction);
  const { kind, owner } = tables[section];
  const declared =
    section === 'scoreTemplates'
      ? await loadTemplates(transaction)
      : await sql<Declared[]>`
    select code, name from ${sql(kind)}`;
  const rows = await sql<VersionRow[]>`
    select named.code, version.valid_from::text as "validFrom", version.definition
    from ${sql(`${kind}_version`)} version join ${sql(kind)} named on named.id = version.${sql(owner)} order by version.number`;
  return new Map(
    declared.map((entry) => {
      const own = rows.filter(({ code }) => code === entry.code);
      // The latest of a day counts: it comes last.
      return [entry.code, { declared: entry, versions: new Map(own.map((row) => [row.validFrom, row.definition])) }];
    }),
  );
}

async function loadTemplates(transaction: Transaction): Promise<Declared[]> {
  const rows = await rawSql(transaction)<(Declared & { channelType: string | null; tier: string | null })[]>`
    select template.code, template.name, channel.code as "channelType", tier.code as tier
    from score_template template left join channel_type channel on channel.id = template.channel_type_id
    left join tier on tier.id = template.tier_id`;
  return rows.map(({ channelType, tier, ...entry }) => ({
    ...entry,
    ...(channelType === null ? {} : { channelType }),
    ...(tier === null ? {} : { tier }),
  }));
}

async function loadTargets(transaction: Transaction, { scoreTargets }: Programme): Promise<Target[]> {
  const metrics = [...new Set(scoreTargets.map(({ metric }) => metric))];
  const rows = await rawSql(transaction)<Target[]>`
    select target.metric, agent.code as agent, region.code as region, channel.code as "channelType", target.value::text as value,
      target.valid_from::text as "validFrom", target.valid_to::text as "validTo"
    from score_target target left join agent on agent.id = target.agent_id left join region on region.id = target.region_id
    left join channel_type channel on channel.id = target.channel_type_id where target.metric = any(${metrics})`;
  return rows.map((row) => ({ ...row, value: canonicalDecimal(row.value) }));
}
