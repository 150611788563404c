import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import { type FieldNode, GraphQLError, parse, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import { anonymousFields } from '../misconduct/fields.ts';
import { applicantFields } from '../onboarding/applicantFields.ts';
import { currentRequest, forgetSender } from './log.ts';

const windowMilliseconds = 15 * 60_000;
const mostInWindow = 30;
/** More than an operation may have: see limits.ts. */
const tokensMost = 4000;
const patternOf = (fields: readonly string[]) => new RegExp(`\\b(?:${fields.join('|')})\\b`, 'g');
const anonymousField = patternOf(anonymousFields);
const applicantField = patternOf(applicantFields);
const applicationsMost = 10;
const applicantMost = 300;

/**
 * A yoga plugin for operations of people without an account. As soon as a field whose sender nobody may learn (DOMAIN.md §12) is seen in
 * an operation, valid or not, the log says nothing more of the request, and nobody looks at who is signed in (`isAnonymous`). A client gets
 * 30 of these fields in 15 minutes, 10 applications, and 300 looks at its application; who it is, is kept in memory only, and there only as a
 * hash under a key of this process.
 */
export function anonymousOperations(countFor: ClientCounter): Plugin {
  return {
    async onParams({ params, request }) {
      // Yoga looks only later whether it is text at all.
      const query = String(params.query ?? '');
      const current = currentRequest.getStore();
      if (!current) return;
      const address = (current.request as Request).ip ?? '';
      const reports = query.match(anonymousField)?.length ?? 0;
      if (reports > 0) forgetSender(current);
      const wanted = [
        { name: 'anonymous', asked: reports, most: mostInWindow },
        { name: 'apply', asked: countFields(query, 'apply'), most: applicationsMost },
        { name: 'applicant', asked: query.match(applicantField)?.length ?? 0, most: applicantMost },
      ].filter(({ asked }) => asked > 0);
      if (wanted.length > 0 && request.method === 'GET') {
        throw refusal('REQUEST_INVALID', 'Send this by POST: proxies on the way keep addresses of pages.', 400);
      }
      for (const { name, asked, most } of wanted) {
        const waitSeconds = await countFor(`${name} ${ipKeyGenerator(address)}`, asked, most);
        if (waitSeconds !== undefined) throw tooMany(waitSeconds);
      }
    },
  };
}

/**
 * How often a field stands in a document, whatever its alias and in whichever fragment: it is executed no oftener, as two that answer under
 * one name are one. A document that cannot be read is not executed.
 */
export function countFields(query: string, name: string): number {
  if (!query.includes(name)) return 0;
  let count = 0;
  const add = (field: FieldNode) => {
    if (field.name.value === name) count += 1;
  };
  try {
    visit(parse(query, { noLocation: true, maxTokens: tokensMost }), { Field: add });
  } catch {
    return 0;
  }
  return count;
}

/** Counts what a client asks for in 15 minutes. @returns for how many seconds it is to wait where it is more than `most`. */
export type ClientCounter = (client: string, asked: number, most: number) => Promise<number | undefined>;

export function clientCounter(): ClientCounter {
  const clients = new MemoryStore();
  clients.init({ windowMs: windowMilliseconds } as Options);
  const secret = randomBytes(32);
  const keyOf = (client: string) => createHmac('sha256', secret).update(client).digest('base64url');
  return async (client, asked, most) => {
    for (let count = 0; count < asked; count += 1) {
      const { totalHits, resetTime } = await clients.increment(keyOf(client));
      if (totalHits > most) return Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
    }
    return undefined;
  };
}

/**
 * Counts one look of an applicant without an account at its application, by GraphQL or otherwise.
 * @returns for how many seconds it is to wait where there were too many.
 */
export const countApplicant = (countFor: ClientCounter, address: string): Promise<number | undefined> =>
  countFor(`applicant ${ipKeyGenerator(address)}`, 1, applicantMost);

export const tooManyMessage = 'There were too many of these requests from your network.';

function tooMany(seconds: number): GraphQLError {
  return refusal('TOO_MANY_ATTEMPTS', tooManyMessage, 429, { 'retry-after': String(seconds) });
}

function refusal(code: ErrorCode, message: string, status: number, headers: Record<string, string> = {}): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, remedy: errorCatalogue[code], http: { status, headers } },
  });
}
