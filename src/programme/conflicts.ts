import type { Fault, Path } from './paths.ts';
import type { ProgrammeChange, Reference } from './records.ts';
import type { Programme } from './schema.ts';
import { changeOf, isSame } from './scorecards.ts';

// The CPC matrix and floor prices, as a programme declares them and as they are in the database: one entry a thing, in the same form, so
// that the two can be compared. Pure.

export type CellEntry = {
  readonly channelType: string;
  readonly category: string;
  readonly segment: string | null;
  readonly allowed: boolean;
  readonly validFrom: string;
  readonly validTo: string | null;
};

export type FloorEntry = {
  readonly product: string | null;
  readonly category: string | null;
  readonly region: string | null;
  readonly channelType: string | null;
  readonly currency: string;
  readonly price: string;
  readonly validFrom: string;
  readonly validTo: string | null;
};

/** What there is, as far as a programme declares any of its kind. */
export type ConflictState = {
  readonly matrix: ReadonlyMap<string, CellEntry>;
  readonly priceFloors: ReadonlyMap<string, FloorEntry>;
};

/** One thing to write, and where it is declared. */
type Placed<Entry> = { readonly path: Path; readonly entry: Entry; readonly before: Entry | undefined };

export type ConflictDifference = {
  readonly matrix: readonly Placed<CellEntry>[];
  readonly priceFloors: readonly Placed<FloorEntry>[];
};

export function conflictDifference(programme: Programme, state: ConflictState): ConflictDifference {
  return {
    matrix: placed('matrix', ended(declaredCells(programme), state.matrix, cellScope), state.matrix, cellKey),
    priceFloors: placed(
      'priceFloors',
      ended(declaredFloors(programme), state.priceFloors, floorScope),
      state.priceFloors,
      floorKey,
    ),
  };
}

/** The difference as a list for people, in the order in which it is written. */
export function conflictChanges({ matrix, priceFloors }: ConflictDifference): ProgrammeChange[] {
  return [
    ...matrix.map(({ entry, before }) => changeOf('matrixCell', cellKey(entry), before, entry)),
    ...priceFloors.map(({ entry, before }) => changeOf('priceFloor', floorKey(entry), before, entry)),
  ];
}

type Dated = { readonly validFrom: string; readonly validTo: string | null };

function placed<Entry extends object>(
  section: string,
  entries: readonly Entry[],
  known: ReadonlyMap<string, Entry>,
  keyOf: (entry: Entry) => string,
): Placed<Entry>[] {
  return entries.flatMap((entry, index) => {
    const before = known.get(keyOf(entry));
    return before && isSame(before, entry) ? [] : [{ path: [section, index], entry, before }];
  });
}

/** Each ends where the next of the same scope begins, at the latest. */
function ended<Entry extends Dated>(
  declared: readonly Entry[],
  known: ReadonlyMap<string, Entry>,
  scopeOf: (entry: Entry) => string,
): Entry[] {
  const starts = new Map<string, string[]>();
  for (const entry of [...known.values(), ...declared]) {
    const list = starts.get(scopeOf(entry));
    if (list) list.push(entry.validFrom);
    else starts.set(scopeOf(entry), [entry.validFrom]);
  }
  for (const list of starts.values()) list.sort();
  return declared.map((entry) => {
    const next = starts.get(scopeOf(entry))?.find((start) => start > entry.validFrom);
    const isCut = next !== undefined && (entry.validTo === null || next < entry.validTo);
    return isCut ? { ...entry, validTo: next } : entry;
  });
}

function declaredCells({ matrix }: Programme): CellEntry[] {
  return matrix.map(({ segment = null, validTo = null, ...rest }) => ({ ...rest, segment, validTo }));
}

function declaredFloors({ priceFloors }: Programme): FloorEntry[] {
  return priceFloors.map(
    ({ product = null, category = null, region = null, channelType = null, validTo = null, ...rest }) => {
      return { ...rest, product, category, region, channelType, validTo };
    },
  );
}

const cellScope = ({ channelType, category, segment }: CellEntry) =>
  [channelType, category, segment].filter((code) => code !== null).join(' ');

const floorScope = ({ product, category, region, channelType, currency }: FloorEntry) =>
  Object.entries({ product, category, region, channelType, currency })
    .flatMap(([what, code]) => (code === null ? [] : [`${what} ${code}`]))
    .join(' ');

/** Combination and first day as one text: what a cell is known by. */
export const cellKey = (entry: CellEntry) => `${cellScope(entry)}@${entry.validFrom}`;
/** Combination and first day as one text: what a floor price is known by. */
export const floorKey = (entry: FloorEntry) => `${floorScope(entry)}@${entry.validFrom}`;

/** What cells and floor prices name of other sections. */
export function* conflictReferences({ matrix, priceFloors }: Programme): Generator<Reference> {
  for (const [index, { channelType, category, segment }] of matrix.entries()) {
    yield { target: 'channelTypes', code: channelType, path: ['matrix', index, 'channelType'] };
    yield { target: 'productCategories', code: category, path: ['matrix', index, 'category'] };
    yield { target: 'segments', code: segment, path: ['matrix', index, 'segment'] };
  }
  for (const [index, { product, category, region, channelType }] of priceFloors.entries()) {
    yield { target: 'products', code: product, path: ['priceFloors', index, 'product'] };
    yield { target: 'productCategories', code: category, path: ['priceFloors', index, 'category'] };
    yield { target: 'regions', code: region, path: ['priceFloors', index, 'region'] };
    yield { target: 'channelTypes', code: channelType, path: ['priceFloors', index, 'channelType'] };
  }
}

/** Cells and floor prices that stand there twice. */
export function checkConflicts(programme: Programme): Fault[] {
  return [
    ...doubled('matrix', declaredCells(programme).map(cellKey)),
    ...doubled('priceFloors', declaredFloors(programme).map(floorKey)),
  ];
}

function doubled(section: 'matrix' | 'priceFloors', keys: readonly string[]): Fault[] {
  const seen = new Set<string>();
  return keys.flatMap((key, index): Fault[] => {
    if (seen.has(key)) return [{ code: 'ROW_DOUBLED', path: [section, index], message: `${key} is there twice` }];
    seen.add(key);
    return [];
  });
}
