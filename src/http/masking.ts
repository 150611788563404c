import { GraphQLError } from 'graphql';
import { asUserError, serverError } from '../db/constraints.ts';
import { errorCatalogue, UserError, UserErrors } from '../errors.ts';
import { currentRequest, isAnonymous } from './log.ts';

/**
 * What a client sees of an error: GraphQL's own and users' errors with code and remedy, of anything else only that it
 * happened and the request's id, under which the log has the rest.
 */
export function maskError(error: unknown): Error {
  const place = error instanceof GraphQLError ? error : undefined;
  const cause = place?.originalError ?? error;
  if (place && (cause === place || cause instanceof GraphQLError)) return withCode(place);
  const known = asUserError(cause);
  if (known instanceof UserError) return answer(known.message, place, describe(known));
  const request = currentRequest.getStore();
  if (request && isAnonymous(request.request)) {
    request.logger.error({ err: withoutWords(cause) }, 'An anonymous operation failed');
  } else {
    request?.logger.error({ err: cause, path: place?.path?.join('.') }, 'A GraphQL operation failed');
  }
  const requestId = request?.id ?? undefined;
  return answer('Something went wrong on the server.', place, {
    code: 'INTERNAL_ERROR',
    remedy: errorCatalogue.INTERNAL_ERROR,
    requestId,
    unexpected: true,
  });
}

/** Where something went wrong, without its message: that may hold words of whoever sent them. */
function withoutWords(error: unknown): { readonly type: string; readonly code?: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = serverError(error)?.code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { type: error.constructor.name, ...(code === undefined ? {} : { code }), stack: frames.join('\n') };
}

function answer(message: string, place: GraphQLError | undefined, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, source, positions, path } = place ?? {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

function describe(error: UserError): Record<string, unknown> {
  const { code, remedy, at } = error;
  if (!(error instanceof UserErrors)) return { code, remedy, at };
  const errors = error.errors.map((each) => ({
    code: each.code,
    message: each.message,
    remedy: each.remedy,
    at: each.at,
  }));
  return { code, remedy, at, errors };
}

/** Every error has a code: the plugin against cross-site requests gives none. */
function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions.code) return error;
  const isCrossSite = (error.extensions.http as { status?: number } | undefined)?.status === 403;
  const code = isCrossSite ? 'CROSS_SITE_REQUEST' : 'REQUEST_INVALID';
  Object.assign(error.extensions, { code, remedy: errorCatalogue[code] });
  return error;
}
