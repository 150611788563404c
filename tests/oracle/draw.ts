/** A pseudo-random sequence of integers from a seed (a 32-bit mixer over a counter). */
export function sequence(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    const mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (again ^ (again >>> 15)) >>> 0;
  };
}

/** Draws values from a sequence that a seed decides. */
export type Draw = {
  one: <T>(values: readonly T[]) => T;
  integer: (min: number, max: number) => number;
  /** True in so many of a hundred. */
  chance: (percent: number) => boolean;
  some: <T>(values: readonly T[], min: number) => T[];
};

/** Seeded by fast-check rather than drawn through it value by value, which takes 40 ms for an input of this size. */
export function drawing(seed: number): Draw {
  const next = sequence(seed);
  const integer = (min: number, max: number) => min + (next() % (max - min + 1));
  const one = <T>(values: readonly T[]): T => values[integer(0, values.length - 1)] as T;
  return {
    integer,
    one,
    chance: (percent) => integer(0, 99) < percent,
    some: (values, min) => {
      const kept = values.filter(() => integer(0, 1) === 1);
      return kept.length < min ? [one(values)] : kept;
    },
  };
}

/** `units` at so many decimals: 1005 and 2 are '10.05'. */
export function decimal(units: number, digits: number): string {
  const padded = String(units).padStart(digits + 1, '0');
  return digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
