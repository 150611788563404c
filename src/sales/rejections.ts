import type { ErrorCode } from '../errors.ts';
import type { Fault } from './rows.ts';

/** One fault of a rejected row. */
export type RowError = {
  /** Number of the data row, from 1. */
  readonly row: number;
  /** Line of the file where the row begins, from 1. */
  readonly line: number;
  /** null where it is the row as a whole. */
  readonly column: string | null;
  readonly code: ErrorCode;
  readonly message: string;
  /** `source/external id` where both could be read. */
  readonly key: string | null;
};

const maxKept = 1000;

/** Counts the rejected rows of an import, keeps the first faults and passes all of them on. */
export class Rejections {
  #rowCount = 0;
  readonly #kept: RowError[] = [];
  readonly #onRejected: ((error: RowError) => void | Promise<void>) | undefined;

  constructor(onRejected: ((error: RowError) => void | Promise<void>) | undefined) {
    this.#onRejected = onRejected;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** The first faults, by row. */
  get kept(): RowError[] {
    return this.#kept.sort((a, b) => a.row - b.row);
  }

  /** @returns a promise where the listener asks to be waited for. */
  add(row: number, line: number, key: string | null, faults: readonly Fault[]): Promise<void> | undefined {
    this.#rowCount += 1;
    let wait: Promise<void> | undefined;
    for (const { column, code, message } of faults) {
      const error = { row, line, column, code, message, key };
      if (this.#kept.length < maxKept) this.#kept.push(error);
      const listener = this.#onRejected;
      if (!listener) continue;
      wait = wait ? wait.then(() => listener(error)) : (listener(error) ?? undefined);
    }
    return wait;
  }
}
