import { useState } from 'react';
import { newKey, useChange } from '../graphql/hooks.ts';
import type { Document } from '../graphql/request.ts';
import type { CsvColumns, CsvRow } from './csv.ts';

type RejectedRow = {
  readonly row: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  readonly key: string | null;
};

/** What the API says became of the rows of a request: how many of each kind, and what was wrong. */
export type Answer = {
  readonly counts: Readonly<Record<string, number>>;
  readonly rejectedCount: number;
  readonly rejections: readonly RejectedRow[];
};

/** A fault by the line and the column of the file. */
export type Rejection = Omit<RejectedRow, 'row'> & { readonly line: number };

/** What became of all rows of a file. */
export type Outcome = Omit<Answer, 'rejections'> & { readonly rejections: readonly Rejection[] };

/** As many rows as the API takes in a request. */
export const mostTogether = 1000;

const camelCase = (column: string) => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The API names fields in camel case, the file its columns with underscores. */
const columnOf = (field: string | null) => field?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? null;

/** A row as the API's input: the columns in camel case, all as text, null where one that may be empty is. */
export const inputOf =
  <Input>({ known, needed }: CsvColumns) =>
  ({ values }: CsvRow): Input =>
    Object.fromEntries(
      known.map((column) => [camelCase(column), values[column] || (needed.includes(column) ? '' : null)]),
    ) as Input;

/** What became of all requests so far, with one more. @param batch the rows of that request */
export function added(
  outcome: Outcome | undefined,
  { counts, rejectedCount, rejections }: Answer,
  batch: readonly CsvRow[],
): Outcome {
  const sums = Object.entries(counts).map(([name, count]) => [name, count + (outcome?.counts[name] ?? 0)] as const);
  const lines = rejections.map(({ row, column, ...fault }) => ({
    ...fault,
    column: columnOf(column),
    line: batch[row - 1]?.line ?? row,
  }));
  return {
    counts: Object.fromEntries(sums),
    rejectedCount: rejectedCount + (outcome?.rejectedCount ?? 0),
    rejections: [...(outcome?.rejections ?? []), ...lines],
  };
}

/** Sends the rows of a file, as many as fit in one request after another; a second try of the same file repeats nothing. */
export function useRowUpload<Result, Variables>(
  document: Document<Result, Variables>,
  variables: (rows: readonly CsvRow[], atomic: boolean, idempotencyKey: string) => Variables,
  answer: (result: Result) => Answer | undefined,
) {
  const [key, setKey] = useState(newKey);
  const [outcome, setOutcome] = useState<Outcome>();
  const [sent, setSent] = useState(0);
  const { mutateAsync, error, reset } = useChange(document);
  const [isPending, setPending] = useState(false);
  const begin = () => {
    setKey(newKey());
    setOutcome(undefined);
    setSent(0);
    reset();
  };
  const save = async (rows: readonly CsvRow[], atomic: boolean) => {
    setPending(true);
    try {
      let all: Outcome | undefined;
      for (let start = 0; start < rows.length; start += mostTogether) {
        const batch = rows.slice(start, start + mostTogether);
        const told = answer(await mutateAsync(variables(batch, atomic, `${key} ${start} ${atomic}`)));
        if (told) all = added(all, told, batch);
        setSent(start + batch.length);
      }
      setOutcome(all);
    } catch {
      // `error` shows it; the rows stay there to be sent again.
    } finally {
      setPending(false);
    }
  };
  return { save, begin, outcome, sent, isPending, error };
}
