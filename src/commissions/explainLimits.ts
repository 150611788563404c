import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { lastDate } from '../period.ts';
import {
  eventText,
  idOf,
  type LineRow,
  loadEvent,
  loadLastDay,
  loadLines,
  loadVersions,
  versionText,
} from './explainLoad.ts';
import { moneyText, plain, type Step, type Story, stepsOf } from './explainText.ts';

// CAP and FLOOR lines (DOMAIN.md §9.9; docs/commission.md §8).

const limited = `line.kind in ('EARNING', 'VOLUME', 'OVERRIDE', 'POOL')`;

export async function explainCap(transaction: Transaction, row: LineRow): Promise<Story> {
  const last = await loadLastDay(transaction, row.agentId, row.period, row.planId);
  const event = row.componentKind === 'POOL' ? undefined : await loadEvent(transaction, row.causeId);
  const before = await loadTakers(transaction, row);
  const cut = before.find((line) => isCutBy(line, row));
  const used = sumOf(before.slice(0, cut ? before.indexOf(cut) : 0));
  const whole = new Decimal(row.amount).negated();
  const limits = await loadCaps(transaction, row, last, event?.date);
  const cap = limits.cap;
  const ofComponent = cap ? Decimal.max(0, Decimal.min(row.base, used.plus(row.base).minus(cap))) : new Decimal(0);
  // what the component's cap cannot have cut, the agreement's total cap has
  const byComponent = Decimal.min(whole, ofComponent);
  const byTotal = whole.minus(byComponent);
  const amount = moneyText(row.amount, row.currency);
  const money = (value: Decimal | string) => moneyText(value, row.currency);
  const componentFormula = `min(${money(row.base)}, ${money(used)} + ${money(row.base)} − ${cap ? plain(cap) : '0'})`;
  const parts = [
    ...(byComponent.isZero() ? [] : [byComponent.equals(ofComponent) ? componentFormula : money(byComponent)]),
    ...(byTotal.isZero() ? [] : [money(byTotal)]),
  ];
  const names = [
    ...(byComponent.isZero() ? [] : [`the cap of ${cap ? plain(cap) : '?'} on ${row.component}`]),
    ...(byTotal.isZero() ? [] : [`the total cap of ${limits.totalCap ?? '?'}`]),
  ];
  const zhNames = [
    ...(byComponent.isZero() ? [] : [`科目 ${row.component} 的封顶 ${cap ? plain(cap) : '?'}`]),
    ...(byTotal.isZero() ? [] : [`协议总封顶 ${limits.totalCap ?? '?'}`]),
  ];
  return {
    formula: `−(${parts.join(' + ')}) = ${amount}`,
    sentenceEn: `${amount} ${row.currency} of the ${money(row.base)} of ${row.agentName} (${row.agent}) for ${event ? eventText(event) : `${row.component} in ${row.period}`} is cut by ${names.join(' and ')}: ${money(used)} of the component stood before it.`,
    sentenceZh: `${row.agentName}（${row.agent}）${event ? `业务 ${eventText(event)}` : `${row.period} ${row.component}`} 的酬金 ${money(row.base)} 因${zhNames.join('和')}扣减 ${amount} ${row.currency}：此前该科目已用 ${money(used)}。`,
    steps: [
      ...stepsOf([
        ['line cut', cut ? idOf(cut) : undefined],
        ['amount of the line', money(row.base)],
        ['plan', limits.version ? versionText(row.plan, limits.version) : undefined],
        ['cap of the component', cap ? plain(cap) : undefined],
        ['used before', `${money(used)} by ${cut ? before.indexOf(cut) : 0} lines`],
      ]),
      ...lastLines(before.slice(0, cut ? before.indexOf(cut) : 0)),
      ...stepsOf([
        ['cut by the component’s cap', byComponent.isZero() ? undefined : money(byComponent)],
        ['total cap of the agreement', byTotal.isZero() ? undefined : (limits.totalCap ?? '?')],
        ['cut by the total cap', byTotal.isZero() ? undefined : money(byTotal)],
      ]),
    ],
  };
}

/** The positive lines of the component in the order in which they take from its cap. */
async function loadTakers(transaction: Transaction, row: LineRow): Promise<LineRow[]> {
  return loadLines(
    transaction,
    `line.run_id = $1 and line.agent_id = $2 and line.component_id = $3 and ${limited} and line.amount > 0
     order by (select event.occurred_at from credited_event(nullif(line.cause_id, 0)) event where component.pool_id is null) nulls last,
       (select row(event.source collate "C", event.external_id collate "C") from credited_event(nullif(line.cause_id, 0)) event
        where component.pool_id is null),
       source.code collate "C", source_component.code collate "C", line.role collate "C"`,
    [row.runId, row.agentId, row.componentId],
  );
}

function isCutBy(line: LineRow, cap: LineRow): boolean {
  const { causeId, role, sourceAgentId, sourceComponentId } = cap;
  return (
    line.causeId === causeId &&
    line.role === role &&
    line.sourceAgentId === sourceAgentId &&
    line.sourceComponentId === sourceComponentId
  );
}

async function loadCaps(
  transaction: Transaction,
  row: LineRow,
  last: Awaited<ReturnType<typeof loadLastDay>>,
  date: string | undefined,
) {
  const totalCap = await loadTotalCap(transaction, row, date ?? last?.date ?? lastDate(row.period));
  if (row.planId === null) return { cap: undefined, totalCap, version: undefined };
  const [version] = await loadVersions(transaction, row, last?.date ?? lastDate(row.period), `${row.period}-01`);
  const cap = version && 'cap' in version.definition ? version.definition.cap : undefined;
  return { cap: cap === undefined ? undefined : new Decimal(cap), totalCap, version };
}

/** A total cap is that of the agreement on the line's day. */
async function loadTotalCap(transaction: Transaction, row: LineRow, date: string): Promise<string | undefined> {
  const [agreed] = await rawSql(transaction)<{ totalCap: string | null }[]>`
    select terms ->> 'totalCap' as "totalCap" from agreement
    where agent_id = ${row.agentId} and valid_from <= ${date} and (valid_to is null or valid_to > ${date})`;
  return agreed?.totalCap ?? undefined;
}

const shownLines = 10;

function lastLines(lines: readonly LineRow[]): Step[] {
  const left = lines.length - shownLines;
  return [
    ...(left > 0 ? [{ label: 'used by', value: `${left} earlier lines` }] : []),
    ...lines
      .slice(-shownLines)
      .map((line) => ({ label: 'used by', value: `${idOf(line)}: ${moneyText(line.amount, line.currency)}` })),
  ];
}

function sumOf(lines: readonly LineRow[]): Decimal {
  return lines.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
}

export async function explainFloor(transaction: Transaction, row: LineRow): Promise<Story> {
  const last = await loadLastDay(transaction, row.agentId, row.period, row.planId);
  const [version] = await loadVersions(transaction, row, last?.date ?? lastDate(row.period), `${row.period}-01`);
  const amount = moneyText(row.amount, row.currency);
  const floor = plain(row.base);
  // floors have no more decimals than money, or the rest of one was rounded away
  const paid = moneyText(new Decimal(row.base).minus(row.amount).toDecimalPlaces(moneyDigits(amount)), row.currency);
  return {
    formula: `${floor} − ${paid} = ${amount}`,
    sentenceEn: `${row.component} pays ${row.agentName} (${row.agent}) at least ${floor} ${row.currency} a month in which a rule of it matches a sale: it came to ${paid}, so ${amount} is added.`,
    sentenceZh: `科目 ${row.component} 每月对有匹配业务的 ${row.agentName}（${row.agent}）保底 ${floor} ${row.currency}：本月实得 ${paid}，补足 ${amount}。`,
    steps: stepsOf([
      ['plan', version ? versionText(row.plan, version) : (row.plan ?? undefined)],
      ['component', version ? `${row.component} (${version.name})` : row.component],
      ['agent’s last day in the plan', last?.date],
      ['floor', floor],
      ['paid by the component, after its cap', paid],
      ['added', amount],
    ]),
  };
}

const moneyDigits = (amount: string) => (amount.split('.')[1] ?? '').length;
