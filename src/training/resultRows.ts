import { isDate } from '../period.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { SourceRow } from '../sales/file.ts';
import type { Fault } from '../sales/rows.ts';
import { quote, readNumber } from '../sales/values.ts';

// Reads the texts of a row of training results.

/** A result as a client of the API gives it: the columns of the file in camel case, all as text. */
export type ResultInput = {
  readonly agentCode?: string | null | undefined;
  readonly applicationCode?: string | null | undefined;
  readonly courseCode: string;
  readonly takenOn: string;
  readonly passed: string;
  readonly score?: string | null | undefined;
};

/** Whoever a result can be about, and the courses, by code. */
export type ResultReferences = {
  readonly agents: ReadonlyMap<string, number>;
  readonly applications: ReadonlyMap<string, { readonly id: number; readonly agentId: number | null }>;
  readonly courses: ReadonlyMap<string, number>;
  /** The operator's local date: results are not of the future. */
  readonly today: string;
};

/** A result that may go into the database. */
export type ResultRow = {
  readonly agent_id: number | null;
  readonly application_id: number | null;
  readonly course_id: number;
  readonly taken_on: string;
  readonly passed: boolean;
  readonly score: string | null;
};

export const resultColumns: FileColumns = {
  names: ['agent_code', 'application_code', 'course_code', 'taken_on', 'passed', 'score'],
  required: ['course_code', 'taken_on', 'passed'],
};

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, 1: true, false: false, no: false, 0: false };

/** The values of an API result in the order of the file's columns. */
export function resultValues(input: ResultInput): string[] {
  const { agentCode, applicationCode, courseCode, takenOn, passed, score } = input;
  return [agentCode ?? '', applicationCode ?? '', courseCode, takenOn, passed, score ?? ''];
}

/** What a row is about, for people; null where that cannot be told. */
export function keyOfResult(values: readonly string[]): string | null {
  const [agentCode = '', applicationCode = '', courseCode = '', takenOn = ''] = values.map((value) => value.trim());
  if (values.length === 0) return null;
  return [agentCode || applicationCode, courseCode, takenOn].join(' ').slice(0, 400);
}

/** @returns the row, or every fault it has by itself. */
export function readResult(
  { values, fault }: SourceRow,
  references: ResultReferences,
): ResultRow | { readonly faults: readonly Fault[] } {
  if (fault) return { faults: [fault] };
  const [agentCode = '', applicationCode = '', courseCode = '', takenOn = '', passedText = '', scoreText = ''] =
    values.map((value) => value.trim());
  const faults: Fault[] = [];
  const add = (column: string | null, code: Fault['code'], message: string) => faults.push({ column, code, message });
  const missing = (column: string) => add(column, 'VALUE_MISSING', `${column} is empty.`);

  const owner = readOwner(agentCode, applicationCode, references, add);
  const courseId = references.courses.get(courseCode);
  if (courseCode === '') missing('course_code');
  else if (courseId === undefined) add('course_code', 'COURSE_UNKNOWN', `No course has the code ${quote(courseCode)}.`);

  if (takenOn === '') missing('taken_on');
  else if (!isDate(takenOn) || takenOn < '1900-01-01') {
    add('taken_on', 'VALUE_INVALID', `${quote(takenOn)} is no date YYYY-MM-DD.`);
  } else if (takenOn > references.today) add('taken_on', 'DATE_IN_FUTURE', `${takenOn} is yet to come.`);

  const passed = truths[passedText.toLowerCase()];
  if (passedText === '') missing('passed');
  else if (passed === undefined) add('passed', 'VALUE_INVALID', `${quote(passedText)} is neither true nor false.`);

  const score = scoreText === '' ? null : readNumber(scoreText);
  if (score === undefined) add('score', 'NUMBER_INVALID', `${quote(scoreText)} is no plain decimal number from 0 on.`);

  if (faults.length > 0 || !owner || courseId === undefined || passed === undefined || score === undefined) {
    return { faults };
  }
  return { ...owner, course_id: courseId, taken_on: takenOn, passed, score };
}

type AddFault = (column: string | null, code: Fault['code'], message: string) => void;

/** Whose result it is; an application that became an agent means that agent. */
function readOwner(
  agentCode: string,
  applicationCode: string,
  { agents, applications }: ResultReferences,
  add: AddFault,
): Pick<ResultRow, 'agent_id' | 'application_id'> | undefined {
  if ((agentCode === '') === (applicationCode === '')) {
    const message = `The row names ${agentCode === '' ? 'neither an agent nor an application' : 'both an agent and an application'}.`;
    add('agent_code', 'RESULT_OWNER', message);
    return undefined;
  }
  if (agentCode !== '') {
    const agentId = agents.get(agentCode);
    if (agentId !== undefined) return { agent_id: agentId, application_id: null };
    add('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
    return undefined;
  }
  const found = applications.get(applicationCode);
  if (!found) {
    add('application_code', 'APPLICATION_UNKNOWN', `No application has the code ${quote(applicationCode)}.`);
    return undefined;
  }
  return found.agentId === null
    ? { agent_id: null, application_id: found.id }
    : { agent_id: found.agentId, application_id: null };
}
