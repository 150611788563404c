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
import { type EnvelopeKeys, noEnvelopeKeys } from '../partners/envelope.ts';
import { localDate, type Period, periodOf, periodsBetween, shiftPeriod } from '../period.ts';
import { applyProgramme } from '../programme/apply.ts';
import { readProgramme } from '../programme/read.ts';
import { findOperator, loadOperator } from '../reference/operator.ts';
import { registerDeal } from '../registrations/registrations.ts';
import { type EventInput, importEventBatch } from '../sales/import.ts';
import { measureMetrics } from '../scorecards/measure.ts';
import { calculateScores, publishScores } from '../scorecards/scores.ts';
import { confirmDue } from '../statements/confirm.ts';
import { issueStatements } from '../statements/issue.ts';
import { previewTiers } from '../tiers/evaluations.ts';
import { conflictDemoEvents, demoDeals } from './conflictEvents.ts';
import { showDesk } from './desk.ts';
import { type DemoAgent, type DemoSpan, demoEvents, lateDemoEvents } from './events.ts';

export type DemoOptions = {
  /** Without them nothing that is kept encrypted is shown: bank details, applications. */
  readonly keys?: EnvelopeKeys;
  /** How many months there are, at least 3. */
  readonly monthCount?: number;
};

export type DemoResult = { readonly summary: RunSummary; readonly accounts: readonly DemoAccount[] };

type ProgressDisplay = { update(percent: number, text: string): void; end(): void };

// What examples/demo.yaml declares.
const scheme = 'METALS';
const grid = 'SEGMENTS';
const appealDays = 15;
/** The agent below agent@demo.example that has an account too. */
const subAgent = 'E04';

/** Months at the end with many sales, and with scores. */
const busyCount = 3;
const daysSinceCaughtUp = 10;
const dayMilliseconds = 86_400_000;

const programmeFile = new URL('../../examples/demo.yaml', import.meta.url);

/**
 * Sets up the made-up province of examples/demo.yaml, brings in its sales of the last twelve months that are over and of this one until now,
 * closes and approves the months one after the other, and makes accounts to sign in with. The last three are scored, and the tiers after the
 * last stand as a preview. Statements of the months before the last are issued, and confirmed but for the last of them; those of the last month
 * wait to be issued. Some sales are reported after their month was approved, as in life, and over some of the last month channels quarrel:
 * their cases wait to be settled. Something waits on everybody's desk. May be run again: what is there stays as it is.
 * @throws UserError INPUT_INVALID where another operator is set up already.
 */
export async function runDemo(
  databases: Databases,
  now: Date,
  progress: (title: string) => ProgressDisplay,
  note: (text: string) => void,
  { keys = noEnvelopeKeys, monthCount = 12 }: DemoOptions = {},
): Promise<DemoResult> {
  const { owner } = databases;
  const existing = await findOperator(owner);
  const programme = readProgramme(await readFile(fileURLToPath(programmeFile), 'utf8'));
  if (existing && existing.code !== programme.operator?.code) {
    throw new UserError('INPUT_INVALID', `This database belongs to operator ${existing.code}.`, 'demo');
  }
  note('Setting up the demo province: regions, agents, a plan, a pool.');
  const caughtUp = new Date(now.getTime() - daysSinceCaughtUp * dayMilliseconds);
  // before its months are closed; once, since an agreement is given an end afterwards
  if (!existing) {
    await owner.transaction((transaction) => applyProgramme(transaction, localActor('demo'), caughtUp, programme));
  }
  const { timeZone } = await owner.transaction((transaction) => loadOperator(transaction));
  const agents = await loadAgents(databases);
  const current = periodOf(now, timeZone);
  const last = shiftPeriod(current, -1);
  const span = { first: shiftPeriod(current, -monthCount), busy: shiftPeriod(current, -busyCount) };
  const summary = await closeMonths(databases, { now, caughtUp, agents, span, last, progress });
  const begun = demoEvents(agents, span, current).filter(({ occurredAt }) => new Date(occurredAt) <= now);
  await importEvents(databases, now, begun);
  await showDesk(databases, keys, now, { today: localDate(now, timeZone), last, subAgent });
  const [cases] = await owner.$client<{ open: number }[]>`
    select count(*)::integer as open from conflict_case where state = 'OPEN'`;
  note(`${cases?.open ?? 0} conflicts between channels wait to be settled.`);
  return { summary, accounts: await ensureDemoAccounts(databases, now, subAgent) };
}

async function loadAgents(databases: Databases): Promise<DemoAgent[]> {
  const rows = await databases.owner.$client<DemoAgent[]>`
    select distinct on (agent.code collate "C") agent.code, region.code as region
    from agent join agent_region fact on fact.agent_id = agent.id join region on region.id = fact.region_id
    order by agent.code collate "C", fact.valid_from desc`;
  return [...rows];
}

type Months = {
  readonly now: Date;
  /** When the months before the last two were closed. */
  readonly caughtUp: Date;
  readonly agents: readonly DemoAgent[];
  readonly span: DemoSpan;
  readonly last: Period;
  readonly progress: (title: string) => ProgressDisplay;
};

/** Brings in and closes the months that are over. Statements of those before the last two were confirmed since. */
async function closeMonths(
  databases: Databases,
  { now, caughtUp, agents, span, last, progress }: Months,
): Promise<RunSummary> {
  const { owner } = databases;
  const actor = localActor('demo');
  let summary: RunSummary | undefined;
  for (const period of periodsBetween(span.first, last)) {
    const at = period < shiftPeriod(last, -1) ? caughtUp : now;
    await importEvents(databases, at, demoEvents(agents, span, period));
    if (period === last) {
      await registerDeals(databases, period);
      await importEvents(databases, at, conflictDemoEvents(period));
    }
    if (period >= span.busy) await scorePeriod(databases, at, period);
    if (period === last) await previewPeriod(databases, at, period);
    const closed = await closePeriod(databases, at, period, progress);
    summary = closed;
    if (period === last) continue;
    await owner.transaction((transaction) => issueStatements(transaction, actor, at, closed.id));
    if (period >= span.busy) await importEvents(databases, at, lateDemoEvents(agents, period));
  }
  if (!summary) throw new Error('no period was closed');
  const { timeZone } = await owner.transaction((transaction) => loadOperator(transaction));
  await owner.transaction((transaction) => confirmDue(transaction, actor, now, localDate(now, timeZone)));
  return summary;
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

/** Measures and scores a period; scores that are published already stay as they are. */
async function scorePeriod(databases: Databases, now: Date, period: Period): Promise<void> {
  const actor = localActor('demo');
  const { owner } = databases;
  const [scored] = await owner.$client`
    select from score_round where period = ${period} and state in ('PUBLISHED', 'FINAL')`;
  if (scored) return;
  await owner.transaction((transaction) => measureMetrics(transaction, actor, now, period));
  await calculateScores(databases, actor, period, now);
  await owner.transaction((transaction) => publishScores(transaction, actor, now, period, { appealDays }));
}

/** Shows which tiers would follow a period, and places the agents on the grid. */
async function previewPeriod(databases: Databases, now: Date, period: Period): Promise<void> {
  const actor = localActor('demo');
  await databases.owner.transaction(async (transaction) => {
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
