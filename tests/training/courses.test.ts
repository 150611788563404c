import { desc } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { UserErrors } from '../../src/errors.ts';
import type { CourseInput } from '../../src/training/courseForm.ts';
import { saveCourses } from '../../src/training/courses.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { asRole, setUpTraining } from './fixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpTraining(databases);
});

const save = (courses: CourseInput[]) =>
  databases.owner.transaction((transaction) => saveCourses(transaction, actor, now, courses));
const stored = (code: string) =>
  databases.owner.query.course.findFirst({
    where: { code },
    columns: { name: true, validMonths: true },
    with: {
      requirements: { columns: { purpose: true, validFrom: true, validTo: true }, orderBy: { validFrom: 'asc' } },
    },
  });
const faults = async (courses: CourseInput[]) => {
  const error = await save(courses).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  return error instanceof UserErrors ? error.errors.map(({ code, at }) => [code, at]) : error;
};

describe('saveCourses', () => {
  it('declares, leaves alone and changes, with an audit record of each change', async () => {
    const onboarding = { purpose: 'ONBOARDING', from: '2026-01-01', to: '2026-07-01' } as const;
    const later = { purpose: 'ONBOARDING', from: '2026-07-01' } as const;
    const rules: CourseInput = { code: 'RULES', name: 'Rules', validMonths: 12, requirements: [later, onboarding] };
    expect(await save([rules, { code: 'FREE', name: 'Free' }])).toEqual({
      createdCount: 2,
      changedCount: 0,
      unchangedCount: 0,
    });
    const again = { ...rules, requirements: [onboarding, { ...later, to: null }] };
    expect(await save([again])).toEqual({ createdCount: 0, changedCount: 0, unchangedCount: 1 });
    expect(await save([{ ...rules, validMonths: 24, requirements: [later] }])).toMatchObject({ changedCount: 1 });
    expect(await stored('RULES')).toEqual({
      name: 'Rules',
      validMonths: 24,
      requirements: [{ purpose: 'ONBOARDING', validFrom: '2026-07-01', validTo: null }],
    });
    const records = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id));
    expect(records.map(({ action, entityKey }) => `${action} ${entityKey}`)).toEqual([
      'course.changed RULES',
      'course.created FREE',
      'course.created RULES',
    ]);
    expect(records[0]).toMatchObject({ before: { validMonths: 12 }, after: { validMonths: 24 } });
  });

  it('names every fault and changes nothing', async () => {
    expect(await faults([{ code: 'BAD', name: '', validMonths: 0 }])).toEqual([
      ['INPUT_INVALID', 'courses[0].name'],
      ['INPUT_INVALID', 'courses[0].validMonths'],
    ]);
    const selling = { purpose: 'AUTHORISATION', from: '2026-01-01' } as const;
    expect(await faults([{ code: 'BAD', name: 'x', requirements: [selling] }])).toEqual([
      ['INPUT_INVALID', 'courses[0].requirements[0].productCategory'],
    ]);
    const broadband = { ...selling, productCategory: 'BROADBAND' };
    const bad: CourseInput[] = [
      { code: 'BAD', name: 'x', requirements: [{ ...selling, productCategory: 'TV', channelType: 'NONE' }] },
      {
        code: 'BAD',
        name: 'x',
        requirements: [
          { ...broadband, to: '2026-03-01' },
          { ...broadband, from: '2026-02-28' },
        ],
      },
    ];
    expect(await faults(bad)).toEqual([
      ['CODE_DUPLICATE', 'courses[1].code'],
      ['REFERENCE_UNKNOWN', 'courses[0].requirements[0].channelType'],
      ['REFERENCE_UNKNOWN', 'courses[0].requirements[0].productCategory'],
      ['DATES_OVERLAP', 'courses[1].requirements[1].from'],
    ]);
    expect(await stored('BAD')).toBeUndefined();
  });

  it.each(['CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT'] as const)('is not for %s', async (role) => {
    const attempt = asRole(databases, role, (transaction, user) =>
      saveCourses(transaction, user, now, [{ code: 'MINE', name: 'Mine' }]),
    );
    expect(await attempt.catch(asUserError)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stored('MINE')).toBeUndefined();
  });

  it('is for administrators', async () => {
    const courses: CourseInput[] = [
      { code: 'OURS', name: 'Ours', requirements: [{ purpose: 'ONBOARDING', from: '2026-01-01' }] },
    ];
    const saveAs = (entries: CourseInput[]) =>
      asRole(databases, 'ADMIN', (transaction, user) => saveCourses(transaction, user, now, entries));
    expect(await saveAs(courses)).toMatchObject({ createdCount: 1 });
    expect(await saveAs([{ code: 'OURS', name: 'Ours' }])).toMatchObject({ changedCount: 1 });
    expect((await stored('OURS'))?.requirements).toEqual([]);
  });
});
