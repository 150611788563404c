// Made from People.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What one of the people of an agent may do of what the agent may. */
export type CompanyRight =
  /** All of it. */
  | 'FULL'
  /** Sees all of it, and changes nothing. */
  | 'READ';

/** What somebody who signs in may do. */
export type Role =
  /** Sets everything up. */
  | 'ADMIN'
  /** Sees what concerns its own agent and the agents below it. */
  | 'AGENT'
  /** Reads everything, changes nothing. */
  | 'AUDITOR'
  /** Looks after the agents of a region and the regions under it. */
  | 'CHANNEL_MANAGER'
  /** Reads reports of misconduct, and nothing else that is about somebody. */
  | 'COMPLIANCE'
  /** Closes, approves and pays. */
  | 'FINANCE';

export type PeopleAccountsQueryVariables = Exact<{
  after?: string | null | undefined;
  search?: string | null | undefined;
  role?: Role | null | undefined;
  disabled?: boolean | null | undefined;
}>;


export type PeopleAccountsQuery = { accounts: { edges: Array<{ node: { id: string, email: string, name: string, role: Role, agentCode: string | null, regionCode: string | null, companyRight: CompanyRight | null, disabled: boolean, createdAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type PeopleRegionsQueryVariables = Exact<{ [key: string]: never; }>;


export type PeopleRegionsQuery = { regions: Array<{ code: string, name: string }> };

export type PeopleCreateMutationVariables = Exact<{
  email: string;
  name: string;
  role: Role;
  agentCode?: string | null | undefined;
  regionCode?: string | null | undefined;
  password: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PeopleCreateMutation = { createAccount:
    | { __typename: 'AccountPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PeopleDisableMutationVariables = Exact<{
  email: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PeopleDisableMutation = { disableAccount:
    | { __typename: 'AccountPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PeopleInviteMutationVariables = Exact<{
  agentCode: string;
  email: string;
  name: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PeopleInviteMutation = { inviteToPortal:
    | { __typename: 'InvitationTokenPayload', invitationToken: string | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PeopleEnableMutationVariables = Exact<{
  email: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PeopleEnableMutation = { enableAccount:
    | { __typename: 'AccountPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PeopleSetPasswordMutationVariables = Exact<{
  email: string;
  password: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PeopleSetPasswordMutation = { setPassword:
    | { __typename: 'AccountPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const PeopleAccountsDocument = documentOf<PeopleAccountsQuery, PeopleAccountsQueryVariables>('PeopleAccounts', `query PeopleAccounts($after: String, $search: String, $role: Role, $disabled: Boolean) { accounts( first: 25 after: $after search: $search role: $role disabled: $disabled ) { edges { node { id email name role agentCode regionCode companyRight disabled createdAt } } pageInfo { hasNextPage endCursor } } }`);
export const PeopleRegionsDocument = documentOf<PeopleRegionsQuery, PeopleRegionsQueryVariables>('PeopleRegions', `query PeopleRegions { regions { code name } }`);
export const PeopleCreateDocument = documentOf<PeopleCreateMutation, PeopleCreateMutationVariables>('PeopleCreate', `mutation PeopleCreate($email: String!, $name: String!, $role: Role!, $agentCode: String, $regionCode: String, $password: String!, $idempotencyKey: String) { createAccount( email: $email name: $name role: $role agentCode: $agentCode regionCode: $regionCode password: $password idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PeopleDisableDocument = documentOf<PeopleDisableMutation, PeopleDisableMutationVariables>('PeopleDisable', `mutation PeopleDisable($email: String!, $reason: String!, $idempotencyKey: String) { disableAccount(email: $email, reason: $reason, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PeopleInviteDocument = documentOf<PeopleInviteMutation, PeopleInviteMutationVariables>('PeopleInvite', `mutation PeopleInvite($agentCode: String!, $email: String!, $name: String!, $idempotencyKey: String) { inviteToPortal( agentCode: $agentCode email: $email name: $name idempotencyKey: $idempotencyKey ) { __typename ... on InvitationTokenPayload { invitationToken } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PeopleEnableDocument = documentOf<PeopleEnableMutation, PeopleEnableMutationVariables>('PeopleEnable', `mutation PeopleEnable($email: String!, $reason: String!, $idempotencyKey: String) { enableAccount(email: $email, reason: $reason, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PeopleSetPasswordDocument = documentOf<PeopleSetPasswordMutation, PeopleSetPasswordMutationVariables>('PeopleSetPassword', `mutation PeopleSetPassword($email: String!, $password: String!, $reason: String!, $idempotencyKey: String) { setPassword( email: $email password: $password reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
