import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { measureMetrics } from '../../src/scorecards/measure.ts';
import { metricDefinitionSchema } from '../../src/scorecards/metricSchema.ts';
import { addCase, type CaseRow } from '../conflicts/caseRows.ts';
import { testDatabase } from '../database.ts';
import {
  clerk,
  declare,
  event,
  importEvents,
  now,
  october,
  setUp,
  shanghai,
  undone,
  valuesOf,
} from './measureFixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases, shanghai);
});

const zeros = { anna: '0', ben: '0', carl: '0', dora: '0' };
const formula = (count: string, more: object = {}) => ({ kind: 'CONFLICTS', count, ...more });

// anna sells A1 to A4 in October and A0 in September, ben sells B1 in October.
const sales = [
  ...['A1', 'A2', 'A3', 'A4'].map((externalId) => event({ externalId })),
  event({ externalId: 'A0', occurredAt: '2026-09-30T23:59:59+08:00' }),
  event({ externalId: 'B1', agentCode: 'ben' }),
];

/** The values of formulas with these cases about the sales. */
const measured = (cases: readonly CaseRow[], formulas: Readonly<Record<string, object>>, period: Period = october) =>
  undone(databases, async (transaction) => {
    await declare(transaction, formulas);
    await importEvents(transaction, sales);
    for (const each of cases) await addCase(transaction, each);
    await measureMetrics(transaction, clerk, now, period);
    const all: Record<string, Record<string, string>> = {};
    for (const code of Object.keys(formulas)) all[code] = await valuesOf(transaction, code, period);
    return all;
  });

const three = { CASES: formula('CASES'), UPHELD: formula('UPHELD'), TAKEN: formula('DEDUCTED_AMOUNT') };

describe('CONFLICTS', () => {
  it('counts cases by who is accused, in the month of the event, but for those whose facts are gone', async () => {
    const cases: CaseRow[] = [
      { event: 'A0' },
      { event: 'A1', claimants: { ben: 'B1' } },
      { event: 'A2', kind: 'PRICE_FLOOR', rule: 'PRICE', state: 'IN_MEDIATION' },
      { event: 'A3', state: 'CLOSED', closing: 'FACTS_CHANGED', isGone: true },
      { event: 'A4', decisions: [{ credits: 'KEEP' }], state: 'CLOSED', closing: 'FINAL' },
      { event: 'B1' },
    ];
    const values = await measured(cases, {
      ...three,
      QUARTER: formula('CASES', { months: 3 }),
      PRICES: formula('CASES', { kinds: ['PRICE_FLOOR', 'TERRITORY'] }),
    });
    // anna: A1, A2 and A4, which was dismissed; ben is accused once, and claimant of A1
    expect(values.CASES).toEqual({ ...zeros, anna: '3', ben: '1' });
    expect(values.QUARTER).toEqual({ ...zeros, anna: '4', ben: '1' });
    expect(values.PRICES).toEqual({ ...zeros, anna: '1' });
    expect(values.UPHELD).toEqual(zeros);
    const september = await measured(cases, three, '2026-09' as Period);
    expect(september.CASES).toMatchObject({ anna: '1', ben: '0' });
  });

  it.each<[string, CaseRow['decisions'], string]>([
    ['VOID', [{ credits: 'VOID' }], '1'],
    ['an award to the other', [{ credits: 'AWARD', kept: 'B1', shares: { ben: '1' } }], '1'],
    ['an award of its own event to the other', [{ credits: 'AWARD', shares: { ben: '1' } }], '1'],
    ['a split', [{ credits: 'SPLIT', shares: { anna: '0.6', ben: '0.4' } }], '1'],
    ['an award to itself', [{ credits: 'AWARD', shares: { anna: '1' } }], '0'],
    ['an award to itself by another event', [{ credits: 'AWARD', kept: 'A2', shares: { anna: '1' } }], '1'],
    ['an award to itself and a penalty', [{ credits: 'AWARD', shares: { anna: '1' }, penalties: { anna: '5' } }], '1'],
    ['KEEP', [{ credits: 'KEEP' }], '0'],
    ['KEEP with a penalty', [{ credits: 'KEEP', penalties: { anna: '5' } }], '1'],
    ['KEEP with a penalty for the other', [{ credits: 'KEEP', penalties: { ben: '5' } }], '0'],
    ['VOID, changed on appeal', [{ credits: 'VOID' }, { credits: 'KEEP', onAppeal: true }], '0'],
  ])('is upheld or not: %s', async (_what, decisions, expected) => {
    const row: CaseRow = { event: 'A1', claimants: { ben: 'B1' }, state: 'RESOLVED', decisions: decisions ?? [] };
    const { UPHELD } = await measured([row], three);
    expect(UPHELD).toEqual({ ...zeros, anna: expected });
  });

  it('adds up what decisions in force take from the accused, in its own currency and in another', async () => {
    // 12.34 + 2 USD · 7 (the rate of 2026-10-05) = 26.34; the penalty that the appeal took away and the claimant's count for nothing
    const cases: CaseRow[] = [
      { event: 'A1', state: 'RESOLVED', decisions: [{ credits: 'KEEP', penalties: { anna: '12.34', ben: '3' } }] },
      {
        event: 'A2',
        state: 'CLOSED',
        closing: 'FINAL',
        decisions: [{ credits: 'VOID', penalties: { anna: '2' }, currency: 'USD' }],
      },
      {
        event: 'A3',
        state: 'CLOSED',
        closing: 'APPEAL_DECIDED',
        decisions: [
          { credits: 'VOID', penalties: { anna: '50' } },
          { credits: 'KEEP', onAppeal: true },
        ],
      },
    ];
    expect((await measured(cases, three)).TAKEN).toEqual({ ...zeros, anna: '26.34' });
    const yen: CaseRow = {
      event: 'A1',
      state: 'RESOLVED',
      decisions: [{ credits: 'VOID', penalties: { anna: '2' }, currency: 'JPY' }],
    };
    await expect(measured([yen], three)).rejects.toMatchObject({
      code: 'EXCHANGE_RATE_MISSING',
      message: expect.stringContaining('JPY on 2026-10-05'),
    });
  });

  it('is declared with known kinds, each once', () => {
    const parse = (more: object) =>
      metricDefinitionSchema.safeParse({
        code: 'M',
        name: 'M',
        definition: { source: 'COMPUTED', formula: formula('CASES', more) },
      });
    expect(parse({}).data?.definition).toEqual({ source: 'COMPUTED', formula: formula('CASES', { months: 1 }) });
    for (const more of [
      { kinds: [] },
      { kinds: ['QUARREL'] },
      { kinds: ['DUPLICATE', 'DUPLICATE'] },
      { count: 'ALL' },
      { months: 37 },
    ]) {
      expect(parse(more).success, JSON.stringify(more)).toBe(false);
    }
  });
});
