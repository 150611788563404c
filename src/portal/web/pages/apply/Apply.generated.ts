// Made from Apply.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Numbers that tell who the applicant is. They are kept encrypted and shown masked. */
export type ApplicationNumbersInput = {
  /** Where money is to go; needed to submit. */
  bankAccount?: string | null | undefined;
  /** Of the person. */
  identityNumber?: string | null | undefined;
  /** The telephone number; needed to submit. */
  phone?: string | null | undefined;
  /** Of the business; needed to submit. */
  registrationNumber?: string | null | undefined;
};

/** An application as its applicant enters it. */
export type OwnApplicationInput = {
  /** What kind of channel it is to be (code). */
  channelType: string;
  /** Whom to talk to. */
  contactName: string;
  /** The e-mail address, for the portal too. */
  email: string;
  /** The name of the agent-to-be. */
  name: string;
  /** Where it wants to sell (code). */
  region: string;
  /** The regions (codes) in which it asks for a territory; its region without them. */
  territories?: Array<string> | null | undefined;
};

export type ApplyOptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ApplyOptionsQuery = { applicationOptions: { channelTypes: Array<{ code: string, name: string, requiredDocuments: Array<string> }>, regions: Array<{ code: string, name: string, parentCode: string | null }> } | null };

export type ApplySendMutationVariables = Exact<{
  application: OwnApplicationInput;
  numbers?: ApplicationNumbersInput | null | undefined;
}>;


export type ApplySendMutation = { apply:
    | { __typename: 'ApplyPayload', applicationCode: string, token: string }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ApplyOptionsDocument = documentOf<ApplyOptionsQuery, ApplyOptionsQueryVariables>('ApplyOptions', `query ApplyOptions { applicationOptions { channelTypes { code name requiredDocuments } regions { code name parentCode } } }`);
export const ApplySendDocument = documentOf<ApplySendMutation, ApplySendMutationVariables>('ApplySend', `mutation ApplySend($application: OwnApplicationInput!, $numbers: ApplicationNumbersInput) { apply(application: $application, numbers: $numbers) { __typename ... on ApplyPayload { applicationCode token } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
