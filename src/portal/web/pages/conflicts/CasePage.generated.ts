// Made from CasePage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where an appeal about a case stands. */
export type ConflictAppealState =
  /** Another decision took its place. */
  | 'CHANGED'
  /** Another person than decided has to decide about it. */
  | 'FILED'
  /** The decision stays. */
  | 'UPHELD'
  /** The party took it back. */
  | 'WITHDRAWN';

/** Who reads a comment. */
export type ConflictAudience =
  /** Staff and every party. */
  | 'PARTIES'
  /** Staff and the one side that said it or is asked. */
  | 'SIDE'
  /** Staff only. */
  | 'STAFF';

/** Where a case stands. */
export type ConflictCaseState =
  /** A party appealed: somebody else has to decide. */
  | 'APPEALED'
  /** It is settled for good, or what it was about is no more. */
  | 'CLOSED'
  /** Somebody mediates. */
  | 'IN_MEDIATION'
  /** It was found, or opened again. */
  | 'OPEN'
  /** It was decided; its parties may appeal for some days. */
  | 'RESOLVED';

/** Why a case is closed. */
export type ConflictClosing =
  /** Somebody else decided last. */
  | 'APPEAL_DECIDED'
  /** What it was about is no more. */
  | 'FACTS_CHANGED'
  /** Nobody appealed in time. */
  | 'FINAL';

/** What a decision does to the credits of a case's events. */
export type ConflictCredits =
  /** One agent is credited for the event that stays; the other events of the case are not credited. */
  | 'AWARD'
  /** They stay as they came; without deductions the case is dismissed. */
  | 'KEEP'
  /** Several agents are, by percents that total exactly 100; the other events of the case are not credited. */
  | 'SPLIT'
  /** The event that was found is not credited. */
  | 'VOID';

/** What is decided about a case. */
export type ConflictDecisionInput = {
  /** What becomes of the credits. */
  credits: ConflictCredits;
  /** AWARD and SPLIT: the event of the case that stays; else the own one of the awarded agent, or the earliest. */
  keptEvent?: ConflictEventKeyInput | null | undefined;
  /** What is taken from agents. */
  penalties?: Array<ConflictPenaltyInput> | null | undefined;
  /** PRICE_FLOOR: whether what is missing to the floor price is taken from whoever is credited, by their shares. */
  priceDifference?: boolean | null | undefined;
  /** Why; all parties read it. */
  reason: string;
  /** AWARD: the one agent; SPLIT: two or more. */
  shares?: Array<ConflictShareInput> | null | undefined;
};

/** Why money is taken. */
export type ConflictDeductionKind =
  /** A penalty. */
  | 'PENALTY'
  /** What is missing from the sale to its floor price. */
  | 'PRICE_DIFFERENCE';

/** What a conflict does to the commission until it is settled. */
export type ConflictEffect =
  /** Nothing. */
  | 'FLAG'
  /** It is not paid, and shown as held. */
  | 'HOLD'
  /** It is not paid. */
  | 'REJECT';

/** An event, by its key. */
export type ConflictEventKeyInput = {
  /** Its id there. */
  externalId: string;
  /** The system it came from. */
  source: string;
};

/** What a piece of evidence is. */
export type ConflictEvidenceKind =
  /** A stored file. */
  | 'DOCUMENT'
  /** A sales event. */
  | 'EVENT'
  /** Words. */
  | 'NOTE'
  /** A price that was seen. */
  | 'PRICE';

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

/** A penalty. Name the agent by its code, or by its side where that has one agent. */
export type ConflictPenaltyInput = {
  /** The agent (code): of the case, or for administrators any. */
  agentCode?: string | null | undefined;
  /** How much, not finer than the currency. */
  amount: string;
  /** In which currency (ISO 4217). */
  currency: string;
  /** The one agent of this side. */
  side?: ConflictSide | null | undefined;
};

/** How an agent is credited. Name it by its code, or by its side where that has one agent. */
export type ConflictShareInput = {
  /** The agent (code): of the case, or for administrators any. */
  agentCode?: string | null | undefined;
  /** SPLIT: its part; all parts total exactly 100. */
  percent?: string | null | undefined;
  /** As what: SELLER unless told. */
  role?: string | null | undefined;
  /** The one agent of this side. */
  side?: ConflictSide | null | undefined;
};

/** Which side an agent is on. */
export type ConflictSide =
  /** It sold. */
  | 'ACCUSED'
  /** It is its customer, territory or earlier sale. */
  | 'CLAIMANT';

/** What the votes have come to. */
export type ConflictVoteOutcome =
  /** More than half of the seats are in favour: the decision was taken. */
  | 'DECIDED'
  /** Others have to vote. */
  | 'OPEN'
  /** More than half cannot be reached any more: it was not taken. */
  | 'SETTLED';

/** What a document is about. */
export type DocumentSubject =
  /** Who an agent is and may do. */
  | 'AGENT'
  /** An applicant. */
  | 'APPLICATION'
  /** What is settled with an agent: an invoice, or what speaks in a dispute. */
  | 'SETTLEMENT';

export type CasePageCaseQueryVariables = Exact<{
  code: string;
}>;


export type CasePageCaseQuery = { conflictCase: { id: string, code: string, kind: ConflictKind, state: ConflictCaseState, effect: ConflictEffect, closing: ConflictClosing | null, period: string, openedAt: string, dueAt: string, isOverdue: boolean, escalationLevel: number | null, resolvedAt: string | null, appealUntil: string | null, closedAt: string | null, reopenedCount: number, regionCode: string | null, ruleCode: string, ruleName: string, mediatorName: string | null, committee: Array<string>, mediators: Array<{ email: string, name: string, regionCode: string | null }>, parties: Array<{ agentCode: string, side: ConflictSide, event: string | null, region: string | null, registration: string | null, tests: Array<string> }>, events: Array<{ source: string, externalId: string, type: string, agentCode: string, customerId: string | null, productCode: string, quantity: string, amount: string, currency: string, occurredAt: string, isHit: boolean }> | null, findings: Array<{ test: string, agents: Array<string>, campaigns: Array<string>, courses: Array<string>, currency: string | null, events: Array<string>, floorPrice: string | null, region: string | null, registration: string | null }> | null, evidence: Array<{ agentCode: string | null, at: string, by: string | null, kind: ConflictEvidenceKind, text: string, event: string | null, price: string | null, currency: string | null, documentPath: string | null }>, comments: Array<{ agentCode: string | null, at: string, audience: ConflictAudience, by: string | null, text: string }>, decisions: Array<{ number: number, credits: ConflictCredits, decidedAt: string, decidedBy: string | null, byCommittee: boolean | null, onAppeal: boolean, inForce: boolean, reason: string, keptEvent: { source: string, externalId: string } | null, shares: Array<{ agentCode: string | null, role: string, share: string }>, deductions: Array<{ agentCode: string | null, kind: ConflictDeductionKind, amount: string, currency: string }> }>, appeals: Array<{ id: string, agentCode: string | null, state: ConflictAppealState, filedAt: string, filedBy: string, reason: string, decision: string | null, decidedAt: string | null, decidedBy: string | null }>, proposals: Array<{ id: string, content: unknown, proposedAt: string, proposedBy: string, settledAt: string | null, votes: Array<{ at: string, name: string, inFavour: boolean, reason: string | null }> }>, steps: Array<{ action: string, at: string, by: string | null, reason: string | null, toState: ConflictCaseState }> } | null };

export type CasePageHeldQueryVariables = Exact<{
  agent: string;
  period: string;
  code: string;
}>;


export type CasePageHeldQuery = { statements: { edges: Array<{ node: { id: string, held: { edges: Array<{ node: { amount: string, currency: string, role: string, event: { source: string, externalId: string } | null, component: { code: string } } }>, pageInfo: { hasNextPage: boolean } } } }> } | null };

export type CasePagePapersQueryVariables = Exact<{
  agentCode: string;
}>;


export type CasePagePapersQuery = { documents: { edges: Array<{ node: { id: string, subject: DocumentSubject, fileName: string, kind: string } }> } | null };

export type CasePagePreviewQueryVariables = Exact<{
  caseId: string;
  decision: ConflictDecisionInput;
}>;


export type CasePagePreviewQuery = { conflictDecisionPreview: { keptEvent: { source: string, externalId: string, agentCode: string } | null, notCredited: Array<{ source: string, externalId: string, agentCode: string }>, shares: Array<{ agentCode: string | null, role: string, share: string }>, deductions: Array<{ agentCode: string | null, kind: ConflictDeductionKind, amount: string, currency: string }> } | null };

export type CasePageCommentMutationVariables = Exact<{
  caseId: string;
  text: string;
  audience?: ConflictAudience | null | undefined;
  agentCode?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageCommentMutation = { addConflictComment:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageEvidenceMutationVariables = Exact<{
  caseId: string;
  kind: ConflictEvidenceKind;
  text: string;
  agentCode?: string | null | undefined;
  documentId?: string | null | undefined;
  event?: ConflictEventKeyInput | null | undefined;
  price?: string | null | undefined;
  currency?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageEvidenceMutation = { addConflictEvidence:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageAssignMutationVariables = Exact<{
  caseId: string;
  mediator?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageAssignMutation = { assignConflictMediator:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageMediateMutationVariables = Exact<{
  caseId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageMediateMutation = { startConflictMediation:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageCommitteeMutationVariables = Exact<{
  caseId: string;
  members: Array<string> | string;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageCommitteeMutation = { setConflictCommittee:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageProposeMutationVariables = Exact<{
  caseId: string;
  decision: ConflictDecisionInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageProposeMutation = { proposeConflictDecision:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageDecideMutationVariables = Exact<{
  caseId: string;
  decision: ConflictDecisionInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageDecideMutation = { decideConflictCase:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageReopenMutationVariables = Exact<{
  caseId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageReopenMutation = { reopenConflictCase:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageAppealMutationVariables = Exact<{
  caseId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageAppealMutation = { fileConflictAppeal:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageWithdrawAppealMutationVariables = Exact<{
  appealId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageWithdrawAppealMutation = { withdrawConflictAppeal:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageDecideAppealMutationVariables = Exact<{
  appealId: string;
  answer: string;
  decision?: ConflictDecisionInput | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageDecideAppealMutation = { decideConflictAppeal:
    | { case: { code: string, state: ConflictCaseState } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type CasePageVoteMutationVariables = Exact<{
  proposalId: string;
  inFavour: boolean;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CasePageVoteMutation = { voteOnConflictProposal:
    | { outcome: ConflictVoteOutcome }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const CasePageCaseDocument = documentOf<CasePageCaseQuery, CasePageCaseQueryVariables>('CasePageCase', `query CasePageCase($code: String!) { conflictCase(code: $code) { id code kind state effect closing period openedAt dueAt isOverdue escalationLevel resolvedAt appealUntil closedAt reopenedCount regionCode ruleCode ruleName mediatorName committee mediators { email name regionCode } parties { agentCode side event region registration tests } events { source externalId type agentCode customerId productCode quantity amount currency occurredAt isHit } findings { test agents campaigns courses currency events floorPrice region registration } evidence { agentCode at by kind text event price currency documentPath } comments { agentCode at audience by text } decisions { number credits decidedAt decidedBy byCommittee onAppeal inForce reason keptEvent { source externalId } shares { agentCode role share } deductions { agentCode kind amount currency } } appeals { id agentCode state filedAt filedBy reason decision decidedAt decidedBy } proposals { id content proposedAt proposedBy settledAt votes { at name inFavour reason } } steps { action at by reason toState } } }`);
export const CasePageHeldDocument = documentOf<CasePageHeldQuery, CasePageHeldQueryVariables>('CasePageHeld', `query CasePageHeld($agent: String!, $period: Period!, $code: String!) { statements(agent: $agent, period: $period, first: 4) { edges { node { id held(case: $code, first: 100) { edges { node { amount currency role event { source externalId } component { code } } } pageInfo { hasNextPage } } } } } }`);
export const CasePagePapersDocument = documentOf<CasePagePapersQuery, CasePagePapersQueryVariables>('CasePagePapers', `query CasePagePapers($agentCode: String!) { documents(agentCode: $agentCode, first: 200) { edges { node { id subject fileName kind } } } }`);
export const CasePagePreviewDocument = documentOf<CasePagePreviewQuery, CasePagePreviewQueryVariables>('CasePagePreview', `query CasePagePreview($caseId: ID!, $decision: ConflictDecisionInput!) { conflictDecisionPreview(caseId: $caseId, decision: $decision) { keptEvent { source externalId agentCode } notCredited { source externalId agentCode } shares { agentCode role share } deductions { agentCode kind amount currency } } }`);
export const CasePageCommentDocument = documentOf<CasePageCommentMutation, CasePageCommentMutationVariables>('CasePageComment', `mutation CasePageComment($caseId: ID!, $text: String!, $audience: ConflictAudience, $agentCode: String, $idempotencyKey: String) { addConflictComment( caseId: $caseId text: $text audience: $audience agentCode: $agentCode idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageEvidenceDocument = documentOf<CasePageEvidenceMutation, CasePageEvidenceMutationVariables>('CasePageEvidence', `mutation CasePageEvidence($caseId: ID!, $kind: ConflictEvidenceKind!, $text: String!, $agentCode: String, $documentId: ID, $event: ConflictEventKeyInput, $price: Decimal, $currency: String, $idempotencyKey: String) { addConflictEvidence( caseId: $caseId kind: $kind text: $text agentCode: $agentCode documentId: $documentId event: $event price: $price currency: $currency idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageAssignDocument = documentOf<CasePageAssignMutation, CasePageAssignMutationVariables>('CasePageAssign', `mutation CasePageAssign($caseId: ID!, $mediator: String, $idempotencyKey: String) { assignConflictMediator( caseId: $caseId mediator: $mediator idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageMediateDocument = documentOf<CasePageMediateMutation, CasePageMediateMutationVariables>('CasePageMediate', `mutation CasePageMediate($caseId: ID!, $idempotencyKey: String) { startConflictMediation(caseId: $caseId, idempotencyKey: $idempotencyKey) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageCommitteeDocument = documentOf<CasePageCommitteeMutation, CasePageCommitteeMutationVariables>('CasePageCommittee', `mutation CasePageCommittee($caseId: ID!, $members: [String!]!, $idempotencyKey: String) { setConflictCommittee( caseId: $caseId members: $members idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageProposeDocument = documentOf<CasePageProposeMutation, CasePageProposeMutationVariables>('CasePagePropose', `mutation CasePagePropose($caseId: ID!, $decision: ConflictDecisionInput!, $idempotencyKey: String) { proposeConflictDecision( caseId: $caseId decision: $decision idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageDecideDocument = documentOf<CasePageDecideMutation, CasePageDecideMutationVariables>('CasePageDecide', `mutation CasePageDecide($caseId: ID!, $decision: ConflictDecisionInput!, $idempotencyKey: String) { decideConflictCase( caseId: $caseId decision: $decision idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageReopenDocument = documentOf<CasePageReopenMutation, CasePageReopenMutationVariables>('CasePageReopen', `mutation CasePageReopen($caseId: ID!, $reason: String!, $idempotencyKey: String) { reopenConflictCase( caseId: $caseId reason: $reason idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageAppealDocument = documentOf<CasePageAppealMutation, CasePageAppealMutationVariables>('CasePageAppeal', `mutation CasePageAppeal($caseId: ID!, $reason: String!, $idempotencyKey: String) { fileConflictAppeal( caseId: $caseId reason: $reason idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageWithdrawAppealDocument = documentOf<CasePageWithdrawAppealMutation, CasePageWithdrawAppealMutationVariables>('CasePageWithdrawAppeal', `mutation CasePageWithdrawAppeal($appealId: ID!, $idempotencyKey: String) { withdrawConflictAppeal(appealId: $appealId, idempotencyKey: $idempotencyKey) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageDecideAppealDocument = documentOf<CasePageDecideAppealMutation, CasePageDecideAppealMutationVariables>('CasePageDecideAppeal', `mutation CasePageDecideAppeal($appealId: ID!, $answer: String!, $decision: ConflictDecisionInput, $idempotencyKey: String) { decideConflictAppeal( appealId: $appealId answer: $answer decision: $decision idempotencyKey: $idempotencyKey ) { ... on ConflictCasePayload { case { code state } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const CasePageVoteDocument = documentOf<CasePageVoteMutation, CasePageVoteMutationVariables>('CasePageVote', `mutation CasePageVote($proposalId: ID!, $inFavour: Boolean!, $reason: String, $idempotencyKey: String) { voteOnConflictProposal( proposalId: $proposalId inFavour: $inFavour reason: $reason idempotencyKey: $idempotencyKey ) { ... on ConflictVotePayload { outcome } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
