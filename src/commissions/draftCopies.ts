import { z } from 'zod';
import { rawSql, type Transaction } from '../db/client.ts';
import { endDate, firstDate, type Period } from '../period.ts';
import { isEntry, placeInChanges, withChanges } from '../programme/changes.ts';
import { codeSchema, dateSchema, wholeNumber } from '../programme/fields.ts';
import { type FileEntry, planVersionEntry, poolVersionEntry } from '../programme/fileForm.ts';
import { type Fault, type Lines, type Path, throwFaults, valueAt } from '../programme/paths.ts';
import { type Content, checkContent, readContent, readProgramme } from '../programme/read.ts';
import type { Programme } from '../programme/schema.ts';
import { loadPlanVersionContent, loadPoolVersionContent } from '../programme/state.ts';

// Copies of published versions in a draft (docs/commission.md §12): a version of a plan or pool that says `copyOf` and what
// changes, in the place of all that a version says.

/** A draft with copies: what it means stands fast once the published versions are read. */
type DraftWithCopies = { readonly content: FileEntry; readonly lines?: Lines };
export type Draft = Programme | DraftWithCopies;

/** A copy that is asked for beside a draft's document. */
export type WantedCopy = {
  readonly section: Section;
  /** The plan or pool that gets the changed copy. */
  readonly code: string;
  readonly copyOf: FileEntry;
  readonly changes: unknown;
};

const sections = ['plans', 'pools'] as const;
type Section = (typeof sections)[number];

/**
 * Reads a draft: a programme (YAML or JSON) whose versions of plans and pools may be changed copies of published ones.
 * @param copies more of them
 * @throws UserErrors as readProgramme; what is wrong with copies is found when the draft is put in force.
 */
export function readDraft(text: string, copies: readonly WantedCopy[] = []): Draft {
  const { content, lines }: Content = readContent(text);
  if (!isEntry(content)) return copies.length > 0 ? { content: withCopies({}, copies) } : readProgramme(text);
  if (copies.length > 0) {
    const inText: Lines = (path) => (valueAt(content, path.slice(0, 4)) === undefined ? undefined : lines(path));
    return { content: withCopies(content, copies), lines: inText };
  }
  return copiesIn(content).length > 0 ? { content, lines } : readProgramme(text);
}

function withCopies(content: FileEntry, copies: readonly WantedCopy[]): FileEntry {
  const added = sections.flatMap((section) => {
    const own = copies.filter((copy) => copy.section === section);
    const present: unknown = content[section];
    if (own.length === 0 || (present !== undefined && !Array.isArray(present))) return [];
    return [[section, own.reduce(withCopy, [...((present as readonly unknown[] | undefined) ?? [])])] as const];
  });
  return { ...content, ...Object.fromEntries(added) };
}

/** The copy as one more version of the plan or pool of its code. */
function withCopy(entries: readonly unknown[], { code, copyOf, changes }: WantedCopy): unknown[] {
  const version = changes === undefined ? { copyOf } : { copyOf, changes };
  const index = entries.findIndex((entry) => isEntry(entry) && entry.code === code);
  const found = entries[index];
  if (!isEntry(found)) return [...entries, { code, versions: [version] }];
  const versions = Array.isArray(found.versions) ? found.versions : [];
  return entries.with(index, { ...found, versions: [...versions, version] });
}

type Copy = { readonly section: Section; readonly owner: unknown; readonly path: Path; readonly entry: FileEntry };

function copiesIn(content: FileEntry): Copy[] {
  return sections.flatMap((section) =>
    listAt(content, [section]).flatMap((owner, index) =>
      listAt(owner, ['versions']).flatMap((entry, versionIndex): Copy[] => {
        if (!isEntry(entry) || !('copyOf' in entry)) return [];
        const path = [section, index, 'versions', versionIndex];
        return [{ section, owner: valueAt(owner, ['code']), path, entry }];
      }),
    ),
  );
}

function listAt(root: unknown, path: Path): readonly unknown[] {
  const list = valueAt(root, path);
  return Array.isArray(list) ? list : [];
}

/**
 * The programme that a draft means, with every copy in full.
 * @param periods those simulated: a copy that holds in none of them would change nothing, so it is a fault
 * @throws UserErrors with every fault that the draft and the published versions it copies show.
 */
export async function completeDraft(
  transaction: Transaction,
  draft: Draft,
  periods: readonly Period[],
): Promise<Programme> {
  if (!('content' in draft)) return draft;
  const faults: Fault[] = [];
  const failed: Path[] = [];
  let content: FileEntry = draft.content;
  for (const copy of copiesIn(content)) {
    const version = await copiedVersion(transaction, copy, faults);
    if (!version) failed.push(copy.path);
    else faults.push(...outsideFaults(version, copy.path, periods));
    content = withValue(content, copy.path, version ?? {});
    content = await withName(transaction, content, copy);
  }
  const lines = linesOf(draft, content);
  const checked = checkContent(content, lines);
  const others = checked.faults.filter(({ path }) => !failed.some((from) => startsWith(path, from)));
  throwFaults(content, [...faults, ...others], lines);
  if (!checked.programme) throw new Error('a draft without faults was not read');
  return checked.programme;
}

const copySchema = z
  .strictObject({
    plan: codeSchema.optional(),
    pool: codeSchema.optional(),
    version: wholeNumber(1, 32_767, 'The number of the version.').optional(),
    on: dateSchema.optional(),
  })
  .refine(({ version, on }) => (version === undefined) !== (on === undefined), {
    message: 'name the version either by its number (version) or by a day on which it is in force (on)',
  });

/** The published version with the changes in it; undefined where there is none. */
async function copiedVersion(
  transaction: Transaction,
  { section, owner, path, entry }: Copy,
  faults: Fault[],
): Promise<FileEntry | undefined> {
  const { copyOf, changes = {}, ...others } = entry;
  for (const field of Object.keys(others)) {
    faults.push({
      code: 'PROGRAMME_INVALID',
      path: [...path, field],
      message: 'a copy says what differs in "changes"',
    });
  }
  const parsed = copySchema.safeParse(copyOf);
  for (const { path: at, message } of parsed.error?.issues ?? []) {
    faults.push({ code: 'PROGRAMME_INVALID', path: [...path, 'copyOf', ...at.map(String)], message });
  }
  const kind = section === 'plans' ? 'plan' : 'pool';
  const other = kind === 'plan' ? 'pool' : 'plan';
  if (parsed.data?.[other] !== undefined) {
    faults.push({ code: 'PROGRAMME_INVALID', path: [...path, 'copyOf', other], message: `name a ${kind} here` });
  }
  if (!isEntry(changes)) {
    const message = 'must be fields with their new values';
    faults.push({ code: 'PROGRAMME_INVALID', path: [...path, 'changes'], message });
  }
  const code = parsed.data?.[kind] ?? owner;
  if (!parsed.data || !isEntry(changes) || typeof code !== 'string') return undefined;
  const found = await findVersion(transaction, kind, code, parsed.data);
  if (!found) {
    const named = parsed.data.version === undefined ? `version on ${parsed.data.on}` : `version ${parsed.data.version}`;
    const message = `there is no published ${named} of ${kind} ${code}`;
    faults.push({ code: 'REFERENCE_UNKNOWN', path: [...path, 'copyOf'], message });
    return undefined;
  }
  const original =
    kind === 'plan'
      ? planVersionEntry(await loadPlanVersionContent(transaction, found.id))
      : poolVersionEntry(await loadPoolVersionContent(transaction, found.id));
  const until = code === owner ? (found.next ?? original.to) : original.to;
  const { to: _end, ...rest } = original;
  return withChanges(typeof until === 'string' ? { ...rest, to: until } : rest, changes, [...path, 'changes'], faults);
}

function outsideFaults({ from, to }: FileEntry, path: Path, periods: readonly Period[]): Fault[] {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last || typeof from !== 'string') return [];
  const endsBefore = typeof to === 'string' && to <= firstDate(first);
  if (!endsBefore && from < endDate(last)) return [];
  const dates = typeof to === 'string' ? `from ${from} to ${to}` : `from ${from} on`;
  const message = `holds ${dates}, so not in the simulated periods: copy another version, or change its dates`;
  return [{ code: 'INPUT_INVALID', path, message }];
}

type FoundVersion = {
  readonly id: number;
  /** Where the next published version takes over, before its own end. */
  readonly next: string | null;
};

async function findVersion(
  transaction: Transaction,
  kind: 'plan' | 'pool',
  code: string,
  { version, on }: z.output<typeof copySchema>,
): Promise<FoundVersion | undefined> {
  const [table, inForce, regular] =
    kind === 'plan'
      ? ['plan_version', 'plan_version_in_force(version.id)', 'not later.corrects']
      : ['pool_version', 'true', 'true'];
  const [found] = await rawSql(transaction).unsafe<FoundVersion[]>(
    `select version.id,
            (select min(later.valid_from)::text from ${table} later where later.${kind}_id = version.${kind}_id and ${regular}
               and later.number > version.number and later.valid_from > version.valid_from
               and (version.valid_to is null or later.valid_from < version.valid_to)) as next
     from ${table} version join ${kind} owner on owner.id = version.${kind}_id
     where owner.code = $1 and case when $2::integer is not null then version.number = $2
       else version.valid_from <= $3::date and (version.valid_to is null or version.valid_to > $3::date) and ${inForce} end
     order by version.number desc limit 1`,
    [code, version ?? null, on ?? null],
  );
  return found;
}

/** A plan or pool with a copy needs no name in the draft: it has its own, or that of the copied one. */
async function withName(transaction: Transaction, content: FileEntry, copy: Copy): Promise<FileEntry> {
  const path = copy.path.slice(0, 2);
  const entry = valueAt(content, path);
  if (!isEntry(entry) || 'name' in entry) return content;
  const kind = copy.section === 'plans' ? 'plan' : 'pool';
  const copied = valueAt(copy.entry, ['copyOf', kind]);
  const codes = [entry.code, copied].filter((code) => typeof code === 'string');
  const rows = await rawSql(transaction).unsafe<{ code: string; name: string }[]>(
    `select code, name from ${kind} where code = any($1::text[])`,
    [codes],
  );
  const named = rows.find(({ code }) => code === entry.code) ?? rows[0];
  return named ? withValue(content, path, { ...entry, name: named.name }) : content;
}

function withValue(content: FileEntry, path: Path, value: unknown): FileEntry {
  const replaced = replacedAt(content, path, value);
  if (!isEntry(replaced)) throw new Error('a draft has entries');
  return replaced;
}

function replacedAt(root: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((each, index) => (index === key ? replacedAt(each, rest, value) : each));
  return isEntry(root) ? { ...root, [key]: replacedAt(root[key], rest, value) } : root;
}

/** What stands in a copy is said in its changes, or nowhere nearer than the copy. */
function linesOf({ content, lines }: DraftWithCopies, completed: FileEntry): Lines | undefined {
  if (!lines) return undefined;
  const copies = copiesIn(content);
  return (path) => {
    const copy = copies.find((each) => startsWith(path, each.path));
    const [field] = copy ? path.slice(copy.path.length) : [];
    if (!copy || field === undefined || field in copy.entry) return lines(path);
    const inside = placeInChanges(valueAt(completed, copy.path), path.slice(copy.path.length));
    return lines([...copy.path, 'changes', ...inside]);
  };
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => path[index] === key);
}
