import { previewRetro, type RetroDifference, type RetroPreview } from '../commissions/retroPreview.ts';
import type { Databases } from '../db/client.ts';
import { requirePeriod } from './commands.ts';
import { harmless, writeCsv } from './csvFile.ts';
import { type Output, table } from './output.ts';

const shownCount = 40;

/** `tributary retro`: what later facts change in closed periods, before it is booked. */
export async function retro(
  databases: Databases,
  output: Output,
  period: string | undefined,
  options: { csv?: string },
): Promise<void> {
  const wanted = period === undefined ? undefined : requirePeriod(period);
  const bar = output.progress('retro');
  const preview = await previewRetro(databases, wanted, (step, percent) => bar.update(percent, step)).finally(() =>
    bar.end(),
  );
  if (options.csv !== undefined) await writeCsv(options.csv, csvColumns, preview.differences.map(csvRow));
  output.answer(preview, describeRetro);
}

const csvColumns = ['origin_period', 'agent_code', 'plan', 'component', 'event', 'currency', 'amount'] as const;

function csvRow({ originPeriod, agent, plan, component, event, currency, amount }: RetroDifference) {
  return {
    origin_period: originPeriod,
    agent_code: harmless(agent),
    plan: harmless(plan ?? ''),
    component: harmless(component),
    event: harmless(event ?? ''),
    currency,
    amount,
  };
}

function describeRetro({ period, causes, agents, totals }: RetroPreview): string {
  if (causes.length === 0) return `Nothing has changed in closed periods: ${period} books no corrections.`;
  const causeRows = causes.map(({ agent, period: origin, reason }) => ({ agent, since: origin, reason }));
  const rows = agents.map(({ agent, plan, component, originPeriod, amount, currency }) => ({
    agent,
    component: [plan, component].filter(Boolean).join(' '),
    origin: originPeriod,
    amount,
    currency,
  }));
  return [
    `Causes (${causes.length}):`,
    table(causeRows.slice(0, shownCount)),
    ...more(causeRows.length),
    '',
    `Differences by agent, component and period (${rows.length}):`,
    table(rows.slice(0, shownCount), ['amount']),
    ...more(rows.length),
    '',
    ...totals.map(
      ({ originPeriod, currency, amount }) => `${originPeriod}: ${amount} ${currency}, to be booked in ${period}.`,
    ),
  ].join('\n');
}

const more = (count: number) => (count > shownCount ? [`… and ${count - shownCount} more`] : []);
