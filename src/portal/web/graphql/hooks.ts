import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
