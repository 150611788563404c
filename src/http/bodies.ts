import type { Request, RequestHandler, Response } from 'express';
import { UserError } from '../errors.ts';
import { sendError } from './errors.ts';

/** How much of a body that is refused is read and forgotten, so that who sends it hears why. */
const mostDiscardedBytes = 100_000_000;

/** Reads and forgets what is left of a body: a client that is still sending would not hear the answer. */
export async function discardBody(request: Request, response: Response): Promise<void> {
  response.setHeader('Connection', 'close');
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostDiscardedBytes) return;
    }
  } catch {
    // The client hung up: nobody waits for an answer.
  }
}

/** Refuses bodies that say that they are larger than so many bytes, with REQUEST_TOO_LARGE, once they have arrived. */
export function refuseLargeBodies(mostBytes: number): RequestHandler {
  return async (request, response, next) => {
    if (Number(request.headers['content-length'] ?? 0) <= mostBytes) return next();
    await discardBody(request, response);
    const message = `The request has more than ${mostBytes} bytes. Lists and files of banks have addresses of their own.`;
    sendError(response, new UserError('REQUEST_TOO_LARGE', message));
  };
}
