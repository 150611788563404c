import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, roundMoney } from '../money.ts';
import { shiftPeriod } from '../period.ts';
import type { Clawback } from './definitions.ts';
import { partsOf, shareParts } from './engine/life.ts';
import { loadRule, type RuleRow } from './explainEvent.ts';
import {
  type EventRow,
  eventStep,
  eventText,
  idOf,
  type LineRow,
  loadEvent,
  loadLines,
  versionText,
} from './explainLoad.ts';
import { digitsOf, moneyText, plain, roundText, type Step, type Story, stepsOf } from './explainText.ts';

// What becomes of an earned amount: parts withheld and released (docs/commission.md §9.1 to §9.3), and what is taken back (§9.4 to
// §9.8).

const zero = new Decimal(0);

/** The lines of one credit and component up to the run of `row`: EARNING, CAP, parts, clawbacks and what corrected them. */
async function loadLife(transaction: Transaction, row: LineRow, eventId: string): Promise<LineRow[]> {
  return loadLines(
    transaction,
    `line.agent_id = $1 and line.component_id = $2 and line.role = $3 and (line.cause_id = $4 or line.original_id = $4)
       and line.source_agent_id is not distinct from $5 and line.source_component_id is not distinct from $6
       and run.period <= $7 order by run.period, line.kind, line.instalment`,
    [row.agentId, row.componentId, row.role, eventId, row.sourceAgentId, row.sourceComponentId, row.period],
  );
}

function sumOf(lines: readonly LineRow[]): Decimal {
  return lines.reduce((sum, { amount }) => sum.plus(amount), zero);
}

/** A part that is withheld, or released later. */
export async function explainPart(transaction: Transaction, row: LineRow): Promise<Story> {
  const event = await loadEvent(transaction, row.causeId);
  const rule = row.ruleId === null ? undefined : await loadRule(transaction, row.ruleId);
  const amount = moneyText(row.amount, row.currency);
  const whole = moneyText(row.base, row.currency);
  const number = row.instalment ?? 0;
  const part = rule && partOf(row, rule, event);
  const isWithheld = row.kind === 'WITHHOLDING';
  const life = await loadLife(transaction, row, row.causeId);
  // what a RETRO withheld of a late sale counts as well
  const withheld = life.filter(
    (line) => line.instalment === row.instalment && (line.kind === 'WITHHOLDING' || line.kind === 'RETRO'),
  );
  const value = isWithheld ? new Decimal(row.amount).negated() : new Decimal(row.amount);
  const due = part ? part.due : '?';
  const zhDue = part ? part.zhDue : '?';
  return {
    formula: isWithheld ? withheldText(row, part, value, amount) : releasedText(row, sumOf(withheld).negated(), amount),
    sentenceEn: isWithheld
      ? `Part ${number} of the ${whole} ${row.currency} that ${row.agentName} (${row.agent}) earned for ${eventText(event)}, ${amount}, is withheld: it falls due ${due}.`
      : `Part ${number} of the ${whole} ${row.currency} that ${row.agentName} (${row.agent}) earned for ${eventText(event)}, ${amount}, is released: it fell due ${due}.`,
    sentenceZh: isWithheld
      ? `${row.agentName}（${row.agent}）因 ${eventText(event)} 所得 ${whole} ${row.currency} 的第 ${number} 期 ${amount} 暂扣：${zhDue}到期。`
      : `${row.agentName}（${row.agent}）因 ${eventText(event)} 所得 ${whole} ${row.currency} 的第 ${number} 期 ${amount} 发放：${zhDue}到期。`,
    steps: [
      ...stepsOf([
        ['event', eventStep(event)],
        ['plan', rule ? versionText(row.plan, rule) : (row.plan ?? undefined)],
        ['component', row.component],
      ]),
      ...lineSteps(life.filter((line) => (line.kind === 'EARNING' || line.kind === 'CAP') && line.instalment === null)),
      ...stepsOf([
        ['amount after caps', whole],
        ['parts', rule && partsText(rule)],
        [
          'part',
          part ? `${number}: ${plain(part.weight)} of 100 = ${moneyText(part.amount, row.currency)}` : String(number),
        ],
        ['due', due],
      ]),
      ...(isWithheld ? [] : lineSteps(withheld)),
    ],
  };
}

function lineSteps(lines: readonly LineRow[]): Step[] {
  return lines.map((line) => ({ label: line.kind, value: `${idOf(line)}: ${moneyText(line.amount, line.currency)}` }));
}

type PartText = { readonly weight: Decimal; readonly amount: Decimal; readonly due: string; readonly zhDue: string };

function partOf(row: LineRow, rule: RuleRow, event: EventRow | undefined): PartText | undefined {
  const parts = partsOf(rule.definition);
  const index = (row.instalment ?? 0) - 1;
  const part = parts[index];
  if (!part) return undefined;
  const amount = shareParts(new Decimal(row.base), parts, digitsOf(row.currency))[index] ?? zero;
  return { weight: part.weight, amount, ...dueText(rule, part.due, event) };
}

type Due = ReturnType<typeof partsOf>[number]['due'];

function dueText(rule: RuleRow, due: Due, event: EventRow | undefined): { due: string; zhDue: string } {
  const endOf = (months: number) => (event ? shiftPeriod(event.period, months) : `+${months}`);
  if ('month' in due) return { due: `at the end of ${endOf(due.month)}`, zhDue: `${endOf(due.month)} 月末` };
  if ('days' in due) {
    const date = event ? Temporal.PlainDate.from(event.date).add({ days: due.days }).toString() : `+${due.days} days`;
    return { due: `on ${date}, ${due.days} days after the event`, zhDue: `业务发生 ${due.days} 天后（${date}）` };
  }
  if ('paidBill' in due) {
    const bill = rule.definition.onBill ? 'bill' : 'paid bill';
    return { due: `with ${bill} ${due.paidBill}`, zhDue: `第 ${due.paidBill} 张${bill === 'bill' ? '' : '已缴'}账单` };
  }
  const condition = rule.definition.holdback?.condition;
  const bounds = condition && [
    condition.atLeast && `≥ ${condition.atLeast}`,
    condition.below && `< ${condition.below}`,
  ];
  const test = condition ? `${condition.metric} ${bounds?.filter(Boolean).join(' and ')}` : undefined;
  return {
    due: `at the end of ${endOf(due.holdbackMonths)}${test ? ` where ${test}` : ''}`,
    zhDue: `${endOf(due.holdbackMonths)} 月末${test ? `且 ${test}` : ''}`,
  };
}

function partsText(rule: RuleRow): string {
  return partsOf(rule.definition)
    .map(
      ({ weight, due }) =>
        `${plain(weight)} ${Object.entries(due)
          .map(([kind, number]) => `${kind} ${number}`)
          .join()}`,
    )
    .join(', ');
}

function withheldText(row: LineRow, part: PartText | undefined, value: Decimal, amount: string): string {
  const left = moneyText(value, row.currency);
  if (!part) return `−${left} = ${amount}`;
  const shared = `share(${moneyText(row.base, row.currency)} × ${plain(part.weight)} / 100, ${digitsOf(row.currency)})`;
  if (part.amount.equals(value)) return `−${shared} = ${amount}`;
  return `−(${shared} − ${moneyText(part.amount.minus(value), row.currency)}) = ${amount}`;
}

/** What was withheld, less what refunds have cancelled of it since. */
function releasedText(row: LineRow, withheld: Decimal, amount: string): string {
  const cancelled = withheld.minus(row.amount);
  if (withheld.isZero() || cancelled.isZero()) return `${amount} = ${amount}`;
  return `${moneyText(withheld, row.currency)} − ${moneyText(cancelled, row.currency)} = ${amount}`;
}

export async function explainClawback(transaction: Transaction, row: LineRow): Promise<Story> {
  const cause = await loadEvent(transaction, row.causeId);
  const original = await loadEvent(transaction, row.originalId);
  const life = await loadLife(transaction, row, row.originalId ?? row.causeId);
  if (row.componentKind === 'OVERRIDE') return followStory(row, cause, original, life);
  const rule = row.ruleId === null ? undefined : await loadRule(transaction, row.ruleId);
  const clawback = rule?.definition.clawback;
  const taken = await takenText(transaction, row, { cause, original, life, rule });
  const amount = moneyText(row.amount, row.currency);
  const isBack = new Decimal(row.amount).isPositive();
  return {
    formula: `${taken.formula} = ${amount}`,
    sentenceEn: isBack
      ? `${amount} ${row.currency} that was taken back from ${row.agentName} (${row.agent}) for ${eventText(original)} is given back because of ${eventText(cause)}.`
      : `${amount} ${row.currency} of what ${row.agentName} (${row.agent}) was paid for ${eventText(original)} is taken back because of ${eventText(cause)}${taken.en}.`,
    sentenceZh: isBack
      ? `因 ${eventText(cause)}，退还此前就 ${eventText(original)} 向 ${row.agentName}（${row.agent}）扣回的 ${amount} ${row.currency}。`
      : `因 ${eventText(cause)}，就 ${eventText(original)} 已付 ${row.agentName}（${row.agent}）的酬金扣回 ${amount} ${row.currency}${taken.zh}。`,
    steps: [
      ...stepsOf([
        ['cause', eventStep(cause)],
        ['event', eventStep(original)],
        ['plan', rule ? versionText(row.plan, rule) : (row.plan ?? undefined)],
        ['component', row.component],
        [
          'clawback',
          clawback && `${clawback.method} on ${clawback.events.join(', ')} ${windowText(clawback, original)}`,
        ],
      ]),
      ...lineSteps(life.filter((line) => idOf(line) !== idOf(row))),
      ...taken.steps,
    ],
  };
}

function spanOf(clawback: Clawback): { months: number } | { days: number } {
  return 'months' in clawback ? { months: clawback.months } : { days: clawback.days };
}

function windowText(clawback: Clawback, original: EventRow | undefined): string {
  const span = 'months' in clawback ? `within ${clawback.months} months` : `within ${clawback.days} days`;
  if (!original) return span;
  return `${span}, from ${original.date} until before ${Temporal.PlainDate.from(original.date).add(spanOf(clawback)).toString()}`;
}

type Facts = {
  readonly cause: EventRow | undefined;
  readonly original: EventRow | undefined;
  readonly life: readonly LineRow[];
  readonly rule: RuleRow | undefined;
};

type Taken = { readonly formula: string; readonly en: string; readonly zh: string; readonly steps: readonly Step[] };

/** How much is taken back of what is left, by whichever of the booked lines the amount follows from. */
async function takenText(transaction: Transaction, row: LineRow, facts: Facts): Promise<Taken> {
  const { cause, original, rule } = facts;
  const value = new Decimal(row.amount).negated();
  const bare = { formula: signed(row), en: '', zh: '', steps: [] };
  const clawback = rule?.definition.clawback;
  if (!cause || !original || !rule || !clawback || value.isNegative()) return bare;
  const lefts = leftBefore(row, facts);
  const money = (amount: Decimal) => moneyText(amount, row.currency);
  if (cause.type === 'REFUND') return (await refundText(transaction, row, facts, lefts)) ?? bare;
  if (clawback.method === 'FULL') {
    const left = lefts.find((each) => each.equals(value));
    return left ? { ...bare, steps: stepsOf([['left of what was paid', money(left)]]) } : bare;
  }
  const { whole, served, unit } = servedOf(clawback, original, cause);
  const left = lefts.find((each) =>
    roundMoney(each.times(whole - served).div(whole), digitsOf(row.currency), rule.rounding).equals(value),
  );
  if (!left) return bare;
  return {
    formula: `−${roundText(`${money(left)} × (${whole} − ${served}) / ${whole}`, row.currency, rule.rounding)}`,
    en: `: ${served} of ${whole} ${unit} were served`,
    zh: `：${whole} ${unit === 'months' ? '个月' : '天'}中已履约 ${served}`,
    steps: stepsOf([
      ['left of what was paid', money(left)],
      ['served', `${served} of ${whole} ${unit}, from ${original.date} to ${cause.date}`],
    ]),
  };
}

const signed = (row: LineRow) => moneyText(row.amount, row.currency);

/** What had been paid and not come back before the cause: with what was released in the cause's own period, or without. */
function leftBefore(row: LineRow, { life, cause }: Facts): Decimal[] {
  const isCause = (line: LineRow) =>
    line.runId === row.runId && line.kind === 'CLAWBACK' && line.causeId === row.causeId;
  const others = life.filter((line) => !isCause(line) && line.kind !== 'OVERRIDE');
  const now = others.filter((line) => line.runId === row.runId);
  const before = sumOf(others.filter((line) => line.runId !== row.runId));
  // a line earned in the same period counts in any case
  const earned = sumOf(now.filter(({ kind }) => kind === 'EARNING' || kind === 'CAP' || kind === 'WITHHOLDING'));
  const released = sumOf(now.filter(({ kind }) => kind === 'RELEASE'));
  const clawed = sumOf(now.filter(({ kind }) => kind === 'CLAWBACK'));
  if (!cause) return [];
  const left = before.plus(earned);
  return [left, left.plus(released), left.plus(clawed), left.plus(released).plus(clawed)];
}

function servedOf(clawback: Clawback, original: EventRow, cause: EventRow) {
  const from = Temporal.PlainDate.from(original.date);
  const to = Temporal.PlainDate.from(cause.date);
  if ('days' in clawback) {
    return { whole: clawback.days, served: from.until(to, { largestUnit: 'days' }).days, unit: 'days' };
  }
  let served = 0;
  while (served < clawback.months && Temporal.PlainDate.compare(from.add({ months: served + 1 }), to) <= 0) served += 1;
  return { whole: clawback.months, served, unit: 'months' };
}

/** A refund takes back its part of what was paid, with earlier refunds as one (§9.4). */
async function refundText(
  transaction: Transaction,
  row: LineRow,
  { original, cause, rule }: Facts,
  lefts: readonly Decimal[],
): Promise<Taken | undefined> {
  if (!original || !cause || !rule) return undefined;
  const [sum] = await rawSql(transaction)<{ refunded: string | null; count: number }[]>`
    select sum(amount) as refunded, count(*)::integer as count from sales_event
    where type = 'REFUND' and source = ${original.source} and original_external_id = ${original.externalId}
      and occurred_at <= ${cause.occurredAt}::timestamptz`;
  const steps = stepsOf([['refunded', `${plain(sum?.refunded ?? cause.amount)} of ${plain(original.amount)}`]]);
  const value = new Decimal(row.amount).negated();
  const whole = new Decimal(original.amount);
  if (sum?.count !== 1 || whole.isZero()) return { formula: signed(row), en: '', zh: '', steps };
  const left = lefts.find((each) =>
    roundMoney(each.times(cause.amount).div(whole), digitsOf(row.currency), rule.rounding).equals(value),
  );
  if (!left) return { formula: signed(row), en: '', zh: '', steps };
  const text = `${moneyText(left, row.currency)} × ${plain(cause.amount)} / ${plain(whole)}`;
  return {
    formula: `−${roundText(text, row.currency, rule.rounding)}`,
    en: `: ${plain(cause.amount)} of ${plain(whole)} were refunded`,
    zh: `：原金额 ${plain(whole)} 退款 ${plain(cause.amount)}`,
    steps,
  };
}

/** An OVERRIDE line follows its child line, or the credit's own lines, in proportion (§9.8). */
function followStory(
  row: LineRow,
  cause: EventRow | undefined,
  original: EventRow | undefined,
  life: readonly LineRow[],
): Story {
  const amount = moneyText(row.amount, row.currency);
  const source = row.sourceAgent ?? 'an agent';
  const isBack = new Decimal(row.amount).isPositive();
  const own = life.filter(({ kind }) => kind === 'OVERRIDE' || kind === 'CAP');
  const earlier = life.filter(
    (line) => (line.kind === 'CLAWBACK' || line.kind === 'RETRO') && idOf(line) !== idOf(row),
  );
  const lost = sumOf(earlier).plus(row.amount).negated();
  const net = sumOf(own);
  const percent = net.isZero() ? undefined : lost.times(100).div(net).toDecimalPlaces(4);
  return {
    formula:
      earlier.length === 0
        ? `${amount} = ${amount}`
        : `−(${moneyText(lost, row.currency)} − ${moneyText(sumOf(earlier).negated(), row.currency)}) = ${amount}`,
    sentenceEn: `The override of ${row.agentName} (${row.agent}) on the sale of ${source}, ${eventText(original)}, follows what became of its commission: ${amount} ${row.currency} ${isBack ? 'is given back' : 'is taken back'} because of ${eventText(cause)}.`,
    sentenceZh: `${row.agentName}（${row.agent}）对 ${source} 业务 ${eventText(original)} 的管理津贴随其酬金变动：因 ${eventText(cause)} ${isBack ? '退还' : '扣回'} ${amount} ${row.currency}。`,
    steps: [
      ...stepsOf([
        ['cause', eventStep(cause)],
        ['event', eventStep(original)],
        ['credit of', source],
        ['component followed', row.sourceComponent ?? 'all lines of the credit'],
      ]),
      ...lineSteps(own),
      ...lineSteps(earlier),
      ...stepsOf([
        [
          'lost in all',
          `${moneyText(lost, row.currency)} of ${moneyText(net, row.currency)}${percent ? `, ${plain(percent)}%` : ''}`,
        ],
      ]),
    ],
  };
}
