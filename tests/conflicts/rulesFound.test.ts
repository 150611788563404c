import { beforeAll, describe, expect, it } from 'vitest';
import { tryRule } from '../../src/conflicts/detection/tryRule.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { asOwner, event, importEvents, october } from '../support/books.ts';
import { setUpDetection } from './detectionWorld.ts';

// Each kind at its edges, worked by hand. One set of facts and sales; rules are tried one after the other.

let databases: Databases;

const on = (externalId: string, agentCode: string, at: string, rest: object = {}) =>
  event(externalId, {
    agentCode,
    occurredAt: at.includes('T') ? at : `${at}T12:00:00+08:00`,
    regionCode: 'N1',
    ...rest,
  });

const id = (table: string, code: string) => `(select id from ${table} where code = '${code}')`;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpDetection(databases);
  await databases.owner.$client.unsafe(`
    insert into agent_parent (agent_id, parent_id, valid_from, valid_to) values (${id('agent', 'A')}, ${id('agent', 'M')}, '2026-01-01', '2026-10-11');
    insert into territory (agent_id, region_id, exclusive, valid_from, valid_to) values
      (${id('agent', 'M')}, ${id('region', 'NORTH')}, true, '2026-01-01', null),
      (${id('agent', 'C')}, ${id('region', 'S1')}, false, '2026-01-01', '2026-10-12');
    insert into price_floor (product_id, product_category_id, region_id, channel_type_id, currency, price, valid_from) values
      (null, ${id('product_category', 'BB')}, null, null, 'CNY', 50, '2026-01-01'),
      (null, ${id('product_category', 'BB')}, ${id('region', 'N1')}, ${id('channel_type', 'AGENT')}, 'CNY', 60, '2026-01-01'),
      (${id('product', 'DSL')}, null, null, null, 'CNY', 40, '2026-01-01');
    insert into matrix_cell (channel_type_id, product_category_id, segment_id, allowed, valid_from, valid_to) values
      (${id('channel_type', 'AGENT')}, ${id('product_category', 'BB')}, null, false, '2026-10-05', null),
      (${id('channel_type', 'AGENT')}, ${id('product_category', 'BB')}, ${id('segment', 'ENT')}, true, '2026-10-05', '2026-10-15');
    insert into course_requirement (course_id, purpose, channel_type_id, product_category_id, valid_from) values
      (${id('course', 'C1')}, 'AUTHORISATION', null, ${id('product_category', 'TV')}, '2026-01-01'),
      (${id('course', 'C2')}, 'AUTHORISATION', ${id('channel_type', 'ONLINE')}, ${id('product_category', 'TV')}, '2026-01-01');
    insert into training_result (course_id, agent_id, passed, taken_on, expires_on) values
      (${id('course', 'C1')}, ${id('agent', 'A')}, true, '2026-10-02', '2026-10-04'), (${id('course', 'C1')}, ${id('agent', 'B')}, true, '2026-10-01', null);
    insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, product_category_id, state, registered_by, registered_at,
      protected_from, protected_until, protected_until_day)
    select ${id('agent', 'D')}, id, 'KD', 'Customer', ${id('product_category', 'BB')}, 'EXPIRED', 'anna', '2026-10-01', '2026-10-02T00:00+08',
      '2026-10-10T00:00+08', '2026-10-10' from registration_policy_version`);
});

/** What a rule finds among sales of these ids, as `id: tests`. */
async function found(prefix: string, definition: object): Promise<string[]> {
  const rule = { effect: 'FLAG', dueDays: 5, appealDays: 5, scope: { events: ['ACTIVATION'] }, ...definition };
  const { samples } = await asOwner(databases, (transaction) => tryRule(transaction, rule, october));
  return samples
    .filter(({ event: key }) => key.startsWith(`@CRM/${prefix}`))
    .map(({ event: key, findings }) => {
      const of = findings.map(({ test, agents = [], floorPrice, courses = [], campaigns = [] }) =>
        [test, ...agents, ...(floorPrice ? [floorPrice] : []), ...courses, ...campaigns].join(' '),
      );
      return `${key.slice(5)}: ${of.join(', ')}`;
    })
    .sort();
}

describe('a rule', () => {
  it('TERRITORY: rights of whoever stands above count while it does; others in an exclusive territory are strangers', async () => {
    await importEvents(databases, [
      on('T1', 'A', '2026-10-10T23:59:59.999999+08:00'), // below M until then: M's right covers N1
      on('T2', 'A', '2026-10-11T00:00:00+08:00'), // alone: holds nothing, and is in M's exclusive territory
      on('T3', 'C', '2026-10-11', { regionCode: 'S1' }),
      on('T4', 'C', '2026-10-11', { regionCode: 'SOUTH' }), // S1 does not cover what is above it
      on('T5', 'C', '2026-10-12', { regionCode: 'S1' }), // its right ended with the 11th
      on('T6', 'M', '2026-10-12'),
      on('T7', 'B', '2026-10-12', { regionCode: null }), // no region is known
    ]);
    const tests = ['OUTSIDE_OWN', 'INSIDE_EXCLUSIVE'];
    expect(await found('T', { kind: 'TERRITORY', tests, withoutTerritory: 'IGNORE' })).toEqual([
      'T2: INSIDE_EXCLUSIVE M',
      'T4: OUTSIDE_OWN',
    ]);
    expect(await found('T', { kind: 'TERRITORY', tests, withoutTerritory: 'HIT' })).toEqual([
      'T2: INSIDE_EXCLUSIVE M, OUTSIDE_OWN',
      'T4: OUTSIDE_OWN',
      'T5: OUTSIDE_OWN',
    ]);
  });

  it('PRICE_FLOOR: the most specific floor, exactly; another currency is not compared', async () => {
    await importEvents(databases, [
      on('P1', 'A', '2026-10-10', { amount: '119.99', quantity: '2' }), // N1 and AGENT: 60 · 2
      on('P2', 'A', '2026-10-10', { amount: '120', quantity: '2' }),
      on('P3', 'A', '2026-10-10', { amount: '49.99', regionCode: 'S1' }), // the category's 50
      on('P4', 'B', '2026-10-10', { amount: '50' }), // ONLINE: 50, not 60
      on('P5', 'A', '2026-10-10', { amount: '40', productCode: 'DSL' }), // the product's 40 before N1's 60
      on('P6', 'A', '2026-10-10', { amount: '1', currency: 'USD' }),
      on('P7', 'A', '2026-10-10', { amount: '0', quantity: '0' }),
      on('P8', 'A', '2026-10-10', { amount: '80', listPrice: '100' }), // 80 % is not below 80 %
      on('P9', 'A', '2026-10-10', { amount: '79.99', listPrice: '100' }),
    ]);
    expect(await found('P', { kind: 'PRICE_FLOOR' })).toEqual(['P1: PRICE_FLOOR 60', 'P3: PRICE_FLOOR 50']);
    expect(await found('P', { kind: 'PRICE_FLOOR', percentOfListPrice: '80' })).toEqual([
      'P1: PRICE_FLOOR 60',
      'P3: PRICE_FLOOR 50',
      'P9: LIST_PRICE',
    ]);
  });

  it('AUTHORISATION: the cell of the segment before the one without; certificates on the day', async () => {
    await importEvents(databases, [
      on('A1', 'A', '2026-10-04'), // no cell yet
      on('A2', 'A', '2026-10-05'),
      on('A3', 'A', '2026-10-14', { segment: 'ENT' }),
      on('A4', 'A', '2026-10-15', { segment: 'ENT' }), // its own cell has ended
      on('A5', 'A', '2026-10-05', { productCode: 'VOICE' }), // no category
      on('A6', 'A', '2026-10-03', { productCode: 'BOX' }),
      on('A7', 'A', '2026-10-04', { productCode: 'BOX' }), // the certificate has expired
      on('A8', 'B', '2026-10-04', { productCode: 'BOX' }), // ONLINE needs the other one too
    ]);
    expect(await found('A', { kind: 'AUTHORISATION', tests: ['MATRIX'], unlisted: 'ALLOWED' })).toEqual([
      'A2: MATRIX',
      'A4: MATRIX',
    ]);
    expect(
      await found('A', {
        kind: 'AUTHORISATION',
        tests: ['MATRIX'],
        unlisted: 'REFUSED',
        scope: { events: ['ACTIVATION'], categories: ['BB'] },
      }),
    ).toEqual(['A1: MATRIX', 'A2: MATRIX', 'A4: MATRIX']);
    expect(await found('A', { kind: 'AUTHORISATION', tests: ['CERTIFICATION'] })).toEqual([
      'A7: CERTIFICATION C1',
      'A8: CERTIFICATION C2',
    ]);
  });

  it('OWNERSHIP: a registered deal protects exactly; of each other agent the latest earlier sale is named', async () => {
    await importEvents(databases, [
      on('O1', 'A', '2026-10-01T23:59:59.999999+08:00', { customerId: 'KD' }),
      on('O2', 'A', '2026-10-02T00:00:00+08:00', { customerId: 'KD' }),
      on('O3', 'A', '2026-10-09T23:59:59.999999+08:00', { customerId: 'KD' }),
      on('O4', 'A', '2026-10-10T00:00:00+08:00', { customerId: 'KD' }),
      on('O5', 'A', '2026-10-05', { customerId: 'KD', productCode: 'BOX' }), // registered for broadband
      on('O6', 'D', '2026-10-05', { customerId: 'KD', productCode: 'BOX' }), // its own
    ]);
    expect(await found('O', { kind: 'OWNERSHIP', protects: ['REGISTRATION'] })).toEqual([
      'O2: REGISTRATION D',
      'O3: REGISTRATION D',
    ]);
    await importEvents(databases, [
      on('W1', 'A', '2026-10-20', { customerId: 'KW' }),
      on('W2', 'A', '2026-10-21', { customerId: 'KW', productCode: 'BOX' }),
      on('W3', 'B', '2026-10-23', { customerId: 'KW' }), // within three days of W2: 21, 22, 23
      on('W4', 'A', '2026-10-26', { customerId: 'KW' }), // the 26th is not within 23, 24, 25
      on('W5', 'B', '2026-10-26', { customerId: 'KW' }), // at the same instant as W4, after it by its id
    ]);
    const rule = { kind: 'OWNERSHIP', protects: ['CUSTOMER'], windowDays: 3 };
    expect(await found('W', rule)).toEqual(['W3: CUSTOMER A', 'W5: CUSTOMER A']);
    const { samples } = await asOwner(databases, (transaction) =>
      tryRule(
        transaction,
        { effect: 'FLAG', dueDays: 5, appealDays: 5, scope: { events: ['ACTIVATION'] }, ...rule },
        october,
      ),
    );
    expect(samples.find(({ event: key }) => key === '@CRM/W3')?.findings).toEqual([
      { test: 'CUSTOMER', agents: ['A'], events: ['@CRM/W2'] },
    ]);
  });

  it('DUPLICATE and CAMPAIGN_OVERLAP: the later one is found', async () => {
    await importEvents(databases, [
      on('D1', 'A', '2026-10-20', { customerId: 'KX' }),
      on('D2', 'B', '2026-10-21', { customerId: 'KX', productCode: 'DSL' }),
      on('D3', 'C', '2026-10-21', { customerId: 'KX', productCode: 'BOX' }),
      on('D4', 'A', '2026-10-22', { customerId: 'KX' }), // its own earlier sale is no duplicate
      on('C1', 'A', '2026-10-20', { subscriptionId: 'S', campaignCode: 'K1' }),
      on('C2', 'A', '2026-10-21', { subscriptionId: 'S', campaignCode: 'K2' }), // the same agent: found, nobody claims
      on('C3', 'B', '2026-10-22', { subscriptionId: 'S', campaignCode: 'K1' }),
      on('C4', 'B', '2026-10-22', { customerId: 'KY', campaignCode: 'K1' }),
      on('C5', 'B', '2026-10-23', { customerId: 'KY', campaignCode: 'K2', subscriptionId: 'T' }), // one has a subscription
    ]);
    expect(await found('D', { kind: 'DUPLICATE', windowDays: 5, same: 'PRODUCT' })).toEqual([]);
    expect(await found('D', { kind: 'DUPLICATE', windowDays: 5, same: 'CATEGORY' })).toEqual([
      'D2: DUPLICATE A',
      'D4: DUPLICATE B',
    ]);
    expect(await found('C', { kind: 'CAMPAIGN_OVERLAP', windowDays: 5 })).toEqual([
      'C2: CAMPAIGN_OVERLAP K1 K2',
      'C3: CAMPAIGN_OVERLAP A K1 K2',
    ]);
  });
});
