import { sql } from 'drizzle-orm';
import { type MetricResult, saveMetricValues } from '../agents/metrics.ts';
import type { Transaction } from '../db/client.ts';
import type { PageSlice } from '../db/pages.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import { metricOfSurvey, type SurveyQuestion } from './surveyForm.ts';
import { loadSurvey, type Survey, surveyState } from './surveys.ts';

// What a survey says of each agent. An average of fewer than three would tell who said what, and so would one that moves with each
// answer: averages and words are given once the survey has closed and three have answered.

const fewestAnswers = 3;
const decimals = 6;

/** Points given to one question of a survey: how many answers, and the sum of their points. */
export type PointSum = { readonly question: string; readonly count: number; readonly sum: string };

/**
 * The mean of 100 · (points − 1) / (scale − 1) over all answers to questions with a scale (DOMAIN.md §4), 0..100, divided once and
 * rounded to six decimals, HALF_UP. null where fewer than three have answered, or nothing.
 */
export function averageOf(
  questions: readonly SurveyQuestion[],
  answeredCount: number,
  sums: readonly PointSum[],
): Decimal | null {
  const scales = new Map(questions.map(({ code, scale }) => [code, scale]));
  let [numerator, denominator, count] = [new Decimal(0), new Decimal(1), 0];
  for (const { question, count: answers, sum } of sums) {
    const scale = scales.get(question);
    if (scale === undefined) continue;
    const steps = scale - 1;
    numerator = numerator.times(steps).plus(new Decimal(sum).minus(answers).times(denominator));
    denominator = denominator.times(steps);
    count += answers;
  }
  if (answeredCount < fewestAnswers || count === 0) return null;
  return numerator.times(100).div(denominator.times(count)).toDecimalPlaces(decimals);
}

/** What a survey came to for one agent. */
export type SurveyResult = {
  readonly agentCode: string;
  readonly invitedCount: number;
  readonly answeredCount: number;
  /** 0..100 as text; null until the survey has closed and three have answered. */
  readonly average: string | null;
  /** What was said in words, in no order that tells when; none until then. */
  readonly comments: readonly { readonly question: string; readonly words: string }[];
};

/**
 * What a survey came to, for each agent that the transaction sees, by code: all, or those of a page (`slice`), or one.
 * @throws UserError NOT_SET_UP.
 */
export async function surveyResults(
  transaction: Transaction,
  now: Date,
  survey: Survey,
  wanted: { readonly slice?: PageSlice; readonly agentCode?: string | null | undefined } = {},
): Promise<SurveyResult[]> {
  const isClosed = (await surveyState(transaction, now, survey)) === 'CLOSED';
  const rows = await loadRows(transaction, survey.id, wanted);
  return rows.map(({ agentCode, invitedCount, answeredCount, sums, comments }) => {
    const average = isClosed ? averageOf(survey.questions, answeredCount, sums) : null;
    return {
      agentCode,
      invitedCount,
      answeredCount,
      average: average && canonicalDecimal(average),
      comments: isClosed && answeredCount >= fewestAnswers ? comments : [],
    };
  });
}

type ResultRow = Pick<SurveyResult, 'agentCode' | 'invitedCount' | 'answeredCount' | 'comments'> & {
  readonly sums: readonly PointSum[];
};

async function loadRows(
  transaction: Transaction,
  surveyId: number,
  { slice, agentCode }: Parameters<typeof surveyResults>[3] & object,
): Promise<ResultRow[]> {
  const beyond = slice ? slice.where({ agentCode: sql`agent.code` }) : sql`true`;
  const descending = slice?.orderBy.agentCode === 'desc';
  const rows = await transaction.execute(sql`
    with invited as (
      select agent.id, agent.code, count(*)::integer as invited_count, count(invitation.answered_at)::integer as answered_count
      from survey_invitation invitation join agent on agent.id = invitation.agent_id
      where invitation.survey_id = ${surveyId} and (${agentCode ?? null}::text is null or agent.code = ${agentCode ?? null}) and ${beyond}
      group by agent.id, agent.code
      order by agent.code ${descending ? sql`desc` : sql`asc`}
      ${slice ? sql`limit ${slice.limit}` : sql``}
    ), answer as (
      select invitation.agent_id, answer.question, answer.points, answer.words
      from invited join survey_invitation invitation on invitation.agent_id = invited.id and invitation.survey_id = ${surveyId}
        join survey_answer answer on answer.invitation_id = invitation.id
    ), point_sum as (
      select agent_id, json_agg(json_build_object('question', question, 'count', count, 'sum', sum::text)) as sums
      from (select agent_id, question, count(points) as count, sum(points) as sum
            from answer where points is not null group by agent_id, question) each
      group by agent_id
    ), comment as (
      select agent_id,
        json_agg(json_build_object('question', question, 'words', words) order by question collate "C", words collate "C") as comments
      from answer where words is not null group by agent_id
    )
    select code as "agentCode", invited_count as "invitedCount", answered_count as "answeredCount",
      coalesce(sums, '[]') as sums, coalesce(comments, '[]') as comments
    from invited left join point_sum on point_sum.agent_id = id left join comment on comment.agent_id = id
    order by code ${descending ? sql`desc` : sql`asc`}`);
  return rows as unknown as ResultRow[];
}

const largestBatch = 1000;

/**
 * Saves the averages of a survey that has closed as the metric SURVEY_<code> of its period, for each agent that the transaction sees
 * and that has one. Scorecards and conditions read it there. The same again changes nothing.
 * @throws UserError NOT_FOUND, SURVEY_OPEN, NOT_SET_UP.
 */
export async function saveSurveyMetric(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  surveyCode: string,
): Promise<Omit<MetricResult, 'rejections'>> {
  const survey = await loadSurvey(transaction, surveyCode);
  if ((await surveyState(transaction, now, survey)) !== 'CLOSED') {
    throw new UserError('SURVEY_OPEN', `The survey ${surveyCode} closes on ${survey.closesOn}.`, surveyCode);
  }
  const { period } = survey;
  const metric = metricOfSurvey(surveyCode);
  const values = (await surveyResults(transaction, now, survey)).flatMap(({ agentCode, average }) =>
    average === null ? [] : [{ agentCode, metric, period, value: average }],
  );
  const total = { rowCount: 0, createdCount: 0, changedCount: 0, unchangedCount: 0, rejectedCount: 0 };
  for (let start = 0; start < values.length; start += largestBatch) {
    const batch = values.slice(start, start + largestBatch);
    const saved = await saveMetricValues(transaction, actor, now, batch, { atomic: true, source: 'SURVEY' });
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += saved[name];
  }
  return total;
}
