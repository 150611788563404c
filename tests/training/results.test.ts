import { Readable } from 'node:stream';
import { desc } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import type { RowError } from '../../src/sales/import.ts';
import { saveCourses } from '../../src/training/courses.ts';
import { isAuthorised, missingCourses, moveResults } from '../../src/training/requirements.ts';
import type { ResultInput } from '../../src/training/resultRows.ts';
import { importTrainingFile, saveTrainingResults } from '../../src/training/results.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { asRole, idOf, setUpTraining } from './fixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpTraining(databases);
  await databases.owner.transaction((transaction) =>
    saveCourses(transaction, actor, now, [
      { code: 'RULES', name: 'Rules', validMonths: 1, requirements: [{ purpose: 'ONBOARDING', from: '2026-01-01' }] },
      {
        code: 'SAFETY',
        name: 'Safety',
        requirements: [{ purpose: 'ONBOARDING', channelType: 'AGENT', from: '2026-06-01', to: '2026-12-01' }],
      },
      {
        code: 'WEB',
        name: 'Web',
        requirements: [{ purpose: 'ONBOARDING', channelType: 'ONLINE', from: '2026-01-01' }],
      },
      {
        code: 'FIBRE',
        name: 'Fibre',
        validMonths: 12,
        requirements: [
          { purpose: 'AUTHORISATION', productCategory: 'BROADBAND', channelType: 'AGENT', from: '2026-01-01' },
        ],
      },
    ]),
  );
});

const of = (agentCode: string, courseCode: string, takenOn: string, passed = 'true', score?: string): ResultInput => {
  return { agentCode, courseCode, takenOn, passed, score };
};
const save = (results: ResultInput[], atomic = false) =>
  databases.owner.transaction((transaction) => saveTrainingResults(transaction, actor, now, results, { atomic }));
const importText = (text: string) =>
  databases.owner.transaction((transaction) =>
    importTrainingFile(
      transaction,
      actor,
      now,
      { name: 't.csv', stream: Readable.from([Buffer.from(text)]) },
      { atomic: false },
    ),
  );
const stored = (courseCode: string) =>
  databases.owner.$client<{ text: string }[]>`
  select concat_ws(' ', coalesce(agent.code, application.code), taken_on, passed, coalesce(score::text, '-'), expires_on) as text
  from training_result result join course on course.id = result.course_id
    left join agent on agent.id = result.agent_id left join application on application.id = result.application_id
  where course.code = ${courseCode} order by 1`.then((rows) => rows.map(({ text }) => text));
const clear = () => databases.owner.$client`delete from training_result`;
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);

describe('saveTrainingResults', () => {
  it('adds, changes and leaves alone; a certificate ends at the clamped day', async () => {
    await clear();
    // A month after 31 January is 28 February, as February 2026 has no later day; a month after 30 April is 30 May.
    const first = await save([
      of('A001', 'RULES', '2026-01-31', 'true', '85.50'),
      of('A001', 'RULES', '2026-04-30', 'yes'),
      of('A002', 'RULES', '2026-01-31', 'FALSE', '40'),
      of('A001', 'SAFETY', '2026-01-31', '1'),
      { applicationCode: 'P-EAST', courseCode: 'RULES', takenOn: '2026-10-01', passed: 'true' },
    ]);
    expect(first).toMatchObject({ rowCount: 5, createdCount: 5, rejectedCount: 0 });
    const again = await save([
      of('A001', 'RULES', '2026-01-31', 'true', '085.5'),
      of('A002', 'RULES', '2026-01-31', 'true', '60'),
      { applicationCode: 'P-EAST', courseCode: 'RULES', takenOn: '2026-10-01', passed: 'no' },
    ]);
    expect(again).toMatchObject({ createdCount: 0, changedCount: 2, unchangedCount: 1 });
    expect(await stored('RULES')).toEqual([
      'A001 2026-01-31 t 85.5 2026-02-28',
      'A001 2026-04-30 t - 2026-05-30',
      'A002 2026-01-31 t 60 2026-02-28',
      'P-EAST 2026-10-01 f -',
    ]);
    expect(await stored('SAFETY')).toEqual(['A001 2026-01-31 t -']);
  });

  it('reports every fault of a row by its column, and lands the others', async () => {
    await clear();
    const result = await save([
      of('A999', 'NONE', '2026-02-30', 'maybe', '1e3'),
      of('', '', '', '', '-1'),
      { ...of('A001', 'RULES', '2026-11-16'), applicationCode: 'P-EAST' },
      { applicationCode: 'P-NONE', courseCode: 'RULES', takenOn: '2026-11-15', passed: 'true' },
      of('A001', 'RULES', '2026-11-15'),
      of('A001', 'RULES', '2026-11-15', 'false'),
    ]);
    expect(result).toMatchObject({ rowCount: 6, createdCount: 1, rejectedCount: 5 });
    expect(faults(result.rejections)).toEqual([
      [1, 'agent_code', 'AGENT_UNKNOWN'],
      [1, 'course_code', 'COURSE_UNKNOWN'],
      [1, 'taken_on', 'VALUE_INVALID'],
      [1, 'passed', 'VALUE_INVALID'],
      [1, 'score', 'NUMBER_INVALID'],
      [2, 'agent_code', 'RESULT_OWNER'],
      [2, 'course_code', 'VALUE_MISSING'],
      [2, 'taken_on', 'VALUE_MISSING'],
      [2, 'passed', 'VALUE_MISSING'],
      [2, 'score', 'NUMBER_INVALID'],
      [3, 'agent_code', 'RESULT_OWNER'],
      // 15 November 00:00 UTC is the 15th in Shanghai: the 16th is yet to come.
      [3, 'taken_on', 'DATE_IN_FUTURE'],
      [4, 'application_code', 'APPLICATION_UNKNOWN'],
      [6, null, 'RESULT_DOUBLED'],
    ]);
    expect(result.rejections.at(-1)?.key).toBe('A001 RULES 2026-11-15');
    expect(await stored('RULES')).toEqual(['A001 2026-11-15 t - 2026-12-15']);
  });

  it('lands nothing under atomic where one row is rejected, and takes at most 1,000', async () => {
    await clear();
    const rows = [of('A001', 'RULES', '2026-11-01'), of('A999', 'RULES', '2026-11-01')];
    expect(await save(rows, true)).toMatchObject({ createdCount: 0, rejectedCount: 1 });
    expect(await stored('RULES')).toEqual([]);
    const many = Array.from({ length: 1001 }, () => of('A001', 'RULES', '2026-11-01'));
    await expect(save(many)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });

  it('writes one audit record with counts and a hash, and none where nothing changed', async () => {
    await clear();
    const before = await databases.owner.$count(auditRecord);
    const rows = [of('A001', 'RULES', '2026-11-01'), of('A999', 'RULES', '2026-11-01')];
    await save(rows);
    await save(rows);
    expect(await databases.owner.$count(auditRecord)).toBe(before + 1);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'training.saved',
      after: { rowCount: 2, createdCount: 1, rejectedCount: 1, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('counts for the agent that an application became', async () => {
    await clear();
    const undo = new Error('undo');
    const agentId = await idOf(databases, 'agent', 'A005');
    const work = databases.owner.transaction(async (transaction) => {
      await rawSql(transaction)`
        insert into application (code, state, name, channel_type_id, region_id, contact_name, email, entered_by, created_at, agent_id)
        select 'P-DONE', 'ACTIVE', name, channel_type_id, region_id, contact_name, email, entered_by, created_at, ${agentId}
        from application where code = 'P-EAST'`;
      const late = { applicationCode: 'P-DONE', courseCode: 'RULES', takenOn: '2026-11-01', passed: 'true' };
      await saveTrainingResults(transaction, actor, now, [late], { atomic: true });
      const [row] = await rawSql(transaction)`select agent_id, application_id from training_result`;
      expect(row).toEqual({ agent_id: agentId, application_id: null });
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
  });
});

describe('importTrainingFile', () => {
  it('reads columns in any order, tells line and fault', async () => {
    await clear();
    const text = [
      'Passed,course_code,application_code,agent_code,TAKEN_ON',
      'true,RULES,,A001,2026-11-01',
      '',
      'true,RULES,P-WEST,,2026-11-02',
      'perhaps,RULES,,A001,2026-11-03',
    ].join('\r\n');
    const result = await importText(text);
    expect(result).toMatchObject({ rowCount: 3, createdCount: 2, rejectedCount: 1 });
    expect(result.rejections).toMatchObject([{ row: 3, line: 5, column: 'passed', code: 'VALUE_INVALID' }]);
    expect(await importText(text)).toMatchObject({ createdCount: 0, unchangedCount: 2 });
    expect(await stored('RULES')).toEqual(['A001 2026-11-01 t - 2026-12-01', 'P-WEST 2026-11-02 t - 2026-12-02']);
  });

  it('refuses a header it cannot use', async () => {
    await expect(importText('agent_code,course_code,taken_on,grade\n')).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
    });
    await expect(importText('agent_code,course_code,taken_on\n')).rejects.toMatchObject({ code: 'COLUMN_MISSING' });
  });

  it('saves thousands of agents in one statement', async () => {
    await clear();
    const channelTypeId = await idOf(databases, 'channelType', 'AGENT');
    await databases.owner.$client`
      insert into agent (code, name, channel_type_id) select 'B' || n, 'B', ${channelTypeId} from generate_series(1, 2000) n`;
    const lines = Array.from({ length: 2000 }, (_, index) => `B${index + 1},RULES,2026-11-01,true,${index % 100}`);
    const text = ['agent_code,course_code,taken_on,passed,score', ...lines].join('\n');
    expect(await importText(text)).toMatchObject({ rowCount: 2000, createdCount: 2000 });
    expect(await importText(text)).toMatchObject({ unchangedCount: 2000 });
  });
});

describe('what is required', () => {
  const missing = async (holder: { agentId: number } | { applicationId: number }, type: string, on: string) => {
    const typeId = await idOf(databases, 'channelType', type);
    return databases.owner.transaction((transaction) => missingCourses(transaction, holder, typeId, on));
  };

  it('is each course in force that day for the channel type, until a pass counts', async () => {
    await clear();
    const agentId = await idOf(databases, 'agent', 'A001');
    const applicationId = await idOf(databases, 'application', 'P-EAST');
    // RULES of everybody from January, SAFETY of AGENT from June to December, WEB of ONLINE.
    expect(await missing({ agentId }, 'AGENT', '2025-12-31')).toEqual([]);
    expect(await missing({ agentId }, 'AGENT', '2026-05-31')).toEqual(['RULES']);
    expect(await missing({ agentId }, 'AGENT', '2026-06-01')).toEqual(['RULES', 'SAFETY']);
    expect(await missing({ agentId }, 'ONLINE', '2026-06-01')).toEqual(['RULES', 'WEB']);
    await save([
      of('A001', 'RULES', '2026-06-10'),
      of('A001', 'RULES', '2026-06-20', 'false'),
      of('A001', 'SAFETY', '2026-06-10', 'false'),
      { applicationCode: 'P-EAST', courseCode: 'SAFETY', takenOn: '2026-06-10', passed: 'true' },
    ]);
    // RULES counts for a month, [10 June, 10 July), though it was failed again; SAFETY was failed.
    expect(await missing({ agentId }, 'AGENT', '2026-06-09')).toEqual(['RULES', 'SAFETY']);
    expect(await missing({ agentId }, 'AGENT', '2026-06-10')).toEqual(['SAFETY']);
    expect(await missing({ agentId }, 'AGENT', '2026-07-09')).toEqual(['SAFETY']);
    expect(await missing({ agentId }, 'AGENT', '2026-07-10')).toEqual(['RULES', 'SAFETY']);
    expect(await missing({ applicationId }, 'AGENT', '2026-07-10')).toEqual(['RULES']);
    expect(await missing({ agentId }, 'AGENT', '2026-12-01')).toEqual(['RULES']);
  });

  it('moves with the applicant to its agent', async () => {
    await clear();
    await save([{ applicationCode: 'P-EAST', courseCode: 'SAFETY', takenOn: '2026-06-10', passed: 'true' }]);
    const agentId = await idOf(databases, 'agent', 'A003');
    const applicationId = await idOf(databases, 'application', 'P-EAST');
    await databases.owner.transaction((transaction) => moveResults(transaction, applicationId, agentId));
    expect(await stored('SAFETY')).toEqual(['A003 2026-06-10 t -']);
    expect(await missing({ applicationId }, 'AGENT', '2026-11-01')).toEqual(['RULES', 'SAFETY']);
  });

  it('authorises for a product category while the certificate counts', async () => {
    await clear();
    const agentId = await idOf(databases, 'agent', 'A001');
    const category = (code: string) => idOf(databases, 'productCategory', code);
    const authorised = async (code: string, on: string) => {
      const categoryId = await category(code);
      return databases.owner.transaction((transaction) => isAuthorised(transaction, agentId, categoryId, on));
    };
    expect(await authorised('MOBILE', '2026-11-01')).toBe(true);
    expect(await authorised('BROADBAND', '2025-12-31')).toBe(true);
    expect(await authorised('BROADBAND', '2026-11-01')).toBe(false);
    await save([of('A001', 'FIBRE', '2025-10-15'), of('A002', 'FIBRE', '2026-10-15')]);
    expect(await authorised('BROADBAND', '2026-10-14')).toBe(true);
    expect(await authorised('BROADBAND', '2026-10-15')).toBe(false);
  });
});

describe('under row-level security', () => {
  it('a manager writes of the agents and applicants of its region; the others do not exist for it', async () => {
    await clear();
    const results = [
      of('A001', 'RULES', '2026-11-01'),
      of('A004', 'RULES', '2026-11-01'),
      { applicationCode: 'P-EAST', courseCode: 'RULES', takenOn: '2026-11-01', passed: 'true' },
      { applicationCode: 'P-WEST', courseCode: 'RULES', takenOn: '2026-11-01', passed: 'true' },
      of('A005', 'RULES', '2026-11-01'),
    ];
    const saveAs = (rows: ResultInput[]) =>
      asRole(databases, 'CHANNEL_MANAGER', (transaction, user) =>
        saveTrainingResults(transaction, user, now, rows, { atomic: false }),
      );
    const saved = await saveAs(results);
    expect(saved).toMatchObject({ createdCount: 2 });
    expect(faults(saved.rejections)).toEqual([
      [2, 'agent_code', 'AGENT_UNKNOWN'],
      [4, 'application_code', 'APPLICATION_UNKNOWN'],
      [5, 'agent_code', 'AGENT_UNKNOWN'],
    ]);
    expect(await saveAs([of('A001', 'RULES', '2026-11-01', 'false')])).toMatchObject({ changedCount: 1 });
    expect(await stored('RULES')).toEqual(['A001 2026-11-01 f -', 'P-EAST 2026-11-01 t - 2026-12-01']);
  });

  it.each(['AGENT', 'AUDITOR', 'FINANCE', 'COMPLIANCE'] as const)('nothing of %s lands', async (role) => {
    await clear();
    const attempt = asRole(databases, role, (transaction, user) =>
      saveTrainingResults(transaction, user, now, [of('A001', 'RULES', '2026-11-01')], { atomic: true }),
    );
    const outcome = await attempt.catch(asUserError);
    expect(outcome).toMatchObject(
      role === 'COMPLIANCE' ? { createdCount: 0, rejections: [{ code: 'AGENT_UNKNOWN' }] } : { code: 'FORBIDDEN' },
    );
    expect(await stored('RULES')).toEqual([]);
  });
});
