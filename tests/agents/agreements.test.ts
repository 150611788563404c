import { beforeAll, describe, expect, it } from 'vitest';
import { endAgreement } from '../../src/agents/agreementEnds.ts';
import { changeAgreement, changedTerms, openAgreement, renewAgreement } from '../../src/agents/agreements.ts';
import { terminateAgent } from '../../src/agents/life.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { UserErrors } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, codeOf, now, programme } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';

const today = '2026-12-05';

let databases: Databases;
let agentId: number;
let planId: number;
let otherPlanId: number;

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  const { owner } = databases;
  agentId = (await owner.query.agent.findFirst({ where: { code: 'A4' } }))?.id ?? 0;
  planId = (await owner.query.plan.findFirst({ where: { code: 'P' } }))?.id ?? 0;
  otherPlanId = (await owner.query.plan.findFirst({ where: { code: 'Q' } }))?.id ?? 0;
});

class Undo extends Error {}

/** Runs `work` in a transaction that leaves nothing behind; `work` begins with the agreement C of agent A4 for 2026. */
async function tried(work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const undone = asOwner(databases, async (transaction) => {
    await open(transaction);
    await work(transaction);
    throw new Undo();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
}

function open(transaction: Transaction, rest: Partial<Parameters<typeof openAgreement>[3]> = {}): Promise<number> {
  const dates = { from: '2026-01-01', to: '2027-01-01' };
  const terms = { minimumPayout: '100', taxPercent: '3' };
  return openAgreement(transaction, clerk, now, { code: 'C', agentId, planId, ...dates, terms, ...rest });
}

async function stored(transaction: Transaction): Promise<string[]> {
  const rows = await rawSql(transaction)<{ text: string }[]>`
    select concat_ws(' ', agreement.code, plan.code, agreement.valid_from, agreement.valid_to, agreement.terms, 'renews ' || renews.code,
      'delay ' || payment_delay_days, 'remind ' || remind_days, ended_early_by) as text
    from agreement join plan on plan.id = agreement.plan_id left join agreement_paper on agreement_id = agreement.id
    left join agreement renews on renews.id = renews_id where agreement.agent_id = ${agentId} order by agreement.valid_from`;
  return rows.map(({ text }) => text);
}

const terms = '{"taxPercent": "3", "minimumPayout": "100"}';

describe('opening', () => {
  it('binds the agent, with what the paper says', () =>
    tried(async (transaction) => {
      expect(await stored(transaction)).toEqual([`C P 2026-01-01 2027-01-01 ${terms} delay 0 remind 60`]);
      const [record] = await transaction.query.auditRecord.findMany({ where: { entityKey: 'C' } });
      expect(record).toMatchObject({ action: 'agreement.opened', after: { agent: 'A4', from: '2026-01-01' } });
    }));

  it('refuses an overlap with the other one named, a taken code, and an agent that is terminated', () =>
    tried(async (transaction) => {
      await expect(open(transaction, { code: 'D', from: '2026-12-31', to: null })).rejects.toMatchObject({
        code: 'AGREEMENT_OVERLAP',
        message: 'Agent A4 has the agreement C from 2026-01-01 to 2027-01-01.',
      });
      expect(await codeOf(open(transaction, { from: '2027-01-01', to: null }))).toBe('CODE_DUPLICATE');
      await terminateAgent(transaction, clerk, now, {
        agentCode: 'A4',
        from: '2027-02-01',
        reason: 'Closed.',
        forCause: false,
      });
      expect(await codeOf(open(transaction, { code: 'D', from: '2027-02-01', to: null }))).toBe('AGENT_STATE');
    }));

  it('names every field that is wrong', async () => {
    const wrong = {
      code: 'a b',
      to: '2026-02-30',
      terms: { taxPercent: '101', totalCap: 'NaN' },
      sha256: 'x',
      remindDays: -1,
    };
    const error: unknown = await asOwner(databases, (transaction) => open(transaction, wrong)).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserErrors);
    expect((error as UserErrors).errors.map(({ at }) => at)).toEqual([
      'code',
      'to',
      'terms.totalCap',
      'terms.taxPercent',
      'sha256',
      'remindDays',
    ]);
    const backwards = asOwner(databases, (transaction) => open(transaction, { to: '2026-01-01' }));
    expect(await codeOf(backwards)).toBe('INPUT_INVALID');
    const unknown = asOwner(databases, (transaction) => open(transaction, { planId: 999 }));
    expect(await codeOf(unknown)).toBe('NOT_FOUND');
  });

  it('of two at once is done by one', async () => {
    const results: Promise<string>[] = [];
    await asOwner(databases, async (transaction) => {
      await open(transaction, { code: 'X1' });
      results.push(codeOf(asOwner(databases, (other) => open(other, { code: 'X2' }))));
      await untilSomebodyWaits(databases);
    });
    expect(await results[0]).toBe('AGREEMENT_OVERLAP');
    await databases.owner.$client.unsafe(`delete from agreement_paper; delete from agreement where code = 'X1'`);
  });
});

describe('renewing', () => {
  it('lets another one follow, on the same terms but for what changes', () =>
    tried(async (transaction) => {
      const change = { minimumPayout: null, totalCap: '5000', trailing: 'CONTINUE', paymentDelayDays: 10 } as const;
      await renewAgreement(transaction, clerk, now, { renews: 'C', to: '2028-01-01', change });
      await renewAgreement(transaction, clerk, now, {
        renews: 'C-2',
        to: null,
        change: { planId: otherPlanId, trailing: 'STOP' },
      });
      expect(await stored(transaction)).toEqual([
        `C P 2026-01-01 2027-01-01 ${terms} delay 0 remind 60`,
        'C-2 P 2027-01-01 2028-01-01 {"totalCap": "5000", "trailing": "CONTINUE", "taxPercent": "3"} renews C delay 10 remind 60',
        'C-3 Q 2028-01-01 {"totalCap": "5000", "taxPercent": "3"} renews C-2 delay 10 remind 60',
      ]);
      expect(await codeOf(renewAgreement(transaction, clerk, now, { renews: 'C-3', to: null }))).toBe(
        'AGREEMENT_STATE',
      );
      expect(await codeOf(renewAgreement(transaction, clerk, now, { renews: 'C', to: null }))).toBe(
        'AGREEMENT_OVERLAP',
      );
      expect(await codeOf(renewAgreement(transaction, clerk, now, { renews: 'Z', to: null }))).toBe('NOT_FOUND');
    }));
});

describe('changing terms', () => {
  it('ends the old version on the day and opens the next one until the same end', () =>
    tried(async (transaction) => {
      const change = { taxPercent: '6.0' };
      await changeAgreement(transaction, clerk, now, { changes: 'C', from: '2026-07-01', change, reason: 'New tax.' });
      expect(await stored(transaction)).toEqual([
        `C P 2026-01-01 2026-07-01 ${terms} delay 0 remind 60`,
        'C-2 P 2026-07-01 2027-01-01 {"taxPercent": "6", "minimumPayout": "100"} renews C delay 0 remind 60',
      ]);
    }));

  it.each(['2025-12-31', '2026-01-01', '2027-01-01'])('refuses %s, on which it cannot be cut', (from) =>
    tried(async (transaction) => {
      const wanted = { changes: 'C', from, change: {}, reason: 'Why not.' };
      expect(await codeOf(changeAgreement(transaction, clerk, now, wanted))).toBe('AGREEMENT_STATE');
      expect(await stored(transaction)).toHaveLength(1);
    }),
  );

  it('keeps what is left out and takes away what is null', () => {
    const old = { totalCap: '1', minimumPayout: '2', taxPercent: '3', trailing: 'CONTINUE' } as const;
    expect(changedTerms(old, {})).toEqual(old);
    expect(changedTerms(old, { totalCap: null, taxPercent: '4' })).toEqual({
      minimumPayout: '2',
      taxPercent: '4',
      trailing: 'CONTINUE',
    });
    expect(changedTerms(old, { trailing: 'STOP' })).toEqual({ totalCap: '1', minimumPayout: '2', taxPercent: '3' });
  });
});

describe('ending early', () => {
  it('keeps who and why', () =>
    tried(async (transaction) => {
      await endAgreement(transaction, clerk, now, { code: 'C', on: '2026-12-10', today, reason: 'By mutual consent.' });
      expect(await stored(transaction)).toEqual([`C P 2026-01-01 2026-12-10 ${terms} delay 0 remind 60 clerk`]);
      const late = endAgreement(transaction, clerk, now, { code: 'C', on: '2026-12-10', today, reason: 'Again.' });
      expect(await codeOf(late)).toBe('AGREEMENT_STATE');
    }));

  it('with its first day takes back one that has not begun, the last one first', () =>
    tried(async (transaction) => {
      await renewAgreement(transaction, clerk, now, { renews: 'C', to: '2028-01-01' });
      await renewAgreement(transaction, clerk, now, { renews: 'C-2', to: null });
      const cancel = (code: string, on: string) =>
        endAgreement(transaction, clerk, now, { code, on, today, reason: 'It is not to be.' });
      expect(await codeOf(cancel('C-2', '2027-01-01'))).toBe('AGREEMENT_STATE');
      await cancel('C-3', '2028-01-01');
      await cancel('C-2', '2027-01-01');
      expect(await codeOf(cancel('C', '2026-01-01'))).toBe('AGREEMENT_STATE');
      expect(await stored(transaction)).toHaveLength(1);
    }));
});
