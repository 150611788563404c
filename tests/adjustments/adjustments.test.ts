import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { decideProposals } from '../../src/adjustments/decideProposals.ts';
import type { ProposalInput } from '../../src/adjustments/proposalRows.ts';
import { importAdjustmentFile, proposeAdjustments } from '../../src/adjustments/proposals.ts';
import { proposeTakingBack } from '../../src/adjustments/takeBack.ts';
import { explainLine } from '../../src/commissions/explain.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import {
  apply,
  asOwner,
  calculate,
  clerk,
  codeOf,
  controller,
  event,
  importEvents,
  november,
  now,
  october,
  september,
} from '../support/books.ts';
import { paperId, paperKey } from '../support/papers.ts';

// Each agent earns 100 a month. T: 10 % tax. M: 10 % tax and a minimum payout of 80. R, D: nothing of either.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ALL, flat: 100 }] }]
agents:
  - { code: T, name: Tea, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 10 }] }
  - { code: M, name: Mei, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 10, minimumPayout: 80 }] }
  - { code: R, name: Ren, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: D, name: Dai, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01 }] }
`;
const sales = ['09', '10', '11'].flatMap((month) =>
  ['T', 'M', 'R', 'D'].map((agentCode) =>
    event(`${agentCode}-${month}`, { agentCode, occurredAt: `2026-${month}-05T10:00:00+08:00` }),
  ),
);

let databases: Databases;
const boss = localActor('boss');
const row = (agent: string, amount: string, rest: Partial<ProposalInput> = {}): ProposalInput => ({
  agent,
  kind: amount.startsWith('-') ? 'PENALTY' : 'CORRECTION',
  amount,
  currency: 'CNY',
  reason: `late papers of ${agent}`,
  document: papers[agent] ?? 'none',
  ...rest,
});
const papers: Record<string, string> = {};
const propose = (...rows: ProposalInput[]) =>
  asOwner(databases, (transaction) => proposeAdjustments(transaction, clerk, now, rows));
const approve = (batchHash: string, actor = boss) =>
  asOwner(databases, (transaction) => decideProposals(transaction, actor, now, { batchHash }, 'APPROVED', undefined));
const close = async (period = october) => {
  const run = await calculate(databases, period);
  await asOwner(databases, (transaction) => approveRun(transaction, controller, now, run.id));
  return run;
};
const proposalsOf = (agent: string) =>
  databases.owner.$client<{ id: number; state: string }[]>`
    select proposal.id, state from adjustment_proposal proposal join agent on agent.id = agent_id where agent.code = ${agent} order by proposal.id`;
const linesOf = async (runId: number, agent: string) => {
  const rows = await databases.owner.$client<{ amount: string }[]>`
    select trim_scale(amount)::text as amount from commission_line join agent on agent.id = agent_id
    where run_id = ${runId} and kind = 'ADJUSTMENT' and agent.code = ${agent} order by cause_id`;
  return rows.map(({ amount }) => amount);
};
const statementOf = async (runId: number, agent: string) => {
  const [found] = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', trim_scale(opening), trim_scale(earned), trim_scale(adjustments), trim_scale(tax), trim_scale(closing), trim_scale(payable)) as text
    from statement join agent on agent.id = agent_id where run_id = ${runId} and agent.code = ${agent}`;
  return found?.text;
};

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, sales);
  await close(september);
  for (const agent of ['T', 'M', 'R', 'D']) papers[agent] = paperId(await paperKey(databases, agent));
});

describe('rows', () => {
  it('one with a fault keeps out all; each fault is named', async () => {
    const saved = await propose(
      row('T', '1'),
      row('NOBODY', '1'),
      row('T', '30', { kind: 'PENALTY' }),
      row('T', '1.005'),
      row('T', '1', { currency: 'XXX' }),
      row('T', '1', { kind: 'GIFT', reason: ' ' }),
      row('T', '1', { document: 'RG9jdW1lbnQ6OTk5' }),
      row('T', '1', { document: papers.R ?? '' }),
      row('T', '1', { document: paperId(await paperKey(databases, 'T', 'AGENT')) }),
      row('T', '1', { document: ' ' }),
    );
    expect(saved).toMatchObject({ rowCount: 10, createdCount: 0, rejectedCount: 9 });
    expect(saved.rejections.map(({ row: place, column, code }) => `${place} ${column} ${code}`)).toEqual([
      '2 agent AGENT_UNKNOWN',
      '3 amount NUMBER_INVALID',
      '4 amount NUMBER_INVALID',
      '5 currency CURRENCY_UNKNOWN',
      '6 reason VALUE_MISSING',
      '6 kind VALUE_INVALID',
      '7 document NOT_FOUND',
      '8 document NOT_FOUND',
      '9 document NOT_FOUND',
      '10 document VALUE_MISSING',
    ]);
    expect(saved.rejections.at(-1)?.message).toBe(
      'document is empty. Store the paper by POST /documents?agent=T&subject=SETTLEMENT&kind=EVIDENCE and name the id that it answers.',
    );
    expect(saved.rejections.at(-2)?.message).toContain('subject=SETTLEMENT');
    expect(await proposalsOf('T')).toEqual([]);
  });

  it('are at least one', async () => {
    expect(await codeOf(propose())).toBe('INPUT_INVALID');
  });

  it('of a file are proposed once, each with a document', async () => {
    const readText = (text: string) =>
      asOwner(databases, (transaction) =>
        importAdjustmentFile(transaction, clerk, now, { name: 'a.csv', stream: Readable.from([Buffer.from(text)]) }),
      );
    expect(await codeOf(readText('agent,kind,amount,currency,reason\nR,CORRECTION,5.50,CNY,x\n'))).toBe(
      'COLUMN_MISSING',
    );
    const lines = [`R,CORRECTION,5.50,CNY,"one, two",${papers.R}`, `R,PENALTY,-2,CNY,x,${papers.R}`];
    const read = () => readText(`\ufeffagent,kind,amount,currency,reason,document\r\n${lines.join('\r\n')}\r\n`);
    const { batchHash, ...counts } = await read();
    expect(counts).toEqual({ rowCount: 2, createdCount: 2, rejectedCount: 0, rejections: [] });
    expect(await codeOf(read())).toBe('ADJUSTMENTS_KNOWN');
    const reject = () =>
      asOwner(databases, (transaction) => decideProposals(transaction, boss, now, { batchHash }, 'REJECTED', 'no'));
    expect(await reject()).toBe(2);
    expect(await codeOf(reject())).toBe('NOT_FOUND');
    // Rejected, the file may come again; it is left undecided, and nothing of it is booked.
    expect((await read()).createdCount).toBe(2);
  });

  it('from the command line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'adjustments-'));
    try {
      const { importAdjustments } = await import('../../src/cli/importAdjustmentsCommand.ts');
      const file = join(folder, 'a.csv');
      await writeFile(file, 'agent,kind,amount,currency,reason,document\nD,PENALTY,7,CNY,x,\n');
      const answers: unknown[] = [];
      const bar = { update: () => {}, end: () => {} };
      const output = { answer: (value: unknown) => answers.push(value), note: () => {}, progress: () => bar };
      await importAdjustments(databases, output, file, { as: 'clerk', atomic: true });
      expect(answers).toMatchObject([{ rowCount: 1, createdCount: 0, rejectedCount: 1 }]);
      expect(await readFile(`${file}.errors.csv`, 'utf8')).toContain('A penalty takes: write -7.');
    } finally {
      process.exitCode = undefined;
      await rm(folder, { recursive: true });
    }
  });
});

describe('money', () => {
  it('is booked by the next run, once, under tax and minimum payout', async () => {
    const { batchHash } = await propose(row('T', '-30'), row('T', '12.34'), row('M', '-30'));
    expect(await codeOf(approve(batchHash, clerk))).toBe('SAME_PERSON');
    // Approved by two at once: one does it.
    const answers = await Promise.allSettled([approve(batchHash), approve(batchHash, localActor('other'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const run = await close();
    expect(await linesOf(run.id, 'T')).toEqual(['-30', '12.34']);
    // 100 + (−30 + 12.34) = 82.34; 10 % of it is 8.234, rounded 8.23; 82.34 − 8.23 = 74.11. Opening: 100 − 10 were paid in September.
    expect(await statementOf(run.id, 'T')).toBe('0 100 -17.66 8.23 74.11 74.11');
    // 100 − 30 = 70 is below the minimum of 80: neither taxed nor paid.
    expect(await statementOf(run.id, 'M')).toBe('0 100 -30 0 70 0');
    // Proposed, but not approved.
    expect(await linesOf(run.id, 'R')).toEqual([]);
  });

  it('explains itself, by names that do not depend on the run', async () => {
    const [made] = await databases.owner.$client<{ id: number; proposal: number }[]>`
      select id, proposal_id as proposal from adjustment where amount = 12.34`;
    const explained = await asOwner(databases, (transaction) =>
      explainLine(transaction, `2026-10.ADJUSTMENT.ADJUSTMENT.A${made?.id}.T.ADJUSTMENT.ADJUSTMENT`),
    );
    expect(explained.sentenceEn).toBe(
      `12.34 CNY of Tea (T) is a correction by hand (AP-${made?.proposal}): “late papers of T”.`,
    );
    expect(explained.sentenceZh).toBe(`Tea（T）人工更正（AP-${made?.proposal}）12.34 CNY：“late papers of T”。`);
    const { adjustmentCauses } = await import('../../src/adjustments/booked.ts');
    const [cause] = await databases.owner.$client.unsafe(
      `select name from ${adjustmentCauses} cause where id = ${made?.id}`,
    );
    expect(cause?.name).toBe(`MANUAL/AP-${made?.proposal}`);
  });

  it('is taken back by the opposite, once, by two people', async () => {
    const [made] = await databases.owner.$client<{ id: number }[]>`select id from adjustment where amount = 12.34`;
    const takeBack = () =>
      asOwner(databases, (transaction) => proposeTakingBack(transaction, clerk, now, made?.id ?? 0, 'paid twice'));
    const { batchHash } = await takeBack();
    expect(await codeOf(takeBack())).toBe('RECORD_STATE');
    expect(await codeOf(approve(batchHash, clerk))).toBe('SAME_PERSON');
    expect(await approve(batchHash)).toBe(1);
    const run = await calculate(databases, november);
    expect(await linesOf(run.id, 'T')).toEqual(['-12.34']);
    // 100 − 12.34 = 87.66, tax 8.77 (8.766): 78.89. M: 70 + 100 = 170, tax 17.
    expect(await statementOf(run.id, 'T')).toBe('0 100 -12.34 8.77 78.89 78.89');
    expect(await statementOf(run.id, 'M')).toBe('70 100 0 17 153 153');
  });

  it('taken back says so, and is taken back as what it was', async () => {
    const [made] = await databases.owner.$client<{ id: number; proposal: string; text: string }[]>`
      select made.id, 'AP-' || made.proposal_id as proposal, concat_ws(' ', made.kind, original.amount::numeric(9, 2), paper.id = first.document_id) as text
      from adjustment made join adjustment original on original.id = made.reverses_id
      join adjustment_proposal proposal on proposal.id = made.proposal_id join document paper on paper.id = proposal.document_id
      join adjustment_proposal first on first.id = original.proposal_id`;
    expect(made?.text).toBe('REVERSED 12.34 t');
    const explained = await asOwner(databases, (transaction) =>
      explainLine(transaction, `2026-11.ADJUSTMENT.ADJUSTMENT.A${made?.id}.T.ADJUSTMENT.ADJUSTMENT`),
    );
    expect(explained.sentenceEn).toMatch(
      /^-12\.34 CNY of Tea \(T\) takes back a correction by hand \(AP-\d+\): “Takes back AP-\d+: paid twice”\.$/,
    );
    const again = asOwner(databases, (transaction) =>
      proposeTakingBack(transaction, clerk, now, made?.id ?? 0, 'no, it was right'),
    );
    expect(await codeOf(again)).toBe('INPUT_INVALID');
    const forged = databases.owner.$client`
      insert into adjustment_proposal (agent_id, kind, amount, currency, reason, takes_back_id, state, proposed_by, proposed_at)
      select agent_id, 'REVERSED', -amount - 1, currency, 'r', id, 'PROPOSED', 'x', now() from adjustment where reverses_id is null limit 1`;
    await expect(forged).rejects.toMatchObject({ constraint_name: 'adjustment_proposal_opposite' });
  });

  it('an approval makes the calculated run stale; after it the lines of all months are what was approved', async () => {
    const before = await calculate(databases, november);
    const { batchHash } = await propose(row('D', '3.21'));
    await approve(batchHash);
    expect(await codeOf(asOwner(databases, (transaction) => approveRun(transaction, controller, now, before.id)))).toBe(
      'RUN_STALE',
    );
    await close(november);
    const [sums] = await asOwner(
      databases,
      (transaction) => rawSql(transaction)<{ booked: string; approved: string }[]>`
        select (select sum(line.amount) from commission_line line join commission_run run on run.id = line.run_id and run.status = 'APPROVED'
            where line.kind = 'ADJUSTMENT')::text as booked,
          (select sum(amount) from adjustment_proposal where state = 'APPROVED')::text as approved`,
    );
    // −30 + 12.34 − 30 − 12.34 + 3.21
    expect(sums).toEqual({ booked: '-56.79', approved: '-56.79' });
  });

  it('taken back while that was a correction with a reason that says so is not taken back again', async () => {
    const sql = databases.owner.$client;
    const proposed = (kind: string, amount: string, reason: string) => sql`
      insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, state, proposed_by, proposed_at)
      select agent.id, ${kind}::text::adjustment_kind, ${amount}, 'CNY', ${reason}, min(paper.id), 'PROPOSED', 'x', ${now}
      from agent join document paper on paper.agent_id = agent.id where agent.code = 'R' group by agent.id returning id, code`;
    const decide = (id: number, state: string) => sql`
      update adjustment_proposal set state = ${state}::text::adjustment_proposal_state, decided_by = 'y', decided_at = ${now}, decision = 'r' where id = ${id}`;
    const [first] = await proposed('PENALTY', '-7', 'late');
    await decide(first?.id, 'APPROVED');
    const [made] = await sql`select id from adjustment where proposal_id = ${first?.id}`;
    const takeBack = () =>
      asOwner(databases, (transaction) => proposeTakingBack(transaction, clerk, now, made?.id, 'x'));
    const [old] = await proposed('CORRECTION', '7', `Takes back ${first?.code}: wrong`);
    expect(await codeOf(takeBack())).toBe('RECORD_STATE');
    const forged = sql`
      insert into adjustment_proposal (agent_id, kind, amount, currency, reason, takes_back_id, state, proposed_by, proposed_at)
      select agent_id, 'REVERSED', -amount, currency, 'r', id, 'PROPOSED', 'x', now() from adjustment where id = ${made?.id}`;
    await expect(forged).rejects.toMatchObject({ constraint_name: 'adjustment_proposal_takes_back' });
    await decide(old?.id, 'REJECTED');
    // of another one, with a number that begins alike
    const [other] = await proposed('CORRECTION', '7', `Takes back ${first?.code}1: wrong`);
    await decide(other?.id, 'REJECTED');
    expect((await takeBack()).createdCount).toBe(1);
  });
});
