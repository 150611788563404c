import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeChecklist } from '../../src/cli/closeCommands.ts';
import { importAdjustments } from '../../src/cli/importAdjustmentsCommand.ts';
import { describeError } from '../../src/cli/output.ts';
import type { Databases } from '../../src/db/client.ts';
import { UserError, UserErrors } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { apply, programme } from '../support/books.ts';

// What people read from the command line.

describe('a message', () => {
  it('names its place once', () => {
    const known = new UserError('RECORD_STATE', 'AP-7 is APPROVED already.', 'AP-7');
    const other = new UserError('VALUE_MISSING', 'Say why.', 'reason');
    expect(describeError(known, false)).toMatch(/^RECORD_STATE: AP-7 is APPROVED already\.\n/);
    expect(describeError(other, false)).toMatch(/^VALUE_MISSING at reason: Say why\.\n/);
    const shortened = new UserError('RECORD_STATE', 'AP-70: it is APPROVED already.', 'AP-7');
    const dispute = new UserError('DISPUTE_LIMIT', 'DP-7: you decide about no amounts in CNY.', 'DP-7');
    expect(new UserErrors([known, other, shortened, dispute]).message.split('\n')).toEqual([
      'AP-7 is APPROVED already.',
      'reason: Say why.',
      'AP-7: AP-70: it is APPROVED already.',
      'DP-7: you decide about no amounts in CNY.',
    ]);
  });
});

describe('the checklist', () => {
  it('has the times of the operator: 16:05 in London is five past midnight in Shanghai', () => {
    const item = {
      code: 'RUN',
      name: 'Run',
      required: true,
      toldBy: 'RUN_CALCULATED',
      state: 'DONE',
      who: 'anna',
      detail: null,
    } as const;
    const items = [{ ...item, state: 'DONE', when: '2026-11-30T16:05:59.999Z' } as const];
    expect(describeChecklist(items, 'Asia/Shanghai')).toContain('2026-12-01 00:05');
  });
});

describe('proposed adjustments', () => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await testDatabase();
    await apply(databases, programme);
  });

  it('wait for somebody else only where there are some', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'messages-'));
    try {
      const file = join(folder, 'a.csv');
      await writeFile(file, 'agent,kind,amount,currency,reason,document\n');
      const answers: string[] = [];
      const output = {
        answer: <Value>(value: Value, describeValue: (value: Value) => string) => answers.push(describeValue(value)),
        note: () => {},
        progress: () => ({ update: () => {}, end: () => {} }),
      };
      await importAdjustments(databases, output, file, { as: 'anna', atomic: true });
      expect(answers).toEqual(['0 rows: 0 proposed, 0 rejected.']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
