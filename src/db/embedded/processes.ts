import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { delimiter } from 'node:path';

/** The system user a program runs as when it is not our own. */
export type Account = { readonly uid: number; readonly gid: number };

/** How a program ended: its exit code (1 when a signal killed it) and what it wrote, both streams in one. */
type Outcome = { readonly code: number; readonly output: string };

type RunOptions = {
  /** Run as this user; needs root. Without it the program runs as we do. */
  readonly account?: Account | undefined;
  /** Give the program a session of its own, so that Ctrl-C on our terminal does not reach it. */
  readonly detached?: boolean;
  /** An open file that takes the output instead of `Outcome.output`; a server must inherit no pipe of ours. */
  readonly logDescriptor?: number;
};

/** Runs a program to its end in `/` with a small fixed environment (locale C, time zone UTC). Rejects if it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const output = options.logDescriptor ?? 'pipe';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? ['/usr/bin', '/bin'].join(delimiter), LC_ALL: 'C', TZ: 'UTC' },
      detached: options.detached ?? false,
      stdio: ['ignore', output, output],
      ...options.account,
    });
    const written: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => written.push(part));
    child.stderr?.on('data', (part: Buffer) => written.push(part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(written).toString('utf8') }));
  });
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * What tells a process from a later one with the same pid: the boot and the kernel's start time of the process, or
 * 'unknown' where the system does not say. Undefined when no such process runs; a zombie does not.
 */
export function processStart(pid: number): string | undefined {
  if (!isSignalable(pid)) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks and brackets itself: the fields that matter come after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return isSignalable(pid) ? 'unknown' : undefined;
  }
}

/** Whether the process that `processStart` once described as `start` still runs under this pid. */
export function isSameProcess(pid: number, start: string): boolean {
  const now = processStart(pid);
  return now !== undefined && (now === 'unknown' || start === 'unknown' || now === start);
}

/**
 * Whether a running process works in `folder`, as every PostgreSQL process does in its data directory. Where the system
 * does not tell the working folder (a container's root may not look), the command line must name the folder; where it
 * tells neither, the answer is yes.
 */
export function worksIn(pid: number, folder: string): boolean {
  if (processStart(pid) === undefined) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(folder);
    } catch {
      return isSignalable(pid);
    }
  }
}
