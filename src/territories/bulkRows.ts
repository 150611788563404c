import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { SourceRow } from '../sales/file.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import type { Right } from './clashes.ts';

// The rows of a file of territories, each on its own. Pure.

const columnNames = ['agent_code', 'region_code', 'exclusive', 'from', 'to'];

/** The columns of a file of territories: all but the last it must have. */
export const territoryFileColumns: FileColumns = { names: columnNames, required: columnNames.slice(0, 4) };

/** A right as a row declares it, [from, to). */
export type TerritoryRow = Right & {
  readonly row: number;
  readonly line: number;
  readonly agentId: number;
  readonly regionId: number;
};

/** Keys by code of what territories refer to. */
export type TerritoryReferences = {
  readonly agents: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
};

const truths: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false };
const earliestDate = '1900-01-01';

/** @returns a function from a numbered row to the right or all of the row's faults. */
export function territoryRowChecker({ agents, regions }: TerritoryReferences) {
  return (row: number, { line, values, fault }: SourceRow): TerritoryRow | { readonly faults: readonly Fault[] } => {
    if (fault) return { faults: [fault] };
    const [agentCode = '', regionCode = '', truth = '', from = '', to = ''] = values.map((value) => value.trim());
    const agentId = agents.get(agentCode);
    const regionId = regions.get(regionCode);
    const exclusive = Object.hasOwn(truths, truth.toLowerCase()) ? truths[truth.toLowerCase()] : undefined;
    const faults = columnNames.slice(0, 4).flatMap((column, index): Fault[] => {
      if ((values[index] ?? '').trim() !== '') return [];
      return [{ column, code: 'VALUE_MISSING', message: `${column} is empty.` }];
    });
    const add = (column: string, code: Fault['code'], message: string) => faults.push({ column, code, message });
    if (agentCode !== '' && agentId === undefined) {
      add('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
    }
    if (regionCode !== '' && regionId === undefined) {
      add('region_code', 'REGION_UNKNOWN', `No region has the code ${quote(regionCode)}.`);
    }
    if (truth !== '' && exclusive === undefined) {
      add('exclusive', 'VALUE_INVALID', `${quote(truth)} is neither true nor false.`);
    }
    for (const [column, text] of [
      ['from', from],
      ['to', to],
    ] as const) {
      if (text === '' || (text >= earliestDate && isDate(text))) continue;
      add(column, 'VALUE_INVALID', `${quote(text)} is no date YYYY-MM-DD from ${earliestDate} on.`);
    }
    if (to !== '' && to <= from && faults.length === 0) add('to', 'VALUE_INVALID', 'to must be after from.');
    if (faults.length > 0 || agentId === undefined || regionId === undefined || exclusive === undefined) {
      return { faults };
    }
    return {
      row,
      line,
      agentId,
      agent: agentCode,
      regionId,
      region: regionCode,
      exclusive,
      from,
      to: to === '' ? null : to,
    };
  };
}
