import { type Request, type Response, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { fetchBankFile } from '../payments/fetchFile.ts';
import { importBankStatus, largestStatusFileBytes } from '../payments/statusImport.ts';
import { discardBody } from './bodies.ts';
import { credentialsOf } from './signIn.ts';

/**
 * `GET /bank-files/PB-1` answers with the bank file of an approved batch, its SHA-256 in `X-Content-SHA256`; `POST /bank-files/status` reads the
 * body, a bank's answer (pain.002.001 or CSV), and answers with what became of it. For administrators and finance, signed in as for GraphQL.
 */
export function bankFileRoutes(databases: Databases, keys: EnvelopeKeys, clock: () => Date): Router {
  const router = Router();

  router.get('/:code', async (request, response) => {
    const { actor, now } = await who(request, databases, clock);
    const file = await databases.owner.transaction((transaction) =>
      fetchBankFile(transaction, keys, actor, now, request.params.code),
    );
    response.attachment(file.fileName);
    response.setHeader('Content-Type', file.mediaType);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('X-Content-SHA256', file.sha256);
    response.send(file.bytes);
  });

  router.post('/status', async (request, response) => {
    const { actor, now } = await who(request, databases, clock);
    const name = readFileName(request);
    const content = await readBody(request, response);
    const imported = await databases.owner.transaction((transaction) =>
      importBankStatus(transaction, actor, now, { name, content }),
    );
    const { id: _, ...counts } = imported;
    response.status(imported.repeated ? 200 : 201).json(counts);
  });

  return router;
}

/** @throws UserError NOT_SIGNED_IN, FORBIDDEN before anything is read. */
async function who(
  request: Request,
  databases: Databases,
  clock: () => Date,
): Promise<{ readonly actor: Actor; readonly now: Date }> {
  const now = clock();
  const actor = await resolveActor(databases, credentialsOf(request), now);
  if (!actor?.user) throw new UserError('NOT_SIGNED_IN', 'You are not signed in.');
  const { role } = actor.user;
  if (role !== 'ADMIN' && role !== 'FINANCE') throw new UserError('FORBIDDEN', 'Administrators and finance pay.');
  return { actor, now };
}

/** A browser sends such a header across sites only after asking, and we never say yes. @throws UserError CROSS_SITE_REQUEST. */
function readFileName({ headers }: Request): string {
  const name = headers['x-file-name'];
  if (typeof name !== 'string' || name === '') {
    const message = 'Send the name of the file, percent-encoded, as X-File-Name.';
    throw new UserError('CROSS_SITE_REQUEST', message, 'X-File-Name');
  }
  try {
    return decodeURIComponent(name);
  } catch {
    throw new UserError('INPUT_INVALID', 'X-File-Name is not percent-encoded UTF-8.', 'X-File-Name');
  }
}

/** @throws UserError REQUEST_TOO_LARGE, once all of it has arrived. */
async function readBody(request: Request, response: Response): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > largestStatusFileBytes) {
      await discardBody(request, response);
      throw new UserError('REQUEST_TOO_LARGE', `The file has more than ${largestStatusFileBytes} bytes.`, 'body');
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
