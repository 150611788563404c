import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Databases } from '../../src/db/client.ts';

const run = promisify(execFile);

/** Has the process say at its end how much memory it held at most, in KiB. */
const tell = `process.on('exit', () => process.stderr.write('\\nmost resident KiB: ' + process.resourceUsage().maxRSS + '\\n'));`;

/**
 * Runs a command of the command line, as a user would, on the bench's database, in a process of its own; the same process that measures
 * would count its own buffers too. @returns the highest resident memory of the Node process, in MiB
 */
export async function memoryOfCommand({ owner }: Databases, args: readonly string[]): Promise<number> {
  const { host, port, user, pass, database } = owner.$client.options;
  const databaseUrl = `postgres://${user}:${pass}@${host[0]}:${port[0]}/${database}`;
  const hook = `data:text/javascript,${encodeURIComponent(tell)}`;
  const { stderr } = await run(process.execPath, ['--import', hook, 'bin/tributary.js', ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    maxBuffer: 64 * 2 ** 20,
  });
  const kibibytes = [...stderr.matchAll(/most resident KiB: (\d+)/g)].map((match) => Number(match[1]));
  if (kibibytes.length === 0) throw new Error(`the command did not tell its memory: ${stderr}`);
  return Math.round(Math.max(...kibibytes) / 1024);
}
