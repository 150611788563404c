import { readdirSync, readFileSync } from 'node:fs';
import { expandHistory, type HistoryCase } from '../oracle/historyDefaults.ts';
import type { HistoryInput } from '../oracle/historyModel.ts';
import { sideBySide } from './mergeHistories.ts';

type Case = { name: string; input?: HistoryCase; expected?: { periods?: unknown; error?: string } };
export type NamedHistory = { readonly name: string; readonly input: HistoryInput };

const folder = new URL('../cases/', import.meta.url);

/** The written histories of tests/cases: those that end with a result, and those that must fail with an error of the given code. */
export function writtenHistories(): { paying: NamedHistory[]; failing: (NamedHistory & { code: string })[] } {
  const cases = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]);
  const paying = cases.flatMap(({ name, input, expected }) =>
    input && expected?.periods ? [{ name, input: expandHistory(input) }] : [],
  );
  const failing = cases.flatMap(({ name, input, expected }) =>
    input && expected?.error ? [{ name, input: expandHistory(input), code: expected.error.split(' ')[0] ?? '' }] : [],
  );
  return { paying, failing };
}

/** Groups that can stand side by side in one database: a run of many costs far less than many runs. */
export function inGroups(histories: readonly NamedHistory[], size = 200): NamedHistory[][] {
  const groups = new Map<string, NamedHistory[][]>();
  for (const history of histories) {
    const key = `${sideBySide(history.input)} ${JSON.stringify(history.input.exchangeRates)}`;
    const own = groups.get(key) ?? [[]];
    if (own.at(-1)?.length === size) own.push([]);
    own.at(-1)?.push(history);
    groups.set(key, own);
  }
  return [...groups.values()].flat();
}
