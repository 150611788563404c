import { beforeAll, describe, expect, it } from 'vitest';
import { openAgreement } from '../../src/agents/agreements.ts';
import { resumeAgent, suspendAgent, terminateAgent, withdrawDecision } from '../../src/agents/life.ts';
import { isAllowed, lifeActions, planDecision, type StatusFact } from '../../src/agents/lifeRules.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { UserError } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, codeOf, now, programme } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';

const today = '2026-12-05';
const reason = 'It is so.';

describe('what may be decided', () => {
  it.each([
    ['SUSPEND', { ACTIVE: true, SUSPENDED: false, TERMINATED: false }],
    ['RESUME', { ACTIVE: false, SUSPENDED: true, TERMINATED: false }],
    ['TERMINATE', { ACTIVE: true, SUSPENDED: true, TERMINATED: false }],
  ] as const)('%s from %o', (action, allowed) => {
    expect(lifeActions).toContain(action);
    for (const status of ['ACTIVE', 'SUSPENDED', 'TERMINATED'] as const) {
      expect([status, isAllowed(action, status)]).toEqual([status, allowed[status]]);
    }
  });

  const history: StatusFact[] = [
    { id: 1, status: 'ACTIVE', from: '2026-01-01', to: '2026-11-01' },
    { id: 2, status: 'SUSPENDED', from: '2026-11-01', to: null },
  ];
  const plan = (action: (typeof lifeActions)[number], from: string) => () => planDecision('A1', history, action, from);

  it('goes by the state on the day itself', () => {
    expect(plan('RESUME', '2026-11-01')()).toMatchObject({ id: 2 });
    expect(plan('TERMINATE', '2026-12-01')()).toMatchObject({ id: 2 });
    expect(plan('SUSPEND', '2026-12-01')).toThrow('Agent A1 is SUSPENDED on 2026-12-01.');
  });

  it('refuses a day before the last change, and one without a state', () => {
    expect(plan('TERMINATE', '2026-10-31')).toThrow('Agent A1 is SUSPENDED from 2026-11-01 on');
    expect(plan('SUSPEND', '2025-12-31')).toThrow('Agent A1 has no state on 2025-12-31.');
    expect(() => planDecision('A1', [], 'SUSPEND', '2026-01-01')).toThrow(UserError);
  });
});

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await asOwner(databases, async (transaction) => {
    await rawSql(transaction)`
      insert into territory (agent_id, region_id, exclusive, valid_from, valid_to)
      select agent.id, region.id, fact.exclusive, fact.since, fact.until from (values
        ('NORTH', true, date '2026-01-01', null::date), ('SOUTH', false, '2026-01-01', '2026-06-01'), ('SOUTH', false, '2027-03-01', null))
        fact(region, exclusive, since, until) join agent on agent.code = 'A1' join region on region.code = fact.region`;
    await rawSql(transaction)`
      insert into secret (agent_id, kind, ciphertext, wrapped_key, envelope_key_id, fingerprint, masked, changed_by, changed_at)
      select id, kind::secret_kind, 'c', 'w', 'k', 'f', '****1234', 'clerk', now()
      from agent cross join unnest(array['PHONE', 'BANK_ACCOUNT']) kind where code = 'A1'`;
  });
});

class Undo extends Error {}

/** Runs `work` in a transaction that leaves nothing behind. */
async function tried(work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const undone = asOwner(databases, async (transaction) => {
    await work(transaction);
    throw new Undo();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
}

const lines = async (transaction: Transaction, query: string): Promise<string[]> => {
  const rows = await rawSql(transaction).unsafe<{ text: string }[]>(query);
  return rows.map(({ text }) => text);
};
const states = (transaction: Transaction) =>
  lines(
    transaction,
    `select concat_ws(' ', status, fact.valid_from, fact.valid_to) as text from agent_status fact
     join agent on agent.id = fact.agent_id where code = 'A1' order by fact.valid_from`,
  );
const agreements = (transaction: Transaction) =>
  lines(
    transaction,
    `select concat_ws(' ', agreement.code, agreement.valid_from, agreement.valid_to, ended_early_by, renews.code) as text
     from agreement join agent on agent.id = agreement.agent_id left join agreement_paper on agreement_id = agreement.id
     left join agreement renews on renews.id = renews_id where agent.code = 'A1' order by agreement.valid_from`,
  );
const territories = (transaction: Transaction) =>
  lines(
    transaction,
    `select concat_ws(' ', region.code, valid_from, valid_to) as text from territory join region on region.id = region_id
     join agent on agent.id = agent_id where agent.code = 'A1' order by valid_from, region.code`,
  );
const blacklist = (transaction: Transaction) =>
  lines(transaction, `select concat_ws(' ', kind, valid_from, reason, by) as text from blacklist_entry order by kind`);
const decisions = (transaction: Transaction) =>
  lines(transaction, `select concat_ws(' ', action, effective_from, by) as text from agent_decision order by id`);

describe('an agent', () => {
  it('is suspended, resumed and terminated, each with a decision and an audit record', () =>
    tried(async (transaction) => {
      const decide = { agentCode: 'A1', reason };
      await suspendAgent(transaction, clerk, now, { ...decide, from: '2026-11-01' });
      await resumeAgent(transaction, clerk, now, { ...decide, from: '2026-11-10' });
      const over = await terminateAgent(transaction, clerk, now, { ...decide, from: '2026-12-10', forCause: false });
      expect(over).toMatchObject({
        status: 'TERMINATED',
        endedAgreements: ['A1-P-2026-01-01'],
        endedTerritoryCount: 2,
        blacklistedCount: 0,
      });
      expect(await states(transaction)).toEqual([
        'ACTIVE 2000-01-01 2026-11-01',
        'SUSPENDED 2026-11-01 2026-11-10',
        'ACTIVE 2026-11-10 2026-12-10',
        'TERMINATED 2026-12-10',
      ]);
      expect(await decisions(transaction)).toEqual([
        'SUSPEND 2026-11-01 clerk',
        'RESUME 2026-11-10 clerk',
        'TERMINATE 2026-12-10 clerk',
      ]);
      expect(await agreements(transaction)).toEqual(['A1-P-2026-01-01 2026-01-01 2026-12-10 clerk']);
      expect(await territories(transaction)).toEqual(['NORTH 2026-01-01 2026-12-10', 'SOUTH 2026-01-01 2026-06-01']);
      const records = await transaction
        .select({ action: auditRecord.action, reason: auditRecord.reason })
        .from(auditRecord);
      for (const action of ['agent.suspended', 'agent.resumed', 'agent.terminated', 'agreement.ended']) {
        expect(records).toContainEqual({ action, reason });
      }
      for (const from of ['2026-12-10', '2027-01-01']) {
        await expect(resumeAgent(transaction, clerk, now, { ...decide, from })).rejects.toMatchObject({
          code: 'AGENT_STATE',
        });
      }
    }));

  it('is resumed by itself where a suspension says until when', () =>
    tried(async (transaction) => {
      await suspendAgent(transaction, clerk, now, { agentCode: 'A1', reason, from: '2026-12-10', until: '2026-12-20' });
      expect(await states(transaction)).toEqual([
        'ACTIVE 2000-01-01 2026-12-10',
        'SUSPENDED 2026-12-10 2026-12-20',
        'ACTIVE 2026-12-20',
      ]);
    }));

  it('gets everything back when its termination is withdrawn before its day', () =>
    tried(async (transaction) => {
      const agentId = (await transaction.query.agent.findFirst({ where: { code: 'A1' } }))?.id ?? 0;
      const planId = (await transaction.query.plan.findFirst({ where: { code: 'P' } }))?.id ?? 0;
      const sql = rawSql(transaction);
      await sql`update agreement set valid_to = '2027-01-01' where agent_id = ${agentId}`;
      const first = (await transaction.query.agreement.findFirst({ where: { agentId } }))?.id ?? 0;
      const next = { agentId, planId, terms: { totalCap: '5' }, to: '2028-01-01' };
      const second = await openAgreement(transaction, clerk, now, {
        ...next,
        code: 'N1',
        from: '2027-01-01',
        renewsId: first,
      });
      await openAgreement(transaction, clerk, now, {
        ...next,
        code: 'N2',
        from: '2028-01-01',
        to: null,
        renewsId: second,
      });
      const before = [await states(transaction), await agreements(transaction)];
      expect(before[1]).toHaveLength(3);

      await terminateAgent(transaction, clerk, now, { agentCode: 'A1', from: '2026-12-10', reason, forCause: true });
      expect(await agreements(transaction)).toEqual(['A1-P-2026-01-01 2026-01-01 2026-12-10 clerk']);
      expect(await blacklist(transaction)).toEqual([
        `BANK_ACCOUNT 2026-12-10 ${reason} clerk`,
        `PHONE 2026-12-10 ${reason} clerk`,
      ]);

      await withdrawDecision(transaction, clerk, now, { agentCode: 'A1', reason: 'It was another one.', today });
      expect([await states(transaction), await agreements(transaction)]).toEqual(before);
      // What was cut goes on as a right of its own; what was to begin later is there again.
      expect(await territories(transaction)).toEqual([
        'NORTH 2026-01-01 2026-12-10',
        'SOUTH 2026-01-01 2026-06-01',
        'NORTH 2026-12-10',
        'SOUTH 2027-03-01',
      ]);
      expect(await blacklist(transaction)).toEqual([]);
      expect(await decisions(transaction)).toEqual(['TERMINATE 2026-12-10 clerk', 'WITHDRAW 2026-12-10 clerk']);
      const again = withdrawDecision(transaction, clerk, now, { agentCode: 'A1', reason, today });
      await expect(again).rejects.toThrow('Agent A1 is ACTIVE since 2000-01-01; only decisions about later days');
    }));

  it('gets the state back that a decision for the same day took the place of', () =>
    tried(async (transaction) => {
      await suspendAgent(transaction, clerk, now, { agentCode: 'A1', reason, from: '2026-12-10' });
      await terminateAgent(transaction, clerk, now, { agentCode: 'A1', reason, from: '2026-12-10', forCause: false });
      expect(await states(transaction)).toEqual(['ACTIVE 2000-01-01 2026-12-10', 'TERMINATED 2026-12-10']);
      await withdrawDecision(transaction, clerk, now, { agentCode: 'A1', reason, today });
      expect(await states(transaction)).toEqual(['ACTIVE 2000-01-01 2026-12-10', 'SUSPENDED 2026-12-10']);
    }));

  it('keeps an agreement whose trailing commission goes on', () =>
    tried(async (transaction) => {
      await rawSql(transaction)`update agreement set terms = '{"trailing": "CONTINUE"}' where code = 'A1-P-2026-01-01'`;
      await terminateAgent(transaction, clerk, now, { agentCode: 'A1', reason, from: '2026-12-10', forCause: false });
      expect(await agreements(transaction)).toEqual(['A1-P-2026-01-01 2026-01-01']);
    }));

  it('keeps its agreement for the one day where the termination begins with a month', () =>
    tried(async (transaction) => {
      await terminateAgent(transaction, clerk, now, { agentCode: 'A1', reason, from: '2027-01-01', forCause: false });
      expect(await agreements(transaction)).toEqual(['A1-P-2026-01-01 2026-01-01 2027-01-02 clerk']);
    }));

  it('is not known, or not decided about without a reason', async () => {
    const suspend = (agentCode: string, why: string, from = '2026-12-10') =>
      codeOf(
        asOwner(databases, (transaction) => suspendAgent(transaction, clerk, now, { agentCode, reason: why, from })),
      );
    expect(await suspend('A9', reason)).toBe('NOT_FOUND');
    expect(await suspend('A1', ' ')).toBe('VALUE_MISSING');
    expect(await suspend('A1', reason, '2026-02-30')).toBe('INPUT_INVALID');
  });

  it('of two who decide at once is decided about by one', async () => {
    const terminate = (transaction: Transaction) =>
      terminateAgent(transaction, clerk, now, { agentCode: 'A4', reason, from: '2026-12-10', forCause: false });
    const results: Promise<string>[] = [];
    await asOwner(databases, async (transaction) => {
      await terminate(transaction);
      results.push(codeOf(asOwner(databases, terminate)));
      await untilSomebodyWaits(databases);
    });
    expect(await results[0]).toBe('AGENT_STATE');
  });
});
