import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, roundMoney } from '../money.ts';
import { endDate, firstDate, lastDate, previousPeriod } from '../period.ts';
import type { DrawDefinition } from './definitions.ts';
import {
  idOf,
  type LineRow,
  loadLastDay,
  loadLines,
  loadVersions,
  type VersionRow,
  versionText,
} from './explainLoad.ts';
import { digitsOf, moneyText, plain, roundText, type Story, stepsOf } from './explainText.ts';
import { drawAmount } from './limits.ts';

// Lines for an agent's period as a whole: DRAW and TAX, and what RETRO corrects of a closed one.

/** A guarantee's top-up, or its recovery (docs/commission.md §8.4). */
export async function explainDraw(transaction: Transaction, row: LineRow): Promise<Story> {
  const last = await loadLastDay(transaction, row.agentId, row.period, row.planId);
  const [version] = await loadVersions(transaction, row, last?.date ?? lastDate(row.period), `${row.period}-01`);
  const owed = await loadOwed(transaction, row);
  const amount = moneyText(row.amount, row.currency);
  const value = new Decimal(row.amount);
  const earned = moneyText(row.base, row.currency);
  const minimum = version ? await loadMinimum(transaction, row, version, last) : undefined;
  const least = minimum?.amount;
  const isTerminated = minimum?.isTerminated ?? false;
  const isExact = least !== undefined && drawAmount(new Decimal(row.base), owed, least, isTerminated).equals(value);
  const [en, zh] = value.isPositive()
    ? [
        `tops what ${row.agentName} (${row.agent}) earned, ${earned}, up to the minimum; it is owed and recovered later`,
        `将 ${row.agentName}（${row.agent}）本期所得 ${earned} 补足至保底额，日后追回`,
      ]
    : isTerminated
      ? [
          `is what ${row.agentName} (${row.agent}) still owed of earlier top-ups when it was terminated`,
          `为 ${row.agentName}（${row.agent}）终止合作时尚欠的保底预支`,
        ]
      : [
          `recovers earlier top-ups of ${row.agentName} (${row.agent}) from what it earned above the minimum, ${earned}`,
          `从 ${row.agentName}（${row.agent}）本期高于保底的所得（${earned}）中追回此前预支`,
        ];
  return {
    formula: isExact ? `${drawText(row, least, owed, isTerminated)} = ${amount}` : `${amount} = ${amount}`,
    sentenceEn: `${amount} ${row.currency} of ${version?.name ?? row.component} ${en}.`,
    sentenceZh: `${version?.name ?? row.component} ${amount} ${row.currency}：${zh}。`,
    steps: stepsOf([
      ['plan', version ? versionText(row.plan, version) : (row.plan ?? undefined)],
      ['component', version ? `${row.component} (${version.name})` : row.component],
      ['earned', `${earned}, of the period, after caps and before withholding`],
      ['minimum', isExact && minimum ? minimum.text : undefined],
      ['owed before', isExact ? moneyText(owed, row.currency) : undefined],
      ['owed after', isExact ? moneyText(owed.plus(value), row.currency) : undefined],
      ['status', isTerminated ? 'TERMINATED at the end of the period' : undefined],
    ]),
  };
}

function drawText(row: LineRow, minimum: Decimal, owed: Decimal, isTerminated: boolean): string {
  const money = (value: Decimal | string) => moneyText(value, row.currency);
  if (isTerminated) return `−${money(owed)}`;
  if (new Decimal(row.base).lt(minimum)) return `${money(minimum)} − ${money(row.base)}`;
  return `−min(${money(owed)}, ${money(row.base)} − ${money(minimum)})`;
}

/** Σ of the component's DRAW lines before, as RETRO corrected them up to this run. */
async function loadOwed(transaction: Transaction, row: LineRow): Promise<Decimal> {
  const [sum] = await rawSql(transaction)<{ amount: string | null }[]>`
    select sum(total.amount) as amount from run_agent_total total join commission_run run on run.id = total.run_id
    where total.agent_id = ${row.agentId} and total.component_id = ${row.componentId} and total.currency = ${row.currency}
      and (run.status in ('APPROVED', 'PAID') and run.period < ${row.period} or run.id = ${row.runId} and total.origin_period is not null)`;
  return new Decimal(sum?.amount ?? 0);
}

/** The minimum by the days on which the agent was ACTIVE under its last agreement. */
async function loadMinimum(
  transaction: Transaction,
  row: LineRow,
  version: VersionRow,
  last: Awaited<ReturnType<typeof loadLastDay>>,
): Promise<{ amount: Decimal; text: string; isTerminated: boolean }> {
  const [first, end] = [firstDate(row.period), endDate(row.period)];
  const [facts] = await rawSql(transaction)<{ days: number | null; month: number; terminated: boolean }[]>`
    select (select sum(least(status.valid_to, agreed.valid_to, ${end}::date) - greatest(status.valid_from, agreed.valid_from, ${first}::date))::integer
            from agreement agreed join agent_status status on status.agent_id = agreed.agent_id and status.status = 'ACTIVE'
              and daterange(status.valid_from, status.valid_to) && daterange(agreed.valid_from, agreed.valid_to)
              and daterange(status.valid_from, status.valid_to) && daterange(${first}::date, ${end}::date)
            where agreed.agent_id = ${row.agentId} and agreed.code = ${last?.agreement ?? ''}
              and daterange(agreed.valid_from, agreed.valid_to) && daterange(${first}::date, ${end}::date)
              and least(status.valid_to, agreed.valid_to, ${end}::date) > greatest(status.valid_from, agreed.valid_from, ${first}::date)) as days,
           ${end}::date - ${first}::date as month,
           exists (select from agent_status where agent_id = ${row.agentId} and status = 'TERMINATED' and valid_from <= ${lastDate(row.period)}
             and (valid_to is null or valid_to > ${lastDate(row.period)})) as terminated`;
  // the definition of a DRAW component, as the programme's validation let it in
  const whole = (version.definition as DrawDefinition).minimum;
  const days = facts?.days ?? 0;
  const month = facts?.month ?? 1;
  const amount = roundMoney(new Decimal(whole).times(days).div(month), digitsOf(row.currency), version.rounding);
  const isWhole = days === month;
  const text = isWhole
    ? plain(whole)
    : `${roundText(`${plain(whole)} × ${days} / ${month}`, row.currency, version.rounding)} = ${moneyText(amount, row.currency)}: ${days} of ${month} days active under agreement ${last?.agreement ?? '?'}`;
  return { amount, text, isTerminated: facts?.terminated ?? false };
}

/** The tax on what stands before it (DOMAIN.md §10). */
export async function explainTax(transaction: Transaction, row: LineRow): Promise<Story> {
  const agreed = await loadTaxTerms(transaction, row);
  const amount = moneyText(row.amount, row.currency);
  const before = moneyText(row.base, row.currency);
  const tax = new Decimal(row.amount).negated();
  const percent = agreed?.taxPercent ?? undefined;
  const modes = ['HALF_UP', 'HALF_EVEN', 'DOWN'] as const;
  const unrounded = new Decimal(row.base).times(percent ?? 0).div(100);
  const mode = modes.find((each) => roundMoney(unrounded, digitsOf(row.currency), each).equals(tax));
  const formula =
    mode && percent
      ? `−${roundText(`${plain(percent)}% × ${before}`, row.currency, mode)} = ${amount}`
      : `${amount} = ${amount}`;
  const rate = percent ? `${plain(percent)}%` : '?';
  return {
    formula,
    sentenceEn: `Of the ${before} ${row.currency} payable to ${row.agentName} (${row.agent}) for ${row.period} ${rate} tax, ${amount} ${row.currency}, is withheld.`,
    sentenceZh: `${row.agentName}（${row.agent}）${row.period} 应付 ${before} ${row.currency}，按 ${rate} 代扣税款 ${amount} ${row.currency}。`,
    steps: stepsOf([
      ['payable before tax', before],
      ['agreement', agreed?.code],
      ['tax', rate],
      ['rounding', mode && `${mode} to ${digitsOf(row.currency)} decimals`],
    ]),
  };
}

/** The terms of the period's last agreement, else of the latest before. */
async function loadTaxTerms(transaction: Transaction, row: LineRow) {
  const [agreed] = await rawSql(transaction)<{ code: string; taxPercent: string | null }[]>`
    select code, terms ->> 'taxPercent' as "taxPercent" from agreement
    where agent_id = ${row.agentId} and valid_from < ${endDate(row.period)} order by valid_from desc limit 1`;
  return agreed;
}

/** What later facts make of a line of a closed period, against what was booked for it so far (DOMAIN.md §10, RETRO). */
export async function explainRetro(transaction: Transaction, row: LineRow): Promise<Story> {
  const origin = row.originPeriod ?? previousPeriod(row.period);
  const booked = await loadLines(
    transaction,
    `line.agent_id = $1 and line.component_id = $2 and line.cause_id = $3 and line.role = $4 and line.currency = $5
       and line.original_id is not distinct from $6 and line.instalment is not distinct from $7
       and line.source_agent_id is not distinct from $8 and line.source_component_id is not distinct from $9
       and line.kind not in ('POOL', 'TAX', 'ADJUSTMENT') and line.run_id <> $11
       and (run.period = $10 and line.origin_period is null or line.origin_period = $10 and run.period < $12)
     order by run.period, line.kind`,
    [
      row.agentId,
      row.componentId,
      row.causeId,
      row.role,
      row.currency,
      row.originalId,
      row.instalment,
      row.sourceAgentId,
      row.sourceComponentId,
      origin,
      row.runId,
      row.period,
    ],
  );
  const money = (value: Decimal | string) => moneyText(value, row.currency);
  const before = booked.reduce((sum, line) => sum.plus(line.amount), new Decimal(0));
  const now = before.plus(row.amount);
  const amount = money(row.amount);
  const parts = [
    ...booked.map((line) => ({ line, label: line.kind === 'RETRO' ? 'corrected before' : 'booked then' })),
  ];
  const causes = await loadCauses(transaction, row, origin);
  return {
    formula: `${money(now)} − ${before.isNegative() ? `(${money(before)})` : money(before)} = ${amount}`,
    sentenceEn: `${row.component} of ${row.agentName} (${row.agent}) comes to ${money(now)} ${row.currency} for ${origin} by what is known now; ${money(before)} was booked for it, so the difference of ${amount} is booked in ${row.period}.`,
    sentenceZh: `按现有事实重算，${row.agentName}（${row.agent}）${origin} 科目 ${row.component} 应为 ${money(now)} ${row.currency}；已记 ${money(before)}，差额 ${amount} 记入 ${row.period}。`,
    steps: stepsOf([
      ['origin period', origin],
      ...parts.map(({ line, label }): [string, string] => [label, `${idOf(line)}: ${money(line.amount)}`]),
      ['booked for it so far', money(before)],
      ['by today’s facts', money(now)],
      ['difference', amount],
      ['because of', causes],
    ]),
  };
}

/** What the run settled for the agent, where the reader may know. */
async function loadCauses(transaction: Transaction, row: LineRow, origin: string): Promise<string | undefined> {
  const rows = await rawSql(transaction)<{ reason: string; period: string }[]>`
    select reason, min(period) as period from retro_cause
    where agent_id = ${row.agentId} and period <= ${origin} and (settled_run_id = ${row.runId} or settled_run_id is null)
    group by reason order by reason`;
  return rows.length === 0 ? undefined : rows.map(({ reason, period }) => `${reason} since ${period}`).join(', ');
}
