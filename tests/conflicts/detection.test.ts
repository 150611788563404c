import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { detectImport, detectPending, detectPeriod, hasPending } from '../../src/conflicts/detection/detect.ts';
import { tryRule } from '../../src/conflicts/detection/tryRule.ts';
import { publishConflictRule } from '../../src/conflicts/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, event, now, october } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { setUpDetection } from './detectionWorld.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await setUpDetection(databases);
  await databases.owner.$client.unsafe(`
    insert into user_account (email, name, role, region_id, password_hash, created_at)
    select lower(code) || '@x', 'Manager ' || code, 'CHANNEL_MANAGER', id, 'x', now() from region where code in ('ALL', 'NORTH') order by code;
    insert into user_account (email, name, role, region_id, password_hash, created_at)
    select 'second@x', 'Second', 'CHANNEL_MANAGER', id, 'x', now() from region where code = 'NORTH'`);
});

const common = { effect: 'HOLD', scope: { events: ['ACTIVATION'] }, dueDays: 5, appealDays: 5 };
const publish = (code: string, definition: object, validFrom = '2026-01-01') =>
  asOwner(databases, (transaction) =>
    publishConflictRule(transaction, clerk, now, {
      code,
      name: `Rule ${code}`,
      validFrom,
      definition: { ...common, ...definition },
    }),
  );
const duplicates = { kind: 'DUPLICATE', windowDays: 3 };
const floors = { kind: 'PRICE_FLOOR' };

/** Imports events and looks through them in the same transaction. */
const bring = (...events: EventInput[]) =>
  asOwner(databases, async (transaction) => {
    const { importId, rejections } = await importEventBatch(transaction, clerk, now, events, { atomic: true });
    if (importId === null) throw new Error(JSON.stringify(rejections));
    return detectImport(transaction, clerk, now, importId);
  });
const sold = (externalId: string, agentCode: string, on: string, rest: Partial<EventInput> = {}) =>
  event(externalId, { agentCode, occurredAt: `${on}T12:00:00+08:00`, customerId: 'K', regionCode: 'N1', ...rest });

const texts = async (query: string) =>
  (await databases.owner.$client.unsafe<{ text: string }[]>(query)).map(({ text }) => text);
const cases = () =>
  texts(`select concat_ws(' ', rule.code, event.external_id, found.state, found.closing, found.mediator_name,
      to_char(found.due_at at time zone 'UTC', 'MM-DD HH24:MI'), found.reopened_count) as text
    from conflict_case found join conflict_hit hit on hit.case_id = found.id join conflict_rule rule on rule.id = found.rule_id
    join sales_event event on event.id = hit.event_id order by found.id`);
const steps = () =>
  texts(`select concat_ws(' ', action, from_state, to_state, by, reason) as text from conflict_step order by id`);
const parties = () =>
  texts(`select concat_ws(' ', agent.code, side, facts) as text from conflict_party party join agent on agent.id = party.agent_id
    order by case_id, side, agent.code`);
const blocks = () =>
  texts(
    `select concat_ws(' ', event.external_id, block) as text from event_crediting join sales_event event on event.id = event_id order by 1`,
  );

/** Decides a case as it is: the event is credited to nobody. */
const decide = () =>
  databases.owner.$client.unsafe(`
    with decision as (
      insert into conflict_decision (case_id, number, credits, reason, decided_by, decided_at, by_committee, on_appeal)
      select id, 1, 'VOID', 'r', 'ben', now(), false, false from conflict_case returning id, case_id
    )
    update conflict_case found set state = 'RESOLVED', decision_id = decision.id, resolved_at = now(), appeal_until = now() + interval '5 days'
    from decision where decision.case_id = found.id`);

describe('a case', () => {
  it('is opened with its parties, mediator, due time, trail and notices, and holds the event', async () => {
    await publish('DUP', duplicates);
    await bring(sold('E1', 'A', '2026-10-10'));
    // 10, 11 and 12 October are the window's days: the 12th is in it, the 13th is not.
    expect(await bring(sold('E2', 'B', '2026-10-12'), sold('E3', 'C', '2026-10-13'))).toEqual({
      scanned: 2,
      found: 2,
      opened: 2,
      reopened: 0,
      closed: 0,
    });
    // now is 5 December 10:00 in Shanghai; due at local midnight five days later. The managers of NORTH take turns.
    expect(await cases()).toEqual(['DUP E2 OPEN Manager NORTH 12-09 16:00 0', 'DUP E3 OPEN Second 12-09 16:00 0']);
    expect(await parties()).toEqual([
      'B ACCUSED {"event": "@CRM/E2", "tests": ["DUPLICATE"]}',
      'A CLAIMANT {"event": "@CRM/E1", "tests": ["DUPLICATE"]}',
      'C ACCUSED {"event": "@CRM/E3", "tests": ["DUPLICATE"]}',
      'B CLAIMANT {"event": "@CRM/E2", "tests": ["DUPLICATE"]}',
    ]);
    expect(await blocks()).toEqual(['E2 HELD', 'E3 HELD']);
    expect(await steps()).toEqual(['OPENED OPEN clerk', 'OPENED OPEN clerk']);
    expect(
      await texts(`select agent.code || ' ' || kind || ' ' || subject || ' ' || details::text as text from notice
        join agent on agent.id = agent_id order by 1`),
    ).toEqual([
      'A CONFLICT_OPENED C-1 {"due": "2026-12-10", "case": "C-1", "rule": "Rule DUP"}',
      'B CONFLICT_OPENED C-1 {"due": "2026-12-10", "case": "C-1", "rule": "Rule DUP"}',
      'B CONFLICT_OPENED C-2 {"due": "2026-12-10", "case": "C-2", "rule": "Rule DUP"}',
      'C CONFLICT_OPENED C-2 {"due": "2026-12-10", "case": "C-2", "rule": "Rule DUP"}',
    ]);
    const audit = await texts(
      `select (after - 'hash')::text as text from audit_record where action = 'conflicts.detected'`,
    );
    expect(audit).toHaveLength(1);
  });

  it('closes when its facts are gone, and is the same one again when they are back', async () => {
    await publish('FLOOR', floors);
    const price = (change: string) => databases.owner.$client.unsafe(change);
    await price(
      `insert into price_floor (product_id, currency, price, valid_from) select id, 'CNY', 100.01, '2026-10-01' from product where code = 'FIBER'`,
    );
    await bring(sold('E1', 'A', '2026-10-10'));
    await price(`update price_floor set price = 100`);
    expect(await detectPending(databases, clerk, now)).toMatchObject({ closed: 1 });
    expect(await cases()).toEqual(['FLOOR E1 CLOSED FACTS_CHANGED Manager NORTH 12-09 16:00 0']);
    expect(await blocks()).toEqual([]);
    await price(`update price_floor set price = 120`);
    expect(await detectPending(databases, clerk, now)).toMatchObject({ reopened: 1 });
    expect(await cases()).toEqual(['FLOOR E1 OPEN Manager NORTH 12-09 16:00 1']);
    expect(await blocks()).toEqual(['E1 HELD']);
    expect(await steps()).toEqual([
      'OPENED OPEN clerk',
      'FACTS_CHANGED OPEN CLOSED clerk The facts are no more.',
      'REOPENED CLOSED OPEN clerk The facts are there again.',
    ]);
  });

  it('that was decided is opened again by other facts, and stays as decided where there are none any more', async () => {
    await publish('DUP', duplicates);
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'));
    await decide();
    expect(await blocks()).toEqual(['E2 REJECTED']);
    // The claimant's sale never happened: nothing is left to be decided, and nothing changes.
    await bring(event('R1', { type: 'REVERSAL', agentCode: 'A', amount: '0', originalExternalId: 'E1' }));
    expect(await cases()).toEqual(['DUP E2 RESOLVED Manager NORTH 12-09 16:00 0']);
    expect(await blocks()).toEqual(['E2 REJECTED']);
    // Somebody else's earlier sale comes in late: another conflict than was decided.
    await bring(sold('E0', 'C', '2026-10-09'));
    expect(await cases()).toEqual(['DUP E2 OPEN Manager NORTH 12-09 16:00 1']);
    expect(await parties()).toEqual([
      'B ACCUSED {"event": "@CRM/E2", "tests": ["DUPLICATE"]}',
      'C CLAIMANT {"event": "@CRM/E0", "tests": ["DUPLICATE"]}',
    ]);
    expect(await blocks()).toEqual(['E2 HELD']);
    expect((await steps()).slice(1)).toEqual([
      'FACTS_CHANGED RESOLVED RESOLVED clerk The facts are no more; it stays as decided.',
      'REOPENED RESOLVED OPEN clerk The facts are other ones than were decided about.',
    ]);
  });

  it('takes the effect of the version that judges it now', async () => {
    await publish('DUP', duplicates);
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'));
    await publish('DUP', { ...duplicates, effect: 'REJECT' });
    await detectPending(databases, clerk, now);
    expect(await blocks()).toEqual(['E2 REJECTED']);
    expect(await steps()).toHaveLength(1);
  });
});

describe('detection', () => {
  it('looks through what came over the API once, and through changed facts', async () => {
    await publish('DUP', duplicates);
    await detectPending(databases, clerk, now);
    expect(await hasPending(databases)).toBe(false);
    await asOwner(databases, (transaction) =>
      importEventBatch(transaction, clerk, now, [sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11')], {
        atomic: true,
      }),
    );
    expect(await hasPending(databases)).toBe(true);
    expect(await detectPending(databases, clerk, now)).toMatchObject({ scanned: 2, opened: 1 });
    expect(await hasPending(databases)).toBe(false);
    expect(await detectPending(databases, clerk, now)).toMatchObject({ scanned: 0 });
    expect(await detectPeriod(databases, clerk, now, october)).toMatchObject({ scanned: 2, found: 1, opened: 0 });
  });

  it('opens one case where two scans look at the same events at once', async () => {
    await publish('DUP', duplicates);
    await asOwner(databases, (transaction) =>
      importEventBatch(transaction, clerk, now, [sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11')], {
        atomic: true,
      }),
    );
    const results = await Promise.all([
      detectPeriod(databases, clerk, now, october),
      detectPeriod(databases, clerk, now, october),
      detectPending(databases, clerk, now),
    ]);
    expect(results.reduce((total, { opened }) => total + opened, 0)).toBe(1);
    expect(await cases()).toHaveLength(1);
  });

  it('notices a fact that changes while another change of the kind is being looked through', async () => {
    await publish('FLOOR', floors);
    await databases.owner.$client.unsafe(
      `insert into price_floor (product_id, currency, price, valid_from) select id, 'CNY', 50, '2026-10-01' from product where code = 'FIBER'`,
    );
    await bring(sold('E1', 'A', '2026-10-10'));
    await databases.owner.$client`update price_floor set price = 60`;
    let scan: Promise<unknown> = Promise.resolve();
    await asOwner(databases, async (transaction) => {
      // The change is noted already, by the one before, and commits after the scan has begun.
      await transaction.execute(sql`update price_floor set price = 200`);
      scan = detectPending(databases, clerk, now);
      await untilSomebodyWaits(databases);
    });
    await scan;
    await detectPending(databases, clerk, now);
    expect(await cases()).toEqual(['FLOOR E1 OPEN Manager NORTH 12-09 16:00 0']);
  });

  it('says beforehand what a rule would find, and writes nothing', async () => {
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'), sold('E3', 'C', '2026-10-20'));
    const tried = await asOwner(databases, (transaction) =>
      tryRule(transaction, { ...common, ...duplicates }, october),
    );
    expect(tried).toMatchObject({
      scannedCount: 3,
      hitCount: 1,
      agents: [{ code: 'B', hitCount: 1 }],
      regions: [{ code: 'N1', hitCount: 1 }],
      tests: [{ code: 'DUPLICATE', hitCount: 1 }],
      samples: [{ event: '@CRM/E2', agent: 'B', region: 'N1', occurredOn: '2026-10-11' }],
    });
    const nobodys = await asOwner(databases, (transaction) =>
      tryRule(transaction, { ...common, ...duplicates }, october, []),
    );
    expect(nobodys).toMatchObject({ scannedCount: 0, hitCount: 0, samples: [] });
    expect(await cases()).toEqual([]);
  });
});
