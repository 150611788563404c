import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { sameJson } from '../definitions/versions.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import type { MetricDefinition } from './metricDefinition.ts';
import { filterReferences, filtersOf, metricDefinitionSchema } from './metricSchema.ts';

/** An entry of the catalogue of metrics. */
export type CatalogueEntry = {
  readonly code: string;
  readonly name: string;
  readonly definition: MetricDefinition;
};

/**
 * Declares a metric, or changes it: values already there stay until their month is measured again. `input` is as
 * `metricDefinitionSchema` reads it. @returns what became of it.
 * @throws UserErrors INPUT_INVALID (each fault at its place), REFERENCE_UNKNOWN (each code that nothing has). Under row-level security
 * only administrators may.
 */
export async function saveMetricDefinition(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: { readonly code: string; readonly name: string; readonly definition: unknown },
): Promise<'created' | 'changed' | 'unchanged'> {
  const entry = checkInput(metricDefinitionSchema, input, 'metric');
  await checkReferences(transaction, entry);
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(${lockKey('tributary metrics')}::bigint)`;
  const { code, name, definition } = entry;
  const [before] = await sql<CatalogueEntry[]>`
    select code, name, definition from metric_definition where code = ${code}`;
  if (before && before.name === name && sameJson(before.definition, definition)) return 'unchanged';
  await sql`
    insert into metric_definition (code, name, definition) values (${code}, ${name}, ${JSON.stringify(definition)}::text::jsonb)
    on conflict (code) do update set name = excluded.name, definition = excluded.definition`;
  const outcome = before ? 'changed' : 'created';
  await recordChanges(transaction, actor, now, [
    {
      action: `metric_definition.${outcome}`,
      entity: 'metric_definition',
      entityKey: code,
      ...(before ? { before: { name: before.name, definition: before.definition } } : {}),
      after: { name, definition },
    },
  ]);
  return outcome;
}

async function checkReferences(transaction: Transaction, { definition }: CatalogueEntry): Promise<void> {
  if (definition.source !== 'COMPUTED') return;
  const filters = filtersOf(definition.formula);
  const faults: UserError[] = [];
  for (const { list, what, table } of filterReferences) {
    const wanted = filters.flatMap(({ at, filter }) => (filter[list] ?? []).map((code) => ({ at, code })));
    if (wanted.length === 0) continue;
    const sql = rawSql(transaction);
    const found = await sql<{ code: string }[]>`
      select code from ${sql(table)} where code = any(${wanted.map(({ code }) => code)})`;
    const known = new Set(found.map(({ code }) => code));
    for (const { at, code } of wanted.filter((each) => !known.has(each.code))) {
      const place = `metric.definition.formula.${at}.${list}`;
      faults.push(new UserError('REFERENCE_UNKNOWN', `There is no ${what} ${code}.`, place));
    }
  }
  if (faults.length > 0) throw new UserErrors(faults);
}

/** All metrics of the catalogue, by code in the order of bytes. */
export async function loadCatalogue(transaction: Transaction): Promise<CatalogueEntry[]> {
  return rawSql(transaction)<CatalogueEntry[]>`
    select code, name, definition from metric_definition order by code collate "C"`;
}
