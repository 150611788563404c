import { type ErrorCode, UserError, UserErrors } from '../errors.ts';

/** Where in a programme something stands: keys and positions from the top. */
export type Path = readonly (string | number)[];

/** Something wrong with a programme, and where. */
export type Fault = { readonly code: ErrorCode; readonly path: Path; readonly message: string };

/** The line of a file in which what stands at a path is said. */
export type Lines = (path: Path) => number | undefined;

// Programmes read from a file remember its lines, so that faults found later, against the database, name them too.
const linesOf = new WeakMap<object, Lines>();

/** Remembers in which line of its file each path of a programme stands. */
export function rememberLines(programme: object, lines: Lines): void {
  linesOf.set(programme, lines);
}

/** @throws UserErrors with all the faults, `at` as in `plans[P].versions[1].components[ACT].rules[2].percent (line 12)`. */
export function throwFaults(root: unknown, faults: readonly Fault[], lines?: Lines): void {
  if (faults.length === 0) return;
  const lineAt = lines ?? (typeof root === 'object' && root !== null ? linesOf.get(root) : undefined);
  throw new UserErrors(
    faults.map(({ code, path, message }) => {
      const line = lineAt?.(path);
      const at = [pathText(root, path), line === undefined ? '' : `(line ${line})`].filter(Boolean).join(' ');
      return new UserError(code, message, at || undefined);
    }),
  );
}

/** A path as text. Entries of lists are named by their codes where they have one of their own, else by position from 0. */
function pathText(root: unknown, path: Path): string {
  let text = '';
  let current = root;
  for (const key of path) {
    text += typeof key === 'number' ? `[${entryName(current, key)}]` : text ? `.${key}` : key;
    current = childOf(current, key);
  }
  return text;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce(childOf, root);
}

function entryName(list: unknown, position: number): string {
  const code = codeOf(childOf(list, position));
  const isOwn =
    code !== undefined && Array.isArray(list) && list.filter((entry) => codeOf(entry) === code).length === 1;
  return isOwn ? code : String(position);
}

function codeOf(entry: unknown): string | undefined {
  const code = childOf(entry, 'code');
  return typeof code === 'string' && /^[\w-]{1,64}$/.test(code) ? code : undefined;
}

function childOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}
