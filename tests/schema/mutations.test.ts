import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, today, type World } from './world.ts';

// The tests of one world touch different things; those on the one run that waits for approval get a world each.
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const failure = '... on UserError { code message at remedy faults { code at message } }';
const programmeResult = `{ __typename ... on ProgrammePayload { dryRun changeCount changes { action entity key } } ${failure} }`;
const runResult = `{ __typename ... on RunPayload { run { id status approvedBy } } ${failure} }`;

const runId = async (period: string): Promise<string> =>
  (await data(world, 'admin', 'query ($period: Period!) { run(period: $period) { id } }', { period })).run.id;

describe('the programme', () => {
  it('is applied whole, told beforehand, and changes nothing the second time', async () => {
    const text = `mutation ($document: String!, $dryRun: Boolean) { applyProgramme(document: $document, dryRun: $dryRun) ${programmeResult} }`;
    const document =
      'segments: [{ code: SENIOR, name: Seniors }]\nregions: [{ code: NORTH, name: North, parent: ROOT }]';
    const told = await data(world, 'admin', text, { document, dryRun: true });
    expect(told.applyProgramme).toMatchObject({ __typename: 'ProgrammePayload', dryRun: true, changeCount: 2 });
    expect((await data(world, 'admin', '{ segments { code } }')).segments).toHaveLength(1);
    const done = await data(world, 'admin', text, { document });
    expect(done.applyProgramme.changes).toEqual(told.applyProgramme.changes);
    expect(done.applyProgramme.changes).toContainEqual({ action: 'CREATE', entity: 'segment', key: 'SENIOR' });
    expect((await data(world, 'admin', text, { document })).applyProgramme.changeCount).toBe(0);
  });

  it('with faults lists all of them by place', async () => {
    const document =
      'tiers: [{ code: A, name: A, rank: 1, multiplier: NaN }, { code: B, name: B, rank: -1, multiplier: 1 }]';
    const answer = await data(
      world,
      'admin',
      `mutation ($document: String!) { applyProgramme(document: $document) ${programmeResult} }`,
      {
        document,
      },
    );
    expect(answer.applyProgramme).toMatchObject({ __typename: 'UserError', code: 'PROGRAMME_INVALID' });
    expect(answer.applyProgramme.faults).toHaveLength(2);
    expect(answer.applyProgramme.faults[0].at).toContain('tiers[');
  });

  it('can be declared piece by piece', async () => {
    const answer = await data(
      world,
      'admin',
      `mutation {
        saveRegions(regions: [{ code: "FAR", name: "Far", parent: "WEST" }]) ${programmeResult}
        saveProducts(products: [{ code: "DSL", name: "DSL", category: "COPPER" }], categories: [{ code: "COPPER", name: "Copper" }]) ${programmeResult}
        saveTiers(tiers: [{ code: "STAR_5", name: "Five stars", rank: 5, multiplier: "1.25" }]) ${programmeResult}
        saveAgents(agents: [
          { code: "N1", name: "New one", channelType: "AGENT", since: "2026-01-01", region: "FAR",
            tiers: [{ tier: "STAR_3", from: "2026-01-01", to: "2026-07-01" }, { tier: "STAR_5", from: "2026-07-01" }] }]) ${programmeResult}
        publishPlanVersion(plan: { code: "NEW", name: "New plan" }, version: { from: "2026-12-01", currency: "CNY", components: [
          { code: "ACT", name: "Activations", events: [ACTIVATION], multiplyByTier: true, rules: [
            { product: "DSL", flat: "50" }, { product: "DSL", tier: "STAR_5", flat: "62.5", minimum: "1", maximum: "100" }] }] }) ${programmeResult}
        publishPoolVersion(pool: { code: "NEWPOT", name: "New pot" }, version: { from: "2026-12-01", currency: "CNY",
          fund: { percent: "0.8", events: [BILL] }, weight: [{ factor: UNITS, events: [ACTIVATION] }, { factor: TIER_MULTIPLIER }], remainder: CARRY_OVER }) ${programmeResult}
        saveAgreements(agreements: [{ agent: "N1", plan: "NEW", from: "2026-12-01" }]) ${programmeResult}
      }`,
    );
    for (const [field, result] of Object.entries(answer)) {
      expect(result, field).toMatchObject({ __typename: 'ProgrammePayload' });
      expect((result as { changeCount: number }).changeCount, field).toBeGreaterThan(0);
    }
    const read = await data(
      world,
      'admin',
      `{ agent(code: "N1") { tier { code } region { code } agreements { code plan { code } } }
         plan(code: "NEW") { versions { components { base multiplyByTier rules { code flat tier { code } maximum } } } } }`,
    );
    expect(read.agent).toEqual({
      tier: { code: 'STAR_5' },
      region: { code: 'FAR' },
      agreements: [{ code: 'N1-NEW-2026-12-01', plan: { code: 'NEW' } }],
    });
    expect(read.plan.versions[0].components[0]).toEqual({
      base: 'AMOUNT',
      multiplyByTier: true,
      rules: [
        { code: 'R1', flat: '50', tier: null, maximum: null },
        { code: 'R2', flat: '62.5', tier: { code: 'STAR_5' }, maximum: '100' },
      ],
    });
  });

  it('refuses a published version that is different, a tie and an overlap, with their codes', async () => {
    const publish = (flat: string, more = '', from = '2027-01-01') =>
      `publishPlanVersion(plan: { code: "P", name: "Plan" }, version: { from: "${from}", currency: "CNY", components: [
        { code: "ACT", name: "A", events: [ACTIVATION], rules: [{ flat: "${flat}" } ${more}] }] }) ${programmeResult}`;
    const answer = await data(
      world,
      'admin',
      `mutation { first: ${publish('1')} again: ${publish('1.0')} other: ${publish('2')} tie: ${publish('1', '{ flat: "3" }', '2028-01-01')}
        overlap: saveAgreements(agreements: [{ agent: "E1", plan: "OTHER", from: "2026-06-01" }]) ${programmeResult}
        both: saveAgents(agents: [{ code: "E1", name: "E1", channelType: "AGENT", tier: "STAR_3", tiers: [] }]) ${programmeResult} }`,
    );
    expect(answer.first.changeCount).toBeGreaterThan(0);
    expect(answer.again.changeCount).toBe(0);
    expect([answer.other.code, answer.tie.code, answer.overlap.code, answer.both.code]).toEqual([
      'PLAN_VERSION_PUBLISHED',
      'RULES_TIE',
      'AGREEMENT_OVERLAP',
      'INPUT_INVALID',
    ]);
    expect(answer.both.at).toBe('agents[0].tier');
  });

  it('lets a manager look after agents of its regions only', async () => {
    const save = (code: string, region: string) =>
      `saveAgents(agents: [{ code: "${code}", name: "${code}", channelType: "AGENT", region: "${region}" }]) ${programmeResult}`;
    const answer = await data(
      world,
      'managerEast',
      `mutation { mine: ${save('E9', 'EAST')} placed: ${save('W9', 'WEST')} foreign: ${save('W1', 'EAST')}
        agreement: saveAgreements(agreements: [{ agent: "E9", plan: "P", from: "2026-12-01" }]) ${programmeResult}
        other: saveAgreements(agreements: [{ agent: "W1", plan: "P", from: "2030-12-01" }]) ${programmeResult} }`,
    );
    expect(answer.mine.__typename).toBe('ProgrammePayload');
    expect(answer.agreement.__typename).toBe('ProgrammePayload');
    for (const refused of [answer.placed, answer.foreign, answer.other]) expect(refused.__typename).toBe('UserError');
    const agents = await data(world, 'admin', '{ agents(filter: { search: "9" }) { nodes { code } } }');
    expect(agents.agents.nodes).toEqual([{ code: 'E9' }]);
    const filtered = await data(
      world,
      'admin',
      `{ agents(filter: { region: "ROOT", status: ACTIVE, channelType: "AGENT", plan: "P", on: "${today}", search: "e_" }) { nodes { code } }
         east: agents(filter: { region: "EAST", tier: "STAR_4" }) { nodes { code } }
         below: agents(filter: { parent: "E1" }) { nodes { code } } }`,
    );
    expect(filtered).toEqual({
      agents: { nodes: [] },
      east: { nodes: [{ code: 'E1' }, { code: 'E2' }] },
      below: { nodes: [{ code: 'E2' }, { code: 'E3' }] },
    });
  });
});

describe('a field that fails', () => {
  it('takes no other field of the request with it, before or after', async () => {
    const save = (code: string, multiplier: string) =>
      `saveTiers(tiers: [{ code: "${code}", name: "T", rank: 9, multiplier: "${multiplier}" }]) ${programmeResult}`;
    const id = await runId('2026-10');
    const answer = await data(
      world,
      'admin',
      `mutation { one: ${save('T1', '1')} bad: approveRun(runId: "${id}") ${runResult} two: ${save('T2', '-1')} three: ${save('T3', '3')} }`,
    );
    expect([answer.one.__typename, answer.bad.code, answer.two.code, answer.three.__typename]).toEqual([
      'ProgrammePayload',
      'RUN_STATE',
      'PROGRAMME_INVALID',
      'ProgrammePayload',
    ]);
    const { tiers } = await data(world, 'admin', '{ tiers { code } }');
    const codes = tiers.map((tier: { code: string }) => tier.code);
    expect(codes).toEqual(expect.arrayContaining(['T1', 'T3']));
    expect(codes).not.toContain('T2');
  });
});

describe('sales events', () => {
  const event = (externalId: string, more = '') =>
    `{ source: "API", externalId: "${externalId}", type: "ACTIVATION", occurredAt: "2026-12-02T10:00:00+08:00", agentCode: "E1", productCode: "FIBER", quantity: "1", amount: "10", currency: "CNY" ${more} }`;
  const result = `{ __typename ... on ImportPayload { import { name importedBy } rowCount acceptedCount duplicateCount rejectedCount lateCount rejections { row column code key } } ${failure} }`;

  it('are imported, counted and rejected one by one', async () => {
    const answer = await data(
      world,
      'managerEast',
      `mutation {
        first: importSalesEvents(events: [${event('1')}, ${event('2', ', monthlyFee: "NaN"')}, ${event('3').replace('"E1"', '"W1"')}]) ${result}
        again: importSalesEvents(events: [${event('1')}]) ${result}
        changed: importSalesEvents(events: [${event('1').replace('"10"', '"11"')}]) ${result}
        atomic: importSalesEvents(events: [${event('4')}, ${event('5').replace('ACTIVATION', 'X')}], atomic: true) ${result}
        late: importSalesEvents(events: [${event('6').replace('2026-12-02', '2026-10-02')}]) ${result}
      }`,
    );
    expect(answer.first).toMatchObject({
      import: { importedBy: 'managereast@demo.example' },
      rowCount: 3,
      acceptedCount: 1,
      rejectedCount: 2,
      rejections: [
        { row: 2, column: 'monthly_fee', code: 'NUMBER_INVALID', key: 'API/2' },
        { row: 3, column: 'agent_code', code: 'AGENT_UNKNOWN', key: 'API/3' },
      ],
    });
    expect(answer.again).toMatchObject({ import: null, acceptedCount: 0, duplicateCount: 1 });
    expect(answer.changed).toMatchObject({ rejectedCount: 1, rejections: [{ code: 'EVENT_CHANGED' }] });
    expect(answer.atomic).toMatchObject({ acceptedCount: 0, rejectedCount: 1 });
    expect(answer.late).toMatchObject({ acceptedCount: 1, lateCount: 1 });
    const read = await data(
      world,
      'finance',
      `{ lateEvents(period: "2026-10") { nodes { externalId occurredAt late } } salesEvents(filter: { customer: "C1", type: ACTIVATION, late: false, subscription: "S1", agent: "E1" }) { nodes { externalId } } }`,
    );
    expect(read.lateEvents.nodes).toEqual([{ externalId: '6', occurredAt: '2026-10-02T02:00:00.000000Z', late: true }]);
    expect(read.salesEvents.nodes).toEqual([{ externalId: 'A-E1' }]);
  });

  it('over 1,000 in one call are refused', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => event(String(index))).join(' ');
    const answer = await data(world, 'admin', `mutation { importSalesEvents(events: [${many}]) ${result} }`);
    expect(answer.importSalesEvents).toMatchObject({ __typename: 'UserError', code: 'BATCH_TOO_LARGE' });
  });
});

describe('a run', () => {
  beforeEach(async () => {
    world = await makeWorld(await testDatabase());
  });

  it('is approved, paid and no more voided; numbers are exact to the microsecond and fen', async () => {
    const id = await runId('2026-11');
    const answer = await data(
      world,
      'finance',
      `mutation { early: markRunPaid(runId: "${id}") ${runResult} approve: approveRun(runId: "${id}") ${runResult} again: approveRun(runId: "${id}") ${runResult}
        pay: markRunPaid(runId: "${id}") ${runResult} void: voidRun(runId: "${id}", reason: "late") ${runResult} }`,
    );
    expect([
      answer.early.code,
      answer.approve.run.status,
      answer.again.code,
      answer.pay.run.status,
      answer.void.code,
    ]).toEqual(['RUN_STATE', 'APPROVED', 'RUN_STATE', 'PAID', 'RUN_STATE']);
    expect(answer.approve.run.approvedBy).toBe('finance@demo.example');
    const { salesEvent } = await data(
      world,
      'finance',
      '{ salesEvent(source: "CRM", externalId: "B-E1") { occurredAt amount } }',
    );
    expect(salesEvent).toEqual({ occurredAt: '2026-10-31T02:00:00.123456Z', amount: '100' });
  });

  it('is voided with a reason', async () => {
    const id = await runId('2026-11');
    const answer = await data(
      world,
      'finance',
      `mutation { silent: voidRun(runId: "${id}", reason: " ") ${runResult} void: voidRun(runId: "${id}", reason: "wrong plan") ${runResult} wrong: voidRun(runId: "x", reason: "x") ${runResult} }`,
    );
    expect([answer.silent.code, answer.void.run.status, answer.wrong.code]).toEqual([
      'INPUT_INVALID',
      'VOIDED',
      'INPUT_INVALID',
    ]);
    expect(answer.wrong.at).toBe('runId');
    const read = await data(
      world,
      'finance',
      '{ run(period: "2026-11") { status voidReason } statements(period: "2026-11") { nodes { closing } } }',
    );
    expect(read).toEqual({ run: { status: 'VOIDED', voidReason: 'wrong plan' }, statements: { nodes: [] } });
  });

  it('is asked for once, until it failed', async () => {
    const close = 'mutation { closePeriod(period: "2026-11") { ... on ClosePayload { period requested } } }';
    const asked = async () => (await data(world, 'finance', close)).closePeriod;
    expect(await asked()).toEqual({ period: '2026-11', requested: true });
    expect(await asked()).toEqual({ period: '2026-11', requested: false });
    const read = '{ closeRequest(period: "2026-11") { requestedBy requestedAt failure } }';
    expect((await data(world, 'auditor', read)).closeRequest).toEqual({
      requestedBy: 'finance@demo.example',
      requestedAt: '2026-12-05T04:00:00.000000Z',
      failure: null,
    });
    await world.databases.owner.execute("update close_request set failure = 'out of order'");
    expect(await asked()).toEqual({ period: '2026-11', requested: true });
  });

  it('cannot be approved by who had it calculated, nor closed before its period is over', async () => {
    await world.databases.owner.execute(
      "update commission_run set calculated_by = 'finance@demo.example' where period = '2026-11'",
    );
    const id = await runId('2026-11');
    const answer = await data(
      world,
      'finance',
      `mutation { approveRun(runId: "${id}") ${runResult} closePeriod(period: "2026-12") { ... on UserError { code } } }`,
    );
    expect([answer.approveRun.code, answer.closePeriod.code]).toEqual(['SAME_PERSON', 'PERIOD_NOT_OVER']);
  });
});

describe('accounts and keys', () => {
  const accountResult = `{ __typename ... on AccountPayload { account { email role disabled agentCode } } ${failure} }`;
  const keyResult = `{ __typename ... on ApiKeyPayload { token apiKey { id name revokedAt } } ${failure} }`;

  it('are created, shut out and audited without secrets', async () => {
    const create =
      'createAccount(email: "New@Demo.example", name: "New", role: AGENT, agentCode: "W1", password: "correct horse battery")';
    const answer = await data(
      world,
      'admin',
      `mutation { create: ${create} ${accountResult} again: ${create} ${accountResult}
        bad: createAccount(email: "x", name: "", role: AGENT, password: "short") ${accountResult}
        disable: disableAccount(email: "new@demo.example", reason: "left") ${accountResult} }`,
    );
    expect(answer.create.account).toEqual({
      email: 'new@demo.example',
      role: 'AGENT',
      disabled: false,
      agentCode: 'W1',
    });
    expect(answer.again.code).toBe('USER_EXISTS');
    expect(answer.bad.faults.length).toBeGreaterThan(2);
    expect(answer.disable.account.disabled).toBe(true);
    const { auditRecords } = await data(
      world,
      'auditor',
      '{ auditRecords(filter: { entity: "account" }) { nodes { actor action entityKey after } } }',
    );
    expect(auditRecords.nodes.map((record: { action: string }) => record.action)).toEqual([
      'account.disabled',
      'account.created',
    ]);
    expect(JSON.stringify(auditRecords)).not.toContain('horse');
  });

  it('are let in again, given new passwords and found', async () => {
    const change = (field: string, email: string, rest = '') =>
      `${field}(email: "${email}", reason: "asked"${rest}) ${accountResult}`;
    const newPassword = ', password: "a wholly new one"';
    const answer = await data(
      world,
      'admin',
      `mutation { enable: ${change('enableAccount', 'New@demo.example')} again: ${change('enableAccount', 'new@demo.example')}
        password: ${change('setPassword', 'new@demo.example', newPassword)}
        nobody: ${change('setPassword', 'nobody@demo.example', newPassword)}
        short: ${change('setPassword', 'new@demo.example', ', password: "short"')} }`,
    );
    expect(answer.enable.account).toMatchObject({ email: 'new@demo.example', disabled: false });
    expect(answer.again.account.disabled).toBe(false);
    expect(answer.password.account.email).toBe('new@demo.example');
    expect([answer.nobody.code, answer.short.code]).toEqual(['NOT_FOUND', 'INPUT_INVALID']);
    const { auditRecords } = await data(
      world,
      'auditor',
      '{ auditRecords(filter: { entity: "account" }) { nodes { action entityKey reason before after } } }',
    );
    // What changed nothing left no record.
    expect(
      auditRecords.nodes.map((record: { action: string; reason: string }) => [record.action, record.reason]),
    ).toEqual([
      ['account.password_changed', 'asked'],
      ['account.enabled', 'asked'],
      ['account.disabled', 'left'],
      ['account.created', null],
    ]);
    expect(JSON.stringify(auditRecords)).not.toContain('wholly');

    const found = async (args: string) => {
      const { accounts } = await data(world, 'auditor', `{ accounts(${args}) { nodes { email } } }`);
      return accounts.nodes.map(({ email }: { email: string }) => email);
    };
    expect(await found('search: "NEW@"')).toEqual(['new@demo.example']);
    // By the agent's code, and no wildcard of the database is one here.
    expect(await found('search: "w1", role: AGENT')).toContain('new@demo.example');
    expect(await found('search: "n_w@"')).toEqual([]);
    expect(await found('search: "new@", role: FINANCE')).toEqual([]);
    expect(await found('search: "new@", disabled: true')).toEqual([]);
    expect(await found('search: "new@", disabled: false')).toEqual(['new@demo.example']);
  });

  it('a key is shown once and revoked by its owner only', async () => {
    const text = `mutation { createApiKey(name: "till", idempotencyKey: "k") ${keyResult} }`;
    const first = (await data(world, 'agentE1', text)).createApiKey;
    expect(first.token).toMatch(/^trb_/);
    expect((await data(world, 'agentE1', text)).createApiKey).toEqual({ ...first, token: null });
    const revoke = `mutation ($id: ID!) { revokeApiKey(keyId: $id) ${keyResult} }`;
    expect((await data(world, 'agentE2', revoke, { id: first.apiKey.id })).revokeApiKey.code).toBe('NOT_FOUND');
    expect((await data(world, 'agentE1', revoke, { id: first.apiKey.id })).revokeApiKey.apiKey.revokedAt).toBeTruthy();
    expect((await data(world, 'agentE1', '{ apiKeys { name } }')).apiKeys).toHaveLength(1);
    expect((await data(world, 'agentE2', '{ apiKeys { name } }')).apiKeys).toHaveLength(0);
    const stored = await world.databases.owner.execute('select answer from idempotency_key');
    expect(JSON.stringify(stored)).not.toContain('trb_');
  });
});

describe('values that are not what they say', () => {
  const tier = (multiplier: unknown) => ({ tiers: [{ code: 'T', name: 'T', rank: 1, multiplier }] });
  const save = `mutation ($tiers: [TierInput!]!) { saveTiers(tiers: $tiers) { __typename } }`;

  it.each([[1.1], [1], ['NaN'], ['1e5'], ['1'.repeat(40)], [''], [true]])(
    'Decimal %o is refused',
    async (multiplier) => {
      const answer = await ask(world, 'admin', save, tier(multiplier));
      expect(answer.errors?.[0]?.message).toContain('Decimal must be a number as text');
    },
  );

  it('numbers in the query itself, impossible dates and NUL are refused too', async () => {
    for (const text of [
      'mutation { saveTiers(tiers: [{ code: "T", name: "T", rank: 1, multiplier: 1.1 }]) { __typename } }',
      '{ agent(code: "E1") { tier(on: "2026-02-30") { code } } }',
      '{ commissionLines(period: "2026-13") { nodes { id } } }',
      '{ agent(code: "E\\u0000") { code } }',
      '{ auditRecords(filter: { from: "2026-01-01T00:00:00" }) { nodes { at } } }',
    ]) {
      const answer = await ask(world, 'admin', text);
      expect(answer.errors, text).toHaveLength(1);
      expect(answer.errors?.[0]?.message, text).toMatch(/must be|NUL/);
    }
  });
});
