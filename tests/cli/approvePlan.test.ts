import { beforeAll, describe, expect, it } from 'vitest';
import { userAccount } from '../../src/auth/tables.ts';
import { approvePlan } from '../../src/cli/approvePlanCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { apply, codeOf, programme } from '../support/books.ts';

const correction = `
plans:
  - code: Q
    name: Plan with even rounding
    versions:
      - from: 2026-02-01
        corrects: true
        currency: CNY
        components: [{ code: RES, name: Residual, kind: RATE, events: [BILL], rules: [{ code: ANY, percent: 6 }] }]
`;

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await apply(databases, correction);
  await databases.owner.insert(userAccount).values({
    email: 'audit@demo.example',
    name: 'Audit',
    role: 'AUDITOR',
    passwordHash: 'none',
    createdAt: '2026-01-01T00:00:00Z',
  });
});

async function approve(as: string, plan = 'Q', version = '2'): Promise<string> {
  const said: string[] = [];
  const output: Output = {
    answer: (value, describe) => said.push(describe(value)),
    note: () => {},
    progress: () => ({ update: () => {}, end: () => {} }),
  };
  await approvePlan(databases, output, plan, version, { as });
  return said.join('\n');
}

describe('approve-plan', () => {
  it('refuses who proposed it, who may not, and what is no correction', async () => {
    expect(await codeOf(approve('clerk'))).toBe('SAME_PERSON');
    expect(await codeOf(approve('Audit@demo.example'))).toBe('FORBIDDEN');
    expect(await codeOf(approve('anna', 'Q', '1'))).toBe('INPUT_INVALID');
    expect(await codeOf(approve('anna', 'Q', 'two'))).toBe('INPUT_INVALID');
    expect(await codeOf(approve('anna', 'NONE'))).toBe('NOT_FOUND');
  });

  it('takes two others, one after the other', async () => {
    expect(await approve('anna')).toBe(
      'anna approved version 2 of plan Q: it is in force once one more person approves it.',
    );
    expect(await codeOf(approve('ANNA'))).toBe('SAME_PERSON');
    expect(await approve('ben')).toBe('ben approved version 2 of plan Q: it is in force now.');
    expect(await codeOf(approve('carla'))).toBe('CORRECTION_IN_FORCE');
  });
});
