import { localDate } from './dates.ts';
import { type Draw, decimal } from './draw.ts';
import type { Credit, Dated, Match, Rule } from './historyModel.ts';

export const CURRENCY_DIGITS: Record<string, number> = { CNY: 2, USD: 2, JPY: 0, KWD: 3 };
export const LONG_AGO = '2026-01-01';
export const REGIONS = [
  { code: 'CN' },
  { code: 'NORTH', parent: 'CN' },
  { code: 'NORTH-1', parent: 'NORTH' },
  { code: 'NORTH-2', parent: 'NORTH' },
  { code: 'SOUTH', parent: 'CN' },
  { code: 'SOUTH-1', parent: 'SOUTH' },
];
export const PRODUCTS = [
  { code: 'FIBER', category: 'BROADBAND' },
  { code: 'DSL', category: 'BROADBAND' },
  { code: 'VOICE', category: 'MOBILE' },
  { code: 'ROUTER', category: 'DEVICE' },
];
export const CHANNEL_TYPES = ['AGENT', 'DIRECT_SALES'] as const;
export const TIERS = ['STAR_3', 'STAR_4', 'STAR_5'] as const;
export const SEGMENTS = ['PUBLIC', 'BUSINESS'] as const;
const CAMPAIGNS = ['AUTUMN', 'OPENING'] as const;
export const ROUNDINGS = ['HALF_UP', 'HALF_EVEN', 'DOWN'] as const;
export const REGION_CODES = REGIONS.map(({ code }) => code);
export const PRODUCT_CODES = PRODUCTS.map(({ code }) => code);

/** Consecutive spans without a gap, from long ago on, cut at 0 to 2 change dates. */
export function spans(draw: Draw, dates: readonly string[]): Dated[] {
  const cuts = draw.chance(60) ? [] : draw.some(dates, 1).slice(0, 2);
  const starts = [LONG_AGO, ...cuts];
  return starts.map((from, index) => ({ from, to: starts[index + 1] }));
}

/** Conditions of a rule, without a base range. */
function drawMatch(draw: Draw, events: readonly string[]): Match {
  const match: Match = {};
  const kind = draw.integer(0, 3);
  if (kind === 1) match.product = draw.one(PRODUCT_CODES);
  if (kind === 2) match.category = draw.one(PRODUCTS).category;
  if (draw.chance(15)) match.event = draw.one(events);
  if (draw.chance(15)) match.channelType = draw.one(CHANNEL_TYPES);
  if (draw.chance(30)) match.tier = draw.one(TIERS);
  if (draw.chance(30)) match.region = draw.one(REGION_CODES);
  if (draw.chance(15)) match.segment = draw.one(SEGMENTS);
  if (draw.chance(15)) match.campaign = draw.one(CAMPAIGNS);
  if (draw.chance(15)) match.contractMonths = draw.one([12, 24]);
  return match;
}

function drawPay(draw: Draw, digits: number): Omit<Rule, 'code' | 'match'> {
  const pay: Omit<Rule, 'code' | 'match'> = {};
  const kind = draw.integer(0, 3);
  if (kind !== 1) pay.percent = decimal(draw.integer(0, 20_000), draw.integer(2, 4));
  if (kind === 1 || kind === 2) pay.flat = decimal(draw.integer(0, 3000), draw.integer(0, 3));
  const min = draw.integer(0, 3000);
  if (draw.chance(20)) pay.minimum = decimal(min, digits);
  if (draw.chance(20)) pay.maximum = decimal(min + draw.integer(0, 3000), digits);
  return pay;
}

/**
 * Rules that cannot tie: no two have the same conditions unless their base ranges are apart. (Two rules that both match
 * and are equally specific name the same dimensions with the same values, and regions of one depth on one path are one.)
 */
export function drawRules(draw: Draw, events: readonly string[], digits: number, most = 6): Rule[] {
  const matches = new Map<string, Match>();
  for (let count = draw.integer(1, most); count > 0; count--) {
    const match = drawMatch(draw, events);
    matches.set(JSON.stringify(match), match);
  }
  if (draw.chance(60)) matches.set('{}', {});
  const ranged = [...matches.values()].flatMap((match) => {
    if (draw.chance(75)) return [match];
    const cut = decimal(draw.integer(1, 20_000), digits);
    const low = { ...match, baseTo: cut };
    const high = { ...match, baseFrom: cut };
    return draw.one([[low, high], [low], [high, match], [low, high, match]]);
  });
  return ranged.map((match, index) => ({ code: `R${index + 1}`, match, ...drawPay(draw, digits) }));
}

const midnights = new Map<string, number>();

/** The first quarter of an hour of a date in a zone, in milliseconds of UTC. */
export function localMidnight(date: string, timeZone: string): number {
  const key = `${date} ${timeZone}`;
  const known = midnights.get(key);
  if (known !== undefined) return known;
  const quarter = 15 * 60_000;
  let instant = Date.parse(`${date}T00:00:00Z`) - 15 * 60 * 60_000;
  while (localDate(new Date(instant).toISOString(), timeZone) < date) instant += quarter;
  midnights.set(key, instant);
  return instant;
}

/** An instant as ISO text at an offset of so many minutes; the offset changes how it is written, not when it is. */
export function isoText(milliseconds: number, offsetMinutes: number): string {
  if (offsetMinutes === 0) return new Date(milliseconds).toISOString();
  const local = new Date(milliseconds + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offsetMinutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

export function drawCredits(draw: Draw, seller: string, agents: readonly string[]): Credit[] | undefined {
  if (draw.chance(70)) return undefined;
  const others = agents.filter((code) => code !== seller);
  const first = draw.integer(1, 9999);
  const rest = 10_000 - first;
  const other = draw.one(others);
  if (rest > 1 && draw.chance(30)) {
    const second = draw.integer(1, rest - 1);
    return [
      { agent: seller, role: 'SELLER', share: decimal(first, 4) },
      { agent: other, role: 'REFERRER', share: decimal(second, 4) },
      { agent: other, role: 'FULFILMENT', share: decimal(rest - second, 4) },
    ];
  }
  return [
    { agent: seller, role: 'SELLER', share: decimal(first, 4) },
    { agent: other, role: 'REFERRER', share: decimal(rest, 4) },
  ];
}
