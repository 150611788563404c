import { z } from 'zod';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed, requireChannelTypes } from '../definitions/declare.ts';
import { type NamedMetric, unknownMetrics } from '../definitions/knownMetrics.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { isDate } from '../period.ts';
import { codeSchema, nameSchema } from '../programme/fields.ts';
import type { TierCriterion, TierSchemeDefinition } from './scheme.ts';
import { tierSchemeDefinitionSchema } from './schemeSchema.ts';

export type SchemeInput = {
  readonly code: string;
  readonly name: string;
  /** The first day of a month. */
  readonly validFrom: string;
  /** As `tierSchemeDefinitionSchema` reads it. */
  readonly definition: unknown;
};

const identitySchema = z.strictObject({ code: codeSchema, name: nameSchema });

/**
 * Publishes a version of a tier scheme (DOMAIN.md §6), which is declared if it is new; it counts for the periods on whose last day it is
 * in force. What the latest version says already, from the same day on, is not published again. For administrators.
 * @returns the number of the version that says it.
 * @throws UserError INPUT_INVALID (each fault at its place), REFERENCE_UNKNOWN, METRIC_UNKNOWN, VERSION_TOO_EARLY, SCHEME_SCOPE_TAKEN
 * where another scheme grades agents of the same channel type from then on, SCHEME_SETTLED where an evaluation of a period from that day
 * on is applied already.
 */
export async function publishScheme(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: SchemeInput,
): Promise<number> {
  const identity = checkInput(identitySchema, { code, name }, 'scheme');
  const definition = checkInput(tierSchemeDefinitionSchema, given, 'definition');
  if (!isDate(validFrom) || !validFrom.endsWith('-01')) {
    throw new UserError('INPUT_INVALID', `${validFrom} is not the first day of a month (YYYY-MM-01).`, 'validFrom');
  }
  await requireChannelTypes(transaction, definition.channelTypes);
  await requireReferences(transaction, definition);
  // Two that publish schemes for the same agents at once would each not see the other.
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('tier schemes'))`;
  const id = await declareNamed(transaction, actor, now, 'tier_scheme', identity);
  const version = { kind: 'tier_scheme', id, code, validFrom, definition } as const;
  const { number, published } = await publishVersion(transaction, actor, now, version);
  if (!published) return number;
  await requireFreeScope(transaction, id, validFrom, definition);
  await requireUnsettled(transaction, id, code, validFrom);
  return number;
}

async function requireReferences(transaction: Transaction, definition: TierSchemeDefinition): Promise<void> {
  const sql = rawSql(transaction);
  const tiers = await sql<{ code: string; rank: number }[]>`select code, rank from tier`;
  const courses = await sql<{ code: string }[]>`select code from course`;
  const named = definition.tiers.flatMap((tier, place) =>
    (['entry', 'keep'] as const).flatMap((list) =>
      tier[list].map((criterion, index) => ({ criterion, at: `definition.tiers[${place}].${list}[${index}]` })),
    ),
  );
  const knownCourses = new Set(courses.map(({ code }) => code));
  const faults = [
    ...tierFaults(definition, new Map(tiers.map(({ code, rank }) => [code, rank]))),
    ...(await unknownMetrics(
      transaction,
      named.flatMap(({ criterion, at }) => metricsOf(criterion, at)),
    )),
    ...named
      .flatMap(({ criterion, at }) => (criterion.kind === 'CERTIFICATION' ? [{ course: criterion.course, at }] : []))
      .filter(({ course }) => !knownCourses.has(course))
      .map(({ course, at }) => new UserError('REFERENCE_UNKNOWN', `There is no course ${course}.`, `${at}.course`)),
  ];
  if (faults.length > 0) throw new UserErrors(faults);
}

function tierFaults({ tiers }: TierSchemeDefinition, ranks: ReadonlyMap<string, number>): UserError[] {
  return tiers.flatMap(({ tier }, place) => {
    const at = `definition.tiers[${place}].tier`;
    const rank = ranks.get(tier);
    if (rank === undefined) return [new UserError('REFERENCE_UNKNOWN', `There is no tier ${tier}.`, at)];
    const before = tiers[place - 1]?.tier ?? '';
    if (rank > (ranks.get(before) ?? Number.NEGATIVE_INFINITY)) return [];
    return [new UserError('INPUT_INVALID', `Tier ${tier} does not rank above ${before}: the lowest stands first.`, at)];
  });
}

/** The metrics that a criterion names, and where. */
function metricsOf(criterion: TierCriterion, at: string): NamedMetric[] {
  switch (criterion.kind) {
    case 'METRIC':
      return [{ metric: criterion.metric, at: `${at}.metric` }];
    case 'RATIO':
      return [
        { metric: criterion.numerator, at: `${at}.numerator` },
        { metric: criterion.denominator, at: `${at}.denominator` },
      ];
    case 'CERTIFICATION':
    case 'MONTHS_OF_SERVICE':
      return [];
  }
}

/** Only versions that are in force on some day from then on stand in the way. */
async function requireFreeScope(
  transaction: Transaction,
  id: number,
  validFrom: string,
  { channelTypes }: TierSchemeDefinition,
): Promise<void> {
  const versions = await rawSql(transaction)<{ code: string; channelTypes: string[] }[]>`
    select code, definition -> 'channelTypes' as "channelTypes"
    from (select scheme.code, version.definition,
            lead(version.valid_from) over (partition by scheme.id order by version.valid_from, version.number) as until
          from tier_scheme_version version join tier_scheme scheme on scheme.id = version.scheme_id
          where scheme.id <> ${id}) each
    where until is null or until > ${validFrom}::date order by code collate "C"`;
  const taken = versions.find(
    (other) =>
      channelTypes.length === 0 ||
      other.channelTypes.length === 0 ||
      other.channelTypes.some((code) => channelTypes.includes(code)),
  );
  if (!taken) return;
  const shared = taken.channelTypes.filter((code) => channelTypes.length === 0 || channelTypes.includes(code));
  const whose = shared.length === 0 ? 'agents of the same channel types' : `agents of ${shared.join(', ')}`;
  const message = `Scheme ${taken.code} grades ${whose} on or after ${validFrom}.`;
  throw new UserError('SCHEME_SCOPE_TAKEN', message, 'definition.channelTypes');
}

async function requireUnsettled(transaction: Transaction, id: number, code: string, validFrom: string): Promise<void> {
  const [settled] = await rawSql(transaction)<{ period: string }[]>`
    select period from tier_evaluation
    where scheme_id = ${id} and state = 'APPLIED' and period >= ${validFrom.slice(0, 7)} order by period limit 1`;
  if (!settled) return;
  const message = `The evaluation of ${settled.period} by ${code} is applied, so no version can begin on ${validFrom}.`;
  throw new UserError('SCHEME_SETTLED', message, 'validFrom');
}
