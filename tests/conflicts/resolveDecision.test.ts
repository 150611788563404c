import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaseMatter } from '../../src/conflicts/cases/caseMatters.ts';
import { decisionSchema } from '../../src/conflicts/cases/decisionSchema.ts';
import { priceDifference } from '../../src/conflicts/cases/priceDifference.ts';
import { resolveDecision } from '../../src/conflicts/cases/resolveDecision.ts';
import { Decimal } from '../../src/money.ts';

const codes = ['A', 'B', 'C', 'D'];
const facts = { findings: [{ test: 'PRICE_FLOOR', floorPrice: '7.333', currency: 'CNY' }] };
const matterOf = (quantity: string, amount: string): CaseMatter => ({
  parties: codes.map((agentCode, index) => ({
    agentId: index + 1,
    agentCode,
    agentName: agentCode,
    side: index === 0 ? 'ACCUSED' : 'CLAIMANT',
    eventId: index === 0 ? 10 : null,
    facts: { tests: ['PRICE_FLOOR'] },
  })),
  events: [
    {
      id: 10,
      source: 'CRM',
      externalId: 'X',
      type: 'ACTIVATION',
      occurredAt: '2026-10-01T00:00:00Z',
      agentId: 1,
      agentCode: 'A',
      productCode: 'VOICE',
      customerId: null,
      quantity,
      amount,
      currency: 'CNY',
      isHit: true,
    },
  ],
  credits: [{ eventId: 10, agentId: 1, agentCode: 'A', role: 'SELLER', share: '1' }],
  agents: {},
});

/** Percents of two to four agents that total exactly 100, with up to six decimals. */
const percents = fc
  .uniqueArray(fc.integer({ min: 1, max: 99_999_999 }), { minLength: 1, maxLength: 3 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100_000_000])
  .map((cuts) => cuts.slice(1).map((cut, index) => new Decimal(cut - (cuts[index] ?? 0)).div(1_000_000).toFixed()));

describe('a split', () => {
  it('credits shares that total exactly 1 and divides the whole price difference', () => {
    fc.assert(
      fc.property(percents, fc.integer({ min: 1, max: 1_000_000 }), (parts, quantity) => {
        const shares = parts.map((percent, index) => ({ agentCode: codes[index], percent }));
        const content = decisionSchema.parse({ credits: 'SPLIT', shares, priceDifference: true, reason: 'so' });
        const sale = { quantity: String(quantity), amount: '1', currency: 'CNY' };
        const matter = matterOf(sale.quantity, sale.amount);
        const resolved = resolveDecision({ code: 'C-1', kind: 'PRICE_FLOOR', matter, facts }, content);
        expect(Decimal.sum(...resolved.shares.map(({ share }) => share)).toFixed()).toBe('1');
        const taken = Decimal.sum(...resolved.deductions.map(({ amount }) => amount)).toFixed();
        expect(taken).toBe(priceDifference(sale, { floorPrice: '7.333', currency: 'CNY' })?.toFixed());
      }),
      { numRuns: 200 },
    );
  });
});

describe('a price difference', () => {
  it('is exact before it is rounded once, half up', () => {
    const floor = (floorPrice: string, currency = 'CNY') => ({ floorPrice, currency });
    const sale = { quantity: '3', amount: '10', currency: 'CNY' };
    // 3.335 · 3 − 10 = 0.005
    expect(priceDifference(sale, floor('3.335'))?.toFixed()).toBe('0.01');
    // 3.3349 · 3 − 10 = 0.0047
    expect(priceDifference(sale, floor('3.3349'))).toBeUndefined();
    expect(priceDifference(sale, floor('3.3'))).toBeUndefined();
    expect(priceDifference(sale, floor('4', 'USD'))).toBeUndefined();
    // yen have no decimals: 3.5 · 3 − 10 = 0.5
    expect(priceDifference({ ...sale, currency: 'JPY' }, floor('3.5', 'JPY'))?.toFixed()).toBe('1');
  });
});

describe('the event that a decision credits', () => {
  const [sale] = matterOf('1', '1').events;
  if (!sale) throw new Error('a sale is missing');
  const earlier = { ...sale, id: 9, externalId: 'W', agentId: 2, agentCode: 'B', isHit: false };
  const kept = (kind: string, credits: string, shares: object[], keptEvent?: object) => {
    const content = decisionSchema.parse({ credits, shares, keptEvent, reason: 'so' });
    const matter = { ...matterOf('1', '1'), events: [earlier, sale] };
    return resolveDecision({ code: 'C-1', kind, matter, facts }, content).keptEvent?.externalId;
  };
  const split = [
    { agentCode: 'A', percent: '60' },
    { agentCode: 'B', percent: '40' },
  ];

  it('is one of two claims to one sale', () => {
    expect(kept('DUPLICATE', 'AWARD', [{ agentCode: 'B' }])).toBe('W');
    expect(kept('CAMPAIGN_OVERLAP', 'SPLIT', split)).toBe('W');
  });

  it("is the one that was found where the customer is another's: its earlier sale is no claim to this one", () => {
    expect(kept('OWNERSHIP', 'AWARD', [{ agentCode: 'B' }])).toBe('X');
    expect(kept('OWNERSHIP', 'SPLIT', split)).toBe('X');
    expect(() => kept('OWNERSHIP', 'SPLIT', split, { source: 'CRM', externalId: 'W' })).toThrow(/no event of C-1/);
  });
});
