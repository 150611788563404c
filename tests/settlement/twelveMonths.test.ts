import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/entries.ts';
import { testDatabase } from '../database.ts';
import { Year } from '../support/twelveMonths.ts';
import { checkBooks, checkJournal, checkMoney, checkRuns, checkWorkbook } from '../support/yearChecks.ts';
import { checkPaidOnce } from '../support/yearPayments.ts';
import { periods } from '../support/yearWorld.ts';

// Whole years of settlement by the services and by an independent ledger. Without ORACLE_SEED one small year; with it (`random`: others each time,
// as in test:long) as many as YEARS says.

const wanted = process.env.ORACLE_SEED;
const seed = wanted === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
const numRuns = Number(process.env.YEARS ?? 20);
const numbers = wanted === undefined ? [20] : fc.sample(fc.nat(), { seed, numRuns });
const years = numbers.map((number) => ({ number }));

describe('twelve months', () => {
  const databases = years.map(() => testDatabase());
  it.each(years.map((year, index) => ({ ...year, index })))(
    'of year $number: what is due is paid once, carried or open, and all books agree',
    { timeout: 120_000 },
    async ({ number, index }) => {
      const opened = await databases[index];
      if (!opened) throw new Error('there is no database');
      const year = new Year(opened, number);
      try {
        await year.open();
        const entries: JournalEntry[] = [];
        for (const month of periods.keys()) {
          await year.month(month);
          const run = year.runs[month];
          if (!run) throw new Error('the month has no run');
          entries.push(...(await checkJournal(year, run)));
          await checkMoney(year, month);
          checkPaidOnce(year);
        }
        await checkBooks(year, entries);
        await checkRuns(year);
        const last = year.runs.at(-1);
        if (last) await checkWorkbook(year, last);
        expect(year.transfers.length).toBeGreaterThan(0);
      } catch (error) {
        const told = `${(error as Error).message}\nYear ${number}:\n${year.story.join('\n')}`;
        throw new Error(told, { cause: error });
      }
    },
  );
});
