import { type PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export type ZipEntry = {
  /** With "/" between folders. */
  readonly name: string;
  readonly content: AsyncIterable<Buffer> | Buffer;
  /** Kept as it is: what is packed already grows no smaller. */
  readonly stored?: boolean;
};

/**
 * A ZIP file of the entries in their order, the same bytes for the same entries. An entry is asked for once the one before is read: no more
 * than one is under way, however many there are. @throws what an entry throws; what was given out until then is not a ZIP file.
 */
export async function* zipStream(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Buffer> {
  // The earliest time that the format knows, in whatever zone the process runs: its times are local.
  const mtime = new Date(1980, 0, 1);
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  // The archive keeps what it is given of each entry until its own end: a way to the stream of the moment, not a stream with all it gave.
  let current: Readable;
  const readCurrent = (read: (error: unknown, stream: Readable) => void) => read(null, current);
  const fill = async () => {
    for await (const { name, content, stored = false } of entries) {
      if (output.destroyed) return;
      const input = Readable.from(content, { objectMode: false });
      const done = finished(input);
      current = input;
      const options = { mtime, mode: 0o100644, compress: !stored, forceDosTimestamp: true };
      zip.addReadStreamLazy(name, options, readCurrent);
      const abandon = () => input.destroy();
      output.once('close', abandon);
      await done.finally(() => output.off('close', abandon));
    }
    zip.end();
  };
  const filled = fill().catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    yield* output as AsyncIterable<Buffer>;
  } finally {
    output.destroy();
    await filled;
  }
}
