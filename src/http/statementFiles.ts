import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { type ExportSettings, textEncodings } from '../exports/kinds.ts';
import { codePointName } from '../exports/pdf/paper.ts';
import {
  type StatementFormat,
  statementFormats,
  statementMediaTypes,
  writeStatementFile,
} from '../exports/statementFiles.ts';
import { localDate } from '../period.ts';
import { type StatementId, statementForReader } from '../statements/statementDocument.ts';
import { renderStatementPdf } from '../statements/statementPdf.ts';
import { type StatementLanguage, statementLanguages } from '../statements/statementPdfText.ts';
import { operatorTimeZone } from './graphql.ts';
import { credentialsOf } from './signIn.ts';

const spoolPrefix = 'tributary-statement-';

/**
 * `GET /statements/ID.pdf?language=zh` (or `en`), with the id of a Statement that GraphQL gave, answers with the statement on paper;
 * `X-Missing-Glyphs` names the characters that it prints as 〓. `ID.csv?bom=1` (or `?encoding=gb18030`) answers with its lines, `ID.xlsx` with a workbook of summary, components and lines. Signed in as for
 * GraphQL; who may not see the statement is told that there is none.
 */
export function statementRoutes(databases: Databases, clock: () => Date): Router {
  const router = Router();
  const timeZone = operatorTimeZone(databases, clock);
  router.get('/:file', async (request, response) => {
    const now = clock();
    const actor = await resolveActor(databases, credentialsOf(request), now);
    const asked = readFile(request.params.file);
    if (!actor || !asked) throw new UserError('NOT_FOUND', 'There is no such statement, or you may not see it.');
    const { id, format } = asked;
    const language = readLanguage(request);
    const settings = readSettings(request);
    const model = await statementForReader(databases, actor, localDate(now, await timeZone()), id);
    const name = `${model.period}-${model.agentCode}-${model.currency}`;
    if (format === 'pdf') {
      head(response, `${name}-${language}.pdf`, 'application/pdf');
      const missing = new Set<string>();
      const bytes = renderStatementPdf(model, language, ({ codePoint }) => missing.add(codePointName(codePoint)));
      if (missing.size > 0) tellMissing(request, response, [...missing]);
      return send(request, response, bytes);
    }
    await spooled(
      (file) => writeStatementFile(databases, { id, model }, format, settings, (bytes) => writeFile(file, bytes)),
      async (file) => {
        head(response, `${name}.${format}`, mediaTypeOf(format, settings));
        await send(request, response, createReadStream(file));
      },
    );
  });
  return router;
}

/**
 * Has a file written, then answers with it: whoever reads slowly holds no transaction meanwhile. The file is gone afterwards, whatever comes.
 */
async function spooled(write: (file: string) => Promise<void>, answer: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), spoolPrefix));
  try {
    const file = join(folder, 'statement');
    await write(file);
    await answer(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Who fetches a PDF hears of what it prints as 〓 in a header, and the log does, without the words. */
function tellMissing(request: Request, response: Response, missing: readonly string[]): void {
  response.setHeader('X-Missing-Glyphs', missing.join(' '));
  request.log.warn({ missing }, 'A statement has characters without a glyph');
}

function head(response: Response, name: string, mediaType: string): void {
  response.attachment(name);
  response.setHeader('Content-Type', mediaType);
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

const mediaTypeOf = (format: StatementFormat, { encoding }: ExportSettings) =>
  format === 'csv' ? `${statementMediaTypes.csv}; charset=${encoding}` : statementMediaTypes[format];

async function send(
  request: Request,
  response: Response,
  bytes: AsyncIterable<Buffer> | NodeJS.ReadableStream,
): Promise<void> {
  await pipeline(bytes, response).catch((error) => {
    // The answer has begun: only its missing end can tell that something went wrong. Who hangs up is no news.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
      request.log.error({ err: error }, 'A statement was not sent whole');
    response.destroy();
  });
}

/** How CSV is written. @throws UserError INPUT_INVALID. */
function readSettings({ query: { encoding = 'UTF-8', bom = '0' } }: Request): ExportSettings {
  const found = textEncodings.find((known) => known === String(encoding).toUpperCase());
  if (!found) throw new UserError('INPUT_INVALID', `The encoding is one of ${textEncodings.join(', ')}.`, 'encoding');
  if (bom !== '0' && bom !== '1') throw new UserError('INPUT_INVALID', 'bom is 1 or 0.', 'bom');
  return { encoding: found, byteOrderMark: bom === '1' };
}

/** @throws UserError INPUT_INVALID. */
function readLanguage({ query: { language = 'zh' } }: Request): StatementLanguage {
  const found = statementLanguages.find((known) => known === language);
  if (found) return found;
  throw new UserError('INPUT_INVALID', `The language is one of ${statementLanguages.join(', ')}.`, 'language');
}

const largestInteger = 2_147_483_647;

type AskedFile = { readonly id: StatementId; readonly format: StatementFormat | 'pdf' };

// The same opaque ids as in the GraphQL schema: run, agent and currency as a list.
function readFile(file: string): AskedFile | undefined {
  const [, name = '', extension] = /^([\w-]{1,200})\.([a-z]+)$/.exec(file) ?? [];
  const format = (['pdf', ...statementFormats] as const).find((known) => known === extension);
  const text = Buffer.from(name, 'base64url').toString();
  const [, run, agent, currency] = /^Statement:\[([1-9]\d{0,9}),([1-9]\d{0,9}),"([A-Z]{3})"\]$/.exec(text) ?? [];
  const [runId, agentId] = [Number(run), Number(agent)];
  if (!format || currency === undefined || runId > largestInteger || agentId > largestInteger) return undefined;
  return { id: { runId, agentId, currency }, format };
}
