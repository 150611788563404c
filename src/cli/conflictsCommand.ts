import { type ConflictFigures, conflictFigures, type FigureGrouping } from '../conflicts/figures.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { requirePeriod } from './commands.ts';
import { harmless, writeCsv } from './csvFile.ts';
import { type Output, table } from './output.ts';

const groupings: Readonly<Record<string, FigureGrouping>> = {
  rule: 'RULE',
  region: 'REGION',
  agent: 'AGENT',
  kind: 'KIND',
};

/**
 * `tributary conflicts`: how many conflicts there are, how fast they are settled, what money they hold, move and take.
 * @param now by which cases are overdue
 */
export async function conflicts(
  databases: Databases,
  output: Output,
  text: string,
  options: { readonly by: string; readonly csv?: string },
  now = new Date(),
): Promise<void> {
  const [first = '', last = first, ...rest] = text.split('..');
  const [from, to] = [requirePeriod(first), requirePeriod(last)];
  if (rest.length > 0 || to < from) {
    throw new UserError('PERIOD_INVALID', `"${text}" is no period or range of periods.`, 'period');
  }
  const by = Object.hasOwn(groupings, options.by) ? groupings[options.by] : undefined;
  if (!by) {
    const message = `Figures are told by ${Object.keys(groupings).join(', ')}, not by "${options.by}".`;
    throw new UserError('INPUT_INVALID', message, '--by');
  }
  const figures = await databases.owner.transaction(
    (transaction) => conflictFigures(transaction, { from, to, by, now }),
    { accessMode: 'read only' },
  );
  if (options.csv !== undefined) {
    const currencies = figures.total.money.map(({ currency }) => currency);
    const rows = figures.groups.map((group) => csvRow(options.by, group, currencies));
    await writeCsv(options.csv, Object.keys(csvRow(options.by, figures.total, currencies)), rows);
  }
  output.answer({ from, to, by, ...figures }, ({ groups, total }) => describe(options.by, groups, total));
}

function csvRow(by: string, figures: ConflictFigures, currencies: readonly string[]): Record<string, string | number> {
  const money = currencies.flatMap((currency) => {
    const { held, moved, deducted } = figures.money.find((each) => each.currency === currency) ?? nothing;
    return [
      [`held_${currency}`, held],
      [`moved_${currency}`, moved],
      [`deducted_${currency}`, deducted],
    ];
  });
  return {
    [by]: harmless(figures.key ?? ''),
    hits: figures.hitCount,
    cases: figures.caseCount,
    open: figures.openCount,
    in_mediation: figures.inMediationCount,
    resolved: figures.resolvedCount,
    appealed: figures.appealedCount,
    closed: figures.closedCount,
    facts_changed: figures.factsChangedCount,
    overdue: figures.overdueCount,
    decided: figures.decidedCount,
    upheld: figures.upheldCount,
    appeals: figures.appealCount,
    changed_on_appeal: figures.changedOnAppealCount,
    mean_hours: figures.meanHours ?? '',
    median_hours: figures.medianHours ?? '',
    within_due_percent: figures.withinDuePercent ?? '',
    ...Object.fromEntries(money),
  };
}

const nothing = { held: '0', moved: '0', deducted: '0' };

function describe(by: string, groups: readonly ConflictFigures[], total: ConflictFigures): string {
  const rowOf = (figures: ConflictFigures, name: string) => ({
    [by]: name,
    cases: figures.caseCount,
    open: figures.openCount + figures.inMediationCount,
    overdue: figures.overdueCount,
    decided: figures.decidedCount,
    upheld: figures.upheldCount,
    'median hours': figures.medianHours,
    'in time %': figures.withinDuePercent,
    held: moneyOf(figures, 'held'),
    moved: moneyOf(figures, 'moved'),
    deducted: moneyOf(figures, 'deducted'),
  });
  const rows = [...groups.map((group) => rowOf(group, group.key ?? '(none)')), rowOf(total, '(all)')];
  return table(
    rows,
    Object.keys(rows[0] ?? {}).filter((column) => column !== by),
  );
}

const moneyOf = ({ money }: ConflictFigures, what: keyof typeof nothing) =>
  money
    .filter((each) => !/^-?0(\.0*)?$/.test(each[what]))
    .map((each) => `${each[what]} ${each.currency}`)
    .join(' + ');
