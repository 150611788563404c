import { asc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { metricValue } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import type { Databases } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { UserErrors } from '../../src/errors.ts';
import { type Answer, answerSurvey, findSurveyForm } from '../../src/training/answers.ts';
import { averageOf, saveSurveyMetric, surveyResults } from '../../src/training/averages.ts';
import { inviteToSurvey, type Recipient } from '../../src/training/invitations.ts';
import type { SurveyInput } from '../../src/training/surveyForm.ts';
import { loadSurvey, saveSurvey } from '../../src/training/surveys.ts';
import { surveyAnswer, surveyInvitation } from '../../src/training/tables.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';
import { asRole, setUpTraining } from './fixture.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpTraining(databases);
});

/** Open on [1 November, 16 November) in Shanghai; the clock stands at the 15th. */
const form = (code: string, changes: Partial<SurveyInput> = {}): SurveyInput => ({
  code,
  name: 'How was it?',
  questions: [
    { code: 'KIND', text: 'Were they kind?', scale: 5 },
    { code: 'FAST', text: 'Were they fast?', scale: 10 },
    { code: 'WHY', text: 'Why?' },
  ],
  period: '2026-Q4',
  opensOn: '2026-11-01',
  closesOn: '2026-11-16',
  ...changes,
});
const closed = new Date('2026-11-15T16:00:00Z');

const owner = <Result>(work: Parameters<typeof databases.owner.transaction<Result>>[0]) =>
  databases.owner.transaction(work);
const save = (input: SurveyInput) => owner((transaction) => saveSurvey(transaction, actor, now, input));
const invite = (code: string, recipients: Recipient[], at = now) =>
  owner((transaction) => inviteToSurvey(transaction, actor, at, code, recipients));
const answer = (token: string, answers: Answer[], at = now) =>
  owner((transaction) => answerSurvey(transaction, at, token, answers));
const points = (kind: number, fast: number, why?: string): Answer[] => [
  { question: 'KIND', points: kind },
  { question: 'FAST', points: fast },
  ...(why === undefined ? [] : [{ question: 'WHY', words: why }]),
];
const results = (code: string, at: Date) =>
  owner(async (transaction) => surveyResults(transaction, at, await loadSurvey(transaction, code)));
const fault = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const at = async (work: Promise<unknown>) => {
  const error = await fault(work);
  return error instanceof UserErrors ? error.errors.map((each) => each.at) : error;
};

/** Invites as many to speak about an agent as there are answers, and answers. */
async function answered(code: string, agentCode: string, answers: Answer[][]): Promise<void> {
  const recipients = answers.map((_, index) => ({ agentCode, recipient: `guest ${index}` }));
  const { invitations } = await invite(code, recipients);
  for (const [index, { token }] of invitations.entries()) await answer(token, answers[index] ?? []);
}

describe('saveSurvey', () => {
  it('declares, leaves alone and changes, until somebody was invited', async () => {
    expect(await save(form('LIFE'))).toBe('created');
    expect(await save(form('LIFE'))).toBe('unchanged');
    expect(await save(form('LIFE', { name: 'How is it?' }))).toBe('changed');
    await invite('LIFE', [{ agentCode: 'A001', recipient: 'ben' }]);
    expect(await save(form('LIFE', { name: 'How is it?' }))).toBe('unchanged');
    expect(await fault(save(form('LIFE')))).toMatchObject({ code: 'SURVEY_FIXED' });
    const records = await databases.owner
      .select({ action: auditRecord.action })
      .from(auditRecord)
      .where(eq(auditRecord.entityKey, 'LIFE'))
      .orderBy(asc(auditRecord.id));
    expect(records.map(({ action }) => action)).toEqual(['survey.created', 'survey.changed', 'survey.invited']);
  });

  it('names every fault', async () => {
    const twice = { code: 'KIND', text: 'x', scale: 1 };
    expect(await at(save(form('B', { period: '2026-13', closesOn: '2027-02-30', questions: [twice] })))).toEqual([
      'survey.questions[0].scale',
      'survey.period',
      'survey.closesOn',
    ]);
    const words = [
      { code: 'A', text: 'x' },
      { code: 'A', text: 'y' },
    ];
    expect(await at(save(form('B', { questions: words })))).toEqual(['survey.questions', 'survey.questions']);
    expect(await at(save(form('B', { closesOn: '2026-11-01' })))).toEqual(['survey.closesOn']);
    expect(await at(save(form('B'.repeat(58))))).toEqual(['survey.code']);
    expect(await save(form('B'.repeat(57)))).toBe('created');
  });
});

describe('inviteToSurvey', () => {
  it('gives each recipient one token, of which only the hash is kept', async () => {
    await save(form('ASK'));
    const recipients = [
      { agentCode: 'A001', recipient: 'anna' },
      { agentCode: 'A002', recipient: 'anna' },
    ];
    const first = await invite('ASK', recipients);
    expect(first).toMatchObject({ invitations: recipients, knownCount: 0, rejections: [] });
    const again = await invite('ASK', [...recipients, { agentCode: 'A001', recipient: ' ben ' }]);
    expect(again).toMatchObject({ invitations: [{ agentCode: 'A001', recipient: 'ben' }], knownCount: 2 });
    const hashes = await databases.owner.select({ hash: surveyInvitation.tokenHash }).from(surveyInvitation);
    const tokens = [...first.invitations, ...again.invitations].map(({ token }) => token);
    expect(hashes.map(({ hash }) => hash)).toEqual(expect.arrayContaining(tokens.map(hashToken)));
    const stored = JSON.stringify([
      await databases.owner.select().from(surveyInvitation),
      await databases.owner.select().from(auditRecord),
    ]);
    for (const token of tokens) expect(stored).not.toContain(token);
  });

  it('reports rows at fault and lands the others; not once the survey has closed', async () => {
    await save(form('ROWS'));
    const { invitations, rejections } = await invite('ROWS', [
      { agentCode: 'A999', recipient: 'anna' },
      { agentCode: '', recipient: 'x\u0000' },
      { agentCode: 'A001', recipient: ' ' },
      { agentCode: 'A001', recipient: 'anna' },
      { agentCode: 'A001 ', recipient: 'anna' },
    ]);
    expect(invitations).toHaveLength(1);
    expect(rejections.map(({ row, column, code }) => [row, column, code])).toEqual([
      [1, 'agent_code', 'AGENT_UNKNOWN'],
      [2, 'agent_code', 'VALUE_MISSING'],
      [2, 'recipient', 'VALUE_INVALID'],
      [3, 'recipient', 'VALUE_MISSING'],
      [5, null, 'CODE_DUPLICATE'],
    ]);
    expect(await fault(invite('ROWS', [], closed))).toMatchObject({ code: 'SURVEY_CLOSED' });
    expect(await fault(invite('NONE', []))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('answerSurvey', () => {
  it('is done once, also by two at once', async () => {
    await save(form('ONCE'));
    const [first] = (await invite('ONCE', [{ agentCode: 'A001', recipient: 'anna' }])).invitations;
    const token = first?.token ?? '';
    const shown = await owner((transaction) => findSurveyForm(transaction, token));
    expect(shown).toMatchObject({ name: 'How was it?', agentName: 'A001', answered: false, closesOn: '2026-11-16' });
    const tries = await Promise.allSettled([
      answer(token, points(5, 10, ' good ')),
      answer(token, points(1, 1, 'bad')),
    ]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SURVEY_ANSWERED' } });
    expect(await fault(answer(token, points(1, 1)))).toMatchObject({ code: 'SURVEY_ANSWERED' });
    const kept = await databases.owner
      .select({ question: surveyAnswer.question })
      .from(surveyAnswer)
      .innerJoin(surveyInvitation, eq(surveyInvitation.id, surveyAnswer.invitationId))
      .where(eq(surveyInvitation.tokenHash, hashToken(token)));
    expect(kept).toHaveLength(3);
    expect((await owner((transaction) => findSurveyForm(transaction, token)))?.answered).toBe(true);
  });

  it('is possible from the first local day until the day it closes', async () => {
    await save(form('DAYS'));
    const names = ['early', 'first', 'last', 'late'];
    const { invitations } = await invite(
      'DAYS',
      names.map((recipient) => ({ agentCode: 'A001', recipient })),
    );
    const [early = '', first = '', last = '', late = ''] = invitations.map(({ token }) => token);
    // Midnight in Shanghai is 16:00 UTC of the day before.
    expect(await fault(answer(early, points(1, 1), new Date('2026-10-31T15:59:59Z')))).toMatchObject({
      code: 'SURVEY_CLOSED',
    });
    expect(await fault(answer(first, points(1, 1), new Date('2026-10-31T16:00:00Z')))).toBeUndefined();
    expect(await fault(answer(last, points(1, 1), new Date('2026-11-15T15:59:59Z')))).toBeUndefined();
    expect(await fault(answer(late, points(1, 1), closed))).toMatchObject({ code: 'SURVEY_CLOSED' });
  });

  it('names every question at fault and keeps nothing', async () => {
    await save(form('BAD'));
    const [first] = (await invite('BAD', [{ agentCode: 'A001', recipient: 'anna' }])).invitations;
    const token = first?.token ?? '';
    expect(await at(answer(token, []))).toEqual(['KIND', 'FAST']);
    const wrong = [
      { question: 'KIND', points: 6 },
      { question: 'FAST', points: 1.5 },
      { question: 'WHY', points: 1, words: 'x'.repeat(2001) },
      { question: 'WHAT', words: 'x' },
      { question: 'KIND', points: 0 },
    ];
    expect(await at(answer(token, wrong))).toEqual(['WHAT', 'KIND', 'KIND', 'FAST', 'WHY', 'WHY']);
    expect(await at(answer(token, [...points(1, 1), { question: 'WHY', words: '\u0000' }]))).toEqual(['WHY']);
    expect(await fault(answer('srv_guess', points(1, 1)))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await owner((transaction) => findSurveyForm(transaction, 'srv_guess'))).toBeNull();
    await answer(token, points(1, 1));
  });

  it('leaves nothing in the audit record but that the survey was answered', async () => {
    const records = await databases.owner.select().from(auditRecord).where(eq(auditRecord.action, 'survey.answered'));
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) {
      expect(record).toMatchObject({
        actor: 'survey recipient',
        before: null,
        after: null,
        requestId: null,
        reason: null,
      });
    }
  });
});

describe('averageOf', () => {
  const questions = [
    { code: 'KIND', text: 'x', scale: 5 },
    { code: 'FAST', text: 'x', scale: 10 },
    { code: 'WHY', text: 'x' },
  ];
  const sum = (question: string, count: number, total: number) => ({ question, count, sum: String(total) });

  it.each([
    // KIND 5, 4, 3 of 5: 100 + 75 + 50. FAST 10, 7, 1 of 10: 100 + 66.66… + 0. Together 391.66… / 6 = 65.277777…
    [3, [sum('KIND', 3, 12), sum('FAST', 3, 18)], '65.277778'],
    // KIND 1, 1, 2: 0 + 0 + 25 = 25 / 3 = 8.333333…
    [3, [sum('KIND', 3, 4)], '8.333333'],
    [3, [sum('KIND', 3, 15), sum('FAST', 3, 30)], '100'],
    [3, [sum('KIND', 3, 3), sum('FAST', 3, 3)], '0'],
    [2, [sum('KIND', 2, 10), sum('FAST', 2, 20)], null],
    [3, [], null],
  ])('of %i that answered, %o: %s', (count, sums, expected) => {
    expect(averageOf(questions, count, sums)?.toFixed() ?? null).toBe(expected);
  });
});

describe('surveyResults', () => {
  it('gives averages and words once the survey has closed and three have answered', async () => {
    await save(form('WHOLE'));
    await answered('WHOLE', 'A001', [points(5, 10, 'zebra'), points(4, 7), points(3, 1, 'apple')]);
    await answered('WHOLE', 'A002', [points(5, 10, 'secret'), points(5, 10)]);
    await invite('WHOLE', [{ agentCode: 'A004', recipient: 'anna' }]);
    const counts = [
      { agentCode: 'A001', invitedCount: 3, answeredCount: 3 },
      { agentCode: 'A002', invitedCount: 2, answeredCount: 2 },
      { agentCode: 'A004', invitedCount: 1, answeredCount: 0 },
    ];
    expect(await results('WHOLE', now)).toEqual(counts.map((each) => ({ ...each, average: null, comments: [] })));
    const words = ['apple', 'zebra'].map((each) => ({ question: 'WHY', words: each }));
    expect(await results('WHOLE', closed)).toEqual([
      { ...counts[0], average: '65.277778', comments: words },
      { ...counts[1], average: null, comments: [] },
      { ...counts[2], average: null, comments: [] },
    ]);
  });

  it('becomes the metric SURVEY_<code> of the period, once closed', async () => {
    const saveMetric = (when: Date) => owner((transaction) => saveSurveyMetric(transaction, actor, when, 'WHOLE'));
    expect(await fault(saveMetric(now))).toMatchObject({ code: 'SURVEY_OPEN' });
    expect(await saveMetric(closed)).toMatchObject({ createdCount: 1, unchangedCount: 0 });
    expect(await saveMetric(closed)).toMatchObject({ createdCount: 0, unchangedCount: 1 });
    const stored = await databases.owner.select().from(metricValue).where(eq(metricValue.metric, 'SURVEY_WHOLE'));
    expect(stored).toMatchObject([{ period: '2026-Q4', value: '65.277778' }]);
  });
});

describe('under row-level security', () => {
  it('a manager invites for its region and reads what was said there', async () => {
    await save(form('RLS'));
    const made = await asRole(databases, 'CHANNEL_MANAGER', (transaction, user) =>
      inviteToSurvey(transaction, user, now, 'RLS', [
        { agentCode: 'A001', recipient: 'anna' },
        { agentCode: 'A004', recipient: 'anna' },
        { agentCode: 'A005', recipient: 'anna' },
      ]),
    );
    expect(made.invitations).toHaveLength(1);
    expect(made.rejections).toMatchObject([
      { row: 2, code: 'AGENT_UNKNOWN' },
      { row: 3, code: 'AGENT_UNKNOWN' },
    ]);
    const seen = await asRole(databases, 'CHANNEL_MANAGER', async (transaction) =>
      surveyResults(transaction, closed, await loadSurvey(transaction, 'WHOLE')),
    );
    expect(seen.map(({ agentCode, comments }) => [agentCode, comments.length])).toEqual([
      ['A001', 2],
      ['A002', 0],
    ]);
  });

  it('an agent reads no answers, finance none either', async () => {
    for (const role of ['AGENT', 'FINANCE', 'COMPLIANCE'] as const) {
      expect(await asRole(databases, role, (transaction) => transaction.select().from(surveyAnswer)), role).toEqual([]);
    }
  });

  it.each(['AGENT', 'FINANCE', 'AUDITOR'] as const)('%s declares and invites nobody', async (role) => {
    const refused = async (work: Parameters<typeof asRole<unknown>>[2]) =>
      expect(await asRole(databases, role, work).catch(asUserError)).toMatchObject({ code: 'FORBIDDEN' });
    await refused((transaction, user) => saveSurvey(transaction, user, now, form(`OF_${role}`)));
    const recipients = [{ agentCode: 'A001', recipient: role }];
    await refused((transaction, user) => inviteToSurvey(transaction, user, now, 'RLS', recipients));
  });
});
