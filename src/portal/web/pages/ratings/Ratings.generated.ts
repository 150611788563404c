// Made from Ratings.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** As whom somebody rates an agent. */
export type RaterGroup =
  /** A customer. */
  | 'CUSTOMER'
  /** Customer service. */
  | 'CUSTOMER_SERVICE'
  /** Who manages it. */
  | 'MANAGER'
  /** Another agent. */
  | 'PEER';

/** Somebody to rate an agent. */
export type RaterInput = {
  /** The agent (code). */
  agentCode: string;
  /** As whom. */
  group: RaterGroup;
  /** Who: an e-mail address, of an account or not. */
  rater: string;
};

/** A rating round to declare. */
export type RatingRoundInput = {
  /** What is rated; items of scorecards name it. A code; one round a month. */
  aspect: string;
  /** The first local day on which they may no longer answer. */
  closesOn: string;
  /** Its code: the key by which everything else refers to it. */
  code: string;
  /** Its name, for people; raters see it. */
  name: string;
  /** The first local day on which raters may answer. */
  opensOn: string;
  /** The month whose scores it counts in. */
  period: string;
};

/** A survey to declare. */
export type SurveyInput = {
  /** The first local day on which it may no longer be answered. */
  closesOn: string;
  /** Its code: the key by which everything else refers to it. */
  code: string;
  /** Its name, for people. */
  name: string;
  /** The first local day on which it may be answered. */
  opensOn: string;
  /** The month (2026-10), quarter (2026-Q4) or year (2026) whose metric SURVEY_<code> the averages become. */
  period: string;
  /** The questions; one at least with a scale. */
  questions: Array<SurveyQuestionInput>;
};

/** A question of a survey. */
export type SurveyQuestionInput = {
  /** Its code, of its own within the survey. */
  code: string;
  /** It is answered by points from 1 to this, 2 to 100; without it, in words. */
  scale?: number | null | undefined;
  /** What is asked. */
  text: string;
};

/** Somebody to be asked about an agent. */
export type SurveyRecipientInput = {
  /** The agent (code). */
  agentCode: string;
  /** Who is asked: a name, a number or an address. */
  recipient: string;
};

export type RatingsToGiveQueryVariables = Exact<{ [key: string]: never; }>;


export type RatingsToGiveQuery = { ratingsToGive: Array<{ roundCode: string, roundName: string, aspect: string, period: string, group: RaterGroup, agentCode: string, agentName: string, closesOn: string }> | null };

export type RatingsGiveMutationVariables = Exact<{
  roundCode: string;
  agentCode: string;
  points: string;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsGiveMutation = { giveRating:
    | { __typename: 'RatingAnswered' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsRoundsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RatingsRoundsQuery = { ratingRounds: { edges: Array<{ node: { code: string, name: string, aspect: string, period: string, opensOn: string, closesOn: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RatingsSaveRoundMutationVariables = Exact<{
  round: RatingRoundInput;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsSaveRoundMutation = { saveRatingRound:
    | { __typename: 'RatingRoundPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsSaveMetricsMutationVariables = Exact<{
  aspect: string;
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsSaveMetricsMutation = { saveRatingMetrics:
    | { __typename: 'RatingMetricsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsInviteMutationVariables = Exact<{
  roundCode: string;
  raters: Array<RaterInput> | RaterInput;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsInviteMutation = { inviteRaters:
    | { __typename: 'RatersInvitedPayload', knownCount: number, invitations: Array<{ agentCode: string, rater: string, token: string | null }>, rejections: Array<{ row: number, column: string | null, code: string, message: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsResultsQueryVariables = Exact<{
  roundCode: string;
  after?: string | null | undefined;
}>;


export type RatingsResultsQuery = { ratingResults: { edges: Array<{ node: { agentCode: string, groups: Array<{ group: RaterGroup, invitedCount: number, answeredCount: number, mean: string | null, comments: Array<{ key: string, words: string, released: boolean }> }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RatingsReleaseMutationVariables = Exact<{
  roundCode: string;
  agentCode: string;
  group: RaterGroup;
  commentKey: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsReleaseMutation = { releaseRatingComment:
    | { __typename: 'RatingCommentReleasedPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsSurveysQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RatingsSurveysQuery = { surveys: { edges: Array<{ node: { code: string, name: string, period: string, opensOn: string, closesOn: string, questions: Array<{ code: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RatingsInviteToSurveyMutationVariables = Exact<{
  surveyCode: string;
  recipients: Array<SurveyRecipientInput> | SurveyRecipientInput;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsInviteToSurveyMutation = { inviteToSurvey:
    | { __typename: 'SurveyInvitedPayload', knownCount: number, invitations: Array<{ agentCode: string, recipient: string, token: string | null }>, rejections: Array<{ row: number, column: string | null, code: string, message: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsSurveyResultsQueryVariables = Exact<{
  surveyCode: string;
  after?: string | null | undefined;
}>;


export type RatingsSurveyResultsQuery = { surveyResults: { edges: Array<{ node: { agentCode: string, invitedCount: number, answeredCount: number, average: string | null, comments: Array<{ question: string, words: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RatingsSaveSurveyMutationVariables = Exact<{
  survey: SurveyInput;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsSaveSurveyMutation = { saveSurvey:
    | { __typename: 'SurveyPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RatingsSaveSurveyMetricMutationVariables = Exact<{
  surveyCode: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RatingsSaveSurveyMetricMutation = { saveSurveyMetric:
    | { __typename: 'SurveyMetricPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const RatingsToGiveDocument = documentOf<RatingsToGiveQuery, RatingsToGiveQueryVariables>('RatingsToGive', `query RatingsToGive { ratingsToGive { roundCode roundName aspect period group agentCode agentName closesOn } }`);
export const RatingsGiveDocument = documentOf<RatingsGiveMutation, RatingsGiveMutationVariables>('RatingsGive', `mutation RatingsGive($roundCode: String!, $agentCode: String!, $points: Decimal!, $comment: String, $idempotencyKey: String) { giveRating( roundCode: $roundCode agentCode: $agentCode points: $points comment: $comment idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsRoundsDocument = documentOf<RatingsRoundsQuery, RatingsRoundsQueryVariables>('RatingsRounds', `query RatingsRounds($after: String) { ratingRounds(first: 25, after: $after) { edges { node { code name aspect period opensOn closesOn } } pageInfo { hasNextPage endCursor } } }`);
export const RatingsSaveRoundDocument = documentOf<RatingsSaveRoundMutation, RatingsSaveRoundMutationVariables>('RatingsSaveRound', `mutation RatingsSaveRound($round: RatingRoundInput!, $idempotencyKey: String) { saveRatingRound(round: $round, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsSaveMetricsDocument = documentOf<RatingsSaveMetricsMutation, RatingsSaveMetricsMutationVariables>('RatingsSaveMetrics', `mutation RatingsSaveMetrics($aspect: String!, $period: Period!, $idempotencyKey: String) { saveRatingMetrics( aspect: $aspect period: $period idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsInviteDocument = documentOf<RatingsInviteMutation, RatingsInviteMutationVariables>('RatingsInvite', `mutation RatingsInvite($roundCode: String!, $raters: [RaterInput!]!, $idempotencyKey: String) { inviteRaters( roundCode: $roundCode raters: $raters idempotencyKey: $idempotencyKey ) { __typename ... on RatersInvitedPayload { knownCount invitations { agentCode rater token } rejections { row column code message } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsResultsDocument = documentOf<RatingsResultsQuery, RatingsResultsQueryVariables>('RatingsResults', `query RatingsResults($roundCode: String!, $after: String) { ratingResults(roundCode: $roundCode, first: 25, after: $after) { edges { node { agentCode groups { group invitedCount answeredCount mean comments { key words released } } } } pageInfo { hasNextPage endCursor } } }`);
export const RatingsReleaseDocument = documentOf<RatingsReleaseMutation, RatingsReleaseMutationVariables>('RatingsRelease', `mutation RatingsRelease($roundCode: String!, $agentCode: String!, $group: RaterGroup!, $commentKey: String!, $idempotencyKey: String) { releaseRatingComment( roundCode: $roundCode agentCode: $agentCode group: $group commentKey: $commentKey idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsSurveysDocument = documentOf<RatingsSurveysQuery, RatingsSurveysQueryVariables>('RatingsSurveys', `query RatingsSurveys($after: String) { surveys(first: 25, after: $after) { edges { node { code name period opensOn closesOn questions { code } } } pageInfo { hasNextPage endCursor } } }`);
export const RatingsInviteToSurveyDocument = documentOf<RatingsInviteToSurveyMutation, RatingsInviteToSurveyMutationVariables>('RatingsInviteToSurvey', `mutation RatingsInviteToSurvey($surveyCode: String!, $recipients: [SurveyRecipientInput!]!, $idempotencyKey: String) { inviteToSurvey( surveyCode: $surveyCode recipients: $recipients idempotencyKey: $idempotencyKey ) { __typename ... on SurveyInvitedPayload { knownCount invitations { agentCode recipient token } rejections { row column code message } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsSurveyResultsDocument = documentOf<RatingsSurveyResultsQuery, RatingsSurveyResultsQueryVariables>('RatingsSurveyResults', `query RatingsSurveyResults($surveyCode: String!, $after: String) { surveyResults(surveyCode: $surveyCode, first: 25, after: $after) { edges { node { agentCode invitedCount answeredCount average comments { question words } } } pageInfo { hasNextPage endCursor } } }`);
export const RatingsSaveSurveyDocument = documentOf<RatingsSaveSurveyMutation, RatingsSaveSurveyMutationVariables>('RatingsSaveSurvey', `mutation RatingsSaveSurvey($survey: SurveyInput!, $idempotencyKey: String) { saveSurvey(survey: $survey, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RatingsSaveSurveyMetricDocument = documentOf<RatingsSaveSurveyMetricMutation, RatingsSaveSurveyMetricMutationVariables>('RatingsSaveSurveyMetric', `mutation RatingsSaveSurveyMetric($surveyCode: String!, $idempotencyKey: String) { saveSurveyMetric(surveyCode: $surveyCode, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
