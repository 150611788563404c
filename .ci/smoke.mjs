// A smoke of the README's first command: start on an empty folder, wait until ready, sign in, query, stop.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-smoke-'));
const port = 20_000 + (process.pid % 20_000);
const base = `http://127.0.0.1:${port}`;
const child = spawn('npm', ['start'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
child.stdout.on('data', (chunk) => {
  printed += chunk;
  process.stdout.write(chunk);
});

async function until(what, attempt, seconds) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (await attempt().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

try {
  await until('ready', async () => (await fetch(`${base}/health/ready`)).ok, 120);
  const password = /finance@demo\.example\s+FINANCE\s+(\S+)/.exec(printed)?.[1];
  const json = { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' };
  const signedIn = await fetch(`${base}/auth/sign-in`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: 'finance@demo.example', password }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0];
  if (!signedIn.ok || !cookie) throw new Error(`sign-in answered ${signedIn.status}`);
  const answer = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { ...json, cookie },
    body: JSON.stringify({ query: '{ operator { code } statements(first: 1) { edges { node { earned payable } } } }' }),
  }).then((response) => response.json());
  if (answer.data?.operator?.code !== 'DEMO' || answer.data.statements.edges.length !== 1) {
    throw new Error(`unexpected answer: ${JSON.stringify(answer)}`);
  }
  process.kill(-child.pid, 'SIGINT'); // what Ctrl-C sends: to the whole group
  // The lock goes last, when the database has stopped; npm may be gone before. A process cut short leaves the lock behind.
  await until('stopped in good order', async () => !existsSync(join(dataDir, 'tributary.lock')), 20);
  process.stdout.write('smoke: started, signed in, queried, stopped\n');
} finally {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {}
  rmSync(dataDir, { recursive: true, force: true });
}
