import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal, formatMoney, minorUnitDigits } from '../money.ts';
import type { RateDefinition } from './definitions.ts';
import { type LineKey, parseLineId } from './lineId.ts';

export type Explanation = {
  readonly lineId: string;
  readonly period: string;
  readonly agent: string;
  readonly component: string;
  readonly kind: 'EARNING' | 'POOL';
  readonly amount: string;
  readonly currency: string;
  /** The arithmetic with the line's own figures, as in `round(1 × (3.25% × 64.30) × 1.25, 2) = 2.61`. */
  readonly formula: string;
  readonly sentenceEn: string;
  readonly sentenceZh: string;
  /** What led to it, in order: event, rule, version, figures. */
  readonly steps: readonly { label: string; value: string }[];
};

/**
 * Explains one line from what it stores and from its immutable plan version.
 * @param lineId as lines.csv and the API give it
 * @throws UserError LINE_UNKNOWN where there is no such line, or the caller may not see it.
 */
export async function explainLine(transaction: Transaction, lineId: string): Promise<Explanation> {
  const key = parseLineId(lineId);
  return key.plan === null ? explainPoolLine(transaction, lineId, key) : explainEarning(transaction, lineId, key);
}

type EarningRow = {
  agent_name: string;
  role: string;
  base: string;
  share: string;
  factor: string;
  amount: string;
  currency: string;
  version_number: number;
  version_from: string;
  rounding: string;
  component_name: string;
  definition: RateDefinition;
  rule: string;
  percent: string;
  flat: string;
  minimum: string | null;
  maximum: string | null;
  named: Record<string, string | number | null>;
  source: string | null;
  external_id: string | null;
  type: string | null;
  occurred_at: string | null;
  product: string | null;
  quantity: string | null;
};

async function explainEarning(transaction: Transaction, lineId: string, key: LineKey): Promise<Explanation> {
  const [row] = await rawSql(transaction)<EarningRow[]>`
    select agent.name as agent_name, line.role, line.base, line.share, line.factor, line.amount, line.currency,
           version.number as version_number, version.valid_from as version_from, version.rounding,
           part.name as component_name, part.definition, rule.code as rule, rule.percent, rule.flat, rule.minimum, rule.maximum,
           json_build_object('product', rule_product.code, 'category', rule_category.code, 'event', rule.event_type,
             'channelType', rule_channel.code, 'tier', rule_tier.code, 'region', rule_region.code, 'segment', rule_segment.code,
             'campaign', rule_campaign.code, 'contractMonths', rule.contract_months, 'baseFrom', rule.base_from::text,
             'baseTo', rule.base_to::text, 'baseUpTo', rule.base_up_to::text) as named,
           event.source, event.external_id, event.type, event.occurred_at, product.code as product, event.quantity
    from commission_line line
    join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
    join component on component.id = line.component_id
    join plan on plan.id = component.plan_id
    join agent on agent.id = line.agent_id
    join rate_rule rule on rule.id = line.rule_id
    join plan_component part on part.id = rule.plan_component_id
    join plan_version version on version.id = part.version_id
    left join lateral credited_event(line.cause_id) event on true
    left join product on product.id = event.product_id
    left join product rule_product on rule_product.id = rule.product_id
    left join product_category rule_category on rule_category.id = rule.product_category_id
    left join channel_type rule_channel on rule_channel.id = rule.channel_type_id
    left join tier rule_tier on rule_tier.id = rule.tier_id
    left join region rule_region on rule_region.id = rule.region_id
    left join segment rule_segment on rule_segment.id = rule.segment_id
    left join campaign rule_campaign on rule_campaign.id = rule.campaign_id
    where run.period = ${key.period} and plan.code = ${key.plan} and component.code = ${key.component}
      and line.cause_id = ${key.eventId} and agent.code = ${key.agent} and line.role = ${key.role}`;
  if (!row) throw unknownLine(lineId);

  const digits = minorUnitDigits[row.currency] ?? 2;
  const amount = formatMoney(row.amount, digits);
  const formula = earningFormula(row, digits, amount);
  const event = `${row.source ?? '?'}/${row.external_id ?? '?'}`;
  const paid = payWords(row);
  return {
    lineId,
    period: key.period,
    agent: key.agent,
    component: key.component,
    kind: 'EARNING',
    amount,
    currency: row.currency,
    formula,
    sentenceEn: `${row.agent_name} (${key.agent}) earned ${amount} ${row.currency} from ${row.component_name} for ${row.type ?? 'event'} ${event}: rule ${row.rule} of plan ${key.plan} version ${row.version_number} pays ${paid.en}.`,
    sentenceZh: `${row.agent_name}（${key.agent}）因业务 ${event}（${row.type ?? '事件'}）获得${row.component_name} ${amount} ${row.currency}：方案 ${key.plan} 第 ${row.version_number} 版规则 ${row.rule} 规定${paid.zh}。`,
    steps: [
      { label: 'event', value: `${row.type ?? '?'} ${event} at ${row.occurred_at ?? '?'}` },
      { label: 'product', value: `${row.product ?? '?'} × ${canonicalDecimal(row.quantity ?? '0')}` },
      { label: 'plan', value: `${key.plan} version ${row.version_number} from ${row.version_from}` },
      { label: 'component', value: `${key.component} (${row.component_name})` },
      { label: 'rule', value: `${row.rule}: ${namedDimensions(row.named)}` },
      { label: 'base', value: `${row.definition.base} ${canonicalDecimal(row.base)}` },
      { label: 'share', value: `${canonicalDecimal(row.share)} as ${row.role}` },
      { label: 'factor', value: canonicalDecimal(row.factor) },
      { label: 'rounding', value: `${row.rounding} to ${digits} decimals` },
    ],
  };
}

function namedDimensions(named: EarningRow['named']): string {
  const parts = Object.entries(named).filter(([, value]) => value !== null);
  return parts.length === 0 ? 'any' : parts.map(([dimension, value]) => `${dimension} = ${value}`).join(', ');
}

function earningFormula(row: EarningRow, digits: number, amount: string): string {
  const terms = [
    ...(Number(row.percent) === 0 ? [] : [`${canonicalDecimal(row.percent)}% × ${canonicalDecimal(row.base)}`]),
    ...(Number(row.flat) === 0 ? [] : [`${canonicalDecimal(row.flat)} × ${canonicalDecimal(row.quantity ?? '0')}`]),
  ];
  const whole = terms.join(' + ') || '0';
  const bounded =
    row.minimum === null && row.maximum === null
      ? `(${whole})`
      : `clamp(${whole}, ${row.minimum === null ? '-' : canonicalDecimal(row.minimum)}, ${row.maximum === null ? '-' : canonicalDecimal(row.maximum)})`;
  const rounding = row.rounding === 'HALF_UP' ? '' : `, ${row.rounding}`;
  return `round(${canonicalDecimal(row.share)} × ${bounded} × ${canonicalDecimal(row.factor)}, ${digits}${rounding}) = ${amount}`;
}

function payWords(row: EarningRow): { en: string; zh: string } {
  const percent = Number(row.percent) === 0 ? undefined : canonicalDecimal(row.percent);
  const flat = Number(row.flat) === 0 ? undefined : canonicalDecimal(row.flat);
  const base = canonicalDecimal(row.base);
  const en = [percent && `${percent}% of ${base}`, flat && `${flat} per unit`].filter(Boolean).join(' plus ');
  const zh = [percent && `按 ${base} 的 ${percent}%`, flat && `每单位 ${flat}`].filter(Boolean).join('另加');
  const factor = canonicalDecimal(row.factor);
  const share = canonicalDecimal(row.share);
  return {
    en: `${en || 'nothing'}${factor === '1' ? '' : `, times the tier multiplier ${factor}`}${share === '1' ? '' : `, of which the ${row.role} has the share ${share}`}`,
    zh: `${zh || '不计酬'}${factor === '1' ? '' : `，乘以星级系数 ${factor}`}${share === '1' ? '' : `，${row.role} 占比 ${share}`}`,
  };
}

type PoolRow = {
  agent_name: string;
  amount: string;
  currency: string;
  fund: string | null;
  carried_in: string | null;
  weight_total: string | null;
  member_count: number | null;
  weight: string;
  factors: { factor: string; value: string }[];
};

async function explainPoolLine(transaction: Transaction, lineId: string, key: LineKey): Promise<Explanation> {
  const [row] = await rawSql(transaction)<PoolRow[]>`
    select agent.name as agent_name, line.amount, line.currency, (pool_facts(run.id, pool.id)).*, member.weight, member.factors
    from commission_line line
    join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
    join component on component.id = line.component_id
    join pool on pool.id = component.pool_id
    join agent on agent.id = line.agent_id
    join run_pool_member member on member.run_id = run.id and member.pool_id = pool.id and member.agent_id = agent.id
    where run.period = ${key.period} and pool.code = ${key.component} and agent.code = ${key.agent} and line.role = ${key.role}`;
  if (!row) throw unknownLine(lineId);

  const digits = minorUnitDigits[row.currency] ?? 2;
  const amount = formatMoney(row.amount, digits);
  const [fund, carriedIn, total, weight] = [row.fund, row.carried_in, row.weight_total, row.weight].map((value) =>
    canonicalDecimal(value ?? '0'),
  );
  const factors = row.factors.map(({ factor, value }) => `${factor} ${value}`).join(' × ');
  return {
    lineId,
    period: key.period,
    agent: key.agent,
    component: key.component,
    kind: 'POOL',
    amount,
    currency: row.currency,
    formula: `share((${fund} + ${carriedIn}) × ${weight} / ${total}, ${digits}) = ${amount}`,
    sentenceEn: `${row.agent_name} (${key.agent}) has ${amount} ${row.currency} of pool ${key.component}: its weight ${weight} of ${total}, shared by ${row.member_count} members, in a fund of ${fund} with ${carriedIn} carried in; every share is floored and the units left over go to the largest remainders.`,
    sentenceZh: `${row.agent_name}（${key.agent}）从酬金池 ${key.component} 分得 ${amount} ${row.currency}：权重 ${weight}，合计 ${total}，共 ${row.member_count} 个成员；本期注入 ${fund}，上期结转 ${carriedIn}；各份额先向下取整，余下的分按最大余数分配。`,
    steps: [
      { label: 'fund', value: fund ?? '' },
      { label: 'carried in', value: carriedIn ?? '' },
      { label: 'weight', value: `${weight} = ${factors}` },
      { label: 'weight of all members', value: total ?? '' },
      { label: 'members', value: String(row.member_count) },
      { label: 'left-over units', value: 'one each to the largest remainders, ties by agent code' },
    ],
  };
}

const unknownLine = (lineId: string) => new UserError('LINE_UNKNOWN', `There is no line ${lineId}.`, lineId);
