import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishCreditRule } from '../../src/crediting/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import { refusals, setUpRules } from '../conflicts/ruleFixture.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
});

const shares = (...parts: readonly (readonly [string, string])[]) =>
  parts.map(([role, percent]) => ({ role, percent }));
const handOver = {
  events: ['ACTIVATION'],
  source: 'CREDITS',
  shares: shares(['LEAD', '30'], ['SALE', '70']),
  priority: 1,
};
const publish = (code: string, definition: object, validFrom = '2026-01-01') =>
  databases.owner.transaction((transaction) =>
    publishCreditRule(transaction, actor, now, { code, name: code, validFrom, definition }),
  );

describe('a rule of shared credits', () => {
  it('divides by percents that total exactly 100', async () => {
    // 33.3 + 33.3 + 33.4 = 100; 33.3 · 3 = 99.9
    const thirds = shares(['LEAD', '33.3'], ['SALE', '33.3'], ['FULFILMENT', '33.4']);
    expect(await publish('THIRDS', { ...handOver, priority: 90, shares: thirds })).toBe(1);
    const short = shares(['LEAD', '33.3'], ['SALE', '33.3'], ['FULFILMENT', '33.3']);
    expect(await refusals(publish('SHORT', { ...handOver, shares: short }))).toEqual([
      'INPUT_INVALID definition.shares: definition.shares must total exactly 100 percent, not 99.9.',
    ]);
    const [row] = await databases.owner.execute<{ definition: object }>(sql`
      select definition from credit_rule_version join credit_rule rule on rule.id = rule_id where code = 'THIRDS'`);
    expect(row?.definition).toMatchObject({
      categories: [],
      regions: [],
      enabled: true,
      shares: [
        { role: 'LEAD', percent: '33.3', channelTypes: [] },
        { role: 'SALE', percent: '33.3', channelTypes: [] },
        { role: 'FULFILMENT', percent: '33.4', channelTypes: [] },
      ],
    });
  });

  it('names roles that fit its source', async () => {
    const refused = (definition: object) => refusals(publish('BAD', { ...handOver, ...definition }));
    const at = 'INPUT_INVALID definition.shares: definition.shares';
    expect(await refused({ shares: shares(['LEAD', '50'], ['LEAD', '50']) })).toEqual([
      `${at} names the role LEAD twice.`,
    ]);
    expect(await refused({ shares: shares(['LEAD', '100']) })).toEqual([
      `${at} must name at least two roles that share.`,
    ]);
    expect(await refused({ source: 'REGISTRATION' })).toEqual([
      `${at} of a REGISTRATION are of REGISTRANT and SELLER, not of LEAD.`,
      `${at} of a REGISTRATION must name the REGISTRANT.`,
    ]);
    expect(await refused({ shares: shares(['lead', '0'], ['SALE', '100']), events: ['REFUND'] })).toHaveLength(3);
    const registered = { ...handOver, source: 'REGISTRATION', priority: 91 };
    expect(await publish('ALL', { ...registered, shares: shares(['REGISTRANT', '100']) })).toBe(1);
    expect(
      await publish('SOME', { ...registered, priority: 92, shares: shares(['REGISTRANT', '60'], ['SELLER', '40']) }),
    ).toBe(1);
  });

  it('names channel types, regions and categories that there are', async () => {
    const [lead, sale] = handOver.shares;
    const definition = {
      ...handOver,
      regions: ['X'],
      categories: ['BROADBAND', 'Y'],
      shares: [
        { ...lead, channelTypes: ['AGENT'] },
        { ...sale, channelTypes: ['ONLINE'] },
      ],
    };
    expect(await refusals(publish('UNKNOWN', definition))).toEqual([
      'REFERENCE_UNKNOWN definition.regions: There is no region X.',
      'REFERENCE_UNKNOWN definition.categories: There is no product category Y.',
      'REFERENCE_UNKNOWN definition.shares[1].channelTypes: There is no channel type ONLINE.',
    ]);
  });

  it('never has the priority of another rule that is in force on the same day', async () => {
    await publish('FIRST', { ...handOver, priority: 5 });
    const second = { ...handOver, priority: 5 };
    expect(await refusals(publish('SECOND', second, '2026-03-01'))).toEqual([
      'CREDIT_PRIORITY_TAKEN definition.priority: Rule FIRST has the priority 5 on 2026-03-01.',
    ]);
    // FIRST has another priority from June on: SECOND may have its old one from then, and not a day before.
    await publish('FIRST', { ...handOver, priority: 6 }, '2026-06-01');
    expect(await refusals(publish('SECOND', second, '2026-05-31'))).toHaveLength(1);
    expect(await publish('SECOND', second, '2026-06-01')).toBe(1);
    // What is switched off takes nobody's place, and nobody takes its.
    expect(await publish('THIRD', { ...handOver, priority: 5, enabled: false }, '2026-06-01')).toBe(1);
    expect(await refusals(publish('FIRST', { ...handOver, priority: 5 }, '2026-07-01'))).toHaveLength(1);
    await publish('SECOND', { ...second, enabled: false }, '2026-07-01');
    expect(await publish('FIRST', { ...handOver, priority: 5 }, '2026-07-01')).toBe(3);
    // A later start of another's does not help either: the earlier version has no end.
    await publish('LATER', { ...handOver, priority: 8 }, '2027-01-01');
    expect(await refusals(publish('EARLIER', { ...handOver, priority: 8 }, '2026-01-01'))).toEqual([
      'CREDIT_PRIORITY_TAKEN definition.priority: Rule LATER has the priority 8 on 2027-01-01.',
    ]);
  });
});
