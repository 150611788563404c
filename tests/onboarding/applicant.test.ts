import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import { readConfig } from '../../src/config.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { document } from '../../src/documents/tables.ts';
import { createLogger } from '../../src/http/log.ts';
import {
  type ApplicantKey,
  applicantActor,
  applyAsApplicant,
  changeOwn,
  openForDocument,
  openOwn,
  submitOwn,
  withdrawOwn,
} from '../../src/onboarding/applicantAccess.ts';
import { loadApplicationOptions, viewOwn } from '../../src/onboarding/applicantView.ts';
import { signContract } from '../../src/onboarding/contract.ts';
import { approveApplication, rejectApplication, startScreening } from '../../src/onboarding/screening.ts';
import { applicationAccess } from '../../src/onboarding/tables.ts';
import { createServer } from '../../src/server.ts';
import { testDatabase } from '../database.ts';
import { postJson } from '../server/testServer.ts';
import {
  addDocument,
  anna,
  applicant,
  ben,
  bring,
  carl,
  daysLater,
  faultsOf,
  findApplication,
  keys,
  now,
  scoreAll,
  setUp,
  today,
  undone,
} from './fixture.ts';

// An applicant without an account (DOMAIN.md §4), by its code and token.

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-applicants-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases);
});

const trial = <Result>(work: (transaction: Transaction) => Promise<Result>) => undone(databases, work);
const faults = (transaction: Transaction, work: (savepoint: Transaction) => Promise<unknown>) =>
  faultsOf(transaction.transaction(work));

/** What an applicant gives, without the territories and numbers that `more` leaves out. */
function wanted(more: Partial<Parameters<typeof applyAsApplicant>[3]> = {}) {
  const { name, channelType, region, contactName, email, numbers } = applicant();
  return { name, channelType, region, contactName, email, numbers, ...more };
}
const apply = (transaction: Transaction, more: Parameters<typeof wanted>[0] = {}, at = now) =>
  applyAsApplicant(transaction, keys, at, wanted(more));
const view = async (transaction: Transaction, key: ApplicantKey, at = now) =>
  viewOwn(transaction, await openOwn(transaction, at, key));

/** A draft with all that its form asks for. */
async function complete(transaction: Transaction, more: Parameters<typeof wanted>[0] = {}) {
  const key = await apply(transaction, more);
  await addDocument(transaction, key.code, 'BUSINESS_LICENCE');
  return key;
}

/** Handed in by the applicant, screened by ben, approved by carl. */
async function approved(transaction: Transaction) {
  const key = await complete(transaction);
  await submitOwn(transaction, now, key);
  await startScreening(transaction, ben, now, key.code);
  await scoreAll(transaction, key.code);
  await approveApplication(transaction, carl, now, key.code, 'Good');
  return key;
}

describe('an applicant without an account', () => {
  it('is shown what it can apply for: channel types with a form, and the regions', () =>
    trial(async (transaction) => {
      const { channelTypes, regions } = await loadApplicationOptions(transaction);
      expect(channelTypes).toEqual([{ code: 'AGENT', name: 'Agents', requiredDocuments: ['BUSINESS_LICENCE'] }]);
      expect(regions).toContainEqual({ code: 'TOWN', name: 'Town', parentCode: 'EAST' });
      expect(regions).toContainEqual({ code: 'ROOT', name: 'Whole', parentCode: null });
    }));

  it('enters a draft, whose token is kept as a hash, under a name of its own', () =>
    trial(async (transaction) => {
      const key = await apply(transaction);
      const { id, state, enteredBy } = await findApplication(transaction, key.code);
      expect([state, enteredBy]).toEqual(['DRAFT', `applicant ${key.code.toLowerCase()}`]);
      const [kept] = await transaction.select().from(applicationAccess).where(eq(applicationAccess.applicationId, id));
      expect(kept?.tokenHash).toBe(hashToken(key.token));
      const records = await transaction.select().from(auditRecord).where(eq(auditRecord.entityKey, key.code));
      expect(records.map(({ actor, action }) => [actor, action])).toEqual([[enteredBy, 'application.created']]);
      expect(JSON.stringify(records)).not.toContain(key.token);
    }));

  it('sees what it said and what is missing, and nothing of others’', () =>
    trial(async (transaction) => {
      const key = await apply(transaction, { numbers: { phone: '13800001234' } });
      expect(await view(transaction, key)).toMatchObject({
        state: 'DRAFT',
        channelType: 'AGENT',
        territories: ['EAST'],
        numbers: [{ kind: 'PHONE' }],
        dueOn: '2026-12-20',
        missingNumbers: ['REGISTRATION_NUMBER', 'BANK_ACCOUNT'],
        missingDocuments: ['BUSINESS_LICENCE'],
        documents: [],
        contract: null,
        rejectionReason: null,
      });
      expect(JSON.stringify(await view(transaction, key))).not.toContain('13800001234');
      // what anna put there is the operator's, the contract is for both
      await addDocument(transaction, key.code, 'OPINION');
      await addDocument(transaction, key.code, 'CONTRACT');
      const { documents } = await view(transaction, key);
      expect(documents.map(({ kind, mine }) => [kind, mine])).toEqual([['CONTRACT', false]]);
    }));

  it('hands in what is complete, and is told all that is missing otherwise', () =>
    trial(async (transaction) => {
      const key = await apply(transaction, { numbers: {} });
      const missing = Array.from({ length: 4 }, () => 'APPLICATION_INCOMPLETE');
      expect(await faults(transaction, (inner) => submitOwn(inner, now, key))).toEqual(missing);
      await changeOwn(transaction, keys, now, key, {
        name: 'Corner',
        territories: ['TOWN'],
        numbers: wanted().numbers,
      });
      await addDocument(transaction, key.code, 'BUSINESS_LICENCE');
      await submitOwn(transaction, now, key);
      expect(await view(transaction, key)).toMatchObject({ state: 'SUBMITTED', name: 'Corner', territories: ['TOWN'] });
      const change = (inner: Transaction) => changeOwn(inner, keys, now, key, { name: 'Other' });
      expect(await faults(transaction, change)).toEqual(['APPLICATION_STATE']);
    }));

  it('is not told who has the same number', () =>
    trial(async (transaction) => {
      const numbers = wanted().numbers;
      await bring(transaction, 'SUBMITTED', { numbers });
      const key = await complete(transaction, { numbers });
      const error: unknown = await transaction.transaction((inner) => submitOwn(inner, now, key)).catch((each) => each);
      expect(error).toMatchObject({ code: 'APPLICATION_NOT_ACCEPTED', message: expect.not.stringContaining('AP-') });
    }));

  it('reads why it was rejected, and takes its application back', () =>
    trial(async (transaction) => {
      const key = await complete(transaction);
      await submitOwn(transaction, now, key);
      const decide = (actor: typeof carl) => (inner: Transaction) =>
        rejectApplication(inner, actor, now, key.code, 'Too far away');
      expect(await faults(transaction, decide(applicantActor(key.code)))).toEqual(['SAME_PERSON']);
      await decide(carl)(transaction);
      expect(await view(transaction, key)).toMatchObject({ state: 'REJECTED', rejectionReason: 'Too far away' });
      const other = await apply(transaction);
      await withdrawOwn(transaction, now, other, 'No time');
      expect((await view(transaction, other)).state).toBe('WITHDRAWN');
    }));

  it('gets nothing with a wrong token, another’s, or the token of a manager’s application', () =>
    trial(async (transaction) => {
      const [one, other] = [await apply(transaction), await apply(transaction)];
      const entered = await bring(transaction, 'DRAFT');
      const wrong = [
        { code: one.code, token: other.token },
        { code: one.code, token: '' },
        { code: 'NONE', token: one.token },
        { code: entered, token: '' },
      ];
      for (const key of wrong) {
        const works = [
          (inner: Transaction) => view(inner, key),
          (inner: Transaction) => changeOwn(inner, keys, now, key, { name: 'Mine' }),
          (inner: Transaction) => submitOwn(inner, now, key),
          (inner: Transaction) => withdrawOwn(inner, now, key, 'x'),
          (inner: Transaction) => openForDocument(inner, now, key, 'ANY'),
        ];
        for (const work of works) expect(await faults(transaction, work)).toEqual(['NOT_FOUND']);
      }
    }));

  it('finds a draft for 30 days, and what was handed in for longer', () =>
    trial(async (transaction) => {
      const [draft, sent] = [await apply(transaction), await complete(transaction)];
      await submitOwn(transaction, now, sent);
      const justBefore = new Date(daysLater(30).getTime() - 1);
      expect((await view(transaction, draft, justBefore)).state).toBe('DRAFT');
      expect(await faults(transaction, (inner) => view(inner, draft, daysLater(30)))).toEqual(['NOT_FOUND']);
      expect((await view(transaction, sent, daysLater(40))).state).toBe('SUBMITTED');
    }));

  it('is one of at most 200 in a day', () =>
    trial(async (transaction) => {
      const { code } = await apply(transaction);
      const { id } = await findApplication(transaction, code);
      await transaction.execute(sql`
        with made as (
          insert into application (code, state, name, channel_type_id, region_id, contact_name, email, entered_by, created_at)
          select 'BULK' || n, 'DRAFT', name, channel_type_id, region_id, contact_name, email, entered_by, created_at
          from application, generate_series(1, 198) n where id = ${id} returning id, created_at)
        insert into application_access (application_id, token_hash, created_at) select id, 'h', created_at from made`);
      await apply(transaction);
      expect(await faults(transaction, (inner) => apply(inner))).toEqual(['APPLICATIONS_FULL']);
      expect((await apply(transaction, {}, daysLater(1))).code).toMatch(/^AP-20261121-/);
    }));

  it('adds no more once its documents have 100 MiB together', () =>
    trial(async (transaction) => {
      const key = await apply(transaction);
      const first = await addDocument(transaction, key.code, 'BUSINESS_LICENCE');
      const sized = (bytes: number) =>
        transaction.update(document).set({ sizeBytes: bytes }).where(eq(document.id, first));
      await sized(100 * 1024 ** 2 - 1);
      await openForDocument(transaction, now, key, 'OTHER');
      await sized(100 * 1024 ** 2);
      expect(await faults(transaction, (inner) => openForDocument(inner, now, key, 'OTHER'))).toEqual([
        'DOCUMENTS_FULL',
      ]);
    }));

  it('adds at most 50 documents, to a draft; later only the contract, once approved', () =>
    trial(async (transaction) => {
      const key = await approved(transaction);
      const add = (kind: string) => (inner: Transaction) => openForDocument(inner, now, key, kind);
      expect(await faults(transaction, add('OTHER'))).toEqual(['APPLICATION_STATE']);
      expect(await faults(transaction, add('CONTRACT'))).toEqual([]);
      const draft = await apply(transaction);
      for (let count = 0; count < 50; count += 1) await addDocument(transaction, draft.code, 'OTHER');
      expect(await faults(transaction, (inner) => openForDocument(inner, now, draft, 'OTHER'))).toEqual([
        'DOCUMENTS_FULL',
      ]);
    }));
});

describe('over the network', () => {
  let log = '';
  let url: string;
  beforeAll(async () => {
    url = await serve();
  });

  async function serve(): Promise<string> {
    const config = { ...readConfig({ NODE_ENV: 'test' }), port: 0, dataDir, documentMaxBytes: 5000 };
    const write = (text: string) => {
      log += text;
    };
    const logger = createLogger('trace', { write });
    const options = { config, databases, graphql: { schema }, logger, clock: () => now, envelopeKeys: keys };
    const server = createServer(options);
    afterAll(() => server.close(100));
    return (await server.listen()).url;
  }

  const send = async (at: string, query: string, variables: object = {}, headers: Record<string, string> = {}) =>
    (await postJson(`${at}/graphql`, { query, variables }, headers)).json();

  /** The headers of an administrator. */
  async function signedIn(): Promise<Record<string, string>> {
    const account = {
      email: 'admin@example.com',
      name: 'Admin',
      role: 'ADMIN' as const,
      password: 'correct horse battery',
    };
    await databases.owner.transaction((transaction) => createAccount(transaction, anna, now, account));
    const response = await postJson(`${url}/auth/sign-in`, { email: account.email, password: account.password });
    return { cookie: (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '' };
  }
  const applying = `mutation ($application: OwnApplicationInput!, $numbers: ApplicationNumbersInput) {
    apply(application: $application, numbers: $numbers) { ... on ApplyPayload { applicationCode token } ... on UserError { code } } }`;
  const applyOnline = async (at: string): Promise<ApplicantKey> => {
    const { numbers, ...application } = wanted();
    const { applicationCode: code, token } = (await send(at, applying, { application, numbers })).data.apply;
    return { code, token };
  };
  const upload = (key: ApplicantKey, kind: string, bytes = pdf) =>
    fetch(`${url}/documents?application=${key.code}&kind=${kind}`, {
      method: 'POST',
      headers: { 'x-application-token': key.token, 'x-file-name': 'paper.pdf', 'content-type': 'application/pdf' },
      body: bytes,
    });
  const download = (key: ApplicantKey, id: string) =>
    fetch(`${url}/documents/${id}?application=${key.code}`, { headers: { 'x-application-token': key.token } });
  const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1000, 'x')]);
  const arguments_ = '$code: String!, $token: String!';
  const key_ = 'code: $code, token: $token';
  const answer =
    '{ ... on OwnApplicationPayload { application { state contract { signedDocumentId signedAt planName from } } } ... on UserError { code } }';

  it('gets 300 answers in a quarter of an hour, uploads among them', async () => {
    const other = await serve();
    const wrong = { code: 'NONE', token: 'app_wrong' };
    const ask = (method: string) =>
      fetch(`${other}/documents${method === 'GET' ? '/x' : ''}?application=${wrong.code}&kind=OTHER`, {
        method,
        headers: { 'x-application-token': wrong.token, 'x-file-name': 'p.pdf', 'content-type': 'application/pdf' },
      });
    for (let look = 0; look < 300; look += 1) expect((await ask(look % 2 ? 'GET' : 'POST')).status).toBe(404);
    const refused = await ask('POST');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'TOO_MANY_ATTEMPTS' } });
  });

  it('applies, uploads, hands in, signs what was approved, and sees the contract that was recorded', async () => {
    const key = await applyOnline(url);
    expect(key.token).toMatch(/^app_/);
    const stored = await upload(key, 'BUSINESS_LICENCE');
    expect(stored.status).toBe(201);
    const { id } = (await stored.json()) as { id: string };
    expect(Buffer.from(await (await download(key, id)).arrayBuffer()).equals(pdf)).toBe(true);
    const follow = `query (${arguments_}) { followApplication(${key_}) { state missingDocuments documents { id kind mine } } }`;
    expect((await send(url, follow, key)).data.followApplication).toEqual({
      state: 'DRAFT',
      missingDocuments: [],
      documents: [{ id, kind: 'BUSINESS_LICENCE', mine: true }],
    });
    const submitted = await send(url, `mutation (${arguments_}) { submitOwnApplication(${key_}) ${answer} }`, key);
    expect(submitted.data.submitOwnApplication).toEqual({ application: { state: 'SUBMITTED', contract: null } });
    expect((await upload(key, 'OTHER')).status).toBeGreaterThanOrEqual(400);

    await databases.owner.transaction(async (transaction) => {
      await startScreening(transaction, ben, now, key.code);
      await scoreAll(transaction, key.code);
      await approveApplication(transaction, carl, now, key.code, 'Good');
    });
    const contract = (await (await upload(key, 'CONTRACT')).json()) as { id: string };
    const signing = `mutation (${arguments_}, $id: ID!) { signOwnContract(${key_}, documentId: $id) ${answer} }`;
    const sign = async (documentId: string) =>
      (await send(url, signing, { ...key, id: documentId })).data.signOwnContract;
    expect(await sign(id)).toEqual({ code: 'NOT_FOUND' });
    expect((await sign(contract.id)).application).toEqual({
      state: 'APPROVED',
      contract: { signedDocumentId: contract.id, signedAt: '2026-11-20T04:00:00.000000Z', planName: null, from: null },
    });
    const told = `{ application(code: "${key.code}") { signedByApplicant { documentId at } } }`;
    expect((await send(url, told, {}, await signedIn())).data.application.signedByApplicant).toEqual({
      documentId: contract.id,
      at: '2026-11-20T04:00:00.000000Z',
    });
    const documentId = Number(Buffer.from(contract.id, 'base64url').toString().split(':')[1]);
    await databases.owner.transaction((transaction) =>
      signContract(transaction, anna, now, key.code, { documentId, plan: 'P', from: '2026-12-01', signedOn: today }),
    );
    expect(await sign(contract.id)).toEqual({ code: 'APPLICATION_STATE' });
    const terms = `query (${arguments_}) { followApplication(${key_}) { state contract { planName from } } }`;
    expect((await send(url, terms, key)).data.followApplication).toEqual({
      state: 'CONTRACTED',
      contract: { planName: 'Plan', from: '2026-12-01' },
    });
    expect(log).not.toContain(key.token);
    expect(log).toContain('Request answered');
  });

  it('gives another applicant, a wrong token and nobody nothing', async () => {
    const [one, other] = [await applyOnline(url), await applyOnline(url)];
    const { id } = (await (await upload(one, 'BUSINESS_LICENCE')).json()) as { id: string };
    const wrong = [{ code: one.code, token: other.token }, { code: one.code, token: 'none' }, other];
    for (const key of wrong) expect((await download(key, id)).status).toBe(404);
    expect((await upload({ code: one.code, token: other.token }, 'OTHER')).status).toBe(404);
    expect((await fetch(`${url}/documents/${id}?application=${one.code}`)).status).toBe(404);
    const operators = await databases.owner.transaction((transaction) => addDocument(transaction, one.code, 'OPINION'));
    expect((await download(one, Buffer.from(`Document:${operators}`).toString('base64url'))).status).toBe(404);
    const follow = `query (${arguments_}) { followApplication(${key_}) { code } }`;
    expect((await send(url, follow, { ...one, token: other.token })).data).toEqual({ followApplication: null });
    const viaAddress = `${url}/graphql?query=${encodeURIComponent(`{ followApplication(code: "${one.code}", token: "${one.token}") { code } }`)}`;
    expect((await fetch(viaAddress, { headers: { 'x-graphql-yoga-csrf': '1' } })).status).toBe(400);
  });

  it('checks files as every document’s', async () => {
    const key = await applyOnline(url);
    expect((await upload(key, 'OTHER', Buffer.alloc(6000, 'x'))).status).toBe(413);
    expect((await upload(key, 'OTHER', Buffer.alloc(600, 'x'))).status).toBeGreaterThanOrEqual(400);
    expect((await upload(key, 'not a kind')).status).toBe(400);
  });

  it('lets a client apply ten times in a quarter of an hour', async () => {
    const fresh = await serve();
    const asked =
      'mutation { apply(application: { name: "", channelType: "X", region: "X", contactName: "x", email: "x" }) { ... on UserError { code } } }';
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1)
      statuses.push((await postJson(`${fresh}/graphql`, { query: asked })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });
});
