import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { localActor } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { noEnvelopeKeys } from '../../src/partners/envelope.ts';
import {
  maskedNumbers,
  moveSecrets,
  revealSecret,
  rotateKeys,
  type SecretKind,
  type SecretOwner,
  sameNumbers,
  saveSecret,
} from '../../src/partners/secrets.ts';
import { secret } from '../../src/partners/tables.ts';
import { testDatabase } from '../database.ts';
import { as, keysNamed, makePeople, now, type People, today, type Who } from './people.ts';

const keys = keysNamed('first');
const account = '6222 0211 0300 1234 567';
let databases: Databases;
let people: People;
let agent: (code: string) => { agentId: number };
let applicant: (code: string) => { applicationId: number };

beforeAll(async () => {
  databases = await testDatabase();
  people = await makePeople(databases);
  agent = (code) => ({ agentId: people.agents.get(code) ?? 0 });
  applicant = (code) => ({ applicationId: people.applications.get(code) ?? 0 });
});

beforeEach(async () => {
  await databases.owner.delete(secret);
});

const save = (who: Who, owner: SecretOwner, kind: SecretKind, plain: string, used = keys) =>
  as(databases, people, who, (transaction, actor) => saveSecret(transaction, used, actor, now, owner, kind, plain));

const reveal = (who: Who, owner: SecretOwner, kind: SecretKind, reason = 'audit of payments', used = keys) =>
  databases.owner.transaction((transaction) =>
    revealSecret(transaction, used, people.actors[who], now, today, { owner, kind, reason }),
  );

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => {
      const known = asUserError(error);
      if (known instanceof UserError) return known.code;
      throw error;
    },
  );

const everything = async (table: string) => {
  const [row] = await databases.owner.execute<{ text: string }>(
    sql`select coalesce(json_agg(t)::text, '') as text from ${sql.identifier(table)} t`,
  );
  return row?.text ?? '';
};

describe('saveSecret', () => {
  it('keeps the number encrypted, shows it masked, and never writes it into the audit record', async () => {
    await save('north', agent('N1'), 'BANK_ACCOUNT', account);
    const kept = `${await everything('secret')} ${await everything('audit_record')}`;
    expect(kept).toContain('****4567');
    expect(kept).not.toMatch(/6222 ?0211/);
    const [audited] = await databases.owner.select().from(auditRecord).where(eq(auditRecord.action, 'secret.saved'));
    expect(audited).toMatchObject({
      actor: 'north',
      entityKey: 'AGENT N1 BANK_ACCOUNT',
      after: { masked: '****4567' },
    });
    await expect(reveal('admin', agent('N1'), 'BANK_ACCOUNT')).resolves.toBe(account);
  });

  it('replaces an earlier number of the kind', async () => {
    await save('north', applicant('APP_N'), 'PHONE', '13800000001');
    await save('admin', applicant('APP_N'), 'PHONE', '13800000002');
    const masked = await as(databases, people, 'auditor', (transaction) =>
      maskedNumbers(transaction, applicant('APP_N')),
    );
    expect(masked).toMatchObject([{ kind: 'PHONE', masked: '****0002', changedBy: 'admin' }]);
    await expect(reveal('north', applicant('APP_N'), 'PHONE')).resolves.toBe('13800000002');
  });

  it('is refused to whoever does not manage the agent', async () => {
    expect(await codeOf(save('south', agent('N1'), 'PHONE', '13800000001'))).toBe('NOT_FOUND');
    expect(await codeOf(save('south', applicant('APP_N'), 'PHONE', '13800000001'))).toBe('NOT_FOUND');
    for (const who of ['finance', 'auditor', 'agentN1', 'compliance'] as const) {
      expect(await codeOf(save(who, agent('N1'), 'PHONE', '13800000001')), who).toMatch(/FORBIDDEN|NOT_FOUND/);
    }
    expect(await everything('secret')).toBe('');
  });

  it('needs keys', async () => {
    expect(await codeOf(save('admin', agent('N1'), 'PHONE', '13800000001', noEnvelopeKeys))).toBe(
      'ENVELOPE_KEYS_MISSING',
    );
  });

  it('refuses what is no number, without repeating it', async () => {
    const error = await save('admin', agent('N1'), 'PHONE', 'call me 4711').catch((caught) => caught);
    expect(error).toMatchObject({ code: 'NUMBER_UNFIT' });
    expect(error.message).not.toContain('4711');
  });
});

describe('what requests see', () => {
  it('is masked, and only what is theirs', async () => {
    await save('admin', agent('N1'), 'BANK_ACCOUNT', account);
    const seen = async (who: Who) =>
      (await as(databases, people, who, (transaction) => maskedNumbers(transaction, agent('N1')))).length;
    const counts: Record<string, number> = {};
    for (const who of Object.keys(people.actors) as Who[]) counts[who] = await seen(who);
    expect(counts).toEqual({
      admin: 1,
      north: 1,
      auditor: 1,
      agentN1: 1,
      south: 0,
      finance: 0,
      agentS1: 0,
      compliance: 0,
    });
  });

  it('is never a ciphertext, a key or a fingerprint, not even for administrators', async () => {
    for (const column of ['ciphertext', 'wrapped_key', 'fingerprint']) {
      const read = as(databases, people, 'admin', async (transaction) =>
        transaction.execute(sql`select ${sql.identifier(column)} from secret`),
      );
      expect(await codeOf(read), column).toBe('FORBIDDEN');
    }
  });
});

describe('sameNumbers', () => {
  it('finds the number in all regions however it was typed, also on the blacklist', async () => {
    await save('admin', agent('S1'), 'BANK_ACCOUNT', '6222-0211 0300 1234567');
    await save('admin', applicant('APP_S'), 'BANK_ACCOUNT', '６２２２021103001234567');
    await databases.owner.execute(
      sql`select blacklist_agent(${agent('S1').agentId}, 'sold data', 'admin', '2026-11-01'::date)`,
    );
    const find = (who: Who) =>
      as(databases, people, who, (transaction) => sameNumbers(transaction, keys, 'BANK_ACCOUNT', account));
    expect(await find('north')).toEqual([
      { subject: 'AGENT', code: 'S1', name: 'South one', state: 'ACTIVE', blacklistedFor: null },
      { subject: 'APPLICATION', code: 'APP_S', name: 'APP_S', state: 'DRAFT', blacklistedFor: null },
      { subject: 'BLACKLIST', code: 'S1', name: 'South one', state: 'BLACKLISTED', blacklistedFor: 'sold data' },
    ]);
    expect(await find('finance')).toEqual([]);
    expect(await find('agentS1')).toEqual([]);
    await databases.owner.execute(sql`delete from blacklist_entry`);
  });

  it('tells kinds apart', async () => {
    await save('admin', agent('S1'), 'IDENTITY_NUMBER', '13800000001');
    const found = await as(databases, people, 'admin', (transaction) =>
      sameNumbers(transaction, keys, 'PHONE', '13800000001'),
    );
    expect(found).toEqual([]);
  });
});

describe('moveSecrets', () => {
  it('gives the numbers of an applicant to the agent it became, with a manager’s rights', async () => {
    await save('north', applicant('APP_N'), 'REGISTRATION_NUMBER', '91350100M000100Y43');
    const move = (who: Who, to: string) =>
      as(databases, people, who, (transaction) =>
        moveSecrets(transaction, applicant('APP_N').applicationId, agent(to).agentId),
      );
    expect(await codeOf(move('north', 'S1'))).toBe('FORBIDDEN');
    await move('north', 'N2');
    const masked = await as(databases, people, 'north', (transaction) => maskedNumbers(transaction, agent('N2')));
    expect(masked).toMatchObject([{ kind: 'REGISTRATION_NUMBER', masked: '****0Y43' }]);
    await expect(reveal('north', agent('N2'), 'REGISTRATION_NUMBER')).resolves.toBe('91350100M000100Y43');
  });
});

describe('revealSecret', () => {
  beforeEach(async () => {
    await save('admin', agent('N1'), 'BANK_ACCOUNT', account);
    await save('admin', agent('N1'), 'PHONE', '13800000001');
    await save('admin', applicant('APP_N'), 'BANK_ACCOUNT', account);
  });

  const table: readonly [Who, 'N1' | 'APP_N', SecretKind, string][] = [
    ['admin', 'N1', 'PHONE', 'done'],
    ['admin', 'APP_N', 'BANK_ACCOUNT', 'done'],
    ['north', 'N1', 'PHONE', 'done'],
    ['north', 'N1', 'BANK_ACCOUNT', 'done'],
    ['north', 'APP_N', 'BANK_ACCOUNT', 'done'],
    ['south', 'N1', 'PHONE', 'NOT_FOUND'],
    ['south', 'APP_N', 'BANK_ACCOUNT', 'NOT_FOUND'],
    ['finance', 'N1', 'BANK_ACCOUNT', 'done'],
    ['finance', 'N1', 'PHONE', 'FORBIDDEN'],
    ['finance', 'APP_N', 'BANK_ACCOUNT', 'FORBIDDEN'],
    ['auditor', 'N1', 'PHONE', 'FORBIDDEN'],
    ['agentN1', 'N1', 'PHONE', 'FORBIDDEN'],
    ['compliance', 'N1', 'PHONE', 'FORBIDDEN'],
    ['admin', 'N1', 'IDENTITY_NUMBER', 'NOT_FOUND'],
  ];
  it.each(table)('%s asks for %s %s: %s', async (who, whose, kind, expected) => {
    const owner = whose === 'N1' ? agent(whose) : applicant(whose);
    expect(await codeOf(reveal(who, owner, kind))).toBe(expected);
  });

  it('records who and why, never the number, and wants a reason', async () => {
    expect(await codeOf(reveal('admin', agent('N1'), 'PHONE', '  '))).toBe('INPUT_INVALID');
    await reveal('finance', agent('N1'), 'BANK_ACCOUNT', 'returned payment');
    const records = await databases.owner.select().from(auditRecord).where(eq(auditRecord.reason, 'returned payment'));
    expect(records).toMatchObject([
      {
        actor: 'finance',
        action: 'secret.revealed',
        entityKey: 'AGENT N1 BANK_ACCOUNT',
        after: { masked: '****4567' },
      },
    ]);
    expect(await everything('audit_record')).not.toMatch(/13800000001|6222 ?0211/);
  });

  it('gives nothing where the row was tampered with', async () => {
    await save('admin', agent('S1'), 'BANK_ACCOUNT', '999988887777');
    await databases.owner.execute(sql`
      update secret set ciphertext = other.ciphertext, wrapped_key = other.wrapped_key
      from secret other where secret.agent_id = ${agent('N1').agentId} and other.agent_id = ${agent('S1').agentId} and secret.kind = 'BANK_ACCOUNT'`);
    await expect(reveal('admin', agent('N1'), 'BANK_ACCOUNT')).rejects.toThrow(/authenticate/);
  });
});

describe('rotateKeys', () => {
  const both = keysNamed('second', 'first');
  const rotate = (used = both, options: Parameters<typeof rotateKeys>[4] = {}) =>
    rotateKeys(databases.owner, used, localActor('clerk'), now, options);
  beforeEach(async () => {
    await save('admin', agent('N1'), 'BANK_ACCOUNT', account);
    await save('admin', agent('S1'), 'PHONE', '13800000001');
  });

  it('wraps the data keys anew: the old key is no longer needed, duplicates are still found', async () => {
    const before = await databases.owner.select().from(secret).orderBy(secret.id);
    expect(await rotate()).toBe(2);
    const after = await databases.owner.select().from(secret).orderBy(secret.id);
    expect(after.map(({ ciphertext, fingerprint }) => [ciphertext, fingerprint])).toEqual(
      before.map(({ ciphertext, fingerprint }) => [ciphertext, fingerprint]),
    );
    const onlySecond = keysNamed('second');
    await expect(reveal('admin', agent('N1'), 'BANK_ACCOUNT', 'check', onlySecond)).resolves.toBe(account);
    expect(await codeOf(reveal('admin', agent('N1'), 'BANK_ACCOUNT', 'check', keys))).toBe('ENVELOPE_KEY_UNKNOWN');
    const same = await as(databases, people, 'admin', (transaction) =>
      sameNumbers(transaction, onlySecond, 'PHONE', '+86 138-0000-0001'),
    );
    expect(same.map(({ code }) => code)).toEqual(['S1']);
    expect(await rotate()).toBe(0);
  });

  it('goes on where it was stopped', async () => {
    const stop = {
      batchSize: 1,
      onBatch: () => {
        throw new Error('power cut');
      },
    };
    await expect(rotate(both, stop)).rejects.toThrow('power cut');
    const ids = async () =>
      (await databases.owner.select().from(secret).orderBy(secret.id)).map((row) => row.envelopeKeyId);
    expect(await ids()).toEqual(['second', 'first']);
    const heard: number[][] = [];
    expect(await rotate(both, { batchSize: 1, onBatch: (done, total) => heard.push([done, total]) })).toBe(1);
    expect(heard).toEqual([[1, 1]]);
    expect(await ids()).toEqual(['second', 'second']);
  });

  it('changes nothing where a key is missing', async () => {
    const before = await everything('secret');
    expect(await codeOf(rotate(keysNamed('second')))).toBe('ENVELOPE_KEY_UNKNOWN');
    expect(await codeOf(rotate(noEnvelopeKeys))).toBe('ENVELOPE_KEYS_MISSING');
    expect(await everything('secret')).toBe(before);
  });
});

describe('an application that has ended', () => {
  it('keeps its numbers', async () => {
    const [code] = people.applications.keys();
    const owner = applicant(code ?? '');
    await save('admin', owner, 'PHONE', '13800001111');
    const undo = new Error('undo');
    const work = databases.owner.transaction(async (transaction) => {
      await transaction.execute(sql`update application set state = 'WITHDRAWN' where id = ${owner.applicationId}`);
      const again = saveSecret(transaction, keys, localActor('anna'), now, owner, 'PHONE', '13900002222');
      expect(await codeOf(again)).toBe('APPLICATION_STATE');
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
  });
});
