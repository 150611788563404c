import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideCases } from '../../src/conflicts/cases/bulkDecisions.ts';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { previewDecision } from '../../src/conflicts/cases/decisions.ts';
import { reopenCase } from '../../src/conflicts/cases/reopenCase.ts';
import { UserErrors } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { codeOf } from '../support/books.ts';
import {
  addSales,
  adjustments,
  credited,
  decide,
  makeWorld,
  now,
  openCase,
  stateOf,
  texts,
  type World,
} from './casesFixture.ts';

const keep: DecisionInput = { credits: 'KEEP', reason: 'nothing wrong' };
const floorFacts = (floorPrice: string) => ({ findings: [{ test: 'PRICE_FLOOR', floorPrice, currency: 'CNY' }] });

describe('a decision', () => {
  let world: World;
  let prefixCount = 0;
  beforeAll(async () => {
    world = await makeWorld(await testDatabase());
  });
  beforeEach(async () => {
    prefixCount += 1;
    await addSales(world, `s${prefixCount}-`);
  });
  const named = (externalId: string) => ({ source: 'CRM', externalId: `${world.prefix}${externalId}` });
  const duplicate = () => openCase(world, { event: 'west', region: 'WEST', claimants: { E1: 'east' } });

  it('awards the credit to one: its own event stays, the others are not credited', async () => {
    const id = await duplicate();
    expect(await credited(world)).toEqual(['west HELD']);
    await decide(world, 'managerWest', id, { credits: 'AWARD', shares: [{ agentCode: 'E1' }], reason: 'was first' });
    expect(await credited(world)).toEqual(['east E1:SELLER:1', 'west REJECTED']);
    expect(await stateOf(world, id)).toBe('RESOLVED decided');
    const [row] = await texts(world, `select appeal_until::text as text from conflict_case where id = ${id}`);
    // Decided on 5 November there: ten days, until the midnight that begins the 15th.
    expect(row).toBe('2026-11-14 16:00:00+00');
    const told = await texts(
      world,
      `select agent.code || ' ' || kind || ' ' || split_part(subject, ' ', 1) || ' ' || (details ->> 'appealUntil') as text
       from notice join agent on agent.id = agent_id where kind = 'CONFLICT_DECIDED' and details ->> 'case' = 'C-${id}' order by agent.code`,
    );
    expect(told).toEqual([`E1 CONFLICT_DECIDED C-${id} 2026-11-15`, `W1 CONFLICT_DECIDED C-${id} 2026-11-15`]);
    const audited = await texts(
      world,
      `select action || ' ' || entity_key as text from audit_record where entity_key = 'C-${id}'`,
    );
    expect(audited).toEqual([`conflict_case.decided C-${id}`]);
    const steps = await texts(
      world,
      `select concat_ws(' ', action, from_state, to_state, by, reason) as text from conflict_step where case_id = ${id} order by id desc limit 1`,
    );
    expect(steps).toEqual(['RESOLVED OPEN RESOLVED managerwest@demo.example was first']);
  });

  it('awards to whoever has no event: the event that was found stays', async () => {
    const id = await openCase(world, { event: 'west', kind: 'TERRITORY', region: 'WEST', claimants: { W2: null } });
    await decide(world, 'managerWest', id, { credits: 'AWARD', shares: [{ side: 'CLAIMANT' }], reason: 'its own' });
    expect(await credited(world)).toEqual(['west W2:SELLER:1']);
  });

  it('splits by percents that total exactly 100; the earliest event stays unless another is named', async () => {
    const id = await duplicate();
    const split = (west: string, more: Partial<DecisionInput> = {}): DecisionInput => ({
      credits: 'SPLIT',
      shares: [
        { agentCode: 'E1', percent: '33.3333' },
        { agentCode: 'W1', role: 'FULFILMENT', percent: west },
      ],
      reason: 'both',
      ...more,
    });
    expect(await codeOf(decide(world, 'admin', id, split('66.6666')))).toBe('INPUT_INVALID');
    expect(await codeOf(decide(world, 'admin', id, split('66.66670000000000001')))).toBe('INPUT_INVALID');
    const unknown = split('66.6667', { keptEvent: named('other') });
    expect(await codeOf(decide(world, 'admin', id, unknown))).toBe('CASE_EVENT');
    expect(await stateOf(world, id)).toBe('OPEN undecided');
    await decide(world, 'admin', id, split('66.6667'));
    expect(await credited(world)).toEqual(['east E1:SELLER:0.333333 W1:FULFILMENT:0.666667', 'west REJECTED']);
    const second = await openCase(world, { event: 'other', region: 'WEST', claimants: { E2: 'shared' } });
    await decide(world, 'admin', second, {
      credits: 'SPLIT',
      shares: [
        { agentCode: 'E2', percent: '50' },
        { agentCode: 'W1', percent: '50' },
      ],
      keptEvent: named('other'),
      reason: 'both',
    });
    expect((await credited(world)).slice(2)).toEqual(['shared REJECTED', 'other E2:SELLER:0.5 W1:SELLER:0.5']);
  });

  it('voids the event that was found, or leaves it as it came', async () => {
    const id = await duplicate();
    await decide(world, 'managerWest', id, { credits: 'VOID', reason: 'made up' });
    expect(await credited(world)).toEqual(['west REJECTED']);
    const second = await openCase(world, { event: 'east', effect: 'REJECT' });
    expect(await credited(world)).toEqual(['east REJECTED', 'west REJECTED']);
    await decide(world, 'managerEast', second, keep);
    expect(await credited(world)).toEqual(['west REJECTED']);
  });

  it('takes penalties, once an agent and currency, and not finer than the currency', async () => {
    const id = await duplicate();
    const penalty = (...amounts: string[]): DecisionInput => ({
      ...keep,
      penalties: amounts.map((amount) => ({ side: 'ACCUSED', amount, currency: 'CNY' })),
    });
    expect(await codeOf(decide(world, 'admin', id, penalty('1.005')))).toBe('VALUE_INVALID');
    expect(await codeOf(decide(world, 'admin', id, penalty('1', '2')))).toBe('CODE_DUPLICATE');
    expect(await codeOf(decide(world, 'admin', id, penalty('0')))).toBe('INPUT_INVALID');
    await decide(world, 'admin', id, penalty('50.5'));
    expect(await adjustments(world, id)).toEqual(['W1 PENALTY -50.5 2026-10']);
  });

  it('divides the difference to the floor price among the credited agents, exactly', async () => {
    // floor 33.35 · 3 − 100 = 0.05, by 0.5, 0.25 and 0.25: 2.5, 1.25 and 1.25 units, floors 2, 1, 1; the one left goes to the largest remainder, E2
    const id = await openCase(world, { event: 'shared', kind: 'PRICE_FLOOR', facts: floorFacts('33.35') });
    await decide(world, 'managerEast', id, { ...keep, priceDifference: true });
    expect(await adjustments(world, id)).toEqual([
      'E2 PRICE_DIFFERENCE -0.03 2026-10',
      'E3 PRICE_DIFFERENCE -0.01 2026-10',
      'W2 PRICE_DIFFERENCE -0.01 2026-10',
    ]);
    // 40 · 3 − 100 = 20, by what is decided: 0.5 each, with a penalty beside it
    const second = await openCase(world, { event: 'east', kind: 'PRICE_FLOOR', facts: floorFacts('40') });
    await decide(world, 'admin', second, {
      credits: 'SPLIT',
      shares: [
        { agentCode: 'E1', percent: '50' },
        { agentCode: 'E3', percent: '50' },
      ],
      penalties: [{ agentCode: 'E1', amount: '7', currency: 'CNY' }],
      priceDifference: true,
      reason: 'both knew',
    });
    expect(await adjustments(world, id, second)).toEqual([
      'E1 PENALTY -7 2026-10',
      'E1 PRICE_DIFFERENCE -10 2026-10',
      'E2 PRICE_DIFFERENCE -0.03 2026-10',
      'E3 PRICE_DIFFERENCE -0.01 2026-10',
      'E3 PRICE_DIFFERENCE -10 2026-10',
      'W2 PRICE_DIFFERENCE -0.01 2026-10',
    ]);
  });

  it('knows a price difference only where a floor price was missed', async () => {
    const difference = { ...keep, priceDifference: true };
    const list = { findings: [{ test: 'LIST_PRICE' }] };
    expect(await codeOf(decide(world, 'admin', await duplicate(), difference))).toBe('NO_PRICE_DIFFERENCE');
    const second = await openCase(world, { event: 'east', kind: 'PRICE_FLOOR', facts: list });
    expect(await codeOf(decide(world, 'admin', second, difference))).toBe('NO_PRICE_DIFFERENCE');
    const third = await openCase(world, { event: 'other', kind: 'PRICE_FLOOR', facts: floorFacts('33.3334') });
    // 33.3334 · 3 − 100 = 0.0002: nothing in the minor unit
    expect(await codeOf(decide(world, 'admin', third, difference))).toBe('NO_PRICE_DIFFERENCE');
  });

  it('names parties only; administrators may name others; a side that has several is named by code', async () => {
    const id = await openCase(world, { event: 'other', region: 'WEST', claimants: { E1: 'east', E2: 'shared' } });
    const award = (named: { agentCode: string } | { side: 'CLAIMANT' }): DecisionInput => ({
      credits: 'AWARD',
      shares: [named],
      reason: 'so',
    });
    // W2 took part in the event of E2, so it may be named too; E3 as well.
    expect(await codeOf(decide(world, 'managerWest', id, award({ side: 'CLAIMANT' })))).toBe('CASE_PARTY');
    const lonely = await openCase(world, { event: 'west', region: 'WEST', kind: 'TERRITORY' });
    expect(await codeOf(decide(world, 'managerWest', lonely, award({ agentCode: 'W2' })))).toBe('CASE_PARTY');
    expect(await codeOf(decide(world, 'admin', lonely, award({ agentCode: 'NONE' })))).toBe('CASE_PARTY');
    await decide(world, 'admin', lonely, award({ agentCode: 'W2' }));
    expect(await credited(world)).toContain('west W2:SELLER:1');
  });

  it('tells also whom it credits or takes money from, party or not; money is taken from nobody else', async () => {
    // E2's sale, with E3 and W2 credited too
    const id = await openCase(world, { event: 'shared', kind: 'TERRITORY', claimants: { E1: null } });
    const penalty = (agentCode: string): DecisionInput => ({
      credits: 'AWARD',
      shares: [{ agentCode: 'W1' }],
      penalties: [{ agentCode, amount: '5', currency: 'CNY' }],
      reason: 'so',
    });
    expect(await codeOf(decide(world, 'admin', id, penalty('W1')))).toBe('CASE_PARTY');
    await decide(world, 'admin', id, penalty('E3'));
    const told = await texts(
      world,
      `select agent.code as text from notice join agent on agent.id = agent_id
       where kind = 'CONFLICT_DECIDED' and details ->> 'case' = 'C-${id}' order by agent.code`,
    );
    expect(told).toEqual(['E1', 'E2', 'E3', 'W1', 'W2']);
  });

  it('is taken once, by whoever manages the case', async () => {
    const id = await openCase(world, { event: 'east' });
    expect(await codeOf(decide(world, 'managerWest', id, keep))).toBe('NOT_FOUND');
    for (const person of ['agentE1', 'finance', 'auditor', 'compliance'] as const) {
      expect(await codeOf(decide(world, person, id, keep))).toBe('NOT_FOUND');
    }
    const both = await Promise.allSettled([decide(world, 'managerEast', id, keep), decide(world, 'admin', id, keep)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CASE_STATE' } });
    expect(await codeOf(decide(world, 'admin', id, { ...keep, reason: ' ' }))).toBe('INPUT_INVALID');
  });

  it('is shown before it is taken', async () => {
    const id = await openCase(world, { event: 'shared', kind: 'PRICE_FLOOR', facts: floorFacts('34') });
    const { resolved } = await world.as('managerEast', (transaction, actor) =>
      previewDecision(transaction, actor, id, { ...keep, priceDifference: true }),
    );
    expect(resolved.deductions.map(({ agentCode, amount }) => `${agentCode} ${amount.toFixed()}`)).toEqual([
      'E2 1',
      'E3 0.5',
      'W2 0.5',
    ]);
    expect(await stateOf(world, id)).toBe('OPEN undecided');
    const other = world.as('managerWest', (transaction, actor) => previewDecision(transaction, actor, id, keep));
    expect(await codeOf(other)).toBe('NOT_FOUND');
  });

  it('can be taken back by an administrator, as if it had not been', async () => {
    const id = await duplicate();
    await decide(world, 'admin', id, {
      credits: 'AWARD',
      shares: [{ agentCode: 'E1' }],
      penalties: [{ agentCode: 'W1', amount: '5', currency: 'CNY' }],
      reason: 'was first',
    });
    const reopen = (person: 'admin' | 'managerWest') =>
      world.as(person, (transaction, actor) => reopenCase(transaction, actor, now, id, 'wrong agent'));
    expect(await codeOf(reopen('managerWest'))).toBe('FORBIDDEN');
    await reopen('admin');
    expect(await credited(world)).toEqual(['west HELD']);
    expect(await adjustments(world, id)).toEqual([]);
    const [withdrawn] = await world.databases.owner.$client<{ at: Date }[]>`
      select withdrawn_at as at from adjustment where reason = ${`C-${id}`}`;
    expect(new Date(withdrawn?.at ?? 0)).toEqual(now);
    expect(await stateOf(world, id)).toBe('OPEN undecided');
    expect(await codeOf(reopen('admin'))).toBe('CASE_STATE');
    await decide(world, 'admin', id, keep);
    expect(
      await texts(
        world,
        `select number || credits::text as text from conflict_decision where case_id = ${id} order by number`,
      ),
    ).toEqual(['1AWARD', '2KEEP']);
    // The facts are gone meanwhile: nothing to decide anew.
    await world.databases.owner.$client`update conflict_hit set gone_at = now() where case_id = ${id}`;
    await reopen('admin');
    expect(await stateOf(world, id)).toBe('CLOSED FACTS_CHANGED undecided');
    expect(await codeOf(reopen('admin'))).toBe('CASE_STATE');
  });
});

describe('equal cases', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(await testDatabase());
  });
  const decideSome = (person: 'admin' | 'managerWest', choice: Parameters<typeof decideCases>[3], input = keep) =>
    world.as(person, (transaction, actor) => decideCases(transaction, actor, now, choice, input));

  it('are decided together, or none of them; each at fault is named', async () => {
    const first = await openCase(world, { event: 'west', region: 'WEST', claimants: { E1: 'east' } });
    const second = await openCase(world, { event: 'other', region: 'WEST', claimants: { E1: 'east', E2: 'shared' } });
    const third = await openCase(world, { event: 'shared', region: 'EAST' });
    const award: DecisionInput = { credits: 'AWARD', shares: [{ side: 'CLAIMANT' }], reason: 'first' };
    const fault = await decideSome('admin', { kind: 'DUPLICATE' }, award).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(UserErrors);
    expect(fault).toMatchObject({
      errors: [
        { code: 'CASE_PARTY', at: `C-${second}` },
        { code: 'CASE_PARTY', at: `C-${third}` },
      ],
    });
    expect(await texts(world, `select distinct state::text as text from conflict_case`)).toEqual(['OPEN']);
    expect(await codeOf(decideSome('admin', {}))).toBe('INPUT_INVALID');
    expect(await codeOf(decideSome('admin', { period: '2026-09' }))).toBe('NOT_FOUND');
    expect(await codeOf(decideSome('managerWest', { caseIds: [first, third] }))).toBe('NOT_FOUND');
    const other = await openCase(world, { event: 'other', kind: 'TERRITORY', region: 'WEST' });
    expect(await codeOf(decideSome('admin', { region: 'WEST' }))).toBe('CASES_UNEQUAL');
    // Of W1's duplicates in the subtree of ALL.
    expect(await decideSome('admin', { rule: 'DUPLICATE', agentCode: 'W1', region: 'ALL', period: '2026-10' })).toEqual(
      [first, second],
    );
    expect(await decideSome('managerWest', { kind: 'TERRITORY' })).toEqual([other]);
    expect(await codeOf(decideSome('admin', { caseIds: [first, third] }))).toBe('CASE_STATE');
    expect(await stateOf(world, third)).toBe('OPEN undecided');
  });
});
