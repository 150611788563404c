import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, minorUnitDigits, type RoundingMode, roundMoney } from '../money.ts';
import type { RateDefinition, SpiffDefinition } from './definitions.ts';
import { shareWords } from './explainCrediting.ts';
import { type EventRow, eventStep, eventText, type LineRow, loadEvent, versionText } from './explainLoad.ts';
import { explainMultiplier } from './explainMultiplier.ts';
import { eventWord, isOne, moneyText, plain, roundText, type Story, stepsOf } from './explainText.ts';

// EARNING lines: what a credit of an event earned by a rule (DOMAIN.md §9.2, §9.7).

export type RuleRow = {
  readonly number: number;
  readonly from: string;
  readonly to: string | null;
  readonly rounding: RoundingMode;
  readonly name: string;
  readonly definition: RateDefinition &
    Partial<Pick<SpiffDefinition, 'campaign' | 'budget'>> & { readonly months?: number };
  readonly rule: string;
  readonly percent: string;
  readonly flat: string;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly named: Readonly<Record<string, string | number | null>>;
};

/** A rule with what it names, and the component and version that it belongs to. */
export async function loadRule(transaction: Transaction, ruleId: number): Promise<RuleRow | undefined> {
  const [row] = await rawSql(transaction)<RuleRow[]>`
    select version.number, version.valid_from::text as from, version.valid_to::text as to, version.rounding, part.name, part.definition,
           rule.code as rule, rule.percent, rule.flat, rule.minimum, rule.maximum,
           json_build_object('product', product.code, 'category', category.code, 'event', rule.event_type,
             'channelType', channel.code, 'tier', tier.code, 'region', region.code, 'segment', segment.code,
             'campaign', campaign.code, 'contractMonths', rule.contract_months, 'baseFrom', rule.base_from::text,
             'baseTo', rule.base_to::text, 'baseUpTo', rule.base_up_to::text) as named
    from rate_rule rule
    join plan_component part on part.id = rule.plan_component_id
    join plan_version version on version.id = part.version_id
    left join product on product.id = rule.product_id
    left join product_category category on category.id = rule.product_category_id
    left join channel_type channel on channel.id = rule.channel_type_id
    left join tier on tier.id = rule.tier_id
    left join region on region.id = rule.region_id
    left join segment on segment.id = rule.segment_id
    left join campaign on campaign.id = rule.campaign_id
    where rule.id = ${ruleId}`;
  return row;
}

/** @throws Error where the line does not follow from its rule: it was altered, or the engine is wrong. */
export async function explainEarning(transaction: Transaction, row: LineRow): Promise<Story> {
  const event = await loadEvent(transaction, row.causeId);
  const rule = row.ruleId === null ? undefined : await loadRule(transaction, row.ruleId);
  if (!rule || row.isCutOver) return openingStory(row, event);
  const multiplier = await explainMultiplier(transaction, row, rule.definition, event?.date);
  const unlimited = rated(row, rule, event);
  const isCut = unlimited !== undefined && rule.definition.budget !== undefined && unlimited.gt(row.amount);
  if (unlimited && !unlimited.equals(row.amount) && !isCut) {
    throw new Error(`a line of ${row.agent} is ${row.amount} and by its rule ${unlimited.toFixed()}`);
  }
  const amount = moneyText(row.amount, row.currency);
  const whole = roundText(
    `${plain(row.share)} × ${bodyText(row, rule, event)}${multiplier.formula}`,
    row.currency,
    rule.rounding,
  );
  const budget = isCut ? ', cut to what was left of the budget' : '';
  const words = payWords(row, rule);
  const given = await shareWords(transaction, row);
  const isPlain = isOne(row.share) && given.step === undefined;
  const share = isPlain ? '' : `, of which the ${row.role} has the share ${plain(row.share)}${given.en}`;
  const zhShare = isPlain ? '' : `，${row.role} 占比 ${plain(row.share)}${given.zh}`;
  const exchange = await exchangeText(transaction, row, rule, event);
  return {
    formula: isCut ? `min(${whole}, ${amount}) = ${amount}` : `${whole} = ${amount}`,
    sentenceEn: `${row.agentName} (${row.agent}) earned ${amount} ${row.currency} from ${rule.name} for ${eventText(event)}: rule ${rule.rule} of plan ${row.plan} version ${rule.number} pays ${words.en}${multiplier.en}${share}${budget}.`,
    sentenceZh: `${row.agentName}（${row.agent}）因${eventWord(event?.type)}业务 ${eventText(event)} 获得${rule.name} ${amount} ${row.currency}：方案 ${row.plan} 第 ${rule.number} 版规则 ${rule.rule} 规定${words.zh}${multiplier.zh}${zhShare}${isCut ? '，以预算余额为限' : ''}。`,
    steps: stepsOf([
      ['event', eventStep(event)],
      ['product', event ? `${event.product} × ${plain(event.quantity)}` : '?'],
      ['plan', versionText(row.plan, rule)],
      ['component', `${row.component} (${rule.name}), ${row.componentKind}`],
      ['rule', `${rule.rule}: ${namedText(rule.named)}`],
      [
        'months of the subscription',
        rule.definition.months === undefined ? undefined : `1 to ${rule.definition.months}`,
      ],
      ['campaign', rule.definition.campaign],
      ['budget', budgetText(rule, isCut ? unlimited : undefined, row)],
      ['base', `${rule.definition.base} ${plain(row.base)}`],
      ['exchange rate', exchange],
      ['share', `${plain(row.share)} as ${row.role}`],
      ['credited by', given.step],
      ...multiplier.steps,
      ['rounding', `${rule.rounding} to ${minorUnitDigits[row.currency] ?? 2} decimals`],
    ]),
  };
}

/** What was brought in with the opening positions was earned before Tributary knew why. */
function openingStory(row: LineRow, event: EventRow | undefined): Story {
  const amount = moneyText(row.amount, row.currency);
  return {
    formula: `${amount} = ${amount}`,
    sentenceEn: `${row.agentName} (${row.agent}) had earned ${amount} ${row.currency} for ${eventText(event)} before the first period: it was brought in as an opening position.`,
    sentenceZh: `${row.agentName}（${row.agent}）在首个账期之前已因 ${eventText(event)} 获得 ${amount} ${row.currency}：作为期初数据导入。`,
    steps: stepsOf([
      ['event', eventStep(event)],
      ['opening position', `of ${row.period}`],
      ['plan', row.plan ?? undefined],
      ['component', row.component],
    ]),
  };
}

/** The amount anew from the line's figures and its rule; undefined where the quantity is needed and not known. */
function rated(row: LineRow, rule: RuleRow, event: EventRow | undefined): Decimal | undefined {
  const flat = new Decimal(rule.flat);
  if (!event && !flat.isZero()) return undefined;
  const whole = new Decimal(rule.percent)
    .div(100)
    .times(row.base)
    .plus(flat.times(event?.quantity ?? 0));
  const raised = rule.minimum === null ? whole : Decimal.max(whole, rule.minimum);
  const clamped = rule.maximum === null ? raised : Decimal.min(raised, rule.maximum);
  return roundMoney(clamped.times(row.share).times(row.factor), minorUnitDigits[row.currency] ?? 2, rule.rounding);
}

function bodyText(row: LineRow, rule: RuleRow, event: EventRow | undefined): string {
  const terms = [
    ...(Number(rule.percent) === 0 ? [] : [`${plain(rule.percent)}% × ${plain(row.base)}`]),
    ...(Number(rule.flat) === 0 ? [] : [`${plain(rule.flat)} × ${event ? plain(event.quantity) : '?'}`]),
  ];
  const whole = terms.join(' + ') || '0';
  if (rule.minimum === null && rule.maximum === null) return `(${whole})`;
  const bound = (value: string | null) => (value === null ? '-' : plain(value));
  return `clamp(${whole}, ${bound(rule.minimum)}, ${bound(rule.maximum)})`;
}

function payWords(row: LineRow, rule: RuleRow): { en: string; zh: string } {
  const percent = Number(rule.percent) === 0 ? undefined : plain(rule.percent);
  const flat = Number(rule.flat) === 0 ? undefined : plain(rule.flat);
  const base = plain(row.base);
  const en = [percent && `${percent}% of ${base}`, flat && `${flat} per unit`].filter(Boolean).join(' plus ');
  const zh = [percent && `按 ${base} 的 ${percent}%`, flat && `每单位 ${flat}`].filter(Boolean).join('另加');
  const [least, most] = [rule.minimum, rule.maximum].map((bound) => (bound === null ? undefined : plain(bound)));
  const bounds = [least && ` at least ${least}`, most && ` at most ${most}`].filter(Boolean).join(' and');
  const zhBounds = [least && `，不低于 ${least}`, most && `，不高于 ${most}`].filter(Boolean).join('');
  return { en: `${en || 'nothing'}${bounds && `,${bounds}`}`, zh: `${zh || '不计酬'}${zhBounds}` };
}

function namedText(named: RuleRow['named']): string {
  const parts = Object.entries(named).filter(([, value]) => value !== null);
  return parts.length === 0 ? 'any' : parts.map(([dimension, value]) => `${dimension} = ${value}`).join(', ');
}

function budgetText(rule: RuleRow, unlimited: Decimal | undefined, row: LineRow): string | undefined {
  const { budget } = rule.definition;
  if (budget === undefined) return undefined;
  if (!unlimited) return plain(budget);
  return `${plain(budget)}: ${moneyText(row.amount, row.currency)} of ${moneyText(unlimited, row.currency)} were left`;
}

/** The base in the event's currency and the rate that converted it, where the line's base still follows from them. */
async function exchangeText(
  transaction: Transaction,
  row: LineRow,
  rule: RuleRow,
  event: EventRow | undefined,
): Promise<string | undefined> {
  if (!event || event.currency === row.currency) return undefined;
  const [rate] = await rawSql(transaction)<{ rate: string; from: string }[]>`
    select rate, valid_from::text as from from exchange_rate
    where currency = ${event.currency} and into_currency = ${row.currency} and valid_from <= ${event.date}
      and (valid_to is null or valid_to > ${event.date})`;
  const base = baseOf(rule.definition, event);
  if (!rate || !base?.times(rate.rate).equals(row.base)) return `from ${event.currency} into ${row.currency}`;
  return `${plain(base)} ${event.currency} × ${plain(rate.rate)} = ${plain(row.base)} ${row.currency}, from ${rate.from}`;
}

/** The base of a whole event in its own currency. */
export function baseOf({ base }: Pick<RateDefinition, 'base'>, event: EventRow): Decimal | undefined {
  const { amount, monthlyFee, cost, quantity } = event;
  if (base === 'AMOUNT') return new Decimal(amount);
  if (base === 'QUANTITY') return new Decimal(quantity);
  if (base === 'MONTHLY_FEE') return monthlyFee === null ? undefined : new Decimal(monthlyFee);
  return cost === null ? undefined : Decimal.max(0, new Decimal(amount).minus(new Decimal(cost).times(quantity)));
}
