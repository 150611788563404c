// Made from Agents.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which agents. Everything named must hold. */
export type AgentFilter = {
  /** Of this channel type (code). */
  channelType?: string | null | undefined;
  /** The day asked about; the operator's today unless told. */
  on?: string | null | undefined;
  /** Directly below this agent (code) on the day. */
  parent?: string | null | undefined;
  /** Bound to this plan (code) by an agreement on the day. */
  plan?: string | null | undefined;
  /** In this region (code) or one under it on the day. */
  region?: string | null | undefined;
  /** Part of the code or the name, in any case. */
  search?: string | null | undefined;
  /** In this state on the day. */
  status?: AgentStatusCode | null | undefined;
  /** In this tier (code) on the day. */
  tier?: string | null | undefined;
};

/** Whether an agent may sell. */
export type AgentStatusCode =
  /** It sells and earns. */
  | 'ACTIVE'
  /** It earns nothing for now. */
  | 'SUSPENDED'
  /** Its agreement is over. */
  | 'TERMINATED';

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

export type AgentsListQueryVariables = Exact<{
  filter?: AgentFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentsListQuery = { agents: { edges: Array<{ node: { id: string, code: string, name: string, status: AgentStatusCode | null, channelType: { name: string }, region: { name: string } | null, tier: { name: string } | null, parent: { code: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AgentPageFileQueryVariables = Exact<{
  code: string;
  on?: string | null | undefined;
}>;


export type AgentPageFileQuery = { agentFile: { code: string, name: string, on: string, channelType: string, status: string | null, tier: string | null, region: string | null, parent: string | null, children: { directCount: number, allCount: number } | null, statuses: Array<{ status: AgentStatusCode, from: string, to: string | null }> | null, agreements: Array<{ code: string, plan: string, from: string, to: string | null, signedOn: string | null, taxPercent: string | null, minimumPayout: string | null, paymentDelayDays: number | null, trailing: string }> | null, territories: Array<{ territoryId: string, code: string, name: string, exclusive: boolean, from: string, to: string | null }> | null, contacts: Array<{ contactId: string, name: string, responsibility: string, email: string | null, phone: string | null, from: string, to: string | null }> | null, numbers: Array<{ kind: string, masked: string, changedAt: string }> | null, publishedScores: Array<{ period: string, template: string, total: string | null, state: string }> | null, statements: Array<{ period: string, currency: string, earned: string, payable: string, runStatus: string }> | null, conflicts: Array<{ code: string, kind: ConflictKind, state: string, side: string, openedAt: string }> | null, training: Array<{ course: string, name: string, takenOn: string, expiresOn: string | null, passed: boolean, holds: boolean }> | null, documents: Array<{ documentId: string, kind: string, fileName: string, sizeBytes: string, uploadedAt: string }> | null, decisions: Array<{ action: string, reason: string, effectiveFrom: string, by: string, at: string }> | null, tierMoves: Array<{ scheme: string, fromTier: string | null, toTier: string, effectiveOn: string, kind: string }> | null } | null };

export type AgentPageSuspendMutationVariables = Exact<{
  agentCode: string;
  from: string;
  until?: string | null | undefined;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type AgentPageSuspendMutation = { suspendAgent:
    | { __typename: 'AgentLifePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type AgentPageResumeMutationVariables = Exact<{
  agentCode: string;
  from: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type AgentPageResumeMutation = { resumeAgent:
    | { __typename: 'AgentLifePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type AgentPageTerminateMutationVariables = Exact<{
  agentCode: string;
  from: string;
  forCause: boolean;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type AgentPageTerminateMutation = { terminateAgent:
    | { __typename: 'AgentLifePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type AgentPageRevealMutationVariables = Exact<{
  agentCode?: string | null | undefined;
  kind: SecretKind;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type AgentPageRevealMutation = { revealNumber:
    | { __typename: 'RevealNumberPayload', number: string | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const AgentsListDocument = documentOf<AgentsListQuery, AgentsListQueryVariables>('AgentsList', `query AgentsList($filter: AgentFilter, $after: String) { agents(filter: $filter, first: 25, after: $after) { edges { node { id code name status channelType { name } region { name } tier { name } parent { code } } } pageInfo { hasNextPage endCursor } } }`);
export const AgentPageFileDocument = documentOf<AgentPageFileQuery, AgentPageFileQueryVariables>('AgentPageFile', `query AgentPageFile($code: String!, $on: Date) { agentFile(code: $code, on: $on) { code name on channelType status tier region parent children { directCount allCount } statuses { status from to } agreements { code plan from to signedOn taxPercent minimumPayout paymentDelayDays trailing } territories { territoryId code name exclusive from to } contacts { contactId name responsibility email phone from to } numbers { kind masked changedAt } publishedScores { period template total state } statements { period currency earned payable runStatus } conflicts { code kind state side openedAt } training { course name takenOn expiresOn passed holds } documents { documentId kind fileName sizeBytes uploadedAt } decisions { action reason effectiveFrom by at } tierMoves { scheme fromTier toTier effectiveOn kind } } }`);
export const AgentPageSuspendDocument = documentOf<AgentPageSuspendMutation, AgentPageSuspendMutationVariables>('AgentPageSuspend', `mutation AgentPageSuspend($agentCode: String!, $from: Date!, $until: Date, $reason: String!, $idempotencyKey: String) { suspendAgent( agentCode: $agentCode from: $from until: $until reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const AgentPageResumeDocument = documentOf<AgentPageResumeMutation, AgentPageResumeMutationVariables>('AgentPageResume', `mutation AgentPageResume($agentCode: String!, $from: Date!, $reason: String!, $idempotencyKey: String) { resumeAgent( agentCode: $agentCode from: $from reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const AgentPageTerminateDocument = documentOf<AgentPageTerminateMutation, AgentPageTerminateMutationVariables>('AgentPageTerminate', `mutation AgentPageTerminate($agentCode: String!, $from: Date!, $forCause: Boolean!, $reason: String!, $idempotencyKey: String) { terminateAgent( agentCode: $agentCode from: $from forCause: $forCause reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const AgentPageRevealDocument = documentOf<AgentPageRevealMutation, AgentPageRevealMutationVariables>('AgentPageReveal', `mutation AgentPageReveal($agentCode: String, $kind: SecretKind!, $reason: String!, $idempotencyKey: String) { revealNumber( agentCode: $agentCode kind: $kind reason: $reason idempotencyKey: $idempotencyKey ) { __typename ... on RevealNumberPayload { number } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
