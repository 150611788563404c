import { beforeAll, describe, expect, it } from 'vitest';
import { saveMetricValues } from '../../src/agents/metrics.ts';
import { rawSql } from '../../src/db/client.ts';
import { UserError } from '../../src/errors.ts';
import type { Period } from '../../src/period.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { calculateScores, finaliseScores, publishScores } from '../../src/scorecards/scores.ts';
import { testDatabase } from '../database.ts';
import { event, importEvents, valuesOf } from './measureFixture.ts';
import { clerk, makeWorld, now, october, publish, type World } from './scoresFixture.ts';

let world: World;
const sales = { kind: 'TOTAL', terms: [{ measure: 'AMOUNT', events: ['ACTIVATION'] }] };
const declare = (code: string) =>
  world.asOwner((transaction) =>
    saveMetricDefinition(transaction, clerk, now, {
      code,
      name: code,
      definition: { source: 'COMPUTED', formula: sales },
    }),
  );
const measure = (period: Period, onProgress?: () => void) =>
  world.asOwner((transaction) => measureMetrics(transaction, clerk, now, period, onProgress));
const values = (metric: string, period: Period) =>
  world.asOwner((transaction) => valuesOf(transaction, metric, period));
const sell = (period: Period) =>
  world.asOwner((transaction) =>
    importEvents(transaction, [
      event({ agentCode: 'E1', productCode: 'VOICE', occurredAt: `${period}-05T10:00:00+08:00` }),
    ]),
  );

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await declare('REV');
});

describe('a month whose scores are published', () => {
  it('keeps what they read, and gets what was added to the catalogue later', async () => {
    await measure(october);
    const zeros = { E1: '0', E2: '0', W1: '0', O1: '0', C1: '0' };
    expect(await values('REV', october)).toEqual(zeros);
    await publish(world);
    await sell(october);
    await expect(measure(october)).rejects.toMatchObject({ code: 'METRICS_SETTLED' });
    await declare('LATER');
    expect(await measure(october)).toEqual([
      { metric: 'LATER', agentCount: 5, isKept: false },
      { metric: 'REV', agentCount: 5, isKept: true },
    ]);
    expect(await values('REV', october)).toEqual(zeros);
    expect(await values('LATER', october)).toEqual({ ...zeros, E1: '100' });
    const [audited] = await world.databases.owner.$client`
      select after from audit_record where action = 'metrics.measured' order by id desc limit 1`;
    expect(audited?.after).toMatchObject({ metricCount: 1, writtenCount: 5, removedCount: 0 });
    const row = (metric: string, value: string, period = '2026-10') => ({ agentCode: 'E1', metric, period, value });
    // RECH stands at 10: what says so again changes nothing. No score reads OTHER, nor UNITS of another month.
    const rows = [
      row('UNITS', '31'),
      row('RECH', '10'),
      row('FRAUD', '1'),
      row('OTHER', '1'),
      row('UNITS', '1', '2026-09'),
      row('PRAISE', '1'),
    ];
    for (const atomic of [true, false]) {
      const saved = await world.as('managerEast', (transaction, actor) =>
        saveMetricValues(transaction, actor, now, rows, { atomic }),
      );
      expect(saved).toMatchObject({
        createdCount: atomic ? 0 : 2,
        changedCount: 0,
        unchangedCount: atomic ? 0 : 1,
        rejectedCount: 3,
      });
      expect(saved.rejections.map(({ row: at, column, code }) => [at, column, code])).toEqual([
        [1, 'period', 'METRIC_SCORED'],
        [3, 'period', 'METRIC_SCORED'],
        [6, 'period', 'METRIC_SCORED'],
      ]);
      expect(saved.rejections[0]?.message).toBe('The scores of 2026-10 are published, and they read UNITS.');
    }
    await world.asOwner((transaction) => finaliseScores(transaction, clerk, now, october, { early: true }));
    await sell(october);
    await measure(october);
    expect(await values('REV', october)).toEqual(zeros);
    expect(await values('LATER', october)).toEqual({ ...zeros, E1: '200' });
  });

  it('is measured while it is being published, and neither waits for the other in a circle', async () => {
    for (const period of ['2026-05', '2026-06', '2026-07', '2026-08'] as Period[]) {
      await measure(period);
      await calculateScores(world.databases, clerk, period, now);
      const before = await values('REV', period);
      await sell(period);
      let publishing: Promise<string> | undefined;
      const begin = () => {
        const work = world.asOwner((transaction) =>
          publishScores(transaction, clerk, now, period, { appealDays: 10, allowBlocked: true }),
        );
        publishing ??= outcome(work);
      };
      const measured = await outcome(measure(period, () => (publishing ? undefined : begin())));
      expect(measured).toBe('done');
      expect(['done', 'SCORES_STALE']).toContain(await publishing);
      const [round] = await world.asOwner(
        (transaction) =>
          rawSql(transaction)<{ state: string }[]>`select state from score_round where period = ${period}`,
      );
      // Whichever came first, what was published is what stands.
      if (round?.state === 'PUBLISHED') expect(await values('REV', period)).toEqual(before);
    }
  });
});

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => (error instanceof UserError ? error.code : String(error.cause ?? error)),
  );
