import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Connection, rowsOf } from '../shared/pages.ts';
import { type Document, RequestError, send } from './request.ts';

/** How long an answer is shown without asking again. */
const freshMilliseconds = 30_000;

/**
 * Reads a document; the answer is kept under its name and variables.
 * @param options.skip asks nothing yet
 * @param options.pollSeconds asks again and again
 * @param options.keep shows the former answer while another page of it is read
 */
export function useRead<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  options: { readonly skip?: boolean; readonly pollSeconds?: number; readonly keep?: boolean } = {},
) {
  return useQuery({
    queryKey: [document.name, variables],
    queryFn: async ({ signal }) => requireNoFaults(await send(document, variables, signal)),
    enabled: !options.skip,
    staleTime: freshMilliseconds,
    retry: (count, error) => count < 2 && error instanceof RequestError && error.code === 'NETWORK',
    ...(options.keep && { placeholderData: keepPreviousData }),
    ...(options.pollSeconds && { refetchInterval: options.pollSeconds * 1000 }),
  });
}

const largestPage = 200;
const mostPages = 10;

/**
 * Reads the rows of a connection for a choice, page after page, 2,000 at most; its document takes `first` and `after`.
 * @returns the rows, and whether some are left out: say so where it is
 */
export function useReadAll<Result, Variables, Row>(
  document: Document<Result, Variables & { readonly first: number; readonly after: string | null }>,
  variables: Variables,
  connectionOf: (result: Result) => Connection<Row> | null,
) {
  return useQuery({
    queryKey: [document.name, 'all', variables],
    queryFn: async ({ signal }) => {
      const rows: Row[] = [];
      let after: string | null = null;
      for (let page = 0; page < mostPages; page++) {
        const answer: Result = await send(document, { ...variables, first: largestPage, after }, signal);
        const connection = connectionOf(answer);
        rows.push(...rowsOf(connection));
        if (!connection?.pageInfo.hasNextPage) return { rows, isCut: false };
        after = connection.pageInfo.endCursor ?? null;
      }
      return { rows, isCut: true };
    },
    staleTime: freshMilliseconds,
  });
}

/** One thing that is wrong, in the API's words. */
export type Fault = {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | null;
  readonly at?: string | null;
};

/** What the API answers where the user has something to mend. */
export class FaultsError extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(({ message }) => message).join(' '));
    this.faults = faults;
  }
}

type ToldError = Fault & { readonly faults?: readonly Fault[] };

const isUserError = (value: unknown): value is ToldError =>
  value !== null && typeof value === 'object' && 'code' in value && 'message' in value && 'remedy' in value;

/** Throws the `UserError` of an answer, for which its document asks by `... on UserError { code message remedy at faults { … } }`. @throws FaultsError */
function requireNoFaults<Result>(result: Result): Result {
  const told = Object.values(result ?? {}).find(isUserError);
  if (told) throw new FaultsError(told.faults && told.faults.length > 0 ? told.faults : [told]);
  return result;
}

/** A key that makes the retry of a change harmless: the same one for every try of the same form. */
export const newKey = () => crypto.randomUUID();

/**
 * Changes something. Faults that the API answers are thrown as `FaultsError`; afterwards everything that is shown is read anew.
 * `const { mutateAsync, isPending, error } = useChange(ConfirmDocument)`; show `error` with `<Faults error={error} />`.
 */
export function useChange<Result, Variables>(document: Document<Result, Variables>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (variables: Variables) => requireNoFaults(await send(document, variables)),
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'Session' }),
  });
}
