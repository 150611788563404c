/** A GraphQL document with the types of its answer and variables, which only the compiler sees. */
export type Document<Result, Variables> = { readonly text: string; readonly name: string } & {
  readonly types?: (variables: Variables) => Result;
};

/** What the generated files call: see tests/house/portalDocuments.ts. */
export const documentOf = <Result, Variables>(name: string, text: string): Document<Result, Variables> => ({
  name,
  text,
});

/** What went wrong, in the server's words. `code` is of the API's catalogue of errors, or NETWORK. */
export class RequestError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  constructor(code: string, message: string, remedy?: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

type Answer<Result> = {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly remedy?: string };
  }[];
};

/**
 * Sends an operation to the API, as any client does; the session is in its cookie.
 * @throws RequestError with the code of the first error; parts of an answer are no answer.
 */
export async function send<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const answer = await postJson<Answer<Result>>(
    '/graphql',
    { query: document.text, operationName: document.name, variables },
    signal,
  );
  const [error] = answer.errors ?? [];
  if (error) throw new RequestError(error.extensions?.code ?? 'INTERNAL', error.message, error.extensions?.remedy);
  if (!answer.data) throw new RequestError('INTERNAL', 'The server answered nothing.');
  return answer.data;
}

/** Posts JSON and reads the JSON that is answered. @throws RequestError for answers that are no GraphQL, and where there is none. */
export async function postJson<Result>(path: string, body: unknown, signal?: AbortSignal): Promise<Result> {
  return fetchJson<Result>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** Fetches JSON of the server's own paths. @throws RequestError */
export async function fetchJson<Result>(path: string, options: RequestInit = {}): Promise<Result> {
  const response = await fetch(path, { credentials: 'same-origin', ...options }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError('NETWORK', String(error));
  });
  const json: unknown = await response.json().catch(() => undefined);
  if (response.ok && json !== undefined) return json as Result;
  // GraphQL answers carry their errors with them, whatever the status.
  if (json !== null && typeof json === 'object' && 'errors' in json) return json as Result;
  const told = (json ?? {}) as {
    code?: string;
    message?: string;
    remedy?: string;
    error?: { code?: string; message?: string; remedy?: string };
  };
  const { code, message, remedy } = told.error ?? told;
  throw new RequestError(code ?? `HTTP_${response.status}`, message ?? response.statusText, remedy);
}
