import { join } from 'node:path';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { previewRetro } from '../../src/commissions/retroPreview.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { simulate } from '../../src/commissions/simulate.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { everyKindText, monthBefore, writeHistory } from './everyKind.ts';
import { type Comparison, compare, StepClock, seconds } from './measure.ts';
import { actor, importFile, type Month, now } from './month.ts';
import { agentCode, period, writeCsv, writeEvents } from './province.ts';

// Work whose cost shall follow what it is about, not the size of the month: against the full run, without a target.

const fullRun = 'the full run, as measured above';
/** An agent of the lowest level. */
const oneAgent = agentCode(5010);

/** The province with every kind of component, or as the text says, its month before calculated and approved. */
export async function prepareEveryKind(
  databases: Databases,
  folder: string,
  events: number,
  text = everyKindText(events),
): Promise<Month> {
  const programme = readProgramme(text);
  await databases.owner.transaction((transaction) => applyProgramme(transaction, actor, now, programme));
  const month = { databases, folder, events, csv: join(folder, 'everyKind.csv') };
  const history = join(folder, 'history.csv');
  await writeEvents(month.csv, events);
  await writeHistory(history, events);
  await importFile(month, month.csv);
  await importFile(month, history);
  await databases.owner.$client.unsafe('vacuum analyze sales_event');
  await calculatePeriod(databases, actor, monthBefore as Period, now);
  await approveMonth(month, monthBefore);
  return month;
}

async function approveMonth({ databases }: Month, ofPeriod: string): Promise<void> {
  const [run] = await databases.owner.$client<{ id: number; status: string }[]>`
    select id, status from commission_run where period = ${ofPeriod} and status in ('CALCULATED', 'APPROVED')`;
  if (!run) throw new Error(`no run of ${ofPeriod}`);
  if (run.status === 'APPROVED') return;
  await databases.owner.transaction((transaction) => approveRun(transaction, localActor('other'), now, run.id));
}

/** A simulation of the month for one agent, with what is published as its draft. */
export async function measureSimulation(month: Month, rounds: number, full: Comparison): Promise<Comparison> {
  const { databases, events } = month;
  const clock = new StepClock();
  const work = () =>
    seconds(async () => {
      clock.start();
      const range = { from: period as Period, to: period as Period, agentCodes: [oneAgent] };
      const { winnerCount, loserCount } = await simulate(databases, { ...range, applyDraft: async () => {} }, (step) =>
        clock.next(step),
      );
      clock.next('');
      if (winnerCount + loserCount > 0) throw new Error('the published plan pays something else when simulated');
    });
  const about = { name: full.name.replace('full run', 'simulation of one agent'), events, floor: fullRun };
  const comparison = await compare(about, rounds, async () => full.seconds, work);
  return { ...comparison, steps: clock.medians() };
}

/** What one late activation changes in the approved month, up to the RETRO lines; the month is approved for it. */
export async function measureRetro(month: Month, rounds: number, full: Comparison): Promise<Comparison> {
  const { databases, folder, events } = month;
  await approveMonth(month, period);
  const csv = join(folder, 'late.csv');
  await writeCsv(csv, [
    `BSS,LATE,ACTIVATION,${period}-15T10:00:00+08:00,${oneAgent},FIBER,1,99.00,CNY,PUBLIC,CLATE,SLATE,12,\n`,
  ]);
  await importFile(month, csv);
  const clock = new StepClock();
  const work = () =>
    seconds(async () => {
      clock.start();
      const { differences } = await previewRetro(databases, undefined, (step) => clock.next(step));
      clock.next('');
      if (differences.length === 0) throw new Error('the late event changed nothing');
    });
  const about = { name: full.name.replace('full run', 'retro of one late event'), events, floor: fullRun };
  const comparison = await compare(about, rounds, async () => full.seconds, work);
  return { ...comparison, steps: clock.medians() };
}
