// Made from Deals.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which registered deals. Everything named must hold. */
export type DealRegistrationFilter = {
  /** Of this agent (code). */
  agentCode?: string | null | undefined;
  /** Of this customer, as events name it. */
  customerId?: string | null | undefined;
  /** Whose protection, which has not ended another way, ends before this day begins. */
  endingBefore?: string | null | undefined;
  /** That stand there. */
  state?: RegistrationState | null | undefined;
};

/** A deal to be registered. */
export type DealRegistrationInput = {
  /** For which agent (code); agents register for themselves. */
  agentCode?: string | null | undefined;
  /** The product category it is for (code); neither this nor a product: anything. */
  categoryCode?: string | null | undefined;
  /** The customer as events name it. */
  customerId: string;
  /** The customer's name. */
  customerName: string;
  /** What the deal is about. */
  opportunity?: string | null | undefined;
  /** The one product it is for (code). */
  productCode?: string | null | undefined;
};

/** What becomes of a registration that clashes with another agent’s protected deal. */
export type RegistrationPolicyClash =
  /** It waits until that one ends. */
  | 'QUEUE'
  /** It is refused. */
  | 'REFUSE';

/** Who decides whether a deal is protected. */
export type RegistrationPolicyMode =
  /** It is protected at once where nobody else is. */
  | 'FIRST_COME'
  /** Staff decides about each. */
  | 'JUDGEMENT';

/** A sale. */
export type RegistrationSaleInput = {
  /** Its external id. */
  externalId: string;
  /** Its source. */
  source: string;
};

/** Where a registered deal stands. */
export type RegistrationState =
  /** Its protection is over. */
  | 'EXPIRED'
  /** The customer did not buy. */
  | 'LOST'
  /** Staff has to judge it. */
  | 'PENDING'
  /** It is protected. */
  | 'PROTECTED'
  /** It waits behind another agent's protected deal. */
  | 'QUEUED'
  /** It was refused: by staff, or because of another agent's protected deal. */
  | 'REFUSED'
  /** The agent took it back. */
  | 'WITHDRAWN'
  /** The agent sold what it registered; protected until its end. */
  | 'WON';

export type DealsListQueryVariables = Exact<{
  filter?: DealRegistrationFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type DealsListQuery = { dealRegistrations: { edges: Array<{ node: { id: string, code: string, customerId: string, customerName: string, state: RegistrationState, registeredAt: string, protectedUntilDay: string | null, agent: { code: string, name: string }, product: { code: string, name: string } | null, category: { code: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type DealsOneQueryVariables = Exact<{
  id: string;
}>;


export type DealsOneQuery = { node:
    | { id: string, code: string, customerId: string, customerName: string, opportunity: string | null, state: RegistrationState, registeredAt: string, registeredBy: string | null, protectedFrom: string | null, protectedUntil: string | null, protectedUntilDay: string | null, extensionCount: number, policyCode: string, wonEventSource: string | null, wonEventExternalId: string | null, agent: { code: string, name: string }, product: { code: string, name: string } | null, category: { code: string, name: string } | null, region: { code: string, name: string } | null, steps: Array<{ action: string, at: string, by: string | null, reason: string | null }> }
    | Record<PropertyKey, never>
   | null };

export type DealsCategoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type DealsCategoriesQuery = { productCategories: Array<{ code: string, name: string }> };

export type DealsPoliciesQueryVariables = Exact<{ [key: string]: never; }>;


export type DealsPoliciesQuery = { registrationPolicies: Array<{ code: string, name: string, versions: Array<{ number: number, from: string, mode: RegistrationPolicyMode, clash: RegistrationPolicyClash, protectionDays: number, extensionDays: number, maximumExtensions: number }> }> | null };

export type DealsClashQueryVariables = Exact<{
  agentCode?: string | null | undefined;
  customerId: string;
  productCode?: string | null | undefined;
  categoryCode?: string | null | undefined;
}>;


export type DealsClashQuery = { registrationClash:
    | { isProtected: boolean, customerName: string | null, since: string | null, agentCode: string | null, agentName: string | null, registration: string | null, protectedUntil: string | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsRegisterMutationVariables = Exact<{
  input: DealRegistrationInput;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsRegisterMutation = { registerDeal:
    | { registration: { id: string, code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsExtendMutationVariables = Exact<{
  registrationId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsExtendMutation = { extendRegistration:
    | { registration: { code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsWinMutationVariables = Exact<{
  registrationId: string;
  sale: RegistrationSaleInput;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsWinMutation = { winRegistration:
    | { registration: { code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsLoseMutationVariables = Exact<{
  registrationId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsLoseMutation = { loseRegistration:
    | { registration: { code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsWithdrawMutationVariables = Exact<{
  registrationId: string;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsWithdrawMutation = { withdrawRegistration:
    | { registration: { code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DealsJudgeMutationVariables = Exact<{
  registrationId: string;
  protect: boolean;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type DealsJudgeMutation = { judgeRegistration:
    | { registration: { code: string, state: RegistrationState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const DealsListDocument = documentOf<DealsListQuery, DealsListQueryVariables>('DealsList', `query DealsList($filter: DealRegistrationFilter, $after: String) { dealRegistrations(filter: $filter, first: 25, after: $after) { edges { node { id code customerId customerName state registeredAt protectedUntilDay agent { code name } product { code name } category { code name } } } pageInfo { hasNextPage endCursor } } }`);
export const DealsOneDocument = documentOf<DealsOneQuery, DealsOneQueryVariables>('DealsOne', `query DealsOne($id: ID!) { node(id: $id) { ... on DealRegistration { id code customerId customerName opportunity state registeredAt registeredBy protectedFrom protectedUntil protectedUntilDay extensionCount policyCode wonEventSource wonEventExternalId agent { code name } product { code name } category { code name } region { code name } steps { action at by reason } } } }`);
export const DealsCategoriesDocument = documentOf<DealsCategoriesQuery, DealsCategoriesQueryVariables>('DealsCategories', `query DealsCategories { productCategories { code name } }`);
export const DealsPoliciesDocument = documentOf<DealsPoliciesQuery, DealsPoliciesQueryVariables>('DealsPolicies', `query DealsPolicies { registrationPolicies { code name versions { number from mode clash protectionDays extensionDays maximumExtensions } } }`);
export const DealsClashDocument = documentOf<DealsClashQuery, DealsClashQueryVariables>('DealsClash', `query DealsClash($agentCode: String, $customerId: String!, $productCode: String, $categoryCode: String) { registrationClash( agentCode: $agentCode customerId: $customerId productCode: $productCode categoryCode: $categoryCode ) { ... on ClashingRegistration { isProtected customerName since agentCode agentName registration protectedUntil } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsRegisterDocument = documentOf<DealsRegisterMutation, DealsRegisterMutationVariables>('DealsRegister', `mutation DealsRegister($input: DealRegistrationInput!, $idempotencyKey: String) { registerDeal(input: $input, idempotencyKey: $idempotencyKey) { ... on DealRegistrationPayload { registration { id code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsExtendDocument = documentOf<DealsExtendMutation, DealsExtendMutationVariables>('DealsExtend', `mutation DealsExtend($registrationId: ID!, $idempotencyKey: String) { extendRegistration( registrationId: $registrationId idempotencyKey: $idempotencyKey ) { ... on DealRegistrationPayload { registration { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsWinDocument = documentOf<DealsWinMutation, DealsWinMutationVariables>('DealsWin', `mutation DealsWin($registrationId: ID!, $sale: RegistrationSaleInput!, $idempotencyKey: String) { winRegistration( registrationId: $registrationId sale: $sale idempotencyKey: $idempotencyKey ) { ... on DealRegistrationPayload { registration { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsLoseDocument = documentOf<DealsLoseMutation, DealsLoseMutationVariables>('DealsLose', `mutation DealsLose($registrationId: ID!, $reason: String!, $idempotencyKey: String) { loseRegistration( registrationId: $registrationId reason: $reason idempotencyKey: $idempotencyKey ) { ... on DealRegistrationPayload { registration { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsWithdrawDocument = documentOf<DealsWithdrawMutation, DealsWithdrawMutationVariables>('DealsWithdraw', `mutation DealsWithdraw($registrationId: ID!, $reason: String, $idempotencyKey: String) { withdrawRegistration( registrationId: $registrationId reason: $reason idempotencyKey: $idempotencyKey ) { ... on DealRegistrationPayload { registration { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DealsJudgeDocument = documentOf<DealsJudgeMutation, DealsJudgeMutationVariables>('DealsJudge', `mutation DealsJudge($registrationId: ID!, $protect: Boolean!, $reason: String!, $idempotencyKey: String) { judgeRegistration( registrationId: $registrationId protect: $protect reason: $reason idempotencyKey: $idempotencyKey ) { ... on DealRegistrationPayload { registration { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
