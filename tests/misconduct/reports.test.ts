import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/auth/accounts.ts';
import { userAccount } from '../../src/auth/tables.ts';
import { serverError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, localActor } from '../../src/db/transaction.ts';
import { hashReceipt } from '../../src/misconduct/receipts.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, people, today, tryOut, type World } from '../schema/world.ts';

// Reports of misconduct: anyone files and follows, compliance alone reads and answers, nothing tells who filed. The world is
// that of the schema's tests, with somebody of compliance in the place of the second agent below E1.

const officer = 'agentE2' as const satisfies Person;
const others = people.filter((person: string) => person !== officer && person !== 'compliance');
const email = 'compliance@example.com';
const words = 'He asks customers for 50 yuan for a free contract.';

let world: World;
let receipt: string;
let reportId: string;

beforeAll(async () => {
  const made = await makeWorld(await testDatabase());
  const account = { email, name: 'Compliance', role: 'COMPLIANCE', password: 'a long enough password' } as const;
  const { id } = await made.databases.owner.transaction((transaction) =>
    createAccount(transaction, localActor('admin'), now, account),
  );
  const user = { id, role: 'COMPLIANCE', agentId: null, regionId: null } as const;
  world = { ...made, actors: { ...made.actors, [officer]: { name: email, user, requestId: 'r-officer' } } };
  // Filed by somebody who is signed in.
  receipt = await file('agentE1', `category: BRIBERY, about: "W1", words: "${words}"`);
  const listed = await data(world, officer, '{ misconductReports { nodes { id } } }');
  reportId = listed.misconductReports.nodes[0].id;
});

const file = async (person: Person, report: string): Promise<string> => {
  const text = `mutation { fileMisconductReport(${report}) { ... on MisconductReceipt { receipt } ... on UserError { faults { code at } } } }`;
  const answer = await data(world, person, text);
  return answer.fileMisconductReport.receipt ?? answer.fileMisconductReport.faults;
};

const follow = async (person: Person, given: string) =>
  (
    await data(
      world,
      person,
      `{ followMisconductReport(receipt: "${given}") {
           category about state filedOn messages { fromReporter words writtenOn } } }`,
    )
  ).followMisconductReport;

const rows = async (table: string) => world.databases.owner.execute(sql.raw(`select * from ${table} order by id`));

describe('whoever reports', () => {
  it('follows the report with the receipt, signed in as anybody or nobody', async () => {
    for (const person of people) {
      expect(await follow(person, receipt.toLowerCase())).toEqual({
        category: 'BRIBERY',
        about: 'W1',
        state: 'FILED',
        filedOn: today,
        messages: [{ fromReporter: true, words, writtenOn: today }],
      });
      expect(await follow(person, 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA')).toBeNull();
    }
  });

  it('is not in the database', async () => {
    const [report] = await rows('misconduct_report');
    expect(report).toEqual({
      id: 1,
      receipt_hash: hashReceipt(receipt),
      category: 'BRIBERY',
      about: 'W1',
      state: 'FILED',
      filed_on: today,
    });
    const [message] = await rows('misconduct_message');
    expect(message).toEqual({ id: 1, report_id: 1, from_reporter: true, by: null, words, written_on: today });
    const audit = await world.databases.owner.execute(
      sql`select actor, action, entity, entity_key, before, after, reason, request_id, at = '2026-12-04T16:00:00Z' as is_midnight
          from audit_record where entity = 'misconduct_report'`,
    );
    // Midnight in Shanghai is 16:00 of the day before in UTC.
    expect([...audit]).toEqual([
      {
        actor: 'anonymous',
        action: 'misconduct.filed',
        entity: 'misconduct_report',
        entity_key: today,
        before: null,
        after: null,
        reason: null,
        request_id: null,
        is_midnight: true,
      },
    ]);
    const keys = await world.databases.owner.execute(sql`select from idempotency_key`);
    expect(keys.length).toBe(0);
  });

  it('says what it is about, in so many words', async () => {
    const count = async () => (await rows('misconduct_report')).length;
    const before = await count();
    const faults = [{ code: 'INPUT_INVALID', at: 'words' }];
    expect(await file('nobody', 'category: OTHER, words: "  "')).toEqual(faults);
    expect(await file('nobody', `category: OTHER, words: "${'x'.repeat(10_001)}"`)).toEqual(faults);
    expect(await file('nobody', `category: OTHER, about: "${'x'.repeat(201)}", words: ""`)).toEqual([
      { code: 'INPUT_INVALID', at: 'about' },
      ...faults,
    ]);
    expect(await count()).toBe(before);
  });

  it('adds to its own report and to no other', async () => {
    const mine = await file('nobody', 'category: OTHER, words: "First."');
    const add = (given: string, more: string) =>
      data(
        world,
        'nobody',
        `mutation { addToMisconductReport(receipt: "${given}", words: "${more}") {
           ... on FollowedMisconductReport { messages { words } } ... on UserError { code at } } }`,
      );
    const answer = await add(mine, 'Second.');
    expect(answer.addToMisconductReport.messages).toEqual([{ words: 'First.' }, { words: 'Second.' }]);
    expect((await add('AAAA', 'Third.')).addToMisconductReport).toEqual({ code: 'NOT_FOUND', at: 'receipt' });
    expect((await add(mine, '')).addToMisconductReport).toEqual({ code: 'INPUT_INVALID', at: 'words' });
    expect((await follow('nobody', receipt)).messages.length).toBe(1);
  });
});

const everything = '{ id category about state filedOn messages { fromReporter by words writtenOn } }';
const answerIt = (id: string, more = '"We look into it."') =>
  `answerMisconductReport(reportId: "${id}", words: ${more}) { __typename ... on MisconductReportPayload { report ${everything} } ... on UserError { code at } }`;
const bring = (id: string, state: string) =>
  `setMisconductReportState(reportId: "${id}", state: ${state}, words: "Because.") { __typename ... on MisconductReportPayload { report { state } } ... on UserError { code at } }`;

describe('compliance', () => {
  it('reads reports, answers and settles them', async () => {
    const found = await data(world, officer, `{ node(id: "${reportId}") { ... on MisconductReport ${everything} } }`);
    expect(found.node).toMatchObject({ category: 'BRIBERY', about: 'W1', state: 'FILED', filedOn: today });
    const answered = await data(world, officer, `mutation { ${answerIt(reportId)} }`);
    expect(answered.answerMisconductReport.report.messages[1]).toEqual({
      fromReporter: false,
      by: email,
      words: 'We look into it.',
      writtenOn: today,
    });
    for (const [state, outcome] of [
      ['SETTLED', { code: 'CONFLICTING_CHANGE', at: 'state' }],
      ['IN_REVIEW', { report: { state: 'IN_REVIEW' } }],
      ['IN_REVIEW', { code: 'CONFLICTING_CHANGE', at: 'state' }],
      ['SETTLED', { report: { state: 'SETTLED' } }],
      ['FILED', { code: 'CONFLICTING_CHANGE', at: 'state' }],
    ] as const) {
      const changed = await data(world, officer, `mutation { ${bring(reportId, state)} }`);
      expect(changed.setMisconductReportState, state).toMatchObject(outcome);
    }
    const followed = await follow('nobody', receipt);
    expect(followed.state).toBe('SETTLED');
    expect(followed.messages.map((message: { words: string }) => message.words)).toEqual([
      words,
      'We look into it.',
      'Because.',
      'Because.',
    ]);
    expect(JSON.stringify(followed)).not.toContain('compliance');
    const settled = await data(world, officer, '{ misconductReports(state: SETTLED) { nodes { id } } }');
    expect(settled.misconductReports.nodes).toEqual([{ id: reportId }]);
    const unknown = Buffer.from('MisconductReport:999').toString('base64url');
    const missing = await data(world, officer, `mutation { ${answerIt(unknown)} }`);
    expect(missing.answerMisconductReport).toMatchObject({ code: 'NOT_FOUND', at: 'reportId' });
    const empty = await data(world, officer, `mutation { ${answerIt(reportId, '" "')} }`);
    expect(empty.answerMisconductReport).toMatchObject({ code: 'INPUT_INVALID', at: 'words' });
  });

  it('is recorded for auditors with who and when, and nothing of the report', async () => {
    const answer = await data(
      world,
      'auditor',
      `{ auditRecords(filter: { entity: "misconduct_report", actor: "${email}" }) {
           nodes { action entityKey before after reason requestId } } }`,
    );
    const record = { entityKey: '1', before: null, after: null, reason: null, requestId: 'r-officer' };
    expect(answer.auditRecords.nodes).toEqual([
      { ...record, action: 'misconduct.state_changed' },
      { ...record, action: 'misconduct.state_changed' },
      { ...record, action: 'misconduct.answered' },
    ]);
  });

  it('knows of agents their codes and names, and nothing else of anybody', async () => {
    const found = await data(
      world,
      officer,
      `{ agents { nodes { code name status tier { code } region { code } statuses { from } agreements { code } statements { nodes { closing } } } }
         salesEvents { nodes { externalId } } commissionLines(period: "2026-10") { nodes { lineId } }
         statements { nodes { closing } } unpaidEvents(period: "2026-10") { nodes { reason } }
         metricValues(agentCode: "E1") { nodes { metric } } }`,
    );
    const nothing = { status: null, tier: null, region: null, statuses: [], agreements: [], statements: { nodes: [] } };
    expect(found.agents.nodes).toEqual([
      { code: 'E1', name: 'East one', ...nothing },
      { code: 'E2', name: 'East two', ...nothing },
      { code: 'E3', name: 'East three', ...nothing },
      { code: 'W1', name: 'West one', ...nothing },
    ]);
    for (const list of ['salesEvents', 'commissionLines', 'statements', 'unpaidEvents', 'metricValues']) {
      expect(found[list].nodes, list).toEqual([]);
    }
    const refused = await ask(
      world,
      officer,
      '{ accounts { nodes { email } } auditRecords { nodes { actor } } runs { nodes { period } } }',
    );
    expect(refused.errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });

  it('is a role that an administrator gives', async () => {
    const text = `mutation { createAccount(email: "second@example.com", name: "Second", role: COMPLIANCE, password: "a long enough password") {
      ... on AccountPayload { account { role agentCode regionCode } } ... on UserError { message } } }`;
    const answer = await data(world, 'admin', text);
    expect(answer.createAccount).toEqual({ account: { role: 'COMPLIANCE', agentCode: null, regionCode: null } });
    const accounts = await world.databases.owner.select().from(userAccount);
    expect(accounts.filter(({ role }) => role === 'COMPLIANCE').length).toBe(2);
  });
});

describe.each(others)('%s', (person) => {
  const code = person === 'nobody' ? 'NOT_SIGNED_IN' : 'FORBIDDEN';

  it('sees nothing of it through the API', async () => {
    const fragment = `... on MisconductReport ${everything}`;
    const answer = await ask(
      world,
      person,
      `{ misconductReports { nodes { id } } node(id: "${reportId}") { id ${fragment} } nodes(ids: ["${reportId}"]) { id ${fragment} } }`,
    );
    expect(answer.data?.misconductReports ?? null).toBeNull();
    expect(JSON.stringify(answer.data ?? null)).not.toMatch(/BRIBERY|yuan|W1/);
    expect(answer.errors?.[0]?.extensions.code).toBe(code);
    for (const mutation of [answerIt(reportId), bring(reportId, 'DISMISSED')]) {
      const field = mutation.slice(0, mutation.indexOf('('));
      const tried = await tryOut(world, person, `mutation { ${mutation} }`);
      expect(tried.data?.[field], field).toMatchObject({ __typename: 'UserError', code });
    }
  });

  it('sees and changes nothing of it in the database', async () => {
    const actor: Actor = world.actors[person] ?? { name: '', user: null, requestId: null };
    const run = (statement: string) =>
      asRequest(world.databases.request, actor, today, (transaction) => transaction.execute(sql.raw(statement)));
    expect((await run('select id, category, about, state, filed_on from misconduct_report')).length).toBe(0);
    expect((await run('select * from misconduct_message')).length).toBe(0);
    expect((await run("update misconduct_report set state = 'DISMISSED' returning id")).length).toBe(0);
    const insert =
      "insert into misconduct_message (report_id, from_reporter, words, written_on) values (1, false, 'x', '2026-12-05')";
    expect(serverError(await run(insert).catch((error: unknown) => error))?.code).toBe('42501');
  });
});

describe('in the database', () => {
  it('even compliance reads no receipt, files nothing and writes nothing in the name of a reporter', async () => {
    const actor = world.actors[officer];
    if (!actor) throw new Error('no officer');
    for (const statement of [
      'select receipt_hash from misconduct_report',
      "insert into misconduct_report (receipt_hash, category, state, filed_on) values ('x', 'OTHER', 'FILED', '2026-12-05')",
      "insert into misconduct_message (report_id, from_reporter, words, written_on) values (1, true, 'x', '2026-12-05')",
      'delete from misconduct_report',
      "update misconduct_message set words = ''",
    ]) {
      const attempt = asRequest(world.databases.request, actor, today, (transaction) =>
        transaction.execute(sql.raw(statement)),
      );
      expect(serverError(await attempt.catch((error: unknown) => error))?.code, statement).toBe('42501');
    }
    await expect(world.databases.owner.execute(sql`update misconduct_message set words = ''`)).rejects.toThrow();
  });
});
