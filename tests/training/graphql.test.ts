import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { survey, surveyAnswer } from '../../src/training/tables.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, tryOut, type World } from '../schema/world.ts';

// The clock of this world stands at 5 December 2026.
let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const orError = '... on UserError { code message at }';

describe('courses and results', () => {
  it('are declared by administrators, entered by managers, and read by whom they concern', async () => {
    const saveCourses = `mutation ($courses: [CourseInput!]!) { saveCourses(courses: $courses) {
      ... on CoursesPayload { createdCount changedCount unchangedCount } ${orError} } }`;
    const courses = [
      {
        code: 'RULES',
        name: 'Rules',
        validMonths: 12,
        requirements: [{ purpose: 'ONBOARDING', channelType: 'AGENT', from: '2026-01-01' }],
      },
      {
        code: 'FIBRE',
        name: 'Fibre',
        requirements: [{ purpose: 'AUTHORISATION', productCategory: 'BROADBAND', from: '2026-01-01' }],
      },
    ];
    expect((await data(world, 'admin', saveCourses, { courses })).saveCourses).toMatchObject({ createdCount: 2 });
    expect((await data(world, 'admin', saveCourses, { courses })).saveCourses).toMatchObject({ unchangedCount: 2 });
    const listed =
      '{ courses { code validMonths requirements { purpose channelType { code } productCategory { code } from to } } }';
    expect((await data(world, 'agentE1', listed)).courses).toEqual([
      {
        code: 'FIBRE',
        validMonths: null,
        requirements: [
          {
            purpose: 'AUTHORISATION',
            channelType: null,
            productCategory: { code: 'BROADBAND' },
            from: '2026-01-01',
            to: null,
          },
        ],
      },
      {
        code: 'RULES',
        validMonths: 12,
        requirements: [
          {
            purpose: 'ONBOARDING',
            channelType: { code: 'AGENT' },
            productCategory: null,
            from: '2026-01-01',
            to: null,
          },
        ],
      },
    ]);
    const save = `mutation ($input: [TrainingResultInput!]!) { saveTrainingResults(input: $input) {
      ... on TrainingResultsPayload { createdCount rejections { row column code key } } ${orError} } }`;
    const row = (agentCode: string, courseCode: string, takenOn: string) => ({
      agentCode,
      courseCode,
      takenOn,
      passed: 'true',
    });
    const input = [
      row('E1', 'RULES', '2026-01-31'),
      row('E2', 'FIBRE', '2026-12-05'),
      row('W1', 'RULES', '2026-11-30'),
    ];
    expect((await data(world, 'managerEast', save, { input })).saveTrainingResults).toEqual({
      createdCount: 2,
      rejections: [{ row: 3, column: 'agent_code', code: 'AGENT_UNKNOWN', key: 'W1 RULES 2026-11-30' }],
    });
    await data(world, 'admin', save, { input });
    const results = `query ($before: Date, $agent: String) { trainingResults(expiresBefore: $before, agentCode: $agent) {
      nodes { agentCode applicationCode takenOn passed score expiresOn course { code } } } }`;
    expect((await data(world, 'agentE1', results, { before: '2027-02-01' })).trainingResults.nodes).toEqual([
      {
        agentCode: 'E1',
        applicationCode: null,
        takenOn: '2026-01-31',
        passed: true,
        score: null,
        expiresOn: '2027-01-31',
        course: { code: 'RULES' },
      },
    ]);
    expect((await data(world, 'agentE1', results, { before: '2027-01-31' })).trainingResults.nodes).toEqual([]);
    // Taken again in between, it goes on; the other's certificate ends on 30 November 2027.
    const again = [row('E1', 'RULES', '2026-12-01')];
    await data(world, 'admin', save, { input: again });
    const ending = (await data(world, 'admin', results, { before: '2027-12-01' })).trainingResults.nodes;
    expect(ending.map((node: { agentCode: string; expiresOn: string }) => [node.agentCode, node.expiresOn])).toEqual([
      ['W1', '2027-11-30'],
    ]);
    expect((await data(world, 'managerWest', results)).trainingResults.nodes).toMatchObject([{ agentCode: 'W1' }]);
    expect((await data(world, 'auditor', results)).trainingResults.nodes).toHaveLength(4);
    expect((await ask(world, 'finance', results)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('tell what is missing, and who may sell what', async () => {
    const query = `query ($agent: String!, $on: Date) { missingCourses(agentCode: $agent, on: $on)
      isAuthorised(agentCode: $agent, productCategory: "BROADBAND", on: $on) }`;
    expect(await data(world, 'managerEast', query, { agent: 'E1' })).toEqual({
      missingCourses: [],
      isAuthorised: false,
    });
    expect(await data(world, 'agentE1', query, { agent: 'E2' })).toEqual({
      missingCourses: ['RULES'],
      isAuthorised: true,
    });
    expect(await data(world, 'agentE1', query, { agent: 'E1', on: '2027-12-01' })).toMatchObject({
      missingCourses: ['RULES'],
    });
    const answer = await ask(world, 'agentE2', query, { agent: 'E1' });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['AGENT_UNKNOWN', 'AGENT_UNKNOWN']);
    const both = await ask(world, 'admin', '{ missingCourses }');
    expect(both.errors?.[0]?.extensions.code).toBe('RESULT_OWNER');
  });
});

describe('a survey', () => {
  const invite = `mutation ($recipients: [SurveyRecipientInput!]!, $key: String) {
    inviteToSurvey(surveyCode: "CARE", recipients: $recipients, idempotencyKey: $key) {
      ... on SurveyInvitedPayload { invitations { agentCode recipient token } knownCount rejections { row code } } ${orError} } }`;
  const answer = `mutation ($token: String!, $answers: [SurveyAnswerInput!]!) {
    answerSurvey(token: $token, answers: $answers) { ... on SurveyAnswered { answered } ${orError} } }`;
  const results =
    '{ surveyResults(surveyCode: "CARE") { nodes { agentCode invitedCount answeredCount average comments { question words } } } }';

  it('is declared, sent out, answered without an account, and becomes a metric', async () => {
    const declared = await data(
      world,
      'admin',
      `mutation { saveSurvey(survey: { code: "CARE", name: "Care", period: "2026-12", opensOn: "2026-12-01", closesOn: "2026-12-31",
        questions: [{ code: "KIND", text: "Kind?", scale: 5 }, { code: "WHY", text: "Why?" }] }) {
        ... on SurveyPayload { outcome survey { code questions { code scale } } } ${orError} } }`,
    );
    expect(declared.saveSurvey).toEqual({
      outcome: 'created',
      survey: {
        code: 'CARE',
        questions: [
          { code: 'KIND', scale: 5 },
          { code: 'WHY', scale: null },
        ],
      },
    });

    const recipients = ['anna', 'ben', 'cleo'].map((recipient) => ({ agentCode: 'E1', recipient }));
    const sent = (await data(world, 'managerEast', invite, { recipients, key: 'k1' })).inviteToSurvey;
    const tokens: string[] = sent.invitations.map(({ token }: { token: string }) => token);
    expect(tokens.every((token) => token.startsWith('srv_'))).toBe(true);
    const again = (await data(world, 'managerEast', invite, { recipients, key: 'k1' })).inviteToSurvey;
    expect(again.invitations.map(({ token }: { token: string | null }) => token)).toEqual([null, null, null]);
    const west = (await data(world, 'managerWest', invite, { recipients })).inviteToSurvey;
    expect(west.rejections.map(({ code }: { code: string }) => code)).toEqual([
      'AGENT_UNKNOWN',
      'AGENT_UNKNOWN',
      'AGENT_UNKNOWN',
    ]);

    const form = `query ($token: String!) { surveyForm(token: $token) { name agentName answered questions { code text scale } } }`;
    expect((await data(world, 'nobody', form, { token: tokens[0] })).surveyForm).toMatchObject({
      agentName: 'East one',
      answered: false,
    });
    expect((await data(world, 'nobody', form, { token: 'srv_guess' })).surveyForm).toBeNull();
    const say = (points: number, words?: string) => [
      { question: 'KIND', points },
      { question: 'WHY', words },
    ];
    // 5, 4, 4 of 5: 100 + 75 + 75 = 250 / 3 = 83.333333…
    for (const [index, answers] of [say(5, 'glad'), say(4), say(4, 'calm')].entries()) {
      const done = await data(world, 'nobody', answer, { token: tokens[index], answers });
      expect(done.answerSurvey).toEqual({ answered: true });
    }
    const twice = await data(world, 'agentE1', answer, { token: tokens[0], answers: say(1) });
    expect(twice.answerSurvey).toMatchObject({ code: 'SURVEY_ANSWERED' });

    const counts = { agentCode: 'E1', invitedCount: 3, answeredCount: 3 };
    expect((await data(world, 'managerEast', results)).surveyResults.nodes).toEqual([
      { ...counts, average: null, comments: [] },
    ]);
    const metric = `mutation { saveSurveyMetric(surveyCode: "CARE") { ... on SurveyMetricPayload { createdCount } ${orError} } }`;
    expect((await data(world, 'managerEast', metric)).saveSurveyMetric).toMatchObject({ code: 'SURVEY_OPEN' });
    await world.databases.owner.update(survey).set({ closesOn: '2026-12-05' }).where(eq(survey.code, 'CARE'));
    const comments = ['calm', 'glad'].map((words) => ({ question: 'WHY', words }));
    expect((await data(world, 'managerEast', results)).surveyResults.nodes).toEqual([
      { ...counts, average: '83.333333', comments },
    ]);
    expect((await data(world, 'managerWest', results)).surveyResults.nodes).toEqual([]);
    expect((await data(world, 'managerEast', metric)).saveSurveyMetric).toEqual({ createdCount: 1 });
    const values = '{ metricValues(metric: "SURVEY_CARE") { nodes { agentCode period value } } }';
    expect((await data(world, 'agentE1', values)).metricValues.nodes).toEqual([
      { agentCode: 'E1', period: '2026-12', value: '83.333333' },
    ]);
  });

  it('shows managers who was asked and who answered, in pages, and never a token', async () => {
    const query = `query ($after: String) { surveyInvitations(surveyCode: "CARE", agentCode: "E1", first: 2, after: $after) {
      nodes { agentCode recipient answered invitedAt } pageInfo { hasNextPage endCursor } } }`;
    const first = (await data(world, 'managerEast', query)).surveyInvitations;
    expect(first.nodes).toMatchObject([{ recipient: 'anna', answered: true }, { recipient: 'ben' }]);
    const second = (await data(world, 'managerEast', query, { after: first.pageInfo.endCursor })).surveyInvitations;
    expect(second).toMatchObject({ nodes: [{ recipient: 'cleo' }], pageInfo: { hasNextPage: false } });
  });

  it('pages through its results by agent, both ways', async () => {
    const recipients = ['E2', 'E3', 'W1'].map((agentCode) => ({ agentCode, recipient: 'anna' }));
    await world.databases.owner.update(survey).set({ closesOn: '2026-12-31' }).where(eq(survey.code, 'CARE'));
    await data(world, 'admin', invite, { recipients });
    const pages = `query ($first: Int, $after: String, $last: Int) { surveyResults(surveyCode: "CARE", first: $first, after: $after, last: $last) {
      nodes { agentCode } pageInfo { endCursor hasNextPage } } }`;
    const codes = (nodes: { agentCode: string }[]) => nodes.map(({ agentCode }) => agentCode);
    const first = (await data(world, 'admin', pages, { first: 3 })).surveyResults;
    expect([codes(first.nodes), first.pageInfo.hasNextPage]).toEqual([['E1', 'E2', 'E3'], true]);
    const second = (await data(world, 'admin', pages, { first: 3, after: first.pageInfo.endCursor })).surveyResults;
    expect([codes(second.nodes), second.pageInfo.hasNextPage]).toEqual([['W1'], false]);
    expect(codes((await data(world, 'admin', pages, { last: 2 })).surveyResults.nodes)).toEqual(['E3', 'W1']);
  });

  it('is not read by agents and finance, and an answer that fails leaves nothing', async () => {
    for (const person of ['agentE1', 'finance', 'nobody'] as const) {
      const refused = await ask(world, person, results);
      expect(refused.errors?.[0]?.extensions.code, person).toMatch(/FORBIDDEN|NOT_SIGNED_IN/);
    }
    const before = await world.databases.owner.$count(surveyAnswer);
    const failed = await tryOut(world, 'nobody', answer, { token: 'srv_guess', answers: [] });
    expect(failed.data?.answerSurvey).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.databases.owner.$count(surveyAnswer)).toBe(before);
  });
});
