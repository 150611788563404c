import { applyDraft } from '../commissions/draft.ts';
import { readDraft } from '../commissions/draftCopies.ts';
import { type ComparedAgent, type SimulatedPool, type Simulation, simulate } from '../commissions/simulate.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { type Period, parsePeriod } from '../period.ts';
import { readText } from './commands.ts';
import { harmless, writeCsv } from './csvFile.ts';
import { type Output, table } from './output.ts';

/** How many of those who lose and gain most are shown. */
const shownCount = 10;

/** `tributary simulate`: what closed periods would have paid with a draft, compared with what they paid. */
export async function simulateDraft(
  databases: Databases,
  output: Output,
  file: string,
  range: string,
  options: { agents?: string; csv?: string },
): Promise<void> {
  const draft = readDraft(await readText(file));
  const [from, to] = periodRange(range);
  const agentCodes = options.agents?.split(',').map((code) => code.trim());
  const bar = output.progress('simulate');
  const simulation = await simulate(
    databases,
    { from, to, ...(agentCodes ? { agentCodes } : {}), applyDraft: applyDraft(draft) },
    (step, percent) => bar.update(percent, step),
  ).finally(() => bar.end());
  if (options.csv !== undefined) {
    const rows = simulation.agents.map(({ agent, ...amounts }) => ({ agent_code: harmless(agent), ...amounts }));
    await writeCsv(options.csv, ['agent_code', 'currency', 'paid', 'simulated', 'difference'], rows);
  }
  output.answer(simulation, describeSimulation);
}

function periodRange(text: string): [Period, Period] {
  const [from = '', to = from, ...rest] = text.split('..');
  const [first, last] = [parsePeriod(from), parsePeriod(to)];
  if (!first || !last || rest.length > 0) {
    throw new UserError('PERIOD_INVALID', `"${text}" is no period or range of periods.`, 'period');
  }
  return [first, last];
}

const amountColumns = ['paid', 'simulated', 'difference'];

function describeSimulation(simulation: Simulation): string {
  const { periods, totals, components, agents, pools, distribution, winnerCount, loserCount } = simulation;
  const { unchangedCount, unsettledCount } = simulation;
  const [first, last] = [periods[0] ?? '', periods.at(-1) ?? ''];
  const componentRows = components.map(({ plan, component, currency, ...amounts }) => ({
    component: [plan, component].filter(Boolean).join(' '),
    ...amounts,
    currency,
  }));
  const buckets = distribution.map(({ currency, from, to, agentCount }) => ({
    from,
    to,
    currency,
    agents: agentCount,
  }));
  return [
    table(componentRows, amountColumns),
    ...section(
      'Lose most:',
      extremes(agents, (difference) => difference.lt(0)),
    ),
    ...section(
      'Gain most:',
      extremes([...agents].reverse(), (difference) => difference.gt(0)),
    ),
    ...(pools.length > 0
      ? ['', 'Pools shared anew, among all their members:', table(pools.map(poolRow), poolColumns)]
      : []),
    ...(buckets.length > 0 ? ['', 'Differences of agents:', table(buckets, ['from', 'to', 'agents'])] : []),
    '',
    ...totals.map(
      ({ currency, paid, simulated, difference }) =>
        `${first === last ? first : `${first} to ${last}`}: ${simulated} ${currency} instead of ${paid} ${currency}, ${signed(difference)} ${currency}.`,
    ),
    `Agents that gain: ${winnerCount}, lose: ${loserCount}, stay the same: ${unchangedCount}. Nothing was written.`,
    ...(unsettledCount > 0
      ? [`Of ${unsettledCount} agents the differences hold corrections that are not booked yet: see tributary retro.`]
      : []),
  ].join('\n');
}

const poolColumns = ['fund', 'carried in', 'shared', 'remainder'];

function poolRow({ pool, period, fund, carriedIn, shared, remainder, currency }: SimulatedPool) {
  return { pool, period, fund, 'carried in': carriedIn, shared, remainder, currency };
}

const signed = (amount: string) => (new Decimal(amount).gt(0) ? `+${amount}` : amount);

function section(title: string, agents: readonly ComparedAgent[]): string[] {
  if (agents.length === 0) return [];
  const rows = agents.map(({ agent, paid, simulated, difference, currency }) => ({
    agent,
    paid,
    simulated,
    difference: signed(difference),
    currency,
  }));
  return ['', title, table(rows, amountColumns)];
}

/** Of each currency the first of those in question. */
function extremes(agents: readonly ComparedAgent[], holds: (difference: Decimal) => boolean): ComparedAgent[] {
  const concerned = agents.filter(({ difference }) => holds(new Decimal(difference)));
  const currencies = [...new Set(concerned.map(({ currency }) => currency))].sort();
  return currencies.flatMap((wanted) => concerned.filter(({ currency }) => currency === wanted).slice(0, shownCount));
}
