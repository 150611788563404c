import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ConflictBooks } from '../support/conflictBooks.ts';

// What open cases, decisions and rules together make of an event's credits (DOMAIN.md §8): the database's own functions.

let books: ConflictBooks;

beforeAll(async () => {
  books = new ConflictBooks(await testDatabase());
  await books.open();
  await books.addRuleVersions();
});

const half = [
  ['A1', '0.5'],
  ['A2', '0.5'],
] as const;

describe('open cases', () => {
  it.each([
    ['FLAG', () => 'as it came'],
    ['HOLD', (id: number) => `HELD ${id}`],
    ['REJECT', (id: number) => `REJECTED ${id}`],
  ] as const)('%s', async (effect, expected) => {
    const event = await books.event('A1');
    const id = await books.openCase(event, 'A1', { effect });
    expect(await books.crediting(event)).toBe(expected(id));
  });

  it('the strictest of several counts, whichever came first; what is left counts once it is settled', async () => {
    const event = await books.event('A1');
    const flagged = await books.openCase(event, 'A1', { effect: 'FLAG' });
    const held = await books.openCase(event, 'A1');
    const rejected = await books.openCase(event, 'A1', { effect: 'REJECT' });
    const heldToo = await books.openCase(event, 'A1');
    expect(await books.crediting(event)).toBe(`REJECTED ${rejected}`);
    await books.decide(rejected, { credits: 'KEEP' });
    expect(await books.crediting(event)).toBe(`HELD ${held}`);
    await books.decide(held, { credits: 'KEEP' });
    expect(await books.crediting(event)).toBe(`HELD ${heldToo}`);
    await books.moveCase(heldToo, 'CLOSED');
    expect(await books.crediting(event)).toBe('as it came');
    await books.moveCase(flagged, 'IN_MEDIATION');
    expect(await books.crediting(event)).toBe('as it came');
  });

  it('mediation holds, a hit that is gone does not; it does again when it comes back', async () => {
    const event = await books.event('A1');
    const id = await books.openCase(event, 'A1');
    await books.moveCase(id, 'IN_MEDIATION');
    expect(await books.crediting(event)).toBe(`HELD ${id}`);
    await books.sql`update conflict_hit set gone_at = now() where case_id = ${id}`;
    expect(await books.crediting(event)).toBe('as it came');
    await books.moveCase(id, 'CLOSED');
    await books.sql`update conflict_hit set gone_at = null where case_id = ${id}`;
    expect(await books.crediting(event)).toBe('as it came');
    await books.moveCase(id, 'OPEN');
    expect(await books.crediting(event)).toBe(`HELD ${id}`);
  });

  it('the claimant’s own event is not held', async () => {
    const [event, claimed] = [await books.event('A1'), await books.event('A2')];
    await books.openCase(event, 'A1', { claims: [['A2', claimed]] });
    expect(await books.crediting(claimed)).toBe('as it came');
  });
});

describe('decisions', () => {
  it('KEEP leaves it as it came, VOID credits nobody, and only the event that was found', async () => {
    const [event, claimed] = [await books.event('A1'), await books.event('A2')];
    const id = await books.openCase(event, 'A1', { claims: [['A2', claimed]] });
    await books.decide(id, { credits: 'VOID' });
    expect([await books.crediting(event), await books.crediting(claimed)]).toEqual([`REJECTED ${id}`, 'as it came']);
    await books.moveCase(id, 'OPEN');
    expect(await books.crediting(event)).toBe(`HELD ${id}`);
    await books.decide(id, { credits: 'KEEP' });
    expect(await books.crediting(event)).toBe('as it came');
  });

  it('AWARD and SPLIT credit the event that is kept, and no other event of the case', async () => {
    const [event, claimed] = [await books.event('A1'), await books.event('A2')];
    const id = await books.openCase(event, 'A1', { claims: [['A2', claimed], ['A3']] });
    await books.decide(id, { credits: 'AWARD', kept: claimed, shares: [['A2', '1']] });
    expect([await books.crediting(event), await books.crediting(claimed)]).toEqual([
      `REJECTED ${id}`,
      `${id} A2 SELLER 1`,
    ]);
    await books.decide(id, {
      credits: 'SPLIT',
      kept: event,
      shares: [
        ['A1', '0.335'],
        ['A3', '0.665', 'HELPER'],
      ],
    });
    expect([await books.crediting(event), await books.crediting(claimed)]).toEqual([
      `${id} A1 SELLER 0.335, A3 HELPER 0.665`,
      `REJECTED ${id}`,
    ]);
  });

  it("leaves an earlier sale to another's customer whose it is: it is no claim to this one", async () => {
    const [event, earlier] = [await books.event('A1'), await books.event('A2')];
    const id = await books.openCase(event, 'A1', { claims: [['A2', earlier]] });
    await books.run(`update conflict_case set kind = 'OWNERSHIP' where id = ${id}`, 'id');
    await books.decide(id, { credits: 'AWARD', kept: event, shares: [['A2', '1']] });
    expect([await books.crediting(event), await books.crediting(earlier)]).toEqual([`${id} A2 SELLER 1`, 'as it came']);
  });

  it('it stays in force during an appeal and once it is closed, and is gone when the case is opened again', async () => {
    const event = await books.event('A1');
    const id = await books.openCase(event, 'A1', { effect: 'REJECT' });
    await books.decide(id, { credits: 'SPLIT', kept: event, shares: half });
    for (const state of ['APPEALED', 'CLOSED']) {
      await books.moveCase(id, state);
      expect(await books.crediting(event)).toBe(`${id} A1 SELLER 0.5, A2 SELLER 0.5`);
    }
    await books.moveCase(id, 'OPEN');
    expect(await books.crediting(event)).toBe(`REJECTED ${id}`);
  });

  it('stays when its facts are gone', async () => {
    const event = await books.event('A1');
    const id = await books.openCase(event, 'A1');
    await books.decide(id, { credits: 'VOID' });
    await books.sql`update conflict_hit set gone_at = now() where case_id = ${id}`;
    expect(await books.crediting(event)).toBe(`REJECTED ${id}`);
  });

  it('of several about one event the latest that says something about it holds', async () => {
    const event = await books.event('A1');
    const cases = [
      await books.openCase(event, 'A1'),
      await books.openCase(event, 'A1'),
      await books.openCase(event, 'A1'),
    ];
    const [first = 0, second = 0, third = 0] = cases;
    await books.decide(second, { credits: 'VOID' });
    await books.decide(first, { credits: 'AWARD', kept: event, shares: [['A3', '1']] });
    await books.decide(third, { credits: 'KEEP' });
    expect(await books.crediting(event)).toBe(`${first} A3 SELLER 1`);
    await books.decide(second, { credits: 'VOID' });
    expect(await books.crediting(event)).toBe(`REJECTED ${second}`);
    await books.moveCase(second, 'CLOSED');
    await books.moveCase(second, 'OPEN');
    // The award again, but held by the case that is open.
    expect(await books.crediting(event)).toBe(`HELD ${second} A3 SELLER 1`);
  });

  it('a decision against the event outweighs cases that are open', async () => {
    const event = await books.event('A1');
    const decided = await books.openCase(event, 'A1');
    await books.decide(decided, { credits: 'VOID' });
    await books.openCase(event, 'A1', { effect: 'REJECT' });
    expect(await books.crediting(event)).toBe(`REJECTED ${decided}`);
  });

  it('a claimant that is found later is decided about too, one that is no more is free', async () => {
    const [event, claimed] = [await books.event('A1'), await books.event('A2')];
    const id = await books.openCase(event, 'A1');
    await books.decide(id, { credits: 'AWARD', kept: event, shares: [['A1', '1']] });
    await books.sql`insert into conflict_party (case_id, agent_id, side, event_id, facts) values (${id}, ${books.ids.A2 ?? 0}, 'CLAIMANT', ${claimed}, '{}')`;
    expect(await books.crediting(claimed)).toBe(`REJECTED ${id}`);
    await books.sql`delete from conflict_party where event_id = ${claimed}`;
    expect(await books.crediting(claimed)).toBe('as it came');
  });
});

describe('shares by rule', () => {
  it('take the place of those that came, are held with the event, and give way to a decision', async () => {
    const event = await books.event('A1');
    await books.addRuleCredits(event, [
      ['A1', '0.6', 'LEAD'],
      ['A2', '0.4', 'FULFILMENT'],
    ]);
    const shared = 'A1 LEAD 0.6, A2 FULFILMENT 0.4';
    expect(await books.crediting(event)).toBe(shared);
    const id = await books.openCase(event, 'A1');
    expect(await books.crediting(event)).toBe(`HELD ${id} ${shared}`);
    await books.decide(id, { credits: 'AWARD', kept: event, shares: [['A2', '1']] });
    expect(await books.crediting(event)).toBe(`${id} A2 SELLER 1`);
    await books.decide(id, { credits: 'VOID' });
    expect(await books.crediting(event)).toBe(`REJECTED ${id}`);
    await books.decide(id, { credits: 'KEEP' });
    expect(await books.crediting(event)).toBe(shared);
    await books.sql`delete from rule_credit where event_id = ${event}`;
    expect(await books.crediting(event)).toBe('as it came');
  });

  it('total exactly 1, those of a decision when it is committed', async () => {
    const event = await books.event('A1');
    const short = books.addRuleCredits(event, [
      ['A1', '0.6'],
      ['A2', '0.399999999999999999'],
    ]);
    await expect(short).rejects.toMatchObject({ constraint_name: 'event_award_whole' });
    const id = await books.openCase(event, 'A1');
    const whole = { constraint_name: 'conflict_decision_whole' };
    const split = { credits: 'SPLIT', kept: event } as const;
    const tooMuch = books.decide(id, { ...split, shares: [...half, ['A3', '0.000000000000000001']] });
    await expect(tooMuch).rejects.toMatchObject({ constraint_name: 'event_award_whole' });
    await expect(books.decide(id, split)).rejects.toMatchObject(whole);
    await expect(books.decide(id, { credits: 'KEEP', shares: half })).rejects.toMatchObject(whole);
    expect(await books.crediting(event)).toBe(`HELD ${id}`);
    const thirds = [
      ['A1', '0.3333333333'],
      ['A2', '0.3333333333'],
      ['A3', '0.3333333334'],
    ] as const;
    await books.decide(id, { ...split, shares: thirds });
    expect(await books.crediting(event)).toContain('A3 SELLER 0.3333333334');
    const more = books.sql`insert into conflict_decision_share (decision_id, agent_id, role, share)
      select decision_id, ${books.ids.A4 ?? 0}, 'SELLER', 0.1 from conflict_case where id = ${id}`;
    await expect(more).rejects.toMatchObject(whole);
  });
});

describe('closed periods', () => {
  beforeAll(() => books.takeCauses());
  const closed = { period: '2026-09' };

  it('are noted for who was credited and who is now, and for nobody else', async () => {
    const [event, claimed] = [await books.event('A1', closed), await books.event('A2', closed)];
    const id = await books.openCase(event, 'A1', { ...closed, effect: 'FLAG', claims: [['A2', claimed], ['A3']] });
    expect(await books.takeCauses()).toEqual([]);
    await books.decide(id, { credits: 'AWARD', kept: event, shares: [['A3', '1']] });
    const causes = ['A1', 'A2', 'A3'].map((agent) => `${agent} 2026-09 conflict`);
    expect(await books.takeCauses()).toEqual(causes);
    await books.moveCase(id, 'APPEALED');
    await books.moveCase(id, 'CLOSED');
    expect(await books.takeCauses()).toEqual([]);
    await books.moveCase(id, 'OPEN');
    expect(await books.takeCauses()).toEqual(causes);
  });

  it('also for credits that came with the event, and whom a subscription was moved to', async () => {
    const event = await books.event('A1', { ...closed, type: 'BILL', subscription: 'S1' });
    await books.sql`insert into event_credit (event_id, agent_id, role, share) values (${event}, ${books.ids.A2 ?? 0}, 'SELLER', 1)`;
    await books.event('A4', { type: 'TRANSFER', subscription: 'S1', period: '2026-08' });
    await books.openCase(event, 'A1', closed);
    expect(await books.takeCauses()).toEqual(['A1', 'A2', 'A4'].map((agent) => `${agent} 2026-09 conflict`));
  });

  it('not for open ones', async () => {
    await books.openCase(await books.event('A1'), 'A1');
    expect(await books.takeCauses()).toEqual([]);
  });

  it('once for any number of events', async () => {
    for (const agent of ['A1', 'A1', 'A2']) await books.openCase(await books.event(agent, closed), agent, closed);
    expect(await books.takeCauses()).toEqual(['A1 2026-09 conflict', 'A2 2026-09 conflict']);
  });
});
