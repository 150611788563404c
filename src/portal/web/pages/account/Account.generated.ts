// Made from Account.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AccountKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type AccountKeysQuery = { apiKeys: Array<{ id: string, name: string, createdAt: string, expiresAt: string | null, revokedAt: string | null }> };

export type AccountCreateKeyMutationVariables = Exact<{
  name: string;
  expiresAt?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type AccountCreateKeyMutation = { createApiKey:
    | { __typename: 'ApiKeyPayload', token: string | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type AccountRevokeKeyMutationVariables = Exact<{
  keyId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type AccountRevokeKeyMutation = { revokeApiKey:
    | { __typename: 'ApiKeyPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const AccountKeysDocument = documentOf<AccountKeysQuery, AccountKeysQueryVariables>('AccountKeys', `query AccountKeys { apiKeys { id name createdAt expiresAt revokedAt } }`);
export const AccountCreateKeyDocument = documentOf<AccountCreateKeyMutation, AccountCreateKeyMutationVariables>('AccountCreateKey', `mutation AccountCreateKey($name: String!, $expiresAt: DateTime, $idempotencyKey: String) { createApiKey( name: $name expiresAt: $expiresAt idempotencyKey: $idempotencyKey ) { __typename ... on ApiKeyPayload { token } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const AccountRevokeKeyDocument = documentOf<AccountRevokeKeyMutation, AccountRevokeKeyMutationVariables>('AccountRevokeKey', `mutation AccountRevokeKey($keyId: ID!, $idempotencyKey: String) { revokeApiKey(keyId: $keyId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
