import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { asUserError } from '../db/constraints.ts';
import { type ErrorCode, UserError } from '../errors.ts';

const statusOfCode: Partial<Record<ErrorCode, number>> = {
  NOT_SIGNED_IN: 401,
  SIGN_IN_FAILED: 401,
  FORBIDDEN: 403,
  CROSS_SITE_REQUEST: 403,
  NOT_FOUND: 404,
  CONFLICTING_CHANGE: 409,
  REQUEST_TOO_LARGE: 413,
  DOCUMENT_TOO_LARGE: 413,
  DOCUMENT_TYPE_UNFIT: 415,
  DOCUMENT_LOST: 500,
  MEDIA_TYPE_UNSUPPORTED: 415,
  TOO_MANY_ATTEMPTS: 429,
  INTERNAL_ERROR: 500,
  NOT_READY: 503,
};

/** Answers `{ error: { code, message, remedy, at? } }` with the status that suits the code. */
export function sendError(response: Response, error: UserError): void {
  const { code, message, remedy, at } = error;
  response.status(statusOfCode[code] ?? 400).json({ error: { code, message, remedy, at } });
}

/** For paths that nothing answers. */
export const answerNotFound: RequestHandler = (_request, response) => {
  sendError(response, new UserError('NOT_FOUND', 'There is nothing at this address.'));
};

/** The last middleware: users' errors as they are, everything else logged and answered without particulars. */
export const answerError: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error);
  const known = asUserError(fromBodyParser(error) ?? error);
  if (known instanceof UserError) return sendError(response, known);
  request.log.error({ err: error }, 'A request failed');
  sendError(response, new UserError('INTERNAL_ERROR', 'Something went wrong on the server.'));
};

function fromBodyParser(error: unknown): UserError | undefined {
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new UserError('REQUEST_TOO_LARGE', 'The body is too large.');
  if (typeof type !== 'string' || typeof status !== 'number' || status >= 500) return undefined;
  return new UserError('REQUEST_INVALID', 'The body cannot be read as JSON.');
}
