import { beforeEach, describe, expect, it } from 'vitest';
import { asUserError } from '../../src/db/constraints.ts';
import { localActor } from '../../src/db/transaction.ts';
import { findClash } from '../../src/registrations/clashes.ts';
import { extendDeal, loseDeal, winDeal, withdrawDeal } from '../../src/registrations/dealLife.ts';
import { expireRegistrations } from '../../src/registrations/expiry.ts';
import { judgeDeal } from '../../src/registrations/registrations.ts';
import { refusals } from '../conflicts/ruleFixture.ts';
import { codeOf } from '../support/books.ts';
import {
  importSales,
  makeWorld,
  notices,
  type Person,
  register,
  sale,
  standing,
  start,
  steps,
  type World,
} from './fixture.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});

const at = (text: string) => new Date(text);
const extend = (person: Person, id: number, now = start) =>
  world.as(person, now, (transaction, actor) => extendDeal(transaction, actor, now, id));
const lose = (person: Person, id: number, now = start) =>
  world.as(person, now, (transaction, actor) =>
    loseDeal(transaction, actor, now, { id, reason: 'they bought elsewhere' }),
  );
const withdraw = (person: Person, id: number, now = start) =>
  world.as(person, now, (transaction, actor) => withdrawDeal(transaction, actor, now, { id, reason: null }));
const win = (person: Person, id: number, externalId: string, now = start) =>
  world.as(person, now, (transaction, actor) =>
    winDeal(transaction, actor, now, { id, event: { source: 'CRM', externalId } }),
  );
const judge = (person: Person, id: number, protect: boolean, now = start) =>
  world.as(person, now, (transaction, actor) =>
    judgeDeal(transaction, actor, now, { id, protect, reason: 'looked at' }),
  );
const expire = (now: Date) => expireRegistrations(world.databases.owner, localActor('clock'), now);

describe('who comes first', () => {
  it('is protected until local midnight after the days of the policy; others wait, or are refused', async () => {
    await register(world, 'E1');
    await register(world, 'W2', { productCode: 'FIBER' });
    await register(world, 'W1', { categoryCode: 'BROADBAND' });
    await register(world, 'W1', { customerId: 'L' });
    // 2 November + 10 days is the 12th, which begins at 16:00 UTC of the 11th; online shops have 3.
    expect(await standing(world)).toEqual([
      'E1 PROTECTED 11-02T02:00 11-11T16:00 11-12',
      'W2 QUEUED',
      'W1 REFUSED',
      'W1 PROTECTED 11-02T02:00 11-04T16:00 11-05',
    ]);
  });

  it('keeps nobody from what lies beside it: another product, another category, its own agent', async () => {
    await register(world, 'E1', { productCode: 'FIBER' });
    await register(world, 'W2', { productCode: 'CABLE' });
    await register(world, 'E1', { categoryCode: 'BROADBAND' });
    await register(world, 'W2', { categoryCode: 'BROADBAND' });
    await register(world, 'E2');
    expect((await standing(world)).map((row) => row.slice(0, 6))).toEqual([
      'E1 PRO',
      'W2 PRO',
      // W2's cable is broadband, and E1's fibre is.
      'E1 QUE',
      'W2 QUE',
      'E2 QUE',
    ]);
  });

  it('is one of two who come at once', async () => {
    const results = await Promise.all([register(world, 'E1'), register(world, 'W2'), register(world, 'W1')]);
    expect(results).toHaveLength(3);
    const states = (await standing(world)).map((row) => row.split(' ')[1]);
    expect(states.filter((state) => state === 'PROTECTED')).toHaveLength(1);
  });

  it('registers the same once, by a policy, as itself, while it is active', async () => {
    await register(world, 'E1');
    expect(await refusals(register(world, 'E1'))).toEqual([
      'REGISTRATION_EXISTS customerId: D-1 is the same, and PROTECTED.',
    ]);
    expect(await codeOf(register(world, 'E1', { agentCode: 'E2' }))).toBe('FORBIDDEN');
    expect(await codeOf(register(world, 'E1', { agentCode: 'W1' }))).toBe('AGENT_UNKNOWN');
    expect(await codeOf(register(world, 'east', { agentCode: 'W1' }))).toBe('AGENT_UNKNOWN');
    const finance = register(world, 'finance', { agentCode: 'W1' }).catch((error: unknown) => {
      throw asUserError(error);
    });
    expect(await codeOf(finance)).toBe('FORBIDDEN');
    expect(await codeOf(register(world, 'E1', { productCode: 'NONE' }))).toBe('PRODUCT_UNKNOWN');
    await world.databases.owner.$client`
      update agent_status set status = 'SUSPENDED' where agent_id = (select id from agent where code = 'W1')`;
    expect(await codeOf(register(world, 'W1'))).toBe('AGENT_STATE');
    expect(await standing(world)).toHaveLength(1);
  });

  it('is told of what it clashes with no more than that; staff everything', async () => {
    await register(world, 'E1');
    const claim = async (person: Person, code: string) => {
      const agentId = (await world.databases.owner.query.agent.findFirst({ where: { code } }))?.id ?? 0;
      const wanted = { agentId, customerId: 'K', productId: null, categoryId: null };
      return world.as(person, start, (transaction) => findClash(transaction, wanted, start));
    };
    const masked = { registration: null, agentCode: null, agentName: null, protectedUntil: null };
    expect(await claim('W2', 'W2')).toEqual({ since: '2026-11', customerName: 'K**', ...masked });
    // The manager of the west does not see deals of the east; an agent above the deal's, and staff of the whole, do.
    expect(await claim('west', 'W2')).toEqual({ since: '2026-11', customerName: 'K**', ...masked });
    const whole = { agentCode: 'E1', agentName: 'East one', registration: 'D-1', customerName: 'Kunlun Works' };
    expect(await claim('east', 'E2')).toMatchObject(whole);
    expect(await claim('finance', 'W2')).toMatchObject(whole);
    expect(await claim('admin', 'W2')).toMatchObject(whole);
    expect(await claim('E2', 'E2')).toEqual({ since: '2026-11', customerName: 'K**', ...masked });
    expect(await claim('E1', 'E1')).toBeUndefined();
    // Nobody asks as if it were another.
    expect(await claim('W2', 'W1')).toBeUndefined();
    expect(await claim('east', 'W1')).toBeUndefined();
    expect(await claim('compliance', 'W2')).toBeUndefined();
  });
});

describe('a deal that is judged', () => {
  it('is protected from the judgement on, unless another agent is by then', async () => {
    const first = await register(world, 'E1', { productCode: 'VOICE' });
    const second = await register(world, 'W2', { categoryCode: 'MOBILE' });
    const later = at('2026-11-03T02:00:00Z');
    expect(await codeOf(judge('E1', first, true))).toBe('FORBIDDEN');
    expect(await codeOf(judge('west', first, true))).toBe('NOT_FOUND');
    await judge('east', first, true, later);
    expect(await refusals(judge('west', second, true, later))).toEqual([
      'REGISTRATION_CLASH registrationId: Another agent is protected for K** since 2026-11.',
    ]);
    expect(await refusals(judge('admin', second, true, later))).toEqual([
      'REGISTRATION_CLASH registrationId: Kunlun Works is protected by D-1 of E1.',
    ]);
    await judge('west', second, false, later);
    expect(await codeOf(judge('west', second, true, later))).toBe('REGISTRATION_STATE');
    // The 3rd + 30 days is 3 December.
    expect(await standing(world)).toEqual(['E1 PROTECTED 11-03T02:00 12-02T16:00 12-03', 'W2 REFUSED']);
    expect(await notices(world)).toEqual(['E1 REGISTRATION_DECIDED PROTECTED', 'W2 REGISTRATION_DECIDED REFUSED']);
  });
});

describe('the life of a deal', () => {
  it('is extended before its end, as often as the policy allows', async () => {
    const id = await register(world, 'E1');
    await extend('E1', id, at('2026-11-11T15:59:59.999Z'));
    // The 12th + 5 days.
    expect(await standing(world)).toEqual(['E1 PROTECTED 11-02T02:00 11-16T16:00 11-17']);
    expect(await codeOf(extend('E1', id))).toBe('REGISTRATION_EXTENSIONS');
    const other = await register(world, 'E2', { customerId: 'L' });
    expect(await codeOf(extend('E1', other))).toBe('FORBIDDEN');
    expect(await codeOf(extend('W2', other))).toBe('NOT_FOUND');
    expect(await codeOf(extend('E2', other, at('2026-11-11T16:00:00Z')))).toBe('REGISTRATION_STATE');
    await extend('east', other);
  });

  it('ends at the instant at which it is lost or withdrawn; who waits longest comes next', async () => {
    const first = await register(world, 'E1');
    const second = await register(world, 'W2', { at: at('2026-11-02T03:00:00Z') });
    await register(world, 'E2', { at: at('2026-11-02T04:00:00Z') });
    await lose('E1', first, at('2026-11-05T04:00:00Z'));
    expect(await standing(world)).toEqual([
      'E1 LOST 11-02T02:00 11-05T04:00 11-06',
      'W2 PROTECTED 11-05T04:00 11-14T16:00 11-15',
      'E2 QUEUED',
    ]);
    await withdraw('W2', second, at('2026-11-06T16:00:00Z'));
    expect(await standing(world)).toEqual([
      'E1 LOST 11-02T02:00 11-05T04:00 11-06',
      'W2 WITHDRAWN 11-05T04:00 11-06T16:00 11-07',
      'E2 PROTECTED 11-06T16:00 11-16T16:00 11-17',
    ]);
    // Neither whose deal ended nor who ended it.
    expect((await steps(world)).filter((step) => step.includes('clock'))).toEqual([
      'W2 PROTECTED clock 11-05T04:00',
      'E2 PROTECTED clock 11-06T16:00',
    ]);
    expect(await codeOf(lose('E1', first))).toBe('REGISTRATION_STATE');
  });

  it('is won by the sale named, which lies within it, and stays protected', async () => {
    const id = await register(world, 'E1', { categoryCode: 'BROADBAND' });
    const late = await register(world, 'W2');
    await importSales(world, [
      sale('BEFORE', { occurredAt: '2026-11-02T01:59:59.999999Z' }),
      sale('AFTER', { occurredAt: '2026-11-11T16:00:00Z' }),
      sale('VOICE', { productCode: 'VOICE' }),
      sale('BILL', { type: 'BILL' }),
      sale('PAYMENT', { type: 'PAYMENT' }),
      sale('OTHER', { customerId: 'L' }),
      sale('FOREIGN', { agentCode: 'E2' }),
      sale('UNDONE'),
      sale('UNDOING', { type: 'REVERSAL', originalExternalId: 'UNDONE' }),
      sale('LAST', { occurredAt: '2026-11-11T15:59:59.999999Z' }),
    ]);
    for (const externalId of ['BEFORE', 'AFTER', 'VOICE', 'BILL', 'PAYMENT', 'OTHER', 'FOREIGN', 'UNDONE', 'NONE']) {
      expect(await codeOf(win('E1', id, externalId)), externalId).toBe('REGISTRATION_EVENT');
    }
    await win('E1', id, 'LAST');
    expect(await standing(world)).toEqual(['E1 WON 11-02T02:00 11-11T16:00 11-12', 'W2 QUEUED']);
    expect(await codeOf(withdraw('E1', id))).toBe('REGISTRATION_STATE');
    await withdraw('W2', late);
  });
});

describe('time', () => {
  it('ends protections and moves queues on from the very instant, however late it is looked', async () => {
    await register(world, 'E1');
    await register(world, 'W2', { at: at('2026-11-02T03:00:00Z') });
    await register(world, 'E2', { at: at('2026-11-02T04:00:00Z') });
    await expire(at('2026-11-11T15:59:59.999Z'));
    expect((await standing(world))[0]).toBe('E1 PROTECTED 11-02T02:00 11-11T16:00 11-12');
    // W2 has the 12th to the 21st, E2 the ten days after that, of which some are over.
    expect(await expire(at('2026-11-25T00:00:00Z'))).toMatchObject({ movedCount: 1, expiringCount: 0 });
    const after = [
      'E1 EXPIRED 11-02T02:00 11-11T16:00 11-12',
      'W2 EXPIRED 11-11T16:00 11-21T16:00 11-22',
      'E2 PROTECTED 11-21T16:00 12-01T16:00 12-02',
    ];
    expect(await standing(world)).toEqual(after);
    expect(await expire(at('2026-11-25T00:00:00Z'))).toMatchObject({ movedCount: 0 });
    // Three days before 2 December is 29 November, which begins at 16:00 UTC of the 28th.
    expect(await expire(at('2026-11-28T15:59:59Z'))).toMatchObject({ expiringCount: 0 });
    expect(await expire(at('2026-11-28T16:00:00Z'))).toMatchObject({ expiringCount: 1 });
    await expire(at('2026-11-29T16:00:00Z'));
    expect(await notices(world)).toEqual([
      'E1 REGISTRATION_EXPIRING 2026-11-12',
      'E1 REGISTRATION_EXPIRED',
      'W2 REGISTRATION_DECIDED PROTECTED',
      'W2 REGISTRATION_EXPIRED',
      'E2 REGISTRATION_DECIDED PROTECTED',
      'E2 REGISTRATION_EXPIRING 2026-12-02',
    ]);
    const audited = await world.databases.owner.$client`
      select actor from audit_record where action in ('deal_registration.expired', 'deal_registration.protected')`;
    expect(audited).toHaveLength(4);
  });

  it('gives what is free again to who waited, before who comes only now', async () => {
    await register(world, 'E1');
    await register(world, 'W2');
    await register(world, 'E2', { at: at('2026-11-12T00:00:00Z') });
    expect(await standing(world)).toEqual([
      'E1 EXPIRED 11-02T02:00 11-11T16:00 11-12',
      'W2 PROTECTED 11-11T16:00 11-21T16:00 11-22',
      'E2 QUEUED',
    ]);
  });

  it('finds the sale by which a deal was won, also late; after the end of a won deal the queue moves on', async () => {
    await register(world, 'E1', { categoryCode: 'BROADBAND' });
    await register(world, 'W2');
    await importSales(world, [
      sale('SECOND', { occurredAt: '2026-11-04T00:00:00Z' }),
      sale('FIRST', { occurredAt: '2026-11-03T00:00:00Z', productCode: 'CABLE' }),
      sale('BILL', { occurredAt: '2026-11-02T12:00:00Z', type: 'BILL' }),
    ]);
    expect(await expire(at('2026-11-20T00:00:00Z'))).toMatchObject({ wonCount: 1, movedCount: 1 });
    expect(await standing(world)).toEqual([
      'E1 WON 11-02T02:00 11-11T16:00 11-12',
      'W2 PROTECTED 11-11T16:00 11-21T16:00 11-22',
    ]);
    const [won] = await world.databases.owner.$client`
      select event.external_id as "externalId" from deal_registration join sales_event event on event.id = won_event_id`;
    expect(won).toEqual({ externalId: 'FIRST' });
    await expire(at('2026-11-22T00:00:00Z'));
    await importSales(world, [sale('AFTER', { occurredAt: '2026-11-21T16:00:00Z', agentCode: 'W2' })]);
    expect(await expire(at('2026-11-23T00:00:00Z'))).toMatchObject({ wonCount: 0 });
    await importSales(world, [sale('LATE', { occurredAt: '2026-11-21T15:59:59Z', agentCode: 'W2' })]);
    expect(await expire(at('2026-11-23T00:00:00Z'))).toMatchObject({ wonCount: 1 });
  });
});
