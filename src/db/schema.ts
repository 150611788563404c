import { defineRelations } from 'drizzle-orm';

import * as adjustments from '../adjustments/tables.ts';
import * as agents from '../agents/tables.ts';
import * as audit from '../audit/tables.ts';
import * as auth from '../auth/tables.ts';
import * as awards from '../awards/tables.ts';
import * as balances from '../balances/tables.ts';
import * as closing from '../closing/tables.ts';
import * as lines from '../commissions/lines.ts';
import * as commissions from '../commissions/tables.ts';
import * as conflicts from '../conflicts/tables.ts';
import * as crediting from '../crediting/tables.ts';
import * as deposits from '../deposits/tables.ts';
import * as disputes from '../disputes/tables.ts';
import * as documents from '../documents/tables.ts';
import * as exports from '../exports/tables.ts';
import * as invoices from '../invoices/tables.ts';
import * as loyalty from '../loyalty/tables.ts';
import * as misconduct from '../misconduct/tables.ts';
import * as notices from '../notices/tables.ts';
import * as onboarding from '../onboarding/tables.ts';
import * as partners from '../partners/tables.ts';
import * as payments from '../payments/tables.ts';
import * as reconciliation from '../reconciliation/tables.ts';
import * as reference from '../reference/tables.ts';
import * as registrations from '../registrations/tables.ts';
import * as reminders from '../reminders/tables.ts';
import * as sales from '../sales/tables.ts';
import * as scorecards from '../scorecards/tables.ts';
import * as settlement from '../settlement/tables.ts';
import * as statements from '../statements/tables.ts';
import * as territories from '../territories/tables.ts';
import * as tiers from '../tiers/tables.ts';
import * as training from '../training/tables.ts';

/** Every table of every capability, for drizzle's relational queries and the GraphQL schema that reads through them. */
const tables = {
  ...reference,
  ...agents,
  ...sales,
  ...commissions,
  ...lines,
  ...statements,
  ...balances,
  ...closing,
  ...deposits,
  ...disputes,
  ...exports,
  ...invoices,
  ...payments,
  ...reconciliation,
  ...settlement,
  ...audit,
  ...auth,
  ...onboarding,
  ...documents,
  ...partners,
  ...territories,
  ...training,
  ...reminders,
  ...misconduct,
  ...scorecards,
  ...tiers,
  ...loyalty,
  ...awards,
  ...notices,
  ...registrations,
  ...conflicts,
  ...crediting,
  ...adjustments,
};

export const relations = defineRelations(tables, (r) => ({
  region: { parent: r.one.region({ from: r.region.parentId, to: r.region.id, alias: 'region_tree' }) },
  product: { category: r.one.productCategory({ from: r.product.categoryId, to: r.productCategory.id }) },
  agent: {
    channelType: r.one.channelType({ from: r.agent.channelTypeId, to: r.channelType.id, optional: false }),
    tiers: r.many.agentTier({ from: r.agent.id, to: r.agentTier.agentId }),
    regions: r.many.agentRegion({ from: r.agent.id, to: r.agentRegion.agentId }),
    parents: r.many.agentParent({ from: r.agent.id, to: r.agentParent.agentId }),
    statuses: r.many.agentStatus({ from: r.agent.id, to: r.agentStatus.agentId }),
    agreements: r.many.agreement({ from: r.agent.id, to: r.agreement.agentId }),
    statements: r.many.statement({ from: r.agent.id, to: r.statement.agentId }),
  },
  scoreTemplate: {
    channelType: r.one.channelType({ from: r.scoreTemplate.channelTypeId, to: r.channelType.id }),
    tier: r.one.tier({ from: r.scoreTemplate.tierId, to: r.tier.id }),
    versions: r.many.scoreTemplateVersion({ from: r.scoreTemplate.id, to: r.scoreTemplateVersion.templateId }),
  },
  scoreTemplateVersion: {
    template: r.one.scoreTemplate({ from: r.scoreTemplateVersion.templateId, to: r.scoreTemplate.id, optional: false }),
  },
  scoreTarget: {
    agent: r.one.agent({ from: r.scoreTarget.agentId, to: r.agent.id }),
    region: r.one.region({ from: r.scoreTarget.regionId, to: r.region.id }),
    channelType: r.one.channelType({ from: r.scoreTarget.channelTypeId, to: r.channelType.id }),
  },
  score: {
    agent: r.one.agent({ from: r.score.agentId, to: r.agent.id, optional: false }),
    round: r.one.scoreRound({ from: r.score.period, to: r.scoreRound.period, optional: false }),
    templateVersion: r.one.scoreTemplateVersion({
      from: r.score.templateVersionId,
      to: r.scoreTemplateVersion.id,
      optional: false,
    }),
    appeals: r.many.scoreAppeal({ from: r.score.id, to: r.scoreAppeal.scoreId }),
  },
  scoreAppeal: {
    agent: r.one.agent({ from: r.scoreAppeal.agentId, to: r.agent.id, optional: false }),
    score: r.one.score({ from: r.scoreAppeal.scoreId, to: r.score.id, optional: false }),
    newScore: r.one.score({ from: r.scoreAppeal.newScoreId, to: r.score.id, alias: 'score_after_appeal' }),
  },
  ratingInvitation: {
    agent: r.one.agent({ from: r.ratingInvitation.agentId, to: r.agent.id, optional: false }),
    round: r.one.ratingRound({ from: r.ratingInvitation.roundId, to: r.ratingRound.id, optional: false }),
    answer: r.one.ratingAnswer({ from: r.ratingInvitation.id, to: r.ratingAnswer.invitationId }),
  },
  tierScheme: {
    versions: r.many.tierSchemeVersion({ from: r.tierScheme.id, to: r.tierSchemeVersion.schemeId }),
  },
  tierSchemeVersion: {
    scheme: r.one.tierScheme({ from: r.tierSchemeVersion.schemeId, to: r.tierScheme.id, optional: false }),
  },
  tierEvaluation: {
    scheme: r.one.tierScheme({ from: r.tierEvaluation.schemeId, to: r.tierScheme.id, optional: false }),
    version: r.one.tierSchemeVersion({
      from: r.tierEvaluation.versionId,
      to: r.tierSchemeVersion.id,
      optional: false,
    }),
  },
  tierMove: {
    agent: r.one.agent({ from: r.tierMove.agentId, to: r.agent.id, optional: false }),
    evaluation: r.one.tierEvaluation({ from: r.tierMove.evaluationId, to: r.tierEvaluation.id, optional: false }),
    fromTier: r.one.tier({ from: r.tierMove.fromTierId, to: r.tier.id, alias: 'tier_before_move' }),
    toTier: r.one.tier({ from: r.tierMove.toTierId, to: r.tier.id, optional: false, alias: 'tier_after_move' }),
  },
  tierOverride: {
    agent: r.one.agent({ from: r.tierOverride.agentId, to: r.agent.id, optional: false }),
    tier: r.one.tier({ from: r.tierOverride.tierId, to: r.tier.id, optional: false }),
  },
  loyaltyGrid: {
    versions: r.many.loyaltyGridVersion({ from: r.loyaltyGrid.id, to: r.loyaltyGridVersion.gridId }),
  },
  loyaltyPlacement: {
    agent: r.one.agent({ from: r.loyaltyPlacement.agentId, to: r.agent.id, optional: false }),
    grid: r.one.loyaltyGrid({ from: r.loyaltyPlacement.gridId, to: r.loyaltyGrid.id, optional: false }),
  },
  awardRule: { versions: r.many.awardRuleVersion({ from: r.awardRule.id, to: r.awardRuleVersion.ruleId }) },
  award: {
    agent: r.one.agent({ from: r.award.agentId, to: r.agent.id, optional: false }),
    rule: r.one.awardRule({ from: r.award.ruleId, to: r.awardRule.id, optional: false }),
  },
  notice: { agent: r.one.agent({ from: r.notice.agentId, to: r.agent.id, optional: false }) },
  conflictRule: {
    versions: r.many.conflictRuleVersion({ from: r.conflictRule.id, to: r.conflictRuleVersion.ruleId }),
  },
  conflictRuleVersion: {
    rule: r.one.conflictRule({ from: r.conflictRuleVersion.ruleId, to: r.conflictRule.id, optional: false }),
  },
  matrixCell: {
    channelType: r.one.channelType({ from: r.matrixCell.channelTypeId, to: r.channelType.id, optional: false }),
    category: r.one.productCategory({
      from: r.matrixCell.productCategoryId,
      to: r.productCategory.id,
      optional: false,
    }),
    segment: r.one.segment({ from: r.matrixCell.segmentId, to: r.segment.id }),
  },
  priceFloor: {
    product: r.one.product({ from: r.priceFloor.productId, to: r.product.id }),
    category: r.one.productCategory({ from: r.priceFloor.productCategoryId, to: r.productCategory.id }),
    region: r.one.region({ from: r.priceFloor.regionId, to: r.region.id }),
    channelType: r.one.channelType({ from: r.priceFloor.channelTypeId, to: r.channelType.id }),
  },
  conflictCase: {
    rule: r.one.conflictRule({ from: r.conflictCase.ruleId, to: r.conflictRule.id, optional: false }),
    region: r.one.region({ from: r.conflictCase.regionId, to: r.region.id }),
    hit: r.one.conflictHit({ from: r.conflictCase.id, to: r.conflictHit.caseId }),
    parties: r.many.conflictParty({ from: r.conflictCase.id, to: r.conflictParty.caseId }),
    steps: r.many.conflictStep({ from: r.conflictCase.id, to: r.conflictStep.caseId }),
    comments: r.many.conflictComment({ from: r.conflictCase.id, to: r.conflictComment.caseId }),
    evidence: r.many.conflictEvidence({ from: r.conflictCase.id, to: r.conflictEvidence.caseId }),
    decisions: r.many.conflictDecision({ from: r.conflictCase.id, to: r.conflictDecision.caseId }),
    appeals: r.many.conflictAppeal({ from: r.conflictCase.id, to: r.conflictAppeal.caseId }),
    committee: r.many.conflictCommittee({ from: r.conflictCase.id, to: r.conflictCommittee.caseId }),
    proposals: r.many.conflictProposal({ from: r.conflictCase.id, to: r.conflictProposal.caseId }),
  },
  conflictHit: {
    event: r.one.salesEvent({ from: r.conflictHit.eventId, to: r.salesEvent.id }),
    agent: r.one.agent({ from: r.conflictHit.agentId, to: r.agent.id }),
    ruleVersion: r.one.conflictRuleVersion({
      from: r.conflictHit.ruleVersionId,
      to: r.conflictRuleVersion.id,
      optional: false,
    }),
  },
  conflictParty: {
    agent: r.one.agent({ from: r.conflictParty.agentId, to: r.agent.id }),
    event: r.one.salesEvent({ from: r.conflictParty.eventId, to: r.salesEvent.id }),
    case: r.one.conflictCase({ from: r.conflictParty.caseId, to: r.conflictCase.id, optional: false }),
  },
  conflictDecision: {
    keptEvent: r.one.salesEvent({ from: r.conflictDecision.keptEventId, to: r.salesEvent.id }),
    shares: r.many.conflictDecisionShare({ from: r.conflictDecision.id, to: r.conflictDecisionShare.decisionId }),
    deductions: r.many.conflictDeduction({ from: r.conflictDecision.id, to: r.conflictDeduction.decisionId }),
  },
  conflictProposal: {
    votes: r.many.conflictVote({ from: r.conflictProposal.id, to: r.conflictVote.proposalId }),
  },
  registrationPolicy: {
    versions: r.many.registrationPolicyVersion({
      from: r.registrationPolicy.id,
      to: r.registrationPolicyVersion.policyId,
    }),
  },
  dealRegistration: {
    agent: r.one.agent({ from: r.dealRegistration.agentId, to: r.agent.id, optional: false }),
    product: r.one.product({ from: r.dealRegistration.productId, to: r.product.id }),
    category: r.one.productCategory({ from: r.dealRegistration.productCategoryId, to: r.productCategory.id }),
    region: r.one.region({ from: r.dealRegistration.regionId, to: r.region.id }),
    steps: r.many.registrationStep({ from: r.dealRegistration.id, to: r.registrationStep.registrationId }),
  },
  creditRule: {
    versions: r.many.creditRuleVersion({ from: r.creditRule.id, to: r.creditRuleVersion.ruleId }),
  },
  agentTier: { tier: r.one.tier({ from: r.agentTier.tierId, to: r.tier.id, optional: false }) },
  agentRegion: { region: r.one.region({ from: r.agentRegion.regionId, to: r.region.id, optional: false }) },
  agentParent: { parent: r.one.agent({ from: r.agentParent.parentId, to: r.agent.id }) },
  agreement: {
    agent: r.one.agent({ from: r.agreement.agentId, to: r.agent.id, optional: false }),
    plan: r.one.plan({ from: r.agreement.planId, to: r.plan.id, optional: false }),
    paper: r.one.agreementPaper({ from: r.agreement.id, to: r.agreementPaper.agreementId }),
  },
  salesEvent: {
    agent: r.one.agent({ from: r.salesEvent.agentId, to: r.agent.id }),
    product: r.one.product({ from: r.salesEvent.productId, to: r.product.id, optional: false }),
    region: r.one.region({ from: r.salesEvent.regionId, to: r.region.id }),
    segment: r.one.segment({ from: r.salesEvent.segmentId, to: r.segment.id }),
    campaign: r.one.campaign({ from: r.salesEvent.campaignId, to: r.campaign.id }),
    credits: r.many.eventCredit({ from: r.salesEvent.id, to: r.eventCredit.eventId }),
  },
  eventCredit: { agent: r.one.agent({ from: r.eventCredit.agentId, to: r.agent.id }) },
  plan: { versions: r.many.planVersion({ from: r.plan.id, to: r.planVersion.planId }) },
  planVersion: {
    plan: r.one.plan({ from: r.planVersion.planId, to: r.plan.id, optional: false }),
    components: r.many.planComponent({ from: r.planVersion.id, to: r.planComponent.versionId }),
  },
  planComponent: {
    component: r.one.component({ from: r.planComponent.componentId, to: r.component.id, optional: false }),
    version: r.one.planVersion({ from: r.planComponent.versionId, to: r.planVersion.id, optional: false }),
    rules: r.many.rateRule({ from: r.planComponent.id, to: r.rateRule.planComponentId }),
  },
  rateRule: {
    planComponent: r.one.planComponent({
      from: r.rateRule.planComponentId,
      to: r.planComponent.id,
      optional: false,
    }),
    product: r.one.product({ from: r.rateRule.productId, to: r.product.id }),
    productCategory: r.one.productCategory({ from: r.rateRule.productCategoryId, to: r.productCategory.id }),
    channelType: r.one.channelType({ from: r.rateRule.channelTypeId, to: r.channelType.id }),
    tier: r.one.tier({ from: r.rateRule.tierId, to: r.tier.id }),
    region: r.one.region({ from: r.rateRule.regionId, to: r.region.id }),
    segment: r.one.segment({ from: r.rateRule.segmentId, to: r.segment.id }),
    campaign: r.one.campaign({ from: r.rateRule.campaignId, to: r.campaign.id }),
  },
  pool: { versions: r.many.poolVersion({ from: r.pool.id, to: r.poolVersion.poolId }) },
  component: {
    plan: r.one.plan({ from: r.component.planId, to: r.plan.id }),
    pool: r.one.pool({ from: r.component.poolId, to: r.pool.id }),
  },
  commissionRun: {
    progress: r.one.runProgress({ from: r.commissionRun.id, to: r.runProgress.runId }),
    totals: r.many.runTotal({ from: r.commissionRun.id, to: r.runTotal.runId }),
    pools: r.many.runPool({ from: r.commissionRun.id, to: r.runPool.runId }),
    statements: r.many.statement({ from: r.commissionRun.id, to: r.statement.runId }),
  },
  runTotal: { component: r.one.component({ from: r.runTotal.componentId, to: r.component.id, optional: false }) },
  runPool: { pool: r.one.pool({ from: r.runPool.poolId, to: r.pool.id, optional: false }) },
  commissionLine: {
    run: r.one.commissionRun({ from: r.commissionLine.runId, to: r.commissionRun.id, optional: false }),
    component: r.one.component({ from: r.commissionLine.componentId, to: r.component.id, optional: false }),
    agent: r.one.agent({ from: r.commissionLine.agentId, to: r.agent.id, optional: false }),
    rule: r.one.rateRule({ from: r.commissionLine.ruleId, to: r.rateRule.id }),
    event: r.one.salesEvent({ from: r.commissionLine.causeId, to: r.salesEvent.id }),
    originalEvent: r.one.salesEvent({ from: r.commissionLine.originalId, to: r.salesEvent.id }),
    sourceAgent: r.one.agent({ from: r.commissionLine.sourceAgentId, to: r.agent.id }),
    sourceComponent: r.one.component({ from: r.commissionLine.sourceComponentId, to: r.component.id }),
  },
  unpaidEvent: {
    event: r.one.salesEvent({ from: r.unpaidEvent.eventId, to: r.salesEvent.id, optional: false }),
    agent: r.one.agent({ from: r.unpaidEvent.agentId, to: r.agent.id, optional: false }),
  },
  issuedStatement: {
    agent: r.one.agent({ from: r.issuedStatement.agentId, to: r.agent.id, optional: false }),
    run: r.one.commissionRun({ from: r.issuedStatement.runId, to: r.commissionRun.id, optional: false }),
  },
  dispute: {
    agent: r.one.agent({ from: r.dispute.agentId, to: r.agent.id, optional: false }),
    run: r.one.commissionRun({ from: r.dispute.runId, to: r.commissionRun.id, optional: false }),
    comments: r.many.disputeComment({ from: r.dispute.id, to: r.disputeComment.disputeId }),
  },
  disputeComment: {
    document: r.one.document({ from: r.disputeComment.documentId, to: r.document.id }),
  },
  adjustmentProposal: {
    agent: r.one.agent({ from: r.adjustmentProposal.agentId, to: r.agent.id, optional: false }),
    document: r.one.document({ from: r.adjustmentProposal.documentId, to: r.document.id }),
  },
  reconciliation: {
    agent: r.one.agent({ from: r.reconciliation.agentId, to: r.agent.id, optional: false }),
    run: r.one.commissionRun({ from: r.reconciliation.runId, to: r.commissionRun.id, optional: false }),
    rows: r.many.reconciliationRow({ from: r.reconciliation.id, to: r.reconciliationRow.reconciliationId }),
  },
  reconciliationRow: {
    dispute: r.one.dispute({ from: r.reconciliationRow.disputeId, to: r.dispute.id }),
  },
  exportRequest: {
    run: r.one.commissionRun({ from: r.exportRequest.runId, to: r.commissionRun.id, optional: false }),
    files: r.many.exportFile({ from: r.exportRequest.id, to: r.exportFile.requestId }),
    progress: r.one.exportProgress({ from: r.exportRequest.id, to: r.exportProgress.requestId }),
  },
  exportFile: {
    run: r.one.commissionRun({ from: r.exportFile.runId, to: r.commissionRun.id, optional: false }),
    request: r.one.exportRequest({ from: r.exportFile.requestId, to: r.exportRequest.id, optional: false }),
  },
  payee: {
    agent: r.one.agent({ from: r.payee.agentId, to: r.agent.id, optional: false }),
    document: r.one.document({ from: r.payee.documentId, to: r.document.id }),
  },
  paymentBatch: {
    payments: r.many.payment({ from: r.paymentBatch.id, to: r.payment.batchId }),
  },
  payment: {
    agent: r.one.agent({ from: r.payment.agentId, to: r.agent.id, optional: false }),
    batch: r.one.paymentBatch({ from: r.payment.batchId, to: r.paymentBatch.id, optional: false }),
    run: r.one.commissionRun({ from: r.payment.runId, to: r.commissionRun.id }),
  },
  balanceEntry: {
    agent: r.one.agent({ from: r.balanceEntry.agentId, to: r.agent.id, optional: false }),
    carriedRun: r.one.commissionRun({ from: r.balanceEntry.carriedRunId, to: r.commissionRun.id }),
  },
  repayment: {
    agent: r.one.agent({ from: r.repayment.agentId, to: r.agent.id, optional: false }),
  },
  offCycleSettlement: {
    agent: r.one.agent({ from: r.offCycleSettlement.agentId, to: r.agent.id, optional: false }),
  },
  depositEntry: {
    agent: r.one.agent({ from: r.depositEntry.agentId, to: r.agent.id, optional: false }),
    document: r.one.document({ from: r.depositEntry.documentId, to: r.document.id }),
  },
  invoice: {
    agent: r.one.agent({ from: r.invoice.agentId, to: r.agent.id, optional: false }),
    document: r.one.document({ from: r.invoice.documentId, to: r.document.id }),
    statements: r.many.invoiceStatement({ from: r.invoice.id, to: r.invoiceStatement.invoiceId }),
  },
  invoiceStatement: {
    run: r.one.commissionRun({ from: r.invoiceStatement.runId, to: r.commissionRun.id, optional: false }),
  },
  settlementPolicy: {
    versions: r.many.settlementPolicyVersion({ from: r.settlementPolicy.id, to: r.settlementPolicyVersion.policyId }),
  },
  settlementPolicyVersion: {
    policy: r.one.settlementPolicy({
      from: r.settlementPolicyVersion.policyId,
      to: r.settlementPolicy.id,
      optional: false,
    }),
  },
  statement: {
    issued: r.one.issuedStatement({
      from: [r.statement.runId, r.statement.agentId, r.statement.currency],
      to: [r.issuedStatement.runId, r.issuedStatement.agentId, r.issuedStatement.currency],
    }),
    steps: r.many.statementStep({
      from: [r.statement.runId, r.statement.agentId, r.statement.currency],
      to: [r.statementStep.runId, r.statementStep.agentId, r.statementStep.currency],
    }),
    agent: r.one.agent({ from: r.statement.agentId, to: r.agent.id, optional: false }),
    run: r.one.commissionRun({ from: r.statement.runId, to: r.commissionRun.id, optional: false }),
    totals: r.many.runAgentTotal({
      from: [r.statement.runId, r.statement.agentId, r.statement.currency],
      to: [r.runAgentTotal.runId, r.runAgentTotal.agentId, r.runAgentTotal.currency],
    }),
    held: r.many.runHeld({
      from: [r.statement.runId, r.statement.agentId, r.statement.currency],
      to: [r.runHeld.runId, r.runHeld.agentId, r.runHeld.currency],
    }),
  },
  runAgentTotal: {
    component: r.one.component({ from: r.runAgentTotal.componentId, to: r.component.id, optional: false }),
  },
  runHeld: {
    event: r.one.salesEvent({ from: r.runHeld.eventId, to: r.salesEvent.id }),
    component: r.one.component({ from: r.runHeld.componentId, to: r.component.id, optional: false }),
  },
  screeningForm: {
    channelType: r.one.channelType({ from: r.screeningForm.channelTypeId, to: r.channelType.id, optional: false }),
    versions: r.many.screeningFormVersion({ from: r.screeningForm.id, to: r.screeningFormVersion.formId }),
  },
  screeningFormVersion: {
    form: r.one.screeningForm({ from: r.screeningFormVersion.formId, to: r.screeningForm.id, optional: false }),
  },
  application: {
    channelType: r.one.channelType({ from: r.application.channelTypeId, to: r.channelType.id, optional: false }),
    region: r.one.region({ from: r.application.regionId, to: r.region.id, optional: false }),
    formVersion: r.one.screeningFormVersion({ from: r.application.formVersionId, to: r.screeningFormVersion.id }),
    plan: r.one.plan({ from: r.application.planId, to: r.plan.id }),
    agent: r.one.agent({ from: r.application.agentId, to: r.agent.id }),
    steps: r.many.applicationStep({ from: r.application.id, to: r.applicationStep.applicationId }),
    scores: r.many.applicationScore({ from: r.application.id, to: r.applicationScore.applicationId }),
    territories: r.many.applicationTerritory({ from: r.application.id, to: r.applicationTerritory.applicationId }),
    documents: r.many.document({ from: r.application.id, to: r.document.applicationId }),
    secrets: r.many.secret({ from: r.application.id, to: r.secret.applicationId }),
    trainingResults: r.many.trainingResult({ from: r.application.id, to: r.trainingResult.applicationId }),
  },
  applicationTerritory: {
    region: r.one.region({ from: r.applicationTerritory.regionId, to: r.region.id, optional: false }),
  },
  territory: {
    agent: r.one.agent({ from: r.territory.agentId, to: r.agent.id, optional: false }),
    region: r.one.region({ from: r.territory.regionId, to: r.region.id, optional: false }),
  },
  channelCapacity: {
    region: r.one.region({ from: r.channelCapacity.regionId, to: r.region.id, optional: false }),
    channelType: r.one.channelType({ from: r.channelCapacity.channelTypeId, to: r.channelType.id, optional: false }),
  },
  course: { requirements: r.many.courseRequirement({ from: r.course.id, to: r.courseRequirement.courseId }) },
  courseRequirement: {
    course: r.one.course({ from: r.courseRequirement.courseId, to: r.course.id, optional: false }),
    channelType: r.one.channelType({ from: r.courseRequirement.channelTypeId, to: r.channelType.id }),
    productCategory: r.one.productCategory({ from: r.courseRequirement.productCategoryId, to: r.productCategory.id }),
  },
  trainingResult: {
    course: r.one.course({ from: r.trainingResult.courseId, to: r.course.id, optional: false }),
    agent: r.one.agent({ from: r.trainingResult.agentId, to: r.agent.id }),
    application: r.one.application({ from: r.trainingResult.applicationId, to: r.application.id }),
  },
  surveyInvitation: {
    survey: r.one.survey({ from: r.surveyInvitation.surveyId, to: r.survey.id, optional: false }),
    agent: r.one.agent({ from: r.surveyInvitation.agentId, to: r.agent.id, optional: false }),
    answers: r.many.surveyAnswer({ from: r.surveyInvitation.id, to: r.surveyAnswer.invitationId }),
  },
  document: {
    agent: r.one.agent({ from: r.document.agentId, to: r.agent.id }),
    application: r.one.application({ from: r.document.applicationId, to: r.application.id }),
  },
  agentContact: { agent: r.one.agent({ from: r.agentContact.agentId, to: r.agent.id, optional: false }) },
  agentDecision: { agent: r.one.agent({ from: r.agentDecision.agentId, to: r.agent.id, optional: false }) },
  agreementPaper: {
    agreement: r.one.agreement({ from: r.agreementPaper.agreementId, to: r.agreement.id, optional: false }),
    renews: r.one.agreement({ from: r.agreementPaper.renewsId, to: r.agreement.id }),
  },
  misconductReport: {
    messages: r.many.misconductMessage({ from: r.misconductReport.id, to: r.misconductMessage.reportId }),
  },
  reminder: {
    agent: r.one.agent({ from: r.reminder.agentId, to: r.agent.id }),
    application: r.one.application({ from: r.reminder.applicationId, to: r.application.id }),
  },
  userAccount: {
    agent: r.one.agent({ from: r.userAccount.agentId, to: r.agent.id }),
    region: r.one.region({ from: r.userAccount.regionId, to: r.region.id }),
  },
}));
