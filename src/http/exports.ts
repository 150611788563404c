import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import { asRequest } from '../db/transaction.ts';
import type { DocumentStore } from '../documents/store.ts';
import { UserError } from '../errors.ts';
import { findExportFile, type KeptFile } from '../exports/requests.ts';
import { localDate } from '../period.ts';
import { operatorTimeZone } from './graphql.ts';
import { credentialsOf } from './signIn.ts';

/**
 * `GET /exports/ID`, with an id that GraphQL gave, answers with a file of a run, to be saved: with its length and, as Repr-Digest, its
 * SHA-256. Signed in as for GraphQL.
 */
export function exportRoutes(databases: Databases, store: DocumentStore, clock: () => Date): Router {
  const router = Router();
  const timeZone = operatorTimeZone(databases, clock);
  router.get('/:id', async (request, response) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    const id = keyOf(request.params.id);
    // Whatever the reason, the same answer: nobody learns which files there are.
    if (!actor || id === undefined) throw new UserError('NOT_FOUND', 'There is no such file, or you may not see it.');
    const today = localDate(now, await timeZone());
    const file = await asRequest(databases.request, actor, today, (transaction) =>
      findExportFile(transaction, store, id),
    );
    await sendFile(request, response, file);
  });
  return router;
}

async function sendFile(request: Request, response: Response, file: KeptFile): Promise<void> {
  const bytes = await file.open();
  response.attachment(file.name);
  response.setHeader('Content-Type', file.mediaType);
  response.setHeader('Content-Length', file.sizeBytes);
  response.setHeader('Repr-Digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  await pipeline(bytes, response).catch((error) => {
    // The answer has begun: only its missing end can tell that something went wrong. Who hangs up is no news.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') request.log.error({ err: error }, 'A file was not sent whole');
    response.destroy();
  });
}

// The same opaque ids as in the GraphQL schema.
function keyOf(nodeId: string): number | undefined {
  const text = /^ExportFile:([1-9]\d{0,9})$/.exec(Buffer.from(nodeId, 'base64url').toString())?.[1];
  const id = Number(text);
  return text !== undefined && id <= 2_147_483_647 ? id : undefined;
}
