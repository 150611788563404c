import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { applyProgramme, type ProgrammeChange } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, lineOf, now, smallProgramme } from './programmes.ts';

const conflicts = `
conflictRules:
  - code: PRICE
    name: Floor price
    versions:
      - validFrom: 2026-01-01
        definition: { kind: PRICE_FLOOR, effect: HOLD, scope: { events: [DEVICE_SALE, ACTIVATION], regions: [NORTH] }, dueDays: 10, appealDays: 5 }
      - validFrom: 2026-06-01
        definition:
          kind: PRICE_FLOOR
          effect: REJECT
          scope: { events: [ACTIVATION], channelTypes: [AGENT], categories: [BROADBAND] }
          dueDays: 10
          appealDays: 5
          percentOfListPrice: 80.50
  - code: CUSTOMER
    name: Customers
    versions:
      - validFrom: 2026-01-01
        definition: { kind: OWNERSHIP, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 7, appealDays: 0, protects: [CUSTOMER], windowDays: 30 }
matrix:
  - { channelType: AGENT, category: BROADBAND, allowed: true, validFrom: 2026-01-01 }
  - { channelType: AGENT, category: BROADBAND, allowed: false, validFrom: 2026-07-01, validTo: 2027-01-01 }
  - { channelType: AGENT, category: BROADBAND, segment: PUBLIC, allowed: true, validFrom: 2026-01-01 }
priceFloors:
  - { product: FIBER, currency: CNY, price: 99.90, validFrom: 2026-01-01 }
  - { product: FIBER, region: NORTH, channelType: AGENT, currency: CNY, price: 89, validFrom: 2026-01-01 }
  - { category: BROADBAND, currency: CNY, price: 10, validFrom: 2026-01-01, validTo: 2026-02-01 }
creditRules:
  - code: ONLINE
    name: Online to offline
    versions:
      - validFrom: 2026-01-01
        definition:
          events: [ACTIVATION]
          source: CREDITS
          shares: [{ role: LEAD, percent: 33.3 }, { role: FULFILMENT, percent: 66.7, channelTypes: [AGENT] }]
          priority: 1
registrationPolicies:
  - code: DEALS
    name: Deals
    versions:
      - { validFrom: 2026-01-01, definition: { protectionDays: 30, mode: FIRST_COME, clash: QUEUE, categories: [BROADBAND] } }
`;

let databases: Databases;
const rows = async (text: string) => [...(await databases.owner.execute(sql.raw(text)))];
const named = (changes: readonly ProgrammeChange[]) =>
  changes.map(({ action, entity, key }) => `${action} ${entity} ${key}`);
const replaced = (...pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the text does not hold ${from}`);
    return text.replace(from, to);
  }, conflicts);
const rehearse = (text: string) =>
  databases.owner.transaction((transaction) =>
    applyProgramme(transaction, localActor('tester'), now, readProgramme(text), { dryRun: true }),
  );

beforeEach(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

describe('the sections of a programme about conflicts', () => {
  it('create what they declare, each with its audit record, and nothing the second time', async () => {
    const expected = [
      'create conflictRule PRICE',
      'create conflictRuleVersion PRICE@2026-01-01',
      'create conflictRuleVersion PRICE@2026-06-01',
      'create conflictRule CUSTOMER',
      'create conflictRuleVersion CUSTOMER@2026-01-01',
      'create creditRule ONLINE',
      'create creditRuleVersion ONLINE@2026-01-01',
      'create registrationPolicy DEALS',
      'create registrationPolicyVersion DEALS@2026-01-01',
      'create matrixCell AGENT BROADBAND@2026-01-01',
      'create matrixCell AGENT BROADBAND@2026-07-01',
      'create matrixCell AGENT BROADBAND PUBLIC@2026-01-01',
      'create priceFloor product FIBER currency CNY@2026-01-01',
      'create priceFloor product FIBER region NORTH channelType AGENT currency CNY@2026-01-01',
      'create priceFloor category BROADBAND currency CNY@2026-01-01',
    ];
    expect(named((await rehearse(conflicts)).changes)).toEqual(expected);
    expect(await rows('select id from conflict_rule union all select id from matrix_cell')).toEqual([]);
    expect(named(await apply(databases, conflicts))).toEqual(expected);
    expect(await apply(databases, conflicts)).toEqual([]);
    expect(
      await rows(`
        select concat_ws(' ', segment.code, allowed, valid_from, coalesce(valid_to::text, '-')) as at
        from matrix_cell left join segment on segment.id = segment_id order by 1`),
    ).toEqual([{ at: 'PUBLIC t 2026-01-01 -' }, { at: 'f 2026-07-01 2027-01-01' }, { at: 't 2026-01-01 2026-07-01' }]);
    expect(await rows('select price from price_floor order by id')).toEqual([
      { price: '99.9' },
      { price: '89' },
      { price: '10' },
    ]);
    const actions = await rows(`
      select action, count(*)::integer from audit_record where entity similar to '(conflict|credit|registration|matrix|price)%' group by 1 order by 1`);
    expect(actions).toEqual([
      { action: 'conflict_rule.declared', count: 2 },
      { action: 'conflict_rule.published', count: 3 },
      { action: 'credit_rule.declared', count: 1 },
      { action: 'credit_rule.published', count: 1 },
      { action: 'matrix_cell.created', count: 3 },
      { action: 'price_floor.created', count: 3 },
      { action: 'registration_policy.declared', count: 1 },
      { action: 'registration_policy.published', count: 1 },
    ]);
  });

  it('change names, cells and prices, add versions, and never alter a published one', async () => {
    await apply(databases, conflicts);
    const later = replaced(
      ['name: Floor price', 'name: Price'],
      [
        'allowed: true, validFrom: 2026-01-01 }\n  - { channelType: AGENT, category: BROADBAND, allowed: false',
        'allowed: false, validFrom: 2026-01-01 }\n  - { channelType: AGENT, category: BROADBAND, allowed: false',
      ],
      ['price: 89', 'price: 89.5'],
      [
        '      - { validFrom: 2026-01-01, definition: { protectionDays: 30',
        '      - { validFrom: 2026-09-01, definition: { protectionDays: 60, mode: JUDGEMENT, clash: REFUSE } }\n      - { validFrom: 2026-01-01, definition: { protectionDays: 30',
      ],
    );
    const changes = await apply(databases, later);
    expect(named(changes)).toEqual([
      'change conflictRule PRICE',
      'create registrationPolicyVersion DEALS@2026-09-01',
      'change matrixCell AGENT BROADBAND@2026-01-01',
      'change priceFloor product FIBER region NORTH channelType AGENT currency CNY@2026-01-01',
    ]);
    expect(changes[2]).toMatchObject({ before: { allowed: true }, after: { allowed: false } });
    expect(await apply(databases, later)).toEqual([]);
    const altered = replaced(['dueDays: 7', 'dueDays: 8'], ['percent: 33.3', 'percent: 33.4'], ['66.7', '66.6']);
    const faults = await faultsOf(() => apply(databases, altered));
    expect(faults.map((fault) => fault.replace(/ \(line \d+\)/, ''))).toEqual([
      expect.stringContaining('DEFINITION_PUBLISHED conflictRules[CUSTOMER].versions[0]: '),
      expect.stringContaining('DEFINITION_PUBLISHED creditRules[ONLINE].versions[0]: '),
    ]);
  });

  it('say what is wrong with them, all at once, with its line', async () => {
    const unknown = replaced(
      ['regions: [NORTH]', 'regions: [NORTH, SOUTH]'],
      ['segment: PUBLIC', 'segment: NONE'],
      ['product: FIBER, region: NORTH', 'product: NONE, region: NONE'],
      ['channelTypes: [AGENT] }]', 'channelTypes: [NONE] }]'],
      ['categories: [BROADBAND] } }', 'categories: [NONE] } }'],
      ['allowed: false, validFrom: 2026-07-01', 'allowed: false, validFrom: 2026-01-01'],
    );
    const at = (fragment: string) => `(line ${lineOf(unknown, fragment)})`;
    expect(await faultsOf(() => apply(databases, unknown))).toEqual([
      `REFERENCE_UNKNOWN conflictRules[PRICE].versions[0].definition.scope.regions ${at('SOUTH')}: there is no region SOUTH`,
      `REFERENCE_UNKNOWN creditRules[ONLINE].versions[0].definition.shares[1].channelTypes ${at('[NONE] }]')}: there is no channel type NONE`,
      `REFERENCE_UNKNOWN registrationPolicies[DEALS].versions[0].definition.categories ${at('[NONE] } }')}: there is no product category NONE`,
      `REFERENCE_UNKNOWN matrix[2].segment ${at('segment: NONE')}: there is no segment NONE`,
      `REFERENCE_UNKNOWN priceFloors[1].product ${at('product: NONE')}: there is no product NONE`,
      `REFERENCE_UNKNOWN priceFloors[1].region ${at('product: NONE')}: there is no region NONE`,
      `ROW_DOUBLED matrix[1] ${at('allowed: false')}: AGENT BROADBAND@2026-01-01 is there twice`,
    ]);
    const unfit = replaced(
      ['events: [DEVICE_SALE, ACTIVATION]', 'events: [REFUND]'],
      ['protects: [CUSTOMER], windowDays: 30', 'protects: [CUSTOMER]'],
      ['percent: 66.7', 'percent: 66.6'],
      ['{ product: FIBER, currency: CNY', '{ product: FIBER, category: BROADBAND, currency: CNY'],
    );
    expect((await faultsOf(() => readProgramme(unfit))).map((fault) => fault.replace(/ \(line \d+\)/, ''))).toEqual([
      'PROGRAMME_INVALID conflictRules[PRICE].versions[0].definition.scope.events: must name none of REFUND, REVERSAL, CHURN, TRANSFER, PLAN_CHANGE, PAYMENT',
      'PROGRAMME_INVALID conflictRules[CUSTOMER].versions[0].definition.windowDays: is needed where CUSTOMER is protected',
      'PROGRAMME_INVALID priceFloors[0]: must name a product or a category: exactly one of the two',
      'PROGRAMME_INVALID creditRules[ONLINE].versions[0].definition.shares: must total exactly 100 percent, not 99.9',
    ]);
  });

  it('are refused as they would be over the API: another kind, a priority that is taken', async () => {
    await apply(databases, conflicts);
    const kind = replaced([
      '      - validFrom: 2026-01-01\n        definition: { kind: OWNERSHIP',
      '      - { validFrom: 2026-08-01, definition: { kind: DUPLICATE, effect: FLAG, scope: { events: [BILL] }, dueDays: 1, appealDays: 1, windowDays: 2 } }\n      - validFrom: 2026-01-01\n        definition: { kind: OWNERSHIP',
    ]);
    expect(await faultsOf(() => rehearse(kind))).toEqual([
      expect.stringMatching(
        /^RULE_KIND_FIXED conflictRules\[CUSTOMER\] \(line \d+\): Rule CUSTOMER is of kind OWNERSHIP\.$/,
      ),
    ]);
    const taken = conflicts.replace('code: ONLINE', 'code: OTHER');
    expect(await faultsOf(() => apply(databases, taken))).toEqual([
      expect.stringMatching(
        /^CREDIT_PRIORITY_TAKEN creditRules\[OTHER\] \(line \d+\): Rule ONLINE has the priority 1 on 2026-01-01\.$/,
      ),
    ]);
  });
});
