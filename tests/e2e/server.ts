import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Databases } from '../../src/db/client.ts';
import { createLogger } from '../../src/http/log.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { createServer } from '../../src/server.ts';
import { password, postJson } from '../server/testServer.ts';

/** The whole server on a free port, with the real schema, keys and a folder of its own for files. */
export async function startWholeServer(databases: Databases, now: Date, overrides: Partial<Config> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-e2e-'));
  const clock = { now };
  let log = '';
  const logger = createLogger('warn', {
    write: (text: string) => {
      log += text;
    },
  });
  const keys = {
    envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
  };
  const config = { ...readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir }), port: 0, ...overrides };
  const envelopeKeys = loadEnvelopeKeys({ databaseUrl: undefined, dataDir, ...keys });
  const server = createServer({ config, databases, graphql: { schema }, logger, clock: () => clock.now, envelopeKeys });
  const { url } = await server.listen();
  afterAll(async () => {
    await server.close(100);
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    url,
    clock,
    config,
    log: () => log,
    /** Signs in with the tests' password; the cookie header. */
    signIn: async (email: string): Promise<string> => {
      const response = await postJson(`${url}/auth/sign-in`, { email, password });
      if (response.status !== 200) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
      return (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    },
  };
}

export type WholeServer = Awaited<ReturnType<typeof startWholeServer>>;
