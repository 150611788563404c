// Made from Manage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Somebody to talk to at an agent. */
export type AgentContactInput = {
  /** The e-mail address. */
  email?: string | null | undefined;
  /** The first day on which it holds. */
  from: string;
  /** The name. */
  name: string;
  /** The phone number. */
  phone?: string | null | undefined;
  /** What to talk about: OWNER, FINANCE, SALES … */
  responsibility: string;
  /** The first day on which it no longer holds; without it no end. */
  to?: string | null | undefined;
};

/** Whether an agent may sell. */
export type AgentStatusCode =
  /** It sells and earns. */
  | 'ACTIVE'
  /** It earns nothing for now. */
  | 'SUSPENDED'
  /** Its agreement is over. */
  | 'TERMINATED';

/** The paper that was signed. */
export type AgreementSignatureInput = {
  /** The id of the stored document. */
  documentId?: string | null | undefined;
  /** The SHA-256 of the document, in hexadecimal. */
  sha256?: string | null | undefined;
  /** The day on which it was signed. */
  signedOn?: string | null | undefined;
};

/** Terms of an agreement. Where it follows another, what is left out stays as it was, and null takes an amount away. */
export type AgreementTermsInput = {
  /** Percent of each payment that goes into the deposit until it is full. */
  depositPercent?: string | null | undefined;
  /** The deposit to be kept, in the plan’s currency. */
  depositTarget?: string | null | undefined;
  /** Whether an accepted invoice is needed before payment; false without it. */
  invoiceRequired?: boolean | null | undefined;
  /** Less than this is not paid out but carried forward. */
  minimumPayout?: string | null | undefined;
  /** How many days after a statement is confirmed it is paid; 0 without it. */
  paymentDelayDays?: number | null | undefined;
  /** How many days before its end somebody is reminded; 60 without it. */
  remindDays?: number | null | undefined;
  /** Percent of what is payable that is withheld as tax. */
  taxPercent?: string | null | undefined;
  /** Most commission of a period, over all components, pools last. */
  totalCap?: string | null | undefined;
  /** What becomes of RESIDUAL after termination; STOP without it. */
  trailing?: Trailing | null | undefined;
  /** Whether what is payable contains value-added tax; false without it: it is paid on top. */
  vatIncluded?: boolean | null | undefined;
  /** Percent of value-added tax on the agent’s invoices. */
  vatPercent?: string | null | undefined;
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

/** A right to sell. */
export type TerritoryInput = {
  /** The agent (code). */
  agentCode: string;
  /** Whether nobody else shall have a right there then, but agents below this one. */
  exclusive?: boolean | null | undefined;
  /** The first day on which it holds. */
  from: string;
  /** The region (code); those under it are included. */
  regionCode: string;
  /** The first day on which it no longer holds; no end without it. */
  to?: string | null | undefined;
};

/** What becomes of RESIDUAL after termination. */
export type Trailing =
  /** It is paid while the agreement is in force. */
  | 'CONTINUE'
  /** It ends. */
  | 'STOP';

export type ManageChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type ManageChoicesQuery = { regions: Array<{ code: string, name: string }>, plans: Array<{ code: string, name: string }> | null };

export type ManageOpenAgreementMutationVariables = Exact<{
  agentCode: string;
  code: string;
  plan: string;
  from: string;
  to?: string | null | undefined;
  terms?: AgreementTermsInput | null | undefined;
  signature?: AgreementSignatureInput | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageOpenAgreementMutation = { openAgreement:
    | { __typename: 'AgreementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageRenewAgreementMutationVariables = Exact<{
  renews: string;
  plan?: string | null | undefined;
  to?: string | null | undefined;
  terms?: AgreementTermsInput | null | undefined;
  signature?: AgreementSignatureInput | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageRenewAgreementMutation = { renewAgreement:
    | { __typename: 'AgreementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageChangeAgreementMutationVariables = Exact<{
  changes: string;
  from: string;
  plan?: string | null | undefined;
  terms?: AgreementTermsInput | null | undefined;
  signature?: AgreementSignatureInput | null | undefined;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageChangeAgreementMutation = { changeAgreement:
    | { __typename: 'AgreementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageEndAgreementMutationVariables = Exact<{
  code: string;
  on: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageEndAgreementMutation = { endAgreement:
    | { __typename: 'AgreementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageGrantTerritoryMutationVariables = Exact<{
  input: TerritoryInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageGrantTerritoryMutation = { grantTerritory:
    | { __typename: 'TerritoryPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageEndTerritoryMutationVariables = Exact<{
  territoryId: string;
  to: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageEndTerritoryMutation = { endTerritory:
    | { __typename: 'TerritoryPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageAddContactMutationVariables = Exact<{
  agentCode: string;
  contact: AgentContactInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageAddContactMutation = { addAgentContact:
    | { __typename: 'AgentContactPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageChangeContactMutationVariables = Exact<{
  contactId: string;
  contact: AgentContactInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageChangeContactMutation = { changeAgentContact:
    | { __typename: 'AgentContactPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageRemoveContactMutationVariables = Exact<{
  contactId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageRemoveContactMutation = { removeAgentContact:
    | { __typename: 'AgentContactPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageSaveNumberMutationVariables = Exact<{
  agentCode: string;
  kind: SecretKind;
  number: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageSaveNumberMutation = { saveNumber:
    | { __typename: 'SaveNumberPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageMoveMutationVariables = Exact<{
  agentCode: string;
  parentCode?: string | null | undefined;
  from: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageMoveMutation = { moveSubtree:
    | { __typename: 'MoveSubtreePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ManageComingQueryVariables = Exact<{
  code: string;
}>;


export type ManageComingQuery = { agent: { agreements: Array<{ code: string, from: string, to: string | null, plan: { name: string } }>, statuses: Array<{ status: AgentStatusCode, from: string, to: string | null }>, parents: Array<{ from: string, to: string | null, parent: { code: string, name: string } | null }>, regions: Array<{ from: string, to: string | null, region: { name: string } }>, tiers: Array<{ from: string, to: string | null, tier: { name: string } }> } | null, territories: { edges: Array<{ node: { id: string, from: string, to: string | null, region: { name: string } } }> } | null };

export type ManageWithdrawDecisionMutationVariables = Exact<{
  agentCode: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ManageWithdrawDecisionMutation = { withdrawAgentDecision:
    | { __typename: 'AgentLifePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ManageChoicesDocument = documentOf<ManageChoicesQuery, ManageChoicesQueryVariables>('ManageChoices', `query ManageChoices { regions { code name } plans { code name } }`);
export const ManageOpenAgreementDocument = documentOf<ManageOpenAgreementMutation, ManageOpenAgreementMutationVariables>('ManageOpenAgreement', `mutation ManageOpenAgreement($agentCode: String!, $code: String!, $plan: String!, $from: Date!, $to: Date, $terms: AgreementTermsInput, $signature: AgreementSignatureInput, $idempotencyKey: String) { openAgreement( agentCode: $agentCode code: $code plan: $plan from: $from to: $to terms: $terms signature: $signature idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageRenewAgreementDocument = documentOf<ManageRenewAgreementMutation, ManageRenewAgreementMutationVariables>('ManageRenewAgreement', `mutation ManageRenewAgreement($renews: String!, $plan: String, $to: Date, $terms: AgreementTermsInput, $signature: AgreementSignatureInput, $idempotencyKey: String) { renewAgreement( renews: $renews plan: $plan to: $to terms: $terms signature: $signature idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageChangeAgreementDocument = documentOf<ManageChangeAgreementMutation, ManageChangeAgreementMutationVariables>('ManageChangeAgreement', `mutation ManageChangeAgreement($changes: String!, $from: Date!, $plan: String, $terms: AgreementTermsInput, $signature: AgreementSignatureInput, $reason: String!, $idempotencyKey: String) { changeAgreement( changes: $changes from: $from plan: $plan terms: $terms signature: $signature reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageEndAgreementDocument = documentOf<ManageEndAgreementMutation, ManageEndAgreementMutationVariables>('ManageEndAgreement', `mutation ManageEndAgreement($code: String!, $on: Date!, $reason: String!, $idempotencyKey: String) { endAgreement( code: $code on: $on reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageGrantTerritoryDocument = documentOf<ManageGrantTerritoryMutation, ManageGrantTerritoryMutationVariables>('ManageGrantTerritory', `mutation ManageGrantTerritory($input: TerritoryInput!, $idempotencyKey: String) { grantTerritory(input: $input, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageEndTerritoryDocument = documentOf<ManageEndTerritoryMutation, ManageEndTerritoryMutationVariables>('ManageEndTerritory', `mutation ManageEndTerritory($territoryId: ID!, $to: Date!, $reason: String!, $idempotencyKey: String) { endTerritory( territoryId: $territoryId to: $to reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageAddContactDocument = documentOf<ManageAddContactMutation, ManageAddContactMutationVariables>('ManageAddContact', `mutation ManageAddContact($agentCode: String!, $contact: AgentContactInput!, $idempotencyKey: String) { addAgentContact( agentCode: $agentCode contact: $contact idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageChangeContactDocument = documentOf<ManageChangeContactMutation, ManageChangeContactMutationVariables>('ManageChangeContact', `mutation ManageChangeContact($contactId: ID!, $contact: AgentContactInput!, $idempotencyKey: String) { changeAgentContact( contactId: $contactId contact: $contact idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageRemoveContactDocument = documentOf<ManageRemoveContactMutation, ManageRemoveContactMutationVariables>('ManageRemoveContact', `mutation ManageRemoveContact($contactId: ID!, $reason: String!, $idempotencyKey: String) { removeAgentContact( contactId: $contactId reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageSaveNumberDocument = documentOf<ManageSaveNumberMutation, ManageSaveNumberMutationVariables>('ManageSaveNumber', `mutation ManageSaveNumber($agentCode: String!, $kind: SecretKind!, $number: String!, $idempotencyKey: String) { saveNumber( agentCode: $agentCode kind: $kind number: $number idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageMoveDocument = documentOf<ManageMoveMutation, ManageMoveMutationVariables>('ManageMove', `mutation ManageMove($agentCode: String!, $parentCode: String, $from: Date!, $reason: String!, $idempotencyKey: String) { moveSubtree( agentCode: $agentCode parentCode: $parentCode from: $from reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ManageComingDocument = documentOf<ManageComingQuery, ManageComingQueryVariables>('ManageComing', `query ManageComing($code: String!) { agent(code: $code) { agreements { code from to plan { name } } statuses { status from to } parents { from to parent { code name } } regions { from to region { name } } tiers { from to tier { name } } } territories(filter: {agentCode: $code}, first: 200) { edges { node { id from to region { name } } } } }`);
export const ManageWithdrawDecisionDocument = documentOf<ManageWithdrawDecisionMutation, ManageWithdrawDecisionMutationVariables>('ManageWithdrawDecision', `mutation ManageWithdrawDecision($agentCode: String!, $reason: String!, $idempotencyKey: String) { withdrawAgentDecision( agentCode: $agentCode reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
