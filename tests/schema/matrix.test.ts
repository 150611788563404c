import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { type Answer, ask, data, makeWorld, type Person, people, tryOut, type World, watch } from './world.ts';

// Who may use what. Every root field of the schema has a row here: with what it is asked, and who may. A refusal is the code
// FORBIDDEN, or NOT_SIGNED_IN for nobody; whoever may, gets anything else, an error of another code included.

const signedIn: Person[] = people.filter((person) => person !== 'nobody');
const staff: Person[] = ['admin', 'managerEast', 'managerWest', 'finance', 'auditor'];
const moneyReaders: Person[] = ['admin', 'finance', 'auditor'];
const moneyWriters: Person[] = ['admin', 'finance'];
const managers: Person[] = ['admin', 'managerEast', 'managerWest'];
const auditors: Person[] = ['admin', 'auditor'];
const admin: Person[] = ['admin'];

type Row = readonly [asked: string, allowed: readonly Person[]];
const payload = '{ __typename ... on UserError { code message } }';

const queries: Record<string, Row> = {
  accounts: ['accounts { nodes { email name role disabled createdAt agentCode regionCode } }', auditors],
  agent: ['agent(code: "E1") { code name }', signedIn],
  agents: ['agents { nodes { code } }', signedIn],
  apiKeys: ['apiKeys { name }', signedIn],
  auditRecords: ['auditRecords { nodes { at actor action } }', auditors],
  campaigns: ['campaigns { code startsOn endsOn }', signedIn],
  channelTypes: ['channelTypes { code }', signedIn],
  closeRequest: ['closeRequest(period: "2026-10") { period requestedBy failure }', moneyReaders],
  commissionLines: ['commissionLines(period: "2026-10") { nodes { lineId amount event { externalId } } }', signedIn],
  errorCatalogue: ['errorCatalogue { code remedy }', signedIn],
  eventImports: ['eventImports { nodes { name acceptedCount } }', staff],
  exchangeRates: ['exchangeRates { nodes { currency into rate } }', signedIn],
  explainLine: [`explainLine(lineId: "2026-10.POOL.POT.POT.E1.MEMBER") ${payload}`, signedIn],
  explainRule: [`explainRule(source: "CRM", externalId: "A-E1") ${payload}`, signedIn],
  lateEvents: ['lateEvents(period: "2026-10") { nodes { externalId } }', signedIn],
  me: ['me { email }', signedIn],
  metricValues: ['metricValues(agentCode: "E1") { nodes { agentCode metric value } }', signedIn],
  node: ['node(id: "QWdlbnQ6MQ") { id }', signedIn],
  nodes: ['nodes(ids: ["QWdlbnQ6MQ"]) { id }', signedIn],
  operator: ['operator { code timeZone currency }', signedIn],
  pendingPlanCorrections: ['pendingPlanCorrections { number planCode approvals { approvedBy } }', staff],
  plan: ['plan(code: "P") { code versions { publishedBy } }', staff],
  plans: ['plans { code }', staff],
  pools: ['pools { code versions { fundPercent weight { factor eventTypes } } }', staff],
  productCategories: ['productCategories { code }', signedIn],
  products: ['products { nodes { code category { code } } }', signedIn],
  regions: ['regions { code parent { code } }', signedIn],
  retroPreview: [`retroPreview ${payload}`, moneyReaders],
  run: ['run(period: "2026-10") { period status calculatedBy approvedBy }', staff],
  runs: ['runs { nodes { period status } }', staff],
  salesEvent: ['salesEvent(source: "CRM", externalId: "A-E1") { amount }', signedIn],
  salesEvents: ['salesEvents { nodes { externalId } }', signedIn],
  segments: ['segments { code }', signedIn],
  simulate: [
    `simulate(input: { document: "plans: []", from: "2026-10" }) ${payload}`,
    [...moneyWriters, 'managerEast', 'managerWest'],
  ],
  statements: ['statements(period: "2026-10") { nodes { closing } }', signedIn],
  tiers: ['tiers { code rank multiplier }', signedIn],
  unpaidEvents: ['unpaidEvents(period: "2026-10") { nodes { reason } }', signedIn],
};

const run = 'runId: "UnVuOjE"';
const version = '{ from: "2026-12-01", currency: "CNY", components: [] }';
const poolVersion =
  '{ from: "2026-12-01", currency: "CNY", fund: { fixed: "1" }, weight: [{ factor: TIER_MULTIPLIER }], remainder: KEEP }';
const account = 'email: "x", name: "X", role: FINANCE, password: "short"';

const mutations: Record<string, Row> = {
  applyProgramme: [`applyProgramme(document: "regions: []") ${payload}`, admin],
  approvePlanVersion: [`approvePlanVersion(plan: "P", number: 9) ${payload}`, moneyWriters],
  approveOpening: [`approveOpening(${run}) ${payload}`, moneyWriters],
  approveRun: [`approveRun(${run}) ${payload}`, moneyWriters],
  closePeriod: [`closePeriod(period: "2026-12") ${payload}`, moneyWriters],
  createAccount: [`createAccount(${account}) ${payload}`, admin],
  createApiKey: [`createApiKey(name: "till") ${payload}`, signedIn],
  disableAccount: [`disableAccount(email: "nobody@demo.example", reason: "test") ${payload}`, admin],
  importOpening: [`importOpening(document: "", period: "2026-09") ${payload}`, moneyWriters],
  importSalesEvents: [`importSalesEvents(events: []) ${payload}`, managers],
  markRunPaid: [`markRunPaid(${run}) ${payload}`, moneyWriters],
  publishPlanVersion: [`publishPlanVersion(plan: { code: "P", name: "P" }, version: ${version}) ${payload}`, admin],
  publishPoolVersion: [`publishPoolVersion(pool: { code: "Q", name: "Q" }, version: ${poolVersion}) ${payload}`, admin],
  revokeApiKey: [`revokeApiKey(keyId: "QXBpS2V5Ojk5OQ") ${payload}`, signedIn],
  saveAgents: [`saveAgents(agents: []) ${payload}`, managers],
  saveAgreements: [`saveAgreements(agreements: []) ${payload}`, managers],
  saveExchangeRates: [`saveExchangeRates(exchangeRates: []) ${payload}`, admin],
  saveMetricValues: [`saveMetricValues(input: []) ${payload}`, managers],
  saveProducts: [`saveProducts(products: []) ${payload}`, admin],
  saveRegions: [`saveRegions(regions: []) ${payload}`, admin],
  saveTiers: [`saveTiers(tiers: []) ${payload}`, admin],
  voidRun: [`voidRun(${run}, reason: "test") ${payload}`, moneyWriters],
};

const subscriptions: Record<string, Row> = {
  runProgress: ['runProgress(period: "2026-10") { status step progressPercent }', moneyReaders],
};

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

/** The code with which a root field was refused, if it was. */
function refusal(field: string, { data: found, errors }: Answer): string | undefined {
  const codes = [found?.[field]?.code, ...(errors ?? []).map((error) => error.extensions.code)];
  return codes.find((code) => code === 'FORBIDDEN' || code === 'NOT_SIGNED_IN');
}

const refused = (person: Person) => (person === 'nobody' ? 'NOT_SIGNED_IN' : 'FORBIDDEN');

function expectRefusal(field: string, person: Person, allowed: readonly Person[], answer: Answer): void {
  if (allowed.includes(person)) {
    expect(refusal(field, answer), `${person} may use ${field}`).toBeUndefined();
    // Whatever else happened was meant to: no error without a code, which would be a fault of the program.
    expect(
      (answer.errors ?? []).filter((error) => !error.extensions.code),
      field,
    ).toEqual([]);
    return;
  }
  expect(refusal(field, answer), `${person} may not use ${field}`).toBe(refused(person));
  expect(answer.data?.[field]?.__typename ?? 'UserError').toBe('UserError');
}

describe('the table', () => {
  it('has a row for every root field of the schema and no other', () => {
    const names = (type: { getFields(): object } | null | undefined) => Object.keys(type?.getFields() ?? {}).sort();
    expect(Object.keys(queries).sort()).toEqual(names(schema.getQueryType()));
    expect(Object.keys(mutations).sort()).toEqual(names(schema.getMutationType()));
    expect(Object.keys(subscriptions).sort()).toEqual(names(schema.getSubscriptionType()));
  });
});

describe.each(people)('%s', (person) => {
  it.each(Object.entries(queries))('query %s', async (field, [asked, allowed]) => {
    expectRefusal(field, person, allowed, await ask(world, person, `{ ${asked} }`));
  });

  it.each(Object.entries(mutations))('mutation %s', async (field, [asked, allowed]) => {
    expectRefusal(field, person, allowed, await tryOut(world, person, `mutation { ${asked} }`));
  });

  it.each(Object.entries(subscriptions))('subscription %s', async (field, [asked, allowed]) => {
    const result = await watch(world, person, `subscription { ${asked} }`);
    if (Symbol.asyncIterator in result) {
      await result.return(undefined);
      expect(allowed).toContain(person);
    } else {
      expectRefusal(field, person, allowed, result);
      expect(allowed).not.toContain(person);
    }
  });

  it('reads of a run what its role allows', async () => {
    const staffOnly = ['voidReason', 'calculatedBy', 'approvedBy', 'paidBy', 'voidedBy', 'startedAt'];
    const moneyOnly = [
      'step',
      'progressPercent',
      'error',
      'eventCount',
      'lineCount',
      'unpaidCount',
      'unreadCount',
      'inputsHash',
      'linesHash',
    ];
    const lists = ['totals { amount component { code } }', 'pools { fund pool { code } }', 'checks { name holds }'];
    const text = `{ node(id: "UnVuOjE") { ... on Run { period status ${[...staffOnly, ...moneyOnly, ...lists].join(' ')} } } }`;
    const answer = await ask(world, person, text);
    const denied = (answer.errors ?? [])
      .filter((error) => error.extensions.code === refused(person))
      .map((error) => error.path?.at(-1));
    const listNames = lists.map((list) => list.split(' ')[0]);
    const expected = staff.includes(person)
      ? moneyReaders.includes(person)
        ? []
        : [...moneyOnly, ...listNames]
      : person === 'nobody'
        ? ['node']
        : [...staffOnly, ...moneyOnly, ...listNames];
    expect(denied.sort()).toEqual(expected.sort());
    expect(answer.errors?.length ?? 0).toBe(expected.length);
  });
});

describe('a refused field', () => {
  it('takes nothing else of the answer with it', async () => {
    const answer = await ask(
      world,
      'finance',
      '{ me { email } auditRecords { nodes { id } } agents(first: 201) { nodes { id } } }',
    );
    expect(answer.data).toEqual({ me: { email: 'finance@demo.example' }, auditRecords: null, agents: null });
    expect(answer.errors?.map((error) => error.extensions.code).sort()).toEqual(['FORBIDDEN', 'INPUT_INVALID']);
  });
});

describe('a refused write', () => {
  it('is refused by the database too, should a scope ever be forgotten', async () => {
    const attempts = {
      auditor: 'update commission_run set error = error',
      agentE1: "insert into region (code, name) values ('X', 'X')",
      managerEast: "insert into tier (code, name, rank) values ('X', 'X', 1)",
      finance: "insert into agent (code, name, channel_type_id) select 'X', 'X', id from channel_type",
    };
    for (const [person, statement] of Object.entries(attempts)) {
      const actor = world.actors[person as Person];
      if (!actor) throw new Error(person);
      const attempt = asRequest(world.databases.request, actor, '2026-12-05', async (transaction) => {
        const result = await transaction.execute(sql.raw(`${statement} returning 1 as one`));
        if (result.length === 0) throw new UserError('FORBIDDEN', 'no row may be changed');
      });
      const refusal = await attempt.then(() => undefined, asUserError);
      expect(refusal, person).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('an agent and plans', () => {
  it('reads the plan of its agreement and no other, by no path', async () => {
    const mine = await data(
      world,
      'agentE1',
      '{ agent(code: "E1") { agreements { plan { id code versions { number } } } } }',
    );
    expect(mine.agent.agreements[0].plan.code).toBe('P');
    const other = (await data(world, 'admin', '{ plan(code: "OTHER") { id } }')).plan.id;
    const answer = await ask(world, 'agentE1', `{ node(id: "${other}") { id ... on Plan { code } } }`);
    expect(answer.errors?.map((error) => error.extensions.code)).toContain('FORBIDDEN');
    expect(JSON.stringify(answer.data)).not.toContain('OTHER');
  });
});
