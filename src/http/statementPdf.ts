import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { localDate } from '../period.ts';
import { type StatementId, statementForReader } from '../statements/statementDocument.ts';
import { renderStatementPdf } from '../statements/statementPdf.ts';
import { type StatementLanguage, statementLanguages } from '../statements/statementPdfText.ts';
import { operatorTimeZone } from './graphql.ts';
import { credentialsOf } from './signIn.ts';

/**
 * `GET /statements/ID.pdf?language=zh` (or `en`), with the id of a Statement that GraphQL gave, answers with the statement on paper. Signed
 * in as for GraphQL; who may not see the statement is told that there is none.
 */
export function statementRoutes(databases: Databases, clock: () => Date): Router {
  const router = Router();
  const timeZone = operatorTimeZone(databases, clock);
  router.get('/:file', async (request, response) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    const id = readId(request.params.file);
    if (!actor || !id) throw new UserError('NOT_FOUND', 'There is no such statement, or you may not see it.');
    const language = readLanguage(request);
    const model = await statementForReader(databases, actor, localDate(now, await timeZone()), id);
    response.attachment(`${model.period}-${model.agentCode}-${model.currency}-${language}.pdf`);
    response.setHeader('Content-Type', 'application/pdf');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    await pipeline(renderStatementPdf(model, language), response).catch((error) => {
      // The answer has begun: only its missing end can tell that something went wrong. Who hangs up is no news.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
        request.log.error({ err: error }, 'A statement was not sent whole');
      response.destroy();
    });
  });
  return router;
}

/** @throws UserError INPUT_INVALID. */
function readLanguage({ query: { language = 'zh' } }: Request): StatementLanguage {
  const found = statementLanguages.find((known) => known === language);
  if (found) return found;
  throw new UserError('INPUT_INVALID', `The language is one of ${statementLanguages.join(', ')}.`, 'language');
}

const largestInteger = 2_147_483_647;

// The same opaque ids as in the GraphQL schema: run, agent and currency as a list.
function readId(file: string): StatementId | undefined {
  const text = Buffer.from(/^([\w-]{1,200})\.pdf$/.exec(file)?.[1] ?? '', 'base64url').toString();
  const [, run, agent, currency] = /^Statement:\[([1-9]\d{0,9}),([1-9]\d{0,9}),"([A-Z]{3})"\]$/.exec(text) ?? [];
  const [runId, agentId] = [Number(run), Number(agent)];
  if (currency === undefined || runId > largestInteger || agentId > largestInteger) return undefined;
  return { runId, agentId, currency };
}
