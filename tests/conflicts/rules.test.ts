import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishConflictRule } from '../../src/conflicts/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { asRequest, type Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { refusals, setUpRules } from './ruleFixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
});

const common = { effect: 'HOLD', scope: { events: ['ACTIVATION'] }, dueDays: 10, appealDays: 5 };
const publish = (code: string, definition: object, validFrom = '2026-01-01') =>
  databases.owner.transaction((transaction) =>
    publishConflictRule(transaction, actor, now, { code, name: code, validFrom, definition }),
  );
const stored = async (code: string) => [
  ...(await databases.owner.execute(sql`
    select number, valid_from::text as "validFrom", definition from conflict_rule_version version
    join conflict_rule rule on rule.id = rule_id where code = ${code} order by number`)),
];

describe('a conflict rule', () => {
  it('of every kind is published with its defaults, lists in order', async () => {
    const kinds = {
      TERRITORY: { tests: ['OUTSIDE_OWN', 'INSIDE_EXCLUSIVE'] },
      OWNERSHIP: { protects: ['REGISTRATION'] },
      DUPLICATE: { windowDays: 30 },
      PRICE_FLOOR: { percentOfListPrice: '080.50' },
      AUTHORISATION: { tests: ['MATRIX', 'CERTIFICATION'] },
      CAMPAIGN_OVERLAP: { windowDays: 7 },
    };
    for (const [kind, own] of Object.entries(kinds)) {
      const scope = {
        events: ['RENEWAL', 'ACTIVATION'],
        channelTypes: ['AGENT'],
        regions: ['R-WEST', 'R-EAST'],
        categories: ['BROADBAND'],
      };
      expect(await publish(kind, { kind, ...common, scope, ...own })).toBe(1);
    }
    const scope = {
      events: ['ACTIVATION', 'RENEWAL'],
      channelTypes: ['AGENT'],
      regions: ['R-EAST', 'R-WEST'],
      categories: ['BROADBAND'],
    };
    const defaults = {
      TERRITORY: { tests: ['INSIDE_EXCLUSIVE', 'OUTSIDE_OWN'], withoutTerritory: 'IGNORE' },
      OWNERSHIP: { protects: ['REGISTRATION'], windowDays: 1 },
      DUPLICATE: { windowDays: 30, same: 'PRODUCT' },
      PRICE_FLOOR: { percentOfListPrice: '80.5' },
      AUTHORISATION: { tests: ['CERTIFICATION', 'MATRIX'], unlisted: 'ALLOWED' },
      CAMPAIGN_OVERLAP: { windowDays: 7 },
    };
    for (const [kind, own] of Object.entries(defaults)) {
      const definition = { kind, ...common, scope, enabled: true, ...own };
      expect(await stored(kind)).toEqual([{ number: 1, validFrom: '2026-01-01', definition }]);
    }
  });

  it('gets a version only where something is new, none before the latest, each with its audit record', async () => {
    const duplicate = { kind: 'DUPLICATE', ...common, windowDays: 30 };
    expect(await publish('TWICE', duplicate)).toBe(1);
    expect(await publish('TWICE', { ...duplicate, same: 'PRODUCT', enabled: true })).toBe(1);
    expect(await publish('TWICE', { ...duplicate, enabled: false }, '2026-06-01')).toBe(2);
    expect(await publish('TWICE', { ...duplicate, windowDays: 31 }, '2026-06-01')).toBe(3);
    expect(await refusals(publish('TWICE', duplicate, '2026-05-31'))).toEqual([
      'VERSION_TOO_EARLY validFrom: Version 3 of TWICE begins on 2026-06-01; a new version cannot begin before it.',
    ]);
    const audit = await databases.owner.execute(sql`
      select action, count(*)::integer from audit_record where entity_key = 'TWICE' or entity_key like 'TWICE %' group by 1 order by 1`);
    expect([...audit]).toEqual([
      { action: 'conflict_rule.declared', count: 1 },
      { action: 'conflict_rule.published', count: 3 },
    ]);
  });

  it('keeps its kind', async () => {
    await publish('KIND', { kind: 'PRICE_FLOOR', ...common });
    expect(await refusals(publish('KIND', { kind: 'DUPLICATE', ...common, windowDays: 3 }, '2026-03-01'))).toEqual([
      'RULE_KIND_FIXED definition.kind: Rule KIND is of kind PRICE_FLOOR.',
    ]);
    expect(await stored('KIND')).toHaveLength(1);
  });

  it('is refused with every fault at its place, and nothing is left of it', async () => {
    const never = { ...common, scope: { events: ['ACTIVATION', 'PAYMENT'] }, dueDays: 0 };
    expect(
      await refusals(publish('BAD', { kind: 'DUPLICATE', ...never, windowDays: '2.5', tests: ['MATRIX'] })),
    ).toEqual([
      'INPUT_INVALID definition.scope.events: definition.scope.events must name none of REFUND, REVERSAL, CHURN, TRANSFER, PLAN_CHANGE, PAYMENT.',
      'INPUT_INVALID definition.dueDays: definition.dueDays must be at least 1.',
      'INPUT_INVALID definition.windowDays: definition.windowDays must be a whole number from 1 to 3660.',
      'INPUT_INVALID definition: definition Unrecognized key: "tests".',
    ]);
    for (const event of ['REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE', 'PAYMENT']) {
      const definition = { kind: 'PRICE_FLOOR', ...common, scope: { events: [event] } };
      expect(await refusals(publish('BAD', definition))).toHaveLength(1);
    }
    const ofCustomer = { kind: 'OWNERSHIP', ...common, protects: ['CUSTOMER'] };
    expect(await refusals(publish('BAD', ofCustomer))).toEqual([
      'INPUT_INVALID definition.windowDays: definition.windowDays is needed where CUSTOMER is protected.',
    ]);
    const scope = { events: ['BILL'], channelTypes: ['NONE'], regions: ['R-EAST', 'X'], categories: ['Y'] };
    expect(await refusals(publish('BAD', { kind: 'PRICE_FLOOR', ...common, scope }))).toEqual([
      'REFERENCE_UNKNOWN definition.scope.channelTypes: There is no channel type NONE.',
      'REFERENCE_UNKNOWN definition.scope.regions: There is no region X.',
      'REFERENCE_UNKNOWN definition.scope.categories: There is no product category Y.',
    ]);
    expect(await stored('BAD')).toEqual([]);
  });

  it('is published by administrators alone', async () => {
    const publishAs = (role: Role) =>
      asRequest(
        databases.request,
        { ...actor, user: { id: 1, role, agentId: null, regionId: null } },
        '2026-11-15',
        (transaction) =>
          publishConflictRule(transaction, actor, now, {
            code: 'ROLES',
            name: 'Roles',
            validFrom: '2026-01-01',
            definition: { kind: 'PRICE_FLOOR', ...common },
          }),
      ).catch((error: unknown) => {
        throw asUserError(error);
      });
    for (const role of ['CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT', 'COMPLIANCE'] as const) {
      expect(await refusals(publishAs(role))).toEqual(['FORBIDDEN undefined: You may not do this.']);
    }
    expect(await publishAs('ADMIN')).toBe(1);
  });
});
