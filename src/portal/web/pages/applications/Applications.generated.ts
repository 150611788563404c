// Made from Applications.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What is decided with the activation. */
export type ActivationInput = {
  /** The agent's code; the application's without it. */
  agentCode?: string | null | undefined;
  /** The agreement's code; made up of agent, plan and day without it. */
  agreementCode?: string | null | undefined;
  /** Percent of each payment that goes into the deposit until it is full. */
  depositPercent?: string | null | undefined;
  /** The deposit to be kept, in the plan’s currency. */
  depositTarget?: string | null | undefined;
  /** Its first day; the contract's without it, or today where that is later. */
  from?: string | null | undefined;
  /** Whether an accepted invoice is needed before payment; false without it. */
  invoiceRequired?: boolean | null | undefined;
  /** Less than this is not paid out but carried forward. */
  minimumPayout?: string | null | undefined;
  /** The agent (code) above it; none without it. */
  parent?: string | null | undefined;
  /** Percent of what is payable that is withheld as tax. */
  taxPercent?: string | null | undefined;
  /** Most commission of a period, over all components. */
  totalCap?: string | null | undefined;
  /** What becomes of RESIDUAL after termination; STOP without it. */
  trailing?: Trailing | null | undefined;
  /** Whether what is payable contains value-added tax; false without it: it is paid on top. */
  vatIncluded?: boolean | null | undefined;
  /** Percent of value-added tax on the agent’s invoices. */
  vatPercent?: string | null | undefined;
};

/** Which applications. Everything named must hold. */
export type ApplicationFilter = {
  /** For this channel type (code). */
  channelType?: string | null | undefined;
  /** Whether they are overdue today. */
  overdue?: boolean | null | undefined;
  /** For this region (code) or one under it. */
  region?: string | null | undefined;
  /** In one of these states. */
  states?: Array<ApplicationState> | null | undefined;
};

/** What the reviewer found for an item of the form. */
export type ApplicationScoreInput = {
  /** What the reviewer noted. */
  comment?: string | null | undefined;
  /** The item (code). */
  item: string;
  /** Points, 0 to 100. */
  points: string;
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

/** A territory that the applicant is to have once it is active. */
export type ApplicationTerritoryInput = {
  /** Whether nobody else may then sell there. */
  exclusive?: boolean;
  /** The region (code), with all under it. */
  region: string;
};

/** The contract that was signed. */
export type ContractInput = {
  /** The signed document, stored with the application; its hash is kept. */
  documentId: string;
  /** Its first day. */
  from: string;
  /** The plan (code) that it binds to. */
  plan: string;
  /** The day of the signature. */
  signedOn: string;
  /** The territories it is to have, all of them; what was there is replaced. */
  territories?: Array<ApplicationTerritoryInput> | null | undefined;
  /** The first day after it; no end without it. */
  to?: string | null | undefined;
};

/** Who has the same number. */
export type DuplicateSubject =
  /** An agent. */
  | 'AGENT'
  /** Another application. */
  | 'APPLICATION'
  /** It is on the blacklist. */
  | 'BLACKLIST';

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

/** What becomes of RESIDUAL after termination. */
export type Trailing =
  /** It is paid while the agreement is in force. */
  | 'CONTINUE'
  /** It ends. */
  | 'STOP';

export type ApplicationsListQueryVariables = Exact<{
  filter?: ApplicationFilter | null | undefined;
  before?: string | null | undefined;
}>;


export type ApplicationsListQuery = { applications: { edges: Array<{ node: { id: string, code: string, name: string, state: ApplicationState, dueOn: string | null, overdue: boolean, createdAt: string, channelType: { name: string }, region: { name: string } } }>, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } | null };

export type ApplicationPageOneQueryVariables = Exact<{
  code: string;
}>;


export type ApplicationPageOneQuery = { missingCourses: Array<string> | null, application: { id: string, code: string, name: string, state: ApplicationState, dueOn: string | null, overdue: boolean, createdAt: string, enteredBy: string, contactName: string, email: string, documentKinds: Array<string>, contractFrom: string | null, contractTo: string | null, contractSignedOn: string | null, channelType: { name: string }, region: { name: string }, agent: { code: string } | null, plan: { code: string } | null, numbers: Array<{ kind: SecretKind, masked: string }>, territories: Array<{ exclusive: boolean, region: { name: string } }>, documents: Array<{ id: string, kind: string, fileName: string, downloadPath: string, uploadedAt: string, uploadedBy: string }>, duplicates: Array<{ kind: SecretKind, subject: DuplicateSubject, code: string, name: string, state: string | null, reason: string | null, barredUntil: string | null }>, formVersion: { passMark: string, requiredDocuments: Array<string>, items: Array<{ code: string, name: string, weight: string }> } | null, scores: Array<{ item: string, points: string, comment: string | null, enteredBy: string }>, screening: { total: string, passes: boolean, unscored: Array<string> } | null, steps: Array<{ from: ApplicationState | null, to: ApplicationState, at: string, by: string, reason: string }> } | null, courses: Array<{ code: string, name: string }> | null, plans: Array<{ code: string, name: string }> | null };

export type ApplicationsSubmitMutationVariables = Exact<{
  code: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsSubmitMutation = { submitApplication:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsScreenMutationVariables = Exact<{
  code: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsScreenMutation = { startScreening:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsScoreMutationVariables = Exact<{
  code: string;
  scores: Array<ApplicationScoreInput> | ApplicationScoreInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsScoreMutation = { enterScores:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsApproveMutationVariables = Exact<{
  code: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsApproveMutation = { approveApplication:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsRejectMutationVariables = Exact<{
  code: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsRejectMutation = { rejectApplication:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsSignMutationVariables = Exact<{
  code: string;
  contract: ContractInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsSignMutation = { signContract:
    | { __typename: 'ApplicationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApplicationsActivateMutationVariables = Exact<{
  code: string;
  activation?: ActivationInput | null | undefined;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApplicationsActivateMutation = { activateApplication:
    | { __typename: 'ActivationPayload', agentCode: string, invitationToken: string | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ApplicationsListDocument = documentOf<ApplicationsListQuery, ApplicationsListQueryVariables>('ApplicationsList', `query ApplicationsList($filter: ApplicationFilter, $before: String) { applications(filter: $filter, last: 25, before: $before) { edges { node { id code name state dueOn overdue createdAt channelType { name } region { name } } } pageInfo { hasPreviousPage startCursor } } }`);
export const ApplicationPageOneDocument = documentOf<ApplicationPageOneQuery, ApplicationPageOneQueryVariables>('ApplicationPageOne', `query ApplicationPageOne($code: String!) { application(code: $code) { id code name state dueOn overdue createdAt enteredBy contactName email documentKinds channelType { name } region { name } agent { code } plan { code } contractFrom contractTo contractSignedOn numbers { kind masked } territories { exclusive region { name } } documents { id kind fileName downloadPath uploadedAt uploadedBy } duplicates { kind subject code name state reason barredUntil } formVersion { passMark requiredDocuments items { code name weight } } scores { item points comment enteredBy } screening { total passes unscored } steps { from to at by reason } } missingCourses(applicationCode: $code) courses { code name } plans { code name } }`);
export const ApplicationsSubmitDocument = documentOf<ApplicationsSubmitMutation, ApplicationsSubmitMutationVariables>('ApplicationsSubmit', `mutation ApplicationsSubmit($code: String!, $idempotencyKey: String) { submitApplication(code: $code, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsScreenDocument = documentOf<ApplicationsScreenMutation, ApplicationsScreenMutationVariables>('ApplicationsScreen', `mutation ApplicationsScreen($code: String!, $idempotencyKey: String) { startScreening(code: $code, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsScoreDocument = documentOf<ApplicationsScoreMutation, ApplicationsScoreMutationVariables>('ApplicationsScore', `mutation ApplicationsScore($code: String!, $scores: [ApplicationScoreInput!]!, $idempotencyKey: String) { enterScores(code: $code, scores: $scores, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsApproveDocument = documentOf<ApplicationsApproveMutation, ApplicationsApproveMutationVariables>('ApplicationsApprove', `mutation ApplicationsApprove($code: String!, $reason: String!, $idempotencyKey: String) { approveApplication( code: $code reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsRejectDocument = documentOf<ApplicationsRejectMutation, ApplicationsRejectMutationVariables>('ApplicationsReject', `mutation ApplicationsReject($code: String!, $reason: String!, $idempotencyKey: String) { rejectApplication(code: $code, reason: $reason, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsSignDocument = documentOf<ApplicationsSignMutation, ApplicationsSignMutationVariables>('ApplicationsSign', `mutation ApplicationsSign($code: String!, $contract: ContractInput!, $idempotencyKey: String) { signContract(code: $code, contract: $contract, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApplicationsActivateDocument = documentOf<ApplicationsActivateMutation, ApplicationsActivateMutationVariables>('ApplicationsActivate', `mutation ApplicationsActivate($code: String!, $activation: ActivationInput, $reason: String, $idempotencyKey: String) { activateApplication( code: $code activation: $activation reason: $reason idempotencyKey: $idempotencyKey ) { __typename ... on ActivationPayload { agentCode invitationToken } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
