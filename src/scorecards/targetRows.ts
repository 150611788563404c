import { canonicalDecimal, parseDecimal } from '../money.ts';
import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { SourceRow } from '../sales/file.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';

// Reads the texts of a row of targets.

/** A target as a client of the API gives it: the columns of the file in camel case, all as text; exactly one of the three scopes. */
export type TargetInput = {
  readonly metric: string;
  readonly agentCode?: string | null | undefined;
  readonly regionCode?: string | null | undefined;
  readonly channelType?: string | null | undefined;
  readonly value: string;
  readonly validFrom: string;
  readonly validTo?: string | null | undefined;
};

/** What a target can be about, by code. */
export type TargetReferences = {
  readonly metrics: ReadonlySet<string>;
  readonly agents: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
  readonly channelTypes: ReadonlyMap<string, number>;
  /** Whether targets of regions and channel types may be set, and not only of agents. */
  readonly maySetForAll: boolean;
};

/** A target that may go into the database. */
export type TargetRow = {
  readonly metric: string;
  readonly agent_id: number | null;
  readonly region_id: number | null;
  readonly channel_type_id: number | null;
  readonly value: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
};

export const targetColumns: FileColumns = {
  names: ['metric', 'agent_code', 'region_code', 'channel_type', 'value', 'valid_from', 'valid_to'],
  required: ['metric', 'value', 'valid_from'],
};

/** The values of an API target in the order of the file's columns. */
export function targetValues(input: TargetInput): string[] {
  const { metric, agentCode, regionCode, channelType, value, validFrom, validTo } = input;
  return [metric, agentCode ?? '', regionCode ?? '', channelType ?? '', value, validFrom, validTo ?? ''];
}

/** What a row is about, for people; null where that cannot be told. */
export function keyOfTarget(values: readonly string[]): string | null {
  const [metric = '', agentCode = '', regionCode = '', channelType = '', , validFrom = ''] = values;
  if (values.length === 0) return null;
  const scope = [agentCode, regionCode, channelType].map((text) => text.trim()).find((text) => text !== '') ?? '';
  return [metric.trim(), scope, validFrom.trim()].join(' ').slice(0, 400);
}

/** What the sender calls a column. */
export type ColumnName = (column: string) => string;

/** As the API calls it: agent_code is agentCode. */
export const fieldOfColumn: ColumnName = (column) =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** @returns the row, or every fault it has by itself, by the name that the sender knows the column by. */
export function readTarget(
  { values, fault }: SourceRow,
  references: TargetReferences,
  nameOf: ColumnName,
): TargetRow | { readonly faults: readonly Fault[] } {
  if (fault) return { faults: [fault] };
  const [metric = '', agentCode = '', regionCode = '', channelType = '', text = '', validFrom = '', validTo = ''] =
    values.map((value) => value.trim());
  const faults: Fault[] = [];
  const add = (column: string | null, code: Fault['code'], message: string) =>
    faults.push({ column: column === null ? null : nameOf(column), code, message });
  const find = (column: string, code: string, known: ReadonlyMap<string, number>, unknown: Fault['code']) => {
    if (code === '') return null;
    const id = known.get(code) ?? null;
    if (id === null) add(column, unknown, `${quote(code)} is not known here.`);
    return id;
  };
  for (const [column, value] of Object.entries({ metric, value: text, valid_from: validFrom })) {
    if (value === '') add(column, 'VALUE_MISSING', `${nameOf(column)} is empty.`);
  }
  if (metric !== '' && !references.metrics.has(metric)) {
    add('metric', 'METRIC_UNKNOWN', `The catalogue has no metric ${quote(metric)}.`);
  }
  const scopeCount = [agentCode, regionCode, channelType].filter((code) => code !== '').length;
  if (scopeCount !== 1) add(null, 'TARGET_SCOPE', `${scopeCount} of agent, region and channel type are named.`);
  else if (agentCode === '' && !references.maySetForAll) {
    const column = regionCode === '' ? 'channel_type' : 'region_code';
    add(column, 'FORBIDDEN', 'Only administrators set targets of regions and channel types.');
  }
  const agentId = find('agent_code', agentCode, references.agents, 'AGENT_UNKNOWN');
  const regionId = find('region_code', regionCode, references.regions, 'REGION_UNKNOWN');
  const channelTypeId = find('channel_type', channelType, references.channelTypes, 'REFERENCE_UNKNOWN');
  const value = parseDecimal(text);
  if (text !== '' && !value) add('value', 'NUMBER_INVALID', `${quote(text)} is no plain decimal number.`);
  for (const [column, day] of Object.entries({ valid_from: validFrom, valid_to: validTo })) {
    if (day !== '' && !isDate(day)) add(column, 'VALUE_INVALID', `${quote(day)} is no calendar date YYYY-MM-DD.`);
  }
  if (isDate(validFrom) && isDate(validTo) && validTo <= validFrom) {
    add('valid_to', 'VALUE_INVALID', `${validTo} is not after ${validFrom}.`);
  }
  if (faults.length > 0 || !value) return { faults };
  return {
    metric,
    agent_id: agentId,
    region_id: regionId,
    channel_type_id: channelTypeId,
    value: canonicalDecimal(value),
    valid_from: validFrom,
    valid_to: validTo === '' ? null : validTo,
  };
}
