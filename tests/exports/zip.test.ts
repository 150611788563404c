import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type ZipEntry, zipStream } from '../../src/exports/zip.ts';
import { damagedIn, unzip } from '../support/unzip.ts';

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function bytesOf(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of zipStream(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const entries = (): ZipEntry[] => [
  { name: 'a.txt', content: pieces('one ', 'two') },
  { name: 'sub/b.bin', content: Buffer.from('stored'), stored: true },
  { name: '三月.txt', content: pieces() },
];

describe('a ZIP file', () => {
  it('holds what it was given, as another program reads it', async () => {
    const zip = await bytesOf(entries());
    const read = [...unzip(zip)].map(([name, content]) => [name, content.toString()]);
    expect(read).toEqual([
      ['a.txt', 'one two'],
      ['sub/b.bin', 'stored'],
      ['三月.txt', ''],
    ]);
    expect(damagedIn(zip)).toEqual([]);
    const spoilt = Buffer.from(zip);
    spoilt.write('S', zip.indexOf('stored'));
    expect(damagedIn(spoilt)).toEqual(['sub/b.bin']);
    // What is packed already is kept as it is, the other is not.
    expect(zip.includes('stored')).toBe(true);
    expect(zip.includes('one two')).toBe(false);
  });

  it('is the same bytes whatever the clock and the time zone', async () => {
    const first = await bytesOf(entries());
    const zone = process.env.TZ;
    // The farthest west: the library keeps the earliest time it allows as that of the zone in which it was loaded.
    process.env.TZ = 'Etc/GMT+12';
    try {
      expect((await bytesOf(entries())).equals(first)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('asks for an entry only once the one before is read', async () => {
    let open = 0;
    let most = 0;
    const many = async function* (): AsyncGenerator<ZipEntry> {
      for (let index = 0; index < 50; index += 1) {
        const content = async function* () {
          open += 1;
          most = Math.max(most, open);
          yield Buffer.alloc(100_000, index);
          open -= 1;
        };
        yield { name: `${index}`, content: content() };
      }
    };
    await bytesOf(many());
    expect(most).toBe(1);
  });

  it('holds no entry in memory that is written, however many there are', async () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const contents: WeakRef<Buffer>[] = [];
    const many = function* (): Generator<ZipEntry> {
      for (let index = 0; index < 400; index += 1) {
        const content = Buffer.alloc(100_000, 1);
        contents.push(new WeakRef(content));
        yield { name: `${index}`, content, stored: true };
      }
    };
    let held: number | undefined;
    for await (const _chunk of zipStream(many())) {
      if (contents.length !== 300 || held !== undefined) continue;
      // What was looked at in this turn of the event loop is kept until its end.
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      held = contents.filter((content) => content.deref() !== undefined).length;
    }
    expect(contents).toHaveLength(400);
    expect(held).toBeLessThan(10);
  });

  it('fails as its entry fails, and lets go of it where nobody reads on', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('x');
      throw new Error('broken');
    };
    await expect(bytesOf([{ name: 'a', content: broken() }])).rejects.toThrow('broken');
    let ended = false;
    const endless = async function* () {
      try {
        for (;;) yield Buffer.alloc(100_000);
      } finally {
        ended = true;
      }
    };
    for await (const _ of zipStream([{ name: 'a', content: endless(), stored: true }])) break;
    expect(ended).toBe(true);
  });
});
