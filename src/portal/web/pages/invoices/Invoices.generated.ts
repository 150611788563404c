// Made from Invoices.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** An invoice of an agent. */
export type InvoiceInput = {
  /** The id of the stored paper. */
  documentId?: string | null | undefined;
  /** With value-added tax. */
  gross: string;
  /** Its date, after the end of its periods. */
  issuedOn: string;
  /** Without value-added tax. */
  net: string;
  /** Its number; blanks and the case of letters do not count. */
  number: string;
  /** Its code, where it has one besides. */
  series?: string | null | undefined;
  /** The numbers of the statements it is for; its amounts are the sums of theirs. */
  statements: Array<string>;
  /** Value-added tax. */
  vat: string;
};

/** Where an invoice stands. */
export type InvoiceState =
  /** Its statements can be paid. */
  | 'ACCEPTED'
  /** Its number and statements are free again. */
  | 'REJECTED'
  /** Finance has to look at it. */
  | 'SUBMITTED'
  /** It was taken back; its number and statements are free again. */
  | 'WITHDRAWN';

export type InvoicesAwaitedQueryVariables = Exact<{
  agent: string;
}>;


export type InvoicesAwaitedQuery = { statements: { edges: Array<{ node: { id: string, period: string, currency: string, issued: { number: string, invoiceRequired: boolean, vatPercent: string | null, invoiceNet: string, vat: string, invoiceGross: string } | null } }> } | null, submitted: { edges: Array<{ node: { statements: Array<string> } }> } | null, accepted: { edges: Array<{ node: { statements: Array<string> } }> } | null };

export type InvoicesOwnQueryVariables = Exact<{
  agent: string;
  after?: string | null | undefined;
}>;


export type InvoicesOwnQuery = { invoices: { edges: Array<{ node: { id: string, number: string, series: string, issuedOn: string, currency: string, net: string, vat: string, gross: string, statements: Array<string>, state: InvoiceState, submittedAt: string, decidedAt: string | null, decision: string | null, document: { fileName: string, downloadPath: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type InvoicesSubmitMutationVariables = Exact<{
  input: InvoiceInput;
  idempotencyKey?: string | null | undefined;
}>;


export type InvoicesSubmitMutation = { submitInvoice:
    | { invoice: { number: string } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type InvoicesWithdrawMutationVariables = Exact<{
  invoiceId: string;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type InvoicesWithdrawMutation = { withdrawInvoice:
    | { __typename: 'InvoicePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const InvoicesAwaitedDocument = documentOf<InvoicesAwaitedQuery, InvoicesAwaitedQueryVariables>('InvoicesAwaited', `query InvoicesAwaited($agent: String!) { statements(agent: $agent, state: CONFIRMED, last: 48) { edges { node { id period currency issued { number invoiceRequired vatPercent invoiceNet vat invoiceGross } } } } submitted: invoices(agentCode: $agent, state: SUBMITTED, first: 100) { edges { node { statements } } } accepted: invoices(agentCode: $agent, state: ACCEPTED, first: 100) { edges { node { statements } } } }`);
export const InvoicesOwnDocument = documentOf<InvoicesOwnQuery, InvoicesOwnQueryVariables>('InvoicesOwn', `query InvoicesOwn($agent: String!, $after: String) { invoices(agentCode: $agent, first: 25, after: $after) { edges { node { id number series issuedOn currency net vat gross statements state submittedAt decidedAt decision document { fileName downloadPath } } } pageInfo { hasNextPage endCursor } } }`);
export const InvoicesSubmitDocument = documentOf<InvoicesSubmitMutation, InvoicesSubmitMutationVariables>('InvoicesSubmit', `mutation InvoicesSubmit($input: InvoiceInput!, $idempotencyKey: String) { submitInvoice(input: $input, idempotencyKey: $idempotencyKey) { ... on InvoicePayload { invoice { number } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const InvoicesWithdrawDocument = documentOf<InvoicesWithdrawMutation, InvoicesWithdrawMutationVariables>('InvoicesWithdraw', `mutation InvoicesWithdraw($invoiceId: ID!, $reason: String, $idempotencyKey: String) { withdrawInvoice( invoiceId: $invoiceId reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
