import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import { anonymousFields } from '../misconduct/fields.ts';
import { currentRequest, forgetSender } from './log.ts';

const windowMilliseconds = 15 * 60_000;
const mostInWindow = 30;
const anonymousField = new RegExp(`\\b(?:${anonymousFields.join('|')})\\b`, 'g');

/**
 * A yoga plugin for operations whose sender nobody may learn (DOMAIN.md §12). As soon as such a field is seen in an operation,
 * valid or not, the log says nothing more of the request, and nobody looks at who is signed in (`isAnonymous`). A client gets
 * 30 of these fields in 15 minutes; who it is, is kept in memory only, and there only as a hash under a key of this process.
 */
export function anonymousOperations(): Plugin {
  const clients = new MemoryStore();
  clients.init({ windowMs: windowMilliseconds } as Options);
  const secret = randomBytes(32);
  const keyOf = (address: string) => createHmac('sha256', secret).update(ipKeyGenerator(address)).digest('base64url');
  return {
    async onParams({ params, request }) {
      // Yoga looks only later whether it is text at all.
      const asked = String(params.query ?? '').match(anonymousField)?.length ?? 0;
      const current = currentRequest.getStore();
      if (asked === 0 || !current) return;
      const address = (current.request as Request).ip ?? '';
      forgetSender(current);
      if (request.method === 'GET') {
        throw refusal('REQUEST_INVALID', 'Send this by POST: proxies on the way keep addresses of pages.', 400);
      }
      for (let count = 0; count < asked; count += 1) {
        const { totalHits, resetTime } = await clients.increment(keyOf(address));
        if (totalHits > mostInWindow) throw tooMany(resetTime);
      }
    },
  };
}

function tooMany(resetTime: Date | undefined): GraphQLError {
  const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
  return refusal('TOO_MANY_ATTEMPTS', 'There were too many of these requests from your network.', 429, {
    'retry-after': String(seconds),
  });
}

function refusal(code: ErrorCode, message: string, status: number, headers: Record<string, string> = {}): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, remedy: errorCatalogue[code], http: { status, headers } },
  });
}
