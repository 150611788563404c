// Made from Business.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Whether an agent may sell. */
export type AgentStatusCode =
  /** It sells and earns. */
  | 'ACTIVE'
  /** It earns nothing for now. */
  | 'SUSPENDED'
  /** Its agreement is over. */
  | 'TERMINATED';

/** What one of the people of an agent may do of what the agent may. */
export type CompanyRight =
  /** All of it. */
  | 'FULL'
  /** Sees all of it, and changes nothing. */
  | 'READ';

/** What a conflict is about. */
export type ConflictKind =
  /** Sold what the channel or the agent may not sell. */
  | 'AUTHORISATION'
  /** One sale claimed under two campaigns. */
  | 'CAMPAIGN_OVERLAP'
  /** Two agents claim one customer and product. */
  | 'DUPLICATE'
  /** Sold to a customer who is protected for another agent. */
  | 'OWNERSHIP'
  /** Sold below the floor price. */
  | 'PRICE_FLOOR'
  /** Sold outside the agent's territory, or inside another's exclusive one. */
  | 'TERRITORY';

/** Where a payee stands. */
export type PayeeState =
  /** It is paid on its days. */
  | 'APPROVED'
  /** Somebody else has to decide about it. */
  | 'PROPOSED'
  /** It was refused. */
  | 'REJECTED';

export type BusinessFileQueryVariables = Exact<{
  code: string;
}>;


export type BusinessFileQuery = { agentFile: { code: string, name: string, on: string, channelType: string, status: string | null, tier: string | null, region: string | null, parent: string | null, children: { directCount: number, allCount: number } | null, statuses: Array<{ status: AgentStatusCode, from: string, to: string | null }> | null, agreements: Array<{ code: string, plan: string, from: string, to: string | null, signedOn: string | null, taxPercent: string | null, minimumPayout: string | null, paymentDelayDays: number | null, trailing: string }> | null, territories: Array<{ territoryId: string, code: string, name: string, exclusive: boolean, from: string, to: string | null }> | null, contacts: Array<{ contactId: string, name: string, responsibility: string, email: string | null, phone: string | null, from: string, to: string | null }> | null, numbers: Array<{ kind: string, masked: string, changedAt: string }> | null, publishedScores: Array<{ period: string, template: string, total: string | null, state: string }> | null, statements: Array<{ period: string, currency: string, earned: string, payable: string, runStatus: string }> | null, conflicts: Array<{ code: string, kind: ConflictKind, state: string, side: string, openedAt: string }> | null, training: Array<{ course: string, name: string, takenOn: string, expiresOn: string | null, passed: boolean, holds: boolean }> | null, documents: Array<{ documentId: string, kind: string, fileName: string, sizeBytes: string, uploadedAt: string }> | null, decisions: Array<{ action: string, reason: string, effectiveFrom: string, by: string, at: string }> | null, tierMoves: Array<{ scheme: string, fromTier: string | null, toTier: string, effectiveOn: string, kind: string }> | null } | null };

export type BusinessTeamQueryVariables = Exact<{
  code: string;
  from: string;
  after?: string | null | undefined;
}>;


export type BusinessTeamQuery = { teamFigures: { edges: Array<{ node: { code: string, name: string, level: number, parentCode: string | null, agentCount: number, commission: Array<{ currency: string, amount: string }>, sales: Array<{ currency: string, amount: string, events: number, units: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type BusinessPayeesQueryVariables = Exact<{
  code: string;
  after?: string | null | undefined;
}>;


export type BusinessPayeesQuery = { payees: { edges: Array<{ node: { id: string, holderName: string, bankName: string, account: string, from: string, to: string | null, state: PayeeState, reason: string, proposedBy: string, proposedAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type BusinessProposePayeeMutationVariables = Exact<{
  agentCode: string;
  holderName: string;
  bankName: string;
  account: string;
  clearingCode?: string | null | undefined;
  from: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type BusinessProposePayeeMutation = { proposePayee:
    | { __typename: 'PayeePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type BusinessTrainingQueryVariables = Exact<{
  code: string;
}>;


export type BusinessTrainingQuery = { missingCourses: Array<string> | null, courses: Array<{ code: string, name: string }> | null, agentFile: { training: Array<{ course: string, name: string, takenOn: string, expiresOn: string | null, passed: boolean, holds: boolean, score: string | null }> | null } | null };

export type BusinessUsersQueryVariables = Exact<{ [key: string]: never; }>;


export type BusinessUsersQuery = { companyUsers: Array<{ email: string, name: string, disabled: boolean, companyRight: CompanyRight, createdAt: string }> | null };

export type BusinessInviteMutationVariables = Exact<{
  email: string;
  name: string;
  right: CompanyRight;
  idempotencyKey?: string | null | undefined;
}>;


export type BusinessInviteMutation = { inviteCompanyUser:
    | { __typename: 'CompanyInvitationPayload', invitationToken: string | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type BusinessRightMutationVariables = Exact<{
  email: string;
  right: CompanyRight;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type BusinessRightMutation = { changeCompanyUserRight:
    | { __typename: 'CompanyUsersPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type BusinessDisableMutationVariables = Exact<{
  email: string;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type BusinessDisableMutation = { disableCompanyUser:
    | { __typename: 'CompanyUsersPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type BusinessBenefitsQueryVariables = Exact<{
  agentCode: string;
}>;


export type BusinessBenefitsQuery = { agentBenefits: { tier: string | null, tierName: string | null, commissionMultiplier: string, creditLimit: string | null, priority: number | null, materials: Array<string> } | null };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const BusinessFileDocument = documentOf<BusinessFileQuery, BusinessFileQueryVariables>('BusinessFile', `query BusinessFile($code: String!) { agentFile(code: $code) { code name on channelType status tier region parent children { directCount allCount } statuses { status from to } agreements { code plan from to signedOn taxPercent minimumPayout paymentDelayDays trailing } territories { territoryId code name exclusive from to } contacts { contactId name responsibility email phone from to } numbers { kind masked changedAt } publishedScores { period template total state } statements { period currency earned payable runStatus } conflicts { code kind state side openedAt } training { course name takenOn expiresOn passed holds } documents { documentId kind fileName sizeBytes uploadedAt } decisions { action reason effectiveFrom by at } tierMoves { scheme fromTier toTier effectiveOn kind } } }`);
export const BusinessTeamDocument = documentOf<BusinessTeamQuery, BusinessTeamQueryVariables>('BusinessTeam', `query BusinessTeam($code: String!, $from: Period!, $after: String) { teamFigures( code: $code from: $from to: $from depth: 1 first: 25 after: $after ) { edges { node { code name level parentCode agentCount commission { currency amount } sales { currency amount events units } } } pageInfo { hasNextPage endCursor } } }`);
export const BusinessPayeesDocument = documentOf<BusinessPayeesQuery, BusinessPayeesQueryVariables>('BusinessPayees', `query BusinessPayees($code: String!, $after: String) { payees(agentCode: $code, first: 25, after: $after) { edges { node { id holderName bankName account from to state reason proposedBy proposedAt } } pageInfo { hasNextPage endCursor } } }`);
export const BusinessProposePayeeDocument = documentOf<BusinessProposePayeeMutation, BusinessProposePayeeMutationVariables>('BusinessProposePayee', `mutation BusinessProposePayee($agentCode: String!, $holderName: String!, $bankName: String!, $account: String!, $clearingCode: String, $from: Date!, $reason: String!, $idempotencyKey: String) { proposePayee( agentCode: $agentCode holderName: $holderName bankName: $bankName account: $account clearingCode: $clearingCode from: $from reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const BusinessTrainingDocument = documentOf<BusinessTrainingQuery, BusinessTrainingQueryVariables>('BusinessTraining', `query BusinessTraining($code: String!) { missingCourses(agentCode: $code) courses { code name } agentFile(code: $code) { training { course name takenOn expiresOn passed holds score } } }`);
export const BusinessUsersDocument = documentOf<BusinessUsersQuery, BusinessUsersQueryVariables>('BusinessUsers', `query BusinessUsers { companyUsers { email name disabled companyRight createdAt } }`);
export const BusinessInviteDocument = documentOf<BusinessInviteMutation, BusinessInviteMutationVariables>('BusinessInvite', `mutation BusinessInvite($email: String!, $name: String!, $right: CompanyRight!, $idempotencyKey: String) { inviteCompanyUser( email: $email name: $name right: $right idempotencyKey: $idempotencyKey ) { __typename ... on CompanyInvitationPayload { invitationToken } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const BusinessRightDocument = documentOf<BusinessRightMutation, BusinessRightMutationVariables>('BusinessRight', `mutation BusinessRight($email: String!, $right: CompanyRight!, $reason: String, $idempotencyKey: String) { changeCompanyUserRight( email: $email right: $right reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const BusinessDisableDocument = documentOf<BusinessDisableMutation, BusinessDisableMutationVariables>('BusinessDisable', `mutation BusinessDisable($email: String!, $reason: String, $idempotencyKey: String) { disableCompanyUser( email: $email reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const BusinessBenefitsDocument = documentOf<BusinessBenefitsQuery, BusinessBenefitsQueryVariables>('BusinessBenefits', `query BusinessBenefits($agentCode: String!) { agentBenefits(agentCode: $agentCode) { tier tierName commissionMultiplier creditLimit priority materials } }`);
