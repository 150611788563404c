import {
  agentCode,
  agentCount,
  amountOf,
  period,
  products,
  regionCode,
  territory,
  tiers,
  writeCsv,
} from './province.ts';

// The second programme for measurements: the same events and agents, and every kind of component. The agents stand in a
// hierarchy of three levels (100, 900, 9,000). A month before gives it subscriptions that pay a residual, instalments that
// fall due and sales that can be clawed back.

export const monthBefore = '2026-09';
const rootCount = 100;
const middleCount = 900;

/** Amounts grow with the events, so that caps, floors and targets bind for the same part of the agents at each size. */
export function everyKindText(events: number): string {
  const scaled = (amount: number) => ((amount * events) / 100_000).toFixed(2);
  return JSON.stringify({
    ...territory,
    campaigns: [{ code: 'AUTUMN', name: 'Autumn', startsOn: `${period}-01`, endsOn: '2026-11-01' }],
    plans: [
      {
        code: 'FULL',
        name: 'Every kind',
        versions: [
          {
            from: '2020-01-01',
            currency: 'CNY',
            components: [...perCredit(scaled), ...perAgent(scaled), ...overrides()],
          },
        ],
      },
    ],
    pools: [pool(scaled)],
    agents: Array.from({ length: agentCount }, (_, index) => ({
      code: agentCode(index),
      name: `Agent ${index}`,
      channelType: 'AGENT',
      region: regionCode(index),
      tier: tiers[index % 3],
      ...parentOf(index),
      agreements: [{ plan: 'FULL', from: '2020-01-01', ...terms(index, scaled) }],
    })),
    metricValues: Array.from({ length: agentCount }, (_, index) => ({
      agent: agentCode(index),
      metric: 'UNIT_TARGET',
      period,
      value: scaled(8 + (index % 5)),
    })),
  });
}

type Scaled = (amount: number) => string;

function parentOf(index: number): { parent?: string } {
  if (index < rootCount) return {};
  const isMiddle = index < rootCount + middleCount;
  return { parent: agentCode(isMiddle ? index % rootCount : rootCount + (index % middleCount)) };
}

function terms(index: number, scaled: Scaled) {
  return {
    ...(index % 4 === 0 && { totalCap: scaled(120) }),
    ...(index % 3 === 0 && { minimumPayout: 50 }),
    ...(index % 5 !== 0 && { taxPercent: 6 }),
  };
}

function perCredit(scaled: Scaled) {
  const rules = products.flatMap((product, at) =>
    tiers.flatMap((tier, level) =>
      [12, 24].map((contractMonths) => ({
        code: `${product}-${tier}-${contractMonths}`,
        product,
        tier,
        contractMonths,
        flat: String(20 + at * 30 + level * 10 + contractMonths),
      })),
    ),
  );
  return [
    {
      code: 'SALE',
      name: 'Sales',
      kind: 'RATE',
      events: ['ACTIVATION'],
      multiplyBy: ['TIER'],
      instalments: [
        { percent: 70, month: 0 },
        { percent: 30, month: 1 },
      ],
      holdback: { percent: 10, months: 3 },
      clawback: { events: ['CHURN', 'REFUND'], method: 'PRO_RATA', months: 12 },
      rules,
    },
    {
      code: 'TRAIL',
      name: 'Residual',
      kind: 'RESIDUAL',
      months: 24,
      multiplyBy: ['TIER'],
      cap: scaled(35),
      floor: scaled(8),
      rules: [{ code: 'ANY', percent: '3.25' }],
    },
    {
      code: 'PUSH',
      name: 'Autumn push',
      kind: 'SPIFF',
      campaign: 'AUTUMN',
      budget: scaled(40_000),
      events: ['ACTIVATION'],
      rules: [{ code: 'ANY', flat: 5 }],
    },
  ];
}

function perAgent(scaled: Scaled) {
  return [
    {
      code: 'VOLUME',
      name: 'Volume',
      kind: 'BRACKET',
      events: ['BILL'],
      measure: 'AMOUNT',
      window: 'QUARTER',
      method: 'MARGINAL',
      brackets: [
        { from: 0, to: scaled(400), rate: '0.5' },
        { from: scaled(400), to: scaled(800), rate: '0.8' },
        { from: scaled(800), rate: 1 },
      ],
    },
    {
      code: 'BONUS',
      name: 'Quota bonus',
      kind: 'QUOTA_BONUS',
      events: ['BILL'],
      measure: 'UNITS',
      window: 'MONTH',
      target: 'UNIT_TARGET',
      curve: 'LINEAR',
      pays: 'AMOUNT',
      points: [
        { attainment: 80, value: scaled(20) },
        { attainment: 120, value: scaled(60) },
      ],
      maximumAttainment: 150,
    },
    { code: 'GUARANTEE', name: 'Guarantee', kind: 'DRAW', minimum: scaled(60) },
  ];
}

function overrides() {
  return [
    {
      code: 'TEAM',
      name: 'Override on commission',
      kind: 'OVERRIDE',
      method: 'PERCENT_OF_COMMISSION',
      levels: [
        { level: 1, percent: 5 },
        { level: 2, percent: 2 },
      ],
    },
    {
      code: 'GAP',
      name: 'Differential',
      kind: 'OVERRIDE',
      method: 'DIFFERENTIAL',
      events: ['ACTIVATION'],
      measure: 'UNITS',
      table: [
        { from: 0, to: 20, percent: 1 },
        { from: 20, to: 200, percent: 2 },
        { from: 200, percent: 3 },
      ],
    },
  ];
}

function pool(scaled: Scaled) {
  return {
    code: 'P1',
    name: 'Pool',
    versions: [
      {
        from: '2020-01-01',
        currency: 'CNY',
        fund: { percent: '0.8', of: 'AMOUNT', events: ['BILL'] },
        // Missed in the month before, which has no bills: its floors would exceed the fund
        threshold: { target: 1, percent: 100 },
        weight: [{ factor: 'UNITS', events: ['ACTIVATION'] }, { factor: 'TIER_MULTIPLIER' }],
        remainder: 'CARRY_OVER',
        floor: scaled(45),
        cap: scaled(55),
      },
    ],
  };
}

/**
 * Writes the CSV of what the programme needs besides the month's events: in the month before, the beginning of every
 * subscription (a third of them under a contract that pays commission); in the month, half a percent of the events each as CHURN
 * of such a contract and as REFUND of half an activation.
 */
export async function writeHistory(path: string, events: number): Promise<void> {
  const lines = function* () {
    for (let index = 0; index < Math.ceil(events / 3); index += 1) yield beginning(index);
    for (let index = 0; index < Math.floor(events / 200); index += 1) yield churn(index * 66) + refund(index * 200);
  };
  await writeCsv(path, lines());
}

function beginning(index: number): string {
  const day = String(1 + (index % 28)).padStart(2, '0');
  const months = index % 3 === 0 ? 12 : 1;
  return `BSS,H${index},ACTIVATION,${monthBefore}-${day}T10:00:00+08:00,${sellerOf(index)},1,${amountOf(index)},CNY,PUBLIC,C${index},S${index},${months},\n`;
}

function churn(index: number): string {
  return `BSS,X${index},CHURN,${period}-29T10:00:00+08:00,${sellerOf(index)},1,0,CNY,PUBLIC,C${index},S${index},,\n`;
}

function refund(index: number): string {
  const half = (Number(amountOf(index)) / 2).toFixed(2);
  return `BSS,R${index},REFUND,${period}-30T10:00:00+08:00,${sellerOf(index)},1,${half},CNY,PUBLIC,,,,E${index}\n`;
}

const sellerOf = (index: number) => `${agentCode((index * 7919) % agentCount)},${products[index % 3]}`;
