import { desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { notice } from '../../src/notices/tables.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from '../schema/world.ts';

// The clock of this world stands at 5 December 2026; October is approved. E2 is STAR_3 until 1 November and STAR_4 from then on.
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const orError = '... on UserError { code at message }';
const requestText = `mutation ($agentCode: String!, $tier: String!, $from: Date!, $to: Date!, $reason: String!) {
  answer: requestTierOverride(agentCode: $agentCode, tier: $tier, from: $from, to: $to, reason: $reason) {
    ... on TierOverridePayload { override { id state } } ${orError} } }`;
const decideText = `mutation ($id: ID!, $approve: Boolean!) { answer: decideTierOverride(overrideId: $id, approve: $approve, reason: "seen") {
  ... on TierOverridePayload { override { state decidedBy decision } } ${orError} } }`;
const withdrawText = `mutation ($id: ID!) { answer: withdrawTierOverride(overrideId: $id) {
  ... on TierOverridePayload { override { state } } ${orError} } }`;

const wanted = { agentCode: 'E2', tier: 'STAR_4', from: '2026-10-10', to: '2026-10-20', reason: 'opened a flagship' };
const request = async (rest: Partial<typeof wanted> = {}, person: Person = 'managerEast') =>
  (await data(world, person, requestText, { ...wanted, ...rest })).answer;
const decide = async (id: string, approve = true, person: Person = 'admin') =>
  (await data(world, person, decideText, { id, approve })).answer;
const approved = async (rest: Partial<typeof wanted>) => {
  const { override } = await request(rest);
  expect(await decide(override.id)).toMatchObject({ override: { state: 'APPROVED' } });
};
const tiersOf = async (code: string) => {
  const rows = await world.databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', tier.code, valid_from::text, valid_to::text) as text
    from agent_tier join tier on tier.id = tier_id join agent on agent.id = agent_id where agent.code = ${code} order by valid_from`;
  return rows.map(({ text }) => text);
};

describe('a tier by hand', () => {
  it('gives the tier on its days, puts back what was there, and is told, recorded and followed by RETRO', async () => {
    const { override } = await request();
    expect(override.state).toBe('REQUESTED');
    const before = ['STAR_3 2026-01-01 2026-11-01', 'STAR_4 2026-11-01'];
    expect(await tiersOf('E2')).toEqual(before);
    expect(await decide(override.id, true, 'managerEast')).toMatchObject({
      code: 'SAME_PERSON',
      message: 'managereast@demo.example asked for this override: somebody else decides.',
    });
    expect(await tiersOf('E2')).toEqual(before);
    expect(await decide(override.id)).toEqual({
      override: { state: 'APPROVED', decidedBy: 'admin@demo.example', decision: 'seen' },
    });
    expect(await tiersOf('E2')).toEqual([
      'STAR_3 2026-01-01 2026-10-10',
      'STAR_4 2026-10-10 2026-10-20',
      'STAR_3 2026-10-20 2026-11-01',
      'STAR_4 2026-11-01',
    ]);
    const { owner } = world.databases;
    const [told] = await owner.select().from(notice).where(eq(notice.kind, 'TIER_OVERRIDE'));
    expect(told).toMatchObject({
      subject: 'STAR_4 2026-10-10',
      details: { tier: 'STAR_4', from: '2026-10-10', to: '2026-10-20', reason: 'opened a flagship' },
    });
    const records = await owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(2);
    expect(records.map(({ action, actor, entityKey, reason }) => [action, actor, entityKey, reason])).toEqual([
      ['tier_override.approved', 'admin@demo.example', 'E2', 'seen'],
      ['tier_override.requested', 'managereast@demo.example', 'E2', 'opened a flagship'],
    ]);
    const causes = await owner.$client<{ text: string }[]>`
      select distinct code || ' ' || period || ' ' || reason as text from retro_cause join agent on agent.id = agent_id`;
    expect(causes.map(({ text }) => text)).toEqual(['E2 2026-10 agent_tier']);
    expect(await decide(override.id)).toMatchObject({ code: 'OVERRIDE_STATE' });
  });

  it('may take the place of several tiers, and begin where one begins', async () => {
    // W1: STAR_3 all along; E1: STAR_4. First a slice of W1, then one over the slice's border.
    const begins = (await tiersOf('W1'))[0]?.split(' ')[1] ?? '';
    const byWest = { agentCode: 'W1' };
    const west = async (from: string, to: string) => {
      const { override } = await request({ ...byWest, from, to }, 'managerWest');
      await decide(override.id);
    };
    await west('2027-01-01', '2027-02-01');
    await west('2027-02-01', '2027-03-01');
    expect(await tiersOf('W1')).toEqual([
      `STAR_3 ${begins} 2027-01-01`,
      'STAR_4 2027-01-01 2027-02-01',
      'STAR_4 2027-02-01 2027-03-01',
      'STAR_3 2027-03-01',
    ]);
  });

  it('is refused where another one holds, and where its days or names are wrong', async () => {
    expect(await request({ from: '2026-10-19', to: '2026-10-21' })).toMatchObject({ code: 'OVERRIDE_OVERLAP' });
    expect(await request({ from: '2026-10-20', to: '2026-10-20' })).toMatchObject({ code: 'INPUT_INVALID', at: 'to' });
    expect(await request({ tier: 'STAR_9' })).toMatchObject({ code: 'REFERENCE_UNKNOWN', at: 'tier' });
    expect(await request({ reason: ' ' })).toMatchObject({ code: 'VALUE_MISSING' });
    expect(await request({ agentCode: 'W1' })).toMatchObject({ code: 'NOT_FOUND', at: 'agentCode' });
    expect(await request({ from: '1800-01-01', to: '1800-02-01' })).toMatchObject({
      code: 'INPUT_INVALID',
      at: 'from',
    });
  });

  it('of two requests for the same days only one is approved', async () => {
    const days = { from: '2027-05-01', to: '2027-06-01' };
    const first = await request(days);
    const second = await request({ ...days, tier: 'STAR_3' });
    expect(await decide(first.override.id)).toMatchObject({ override: { state: 'APPROVED' } });
    expect(await decide(second.override.id)).toMatchObject({
      code: 'OVERRIDE_OVERLAP',
      message: 'Agent E2 has tier STAR_4 by hand from 2027-05-01 to 2027-06-01.',
    });
    expect(await decide(second.override.id, false)).toMatchObject({ override: { state: 'REJECTED' } });
    expect((await tiersOf('E2')).filter((text) => text.includes('2027'))).toEqual([
      'STAR_4 2026-11-01 2027-05-01',
      'STAR_4 2027-05-01 2027-06-01',
      'STAR_4 2027-06-01',
    ]);
  });

  it('is taken back by who asked for it, or an administrator', async () => {
    const withdraw = async (id: string, person: Person) => (await data(world, person, withdrawText, { id })).answer;
    const own = await request({ from: '2028-01-01', to: '2028-02-01' });
    expect(await withdraw(own.override.id, 'managerWest')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await withdraw(own.override.id, 'managerEast')).toEqual({ override: { state: 'WITHDRAWN' } });
    const byAdmin = await request({ from: '2028-01-01', to: '2028-02-01' }, 'admin');
    expect(await withdraw(byAdmin.override.id, 'managerEast')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await withdraw(byAdmin.override.id, 'admin')).toEqual({ override: { state: 'WITHDRAWN' } });
  });

  it('is listed; agents see the approved ones', async () => {
    await approved({ from: '2029-01-01', to: '2029-02-01' });
    const list = async (person: Person, args = '') => {
      const { tierOverrides } = await data(
        world,
        person,
        `{ tierOverrides${args} { nodes { agentCode from state } } }`,
      );
      return tierOverrides.nodes.map((row: { agentCode: string; from: string; state: string }) =>
        Object.values(row).join(' '),
      );
    };
    expect(await list('agentE1')).toEqual([
      'E2 2029-01-01 APPROVED',
      'E2 2027-05-01 APPROVED',
      'E2 2026-10-10 APPROVED',
    ]);
    expect(await list('agentW1', '(agentCode: "E2")')).toEqual([]);
    expect(await list('managerEast', '(state: WITHDRAWN)')).toHaveLength(2);
    expect(await list('managerWest')).toEqual(['W1 2027-02-01 APPROVED', 'W1 2027-01-01 APPROVED']);
  });
});
