import { describe, expect, it } from 'vitest';
import { eventColumns } from '../../src/sales/columns.ts';
import { rowChecker } from '../../src/sales/rows.ts';

const references = {
  agents: new Map([
    ['A001', 1],
    ['A002', 2],
  ]),
  products: new Map([['FIBER', 11]]),
  regions: new Map([['R-EAST', 21]]),
  segments: new Map([['PUBLIC', 31]]),
  campaigns: new Map([['SPRING', 41]]),
};
const check = rowChecker(references, new Date('2026-11-15T00:00:00Z'));

const fullRow: Record<string, string> = {
  source: 'BSS',
  external_id: 'E1',
  type: 'ACTIVATION',
  occurred_at: '2026-10-28T10:00:00+08:00',
  agent_code: 'A001',
  product_code: 'FIBER',
  quantity: '1',
  amount: '99.90',
  currency: 'CNY',
  region_code: 'R-EAST',
  segment: 'PUBLIC',
  customer_id: 'C1',
  subscription_id: 'S1',
  contract_months: '24',
  monthly_fee: '9.90',
  campaign_code: 'SPRING',
  list_price: '120',
  cost: '80.50',
  original_external_id: 'E0',
  credits: 'A001:SELLER:0.7|A002:REFERRER:0.3',
};

function checked(changes: Record<string, string> = {}) {
  return check(eventColumns.map((column) => ({ ...fullRow, ...changes })[column] ?? ''));
}

function hashOf(changes: Record<string, string>): string {
  const result = checked(changes);
  return 'event' in result ? result.event.contentHash : 'rejected';
}

describe('rowChecker', () => {
  it('resolves codes and brings numbers and instants to their canonical form', () => {
    expect(checked()).toEqual({
      event: {
        source: 'BSS',
        externalId: 'E1',
        type: 'ACTIVATION',
        occurredAt: '2026-10-28T02:00:00.000000Z',
        agentId: 1,
        productId: 11,
        quantity: '1',
        amount: '99.9',
        currency: 'CNY',
        regionId: 21,
        segmentId: 31,
        customerId: 'C1',
        subscriptionId: 'S1',
        contractMonths: '24',
        monthlyFee: '9.9',
        campaignId: 41,
        listPrice: '120',
        cost: '80.5',
        originalExternalId: 'E0',
        credits: '1:SELLER:0.7|2:REFERRER:0.3',
        contentHash: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    });
  });

  it('takes empty optional columns as absent', () => {
    const optional = eventColumns.slice(9);
    expect(checked(Object.fromEntries(optional.map((column) => [column, ' '])))).toMatchObject({
      event: {
        regionId: null,
        customerId: null,
        contractMonths: null,
        cost: null,
        originalExternalId: null,
        credits: null,
      },
    });
  });

  it.each([
    ['source', '', 'VALUE_MISSING'],
    ['external_id', '  ', 'VALUE_MISSING'],
    ['type', '', 'VALUE_MISSING'],
    ['occurred_at', '', 'VALUE_MISSING'],
    ['agent_code', '', 'VALUE_MISSING'],
    ['product_code', '', 'VALUE_MISSING'],
    ['quantity', '', 'VALUE_MISSING'],
    ['amount', '', 'VALUE_MISSING'],
    ['currency', '', 'VALUE_MISSING'],
    ['source', 'x'.repeat(101), 'VALUE_TOO_LONG'],
    ['external_id', 'x'.repeat(201), 'VALUE_TOO_LONG'],
    ['customer_id', 'x'.repeat(201), 'VALUE_TOO_LONG'],
    ['subscription_id', 'x'.repeat(201), 'VALUE_TOO_LONG'],
    ['original_external_id', 'x'.repeat(201), 'VALUE_TOO_LONG'],
    ['external_id', 'E\n1', 'VALUE_INVALID'],
    ['external_id', 'E\u00001', 'VALUE_INVALID'],
    ['source', 'B\u001fSS', 'VALUE_INVALID'],
    ['customer_id', 'C\u00001', 'VALUE_INVALID'],
    ['customer_id', 'C\ud8001', 'VALUE_INVALID'],
    ['type', 'GIFT', 'TYPE_UNKNOWN'],
    ['type', 'activation', 'TYPE_UNKNOWN'],
    ['occurred_at', '2026-10-28T10:00:00', 'DATE_WITHOUT_OFFSET'],
    ['occurred_at', '2026-02-30T10:00:00Z', 'VALUE_INVALID'],
    ['occurred_at', '2026-11-15T00:00:00.000001Z', 'DATE_IN_FUTURE'],
    ['agent_code', 'A999', 'AGENT_UNKNOWN'],
    ['product_code', 'COPPER', 'PRODUCT_UNKNOWN'],
    ['region_code', 'R-MOON', 'REGION_UNKNOWN'],
    ['segment', 'PIRATES', 'SEGMENT_UNKNOWN'],
    ['campaign_code', 'AUTUMN', 'CAMPAIGN_UNKNOWN'],
    ['currency', 'XXX', 'CURRENCY_UNKNOWN'],
    ['currency', 'toString', 'CURRENCY_UNKNOWN'],
    ['amount', 'NaN', 'NUMBER_INVALID'],
    ['amount', '1e5', 'NUMBER_INVALID'],
    ['amount', '1'.repeat(40), 'NUMBER_INVALID'],
    ['amount', '-NaN', 'NUMBER_INVALID'],
    ['amount', '-1.50', 'AMOUNT_NEGATIVE'],
    ['quantity', '-1', 'AMOUNT_NEGATIVE'],
    ['monthly_fee', '-1', 'AMOUNT_NEGATIVE'],
    ['list_price', '1,5', 'NUMBER_INVALID'],
    ['cost', 'Infinity', 'NUMBER_INVALID'],
    ['contract_months', '601', 'VALUE_INVALID'],
    ['contract_months', '-1', 'VALUE_INVALID'],
    ['contract_months', '12.5', 'VALUE_INVALID'],
    ['credits', 'A001:SELLER:0.7', 'SHARES_NOT_ONE'],
    ['credits', 'A999:SELLER:1', 'AGENT_UNKNOWN'],
    ['credits', 'A001', 'CREDITS_INVALID'],
    ['original_external_id', 'E1', 'ORIGINAL_UNKNOWN'],
  ])('refuses %s %j as %s', (column, value, code) => {
    expect(checked({ [column]: value })).toEqual({ faults: [{ column, code, message: expect.any(String) }] });
  });

  it.each(['REFUND', 'REVERSAL'])('wants the original of a %s', (type) => {
    expect(checked({ type, original_external_id: '' })).toMatchObject({
      faults: [{ column: 'original_external_id', code: 'ORIGINAL_REQUIRED' }],
    });
  });

  it('finds all faults of a row', () => {
    expect(checked({ agent_code: 'A999', amount: 'NaN', currency: '' })).toMatchObject({
      faults: [{ code: 'AGENT_UNKNOWN' }, { code: 'NUMBER_INVALID' }, { code: 'VALUE_MISSING' }],
    });
  });

  it('keeps messages short whatever the value', () => {
    const result = checked({ agent_code: 'x'.repeat(500_000) });
    expect('faults' in result && result.faults[0]?.message.length).toBeLessThan(120);
  });

  it('accepts an event of this very moment, contracts of 0 and 600 months, amounts of 0', () => {
    const changes = { occurred_at: '2026-11-15T08:00:00+08:00', amount: '0', quantity: '0.00' };
    expect(checked({ ...changes, contract_months: '0' })).toHaveProperty('event');
    expect(checked({ ...changes, contract_months: '600' })).toHaveProperty('event');
  });

  it('keeps line breaks in what an operator calls a customer, as LF', () => {
    expect(checked({ customer_id: ' C1\r\nline two\n' })).toMatchObject({ event: { customerId: 'C1\nline two' } });
  });

  it.each<Record<string, string>>([
    { amount: '099.9' },
    { quantity: '1.000' },
    { occurred_at: '2026-10-28T02:00:00.000Z' },
    { customer_id: ' C1 ' },
    { contract_months: '024' },
    { credits: 'A002:REFERRER:0.30|A001:SELLER:0.70' },
  ])('hashes %j like the plain row', (changes) => expect(hashOf(changes)).toBe(hashOf({})));

  it('hashes one credit of the own agent as SELLER like no credits', () => {
    expect(hashOf({ credits: 'A001:SELLER:1.0' })).toBe(hashOf({ credits: '' }));
    expect(checked({ credits: 'A001:SELLER:1' })).toMatchObject({ event: { credits: null } });
    expect(hashOf({ credits: 'A002:SELLER:1' })).not.toBe(hashOf({ credits: '' }));
    expect(hashOf({ credits: 'A001:REFERRER:1' })).not.toBe(hashOf({ credits: '' }));
  });

  it('hashes every column', () => {
    const others: Record<string, string> = {
      type: 'BILL',
      occurred_at: '2026-10-28T10:00:00.000001+08:00',
      agent_code: 'A002',
      quantity: '2',
      currency: 'USD',
    };
    const changeable = eventColumns.filter((column) => column !== 'product_code');
    const hashes = changeable.map((column) => {
      const other = others[column] ?? (fullRow[column]?.match(/^[\d.]+$/) ? '7' : `${fullRow[column]}X`);
      const optional = ['region_code', 'segment', 'campaign_code', 'credits'].includes(column);
      return hashOf({ [column]: optional ? '' : other });
    });
    expect(hashes).not.toContain('rejected');
    expect(new Set([...hashes, hashOf({})]).size).toBe(changeable.length + 1);
  });
});
