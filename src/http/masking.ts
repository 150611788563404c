import { GraphQLError } from 'graphql';
import { asUserError } from '../db/constraints.ts';
import { errorCatalogue, UserError, UserErrors } from '../errors.ts';
import { currentRequest } from './log.ts';

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
  request?.logger.error({ err: cause, path: place?.path?.join('.') }, 'A GraphQL operation failed');
  const requestId = request?.id;
  return answer('Something went wrong on the server.', place, {
    code: 'INTERNAL_ERROR',
    remedy: errorCatalogue.INTERNAL_ERROR,
    requestId,
    unexpected: true,
  });
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
