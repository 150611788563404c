import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { loadKnownMetrics } from '../definitions/knownMetrics.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { isDate } from '../period.ts';
import type { TemplateDefinition } from './template.ts';
import { templateDefinitionSchema, templateScopeSchema } from './templateSchema.ts';

export type TemplateInput = {
  readonly code: string;
  readonly name: string;
  /** Only agents of this channel type (code), of this tier (code); a template keeps both. None: all. */
  readonly channelType?: string | null | undefined;
  readonly tier?: string | null | undefined;
  /** The first day of a month. */
  readonly validFrom: string;
  /** As `templateDefinitionSchema` reads it. */
  readonly definition: unknown;
};

/**
 * Publishes a version of a scorecard template, which is declared if it is new (DOMAIN.md §5). What the latest version says already,
 * from the same day on, is not published again; a published version is never altered. No two templates are for the same channel type
 * and tier.
 * @returns the number of the version that says it.
 * @throws UserError INPUT_INVALID (each fault at its place), REFERENCE_UNKNOWN, METRIC_UNKNOWN, TEMPLATE_SCOPE_TAKEN,
 * TEMPLATE_SETTLED where the scores of a period from that day on are published or final, VERSION_TOO_EARLY.
 */
export async function publishTemplate(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { validFrom, definition: given, ...identity }: TemplateInput,
): Promise<number> {
  const template = checkInput(templateScopeSchema, identity, 'template');
  const definition = checkInput(templateDefinitionSchema, given, 'definition');
  if (!isDate(validFrom) || !validFrom.endsWith('-01')) {
    throw new UserError('INPUT_INVALID', `${validFrom} is not the first day of a month (YYYY-MM-01).`, 'validFrom');
  }
  const scope = {
    channelTypeId: await findId(transaction, 'channel_type', template.channelType, 'channelType'),
    tierId: await findId(transaction, 'tier', template.tier, 'tier'),
  };
  await requireMeasured(transaction, definition);
  // Publishing scores holds this too: a version and the scores of another are never published past each other. Nor do two that declare
  // templates for the same agents at once miss each other.
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const { id, changed } = await saveTemplate(transaction, { code: template.code, name: template.name, ...scope });
  if (changed) {
    const entry = { action: `score_template.${changed}`, entity: 'score_template', entityKey: template.code };
    await recordChanges(transaction, actor, now, [{ ...entry, after: template }]);
  }
  const version = { kind: 'score_template', id, code: template.code, validFrom, definition } as const;
  const { number, published } = await publishVersion(transaction, actor, now, version);
  if (published) await requireUnsettled(transaction, template.code, validFrom);
  return number;
}

type Changes = {
  readonly code: string;
  /** The version to copy; the latest without it. */
  readonly fromVersion?: number | null | undefined;
  /** The template that gets the copy, with its own name and scope; a new version of the same one without it. */
  readonly copy?: Pick<TemplateInput, 'code' | 'name' | 'channelType' | 'tier'> | null | undefined;
  readonly validFrom: string;
  /** What items (codes) weigh in the copy; the others keep their weights. */
  readonly weights?: readonly { readonly item: string; readonly weight: string }[] | null | undefined;
};

/**
 * Copies a published version, with other weights, as a new version of the same template or as a template of its own.
 * @returns the template and the number of its version.
 * @throws UserError NOT_FOUND where there is no such version or item, and as publishTemplate does.
 */
export async function copyTemplate(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, fromVersion, copy, validFrom, weights }: Changes,
): Promise<{ readonly code: string; readonly number: number }> {
  const original = await loadVersion(transaction, code, fromVersion);
  const changed = new Map((weights ?? []).map(({ item, weight }) => [item, weight]));
  const codes = new Set(original.definition.items.map((item) => item.code));
  for (const item of changed.keys()) {
    if (!codes.has(item)) throw new UserError('NOT_FOUND', `The version has no item ${item}.`, 'weights');
  }
  const items = original.definition.items.map((item) => ({ ...item, weight: changed.get(item.code) ?? item.weight }));
  const identity = copy ?? { code, name: original.name, channelType: original.channelType, tier: original.tier };
  const definition = { ...original.definition, items };
  const number = await publishTemplate(transaction, actor, now, { ...identity, validFrom, definition });
  return { code: identity.code, number };
}

type Original = {
  readonly name: string;
  readonly channelType: string | null;
  readonly tier: string | null;
  readonly definition: TemplateDefinition;
};

async function loadVersion(
  transaction: Transaction,
  code: string,
  wanted: number | null | undefined,
): Promise<Original> {
  const sql = rawSql(transaction);
  const [found] = await sql<Original[]>`
    select template.name, channel_type.code as "channelType", tier.code as tier, version.definition
    from score_template template join score_template_version version on version.template_id = template.id
    left join channel_type on channel_type.id = template.channel_type_id left join tier on tier.id = template.tier_id
    where template.code = ${code} ${wanted == null ? sql`` : sql`and version.number = ${wanted}`}
    order by version.number desc limit 1`;
  if (found) return found;
  const what = wanted == null ? `a template ${code}` : `a version ${wanted} of a template ${code}`;
  throw new UserError('NOT_FOUND', `There is not ${what}.`, 'code');
}

async function findId(
  transaction: Transaction,
  table: 'channel_type' | 'tier',
  code: string | null | undefined,
  at: string,
): Promise<number | null> {
  if (code == null) return null;
  const sql = rawSql(transaction);
  const [found] = await sql<{ id: number }[]>`select id from ${sql(table)} where code = ${code}`;
  if (!found) throw new UserError('REFERENCE_UNKNOWN', `There is no ${table.replace('_', ' ')} ${code}.`, at);
  return found.id;
}

/** Metrics must stand in the catalogue or be a survey's average; surveys of rater groups must be declared. */
async function requireMeasured(transaction: Transaction, definition: TemplateDefinition): Promise<void> {
  const named = (['items', 'bonuses', 'deductions', 'vetoes'] as const).flatMap((list) =>
    definition[list].flatMap(({ metric }, index) =>
      metric === undefined ? [] : [{ metric, at: `definition.${list}[${index}].metric` }],
    ),
  );
  const known = await loadKnownMetrics(transaction);
  const faults = named
    .filter(({ metric }) => !known.has(metric))
    .map(({ metric, at }) => new UserError('METRIC_UNKNOWN', `The catalogue has no metric ${metric}.`, at));
  for (const [index, { method }] of definition.items.entries()) {
    if (method.kind !== 'RATED_360') continue;
    for (const { survey } of method.groups) {
      if (survey === undefined || known.has(`SURVEY_${survey}`)) continue;
      const at = `definition.items[${index}].method.groups`;
      faults.push(new UserError('REFERENCE_UNKNOWN', `There is no survey ${survey}.`, at));
    }
  }
  if (faults.length > 0) throw new UserErrors(faults);
}

type Template = {
  readonly code: string;
  readonly name: string;
  readonly channelTypeId: number | null;
  readonly tierId: number | null;
};

type Saved = { readonly id: number; readonly changed: 'declared' | 'renamed' | undefined };

async function saveTemplate(transaction: Transaction, template: Template): Promise<Saved> {
  const sql = rawSql(transaction);
  const { code, name, channelTypeId, tierId } = template;
  const present = await sql<(Template & { id: number; isSameScope: boolean })[]>`
    select id, code, name, channel_type_id is not distinct from ${channelTypeId} and tier_id is not distinct from ${tierId}
      as "isSameScope"
    from score_template
    where code = ${code} or (channel_type_id is not distinct from ${channelTypeId} and tier_id is not distinct from ${tierId})`;
  const known = present.find((each) => each.code === code);
  if (known && !known.isSameScope) {
    const message = `Template ${code} is for another channel type or tier. Give the new one a code of its own.`;
    throw new UserError('INPUT_INVALID', message, 'template');
  }
  const other = present.find((each) => each.code !== code);
  if (other) {
    const message = `Template ${other.code} is for the same channel type and tier as ${code}.`;
    throw new UserError('TEMPLATE_SCOPE_TAKEN', message, 'template');
  }
  if (known) {
    if (known.name === name) return { id: known.id, changed: undefined };
    await sql`update score_template set name = ${name} where id = ${known.id}`;
    return { id: known.id, changed: 'renamed' };
  }
  const [created] = await sql<{ id: number }[]>`
    insert into score_template (code, name, channel_type_id, tier_id) values (${code}, ${name}, ${channelTypeId}, ${tierId})
    returning id`;
  if (!created) throw new Error('The template was not added');
  return { id: created.id, changed: 'declared' };
}

/**
 * A version counts on a period's last day: one that begins earlier would be another for scores that are published. Those that are only
 * calculated are refused when they are to be published (SCORES_STALE).
 */
async function requireUnsettled(transaction: Transaction, code: string, validFrom: string): Promise<void> {
  const [settled] = await rawSql(transaction)<{ period: string; state: string }[]>`
    select period, state from score_round where period >= ${validFrom.slice(0, 7)} and state in ('PUBLISHED', 'FINAL') order by period limit 1`;
  if (!settled) return;
  const message = `The scores of ${settled.period} are ${settled.state}, so no version of ${code} can begin on ${validFrom}.`;
  throw new UserError('TEMPLATE_SETTLED', message, 'validFrom');
}
