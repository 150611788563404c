// Made from Survey.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** An answer to one question. */
export type SurveyAnswerInput = {
  /** The points, from 1 to the scale of the question; where it has a scale. */
  points?: number | null | undefined;
  /** The question (code). */
  question: string;
  /** The words, at most 2,000 characters. */
  words?: string | null | undefined;
};

export type SurveyFormQueryVariables = Exact<{
  token: string;
}>;


export type SurveyFormQuery = { surveyForm: { agentName: string, name: string, opensOn: string, closesOn: string, answered: boolean, questions: Array<{ code: string, text: string, scale: number | null }> } | null };

export type SurveyAnswerMutationVariables = Exact<{
  token: string;
  answers: Array<SurveyAnswerInput> | SurveyAnswerInput;
}>;


export type SurveyAnswerMutation = { answerSurvey:
    | { __typename: 'SurveyAnswered', answered: boolean }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const SurveyFormDocument = documentOf<SurveyFormQuery, SurveyFormQueryVariables>('SurveyForm', `query SurveyForm($token: String!) { surveyForm(token: $token) { agentName name opensOn closesOn answered questions { code text scale } } }`);
export const SurveyAnswerDocument = documentOf<SurveyAnswerMutation, SurveyAnswerMutationVariables>('SurveyAnswer', `mutation SurveyAnswer($token: String!, $answers: [SurveyAnswerInput!]!) { answerSurvey(token: $token, answers: $answers) { __typename ... on SurveyAnswered { answered } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
