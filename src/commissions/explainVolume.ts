import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { lastDate } from '../period.ts';
import type { BracketDefinition, QuotaBonusDefinition, VolumeDefinition } from './definitions.ts';
import { toDateAmount, type VolumeComponentDefinition, windowName, windowStart } from './engine/volumes.ts';
import { type LineRow, loadLastDay, loadMetric, loadVersions, type VersionRow, versionText } from './explainLoad.ts';
import { explainMultiplier } from './explainMultiplier.ts';
import { digitsOf, moneyText, plain, roundText, type Story, stepsOf } from './explainText.ts';

// VOLUME lines: what a window's volume to date earns, less what it earned up to the month before (DOMAIN.md §9.3).

type Known = {
  readonly version: VersionRow;
  readonly component: VolumeComponentDefinition;
  readonly before: Decimal | undefined;
  readonly target: Decimal | undefined;
  /** Whether the line's amount follows from these figures: not where a target was changed since. */
  readonly isExact: boolean;
};

export async function explainVolume(transaction: Transaction, row: LineRow): Promise<Story> {
  const last = await loadLastDay(transaction, row.agentId, row.period, row.planId);
  const known = await loadKnown(transaction, row, last?.date ?? lastDate(row.period));
  const { version, component, before, target, isExact } = known;
  const { definition } = component;
  const multiplier = await explainMultiplier(transaction, row, definition, last?.date);
  const amount = moneyText(row.amount, row.currency);
  const volume = new Decimal(row.base);
  const now = earnedText(component, volume, target);
  const difference = before && !before.isZero() ? `(${now} − ${earnedText(component, before, target)})` : now;
  const rounded = roundText(`${difference}${multiplier.formula}`, row.currency, version.rounding);
  const window = windowName(definition.window, row.period);
  const unit = definition.measure === 'AMOUNT' ? ` ${row.currency}` : '';
  const zhUnit = definition.measure === 'AMOUNT' ? ` ${row.currency}` : ' 单位';
  return {
    formula: isExact ? `${rounded} = ${amount}` : `${amount} = ${amount}`,
    sentenceEn: `${row.agentName} (${row.agent}) earned ${amount} ${row.currency} from ${version.name} for ${window}: the volume to date is ${plain(volume)}${unit}${before ? `, ${plain(before)} of it up to the month before` : ''}${target ? `, the target ${plain(target)}` : ''}${multiplier.en}.`,
    sentenceZh: `${row.agentName}（${row.agent}）${window} 因${version.name}获得 ${amount} ${row.currency}：累计业务量 ${plain(volume)}${zhUnit}${before ? `，其中截至上月 ${plain(before)}` : ''}${target ? `，目标 ${plain(target)}` : ''}${multiplier.zh}。`,
    steps: stepsOf([
      ['plan', versionText(row.plan, version)],
      ['component', `${row.component} (${version.name}), ${component.kind}`],
      ['agent’s last day in the plan', last?.date],
      ['window', `${definition.window} ${window}, from ${windowStart(definition.window, row.period)}`],
      ['counted', `${definition.measure} of ${definition.eventTypes.join(', ')}`],
      ['volume to date', plain(volume)],
      ['volume to date before', before ? plain(before) : undefined],
      ['target', target ? `${definition.target ?? '?'} ${plain(target)}` : undefined],
      ...partSteps(component, volume, before, target),
      ...multiplier.steps,
      [
        'note',
        isExact ? undefined : 'a volume or target was changed since; recalculating the period settles the difference',
      ],
      ['rounding', `${version.rounding} to ${digitsOf(row.currency)} decimals`],
    ]),
  };
}

/** The version and figures from which the line's amount follows; else the likeliest. */
async function loadKnown(transaction: Transaction, row: LineRow, date: string): Promise<Known> {
  const versions = await loadVersions(transaction, row, date, `${row.period}-01`);
  const found: Known[] = [];
  for (const version of versions) {
    const component = asVolumeComponent(row, version);
    const { window, target: metric } = component.definition;
    const before = await loadVolumeBefore(transaction, row, component.definition);
    const value =
      metric === undefined
        ? undefined
        : await loadMetric(transaction, row.agentId, metric, windowName(window, row.period));
    const target = value === undefined ? undefined : new Decimal(value);
    const known = { version, component, before, target };
    if (follows(row, known)) return { ...known, isExact: true };
    found.push({ ...known, isExact: false });
  }
  const [first] = found;
  if (!first) throw new Error(`no version of ${row.plan}.${row.component} reaches into ${row.period}`);
  return first;
}

/** A line of kind VOLUME is of a BRACKET or QUOTA_BONUS. */
function asVolumeComponent(row: LineRow, { definition }: VersionRow): VolumeComponentDefinition {
  return row.componentKind === 'BRACKET'
    ? { kind: 'BRACKET', definition: definition as BracketDefinition }
    : { kind: 'QUOTA_BONUS', definition: definition as QuotaBonusDefinition };
}

function follows(row: LineRow, { version, component, before, target }: Omit<Known, 'isExact'>): boolean {
  const needsTarget = component.kind === 'QUOTA_BONUS' || component.definition.bounds === 'ATTAINMENT';
  if (needsTarget && !target?.gt(0)) return false;
  return toDateAmount(component, {
    volume: new Decimal(row.base),
    volumeBefore: before,
    target,
    multiplier: new Decimal(row.factor),
    digits: digitsOf(row.currency),
    rounding: version.rounding,
  }).equals(row.amount);
}

/** V up to the month before, as the run counted it; undefined in the window's first month. */
async function loadVolumeBefore(
  transaction: Transaction,
  row: LineRow,
  { window }: VolumeDefinition,
): Promise<Decimal | undefined> {
  const first = windowStart(window, row.period);
  if (first === row.period) return undefined;
  const [sum] = await rawSql(transaction)<{ volume: string | null }[]>`
    select sum(volume) as volume from (
      select distinct on (counted.period) counted.volume
      from run_volume counted join commission_run run on run.id = counted.run_id
      where counted.component_id = ${row.componentId} and counted.agent_id = ${row.agentId} and counted.part = 0
        and counted.period >= ${first} and counted.period < ${row.period}
        and (run.id = ${row.runId} or run.status in ('APPROVED', 'PAID') and run.period < ${row.period})
      order by counted.period, run.period desc, run.id desc) month`;
  return new Decimal(sum?.volume ?? 0);
}

/** C of a volume, as a text that can be computed. */
function earnedText(component: VolumeComponentDefinition, volume: Decimal, target: Decimal | undefined): string {
  if (component.kind === 'QUOTA_BONUS') return quotaText(component.definition, volume, target);
  const slices = slicesOf(component.definition, volume, target).map(
    ({ from, to, rate, isWhole }) =>
      `${rate} × ${isWhole || from.isZero() ? plain(to) : `(${plain(to)} − ${plain(from)})`}`,
  );
  return slices.length === 0 ? '0' : `(${slices.join(' + ')})`;
}

type Slice = { readonly from: Decimal; readonly to: Decimal; readonly rate: string; readonly isWhole: boolean };

/** What of a volume each bracket pays, and at which rate. */
function slicesOf(definition: BracketDefinition, volume: Decimal, target: Decimal | undefined): Slice[] {
  if (volume.lte(0)) return [];
  const edge = (bound: string) =>
    definition.bounds === 'VOLUME' ? new Decimal(bound) : new Decimal(target ?? 0).times(bound).div(100);
  const brackets = definition.brackets.map(({ from, to, rate }) => ({
    from: edge(from),
    to: to === undefined ? undefined : edge(to),
    rate: `${plain(rate)}${definition.measure === 'AMOUNT' ? '%' : ''}`,
  }));
  if (definition.method === 'WHOLE') {
    return brackets
      .filter(({ from, to }) => from.lte(volume) && (!to || volume.lt(to)))
      .map(({ from, rate }) => ({ from, to: volume, rate, isWhole: true }));
  }
  return brackets
    .filter(({ from }) => from.lt(volume))
    .map(({ from, to, rate }) => ({ from, to: to ? Decimal.min(to, volume) : volume, rate, isWhole: false }));
}

type Point = { readonly reached: QuotaBonusDefinition['points'][number]; readonly next: Point['reached'] | undefined };

/** The point of the curve that an attainment has reached, and the one after it. */
function pointAt({ points }: QuotaBonusDefinition, attained: Decimal): Point | undefined {
  const index = points.findLastIndex(({ attainment }) => attained.gte(attainment));
  const reached = points[index];
  return reached && { reached, next: points[index + 1] };
}

function attainedBy({ maximumAttainment }: QuotaBonusDefinition, volume: Decimal, target: Decimal) {
  const attained = volume.times(100).div(target);
  const isMost = maximumAttainment !== undefined && attained.gt(maximumAttainment);
  return { attained: isMost ? new Decimal(maximumAttainment) : attained, isMost };
}

function quotaText(definition: QuotaBonusDefinition, volume: Decimal, target: Decimal | undefined): string {
  if (!target?.gt(0)) return '0';
  const { attained, isMost } = attainedBy(definition, volume, target);
  const point = pointAt(definition, attained);
  if (!point) return '0';
  const { reached, next } = point;
  const value = plain(reached.value);
  const quotient = isMost ? plain(attained) : `100 × ${plain(volume)} / ${plain(target)}`;
  const height =
    definition.curve === 'STEP' || !next
      ? value
      : `(${value} + (${plain(next.value)} − ${value}) × (${quotient} − ${plain(reached.attainment)}) / (${plain(next.attainment)} − ${plain(reached.attainment)}))`;
  return definition.pays === 'AMOUNT' ? height : `${height} × ${plain(volume)} / 100`;
}

function partSteps(
  component: VolumeComponentDefinition,
  volume: Decimal,
  before: Decimal | undefined,
  target: Decimal | undefined,
): [label: string, value: string | undefined][] {
  if (component.kind === 'BRACKET') {
    const { definition } = component;
    const texts = (of: Decimal) =>
      slicesOf(definition, of, target)
        .map(({ from, to, rate, isWhole }) =>
          isWhole ? `${rate} on all ${plain(to)}` : `${rate} from ${plain(from)} to ${plain(to)}`,
        )
        .join('; ') || 'no bracket';
    return [
      [
        'brackets',
        `${definition.method}${definition.bounds === 'ATTAINMENT' ? ', of the target' : ''}: ${texts(volume)}`,
      ],
      ['brackets before', before && !before.isZero() ? texts(before) : undefined],
    ];
  }
  if (!target?.gt(0)) return [];
  const { definition } = component;
  const { attained, isMost } = attainedBy(definition, volume, target);
  const point = pointAt(definition, attained);
  const next =
    point?.next && definition.curve === 'LINEAR'
      ? `, next ${plain(point.next.value)} at ${plain(point.next.attainment)}%`
      : '';
  return [
    ['attainment', `${plain(attained.toDecimalPlaces(4))}%${isMost ? ', the most that counts' : ''}`],
    [
      'point of the curve',
      point
        ? `${definition.curve}: ${plain(point.reached.value)} from ${plain(point.reached.attainment)}%${next}`
        : `below ${plain(definition.points[0]?.attainment ?? '0')}%`,
    ],
    ['pays', definition.pays === 'AMOUNT' ? 'an amount' : 'a percent of the volume'],
  ];
}
