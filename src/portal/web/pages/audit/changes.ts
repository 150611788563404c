/** A value that is another one after a change; undefined where there was, or is, none. */
export type ValueChange = {
  /** Where it stands: the names on the way to it. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/**
 * What differs between a thing before and after, value by value; all of it where it was made or removed.
 * @param before JSON, null where there was nothing
 * @param after JSON, null where there is nothing
 */
export function changesOf(before: unknown, after: unknown): readonly ValueChange[] {
  const [old, fresh] = [new Map(valuesOf(before)), new Map(valuesOf(after))];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }))
    .filter((change) => change.before !== change.after);
}

/** The single values inside JSON, each with its path. Nothing stands for null. */
function valuesOf(json: unknown, path: readonly string[] = []): [string, string][] {
  if (json === null || json === undefined) return [];
  if (typeof json !== 'object') return [[path.join(' › '), String(json)]];
  const isList = Array.isArray(json);
  return Object.entries(json).flatMap(([name, value]) =>
    valuesOf(value, [...path, isList ? String(Number(name) + 1) : name]),
  );
}
