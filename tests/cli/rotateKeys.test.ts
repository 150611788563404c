import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { rotateEnvelopeKeys } from '../../src/cli/rotateKeysCommand.ts';
import { readConfig } from '../../src/config.ts';
import { localActor } from '../../src/db/transaction.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { addKeyToFile } from '../../src/partners/keyFile.ts';
import { revealSecret, saveSecret } from '../../src/partners/secrets.ts';
import { testDatabase } from '../database.ts';
import { makePeople, now, today } from '../partners/people.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-rotate-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

it('an installation that keeps its own keys gets a new one, and the old one is gone', async () => {
  const databases = await testDatabase();
  const people = await makePeople(databases);
  const owner = { agentId: people.agents.get('N1') ?? 0 };
  const config = readConfig({ DATA_DIR: dataDir });
  const clerk = localActor('clerk');
  const old = loadEnvelopeKeys(config);
  await databases.owner.transaction((transaction) =>
    saveSecret(transaction, old, clerk, now, owner, 'PHONE', '13800000001'),
  );
  const answers: unknown[] = [];
  const output = {
    answer: (value: unknown) => answers.push(value),
    note: () => {},
    progress: () => ({ update: () => {}, end: () => {} }),
  };
  // As if an earlier rotation had been stopped after it made its key.
  addKeyToFile(dataDir);
  await rotateEnvelopeKeys(databases, output, config, { as: 'Anna' });
  expect(answers).toEqual([{ envelopeKeyId: 'k2', count: 1 }]);
  const file = join(dataDir, 'envelope-keys.json');
  expect(readFileSync(file, 'utf8')).toMatch(/"envelopeKeys":"k2:[^,"]+"/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const asked = { owner, kind: 'PHONE', reason: 'check' } as const;
  const reveal = (keys: typeof old) =>
    databases.owner.transaction((transaction) => revealSecret(transaction, keys, clerk, now, today, asked));
  await expect(reveal(loadEnvelopeKeys(config))).resolves.toBe('13800000001');
  await expect(reveal(old)).rejects.toMatchObject({ code: 'ENVELOPE_KEY_UNKNOWN' });
  await rotateEnvelopeKeys(databases, output, config, { as: 'Anna' });
  expect(answers.at(-1)).toEqual({ envelopeKeyId: 'k3', count: 1 });
});
