import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { SourceRow } from '../sales/file.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';

// The rows of a file of agents, each on its own. Pure.

const columnNames = [
  'code',
  'name',
  'channel_type',
  'region',
  'parent',
  'tier',
  'plan',
  'agreement_code',
  'agreement_from',
  'agreement_to',
  'status_from',
  'contact_name',
  'phone',
  'email',
] as const;

type AgentColumn = (typeof columnNames)[number];

/** The columns of a file of agents: the first four it must have. */
export const agentFileColumns: FileColumns = { names: columnNames, required: columnNames.slice(0, 4) };

/** Keys by code of what agents refer to. */
export type AgentReferences = {
  readonly channelTypes: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
  readonly tiers: ReadonlyMap<string, number>;
  readonly plans: ReadonlyMap<string, number>;
};

/** An agent as a row declares it; null where a column is empty. */
export type AgentRow = {
  readonly row: number;
  readonly line: number;
  readonly code: string;
  readonly name: string;
  readonly channelTypeId: number;
  readonly regionId: number;
  readonly parent: string | null;
  readonly tierId: number | null;
  readonly planId: number | null;
  readonly agreementCode: string | null;
  readonly agreementFrom: string | null;
  readonly agreementTo: string | null;
  readonly statusFrom: string | null;
  /** From when on its facts hold: `statusFrom`, or the day of the import. */
  readonly since: string;
  readonly contactName: string | null;
  readonly phone: string | null;
  readonly email: string | null;
};

const codePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const textPattern = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const phonePattern = /^\+?[0-9][0-9 ()/-]{2,39}$/;
const emailPattern = /^[^\s@]{1,100}@[^\s@]{1,150}$/;
const earliestDate = '1900-01-01';

/**
 * Checks rows one by one and resolves what they name, but for parents, which may stand in the same file.
 * @param today the local date from which facts hold where a row has no status_from
 * @returns a function from a numbered row to the agent or all of the row's faults
 */
export function agentRowChecker(references: AgentReferences, today: string) {
  return (row: number, { line, values, fault }: SourceRow): AgentRow | { readonly faults: readonly Fault[] } => {
    if (fault) return { faults: [fault] };
    const reader = new RowReader(values, references);
    const agent = readAgent(reader, row, line, today);
    checkTogether(reader, agent);
    return reader.faults.length > 0 ? { faults: reader.faults } : agent;
  };
}

function readAgent(reader: RowReader, row: number, line: number, today: string): AgentRow {
  const statusFrom = reader.date('status_from');
  return {
    row,
    line,
    code: reader.code('code') ?? '',
    name: reader.matching('name', textPattern, 'a text of 1 to 200 characters on one line') ?? '',
    channelTypeId: reader.reference('channel_type', 'channelTypes', 'REFERENCE_UNKNOWN', 'channel type') ?? 0,
    regionId: reader.reference('region', 'regions', 'REGION_UNKNOWN', 'region') ?? 0,
    parent: reader.code('parent'),
    tierId: reader.reference('tier', 'tiers', 'REFERENCE_UNKNOWN', 'tier'),
    planId: reader.reference('plan', 'plans', 'REFERENCE_UNKNOWN', 'plan'),
    agreementCode: reader.code('agreement_code'),
    agreementFrom: reader.date('agreement_from'),
    agreementTo: reader.date('agreement_to'),
    statusFrom,
    since: statusFrom ?? today,
    contactName: reader.matching('contact_name', textPattern, 'a text of 1 to 200 characters on one line'),
    phone: reader.matching('phone', phonePattern, 'a telephone number'),
    email: reader.matching('email', emailPattern, 'an e-mail address'),
  };
}

function checkTogether(reader: RowReader, agent: AgentRow): void {
  if (agent.parent !== null && agent.parent === agent.code) {
    reader.add('parent', 'PARENT_CIRCLE', `Agent ${agent.code} would be above itself.`);
  }
  if (reader.text('plan') === '' && (agent.agreementCode ?? agent.agreementFrom ?? agent.agreementTo) !== null) {
    reader.add('plan', 'VALUE_MISSING', 'plan is empty, but the row has an agreement.');
  }
  if (agent.agreementTo !== null && agent.agreementTo <= (agent.agreementFrom ?? agent.since)) {
    reader.add('agreement_to', 'VALUE_INVALID', 'agreement_to must be after the day on which the agreement begins.');
  }
  if (reader.text('contact_name') === '' && (agent.phone ?? agent.email) !== null) {
    reader.add('contact_name', 'VALUE_MISSING', 'contact_name is empty, but the row has a phone number or an e-mail.');
  }
}

const positions = new Map<AgentColumn, number>(columnNames.map((name, index) => [name, index]));
const requiredColumns: ReadonlySet<AgentColumn> = new Set(columnNames.slice(0, 4));

/** Reads the columns of one row and gathers its faults; null where a column is empty or at fault. */
class RowReader {
  readonly faults: Fault[] = [];
  readonly #values: readonly string[];
  readonly #references: AgentReferences;

  constructor(values: readonly string[], references: AgentReferences) {
    this.#values = values;
    this.#references = references;
  }

  add(column: AgentColumn, code: Fault['code'], message: string): null {
    this.faults.push({ column, code, message });
    return null;
  }

  text(column: AgentColumn): string {
    return (this.#values[positions.get(column) ?? -1] ?? '').trim();
  }

  /** The text of a column, or null where it is empty, which is a fault in a column that must be filled in. */
  #filled(column: AgentColumn): string | null {
    const text = this.text(column);
    if (text !== '') return text;
    return requiredColumns.has(column) ? this.add(column, 'VALUE_MISSING', `${column} is empty.`) : null;
  }

  matching(column: AgentColumn, pattern: RegExp, what: string): string | null {
    const text = this.#filled(column);
    if (text === null || pattern.test(text)) return text;
    return this.add(column, 'VALUE_INVALID', `${quote(text)} is not ${what}.`);
  }

  code(column: AgentColumn): string | null {
    return this.matching(column, codePattern, 'a code: 1 to 64 letters, digits, "-" or "_"');
  }

  date(column: AgentColumn): string | null {
    const text = this.#filled(column);
    if (text === null || (text >= earliestDate && isDate(text))) return text;
    return this.add(column, 'VALUE_INVALID', `${quote(text)} is no date YYYY-MM-DD from ${earliestDate} on.`);
  }

  reference(column: AgentColumn, kind: keyof AgentReferences, code: Fault['code'], what: string): number | null {
    const text = this.#filled(column);
    if (text === null) return null;
    return this.#references[kind].get(text) ?? this.add(column, code, `No ${what} has the code ${quote(text)}.`);
  }
}
