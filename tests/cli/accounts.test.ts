import { beforeAll, expect, it } from 'vitest';
import { signIn } from '../../src/auth/sessions.ts';
import { createAccountHere, setPasswordHere } from '../../src/cli/accountCommands.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
});

type Answer = { email: string; role: string; password?: string };

const enter = async (email: string, password: string) => (await signIn(databases, email, password, new Date())).role;

/** What a command answers. */
async function told(command: (output: Parameters<typeof createAccountHere>[1]) => Promise<void>) {
  const answers: { value: unknown; text: string }[] = [];
  await command({
    answer: <Value>(value: Value, describe: (value: Value) => string) => {
      answers.push({ value, text: describe(value) });
    },
    note: () => {},
    progress: () => ({ update: () => {}, end: () => {} }),
  });
  return { answer: answers[0]?.value as Answer, text: answers[0]?.text ?? '' };
}

async function create(email: string, rest: { role?: string; agent?: string; input?: string } = {}) {
  const { role = 'ADMIN', input, ...given } = rest;
  const flags = { role, name: 'Anna', as: 'root', passwordStdin: input !== undefined, ...given };
  return told((output) => createAccountHere(databases, output, email, flags, async () => input ?? ''));
}

it('makes the first administrator of an empty database, who signs in with the password that is printed', async () => {
  const { answer, text } = await create(' Anna@Example.com ');
  expect(answer).toMatchObject({ email: 'anna@example.com', role: 'ADMIN' });
  expect(text).toContain(`The password is shown only now: ${answer.password}`);
  await expect(enter('anna@example.com', answer.password ?? '')).resolves.toBe('ADMIN');
  const records = await databases.owner.$client`
    select actor, action, entity_key as key from audit_record where action = 'account.created'`;
  expect([...records]).toEqual([{ actor: 'root', action: 'account.created', key: 'anna@example.com' }]);
});

it('takes the password from standard input, and does not print it', async () => {
  const { answer, text } = await create('ben@example.com', { role: 'AUDITOR', input: 'a long password\r\nmore' });
  expect(JSON.stringify(answer) + text).not.toContain('a long password');
  await expect(enter('ben@example.com', 'a long password')).resolves.toBe('AUDITOR');
});

it('refuses what no account may be', async () => {
  const input = 'a long password';
  await expect(create('cy@example.com', { role: 'BOSS', input })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(create('cy@example.com', { input: 'short' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(create('cy@example.com', { role: 'AGENT', input })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(create('cy@example.com', { role: 'AGENT', agent: 'X', input })).rejects.toMatchObject({
    code: 'AGENT_UNKNOWN',
  });
  await expect(create('anna@example.com', { input })).rejects.toMatchObject({ code: 'USER_EXISTS' });
});

it('gives who forgot it a new password', async () => {
  const set = (email: string, input?: string) =>
    told((output) =>
      setPasswordHere(
        databases,
        output,
        email,
        { as: 'root', passwordStdin: input !== undefined },
        async () => input ?? '',
      ),
    );
  await create('dora@example.com', { input: 'a long password' });
  const { answer, text } = await set(' Dora@Example.com');
  expect(text).toContain(`dora@example.com has a new password. The password is shown only now: ${answer.password}`);
  await expect(enter('dora@example.com', answer.password ?? '')).resolves.toBe('ADMIN');
  await expect(enter('dora@example.com', 'a long password')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  const quiet = await set('dora@example.com', 'another long one\n');
  expect(JSON.stringify(quiet)).not.toContain('another long');
  await expect(enter('dora@example.com', 'another long one')).resolves.toBe('ADMIN');
  await expect(set('nobody@example.com')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(set('dora@example.com', 'short')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
