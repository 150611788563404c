import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verification, verifyPeriod } from '../../src/commissions/close.ts';
import { explainLine } from '../../src/commissions/explain.ts';
import { explainRule } from '../../src/commissions/explainRule.ts';
import { approveRun, type RunSummary } from '../../src/commissions/runs.ts';
import { detectPending } from '../../src/conflicts/detection/detect.ts';
import type { Databases } from '../../src/db/client.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  calculate,
  clerk,
  codeOf,
  controller,
  importEvents,
  november,
  now,
  october,
  september,
} from '../support/books.ts';
import { decide, on, openCase, programme, readHeld, readLines, readUnpaid, release, revert } from './caseBooks.ts';

// Money while a conflict is open and once it is decided, in the world of caseBooks.ts.

let databases: Databases;
let first: RunSummary;
let septemberRun: RunSummary;
let octoberRun: RunSummary;
let novemberRun: RunSummary;
const noted: Record<string, unknown> = {};

const linesOf = (run: RunSummary, agent: string) => readLines(databases, run.id, agent);
const unpaidOf = (run: RunSummary, agent: string) => readUnpaid(databases, run.id, agent);
const heldOf = (runId: number, agent: string) => readHeld(databases, runId, agent);
const approve = (run: RunSummary) =>
  asOwner(databases, (transaction) => approveRun(transaction, controller, now, run.id));

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, [
    // B: of two sales one is held, and released before approval. C: the same, released after it.
    ...['B', 'C'].flatMap((group) => [on('2026-09-05', `${group}1-HELD`), on('2026-09-06', `${group}1-OTHER`)]),
    // D: paid, and afterwards awarded to D2. E, F: divided before approval. G: both claim, G2's sale stays, and it is divided.
    on('2026-09-05', 'D1-SOLD'),
    on('2026-09-05', 'E1-SOLD'),
    on('2026-09-05', 'F1-SOLD'),
    on('2026-09-05', 'G1-SOLD'),
    on('2026-09-06', 'G2-SOLD'),
    // H: void. I: held, and refunded in October. J: a penalty and a price difference. K: rejected.
    on('2026-09-05', 'H1-SOLD'),
    on('2026-09-05', 'I1-HELD'),
    on('2026-09-05', 'J1-SOLD'),
    on('2026-09-05', 'K1-SOLD'),
  ]);
  await detectPending(databases, clerk, now);
  await openCase(databases, 'HOLD', 'HOLD', 'B1-HELD');
  await openCase(databases, 'HOLD', 'HOLD', 'C1-HELD');
  await openCase(databases, 'FLAG', 'FLAG', 'D1-SOLD');
  await openCase(databases, 'HOLD', 'HOLD', 'E1-SOLD');
  await openCase(databases, 'HOLD', 'HOLD', 'F1-SOLD');
  await openCase(databases, 'HOLD', 'HOLD', 'G1-SOLD', ['G2-SOLD']);
  await openCase(databases, 'HOLD', 'HOLD', 'H1-SOLD');
  await openCase(databases, 'HOLD', 'HOLD', 'I1-HELD');
  await openCase(databases, 'FLAG', 'FLAG', 'J1-SOLD');
  await openCase(databases, 'REJECT', 'REJECT', 'K1-SOLD');
  await decide(databases, 'HOLD', 'E1-SOLD', {
    credits: 'SPLIT',
    keeps: 'E1-SOLD',
    shares: ['E1 SELLER 0.6', 'E2 LEAD 0.4'],
  });
  await decide(databases, 'HOLD', 'F1-SOLD', {
    credits: 'SPLIT',
    keeps: 'F1-SOLD',
    shares: ['F1 SELLER 0.3333', 'F2 SELLER 0.3333', 'F3 SELLER 0.3334'],
  });
  await decide(databases, 'HOLD', 'G1-SOLD', { credits: 'AWARD', keeps: 'G2-SOLD', shares: ['G2 SELLER 1'] });
  await decide(databases, 'HOLD', 'H1-SOLD', { credits: 'VOID' });
  await decide(databases, 'FLAG', 'J1-SOLD', {
    credits: 'KEEP',
    deductions: ['J1 PENALTY 30', 'J1 PRICE_DIFFERENCE 12.34', 'J2 PENALTY 5'],
  });

  first = await calculate(databases, september);
  noted.firstLines = await linesOf(first, 'B1');
  noted.firstMaster = await linesOf(first, 'BM');
  noted.firstHeld = await heldOf(first.id, 'B1');
  noted.firstUnpaid = await unpaidOf(first, 'B1');
  await release(databases, 'HOLD', 'B1-HELD');
  noted.staleCode = await codeOf(approve(first));

  septemberRun = await calculate(databases, september);
  await approve(septemberRun);

  await release(databases, 'HOLD', 'C1-HELD');
  await decide(databases, 'FLAG', 'D1-SOLD', { credits: 'AWARD', keeps: 'D1-SOLD', shares: ['D2 SELLER 1'] });
  await decide(databases, 'FLAG', 'J1-SOLD', { credits: 'KEEP', deductions: ['J1 PENALTY 10'] });
  await importEvents(databases, [
    on('2026-10-10', 'E1-CHURN', { type: 'CHURN', subscriptionId: 'SUB-E1-SOLD' }),
    on('2026-10-10', 'I1-REFUND', {
      type: 'REFUND',
      originalExternalId: 'I1-HELD',
      amount: '100',
      subscriptionId: 'SUB-I1-HELD',
    }),
    ...['1', '2', '3'].map((number) => on('2026-10-11', `I1-NEW${number}`)),
  ]);
  octoberRun = await calculate(databases, october);
  await approve(octoberRun);
  noted.verified = await verifyPeriod(databases, september);

  await revert(databases, 'FLAG', 'D1-SOLD');
  await revert(databases, 'FLAG', 'J1-SOLD');
  novemberRun = await calculate(databases, november);
});

describe('a held sale', () => {
  it('is not paid, counts for nothing, and what it would have earned is shown', () => {
    // one sale is left: 100, half of it later; below two activations no bonus; the master a tenth
    expect(noted.firstLines).toEqual([
      'ACT EARNING B1-OTHER SELLER 100.00',
      'ACT WITHHOLDING B1-OTHER SELLER -50.00 #2',
    ]);
    expect(noted.firstMaster).toEqual(['TEAM OVERRIDE B1-OTHER SELLER 10.00 from B1']);
    expect(noted.firstHeld).toEqual(['ACT B1-HELD SELLER 100.00 CNY']);
    expect(noted.firstUnpaid).toEqual(['B1-HELD SELLER HELD_BY_CONFLICT']);
  });

  it('makes a run stale when it is released, and is then paid in full', async () => {
    expect(noted.staleCode).toBe('RUN_STALE');
    // two sales: 200, half of it later, and 2 × 3
    expect(await linesOf(septemberRun, 'B1')).toEqual([
      'ACT EARNING B1-HELD SELLER 100.00',
      'ACT EARNING B1-OTHER SELLER 100.00',
      'ACT WITHHOLDING B1-HELD SELLER -50.00 #2',
      'ACT WITHHOLDING B1-OTHER SELLER -50.00 #2',
      'VOL VOLUME SELF 6.00',
    ]);
    expect(await unpaidOf(septemberRun, 'B1')).toEqual([]);
    expect(await heldOf(septemberRun.id, 'B1')).toEqual([]);
    expect(await heldOf(first.id, 'B1')).toEqual([]);
  });

  it('is paid as RETRO when it is released after approval', async () => {
    expect(await heldOf(septemberRun.id, 'C1')).toEqual(['ACT C1-HELD SELLER 100.00 CNY']);
    expect(await linesOf(octoberRun, 'C1')).toEqual([
      'ACT RELEASE C1-HELD SELLER 50.00 #2',
      'ACT RELEASE C1-OTHER SELLER 50.00 #2',
      'ACT RETRO C1-HELD SELLER -50.00 #2 in 2026-09',
      'ACT RETRO C1-HELD SELLER 100.00 in 2026-09',
      'VOL RETRO SELF 6.00 in 2026-09',
    ]);
    expect(await linesOf(octoberRun, 'CM')).toEqual(['TEAM RETRO C1-HELD SELLER 10.00 from C1 in 2026-09']);
  });

  it('takes its refunds out of the volume too', async () => {
    // three sales in October: 9; the refund of the held one would leave two: 6
    expect(await linesOf(octoberRun, 'I1')).toContain('VOL VOLUME SELF 9.00');
  });
});

describe('a rejected sale', () => {
  it('is not paid and nothing is held', async () => {
    expect(await linesOf(septemberRun, 'K1')).toEqual([]);
    expect(await unpaidOf(septemberRun, 'K1')).toEqual(['K1-SOLD SELLER REJECTED_BY_CONFLICT']);
    expect(await heldOf(septemberRun.id, 'K1')).toEqual([]);
  });

  it('is what a void one becomes', async () => {
    expect(await linesOf(septemberRun, 'H1')).toEqual([]);
    expect(await unpaidOf(septemberRun, 'H1')).toEqual(['H1-SOLD SELLER REJECTED_BY_CONFLICT']);
  });
});

describe('a divided sale', () => {
  it('pays 60 to 40', async () => {
    expect(await linesOf(septemberRun, 'E1')).toEqual([
      'ACT EARNING E1-SOLD SELLER 60.00',
      'ACT WITHHOLDING E1-SOLD SELLER -30.00 #2',
    ]);
    expect(await linesOf(septemberRun, 'E2')).toEqual([
      'ACT EARNING E1-SOLD LEAD 40.00',
      'ACT WITHHOLDING E1-SOLD LEAD -20.00 #2',
    ]);
    expect(await linesOf(septemberRun, 'EM')).toEqual([
      'TEAM OVERRIDE E1-SOLD LEAD 4.00 from E2',
      'TEAM OVERRIDE E1-SOLD SELLER 6.00 from E1',
    ]);
  });

  it('comes back from those it was paid to', async () => {
    // what was paid, half of each, comes back; the other half is forfeited
    expect(await linesOf(octoberRun, 'E1')).toEqual(['ACT CLAWBACK E1-CHURN SELLER -30.00']);
    expect(await linesOf(octoberRun, 'E2')).toEqual(['ACT CLAWBACK E1-CHURN LEAD -20.00']);
  });

  it('pays thirds that make a whole', async () => {
    // 33.33 is paid as 16.67 and 16.66
    const thirds = ['F1', 'F2', 'F3'].map((agent) => linesOf(septemberRun, agent));
    expect((await Promise.all(thirds)).flat()).toEqual([
      'ACT EARNING F1-SOLD SELLER 33.33',
      'ACT WITHHOLDING F1-SOLD SELLER -16.66 #2',
      'ACT EARNING F1-SOLD SELLER 33.33',
      'ACT WITHHOLDING F1-SOLD SELLER -16.66 #2',
      'ACT EARNING F1-SOLD SELLER 33.34',
      'ACT WITHHOLDING F1-SOLD SELLER -16.67 #2',
    ]);
  });

  it('is awarded to one, and the other event of the case is not credited', async () => {
    expect(await linesOf(septemberRun, 'G1')).toEqual([]);
    expect(await unpaidOf(septemberRun, 'G1')).toEqual(['G1-SOLD SELLER REJECTED_BY_CONFLICT']);
    expect(await linesOf(septemberRun, 'G2')).toEqual([
      'ACT EARNING G2-SOLD SELLER 100.00',
      'ACT WITHHOLDING G2-SOLD SELLER -50.00 #2',
    ]);
  });
});

describe('an award after approval', () => {
  it('moves the money in the next open month, and taking it back moves it back', async () => {
    expect(await linesOf(octoberRun, 'D1')).toEqual([
      'ACT RETRO D1-SOLD SELLER -100.00 in 2026-09',
      'ACT RETRO D1-SOLD SELLER 50.00 #2 in 2026-09',
    ]);
    expect(await linesOf(octoberRun, 'D2')).toEqual([
      'ACT RELEASE D1-SOLD SELLER 50.00 #2',
      'ACT RETRO D1-SOLD SELLER -50.00 #2 in 2026-09',
      'ACT RETRO D1-SOLD SELLER 100.00 in 2026-09',
    ]);
    expect(await linesOf(octoberRun, 'DM')).toEqual([
      'TEAM RETRO D1-SOLD SELLER -10.00 from D1 in 2026-09',
      'TEAM RETRO D1-SOLD SELLER 10.00 from D2 in 2026-09',
    ]);
    const [sums] = await databases.owner.$client<{ one: string; two: string; master: string }[]>`
      select sum(amount) filter (where agent.code = 'D1') as one, sum(amount) filter (where agent.code = 'D2') as two,
        sum(amount) filter (where agent.code = 'DM') as master
      from commission_line line join agent on agent.id = line.agent_id
      where line.run_id in (${septemberRun.id}, ${octoberRun.id}, ${novemberRun.id})`;
    expect(Object.values(sums ?? {}).map(Number)).toEqual([100, 0, 10]);
  });
});

describe('a deduction', () => {
  it('is booked once, in the adjustments of the statement', async () => {
    expect(await linesOf(septemberRun, 'J1')).toEqual([
      'ACT EARNING J1-SOLD SELLER 100.00',
      'ACT WITHHOLDING J1-SOLD SELLER -50.00 #2',
      'ADJUSTMENT ADJUSTMENT ADJUSTMENT -12.34',
      'ADJUSTMENT ADJUSTMENT ADJUSTMENT -30.00',
    ]);
    const [statement] = await databases.owner.$client<{ adjustments: string; closing: string }[]>`
      select adjustments, closing from statement join agent on agent.id = statement.agent_id
      where run_id = ${septemberRun.id} and agent.code = 'J1'`;
    expect(statement).toEqual({ adjustments: '-42.34', closing: '7.66' });
  });

  it('is booked back when another decision takes its place, which is booked then', async () => {
    expect(await linesOf(octoberRun, 'J1')).toEqual([
      'ACT RELEASE J1-SOLD SELLER 50.00 #2',
      'ADJUSTMENT ADJUSTMENT ADJUSTMENT -10.00',
      'ADJUSTMENT ADJUSTMENT ADJUSTMENT 12.34',
      'ADJUSTMENT ADJUSTMENT ADJUSTMENT 30.00',
    ]);
    expect(await linesOf(octoberRun, 'J2')).toEqual(['ADJUSTMENT ADJUSTMENT ADJUSTMENT 5.00']);
    expect(await linesOf(novemberRun, 'J1')).toEqual(['ADJUSTMENT ADJUSTMENT ADJUSTMENT 10.00']);
  });
});

describe('an approved run', () => {
  it('is verified by how events were credited then', () => {
    expect((noted.verified as Verification).ok).toBe(true);
  });
});

describe('explanations', () => {
  const explained = async (lineId: string) =>
    asOwner(databases, async (transaction) => {
      const { formula, sentenceEn, sentenceZh } = await explainLine(transaction, lineId);
      return { formula, sentenceEn, sentenceZh };
    });

  it('say by which case a share was given', async () => {
    const [event] = await databases.owner.$client<
      { id: string }[]
    >`select id from sales_event where external_id = 'E1-SOLD'`;
    const told = await explained(`2026-09.P.ACT.E${event?.id}.E2.LEAD`);
    expect(told.formula).toBe('round(0.4 × (100 × 1) × 1, 2) = 40.00');
    expect(told.sentenceEn).toMatch(/of which the LEAD has the share 0\.4 by the decision of the case C-4\.$/);
    expect(told.sentenceZh).toContain('依 C-4 的裁定');
  });

  it('say of adjustments what they are and why', async () => {
    const rows = await databases.owner.$client<{ id: string }[]>`
      select made.id from adjustment made join agent on agent.id = made.agent_id where agent.code = 'J1' order by made.id`;
    const idOf = (index: number) => `ADJUSTMENT.ADJUSTMENT.A${rows[index]?.id}.J1.ADJUSTMENT.ADJUSTMENT`;
    const [penalty, , back] = await Promise.all([
      explained(`2026-09.${idOf(0)}`),
      explained(`2026-09.${idOf(1)}`),
      explained(`2026-10.${idOf(2)}`),
    ]);
    expect(penalty).toEqual({
      formula: '-30.00 = -30.00',
      sentenceEn: '-30.00 CNY of Agent (J1) is a penalty by the decision of C-9: “both took part”.',
      sentenceZh: '根据 C-9 的裁定，Agent（J1）违规扣罚 -30.00 CNY：“both took part”。',
    });
    expect(back?.sentenceEn).toMatch(/^30\.00 CNY of Agent \(J1\) takes back a penalty of C-9/);
  });

  it('say of events who is credited, and why nobody', async () => {
    const about = (externalId: string) =>
      asOwner(databases, (transaction) => explainRule(transaction, { source: 'CRM', externalId }));
    expect((await about('E1-SOLD')).credits).toMatchObject([
      { agent: 'E1', share: '0.6', reason: null, caseCode: 'C-4' },
      { agent: 'E2', share: '0.4', role: 'LEAD', reason: null },
    ]);
    const [rejected] = (await about('G1-SOLD')).credits;
    expect(rejected).toMatchObject({ agent: 'G1', reason: 'REJECTED_BY_CONFLICT', caseCode: 'C-6' });
    expect(rejected?.components[0]?.sentenceEn).toBe(
      'ACT pays nothing: a conflict rejects it, the case C-6 (rule ANY would apply) (REJECTED_BY_CONFLICT).',
    );
    expect((await about('I1-HELD')).credits).toMatchObject([{ reason: 'HELD_BY_CONFLICT', caseCode: 'C-8' }]);
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conflict-money-'));
    await exportPeriod(databases, september, folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const rowsOf = async (file: string) =>
    (await readFile(join(folder, file), 'utf8')).split('\n').map((row) => row.split(','));

  it('have what is held in a column of statements', async () => {
    const rows = await rowsOf('statements.csv');
    const held = rows[0]?.indexOf('held') ?? 0;
    expect(held).toBeGreaterThan(0);
    expect(rows.filter(([, agent]) => agent === 'C1' || agent === 'B1').map((row) => [row[1], row[held]])).toEqual([
      ['B1', '0.00'],
      ['C1', '100.00'],
    ]);
  });

  it('name what an adjustment is for', async () => {
    const rows = (await rowsOf('lines.csv')).filter((row) => row[5] === 'ADJUSTMENT' && row[2] === 'J1');
    expect(rows.map((row) => [row[1]?.replace(/A\d+/, 'A#'), row[6], row[7], row[14]]).sort()).toEqual([
      [
        '2026-09.ADJUSTMENT.ADJUSTMENT.A#.J1.ADJUSTMENT.ADJUSTMENT',
        'ADJUSTMENT',
        'FLAG/CRM/J1-SOLD/1/PENALTY',
        '-30.00',
      ],
      [
        '2026-09.ADJUSTMENT.ADJUSTMENT.A#.J1.ADJUSTMENT.ADJUSTMENT',
        'ADJUSTMENT',
        'FLAG/CRM/J1-SOLD/1/PRICE_DIFFERENCE',
        '-12.34',
      ],
    ]);
  });
});

describe('metrics', () => {
  it('count what was credited, and nothing that a conflict blocks', async () => {
    const values = await asOwner(databases, async (transaction) => {
      const formula = { kind: 'TOTAL', terms: [{ measure: 'EVENTS', events: ['ACTIVATION'] }] };
      const metric = { code: 'SALES', name: 'Sales', definition: { source: 'COMPUTED', formula } };
      await saveMetricDefinition(transaction, clerk, now, metric);
      await measureMetrics(transaction, clerk, now, september);
      return transaction.execute<{ agent: string; value: string }>(
        `select agent.code as agent, value::float8::text as value from metric_value join agent on agent.id = agent_id where metric = 'SALES'`,
      );
    });
    const of = Object.fromEntries([...values].map(({ agent, value }) => [agent, value]));
    // I1's only sale of September is held still, G1's is rejected for G2's, E1's is divided, D1's is its own again
    expect([of.I1, of.G1, of.G2, of.E1, of.E2, of.D1, of.B1, of.K1]).toEqual([
      '0',
      '0',
      '1',
      '0.6',
      '0.4',
      '1',
      '2',
      '0',
    ]);
  });
});
