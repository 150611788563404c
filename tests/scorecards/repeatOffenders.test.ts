import { beforeAll, expect, it } from 'vitest';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { addCase } from '../conflicts/caseRows.ts';
import { testDatabase } from '../database.ts';
import { event, importEvents } from './measureFixture.ts';
import { clerk, definition, makeWorld, now, october, publish, standing, type World } from './scoresFixture.ts';

// From decided cases to a score: E1 was found at fault three times in three months, E2 twice, W1 never, though it was accused.

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.asOwner(async (transaction) => {
    for (const [code, count] of [
      ['OFFENCES', 'UPHELD'],
      ['ACCUSED', 'CASES'],
    ]) {
      await saveMetricDefinition(transaction, clerk, now, {
        code: code ?? '',
        name: 'Offences',
        definition: { source: 'COMPUTED', formula: { kind: 'CONFLICTS', count, months: 3 } },
      });
    }
    await publishTemplate(transaction, clerk, now, {
      code: 'CARD',
      name: 'Card',
      channelType: 'AGENT',
      validFrom: '2026-02-01',
      definition: {
        ...definition,
        deductions: [{ code: 'BLAMED', name: 'Conflicts', metric: 'ACCUSED', perUnit: '1.5', maximum: '10' }],
        vetoes: [{ code: 'OFFENDER', name: 'Three times at fault', metric: 'OFFENCES', atLeast: '3', cap: '40' }],
      },
    });
    const sold = (externalId: string, agentCode: string, day: string) =>
      event({ externalId, agentCode, productCode: 'VOICE', occurredAt: `${day}T10:00:00+08:00` });
    await importEvents(transaction, [
      sold('E1-1', 'E1', '2026-08-01'),
      sold('E1-2', 'E1', '2026-09-15'),
      sold('E1-3', 'E1', '2026-10-31'),
      sold('E2-0', 'E2', '2026-07-31'),
      sold('E2-1', 'E2', '2026-10-01'),
      sold('E2-2', 'E2', '2026-10-02'),
      sold('W1-1', 'W1', '2026-10-03'),
    ]);
    for (const externalId of ['E1-1', 'E1-2', 'E1-3', 'E2-0', 'E2-1', 'E2-2']) {
      await addCase(transaction, { event: externalId, state: 'RESOLVED', decisions: [{ credits: 'VOID' }] });
    }
    await addCase(transaction, { event: 'W1-1', state: 'RESOLVED', decisions: [{ credits: 'KEEP' }] });
  });
});

it('three upheld cases cap a score, two only lower it', async () => {
  await world.asOwner((transaction) => measureMetrics(transaction, clerk, now, october));
  await publish(world);
  // E1: 82 − 3 · 1.5 = 77.5, capped at 40. E2: 65.5 − 2 · 1.5 = 62.5, July is too long ago. W1: 24 + 10 + 0 + 20 = 54, less 1.5.
  expect((await standing(world)).filter((text) => /^[EW]/.test(text))).toEqual(['E1 40', 'E2 62.5', 'W1 52.5']);
});
