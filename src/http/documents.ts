import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { type Actor, asRequest } from '../db/transaction.ts';
import {
  type DocumentOwner,
  documentTooLarge,
  findDocument,
  storeDocument,
  type Upload,
} from '../documents/documents.ts';
import type { DocumentStore } from '../documents/store.ts';
import { UserError } from '../errors.ts';
import { type ApplicantKey, openOwn } from '../onboarding/applicantAccess.ts';
import { storeOwnDocument } from '../onboarding/applicantDocuments.ts';
import { ownsDocument } from '../onboarding/applicantView.ts';
import { localDate } from '../period.ts';
import { type ClientCounter, countApplicant, tooManyMessage } from './anonymous.ts';
import { operatorTimeZone } from './graphql.ts';
import { credentialsOf } from './signIn.ts';

/**
 * `POST /documents?application=CODE&kind=KIND` (or `agent=CODE`, with `subject=SETTLEMENT` for a paper between the agent and finance) keeps the body as a document and answers 201 with what it is;
 * `GET /documents/ID`, with an id that GraphQL or the POST gave, answers with the file, to be saved. Signed in as for GraphQL, or, for
 * an applicant without an account, with `application=CODE` and its token as `X-Application-Token`.
 */
export function documentRoutes(
  config: Pick<Config, 'documentMaxBytes'>,
  databases: Databases,
  store: DocumentStore,
  clock: () => Date,
  countFor: ClientCounter,
): Router {
  const router = Router();
  const timeZone = operatorTimeZone(databases, clock);
  router.use(async (request, response, next) => {
    const waitSeconds = applicantKey(request) && (await countApplicant(countFor, request.ip ?? ''));
    if (waitSeconds === undefined) return next();
    response.setHeader('Retry-After', String(waitSeconds));
    response.setHeader('Connection', 'close');
    throw new UserError('TOO_MANY_ATTEMPTS', tooManyMessage);
  });
  const who = async (request: Request) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    return { actor, now, today: localDate(now, await timeZone()) };
  };

  const keep = async (request: Request, upload: Upload, maxBytes: number) => {
    const key = applicantKey(request);
    if (key) {
      const now = clock();
      const today = localDate(now, await timeZone());
      return storeOwnDocument({ databases, store, now, today, maxBytes }, key, upload);
    }
    const { actor, now, today } = await who(request);
    if (!actor) throw new UserError('NOT_SIGNED_IN', 'Sign in to store documents.');
    return storeDocument(databases, store, actor, now, today, upload, maxBytes);
  };

  router.post('/', async (request, response) => {
    try {
      const upload = { ...readUpload(request), stream: request.iterator({ destroyOnReturn: false }) };
      const { documentMaxBytes } = config;
      if (Number(request.headers['content-length'] ?? 0) > documentMaxBytes) throw documentTooLarge(documentMaxBytes);
      const { id, ...stored } = await keep(request, upload, documentMaxBytes);
      request.log.info({ documentId: id }, 'A document is stored');
      response.status(201).json({ id: idOf(id), ...stored });
    } catch (error) {
      // A client that is still sending would not hear the answer.
      await discardRest(request, config.documentMaxBytes);
      response.setHeader('Connection', 'close');
      throw error;
    }
  });

  router.get('/:id', async (request, response) => {
    const key = applicantKey(request);
    const found = key
      ? await findOwnForDownload(databases, store, clock(), key, request.params.id)
      : await findForDownload(databases, store, await who(request), request.params.id);
    const stream = await found.open();
    response.attachment(found.fileName);
    response.setHeader('Content-Type', found.mediaType);
    response.setHeader('Content-Length', found.sizeBytes);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    await pipeline(stream, response).catch((error) => {
      // The answer has begun: only its missing end can tell that something went wrong. Who hangs up is no news.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
        request.log.error({ err: error }, 'A document was not sent whole');
      response.destroy();
    });
  });

  return router;
}

/** @throws UserError INPUT_INVALID, CROSS_SITE_REQUEST. */
function readUpload({ headers, query }: Request) {
  // A browser sends such a header across sites only after asking, and we never say yes.
  const fileName = headers['x-file-name'];
  if (typeof fileName !== 'string') {
    throw new UserError(
      'CROSS_SITE_REQUEST',
      'Send the name of the file, percent-encoded, as X-File-Name.',
      'X-File-Name',
    );
  }
  const { application, agent, kind, subject } = query;
  if (typeof kind !== 'string') throw new UserError('INPUT_INVALID', 'Name the kind of the document once.', 'kind');
  return {
    owner: readOwner(application, agent, subject),
    kind,
    fileName: decodeFileName(fileName),
    mediaType: headers['content-type'] ?? '',
  };
}

function readOwner(application: unknown, agent: unknown, subject: unknown): DocumentOwner {
  const forSettlement = subject === 'SETTLEMENT';
  if (subject !== undefined && (!forSettlement || application !== undefined)) {
    throw new UserError('INPUT_INVALID', 'The subject is SETTLEMENT, of an agent, or left out.', 'subject');
  }
  if (typeof application === 'string' && agent === undefined) return { applicationCode: application };
  if (typeof agent === 'string' && application === undefined) return { agentCode: agent, forSettlement };
  throw new UserError('INPUT_INVALID', 'Name either an application or an agent.', 'application');
}

/** Headers are Latin-1: whatever else a name has comes percent-encoded. */
function decodeFileName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError('INPUT_INVALID', 'X-File-Name is not percent-encoded UTF-8.', 'X-File-Name');
  }
}

/** Reads and forgets what is left of the body, up to a limit. */
async function discardRest(request: Request, mostBytes: number): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) return;
    }
  } catch {
    // The client hung up: nobody waits for an answer.
  }
}

/** @throws UserError NOT_FOUND, whatever the reason: nobody learns which documents there are. */
async function findForDownload(
  databases: Databases,
  store: DocumentStore,
  { actor, today }: { readonly actor: Actor | null; readonly today: string },
  nodeId: string,
) {
  const id = keyOf(nodeId);
  if (!actor || id === undefined) throw new UserError('NOT_FOUND', 'There is no such document, or you may not see it.');
  return asRequest(databases.request, actor, today, (transaction) => findDocument(transaction, store, id));
}

/** As {@link findForDownload}, for an applicant with its token. */
async function findOwnForDownload(
  databases: Databases,
  store: DocumentStore,
  now: Date,
  key: ApplicantKey,
  nodeId: string,
) {
  const id = keyOf(nodeId);
  return databases.owner.transaction(async (transaction) => {
    const own = await openOwn(transaction, now, key);
    if (id !== undefined && (await ownsDocument(transaction, own.application, id))) {
      return findDocument(transaction, store, id);
    }
    throw new UserError('NOT_FOUND', 'There is no such document, or you may not see it.');
  });
}

/** What an applicant without an account sends; undefined for everybody else. A token in an address would be kept by proxies. */
function applicantKey({ headers, query }: Request): ApplicantKey | undefined {
  const token = headers['x-application-token'];
  if (typeof token !== 'string') return undefined;
  const { application } = query;
  if (typeof application === 'string') return { code: application, token };
  throw new UserError('INPUT_INVALID', 'Name the application of the token.', 'application');
}

// The same opaque ids as in the GraphQL schema.
const idOf = (id: number) => Buffer.from(`Document:${id}`).toString('base64url');

function keyOf(nodeId: string): number | undefined {
  const text = /^Document:([1-9]\d{0,9})$/.exec(Buffer.from(nodeId, 'base64url').toString())?.[1];
  const id = Number(text);
  return text !== undefined && id <= 2_147_483_647 ? id : undefined;
}
