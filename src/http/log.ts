import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DestinationStream, type Logger, pino } from 'pino';
import { type HttpLogger, pinoHttp } from 'pino-http';

export type { Logger } from 'pino';

/** JSON lines on standard output, or to `destination`. `level`: fatal, error, warn, info, debug, trace or silent. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino({ level, serializers: { err: describeError } }, destination ?? pino.destination(1));
}

type ErrorDescription = { type: string; code?: string; message: string; stack?: string; cause?: unknown };

/**
 * What the log says about an error: no values of a failed statement, for they may be hashes of passwords and tokens. The
 * ORM puts them into its message and so into the stack, the driver into properties.
 */
function describeError(error: unknown): ErrorDescription | unknown {
  if (!(error instanceof Error)) return error;
  const { code, query } = error as { code?: unknown; query?: unknown };
  const isStatement = typeof query === 'string' && 'params' in error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.constructor.name,
    ...(code === undefined ? {} : { code: String(code) }),
    message: isStatement ? `Failed query: ${query}` : error.message,
    stack: frames.join('\n'),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

export type CurrentRequest = {
  readonly request: IncomingMessage;
  /** null: whoever sent it stays unknown. */
  id: string | null;
  logger: Logger;
};

/** The request that is being answered, for code that nobody hands it: the masking of errors, yoga's own messages. */
export const currentRequest = new AsyncLocalStorage<CurrentRequest>();

/** The log that each request's own was made from, which knows nothing of any request. */
const logsWithoutRequest = new WeakMap<IncomingMessage, Logger>();
const anonymousRequests = new WeakSet<IncomingMessage>();

/** From now on the log says nothing of the request itself, and of what goes wrong in it nothing that tells who sent it. */
export function forgetSender(current: CurrentRequest): void {
  const { request } = current;
  const logger = logsWithoutRequest.get(request);
  if (!logger) throw new Error('The request came in without a log');
  anonymousRequests.add(request);
  current.id = null;
  current.logger = logger;
  request.log = logger;
}

/** Whether {@link forgetSender} was called for the request. */
export const isAnonymous = (request: IncomingMessage) => anonymousRequests.has(request);

const saneRequestId = /^[\w.-]{1,64}$/;

/** The files of the portal, too: who opened the page on which misconduct is reported, and when, is nobody's business. */
const unlogged = ['/health/', '/portal/'];

/**
 * Middleware that gives each request an id (the client's `X-Request-Id` if it is sane), answers with it, and logs each
 * request as one line when it is over: method, path without query, status, time. Headers and bodies are never logged, and of
 * anonymous requests nothing.
 */
export function requestLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    genReqId: (request: IncomingMessage, response: ServerResponse) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      logsWithoutRequest.set(request, logger);
      return id;
    },
    autoLogging: { ignore: ({ url = '' }) => url === '/metrics' || unlogged.some((start) => url.startsWith(start)) },
    // The serializers work on what pino-http hands over, which carries all headers.
    wrapSerializers: false,
    serializers: { req: describeRequest, res: describeResponse, err: describeError },
    customLogLevel: (request, response) =>
      isAnonymous(request) ? 'silent' : response.statusCode >= 500 ? 'error' : 'info',
    customSuccessMessage: () => 'Request answered',
    customErrorMessage: () => 'Request failed',
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
  });
}

function describeRequest(request: IncomingMessage & { originalUrl?: string; ip?: string }) {
  const path = (request.originalUrl ?? request.url ?? '').split('?', 1)[0];
  return { method: request.method, path, address: request.ip ?? request.socket?.remoteAddress };
}

function describeResponse(response: ServerResponse) {
  return { status: response.statusCode };
}
