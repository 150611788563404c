import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { add, type Fraction, fraction, toText, ZERO } from './fraction.ts';
import { calculateHistory } from './history.ts';
import type { HistoryInput, Pool, Rule, SalesEvent } from './historyModel.ts';
import type { Line } from './historyOutput.ts';

const script = fileURLToPath(new URL('../../../shared/data/telco/make-events.mjs', import.meta.url));

function generated(...args: string[]): Record<string, string>[] {
  const text = execFileSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const [header = '', ...rows] = text.trim().split('\n');
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, index) => [names[index], value])));
}

/** ACT: flat per unit by product and tier; FIBER on a 24-month contract has rules of its own. */
function activationRules(): Rule[] {
  const rows = [
    { product: 'FIBER', flats: ['80', '100', '120'] },
    { product: 'FIBER', flats: ['110', '137.5', '165'], contractMonths: 24 },
    { product: 'DSL', flats: ['50', '62.5', '75'] },
    { product: 'VOICE', flats: ['20', '25', '30'] },
  ];
  return rows.flatMap(({ product, flats, contractMonths }) =>
    flats.map((flat, index) => {
      const tier = `STAR_${index + 3}`;
      return { code: `${product}-${tier}-${contractMonths ?? 'ANY'}`, match: { product, tier, contractMonths }, flat };
    }),
  );
}

const pool: Pool = {
  code: 'P1',
  from: '2020-01-01',
  currency: 'CNY',
  rounding: 'HALF_UP',
  fund: { percent: '0.8', of: 'AMOUNT', eventTypes: ['BILL'] },
  weight: [{ factor: 'UNITS', eventTypes: ['ACTIVATION'] }, { factor: 'TIER_MULTIPLIER' }],
  remainder: 'CARRY_OVER',
  carriedIn: '0',
};

function telcoEvent(row: Record<string, string>): SalesEvent {
  return {
    source: row.source ?? '',
    externalId: row.external_id ?? '',
    type: row.type ?? '',
    occurredAt: row.occurred_at ?? '',
    agent: row.agent_code ?? '',
    product: row.product_code ?? '',
    quantity: row.quantity ?? '',
    amount: row.amount ?? '',
    currency: row.currency ?? '',
    region: row.region_code,
    segment: row.segment,
    contractMonths: Number(row.contract_months),
  };
}

function totalsBy(lines: readonly Line[], keyOf: (line: Line) => string): Record<string, string> {
  const totals = new Map<string, Fraction>();
  for (const line of lines) totals.set(keyOf(line), add(totals.get(keyOf(line)) ?? ZERO, fraction(line.amount)));
  return Object.fromEntries([...totals].map(([key, amount]) => [key, toText(amount)]));
}

function telcoInput(period: string): HistoryInput {
  const agents = generated('--agents').map((row) => ({
    code: row.agent_code ?? '',
    channelType: row.channel_type ?? '',
    tiers: [{ tier: row.tier ?? '', from: '2020-01-01' }],
    regions: [{ region: row.region_code ?? '', from: '2020-01-01' }],
    statuses: [],
    parents: [],
  }));
  return {
    timeZone: 'Asia/Shanghai',
    currencyDigits: { CNY: 2 },
    regions: [...new Set(agents.flatMap((agent) => agent.regions.map((each) => each.region)))].map((code) => ({
      code,
    })),
    products: [{ code: 'FIBER' }, { code: 'DSL' }, { code: 'VOICE' }],
    tiers: [
      { code: 'STAR_3', multiplier: '1' },
      { code: 'STAR_4', multiplier: '1.1' },
      { code: 'STAR_5', multiplier: '1.25' },
    ],
    agents,
    agreements: agents.map((agent) => ({
      code: `G-${agent.code}`,
      agent: agent.code,
      plan: 'TELCO-2026',
      from: '2020-01-01',
    })),
    plans: [
      {
        code: 'TELCO-2026',
        versions: [
          {
            number: 1,
            from: '2020-01-01',
            currency: 'CNY',
            rounding: 'HALF_UP',
            components: [
              {
                code: 'ACT',
                kind: 'RATE',
                eventTypes: ['ACTIVATION'],
                base: 'AMOUNT',
                multiplyByTier: false,
                rules: activationRules(),
              },
              {
                code: 'RES',
                kind: 'RATE',
                eventTypes: ['BILL'],
                base: 'AMOUNT',
                multiplyByTier: true,
                rules: [{ code: 'BILL', match: {}, percent: '3.25' }],
              },
            ],
          },
        ],
      },
    ],
    pools: [pool],
    campaigns: [],
    metricValues: [],
    exchangeRates: [],
    openings: [],
    steps: [{ period, arrivals: generated(period, period).map(telcoEvent) }],
  };
}

describe.skipIf(!existsSync(script))(
  'real input (skipped where ../shared/data/telco is not beside the project)',
  () => {
    it('gives the known totals of 2026-10', { timeout: 120_000 }, () => {
      const input = telcoInput('2026-10');
      const output = calculateHistory(input).periods['2026-10'];
      if (!output) throw new Error('2026-10 was not calculated');
      expect(input.steps[0]?.arrivals).toHaveLength(9536);
      expect(totalsBy(output.lines, (line) => `${line.component} ${line.currency}`)).toEqual({
        'ACT CNY': '39640',
        'P1 CNY': '3648.93',
        'RES CNY': '16106.75',
      });
      expect(totalsBy(output.lines, (line) => line.currency)).toEqual({ CNY: '59395.68' });
      expect(output.unpaid).toEqual([]);
      expect(output.notRead).toEqual([{ type: 'CHURN', count: 1869 }]);
      // A000: 610.00 of ACT + 222.52 of RES + 59.04 of the pool.
      expect(output.statements.find((each) => each.agent === 'A000')).toMatchObject({
        earned: '891.56',
        payable: '891.56',
      });
      expect(output.lines.find((line) => line.agent === 'A000' && line.kind === 'POOL')).toMatchObject({
        amount: '59.04',
      });
      const sumOf = (component: string) =>
        output.lines
          .filter((line) => line.agent === 'A000' && line.component === component)
          .reduce((cents, line) => cents + BigInt(line.amount.replace('.', '')), 0n);
      expect([sumOf('ACT'), sumOf('RES')]).toEqual([61000n, 22252n]);
    });
  },
);
