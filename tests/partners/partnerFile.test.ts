import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, people, today, type World } from '../schema/world.ts';
import { conflicts } from './conflicts.ts';
import { grades } from './grades.ts';

// The partner file of E1 (a master agent of the east with E2 and E3 below), whose life is written here by hand:
//   active since 2026-01-01, suspended 2026-09-10, active again 2026-09-20; an exclusive territory EAST until 2026-10-01, then shared;
//   score 78.50 in 2026-08, which an appeal decided on 20 September made 82, published with 2026-10 (75; 2026-11 is not); evaluated to STAR_4
//   from September; an award for August; raters' words, of which some are released; placed in a loyalty grid;
//   agreement A-1 until 2026-07-01, renewed by A-2; score 80 in 2026-08 and 91.5 in 2026-Q4; came in by application AP-1.

let world: World;

const lives = `
  delete from agent_status where agent_id = (select id from agent where code = 'E1');
  insert into agent_status (agent_id, status, valid_from, valid_to)
    select id, state::agent_status_code, valid_from::date, valid_to::date from agent,
      (values ('ACTIVE', '2026-01-01', '2026-09-10'), ('SUSPENDED', '2026-09-10', '2026-09-20'), ('ACTIVE', '2026-09-20', null))
        life(state, valid_from, valid_to) where code = 'E1';
  insert into agent_decision (agent_id, action, effective_from, reason, by, at)
    select id, 'SUSPEND', date '2026-09-10', 'late returns', 'anna', timestamptz '2026-09-09T15:30:00Z' from agent where code = 'E1';
  insert into territory (agent_id, region_id, exclusive, valid_from, valid_to)
    select agent.id, region.id, exclusive, valid_from::date, valid_to::date from agent, region,
      (values (true, '2026-01-01', '2026-10-01'), (false, '2026-10-01', null)) life(exclusive, valid_from, valid_to)
    where agent.code = 'E1' and region.code = 'EAST';
  delete from agreement where agent_id = (select id from agent where code = 'E1');
  insert into agreement (code, agent_id, plan_id, valid_from, valid_to, terms)
    select life.code, agent.id, plan.id, valid_from::date, valid_to::date, terms::jsonb from agent, plan,
      (values ('A-1', '2026-01-01', '2026-07-01', '{}'), ('A-2', '2026-07-01', null, '{"minimumPayout":"50","trailing":"CONTINUE"}'))
        life(code, valid_from, valid_to, terms) where agent.code = 'E1' and plan.code = 'P';
  insert into agreement_paper (agreement_id, renews_id, sha256, signed_on, payment_delay_days)
    select later.id, earlier.id, 'cafe', date '2026-06-20', 10 from agreement later, agreement earlier
    where later.code = 'A-2' and earlier.code = 'A-1';
  insert into metric_value (agent_id, metric, period, value)
    select id, metric, period, value::numeric from agent,
      (values ('SCORE', '2026-08', '80'), ('SCORE', '2026-Q4', '91.50'), ('TARGET', '2027', '1000'), ('TARGET', '2026', '900')) score(metric, period, value)
    where code = 'E1';
  insert into application (code, state, name, channel_type_id, region_id, contact_name, email, entered_by, created_at, agent_id)
    select 'AP-1', 'ACTIVE', 'East one', channel_type_id, region.id, 'ben', 'e1@example.com', 'anna', '2025-11-01T00:00:00Z', agent.id
    from agent, region where agent.code = 'E1' and region.code = 'EAST';
  insert into application_step (application_id, from_state, to_state, by, at, reason)
    select id, from_state::application_state, to_state::application_state, 'anna', at::timestamptz, reason from application,
      (values (null, 'DRAFT', '2025-11-01T00:00:00Z', 'entered'), ('CONTRACTED', 'ACTIVE', '2025-12-30T00:00:00Z', 'complete')) step(from_state, to_state, at, reason)
    where code = 'AP-1';
  insert into document (subject, application_id, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
    select 'APPLICATION', application.id, agent_id, 'BUSINESS_LICENCE', 'licence.pdf', 'application/pdf', 1234, 'beef', 'k1', 'anna', '2025-11-02T00:00:00Z'
    from application;
  insert into agent_contact (agent_id, name, responsibility, phone, valid_from) select id, 'ben', 'OWNER', '555', date '2026-01-01' from agent where code = 'E1';
  insert into secret (agent_id, kind, ciphertext, wrapped_key, envelope_key_id, fingerprint, masked, changed_by, changed_at)
    select id, 'BANK_ACCOUNT', 'c', 'w', 'k', 'f', '****6789', 'anna', '2025-11-02T00:00:00Z' from agent where code = 'E1';
  insert into course (code, name, valid_months) values ('BASICS', 'Basics', 12);
  insert into training_result (course_id, agent_id, taken_on, passed, score, expires_on)
    select course.id, agent.id, date '2025-12-01', true, 88.5, date '2026-12-01' from course, agent where agent.code = 'E1';
  insert into reminder (kind, subject, due_on, agent_id, created_at)
    select 'CERTIFICATE_EXPIRES', 'E1 BASICS', date '2026-12-01', id, '2026-11-01T00:00:00Z' from agent where code = 'E1';
  insert into audit_record (at, actor, action, entity, entity_key) values
    ('2026-09-09T15:30:00Z', 'anna', 'agent.suspended', 'agent', 'E1'), ('2026-09-09T15:30:00Z', 'anna', 'agent.suspended', 'agent', 'E2'),
    ('2026-06-20T00:00:00Z', 'anna', 'agreement.renewed', 'agreement', 'A-2'), ('2025-11-02T00:00:00Z', 'anna', 'document.stored', 'document', 'APPLICATION AP-1'),
    ('2025-11-02T00:00:00Z', 'anna', 'secret.saved', 'secret', 'AGENT E1 BANK_ACCOUNT'), ('2025-11-02T00:00:00Z', 'anna', 'region.created', 'region', 'E1')`;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.$client.unsafe(lives);
  await world.databases.owner.$client.unsafe(grades);
  await world.databases.owner.$client.unsafe(conflicts);
});

const sections = {
  statuses: '{ status from to }',
  decisions: '{ action effectiveFrom reason by at }',
  tiers: '{ code name from to }',
  regions: '{ code name from to }',
  parents: '{ code name from to }',
  children: '{ directCount allCount }',
  territories: '{ code name exclusive from to }',
  agreements:
    '{ code plan from to renews signedOn sha256 paymentDelayDays minimumPayout taxPercent trailing endedEarlyBy endReason }',
  scores: '{ metric period value }',
  publishedScores: '{ period template version revision total state publishedAt }',
  scoreAppeals: '{ period state reason filedBy filedAt decision decidedBy decidedAt }',
  releasedComments: '{ round aspect period words }',
  tierMoves: '{ scheme period kind fromTier toTier misses effectiveOn appliedAt }',
  awards: '{ award name period place rankedAmong prize grantedAt }',
  loyaltyPlacements: '{ grid period loyalty contribution }',
  statements: '{ period runStatus currency opening earned closing payable }',
  conflicts: '{ code kind rule side period state openedAt decidedAt credits share deductions { currency amount } }',
  registrations:
    '{ code customerId customerName opportunity product category state registeredAt protectedFrom protectedUntil }',
  documents: '{ documentId kind fileName mediaType sizeBytes sha256 uploadedBy uploadedAt }',
  contacts: '{ name responsibility phone email from to }',
  numbers: '{ kind masked changedAt }',
  training: '{ course name takenOn passed score expiresOn holds }',
  reminders: '{ kind subject dueOn doneBy doneAt }',
  onboarding: '{ application fromState toState reason by at }',
  auditTrail: '{ at actor action entity entityKey reason }',
};
const all = Object.entries(sections)
  .map(([name, fields]) => `${name} ${fields}`)
  .join(' ');
const query = `query ($code: String!, $on: Date) { agentFile(code: $code, on: $on) {
  on code name channelType status tier region parent ${all} } }`;

const fileOf = async (person: Person, code: string, on?: string) =>
  (await data(world, person, query, { code, on })).agentFile;

describe('the file as of today', () => {
  it('has everything', async () => {
    const file = await fileOf('admin', 'E1');
    const { auditTrail, statements, ...rest } = file;
    expect(rest).toEqual({
      on: today,
      code: 'E1',
      name: 'East one',
      channelType: 'AGENT',
      status: 'ACTIVE',
      tier: 'STAR_4',
      region: 'EAST',
      parent: null,
      statuses: [
        { status: 'ACTIVE', from: '2026-01-01', to: '2026-09-10' },
        { status: 'SUSPENDED', from: '2026-09-10', to: '2026-09-20' },
        { status: 'ACTIVE', from: '2026-09-20', to: null },
      ],
      decisions: [
        {
          action: 'SUSPEND',
          effectiveFrom: '2026-09-10',
          reason: 'late returns',
          by: 'anna',
          at: '2026-09-09T15:30:00.000000Z',
        },
      ],
      tiers: [expect.objectContaining({ code: 'STAR_4', name: 'Four stars', to: null })],
      regions: [expect.objectContaining({ code: 'EAST', name: 'East', to: null })],
      parents: [],
      children: { directCount: 2, allCount: 2 },
      territories: [
        { code: 'EAST', name: 'East', exclusive: true, from: '2026-01-01', to: '2026-10-01' },
        { code: 'EAST', name: 'East', exclusive: false, from: '2026-10-01', to: null },
      ],
      agreements: [
        expect.objectContaining({ code: 'A-1', plan: 'P', to: '2026-07-01', renews: null, trailing: 'STOP' }),
        {
          code: 'A-2',
          plan: 'P',
          from: '2026-07-01',
          to: null,
          renews: 'A-1',
          signedOn: '2026-06-20',
          sha256: 'cafe',
          paymentDelayDays: 10,
          minimumPayout: '50',
          taxPercent: null,
          trailing: 'CONTINUE',
          endedEarlyBy: null,
          endReason: null,
        },
      ],
      // The target of 2027 is of a year that has not begun.
      scores: [
        { metric: 'SCORE', period: '2026-08', value: '80' },
        { metric: 'SCORE', period: '2026-Q4', value: '91.5' },
        { metric: 'TARGET', period: '2026', value: '900' },
      ],
      publishedScores: [
        {
          period: '2026-08',
          template: 'CARD',
          version: 1,
          revision: 1,
          total: '82.00',
          state: 'FINAL',
          publishedAt: '2026-09-10T01:00:00.000000Z',
        },
        expect.objectContaining({ period: '2026-10', revision: 0, total: '75.00', state: 'PUBLISHED' }),
      ],
      scoreAppeals: [
        {
          period: '2026-08',
          state: 'ACCEPTED',
          reason: 'a day is missing',
          filedBy: 'e1',
          filedAt: '2026-09-12T01:00:00.000000Z',
          decision: 'so it is',
          decidedBy: 'anna',
          decidedAt: '2026-09-20T01:00:00.000000Z',
        },
      ],
      releasedComments: [{ round: 'R', aspect: 'SERVICE', period: '2026-08', words: 'words of x' }],
      tierMoves: [
        {
          scheme: 'STARS',
          period: '2026-08',
          kind: 'PROMOTED',
          fromTier: 'STAR_3',
          toTier: 'STAR_4',
          misses: 0,
          effectiveOn: '2026-09-01',
          appliedAt: '2026-09-15T01:00:00.000000Z',
        },
      ],
      awards: [
        {
          award: 'BEST',
          name: 'Best shop',
          period: '2026-08',
          place: 1,
          rankedAmong: 'EAST',
          prize: { kind: 'NON_CASH', text: 'a cup' },
          grantedAt: '2026-09-25T01:00:00.000000Z',
        },
      ],
      loyaltyPlacements: [{ grid: 'GRID', period: '2026-08', loyalty: 'LOYAL', contribution: 'HIGH' }],
      // Accused on 20 August, decided on 1 September; in another it is the claimant.
      conflicts: [
        {
          code: 'C-1',
          kind: 'DUPLICATE',
          rule: 'CLAIMS',
          side: 'ACCUSED',
          period: '2026-10',
          state: 'RESOLVED',
          openedAt: '2026-08-20T01:00:00.000000Z',
          decidedAt: '2026-09-01T01:00:00.000000Z',
          credits: 'SPLIT',
          share: '0.4',
          deductions: [{ currency: 'CNY', amount: '12.34' }],
        },
        {
          code: 'C-2',
          kind: 'DUPLICATE',
          rule: 'CLAIMS',
          side: 'CLAIMANT',
          period: '2026-10',
          state: 'OPEN',
          openedAt: '2026-09-20T01:00:00.000000Z',
          decidedAt: null,
          credits: null,
          share: null,
          deductions: [],
        },
      ],
      registrations: [
        {
          code: 'D-1',
          customerId: 'C9',
          customerName: 'A mill',
          opportunity: 'a new hall',
          product: null,
          category: 'BROADBAND',
          state: 'PROTECTED',
          registeredAt: '2026-08-01T01:00:00.000000Z',
          protectedFrom: '2026-08-01T01:00:00.000000Z',
          protectedUntil: '2026-12-30T16:00:00.000000Z',
        },
      ],
      documents: [
        {
          documentId: Buffer.from('Document:1').toString('base64url'),
          kind: 'BUSINESS_LICENCE',
          fileName: 'licence.pdf',
          mediaType: 'application/pdf',
          sizeBytes: '1234',
          sha256: 'beef',
          uploadedBy: 'anna',
          uploadedAt: '2025-11-02T00:00:00.000000Z',
        },
      ],
      contacts: [{ name: 'ben', responsibility: 'OWNER', phone: '555', email: null, from: '2026-01-01', to: null }],
      numbers: [{ kind: 'BANK_ACCOUNT', masked: '****6789', changedAt: '2025-11-02T00:00:00.000000Z' }],
      // Passed, but it no longer counts since 2026-12-01.
      training: [
        {
          course: 'BASICS',
          name: 'Basics',
          takenOn: '2025-12-01',
          passed: true,
          score: '88.5',
          expiresOn: '2026-12-01',
          holds: false,
        },
      ],
      reminders: [
        { kind: 'CERTIFICATE_EXPIRES', subject: 'E1 BASICS', dueOn: '2026-12-01', doneBy: null, doneAt: null },
      ],
      onboarding: [
        expect.objectContaining({ application: 'AP-1', fromState: null, toState: 'DRAFT', reason: 'entered' }),
        expect.objectContaining({ application: 'AP-1', fromState: 'CONTRACTED', toState: 'ACTIVE' }),
      ],
    });
    expect(statements.map((row: { period: string; runStatus: string }) => [row.period, row.runStatus])).toEqual([
      ['2026-10', 'APPROVED'],
      ['2026-11', 'CALCULATED'],
    ]);
    // One activation (80), 3.25 % of a bill of 100 times 1.1 (3.575: 3.58), and of the pool of 1 % of 300 in bills, weights
    // 1 · 1.1, E2 1.3 and W1 1.7: 0.8048…, floored to 0.80 with the cent that is left for the largest remainder.
    expect(statements[0]).toMatchObject({ currency: 'CNY', opening: '0.00', earned: '84.39', closing: '84.39' });
    const done = auditTrail.map((row: { action: string; entityKey: string }) => `${row.action} ${row.entityKey}`);
    expect(done.slice(0, 4)).toEqual([
      'secret.saved AGENT E1 BANK_ACCOUNT',
      'document.stored APPLICATION AP-1',
      'agreement.renewed A-2',
      'agent.suspended E1',
    ]);
    expect(done.filter((text: string) => text.endsWith(' E2') || text.startsWith('region.'))).toEqual([]);
  });
});

describe('the file as of an earlier day', () => {
  it('has what had begun, and what had been done by the end of that day in the time zone of the operator', async () => {
    // 2026-09-09 15:30 UTC is 23:30 of that day in Shanghai.
    const file = await fileOf('admin', 'E1', '2026-09-09');
    expect(file).toMatchObject({ on: '2026-09-09', status: 'ACTIVE' });
    expect(file.statuses.length).toBe(1);
    expect(file.decisions.length).toBe(1);
    expect(file.territories).toEqual([expect.objectContaining({ exclusive: true })]);
    expect(file.agreements.length).toBe(2);
    expect(file.scores.map((row: { period: string }) => row.period)).toEqual(['2026-08', '2026']);
    expect(file.conflicts).toEqual([expect.objectContaining({ code: 'C-1', state: 'RESOLVED', credits: 'SPLIT' })]);
    const undecided = (await fileOf('admin', 'E1', '2026-08-31')).conflicts;
    expect(undecided).toEqual([
      expect.objectContaining({ state: 'OPEN', decidedAt: null, credits: null, share: null, deductions: [] }),
    ]);
    expect((await fileOf('admin', 'E1', '2026-07-31')).registrations).toEqual([]);
    expect(file.statements).toEqual([]);
    const judged = ['publishedScores', 'scoreAppeals', 'tierMoves', 'awards'];
    for (const name of judged) expect(file[name], name).toEqual([]);
    // Published and appealed against, and decided only on the 20th; applied on the 15th, and no award until the 25th.
    const judgedLater = await fileOf('admin', 'E1', '2026-09-19');
    expect(judgedLater.publishedScores).toEqual([expect.objectContaining({ revision: 0, total: '78.50' })]);
    const filed = { state: 'FILED', decision: null, decidedBy: null, decidedAt: null };
    expect(judgedLater.scoreAppeals).toEqual([expect.objectContaining(filed)]);
    expect(judgedLater.tierMoves.length).toBe(1);
    expect(judgedLater.awards).toEqual([]);
    expect((await fileOf('admin', 'E1', '2026-07-31')).loyaltyPlacements).toEqual([]);
    expect(file.training[0].holds).toBe(true);
    expect(file.reminders).toEqual([]);
    expect((await fileOf('admin', 'E1', '2026-09-15')).status).toBe('SUSPENDED');
    const before = await fileOf('admin', 'E1', '2026-09-08');
    expect(before.decisions).toEqual([]);
    expect(before.auditTrail.map((row: { action: string }) => row.action)).not.toContain('agent.suspended');
    expect((await fileOf('admin', 'E1', '2026-06-30')).agreements.map((row: { code: string }) => row.code)).toEqual([
      'A-1',
    ]);
  });
});

describe('who gets which part', () => {
  const none: Partial<Record<Person, readonly string[] | null>> = {
    admin: [],
    auditor: [],
    managerEast: ['auditTrail'],
    managerWest: null,
    finance: [
      'releasedComments',
      'loyaltyPlacements',
      'documents',
      'numbers',
      'training',
      'reminders',
      'onboarding',
      'auditTrail',
    ],
    agentE1: ['loyaltyPlacements', 'onboarding', 'auditTrail'],
    agentE2: null,
    agentW1: null,
  };

  it.each(people.filter((person) => person in none))('%s', async (person) => {
    const file = await fileOf(person, 'E1');
    const missing = none[person];
    if (!missing) return expect(file).toBeNull();
    const names = Object.keys(sections);
    expect(names.filter((name) => file[name] === null).sort()).toEqual([...missing].sort());
    // Parents apart, E1 has something in every section.
    const empty = names.filter((name) => Array.isArray(file[name]) && file[name].length === 0);
    expect(empty).toEqual(['parents']);
    const periods = file.statements.map((row: { period: string }) => row.period);
    expect(periods).toEqual(person === 'agentE1' ? ['2026-10'] : ['2026-10', '2026-11']);
  });

  it('is refused to nobody and to compliance', async () => {
    const asked = await ask(world, 'nobody', '{ agentFile(code: "E1") { code } }');
    expect(asked.errors?.[0]?.extensions.code).toBe('NOT_SIGNED_IN');
    const user = { id: 999, role: 'COMPLIANCE', agentId: null, regionId: null } as const;
    const actors = { ...world.actors, nobody: { name: 'c@example.com', user, requestId: null } };
    const refused = await ask({ ...world, actors }, 'nobody', '{ agentFile(code: "E1") { code } }');
    expect(refused.data).toEqual({ agentFile: null });
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('an agent reads its own side of conflicts, and nothing of the other', async () => {
    const { conflicts: own } = await fileOf('agentE1', 'E1');
    expect(own).toEqual((await fileOf('admin', 'E1')).conflicts);
    expect(own[0]).toMatchObject({ credits: 'SPLIT', share: '0.4', deductions: [{ amount: '12.34' }] });
    expect(JSON.stringify(own)).not.toMatch(/W1|0\.6|99/);
  });

  it('an agent reads the files of those below it, and is not told who stands above where it may not see that', async () => {
    expect((await fileOf('agentE1', 'E2')).parent).toBe('E1');
    const own = await fileOf('agentE2', 'E2');
    expect(own.parent).toBeNull();
    expect(own.parents).toEqual([expect.objectContaining({ code: null, name: null })]);
    expect(own.children).toEqual({ directCount: 0, allCount: 0 });
    expect(await fileOf('agentE2', 'E3')).toBeNull();
    expect(await fileOf('admin', 'NOWHERE')).toBeNull();
  });
});

describe('its cost', () => {
  it('is a statement for each section, however much is in it', async () => {
    const client = world.databases.request.$client as unknown as { options: { debug: unknown } };
    const count = async () => {
      let statements = 0;
      client.options.debug = () => {
        statements += 1;
      };
      await fileOf('admin', 'E1');
      client.options.debug = undefined;
      return statements;
    };
    const before = await count();
    await world.databases.owner.execute(sql`
      insert into agent_contact (agent_id, name, responsibility, valid_from)
      select agent.id, 'c' || number, 'SALES', date '2026-01-01' from agent, generate_series(1, 200) number where code = 'E1'`);
    await world.databases.owner.execute(sql`
      insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
      select 'AGENT', agent.id, 'OTHER', 'f', 'image/png', 1, 's', 'more' || number, 'anna', now() - interval '10 years' from agent, generate_series(1, 200) number where code = 'E1'`);
    expect((await fileOf('admin', 'E1')).contacts.length).toBe(201);
    expect(await count()).toBe(before);
    // begin, the claims, the head, 25 sections, commit.
    expect(before).toBe(29);
  });
});
