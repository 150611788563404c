// Made from OwnApplication.graphql by `npm run generate`.
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

/** Where an application stands. */
export type ApplicationState =
  /** It became an agent. */
  | 'ACTIVE'
  /** It waits for a contract. */
  | 'APPROVED'
  /** The contract is signed; training may be missing. */
  | 'CONTRACTED'
  /** It is being entered. */
  | 'DRAFT'
  /** It was refused. */
  | 'REJECTED'
  /** It is being judged. */
  | 'SCREENING'
  /** It waits to be screened. */
  | 'SUBMITTED'
  /** The applicant took it back. */
  | 'WITHDRAWN';

/** What becomes different in the own draft; what is left out stays. */
export type OwnApplicationChangeInput = {
  /** What kind of channel it is to be (code). */
  channelType?: string | null | undefined;
  /** Whom to talk to. */
  contactName?: string | null | undefined;
  /** The e-mail address, for the portal too. */
  email?: string | null | undefined;
  /** The name of the agent-to-be. */
  name?: string | null | undefined;
  /** Where it wants to sell (code). */
  region?: string | null | undefined;
  /** The regions (codes) in which it asks for a territory, all of them; what was there is replaced. */
  territories?: Array<string> | null | undefined;
};

/** What a number that is kept encrypted is. */
export type SecretKind =
  /** Where money goes. */
  | 'BANK_ACCOUNT'
  /** The number of the identity card of a person. */
  | 'IDENTITY_NUMBER'
  /** A phone number. */
  | 'PHONE'
  /** The registration number of a company. */
  | 'REGISTRATION_NUMBER';

export type OwnApplicationShownQueryVariables = Exact<{
  code: string;
  token: string;
}>;


export type OwnApplicationShownQuery = { followApplication: { code: string, state: ApplicationState, name: string, contactName: string, email: string, channelType: string, region: string, territories: Array<string>, dueOn: string | null, rejectionReason: string | null, missingNumbers: Array<SecretKind>, missingDocuments: Array<string>, numbers: Array<{ kind: SecretKind, masked: string }>, documents: Array<{ id: string, kind: string, fileName: string, uploadedAt: string, mine: boolean }>, steps: Array<{ to: ApplicationState, at: string }>, contract: { planName: string | null, from: string | null, to: string | null, signedOn: string | null, signedDocumentId: string | null, signedAt: string | null } | null } | null };

export type OwnApplicationSubmitMutationVariables = Exact<{
  code: string;
  token: string;
}>;


export type OwnApplicationSubmitMutation = { submitOwnApplication:
    | { __typename: 'OwnApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type OwnApplicationWithdrawMutationVariables = Exact<{
  code: string;
  token: string;
  reason: string;
}>;


export type OwnApplicationWithdrawMutation = { withdrawOwnApplication:
    | { __typename: 'OwnApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type OwnApplicationSignMutationVariables = Exact<{
  code: string;
  token: string;
  documentId: string;
}>;


export type OwnApplicationSignMutation = { signOwnContract:
    | { __typename: 'OwnApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type OwnApplicationOptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnApplicationOptionsQuery = { applicationOptions: { channelTypes: Array<{ code: string, name: string }>, regions: Array<{ code: string, name: string }> } | null };

export type OwnApplicationChangeMutationVariables = Exact<{
  code: string;
  token: string;
  change: OwnApplicationChangeInput;
  numbers?: ApplicationNumbersInput | null | undefined;
}>;


export type OwnApplicationChangeMutation = { changeOwnApplication:
    | { __typename: 'OwnApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const OwnApplicationShownDocument = documentOf<OwnApplicationShownQuery, OwnApplicationShownQueryVariables>('OwnApplicationShown', `query OwnApplicationShown($code: String!, $token: String!) { followApplication(code: $code, token: $token) { code state name contactName email channelType region territories dueOn rejectionReason missingNumbers missingDocuments numbers { kind masked } documents { id kind fileName uploadedAt mine } steps { to at } contract { planName from to signedOn signedDocumentId signedAt } } }`);
export const OwnApplicationSubmitDocument = documentOf<OwnApplicationSubmitMutation, OwnApplicationSubmitMutationVariables>('OwnApplicationSubmit', `mutation OwnApplicationSubmit($code: String!, $token: String!) { submitOwnApplication(code: $code, token: $token) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const OwnApplicationWithdrawDocument = documentOf<OwnApplicationWithdrawMutation, OwnApplicationWithdrawMutationVariables>('OwnApplicationWithdraw', `mutation OwnApplicationWithdraw($code: String!, $token: String!, $reason: String!) { withdrawOwnApplication(code: $code, token: $token, reason: $reason) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const OwnApplicationSignDocument = documentOf<OwnApplicationSignMutation, OwnApplicationSignMutationVariables>('OwnApplicationSign', `mutation OwnApplicationSign($code: String!, $token: String!, $documentId: ID!) { signOwnContract(code: $code, token: $token, documentId: $documentId) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const OwnApplicationOptionsDocument = documentOf<OwnApplicationOptionsQuery, OwnApplicationOptionsQueryVariables>('OwnApplicationOptions', `query OwnApplicationOptions { applicationOptions { channelTypes { code name } regions { code name } } }`);
export const OwnApplicationChangeDocument = documentOf<OwnApplicationChangeMutation, OwnApplicationChangeMutationVariables>('OwnApplicationChange', `mutation OwnApplicationChange($code: String!, $token: String!, $change: OwnApplicationChangeInput!, $numbers: ApplicationNumbersInput) { changeOwnApplication( code: $code token: $token change: $change numbers: $numbers ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
