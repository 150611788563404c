// Made from Invitation.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type InvitationAcceptMutationVariables = Exact<{
  token: string;
  password: string;
}>;


export type InvitationAcceptMutation = { acceptInvitation:
    | { __typename: 'InvitationPayload', email: string }
    | { __typename: 'UserError' }
   };

export const InvitationAcceptDocument = documentOf<InvitationAcceptMutation, InvitationAcceptMutationVariables>('InvitationAccept', `mutation InvitationAccept($token: String!, $password: String!) { acceptInvitation(token: $token, password: $password) { __typename ... on InvitationPayload { email } } }`);
