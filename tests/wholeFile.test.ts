import { pbkdf2 } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFile } from '../src/wholeFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

async function* bytes(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
async function* failing(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
  throw new Error('the source failed');
}

describe('a file written whole', () => {
  it('has all bytes and the mode asked for, and replaces what was there', async () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'before, and longer');
    await writeWholeFile(path, bytes('af', 'ter'), 0o600);
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves what was there where its source fails', async () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'before');
    await expect(writeWholeFile(path, failing('af'))).rejects.toThrow('the source failed');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves nothing where its source fails at once, also when files are slow to open', async () => {
    // Work that keeps the threads busy on which files are opened and removed, so that these come in any order.
    const busy = async (count: number) => {
      for (let round = 0; round < count; round += 1)
        await promisify(pbkdf2)('a', 'b', 400 + ((round * 37) % 900), 32, 'sha256');
    };
    const write = (name: string) => expect(writeWholeFile(join(folder, name), failing())).rejects.toThrow('the source');
    const writes = async () => {
      for (let round = 0; round < 300; round += 1) await Promise.all([write(`a${round}`), write(`b${round}`)]);
    };
    await Promise.all([writes(), busy(600), busy(600)]);
    // All that was under way when the last write failed is done once as many others are.
    await Promise.all(Array.from({ length: 16 }, () => stat(folder)));
    expect(readdirSync(folder)).toEqual([]);
  });
});
