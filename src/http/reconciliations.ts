import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { asOwner, asRequest, requireWriting } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { localDate, parsePeriod } from '../period.ts';
import { largestListBytes, reconcileList } from '../reconciliation/reconcile.ts';
import { findReconciliation, loadTotals, resultCsv } from '../reconciliation/results.ts';
import { operatorTimeZone } from './graphql.ts';
import { credentialsOf } from './signIn.ts';

/**
 * `POST /reconciliations?agent=CODE&period=YYYY-MM` compares the body, an agent's own list of sales as CSV, with what was paid and answers 201
 * with its code and totals; `GET /reconciliations/RC-1` answers with the rows and their verdicts as CSV. Signed in as for GraphQL.
 */
export function reconciliationRoutes(databases: Databases, clock: () => Date): Router {
  const router = Router();
  const timeZone = operatorTimeZone(databases, clock);

  router.post('/', async (request, response) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    if (!actor?.user) throw new UserError('NOT_SIGNED_IN', 'You are not signed in.');
    requireWriting(actor);
    const { agentCode, period, fileName } = readUpload(request);
    const content = await readBody(request);
    const answer = await asOwner(databases.owner, actor, async (transaction) => {
      const id = await reconcileList(transaction, actor, now, { agentCode, period, fileName, content });
      return { code: `RC-${id}`, totals: await loadTotals(transaction, id) };
    }).catch((error: unknown) => {
      throw asUserError(error);
    });
    response.status(201).json(answer);
  });

  router.get('/:code', async (request, response) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    if (!actor) throw new UserError('NOT_FOUND', 'There is no such reconciliation, or you may not see it.');
    const today = localDate(now, await timeZone());
    const { id, code } = await asRequest(databases.request, actor, today, (transaction) =>
      findReconciliation(transaction, request.params.code),
    );
    // Gathered first: a client that reads slowly holds no transaction.
    const csv: Buffer[] = [];
    await databases.owner.transaction(async (transaction) => {
      for await (const piece of resultCsv(transaction, id)) csv.push(piece);
    });
    response.attachment(`${code}.csv`);
    response.setHeader('Content-Type', 'text/csv; charset=utf-8');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.send(Buffer.concat(csv));
  });

  return router;
}

/** @throws UserError CROSS_SITE_REQUEST, INPUT_INVALID, PERIOD_INVALID. */
function readUpload({ headers, query }: Request) {
  // A browser sends such a header across sites only after asking, and we never say yes.
  const name = headers['x-file-name'];
  if (typeof name !== 'string' || name === '') {
    const message = 'Send the name of the file, percent-encoded, as X-File-Name.';
    throw new UserError('CROSS_SITE_REQUEST', message, 'X-File-Name');
  }
  const { agent, period } = query;
  if (typeof agent !== 'string') throw new UserError('INPUT_INVALID', 'Name the agent once.', 'agent');
  const parsed = typeof period === 'string' ? parsePeriod(period) : undefined;
  if (!parsed) throw new UserError('PERIOD_INVALID', 'Name the period once, as YYYY-MM.', 'period');
  try {
    return { agentCode: agent, period: parsed, fileName: decodeURIComponent(name) };
  } catch {
    throw new UserError('INPUT_INVALID', 'X-File-Name is not percent-encoded UTF-8.', 'X-File-Name');
  }
}

/** @throws UserError REQUEST_TOO_LARGE. */
async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await pipeline(request, async (source) => {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > largestListBytes) {
        throw new UserError('REQUEST_TOO_LARGE', `The list has more than ${largestListBytes} bytes.`, 'list');
      }
      chunks.push(chunk);
    }
  });
  return Buffer.concat(chunks);
}
