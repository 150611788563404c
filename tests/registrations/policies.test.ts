import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { publishRegistrationPolicy } from '../../src/registrations/policies.ts';
import { refusals, setUpRules } from '../conflicts/ruleFixture.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
});

const publish = (definition: object, validFrom = '2026-01-01') =>
  databases.owner.transaction((transaction) =>
    publishRegistrationPolicy(transaction, actor, now, { code: 'DEALS', name: 'Deals', validFrom, definition }),
  );

describe('a registration policy', () => {
  it('is published in versions, with its defaults', async () => {
    const given = { protectionDays: 30, mode: 'FIRST_COME', clash: 'QUEUE' };
    expect(await publish(given)).toBe(1);
    expect(await publish({ ...given, extensionDays: 0, maximumExtensions: 0 })).toBe(1);
    const extended = { ...given, channelTypes: ['AGENT'], extensionDays: 15, maximumExtensions: 2 };
    expect(await publish(extended, '2026-05-01')).toBe(2);
    const rows = await databases.owner.execute<{ definition: object }>(
      sql`select definition from registration_policy_version order by number limit 1`,
    );
    expect(rows[0]?.definition).toEqual({
      ...given,
      channelTypes: [],
      categories: [],
      extensionDays: 0,
      maximumExtensions: 0,
    });
  });

  it('is refused with every fault at its place', async () => {
    const bad = { protectionDays: 0, mode: 'LOTTERY', clash: 'QUEUE', maximumExtensions: 1 };
    expect(await refusals(publish(bad))).toEqual([
      'INPUT_INVALID definition.protectionDays: definition.protectionDays must be at least 1.',
      'INPUT_INVALID definition.mode: definition.mode Invalid option: expected one of "FIRST_COME"|"JUDGEMENT".',
    ]);
    expect(await refusals(publish({ ...bad, protectionDays: 9, mode: 'JUDGEMENT' }))).toEqual([
      'INPUT_INVALID definition.extensionDays: definition.extensionDays must be at least 1 where a deal may be extended.',
    ]);
    const unknown = { protectionDays: 9, mode: 'JUDGEMENT', clash: 'REFUSE', channelTypes: ['X'], categories: ['Y'] };
    expect(await refusals(publish(unknown))).toEqual([
      'REFERENCE_UNKNOWN definition.channelTypes: There is no channel type X.',
      'REFERENCE_UNKNOWN definition.categories: There is no product category Y.',
    ]);
  });
});
