import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, roundMoney } from '../money.ts';
import type { OverrideDefinition } from './definitions.ts';
import {
  type EventRow,
  eventStep,
  eventText,
  idOf,
  type LineRow,
  loadEvent,
  loadLines,
  loadVersions,
  type VersionRow,
  versionText,
} from './explainLoad.ts';
import { digitsOf, isOne, moneyText, plain, roundText, type Step, type Story, stepsOf } from './explainText.ts';

// OVERRIDE lines: what an ancestor (or, DIFFERENTIAL, the seller) is paid for a credit below it (DOMAIN.md §9.6).

/** @throws Error where the line does not follow from its figures: it was altered, or the engine is wrong. */
export async function explainOverride(transaction: Transaction, row: LineRow): Promise<Story> {
  const event = await loadEvent(transaction, row.causeId);
  const { version, definition } = await loadDefinition(transaction, row, event);
  const percent = plain(new Decimal(row.factor).times(100));
  const unrounded = unroundedOf(row);
  const amount = moneyText(row.amount, row.currency);
  if (version && !roundMoney(unrounded, digitsOf(row.currency), version.rounding).equals(row.amount)) {
    throw new Error(`an override of ${row.agent} is ${row.amount} and by its figures ${unrounded.toFixed()}`);
  }
  const share = isOne(row.share) ? '' : ` × ${plain(row.share)}`;
  const formula = roundText(`${percent}%${share} × ${plain(row.base)}`, row.currency, version?.rounding ?? 'HALF_UP');
  const source = row.sourceAgent ?? 'an agent';
  const ofChild = definition?.method === 'PERCENT_OF_COMMISSION';
  const what = ofChild
    ? `the ${moneyText(row.base, row.currency)} that ${source} earned from ${row.sourceComponent ?? '?'}`
    : `the base ${plain(row.base)} of the sale of ${source}`;
  const zhWhat = ofChild
    ? `${source} 科目 ${row.sourceComponent ?? '?'} 所得 ${moneyText(row.base, row.currency)}`
    : `${source} 业务基数 ${plain(row.base)}`;
  const isDifferential = definition?.method === 'DIFFERENTIAL';
  const why = isDifferential ? ', the difference of the rates by team volume' : '';
  return {
    formula: `${formula} = ${amount}`,
    sentenceEn: `${row.agentName} (${row.agent}) earned ${amount} ${row.currency} from ${version?.name ?? row.component} for ${eventText(event)}: ${percent}%${why} of ${what}.`,
    sentenceZh: `${row.agentName}（${row.agent}）因 ${eventText(event)} 获得${version?.name ?? row.component} ${amount} ${row.currency}：按${zhWhat} 的 ${percent}%${isDifferential ? '（团队业务量级差）' : ''}。`,
    steps: [
      ...stepsOf([
        ['event', eventStep(event)],
        ['plan', version ? versionText(row.plan, version) : (row.plan ?? undefined)],
        ['component', `${row.component} (${version?.name ?? '?'}), ${definition?.method ?? 'OVERRIDE'}`],
      ]),
      ...(await pathSteps(transaction, row, event, definition)),
      ...(ofChild ? await childSteps(transaction, row) : []),
      ...(isDifferential ? await rateSteps(transaction, row) : []),
      ...stepsOf([
        ['base', `${definition && 'base' in definition ? definition.base : 'commission'} ${plain(row.base)}`],
        ['share', isOne(row.share) ? undefined : `${plain(row.share)} as ${row.role}`],
        ['percent', `${percent}%`],
        ['rounding', `${version?.rounding ?? '?'} to ${digitsOf(row.currency)} decimals`],
      ]),
    ],
  };
}

function unroundedOf({ base, share, factor }: LineRow): Decimal {
  return new Decimal(base).times(share).times(factor);
}

/** The version of the ancestor's own plan that the line follows from. */
async function loadDefinition(
  transaction: Transaction,
  row: LineRow,
  event: EventRow | undefined,
): Promise<{ version: VersionRow | undefined; definition: OverrideDefinition | undefined }> {
  const versions = await loadVersions(transaction, row, event?.date ?? `${row.period}-28`, `${row.period}-01`);
  const percent = new Decimal(row.factor).times(100);
  // the definition of an OVERRIDE component, as the programme's validation let it in
  const defined = versions.map((version) => ({ version, definition: version.definition as OverrideDefinition }));
  const pays = ({ version, definition }: (typeof defined)[number]) =>
    roundMoney(unroundedOf(row), digitsOf(row.currency), version.rounding).equals(row.amount) &&
    (definition.method === 'DIFFERENTIAL' || definition.levels.some((level) => percent.equals(level.percent)));
  return defined.find(pays) ?? defined[0] ?? { version: undefined, definition: undefined };
}

/** Who stands between the credit's agent and the one paid, as of the event, as far as the reader may see it. */
async function pathSteps(
  transaction: Transaction,
  row: LineRow,
  event: EventRow | undefined,
  definition: OverrideDefinition | undefined,
): Promise<Step[]> {
  const percent = new Decimal(row.factor).times(100);
  const levels = definition && 'levels' in definition ? definition.levels : [];
  const fitting = levels.filter((level) => percent.equals(level.percent));
  const path = event && row.sourceAgentId !== null ? await loadPath(transaction, row, event.date) : undefined;
  const level = path ? path.length - 1 : fitting.length === 1 ? fitting[0]?.level : undefined;
  return stepsOf([
    ['credit of', row.sourceAgent ?? undefined],
    ['path', path?.join(' → ')],
    ['level', level === undefined ? undefined : level === 0 ? 'the seller itself' : String(level)],
  ]);
}

/** Codes from the credit's agent up to the one paid; undefined where the links on the way cannot be seen any more. */
async function loadPath(transaction: Transaction, row: LineRow, date: string): Promise<string[] | undefined> {
  const rows = await rawSql(transaction)<{ id: number; code: string | null }[]>`
    with recursive above (id, height) as (
      select ${row.sourceAgentId}::integer, 0
      union all
      select link.parent_id, above.height + 1 from above join agent_parent link on link.agent_id = above.id
        and link.valid_from <= ${date} and (link.valid_to is null or link.valid_to > ${date})
      where above.height < 20 and above.id <> ${row.agentId}
    ) select above.id, agent.code from above left join agent on agent.id = above.id order by height`;
  return rows.at(-1)?.id === row.agentId ? rows.map(({ code }) => code ?? '?') : undefined;
}

/** The line whose amount is the base. */
async function childSteps(transaction: Transaction, row: LineRow): Promise<Step[]> {
  const [child] = await loadLines(
    transaction,
    `line.run_id = $1 and line.cause_id = $2 and line.agent_id = $3 and line.component_id = $4 and line.role = $5 and line.kind = 'EARNING'`,
    [row.runId, row.causeId, row.sourceAgentId, row.sourceComponentId, row.role],
  );
  return stepsOf([
    ['line of the commission', child ? `${idOf(child)}: ${moneyText(child.amount, child.currency)}` : undefined],
  ]);
}

/**
 * The rates on the path as the lines of the same credit give them: the seller's is its own rate, each one's above it adds what it
 * exceeds the highest below by.
 */
async function rateSteps(transaction: Transaction, row: LineRow): Promise<Step[]> {
  const lines = await loadLines(
    transaction,
    `line.run_id = $1 and line.cause_id = $2 and line.source_agent_id = $3 and line.role = $4 and line.component_id = $5
       and line.kind = 'OVERRIDE' order by line.agent_id`,
    [row.runId, row.causeId, row.sourceAgentId, row.role, row.componentId],
  );
  return stepsOf(
    lines.map((line): [string, string] => [
      line.agentId === row.sourceAgentId ? 'rate of the seller' : 'difference',
      `${line.agent}: ${plain(new Decimal(line.factor).times(100))}%`,
    ]),
  );
}
