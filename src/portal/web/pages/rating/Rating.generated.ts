// Made from Rating.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RatingFormQueryVariables = Exact<{
  token: string;
}>;


export type RatingFormQuery = { ratingForm: { agentName: string, roundName: string, period: string, opensOn: string, closesOn: string, answered: boolean } | null };

export type RatingAnswerMutationVariables = Exact<{
  token: string;
  points: string;
  comment?: string | null | undefined;
}>;


export type RatingAnswerMutation = { answerRating:
    | { __typename: 'RatingAnswered', answered: boolean }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const RatingFormDocument = documentOf<RatingFormQuery, RatingFormQueryVariables>('RatingForm', `query RatingForm($token: String!) { ratingForm(token: $token) { agentName roundName period opensOn closesOn answered } }`);
export const RatingAnswerDocument = documentOf<RatingAnswerMutation, RatingAnswerMutationVariables>('RatingAnswer', `mutation RatingAnswer($token: String!, $points: Decimal!, $comment: String) { answerRating(token: $token, points: $points, comment: $comment) { __typename ... on RatingAnswered { answered } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
