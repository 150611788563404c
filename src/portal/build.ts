import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const sources = join(here, 'web');
const mark = '.made-from';

/** Where the built portal lies. */
export const portalFolder = join(root, 'dist', 'portal');

/**
 * Builds the portal where it is missing or its sources have changed; where the tool for that is not installed, as in an image for
 * production, what is there is taken. Several processes may do it at once: each builds beside, and the last one's is the portal.
 * @returns whether it was built.
 */
export async function buildPortal(onStep: (text: string) => void): Promise<boolean> {
  if (!existsSync(join(root, 'node_modules', 'vite'))) return false;
  const made = await fingerprint();
  const before = await readFile(join(portalFolder, mark), 'utf8').catch(() => '');
  if (before === made) return false;
  onStep('Building the portal.');
  const beside = `${portalFolder}-${process.pid}`;
  // a process of its own: it takes its memory with it, and is for production whatever this one is
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(sources, 'vite.config.ts');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--config', config, '--outDir', beside, '--emptyOutDir', '--logLevel', 'error'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  ).catch(async (error: unknown) => {
    await rm(beside, { recursive: true, force: true });
    throw error;
  });
  await compress(beside);
  await writeFile(join(beside, mark), made);
  await mkdir(dirname(portalFolder), { recursive: true });
  await rm(portalFolder, { recursive: true, force: true });
  await rename(beside, portalFolder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(beside, { recursive: true, force: true });
    // another process was faster, with the same sources
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return true;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [join(root, 'package-lock.json')];
  paths.push(...(await filesIn(sources)));
  for (const path of paths.sort()) hash.update(relative(root, path)).update(await readFile(path));
  return hash.digest('hex');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Beside each text the same one in brotli, made once and as small as it gets. */
async function compress(folder: string): Promise<void> {
  const brotli = promisify(brotliCompress);
  for (const path of (await filesIn(folder)).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const text = await readFile(path);
    const options = {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
    };
    await writeFile(`${path}.br`, await brotli(text, options));
  }
}
