import type { TransactionSql } from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { booksLock, programmeLock } from '../../src/db/roles.ts';
import { testDatabase } from '../database.ts';
import { ConflictBooks } from '../support/conflictBooks.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';

// What the database itself sees to in the life of a case: its order, what stays as it was written, money, appeals, and two at once.

let books: ConflictBooks;

beforeAll(async () => {
  books = new ConflictBooks(await testDatabase());
  await books.open();
  await books.addRuleVersions();
});

const refusal = (constraint: string) => ({ constraint_name: constraint });
const newCase = async (period = '2026-11') =>
  books.openCase(await books.event('A1', { period }), 'A1', { period, claims: [['A2']] });

describe('adjustments', () => {
  let october: number;
  // Each with a case of November: September is approved, October is not yet.
  let reverted: number;
  let changed: number;
  let late: number;

  it('a decision that comes into force books its deductions in the case’s period, or the first open one', async () => {
    changed = await newCase();
    await books.decide(changed, {
      credits: 'KEEP',
      deductions: [
        ['A1', '100'],
        ['A2', '0.5'],
      ],
    });
    expect(await books.adjustments('A1')).toEqual(['PENALTY -100 2026-11']);
    expect(await books.adjustments('A2')).toEqual(['PENALTY -0.5 2026-11']);
    late = await newCase('2026-09');
    await books.decide(late, { credits: 'VOID', deductions: [['A3', '7']] });
    reverted = await newCase('2026-10');
    await books.decide(reverted, { credits: 'VOID', deductions: [['A4', '9']] });
    expect([await books.adjustments('A3'), await books.adjustments('A4')]).toEqual([
      ['PENALTY -7 2026-10'],
      ['PENALTY -9 2026-10'],
    ]);
  });

  it('before any approved run booked them they are withdrawn; the next decision books its own', async () => {
    await books.decide(changed, { credits: 'KEEP', deductions: [['A1', '60']] });
    expect(await books.adjustments('A1')).toEqual(['PENALTY -100 2026-11 withdrawn', 'PENALTY -60 2026-11']);
    expect(await books.adjustments('A2')).toEqual(['PENALTY -0.5 2026-11 withdrawn']);
    await books.moveCase(changed, 'APPEALED');
    await books.moveCase(changed, 'CLOSED');
    expect(await books.adjustments('A1')).toHaveLength(2);
    await books.moveCase(changed, 'OPEN');
    expect(await books.adjustments('A1')).toEqual(['PENALTY -100 2026-11 withdrawn', 'PENALTY -60 2026-11 withdrawn']);
  });

  it('after that they are booked back in the first open period', async () => {
    october = await books.approve('2026-10');
    await books.moveCase(reverted, 'OPEN');
    expect(await books.adjustments('A4')).toEqual(['PENALTY -9 2026-10', 'REVERSED 9 2026-11']);
    await books.decide(late, { credits: 'KEEP', deductions: [['A3', '2']] });
    expect(await books.adjustments('A3')).toEqual(['PENALTY -7 2026-10', 'REVERSED 7 2026-11', 'PENALTY -2 2026-11']);
    await books.moveCase(late, 'OPEN');
    await books.decide(late, { credits: 'KEEP' });
    // The first was booked back once; the second no run has seen.
    expect(await books.adjustments('A3')).toEqual([
      'PENALTY -7 2026-10',
      'REVERSED 7 2026-11',
      'PENALTY -2 2026-11 withdrawn',
    ]);
  });

  it('whatever was decided, what counts in the end is what the decision in force takes', async () => {
    const [row] = await books.sql<{ sum: string }[]>`
      select coalesce(sum(amount), 0)::text as sum from adjustment where withdrawn_at is null`;
    expect(Number(row?.sum)).toBe(0);
    expect(october).toBeGreaterThan(0);
  });

  it('names who made it and why', async () => {
    const [row] = await books.sql`
      select created_by, reason, currency from adjustment where reason = ${`C-${late}`} order by id limit 1`;
    expect(row).toEqual({ created_by: 'judge', reason: `C-${late}`, currency: 'CNY' });
  });

  it('is never changed, only withdrawn, once', async () => {
    const [row] = await books.sql<
      { id: number }[]
    >`select id from adjustment where withdrawn_at is null order by id desc limit 1`;
    const id = row?.id ?? 0;
    await expect(books.sql`update adjustment set amount = 1 where id = ${id}`).rejects.toMatchObject(
      refusal('adjustment_kept'),
    );
    await expect(books.sql`delete from adjustment where id = ${id}`).rejects.toMatchObject(refusal('adjustment_kept'));
    const again = books.sql`update adjustment set withdrawn_at = now() where withdrawn_at is not null`;
    await expect(again).rejects.toMatchObject(refusal('adjustment_kept'));
  });
});

describe('what stays', () => {
  it('the order of a case', async () => {
    const states = ['OPEN', 'IN_MEDIATION', 'RESOLVED', 'APPEALED', 'CLOSED'];
    const allowed: Record<string, string[]> = {
      OPEN: ['IN_MEDIATION', 'RESOLVED', 'CLOSED'],
      IN_MEDIATION: ['RESOLVED', 'CLOSED'],
      RESOLVED: ['APPEALED', 'CLOSED', 'OPEN'],
      APPEALED: ['RESOLVED', 'CLOSED', 'OPEN'],
      CLOSED: ['OPEN'],
    };
    const id = await newCase();
    const decision = await books.decide(id, { credits: 'KEEP' });
    await books.moveCase(id, 'OPEN');
    const set = (transaction: TransactionSql, state: string) =>
      transaction.unsafe(`update conflict_case set state = '${state}', decision_id = ${['OPEN', 'IN_MEDIATION'].includes(state) ? 'null' : decision},
        closing = ${state === 'CLOSED' ? "'FINAL'" : 'null'} where id = ${id}`);
    for (const from of states) {
      for (const to of states.filter((state) => state !== from)) {
        const path = from === 'OPEN' ? [] : from === 'APPEALED' ? ['RESOLVED', 'APPEALED'] : [from];
        const step = books.sql.begin(async (transaction) => {
          for (const state of path) await set(transaction, state);
          await set(transaction, to);
          // Back to the start: nothing of it remains
          throw new Error('undo');
        });
        if (allowed[from]?.includes(to)) await expect(step, `${from} → ${to}`).rejects.toThrow('undo');
        else await expect(step, `${from} → ${to}`).rejects.toMatchObject(refusal('conflict_case_order'));
      }
    }
  });

  it('a settled case has a decision, a closed one a closing', async () => {
    const id = await newCase();
    const undecided = books.sql`update conflict_case set state = 'RESOLVED' where id = ${id}`;
    await expect(undecided).rejects.toMatchObject(refusal('conflict_case_decided'));
    const unclosed = books.sql`update conflict_case set state = 'CLOSED' where id = ${id}`;
    await expect(unclosed).rejects.toMatchObject(refusal('conflict_case_closing'));
  });

  it('a case that is not settled has no decision, a case only decisions of its own', async () => {
    const [id, other] = [await newCase(), await newCase()];
    const decision = await books.decide(id, { credits: 'KEEP' });
    const open = books.sql`update conflict_case set state = 'OPEN' where id = ${id}`;
    await expect(open).rejects.toMatchObject(refusal('conflict_case_undecided'));
    const foreign = books.sql`update conflict_case set state = 'RESOLVED', decision_id = ${decision} where id = ${other}`;
    await expect(foreign).rejects.toMatchObject(refusal('conflict_case_own_decision'));
  });

  it('rows that are written once', async () => {
    const id = await newCase();
    await books.decide(id, {
      credits: 'SPLIT',
      kept: await books.event('A1'),
      shares: [['A1', '1']],
      deductions: [['A1', '1']],
    });
    await books.sql.unsafe(`
      insert into conflict_step (case_id, action, to_state, by, at, for_parties) values (${id}, 'OPENED', 'OPEN', 'x', now(), true);
      insert into conflict_comment (case_id, audience, text, by, at) values (${id}, 'STAFF', 't', 'x', now());
      insert into conflict_evidence (case_id, kind, text, by, at) values (${id}, 'NOTE', 't', 'x', now())`);
    const kept = [
      'conflict_case',
      'conflict_rule_version',
      'credit_rule_version',
      'conflict_step',
      'conflict_comment',
      'conflict_evidence',
      'conflict_decision',
      'conflict_decision_share',
      'conflict_deduction',
    ];
    for (const table of kept)
      await expect(books.sql.unsafe(`delete from ${table}`), table).rejects.toMatchObject({ code: '23001' });
    const [column] = ['reason', 'text'];
    for (const table of ['conflict_step', 'conflict_decision'])
      await expect(books.sql.unsafe(`update ${table} set ${column} = 'other'`), table).rejects.toMatchObject({
        code: '23001',
      });
    for (const table of ['conflict_vote', 'registration_step'])
      await expect(books.sql.unsafe(`truncate ${table}`), table).rejects.toMatchObject({ code: '23001' });
    await expect(books.sql`update conflict_party set facts = '{}'`).rejects.toMatchObject({ code: '23001' });
  });

  it('one case for one rule and event', async () => {
    const id = await newCase();
    const twice = books.sql.begin(async (transaction) => {
      const [copy] = await transaction<{ id: number }[]>`
        insert into conflict_case (rule_id, kind, effect, period, occurred_on, state, opened_at, due_at, appeal_days)
        select rule_id, kind, effect, period, occurred_on, 'OPEN', opened_at, due_at, appeal_days from conflict_case where id = ${id} returning id`;
      await transaction`insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
        select ${copy?.id ?? 0}, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at from conflict_hit where case_id = ${id}`;
    });
    await expect(twice).rejects.toMatchObject(refusal('conflict_hit_key'));
  });
});

describe('appeals', () => {
  const file = (caseId: number, decisionId: number, rest: { agent?: string; filedAt?: string } = {}) => {
    const { agent = 'A2', filedAt = '2026-11-20T00:00:00Z' } = rest;
    return books.run(`insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
      values (${caseId}, ${decisionId}, ${books.ids[agent]}, 'FILED', 'unfair', 'anna', '${filedAt}')`);
  };
  const stateOf = async (id: number) => (await books.sql`select state from conflict_case where id = ${id}`)[0]?.state;
  const stepsOf = async (id: number) =>
    (await books.sql`select action, by, for_parties from conflict_step where case_id = ${id} order by id`).map(
      (row) => ({ ...row }),
    );

  it('takes the case to APPEALED, withdrawn back to RESOLVED; the decision stays in force', async () => {
    const id = await newCase();
    const decision = await books.decide(id, { credits: 'VOID' });
    const appeal = await file(id, decision);
    expect(await stateOf(id)).toBe('APPEALED');
    await books.sql`update conflict_appeal set state = 'WITHDRAWN' where id = ${appeal}`;
    expect(await stateOf(id)).toBe('RESOLVED');
    expect(await stepsOf(id)).toEqual([
      { action: 'APPEALED', by: 'anna', for_parties: true },
      { action: 'APPEAL_WITHDRAWN', by: 'anna', for_parties: true },
    ]);
  });

  it('is refused where nothing is decided, from the end of its time on, against an earlier decision, and twice', async () => {
    const id = await newCase();
    const first = await books.decide(id, { credits: 'VOID' });
    await books.moveCase(id, 'OPEN');
    const notOpen = refusal('conflict_appeal_open');
    await expect(file(id, first)).rejects.toMatchObject(notOpen);
    const second = await books.decide(id, { credits: 'VOID' });
    await expect(file(id, first)).rejects.toMatchObject(notOpen);
    await expect(file(id, second, { filedAt: '2026-12-01T00:00:00Z' })).rejects.toMatchObject(notOpen);
    await file(id, second, { filedAt: '2026-11-30T23:59:59.999999Z' });
    await expect(file(id, second, { agent: 'A1' })).rejects.toMatchObject(refusal('conflict_appeal_one'));
    await books.sql`update conflict_appeal set state = 'WITHDRAWN' where case_id = ${id}`;
    await expect(file(id, second)).rejects.toMatchObject(refusal('conflict_appeal_once'));
  });

  it('is decided by somebody else', async () => {
    const id = await newCase();
    const decision = await books.decide(id, { credits: 'VOID', by: 'ben' });
    const appeal = await file(id, decision);
    const otherPerson = refusal('conflict_appeal_other_person');
    for (const state of ['UPHELD', 'CHANGED']) {
      const own = books.sql`update conflict_appeal set state = ${state}, decided_by = 'BEN' where id = ${appeal}`;
      await expect(own).rejects.toMatchObject(otherPerson);
    }
    await expect(books.decide(id, { credits: 'KEEP', by: 'Ben', onAppeal: true })).rejects.toMatchObject(otherPerson);
    // Nor is it got round by not calling it an appeal.
    await expect(books.decide(id, { credits: 'KEEP', by: 'ben' })).rejects.toMatchObject(otherPerson);
    await books.decide(id, { credits: 'KEEP', by: 'carla', onAppeal: true });
    await books.sql`update conflict_appeal set state = 'CHANGED', decided_by = 'carla' where id = ${appeal}`;
    const again = books.sql`update conflict_appeal set state = 'FILED' where id = ${appeal}`;
    await expect(again).rejects.toMatchObject(refusal('conflict_appeal_settled'));
  });
});

describe('two at once', () => {
  it('two decisions on one case: the second is refused once the first is there', async () => {
    const id = await newCase();
    let second: Promise<unknown> | undefined;
    await books.sql.begin(async (transaction) => {
      await books.decideIn(transaction, id, { credits: 'VOID', deductions: [['A1', '1']] });
      second = books.decide(id, { credits: 'KEEP' });
      second.catch(() => undefined);
      await untilSomebodyWaits(books.databases);
    });
    await expect(second).rejects.toMatchObject(refusal('conflict_decision_number'));
  });

  it('a decision waits for an approval, and then counts for the period after it', async () => {
    const id = await newCase('2026-11');
    let decided: Promise<unknown> | undefined;
    await books.sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${booksLock}::bigint), pg_advisory_xact_lock(${programmeLock}::bigint)`;
      decided = books.decide(id, { credits: 'VOID', deductions: [['A2', '3']] });
      await untilSomebodyWaits(books.databases);
      await transaction`insert into commission_run (period, status, calculated_by, approved_by, started_at) values ('2026-11', 'APPROVED', 'x', 'y', now())`;
    });
    await decided;
    expect((await books.adjustments('A2')).at(-1)).toBe('PENALTY -3 2026-12');
    expect(await books.takeCauses()).toContain('A1 2026-11 conflict');
  });

  it('a case that is settled while another is opened for the same event: the event stays held', async () => {
    const event = await books.event('A1');
    const settled = await books.openCase(event, 'A1');
    let opened: Promise<number> | undefined;
    await books.sql.begin(async (transaction) => {
      await books.decideIn(transaction, settled, { credits: 'KEEP' });
      opened = books.openCase(event, 'A1');
      await untilSomebodyWaits(books.databases);
    });
    const open = await opened;
    expect(await books.crediting(event)).toBe(`HELD ${open}`);
  });
});
