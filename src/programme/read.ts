import { isAlias, isMap, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UserError, UserErrors } from '../errors.ts';
import { checkComponent } from './checkComponents.ts';
import { checkPoolVersion } from './checkPools.ts';
import { componentSchema } from './componentSchema.ts';
import { type Fault, type Lines, type Path, rememberLines, throwFaults, valueAt } from './paths.ts';
import { poolVersionSchema } from './poolSchema.ts';
import { type Programme, type ProgrammeComponent, type ProgrammeInput, programmeSchema } from './schema.ts';

// Enough for any real file; an "alias bomb" needs millions.
const aliasLimit = 100_000;

/**
 * Reads a programme file (YAML 1.2; JSON is YAML too). Plain numbers reach the programme as their text, so `0.1` is
 * exactly 0.1.
 * @throws UserErrors PROGRAMME_UNREADABLE (not YAML) or PROGRAMME_INVALID, one for each fault, with line numbers.
 */
export function readProgramme(text: string): Programme {
  const { content, lines } = readContent(text);
  return checkedProgramme(content, lines);
}

/**
 * Checks a programme that did not come from a file, such as the fragment a GraphQL mutation builds.
 * @throws UserErrors PROGRAMME_INVALID, one for each fault.
 */
export function parseProgramme(input: ProgrammeInput): Programme {
  return checkedProgramme(input);
}

function checkedProgramme(content: unknown, lines?: Lines): Programme {
  const { programme, faults } = checkContent(content, lines);
  throwFaults(content, faults, lines);
  if (!programme) throw new Error('a programme without faults was not read');
  return programme;
}

/** What content means as a programme, or every fault that it shows by itself. The programme remembers the lines. */
export function checkContent(content: unknown, lines?: Lines): { programme?: Programme; faults: Fault[] } {
  const parsed = programmeSchema.safeParse(content);
  if (parsed.success) {
    if (lines) rememberLines(parsed.data, lines);
    return { programme: parsed.data, faults: [] };
  }
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, [], content));
  return { faults: [...faults, ...meaningFaults(content)] };
}

export type Content = { readonly content: unknown; readonly lines: Lines };

/** Reads YAML (or JSON) whatever it says. @throws UserErrors PROGRAMME_UNREADABLE. */
export function readContent(text: string): Content {
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, {
      schema: 'core',
      stringKeys: true,
      prettyErrors: false,
      lineCounter,
      customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !/:(int|float)$/.test(tag.tag)),
    });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) {
      throw new UserErrors(
        problems.slice(0, 20).map((problem) => {
          const { line, col } = lineCounter.linePos(problem.pos[0]);
          return new UserError('PROGRAMME_UNREADABLE', problem.message, `line ${line}, column ${col}`);
        }),
      );
    }
    const lineOf = (path: Path) => {
      const offset = offsetAt(document.contents, path, (node) => (isAlias(node) ? node.resolve(document) : node));
      return offset === undefined ? undefined : lineCounter.linePos(offset).line;
    };
    return { content: document.toJS({ maxAliasCount: aliasLimit }), lines: lineOf };
  } catch (error) {
    if (error instanceof UserError) throw error;
    // The reader throws, rather than reports, unknown aliases, too many of them, and nesting deeper than its stack.
    throw new UserErrors([new UserError('PROGRAMME_UNREADABLE', (error as Error).message)]);
  }
}

/** The offset in the text of what stands at a path, or of the nearest thing around it that is there. */
function offsetAt(root: ParsedNode | null, path: Path, resolve: (node: unknown) => unknown): number | undefined {
  let node: unknown = root;
  let offset = root?.range[0];
  for (const key of path) {
    const parent = resolve(node);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => (item.key as { value?: unknown } | null)?.value === key);
      if (!pair) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(parent) && typeof key === 'number') {
      node = parent.items[key];
      offset = rangeStart(node) ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0];
}

type Issue = z.core.$ZodIssue;

/** One fault for each thing an author has to mend; of the forms a value may have, the one it comes closest to counts. */
function faultsOf(issue: Issue, base: Path, content: unknown): Fault[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  const fault = (at: Path, message: string): Fault => ({ code: 'PROGRAMME_INVALID', path: at, message });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault([...path, key], 'is not a field that belongs here'));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    if (closest) return closest.flatMap((inner) => faultsOf(inner, path, content));
  }
  const value = valueAt(content, path);
  if (value === undefined && issue.code !== 'custom') return [fault(path, 'is missing')];
  if (value === null) return [fault(path, path.length === 0 ? 'the programme is empty' : 'has no value')];
  return [fault(path, issue.message.replace(/^Invalid (input|option): /, ''))];
}

/**
 * What is wrong with the meaning of components and pools of a programme whose form is at fault elsewhere, so that one answer
 * says all that the file alone can tell. Where the form is right, the meaning is checked with everything else.
 */
function meaningFaults(content: unknown): Fault[] {
  const components = versionsOf(content, 'plans').flatMap((version) =>
    entriesOf(content, [...version, 'components']).flatMap((path) => {
      const component = mendedComponent(valueAt(content, path));
      return component ? checkComponent(component, path) : [];
    }),
  );
  const pools = versionsOf(content, 'pools').flatMap((path) => {
    const version = poolVersionSchema.safeParse(valueAt(content, path));
    return version.success ? checkPoolVersion(version.data, path) : [];
  });
  return [...components, ...pools];
}

function versionsOf(content: unknown, section: 'plans' | 'pools'): Path[] {
  return entriesOf(content, [section]).flatMap((path) => entriesOf(content, [...path, 'versions']));
}

function entriesOf(content: unknown, path: Path): Path[] {
  const list = valueAt(content, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}

/** Fields whose absence makes no other field wrong. */
const separateFields = new Set(['holdback', 'clawback', 'reactivationDays', 'cap', 'floor']);

/** A component without those of its fields that are at fault; undefined where it is none without them. */
function mendedComponent(entry: unknown): ProgrammeComponent | undefined {
  const parsed = componentSchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const faulty = new Set(
    parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return issue.keys;
      const [field] = issue.path;
      return typeof field === 'string' && separateFields.has(field) ? [field] : [];
    }),
  );
  const rest = Object.fromEntries(Object.entries(entry).filter(([field]) => !faulty.has(field)));
  return componentSchema.safeParse(rest).data;
}

/** How far a value is from a form it may have: not of its type at all is farther than any number of faults inside. */
function distance(issues: readonly Issue[]): number {
  const isOtherType = issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type');
  return (isOtherType ? 1_000_000 : 0) + issues.reduce((sum, issue) => sum + faultCount(issue), 0);
}

function faultCount(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
}
