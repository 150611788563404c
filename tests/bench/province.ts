import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

// A made-up province for measurements: 10,000 agents in 300 regions, three products, three tiers, one plan of two
// components and a pool; 90 % bills, 10 % activations, all in one month, nothing random.

export const agentCount = 10_000;
export const period = '2026-10';
const regionCount = 300;
export const tiers = ['STAR_3', 'STAR_4', 'STAR_5'];
export const products = ['FIBER', 'DSL', 'VOICE'];

export const agentCode = (index: number) => `A${String(index).padStart(5, '0')}`;
export const regionCode = (index: number) => `R-${index % regionCount}`;

/** What both programmes declare: everything but plans, pools and agents. */
export const territory = {
  operator: { code: 'BENCH', name: 'Bench', timeZone: 'Asia/Shanghai', currency: 'CNY' },
  regions: [
    { code: 'ROOT', name: 'Root' },
    ...Array.from({ length: regionCount }, (_, index) => ({
      code: `R-${index}`,
      name: `Region ${index}`,
      parent: 'ROOT',
    })),
  ],
  channelTypes: [{ code: 'AGENT', name: 'Agent' }],
  products: products.map((code) => ({ code, name: code })),
  segments: [{ code: 'PUBLIC', name: 'Public' }],
  tiers: [
    { code: 'STAR_3', name: '3', rank: 3, multiplier: '1' },
    { code: 'STAR_4', name: '4', rank: 4, multiplier: '1.1' },
    { code: 'STAR_5', name: '5', rank: 5, multiplier: '1.25' },
  ],
};

export function programmeText(): string {
  return JSON.stringify({
    ...territory,
    plans: [
      {
        code: 'PLAN',
        name: 'Plan',
        versions: [{ from: '2020-01-01', currency: 'CNY', components: [activations(), residuals()] }],
      },
    ],
    pools: [
      {
        code: 'P1',
        name: 'Pool',
        versions: [
          {
            from: '2020-01-01',
            currency: 'CNY',
            fund: { percent: '0.8', of: 'AMOUNT', events: ['BILL'] },
            weight: [{ factor: 'UNITS', events: ['ACTIVATION'] }, { factor: 'TIER_MULTIPLIER' }],
            remainder: 'CARRY_OVER',
          },
        ],
      },
    ],
    agents: Array.from({ length: agentCount }, (_, index) => ({
      code: agentCode(index),
      name: `Agent ${index}`,
      channelType: 'AGENT',
      region: regionCode(index),
      tier: tiers[index % 3],
      agreements: [{ plan: 'PLAN', from: '2020-01-01' }],
    })),
  });
}

function activations() {
  const rules = products.flatMap((product, at) =>
    tiers.map((tier, level) => ({
      code: `${product}-${tier}`,
      product,
      tier,
      flat: String(20 + at * 30 + level * 10),
    })),
  );
  const regional = [1, 2, 3].map((region) => ({
    code: `FIBER-R${region}`,
    product: 'FIBER',
    region: `R-${region}`,
    flat: '120',
  }));
  return { code: 'ACT', name: 'Activations', kind: 'RATE', events: ['ACTIVATION'], rules: [...rules, ...regional] };
}

function residuals() {
  return {
    code: 'RES',
    name: 'Residuals',
    kind: 'RATE',
    events: ['BILL'],
    multiplyBy: ['TIER'],
    rules: [{ code: 'ANY', percent: '3.25' }],
  };
}

/** The columns of the CSV files. */
const header =
  'source,external_id,type,occurred_at,agent_code,product_code,quantity,amount,currency,segment,customer_id,subscription_id,contract_months,original_external_id\n';

/** Writes the CSV of `events` sales events. */
export async function writeEvents(path: string, events: number): Promise<void> {
  const lines = function* () {
    for (let index = 0; index < events; index += 1) yield eventLine(index);
  };
  await writeCsv(path, lines());
}

/** Writes lines below the header, in pieces of 64 KiB. */
export async function writeCsv(path: string, lines: Iterable<string>): Promise<void> {
  const pieces = function* () {
    let piece = header;
    for (const line of lines) {
      piece += line;
      if (piece.length < 65_536) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  };
  await pipeline(Readable.from(pieces()), createWriteStream(path));
}

export const amountOf = (index: number) => (20 + (index % 10_000) / 100).toFixed(2);

function eventLine(index: number): string {
  const day = String(1 + (index % 28)).padStart(2, '0');
  const time = `${String(index % 24).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}:00+08:00`;
  const type = index % 10 === 0 ? 'ACTIVATION' : 'BILL';
  const agent = agentCode((index * 7919) % agentCount);
  const customer = Math.floor(index / 3);
  const months = index % 4 === 0 ? 24 : 12;
  return `BSS,E${index},${type},2026-${period.slice(5)}-${day}T${time},${agent},${products[index % 3]},1,${amountOf(index)},CNY,PUBLIC,C${customer},S${customer},${months},\n`;
}
