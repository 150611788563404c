// Made from Training.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A result to save. Every field is text, as a cell of a file would have it. */
export type TrainingResultInput = {
  /** The agent (code); this or the application. */
  agentCode?: string | null | undefined;
  /** The application (code); this or the agent. */
  applicationCode?: string | null | undefined;
  /** The course (code). */
  courseCode: string;
  /** Whether it was passed: true or false. */
  passed: string;
  /** The score: a plain decimal number. */
  score?: string | null | undefined;
  /** The day it was taken, YYYY-MM-DD. */
  takenOn: string;
};

export type AgentTrainingCoursesQueryVariables = Exact<{ [key: string]: never; }>;


export type AgentTrainingCoursesQuery = { courses: Array<{ code: string, name: string }> | null };

export type AgentTrainingSaveMutationVariables = Exact<{
  input: Array<TrainingResultInput> | TrainingResultInput;
}>;


export type AgentTrainingSaveMutation = { saveTrainingResults:
    | { __typename: 'TrainingResultsPayload', rejections: Array<{ code: string, column: string | null, message: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const AgentTrainingCoursesDocument = documentOf<AgentTrainingCoursesQuery, AgentTrainingCoursesQueryVariables>('AgentTrainingCourses', `query AgentTrainingCourses { courses { code name } }`);
export const AgentTrainingSaveDocument = documentOf<AgentTrainingSaveMutation, AgentTrainingSaveMutationVariables>('AgentTrainingSave', `mutation AgentTrainingSave($input: [TrainingResultInput!]!) { saveTrainingResults(input: $input, atomic: true) { __typename ... on TrainingResultsPayload { rejections { code column message } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
