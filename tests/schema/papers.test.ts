import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { idempotencyKey } from '../../src/auth/tables.ts';
import { document } from '../../src/documents/tables.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from './world.ts';

// Numbers, contacts and documents as clients of the API see them.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const saveNumber = (person: Person, more = '') =>
  ask(
    world,
    person,
    `mutation { saveNumber(agentCode: "E1", kind: BANK_ACCOUNT, number: "6222 0211 0300 1234 567" ${more}) {
      __typename ... on UserError { code at } ... on SaveNumberPayload { number { kind masked changedBy } } } }`,
  );
const revealNumber = (person: Person, more = '') =>
  ask(
    world,
    person,
    `mutation { revealNumber(agentCode: "E1", kind: BANK_ACCOUNT, reason: "returned payment" ${more}) {
      __typename ... on UserError { code at } ... on RevealNumberPayload { number } } }`,
  );
const kept = async () =>
  JSON.stringify([
    await world.databases.owner.select().from(idempotencyKey),
    await world.databases.owner.select().from(auditRecord),
  ]);

describe('numbers', () => {
  it('are saved, shown masked, and revealed to those who may, leaving no trace but who and why', async () => {
    const saved = await saveNumber('managerEast', 'idempotencyKey: "s1"');
    expect(saved.data?.saveNumber).toEqual({
      __typename: 'SaveNumberPayload',
      number: { kind: 'BANK_ACCOUNT', masked: '****4567', changedBy: 'managereast@demo.example' },
    });
    const masked = async (person: Person) =>
      (await data(world, person, '{ maskedNumbers(agentCode: "E1") { masked } }')).maskedNumbers;
    expect(await masked('agentE1')).toEqual([{ masked: '****4567' }]);
    const revealed = await revealNumber('finance', 'idempotencyKey: "r1"');
    expect(revealed.data?.revealNumber).toEqual({
      __typename: 'RevealNumberPayload',
      number: '6222 0211 0300 1234 567',
    });
    expect(await kept()).not.toMatch(/6222 ?0211|1234 ?567/);
    const again = await revealNumber('finance', 'idempotencyKey: "r1"');
    expect(again.data?.revealNumber).toEqual({ __typename: 'RevealNumberPayload', number: null });
    const records = await world.databases.owner
      .select()
      .from(auditRecord)
      .where(eq(auditRecord.action, 'secret.revealed'));
    expect(records).toMatchObject([{ actor: 'finance@demo.example', reason: 'returned payment' }]);
  });

  it('of agents elsewhere are not there', async () => {
    expect((await saveNumber('managerWest')).data?.saveNumber).toMatchObject({ code: 'NOT_FOUND', at: 'agentCode' });
    expect((await revealNumber('managerWest')).data?.revealNumber).toMatchObject({
      code: 'NOT_FOUND',
      at: 'agentCode',
    });
    const answer = await ask(world, 'agentW1', '{ maskedNumbers(agentCode: "E1") { masked } }');
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  });

  it('belong to an agent or an application, not both and not neither', async () => {
    const answer = await ask(world, 'admin', '{ maskedNumbers { masked } }');
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['INPUT_INVALID']);
  });
});

describe('contacts', () => {
  const contact = `{ name: "Ben", responsibility: "OWNER", phone: "+86 138 0000 0001", email: "ben@demo.example", from: "2026-01-01" }`;
  const list = async (person: Person, on = '2026-06-01') =>
    (await data(world, person, `{ agentContacts(agentCode: "E1", on: "${on}") { id name phone to } }`)).agentContacts;

  it('are added, ended by a day, and removed, each with its record', async () => {
    const added = await data(
      world,
      'managerEast',
      `mutation { addAgentContact(agentCode: "E1", contact: ${contact}) { ... on AgentContactPayload { contact { id agentCode } } } }`,
    );
    const { id, agentCode } = added.addAgentContact.contact;
    expect(agentCode).toBe('E1');
    expect(await list('agentE1')).toEqual([{ id, name: 'Ben', phone: '+86 138 0000 0001', to: null }]);
    expect(await list('managerWest')).toEqual([]);
    const ended = `{ name: "Ben", responsibility: "OWNER", from: "2026-01-01", to: "2026-05-01" }`;
    await data(world, 'admin', `mutation { changeAgentContact(contactId: "${id}", contact: ${ended}) { __typename } }`);
    expect(await list('agentE1')).toEqual([]);
    expect(await list('agentE1', '2026-04-30')).toEqual([{ id, name: 'Ben', phone: null, to: '2026-05-01' }]);
    const remove = (person: Person) =>
      ask(
        world,
        person,
        `mutation { removeAgentContact(contactId: "${id}", reason: "typo") { __typename ... on UserError { code } ... on AgentContactPayload { contact { id } } } }`,
      );
    expect((await remove('managerWest')).data?.removeAgentContact).toMatchObject({ code: 'NOT_FOUND' });
    expect((await remove('managerEast')).data?.removeAgentContact).toEqual({
      __typename: 'AgentContactPayload',
      contact: null,
    });
    const records = await world.databases.owner
      .select()
      .from(auditRecord)
      .where(eq(auditRecord.entity, 'agent_contact'));
    expect(records.map(({ action, entityKey }) => [action, entityKey])).toEqual([
      ['contact.added', 'E1'],
      ['contact.changed', 'E1'],
      ['contact.removed', 'E1'],
    ]);
  });

  it('are refused with every fault named', async () => {
    const wrong = `{ name: " ", responsibility: "OWNER", phone: "none", email: "at home", from: "2026-02-01", to: "2026-02-01" }`;
    const answer = await data(
      world,
      'admin',
      `mutation { addAgentContact(agentCode: "E1", contact: ${wrong}) { ... on UserError { faults { code at } } } }`,
    );
    const places = answer.addAgentContact.faults.map(({ at }: { at: string }) => at).sort();
    expect(places).toEqual(['email', 'name', 'phone', 'to']);
  });
});

describe('documents', () => {
  it('are listed for those who may see them, with the way to the file', async () => {
    const [agent] = await world.databases.owner.query.agent.findMany({ where: { code: 'E1' } });
    await world.databases.owner.insert(document).values({
      subject: 'AGENT',
      agentId: agent?.id,
      kind: 'CONTRACT',
      fileName: 'c.pdf',
      mediaType: 'application/pdf',
      sizeBytes: 9,
      sha256: 'a'.repeat(64),
      storageKey: '2026-11/k',
      uploadedBy: 'anna',
      uploadedAt: '2026-11-05T00:00:00Z',
    });
    const fields = 'id kind fileName sizeBytes agentCode applicationCode downloadPath';
    const list = async (person: Person) =>
      (await data(world, person, `{ documents(agentCode: "E1", kind: "CONTRACT") { nodes { ${fields} } } }`)).documents
        .nodes;
    const [found] = await list('agentE1');
    expect(found).toEqual({
      id: found.id,
      kind: 'CONTRACT',
      fileName: 'c.pdf',
      sizeBytes: 9,
      agentCode: 'E1',
      applicationCode: null,
      downloadPath: `/documents/${found.id}`,
    });
    expect(Buffer.from(found.id, 'base64url').toString()).toMatch(/^Document:\d+$/);
    for (const person of ['agentE2', 'agentW1', 'managerWest'] as const) expect(await list(person), person).toEqual([]);
    expect(await list('auditor')).toHaveLength(1);
  });
});
