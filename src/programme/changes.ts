import type { Fault, Path } from './paths.ts';

// What a draft changes in a copy of a published version (docs/commission.md §12): fields by name, entries that have codes by code,
// null removes; anything else takes the place of what was there. Pure.

type Entry = { readonly [field: string]: unknown };

/**
 * An entry with changes in it.
 * @param at where the changes stand in the draft
 * @param faults gets what is changed or removed and is not there
 */
export function withChanges(original: Entry, changes: Entry, at: Path, faults: Fault[]): Entry {
  const fields = new Map(Object.entries(original));
  for (const [field, change] of Object.entries(changes)) {
    if (change !== null) {
      fields.set(field, changed(fields.get(field), change, [...at, field], faults));
    } else if (!fields.delete(field)) {
      faults.push(invalid([...at, field], 'is not there, so nothing can be removed'));
    }
  }
  return Object.fromEntries(fields);
}

function changed(original: unknown, change: unknown, at: Path, faults: Fault[]): unknown {
  if (!isEntry(change)) return change;
  if (isCoded(original)) return withChangedEntries(original, change, at, faults);
  return isEntry(original) ? withChanges(original, change, at, faults) : change;
}

type Coded = Entry & { readonly code: string };

/** Entries by code. A new one says its code itself as well, so that a misspelt code does not add one unnoticed. */
function withChangedEntries(original: readonly Coded[], changes: Entry, at: Path, faults: Fault[]): Entry[] {
  const entries = new Map<string, Entry>(original.map((entry) => [entry.code, entry]));
  for (const [code, change] of Object.entries(changes)) {
    const before = entries.get(code);
    const path = [...at, code];
    if (before && change === null) entries.delete(code);
    else if (before && isEntry(change)) entries.set(code, withChanges(before, change, path, faults));
    else if (isEntry(change) && change.code === code) entries.set(code, change);
    else faults.push(invalid(path, unfitEntry(code, change, before !== undefined, original)));
  }
  return [...entries.values()];
}

function unfitEntry(code: string, change: unknown, isThere: boolean, original: readonly Coded[]): string {
  if (isThere) return 'give the fields that change, or null to remove it';
  const codes = original.map((entry) => entry.code);
  const known = codes.length > 8 ? `${codes.slice(0, 8).join(', ')} …` : codes.join(', ');
  const missing = `there is no ${code} to change, but ${known}`;
  return change === null ? missing : `${missing}; to add it, let it say "code: ${code}" itself`;
}

function invalid(path: Path, message: string): Fault {
  return { code: 'PROGRAMME_INVALID', path, message };
}

/** Where in the changes something of the changed entry is said: entries of lists by their codes. */
export function placeInChanges(entry: unknown, path: Path): Path {
  let current = entry;
  return path.map((key) => {
    const child = childOf(current, key);
    current = child;
    return typeof key === 'number' && isEntry(child) && typeof child.code === 'string' ? child.code : key;
  });
}

function childOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}

/** Whether a value has fields: neither a list nor a plain value. */
export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCoded(value: unknown): value is readonly Coded[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => isEntry(each) && typeof each.code === 'string')
  );
}
