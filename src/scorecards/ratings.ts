import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import { averageOf, type PointSum } from '../training/averages.ts';
import type { SurveyQuestion } from '../training/surveyForm.ts';
import type { GroupRating, RaterGroup } from './template.ts';

// What raters said of agents (DOMAIN.md §5), as scorecards read it.

type GroupSum = {
  readonly agentId: number;
  readonly group: RaterGroup;
  readonly count: number;
  readonly sum: string;
};

/**
 * What each group of raters said of each agent in an aspect for a month: the sum of the points of the answers so far, closed or not, and
 * how many they were. Groups in the order of the enum; agents whom nobody rated are not in the map. As the owner.
 */
export async function loadRatings(
  transaction: Transaction,
  period: Period,
  aspect: string,
): Promise<ReadonlyMap<number, readonly GroupRating[]>> {
  const ratings = new Map<number, GroupRating[]>();
  for (const { agentId, group, count, sum } of await loadSums(transaction, period, aspect)) {
    const groups = ratings.get(agentId) ?? [];
    groups.push({ group, sum: new Decimal(sum), raterCount: count });
    ratings.set(agentId, groups);
  }
  return ratings;
}

function loadSums(transaction: Transaction, period: string, aspect: string): Promise<GroupSum[]> {
  return rawSql(transaction)<GroupSum[]>`
    select invitation.agent_id as "agentId", invitation.rater_group::text as group, count(*)::integer as count, sum(answer.points)::text as sum
    from rating_round round join rating_invitation invitation on invitation.round_id = round.id
      join rating_answer answer on answer.invitation_id = invitation.id
    where round.period = ${period} and round.aspect = ${aspect}
    group by invitation.agent_id, invitation.rater_group
    order by invitation.agent_id, invitation.rater_group`;
}

const decimals = 6;

/**
 * The unweighted mean over an agent's groups of their means, divided once and rounded to six decimals, HALF_UP; by agent's number. As
 * the owner or, for the agents it sees, the request role.
 */
export async function ratingMeans(
  transaction: Transaction,
  period: string,
  aspect: string,
): Promise<ReadonlyMap<number, Decimal>> {
  const fractions = new Map<number, { numerator: Decimal; denominator: Decimal; groupCount: number }>();
  for (const { agentId, count, sum } of await loadSums(transaction, period, aspect)) {
    const before = fractions.get(agentId) ?? { numerator: new Decimal(0), denominator: new Decimal(1), groupCount: 0 };
    fractions.set(agentId, {
      numerator: before.numerator.times(count).plus(before.denominator.times(sum)),
      denominator: before.denominator.times(count),
      groupCount: before.groupCount + 1,
    });
  }
  return new Map(
    [...fractions].map(([agentId, { numerator, denominator, groupCount }]) => [
      agentId,
      numerator.div(denominator.times(groupCount)).toDecimalPlaces(decimals),
    ]),
  );
}

/**
 * What a survey's answers say of each agent, for a template's group of customers: the average that its metric SURVEY_<code> has (none
 * where fewer than three have answered) and how many have answered. Counts where the survey is of this month, or of the quarter or year
 * that it lies in; closed or not. As the owner.
 */
export async function loadSurveyRatings(
  transaction: Transaction,
  surveyCode: string,
  period: Period,
): Promise<ReadonlyMap<number, GroupRating>> {
  const rows = await rawSql(transaction)<SurveySums[]>`
    with asked as (
      select id, questions from survey where code = ${surveyCode} and period in ${rawSql(transaction)(periodsOf(period))}
    ), answered as (
      select invitation.agent_id, count(*)::integer as count
      from asked join survey_invitation invitation on invitation.survey_id = asked.id
      where invitation.answered_at is not null group by invitation.agent_id
    ), point_sum as (
      select invitation.agent_id, answer.question, count(answer.points) as count, sum(answer.points) as sum
      from asked join survey_invitation invitation on invitation.survey_id = asked.id
        join survey_answer answer on answer.invitation_id = invitation.id
      where answer.points is not null group by invitation.agent_id, answer.question
    )
    select answered.agent_id as "agentId", answered.count as "answeredCount", (select questions from asked) as questions,
      json_agg(json_build_object('question', question, 'count', point_sum.count, 'sum', sum::text) order by question collate "C") as sums
    from answered join point_sum using (agent_id) group by answered.agent_id, answered.count order by answered.agent_id`;
  const ratings = new Map<number, GroupRating>();
  for (const { agentId, answeredCount, questions, sums } of rows) {
    const mean = averageOf(questions, answeredCount, sums);
    // times the count it is a sum of which it is the exact quotient
    if (mean) ratings.set(agentId, { group: 'CUSTOMER', sum: mean.times(answeredCount), raterCount: answeredCount });
  }
  return ratings;
}

type SurveySums = {
  readonly agentId: number;
  readonly answeredCount: number;
  readonly questions: readonly SurveyQuestion[];
  readonly sums: readonly PointSum[];
};

/** The month itself, its quarter and its year. */
function periodsOf(period: Period): string[] {
  const [year = '', month = ''] = period.split('-');
  return [period, `${year}-Q${Math.ceil(Number(month) / 3)}`, year];
}

const fewestShown = 3;

/**
 * The means of groups that the rated agent may be shown: all of them where at least three rated in each, otherwise none. Fewer would
 * tell who said what, and of a single hidden group the item's own mean would give its mean away.
 */
export function groupsShownToAgent<Group extends { readonly raterCount: number }>(groups: readonly Group[]): Group[] {
  return groups.every(({ raterCount }) => raterCount >= fewestShown) ? [...groups] : [];
}
