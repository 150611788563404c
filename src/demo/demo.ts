import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type DemoAccount, ensureDemoAccounts } from '../auth/demo.ts';
import { calculatePeriod } from '../commissions/close.ts';
import { approveRun, loadRunSummary, type RunSummary } from '../commissions/runs.ts';
import type { Databases } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { placeAgents } from '../loyalty/placements.ts';
import { type Period, periodOf, periodsBetween, shiftPeriod } from '../period.ts';
import { applyProgramme } from '../programme/apply.ts';
import { readProgramme } from '../programme/read.ts';
import { findOperator, loadOperator } from '../reference/operator.ts';
import { registerDeal } from '../registrations/registrations.ts';
import { type EventInput, importEventBatch } from '../sales/import.ts';
import { measureMetrics } from '../scorecards/measure.ts';
import { calculateScores, publishScores } from '../scorecards/scores.ts';
import { issueStatements } from '../statements/issue.ts';
import { previewTiers } from '../tiers/evaluations.ts';
import { conflictDemoEvents, demoDeals } from './conflictEvents.ts';
import { type DemoAgent, demoEvents, lateDemoEvents } from './events.ts';

export type DemoResult = { readonly summary: RunSummary; readonly accounts: readonly DemoAccount[] };

type ProgressDisplay = { update(percent: number, text: string): void; end(): void };

// What examples/demo.yaml declares.
const scheme = 'METALS';
const grid = 'SEGMENTS';
const appealDays = 15;

const programmeFile = new URL('../../examples/demo.yaml', import.meta.url);

/**
 * Sets up the made-up province of examples/demo.yaml, brings in its sales of the last three months that are over, closes
 * and approves them one after the other, and makes accounts to sign in with. The last month is scored, and the tiers after it
 * stand as a preview. Statements of the months before the last are issued; those of the last wait to be. Some sales are reported after their month was approved, as in life, and over some of the last month channels quarrel:
 * their cases wait to be settled. May be run again: what is there stays as it is.
 * @throws UserError INPUT_INVALID where another operator is set up already.
 */
export async function runDemo(
  databases: Databases,
  now: Date,
  progress: (title: string) => ProgressDisplay,
  note: (text: string) => void,
): Promise<DemoResult> {
  const actor = localActor('demo');
  const { owner } = databases;
  const existing = await findOperator(owner);
  const programme = readProgramme(await readFile(fileURLToPath(programmeFile), 'utf8'));
  if (existing && existing.code !== programme.operator?.code) {
    throw new UserError('INPUT_INVALID', `This database belongs to operator ${existing.code}.`, 'demo');
  }
  note('Setting up the demo province: regions, agents, a plan, a pool.');
  await owner.transaction((transaction) => applyProgramme(transaction, actor, now, programme));
  const { timeZone } = await owner.transaction((transaction) => loadOperator(transaction));
  const agents = await owner.transaction(async (transaction): Promise<DemoAgent[]> => {
    const rows = await rawSql(transaction)<DemoAgent[]>`
      select distinct on (agent.code collate "C") agent.code, region.code as region
      from agent join agent_region fact on fact.agent_id = agent.id join region on region.id = fact.region_id
      order by agent.code collate "C", fact.valid_from desc`;
    return [...rows];
  });
  const last = shiftPeriod(periodOf(now, timeZone), -1);
  const first = shiftPeriod(last, -2);
  const summaries: RunSummary[] = [];
  for (const period of periodsBetween(first, last)) {
    await importEvents(databases, now, demoEvents(agents, first, period));
    if (period === last) {
      await registerDeals(databases, period);
      await importEvents(databases, now, conflictDemoEvents(period));
      await scorePeriod(databases, now, period);
    }
    const closed = await closePeriod(databases, now, period, progress);
    summaries.push(closed);
    if (period !== last) {
      await owner.transaction((transaction) => issueStatements(transaction, actor, now, closed.id));
    }
    await importEvents(databases, now, period === last ? [] : lateDemoEvents(agents, period));
  }
  const summary = summaries.at(-1);
  if (!summary) throw new Error('no period was closed');
  const [cases] = await owner.$client<{ open: number }[]>`
    select count(*)::integer as open from conflict_case where state = 'OPEN'`;
  note(`${cases?.open ?? 0} conflicts between channels wait to be settled.`);
  return { summary, accounts: await ensureDemoAccounts(databases, now) };
}

/** Whether the demo may be set up: the database is empty, or an earlier set-up was cut short before its last step. */
export async function wantsDemo(databases: Databases): Promise<boolean> {
  const operator = await findOperator(databases.owner);
  if (!operator) return true;
  if (operator.code !== 'DEMO') return false;
  const [account] = await databases.owner.$client`select from user_account limit 1`;
  return account === undefined;
}

async function importEvents(databases: Databases, now: Date, events: readonly EventInput[]): Promise<void> {
  for (let start = 0; start < events.length; start += 1000) {
    const batch = events.slice(start, start + 1000);
    const result = await databases.owner.transaction((transaction) =>
      importEventBatch(transaction, localActor('demo'), now, batch, { atomic: true }),
    );
    const [fault] = result.rejections;
    if (fault) throw new UserError(fault.code, fault.message, fault.key ?? undefined);
  }
}

/** Registers the deals of a period, each on its day; those that are registered already stay as they are. */
async function registerDeals(databases: Databases, period: Period): Promise<void> {
  for (const { day, ...deal } of demoDeals(period)) {
    await databases.owner.transaction(async (transaction) => {
      const [known] = await rawSql(transaction)`select from deal_registration where customer_id = ${deal.customerId}`;
      if (!known) await registerDeal(transaction, localActor('demo'), new Date(`${day}T10:00:00+08:00`), deal);
    });
  }
}

/** Measures and scores a period, and previews the tiers after it; scores that are published already stay as they are. */
async function scorePeriod(databases: Databases, now: Date, period: Period): Promise<void> {
  const actor = localActor('demo');
  const { owner } = databases;
  const [scored] = await owner.$client`
    select from score_round where period = ${period} and state in ('PUBLISHED', 'FINAL')`;
  if (!scored) {
    for (const month of periodsBetween(shiftPeriod(period, -2), period)) {
      await owner.transaction((transaction) => measureMetrics(transaction, actor, now, month));
    }
    await calculateScores(databases, actor, period, now);
    await owner.transaction((transaction) => publishScores(transaction, actor, now, period, { appealDays }));
  }
  await owner.transaction(async (transaction) => {
    const [evaluated] = await rawSql(transaction)`select from tier_evaluation where period = ${period}`;
    if (!evaluated) await previewTiers(transaction, actor, now, { scheme, period });
    await placeAgents(transaction, actor, now, { grid, period });
  });
}

/** Calculates and approves a period as two different people; one that is approved already stays as it is. */
async function closePeriod(
  databases: Databases,
  now: Date,
  period: Period,
  progress: (title: string) => ProgressDisplay,
): Promise<RunSummary> {
  const bar = progress(`close ${period}`);
  try {
    const run = await calculatePeriod(databases, localActor('demo'), period, now, (step, percent) =>
      bar.update(percent, step),
    );
    await databases.owner.transaction((transaction) =>
      approveRun(transaction, localActor('demo-approver'), now, run.id),
    );
    return { ...run, status: 'APPROVED', approvedBy: 'demo-approver' };
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'PERIOD_APPROVED')) throw error;
    return databases.owner.transaction((transaction) => loadRunSummary(transaction, period));
  } finally {
    bar.end();
  }
}
