import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';
import type { ExportContext, ExportTarget, LeftOut, MadeFile } from './writer.ts';
import { type ZipEntry, zipStream } from './zip.ts';

export const archiveName = (period: Period) => `archive-${period}.zip`;

/**
 * The files that were made before it, and a manifest: the run with its hashes, each file with its size and SHA-256, and so the bank files
 * that pay the run's statements. Those are not in it: they hold account numbers. What is left out is named, as a warning too.
 */
export async function* writeArchive(
  context: ExportContext,
  target: ExportTarget,
  files: readonly MadeFile[],
  leftOut: readonly LeftOut[],
): AsyncGenerator<Buffer> {
  for (const { kind, code, message } of leftOut) context.warn(`${kind} is left out: ${code}: ${message}`);
  const manifest = Buffer.from(`${JSON.stringify({ ...(await manifestOf(context, files)), leftOut }, null, 2)}\n`);
  const entries = function* (): Generator<ZipEntry> {
    yield { name: 'manifest.json', content: manifest };
    for (const [index, { name, mediaType }] of files.entries()) {
      context.onProgress(index / files.length);
      yield { name, content: target.read(name), stored: !mediaType.startsWith('text/') };
    }
  };
  yield* zipStream(entries());
}

async function manifestOf({ transaction, run, settings }: ExportContext, files: readonly MadeFile[]) {
  const sql = rawSql(transaction);
  const [hashes] = await sql<{ inputsHash: string; linesHash: string }[]>`
    select inputs_hash as "inputsHash", lines_hash as "linesHash" from commission_run where id = ${run.id}`;
  const bankFiles = await sql<{ code: string; format: string; sizeBytes: number; sha256: string }[]>`
    select batch.code, batch.format, batch.file_size_bytes as "sizeBytes", batch.file_sha256 as sha256
    from payment_batch batch where batch.state in ('APPROVED', 'SETTLED')
      and exists (select from payment where payment.batch_id = batch.id and payment.run_id = ${run.id})
    order by batch.id`;
  return {
    period: run.period,
    run: { id: run.id, ...hashes },
    encoding: settings.encoding,
    files: files.map(({ name, kind, mediaType, sizeBytes, sha256 }) => ({ name, kind, mediaType, sizeBytes, sha256 })),
    bankFiles: [...bankFiles],
  };
}
