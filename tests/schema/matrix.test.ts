import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { type Answer, ask, data, makeWorld, type Person, people, tryOut, type World, watch } from './world.ts';

// Who may use what. Every root field of the schema has a row here: with what it is asked, and who may. A refusal is the code
// FORBIDDEN, or NOT_SIGNED_IN for nobody; whoever may, gets anything else, an error of another code included.

const signedIn: Person[] = people.filter((person) => person !== 'nobody');
const staff: Person[] = ['admin', 'managerEast', 'managerWest', 'finance', 'auditor'];
const moneyReaders: Person[] = ['admin', 'finance', 'auditor'];
const moneyWriters: Person[] = ['admin', 'finance'];
const managers: Person[] = ['admin', 'managerEast', 'managerWest'];
const registrars: Person[] = [...managers, 'agentE1', 'agentE2', 'agentW1'];
const auditors: Person[] = ['admin', 'auditor'];
const admin: Person[] = ['admin'];
const agents: Person[] = ['agentE1', 'agentE2', 'agentW1'];
const applicationReaders: Person[] = [...managers, 'auditor'];
const compliance: Person[] = people.filter((person: string) => person === 'compliance');
const agentReaders: Person[] = signedIn.filter((person: string) => person !== 'compliance');
const paperReaders: Person[] = signedIn.filter((person) => !['finance', 'compliance'].includes(person));

const paymentReaders: Person[] = [...moneyReaders, ...agents];

type Row = readonly [asked: string, allowed: readonly Person[]];
const payload = '{ __typename ... on UserError { code message } }';

const nodeArgument = (name: string, type: string) => `${name}: "${Buffer.from(`${type}:999`).toString('base64url')}"`;
const ownApplication = 'code: "NONE", token: "none"';
const paymentBatch = nodeArgument('batchId', 'PaymentBatch');
const conflictCase = nodeArgument('caseId', 'ConflictCase');
const conflictAppeal = nodeArgument('appealId', 'ConflictAppeal');
const conflictProposal = nodeArgument('proposalId', 'ConflictProposal');
const conflictDecision = '{ credits: KEEP, reason: "x" }';

const queries: Record<string, Row> = {
  applicationOptions: ['applicationOptions { regions { code } }', people],
  followApplication: ['followApplication(code: "NONE", token: "none") { code }', people],
  agentBalance: ['agentBalance(agentCode: "E1", currency: "CNY") { amount returned deposit }', agentReaders],
  balanceEntries: ['balanceEntries { nodes { kind amount carriedBy { period } } }', agentReaders],
  repayments: ['repayments { nodes { code amount state proposedBy } }', agentReaders],
  depositEntries: ['depositEntries { nodes { kind amount state } }', agentReaders],
  offCycleSettlements: ['offCycleSettlements { nodes { code gross tax net state } }', agentReaders],
  invoices: ['invoices { nodes { number gross state statements } }', agentReaders],
  dispute: ['dispute(code: "DP-1") { code state isOverdue statementNumber comments { text } }', agentReaders],
  disputes: ['disputes { nodes { code state period } }', agentReaders],
  reconciliations: ['reconciliations { nodes { code totals { verdict } downloadPath } }', agentReaders],
  reconciliationRows: ['reconciliationRows(code: "RC-1") { nodes { row verdict } }', agentReaders],
  unlistedSales: ['unlistedSales(code: "RC-1") { externalId paid }', agentReaders],
  adjustments: ['adjustments(state: BOOKED) { nodes { amount state bookedPeriod proposalCode } }', agentReaders],
  adjustmentProposals: ['adjustmentProposals { nodes { code state amount } }', staff],
  payees: ['payees { nodes { agentCode account state } }', paymentReaders],
  payments: ['payments { nodes { endToEndId batchCode reference account } }', paymentReaders],
  paymentBatches: ['paymentBatches { nodes { code state downloadPath } }', moneyReaders],
  paymentCandidates: [
    'paymentCandidates(currency: "CNY") { payableCount entries { reference obstacle } }',
    moneyReaders,
  ],
  paymentStatusImports: ['paymentStatusImports { nodes { fileName paidCount } }', moneyReaders],
  accruals: ['accruals(period: "2026-10") { kind componentCode duePeriod amount }', moneyReaders],
  exportFiles: ['exportFiles { nodes { name sha256 downloadPath } }', moneyReaders],
  exportRequests: ['exportRequests(period: "2026-10") { state files { name } }', moneyReaders],
  conflictCase: ['conflictCase(code: "C-1") { code state }', agentReaders],
  conflictCases: ['conflictCases { nodes { code state parties { agentCode } } }', agentReaders],
  conflictDecisionPreview: [
    `conflictDecisionPreview(${conflictCase}, decision: ${conflictDecision}) { shares { share } }`,
    managers,
  ],
  agentBenefits: ['agentBenefits(agentCode: "E1") { tier commissionMultiplier }', agentReaders],
  awardRules: ['awardRules { code versions { number places } }', agentReaders],
  awards: ['awards { nodes { agentCode place } }', agentReaders],
  loyaltyCells: ['loyaltyCells(grid: "NONE", period: "2026-10") { agentCount }', applicationReaders],
  loyaltyGrids: ['loyaltyGrids { code versions { number } }', applicationReaders],
  loyaltyPlacements: [
    'loyaltyPlacements(grid: "NONE", period: "2026-10") { nodes { agentCode loyalty } }',
    applicationReaders,
  ],
  previewAwards: ['previewAwards(rule: "NONE", period: "2026-10") { version }', auditors],
  tierEvaluation: [`tierEvaluation(id: "VGllckV2YWx1YXRpb246OTk5") { period }`, agentReaders],
  tierEvaluations: ['tierEvaluations { nodes { period state counts { kind count } } }', agentReaders],
  tierHistory: ['tierHistory(agentCode: "E1") { tier from move { kind } }', agentReaders],
  tierSchemes: ['tierSchemes { code versions { number tiers { tier } } }', agentReaders],
  tierOverrides: ['tierOverrides { nodes { agentCode state } }', agentReaders],
  tierProgress: ['tierProgress(agentCode: "E1") { tier nextTier }', paperReaders],
  accounts: ['accounts { nodes { email name role disabled createdAt agentCode regionCode } }', auditors],
  agent: ['agent(code: "E1") { code name }', signedIn],
  agentContacts: ['agentContacts(agentCode: "E1") { name responsibility }', signedIn],
  agentFile: ['agentFile(code: "E1") { code numbers { masked } }', agentReaders],
  agentDecisions: ['agentDecisions { nodes { agentCode action reason } }', signedIn],
  agents: ['agents { nodes { code } }', signedIn],
  agreements: ['agreements(endsWithinDays: 60) { nodes { code paper { remindDays } } }', signedIn],
  ancestors: ['ancestors(code: "E2") { code level }', signedIn],
  apiKeys: ['apiKeys { name }', signedIn],
  application: ['application(code: "NONE") { code state }', applicationReaders],
  applications: ['applications { nodes { code state duplicates { code } numbers { masked } } }', applicationReaders],
  auditRecords: ['auditRecords { nodes { at actor action } }', auditors],
  campaigns: ['campaigns { code startsOn endsOn }', signedIn],
  channelCapacity: ['channelCapacity { nodes { plannedAgents } }', staff],
  channelCoverage: ['channelCoverage { nodes { regionCode actualAgents } }', staff],
  channelTypes: ['channelTypes { code }', signedIn],
  conflictRules: ['conflictRules { code versions { number kind scope { events } } }', agentReaders],
  creditRules: ['creditRules { code versions { number shares { role percent } } }', agentReaders],
  matrixCells: ['matrixCells { nodes { allowed from channelType { code } } }', agentReaders],
  matrixCoverage: ['matrixCoverage(onDate: "2026-10-01") { cellCount cells { state } }', agentReaders],
  matrixFile: ['matrixFile', agentReaders],
  priceFloors: ['priceFloors { nodes { price currency from } }', agentReaders],
  dealRegistrations: ['dealRegistrations { nodes { code state agent { code } } }', agentReaders],
  registrationClash: [`registrationClash(customerId: "K") ${payload}`, registrars],
  registrationPolicies: ['registrationPolicies { code versions { number mode } }', agentReaders],
  closeRequest: ['closeRequest(period: "2026-10") { period requestedBy failure }', moneyReaders],
  commissionLines: ['commissionLines(period: "2026-10") { nodes { lineId amount event { externalId } } }', signedIn],
  conflictFigures: ['conflictFigures(from: "2026-10", to: "2026-11", by: RULE) { total { caseCount } }', staff],
  courses: ['courses { code validMonths requirements { purpose } }', signedIn],
  documents: ['documents { nodes { kind sha256 downloadPath } }', agentReaders],
  descendants: ['descendants(code: "E1") { nodes { code level } }', signedIn],
  errorCatalogue: ['errorCatalogue { code remedy }', signedIn],
  eventImports: ['eventImports { nodes { name acceptedCount } }', staff],
  exchangeRates: ['exchangeRates { nodes { currency into rate } }', signedIn],
  explainLine: [`explainLine(lineId: "2026-10.POOL.POT.POT.E1.MEMBER") ${payload}`, signedIn],
  explainRule: [`explainRule(source: "CRM", externalId: "A-E1") ${payload}`, signedIn],
  followMisconductReport: ['followMisconductReport(receipt: "X") { state }', people],
  isAuthorised: ['isAuthorised(agentCode: "E1", productCategory: "BROADBAND")', paperReaders],
  lateEvents: ['lateEvents(period: "2026-10") { nodes { externalId } }', signedIn],
  maskedNumbers: ['maskedNumbers(agentCode: "E1") { kind masked }', paperReaders],
  me: ['me { email }', signedIn],
  metricDefinitions: [
    'metricDefinitions { code source unit formula { kind terms { filter { events } } } }',
    agentReaders,
  ],
  metricValues: ['metricValues(agentCode: "E1") { nodes { agentCode metric value } }', signedIn],
  misconductReports: ['misconductReports { nodes { id about } }', compliance],
  companyUsers: ['companyUsers { email name disabled companyRight createdAt }', agents],
  estimate: [`estimate(agent: "NONE") ${payload}`, agentReaders],
  whatIf: [`whatIf(agent: "NONE", sales: []) ${payload}`, agentReaders],
  scoreDistribution: [`scoreDistribution(${nodeArgument('scoreId', 'Score')}) { from peerCount }`, agentReaders],
  toDo: ['toDo { kind count dueOn subject }', signedIn],
  missingCourses: ['missingCourses(agentCode: "E1")', paperReaders],
  node: ['node(id: "QWdlbnQ6MQ") { id }', signedIn],
  nodes: ['nodes(ids: ["QWdlbnQ6MQ"]) { id }', signedIn],
  operator: ['operator { code timeZone currency }', signedIn],
  pendingPlanCorrections: ['pendingPlanCorrections { number planCode approvals { approvedBy } }', staff],
  plan: ['plan(code: "P") { code versions { publishedBy } }', staff],
  plans: ['plans { code }', staff],
  pools: ['pools { code versions { fundPercent weight { factor eventTypes } } }', staff],
  productCategories: ['productCategories { code }', signedIn],
  products: ['products { nodes { code category { code } } }', signedIn],
  regions: ['regions { code parent { code } }', signedIn],
  regionsWithoutAgents: ['regionsWithoutAgents { nodes { code } }', staff],
  reminders: ['reminders { nodes { kind subject } }', paperReaders],
  journal: [
    'journal(period: "2026-10") { period totals { currency debit } entries { nodes { account } } }',
    moneyReaders,
  ],
  paymentJournal: [
    'paymentJournal(month: "2026-10") { month totals { debit } csv entries { nodes { date } } }',
    moneyReaders,
  ],
  retroPreview: [`retroPreview ${payload}`, moneyReaders],
  run: ['run(period: "2026-10") { period status calculatedBy approvedBy }', staff],
  runReview: [`runReview(${nodeArgument('runId', 'Run')}) { currencies { change } }`, moneyReaders],
  runs: ['runs { nodes { period status } }', staff],
  salesEvent: ['salesEvent(source: "CRM", externalId: "A-E1") { amount }', signedIn],
  salesEvents: ['salesEvents { nodes { externalId } }', signedIn],
  scoreTemplateReview: [`scoreTemplateReview(template: "T", from: "2026-10") ${payload}`, [...managers, 'auditor']],
  screeningForms: ['screeningForms { code versions { number } }', applicationReaders],
  scoreAppeals: ['scoreAppeals { nodes { state reason } }', agentReaders],
  scoreRound: ['scoreRound(period: "2026-10") { state appealsUntil }', agentReaders],
  scoreRounds: ['scoreRounds { nodes { period state } }', agentReaders],
  scores: ['scores { nodes { agentCode total } }', agentReaders],
  segments: ['segments { code }', signedIn],
  simulate: [
    `simulate(input: { document: "plans: []", from: "2026-10" }) ${payload}`,
    [...moneyWriters, 'managerEast', 'managerWest'],
  ],
  notices: ['notices { nodes { agentCode kind textEn textZh } }', paperReaders],
  ratingForm: ['ratingForm(token: "rat_guess") { roundName }', people],
  ratingInvitations: ['ratingInvitations(roundCode: "R") { nodes { rater answered } }', applicationReaders],
  ratingResults: ['ratingResults(roundCode: "R") { nodes { groups { mean } } }', applicationReaders],
  ratingRounds: ['ratingRounds { nodes { code aspect } }', applicationReaders],
  ratingsToGive: ['ratingsToGive { roundCode agentCode }', signedIn],
  scoreTargets: ['scoreTargets { nodes { metric agentCode region { code } value } }', agentReaders],
  scoreTemplate: ['scoreTemplate(code: "NONE") { code versions { items { weight } } }', agentReaders],
  scoreTemplates: ['scoreTemplates { code channelType { code } tier { code } }', agentReaders],
  releasedComments: ['releasedComments(agentCode: "E1") { words }', paperReaders],
  statements: [
    'statements(period: "2026-10") { nodes { closing returned issued { number state gross } steps { action } } }',
    signedIn,
  ],
  periodClose: [
    'periodClose(period: "2026-10") { steps { code state } lock { state } history { action } }',
    moneyReaders,
  ],
  settlementPolicy: ['settlementPolicy(on: "2026-10-01") { number confirmDays checklist { code } }', moneyReaders],
  surveyForm: ['surveyForm(token: "srv_guess") { name }', people],
  surveyInvitations: ['surveyInvitations(surveyCode: "S") { nodes { recipient answered } }', [...managers, 'auditor']],
  surveyResults: ['surveyResults(surveyCode: "S") { nodes { average } }', [...managers, 'auditor']],
  surveys: ['surveys { nodes { code questions { text } } }', [...managers, 'auditor']],
  teamFigures: ['teamFigures(code: "E1", from: "2026-10") { nodes { agentCount } }', signedIn],
  territories: ['territories { nodes { from to } }', signedIn],
  tiers: ['tiers { code rank multiplier }', signedIn],
  tryConflictRule: [
    `tryConflictRule(period: "2026-10", definition: { kind: PRICE_FLOOR, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 1, appealDays: 1 }) ${payload}`,
    managers,
  ],
  trainingResults: ['trainingResults { nodes { takenOn passed } }', paperReaders],
  unpaidEvents: ['unpaidEvents(period: "2026-10") { nodes { reason } }', signedIn],
};

const run = 'runId: "UnVuOjE"';
const registration = `registrationId: "${Buffer.from('DealRegistration:999').toString('base64url')}"`;
const report = `reportId: "${Buffer.from('MisconductReport:1').toString('base64url')}"`;
const version = '{ from: "2026-12-01", currency: "CNY", components: [] }';
const poolVersion =
  '{ from: "2026-12-01", currency: "CNY", fund: { fixed: "1" }, weight: [{ factor: TIER_MULTIPLIER }], remainder: KEEP }';
const account = 'email: "x", name: "X", role: FINANCE, password: "short"';

const contact = 'contact: { name: "Ben", responsibility: "OWNER", from: "2026-01-01" }';

const axis = '{ measure: { kind: MONTHS_OF_SERVICE }, bands: [{ code: "A", name: "A" }] }';

const closeStep = 'period: "2026-10", step: "NONE", note: "x"';

const dispute = nodeArgument('disputeId', 'Dispute');
const disputeInput = 'input: { agentCode: "NONE", period: "2026-10", subject: STATEMENT, reason: "x" }';
const disputeDecision = 'decision: { outcome: REJECTED, effect: NONE, decision: "x" }';
const deciders: Person[] = ['admin', 'managerEast', 'managerWest', 'finance'];
const speakers: Person[] = [...deciders, ...agents];

const mutations: Record<string, Row> = {
  proposeRepayment: [
    `proposeRepayment(input: { agentCode: "E1", amount: "1", currency: "CNY", receivedOn: "2026-12-01", reason: "x" }) ${payload}`,
    moneyWriters,
  ],
  decideRepayment: [
    `decideRepayment(${nodeArgument('repaymentId', 'Repayment')}, decision: APPROVED) ${payload}`,
    moneyWriters,
  ],
  proposeDepositEntry: [
    `proposeDepositEntry(input: { agentCode: "E1", kind: SET_OFF, amount: "1", currency: "CNY", reason: "x" }) ${payload}`,
    moneyWriters,
  ],
  decideDepositEntry: [
    `decideDepositEntry(${nodeArgument('depositEntryId', 'DepositEntry')}, approve: true) ${payload}`,
    moneyWriters,
  ],
  proposeOffCycleSettlement: [
    `proposeOffCycleSettlement(input: { agentCode: "E1", kind: BALANCE, currency: "CNY", reason: "x" }) ${payload}`,
    moneyWriters,
  ],
  proposeFinalSettlement: [
    `proposeFinalSettlement(agentCode: "E1", currency: "CNY", reason: "x") ${payload}`,
    moneyWriters,
  ],
  decideOffCycleSettlement: [
    `decideOffCycleSettlement(${nodeArgument('settlementId', 'OffCycleSettlement')}, decision: APPROVED) ${payload}`,
    moneyWriters,
  ],
  submitInvoice: [
    `submitInvoice(input: { number: "1", issuedOn: "2026-11-01", net: "1", vat: "0", gross: "1", statements: ["S"] }) ${payload}`,
    [...moneyWriters, ...agents],
  ],
  decideInvoice: [`decideInvoice(${nodeArgument('invoiceId', 'Invoice')}, accept: true) ${payload}`, moneyWriters],
  withdrawInvoice: [
    `withdrawInvoice(${nodeArgument('invoiceId', 'Invoice')}) ${payload}`,
    [...moneyWriters, ...agents],
  ],
  reconcile: [`reconcile(agentCode: "NONE", period: "2026-10") ${payload}`, [...moneyWriters, ...agents]],
  disputeReconciliationRows: [
    `disputeReconciliationRows(code: "RC-1", rows: [2], reason: "x") ${payload}`,
    [...moneyWriters, ...agents],
  ],
  fileDispute: [`fileDispute(${disputeInput}) ${payload}`, speakers],
  addDisputeComment: [`addDisputeComment(${dispute}, text: "x") ${payload}`, speakers],
  withdrawDispute: [`withdrawDispute(${dispute}) ${payload}`, speakers],
  decideDisputes: [`decideDisputes(disputeIds: [], ${disputeDecision}) ${payload}`, deciders],
  proposeAdjustments: [`proposeAdjustments(input: []) ${payload}`, deciders],
  proposeAdjustmentReversal: [
    `proposeAdjustmentReversal(${nodeArgument('adjustmentId', 'Adjustment')}, reason: "x") ${payload}`,
    deciders,
  ],
  approveAdjustments: [`approveAdjustments(choice: { batchHash: "x" }) ${payload}`, moneyWriters],
  rejectAdjustments: [`rejectAdjustments(choice: { batchHash: "x" }, decision: "x") ${payload}`, moneyWriters],
  withdrawAdjustments: [`withdrawAdjustments(choice: { batchHash: "x" }) ${payload}`, deciders],
  issueStatements: [`issueStatements(period: "2026-09") ${payload}`, moneyWriters],
  confirmStatement: [
    `confirmStatement(statementId: "${Buffer.from('Statement:[1,1,"CNY"]').toString('base64url')}") ${payload}`,
    agents,
  ],
  tickCloseStep: [`tickCloseStep(${closeStep}) ${payload}`, moneyWriters],
  untickCloseStep: [`untickCloseStep(${closeStep}) ${payload}`, moneyWriters],
  lockPeriod: [`lockPeriod(period: "2026-09") ${payload}`, moneyWriters],
  askPeriodReopening: [`askPeriodReopening(period: "2026-09", reason: "x") ${payload}`, moneyWriters],
  answerPeriodReopening: [`answerPeriodReopening(period: "2026-09", agree: true) ${payload}`, moneyWriters],
  publishSettlementPolicy: [`publishSettlementPolicy(from: "2026-12-01", definition: {}) ${payload}`, admin],
  requestExports: [`requestExports(period: "2020-01") ${payload}`, moneyWriters],
  assignConflictMediator: [`assignConflictMediator(${conflictCase}) ${payload}`, managers],
  startConflictMediation: [`startConflictMediation(${conflictCase}) ${payload}`, managers],
  addConflictComment: [`addConflictComment(${conflictCase}, text: "x") ${payload}`, registrars],
  addConflictEvidence: [`addConflictEvidence(${conflictCase}, kind: NOTE, text: "x") ${payload}`, registrars],
  decideConflictCase: [`decideConflictCase(${conflictCase}, decision: ${conflictDecision}) ${payload}`, managers],
  decideConflictCases: [
    `decideConflictCases(choice: { rule: "NONE" }, decision: ${conflictDecision}) ${payload}`,
    managers,
  ],
  reopenConflictCase: [`reopenConflictCase(${conflictCase}, reason: "x") ${payload}`, admin],
  fileConflictAppeal: [`fileConflictAppeal(${conflictCase}, reason: "x") ${payload}`, agents],
  withdrawConflictAppeal: [`withdrawConflictAppeal(${conflictAppeal}) ${payload}`, agents],
  decideConflictAppeal: [`decideConflictAppeal(${conflictAppeal}, answer: "x") ${payload}`, managers],
  setConflictCommittee: [`setConflictCommittee(${conflictCase}, members: []) ${payload}`, managers],
  proposeConflictDecision: [
    `proposeConflictDecision(${conflictCase}, decision: ${conflictDecision}) ${payload}`,
    managers,
  ],
  voteOnConflictProposal: [`voteOnConflictProposal(${conflictProposal}, inFavour: true) ${payload}`, managers],
  publishTierScheme: [
    `publishTierScheme(code: "T", name: "T", from: "2026-01-01", definition: { tiers: [{ tier: "STAR_3" }] }) ${payload}`,
    admin,
  ],
  previewTiers: [`previewTiers(scheme: "NONE", period: "2026-10") ${payload}`, admin],
  applyTiers: [`applyTiers(evaluationId: "VGllckV2YWx1YXRpb246OTk5") ${payload}`, admin],
  discardTiers: [`discardTiers(evaluationId: "VGllckV2YWx1YXRpb246OTk5") ${payload}`, admin],
  requestTierOverride: [
    `requestTierOverride(agentCode: "E1", tier: "NONE", from: "2027-01-01", to: "2027-02-01", reason: "x") ${payload}`,
    managers,
  ],
  decideTierOverride: [
    `decideTierOverride(overrideId: "VGllck92ZXJyaWRlOjk5OQ", approve: true, reason: "x") ${payload}`,
    managers,
  ],
  withdrawTierOverride: [`withdrawTierOverride(overrideId: "VGllck92ZXJyaWRlOjk5OQ") ${payload}`, managers],
  publishLoyaltyGrid: [
    `publishLoyaltyGrid(code: "G", name: "G", from: "2026-01-01", definition: { loyalty: ${axis}, contribution: ${axis} }) ${payload}`,
    admin,
  ],
  placeAgents: [`placeAgents(grid: "NONE", period: "2026-10") ${payload}`, admin],
  endMatrixCell: [
    `endMatrixCell(channelType: "NONE", productCategory: "BROADBAND", on: "2026-10-01") ${payload}`,
    admin,
  ],
  endPriceFloor: [`endPriceFloor(productCode: "NONE", currency: "CNY", on: "2026-10-01") ${payload}`, admin],
  detectConflicts: [`detectConflicts(period: "2026-10") ${payload}`, admin],
  publishConflictRule: [
    `publishConflictRule(code: "W", name: "W", from: "2026-12-01", definition: { kind: PRICE_FLOOR, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 1, appealDays: 1 }) ${payload}`,
    admin,
  ],
  publishCreditRule: [
    `publishCreditRule(code: "W", name: "W", from: "2026-12-01", definition: { events: [ACTIVATION], source: REGISTRATION, priority: 1, shares: [{ role: "REGISTRANT", percent: "100" }] }) ${payload}`,
    admin,
  ],
  registerDeal: [`registerDeal(input: { customerId: "K", customerName: "K" }) ${payload}`, registrars],
  judgeRegistration: [`judgeRegistration(${registration}, protect: true, reason: "x") ${payload}`, managers],
  extendRegistration: [`extendRegistration(${registration}) ${payload}`, registrars],
  winRegistration: [
    `winRegistration(${registration}, sale: { source: "CRM", externalId: "X" }) ${payload}`,
    registrars,
  ],
  loseRegistration: [`loseRegistration(${registration}, reason: "x") ${payload}`, registrars],
  withdrawRegistration: [`withdrawRegistration(${registration}) ${payload}`, registrars],
  publishRegistrationPolicy: [
    `publishRegistrationPolicy(code: "W", name: "W", from: "2026-12-01", definition: { protectionDays: 1, mode: JUDGEMENT, clash: REFUSE }) ${payload}`,
    admin,
  ],
  saveMatrixCells: [
    `saveMatrixCells(input: [{ channelType: "AGENT", productCategory: "BROADBAND", allowed: true, validFrom: "2026-12-01" }]) ${payload}`,
    admin,
  ],
  savePriceFloors: [
    `savePriceFloors(input: [{ productCode: "FIBER", currency: "CNY", price: "1", validFrom: "2026-12-01" }]) ${payload}`,
    admin,
  ],
  publishAwardRule: [
    `publishAwardRule(code: "W", name: "W", from: "2026-01-01", definition: { measure: { metric: "M" }, places: 1, prize: { kind: NON_CASH, text: "x" } }) ${payload}`,
    admin,
  ],
  grantAwards: [`grantAwards(rule: "NONE", period: "2026-10") ${payload}`, admin],
  suspendAgent: [`suspendAgent(agentCode: "E1", from: "2026-12-10", reason: "x") ${payload}`, managers],
  resumeAgent: [`resumeAgent(agentCode: "E1", from: "2026-12-10", reason: "x") ${payload}`, managers],
  terminateAgent: [`terminateAgent(agentCode: "E1", from: "2026-12-10", reason: "x") ${payload}`, managers],
  withdrawAgentDecision: [`withdrawAgentDecision(agentCode: "E1", reason: "x") ${payload}`, managers],
  openAgreement: [`openAgreement(code: "N", agentCode: "E1", plan: "P", from: "2027-01-01") ${payload}`, managers],
  renewAgreement: [`renewAgreement(renews: "E1-P-2026-01-01") ${payload}`, managers],
  changeAgreement: [
    `changeAgreement(changes: "E1-P-2026-01-01", from: "2027-01-01", reason: "x") ${payload}`,
    managers,
  ],
  endAgreement: [`endAgreement(code: "E1-P-2026-01-01", on: "2027-01-01", reason: "x") ${payload}`, managers],
  finishReminder: [`finishReminder(reminderId: "UmVtaW5kZXI6OTk5") ${payload}`, managers],
  addAgentContact: [`addAgentContact(agentCode: "E1", ${contact}) ${payload}`, managers],
  changeAgentContact: [`changeAgentContact(contactId: "QWdlbnRDb250YWN0Ojk5OQ", ${contact}) ${payload}`, managers],
  removeAgentContact: [`removeAgentContact(contactId: "QWdlbnRDb250YWN0Ojk5OQ", reason: "x") ${payload}`, managers],
  revealNumber: [
    `revealNumber(agentCode: "E1", kind: BANK_ACCOUNT, reason: "test") ${payload}`,
    [...managers, 'finance'],
  ],
  proposePayee: [
    `proposePayee(agentCode: "NONE", holderName: "x", bankName: "x", account: "62220211", from: "2026-12-01", reason: "x") ${payload}`,
    [...moneyWriters, ...agents],
  ],
  decidePayee: [
    `decidePayee(${nodeArgument('payeeId', 'Payee')}, approve: true, reason: "x") ${payload}`,
    moneyWriters,
  ],
  createPaymentBatch: [
    `createPaymentBatch(currency: "CNY", debtorAccount: "NONE", executesOn: "2026-12-05") ${payload}`,
    moneyWriters,
  ],
  approvePaymentBatch: [`approvePaymentBatch(${paymentBatch}) ${payload}`, moneyWriters],
  cancelPaymentBatch: [`cancelPaymentBatch(${paymentBatch}, reason: "x") ${payload}`, moneyWriters],
  importBankStatus: [`importBankStatus(fileName: "x", content: "x") ${payload}`, moneyWriters],
  saveNumber: [`saveNumber(agentCode: "E1", kind: PHONE, number: "13800000001") ${payload}`, managers],
  addToMisconductReport: [`addToMisconductReport(receipt: "X", words: "more") ${payload}`, people],
  answerMisconductReport: [`answerMisconductReport(${report}, words: "x") ${payload}`, compliance],
  answerSurvey: [`answerSurvey(token: "srv_guess", answers: []) ${payload}`, people],
  apply: [
    `apply(application: { name: "", channelType: "NONE", region: "NONE", contactName: "x", email: "x" }) ${payload}`,
    people,
  ],
  changeOwnApplication: [`changeOwnApplication(${ownApplication}, change: {}) ${payload}`, people],
  submitOwnApplication: [`submitOwnApplication(${ownApplication}) ${payload}`, people],
  withdrawOwnApplication: [`withdrawOwnApplication(${ownApplication}, reason: "x") ${payload}`, people],
  signOwnContract: [`signOwnContract(${ownApplication}, ${nodeArgument('documentId', 'Document')}) ${payload}`, people],
  acceptInvitation: [`acceptInvitation(token: "none", password: "a long password") ${payload}`, people],
  activateApplication: [`activateApplication(code: "NONE") ${payload}`, managers],
  applyProgramme: [`applyProgramme(document: "regions: []") ${payload}`, admin],
  approveApplication: [`approveApplication(code: "NONE", reason: "test") ${payload}`, managers],
  approvePlanVersion: [`approvePlanVersion(plan: "P", number: 9) ${payload}`, moneyWriters],
  approveOpening: [`approveOpening(${run}) ${payload}`, moneyWriters],
  approveRun: [`approveRun(${run}) ${payload}`, moneyWriters],
  calculateScores: [`calculateScores(period: "2099-10") ${payload}`, admin],
  publishScores: [`publishScores(period: "2026-10", appealDays: 10) ${payload}`, admin],
  finaliseScores: [`finaliseScores(period: "2026-10") ${payload}`, admin],
  fileScoreAppeal: [`fileScoreAppeal(period: "2026-10", reason: "x") ${payload}`, agents],
  withdrawScoreAppeal: [`withdrawScoreAppeal(appealId: "U2NvcmVBcHBlYWw6OTk5") ${payload}`, agents],
  decideScoreAppeal: [
    `decideScoreAppeal(appealId: "U2NvcmVBcHBlYWw6OTk5", accept: false, decision: "x") ${payload}`,
    managers,
  ],
  changeApplication: [`changeApplication(code: "NONE", change: {}) ${payload}`, managers],
  closePeriod: [`closePeriod(period: "2026-12") ${payload}`, moneyWriters],
  createAccount: [`createAccount(${account}) ${payload}`, admin],
  createApplication: [
    `createApplication(application: { name: "", channelType: "X", region: "X", contactName: "X", email: "x" }) ${payload}`,
    managers,
  ],
  createApiKey: [`createApiKey(name: "till") ${payload}`, signedIn],
  enableAccount: [`enableAccount(email: "nobody@demo.example", reason: "test") ${payload}`, admin],
  setPassword: [
    `setPassword(email: "nobody@demo.example", password: "correct horse battery", reason: "test") ${payload}`,
    admin,
  ],
  disableAccount: [`disableAccount(email: "nobody@demo.example", reason: "test") ${payload}`, admin],
  endTerritory: [
    `endTerritory(territoryId: "VGVycml0b3J5Ojk5OQ", to: "2026-12-01", reason: "test") ${payload}`,
    managers,
  ],
  grantTerritory: [
    `grantTerritory(input: { agentCode: "NONE", regionCode: "EAST", from: "2026-12-01" }) ${payload}`,
    managers,
  ],
  fileMisconductReport: [`fileMisconductReport(category: OTHER, words: "x") ${payload}`, people],
  enterScores: [`enterScores(code: "NONE", scores: []) ${payload}`, managers],
  importOpening: [`importOpening(document: "", period: "2026-09") ${payload}`, moneyWriters],
  importSalesEvents: [`importSalesEvents(events: []) ${payload}`, managers],
  inviteToPortal: [`inviteToPortal(agentCode: "NONE", email: "x@example.com", name: "X") ${payload}`, managers],
  inviteCompanyUser: [`inviteCompanyUser(email: "no address", name: "X") ${payload}`, agents],
  changeCompanyUserRight: [`changeCompanyUserRight(email: "x@example.com", right: READ) ${payload}`, agents],
  disableCompanyUser: [`disableCompanyUser(email: "x@example.com") ${payload}`, agents],
  inviteToSurvey: [`inviteToSurvey(surveyCode: "S", recipients: []) ${payload}`, managers],
  answerRating: [`answerRating(token: "rat_guess", points: "50") ${payload}`, people],
  giveRating: [`giveRating(roundCode: "R", agentCode: "E1", points: "50") ${payload}`, signedIn],
  inviteRaters: [`inviteRaters(roundCode: "R", raters: []) ${payload}`, managers],
  markNoticesRead: [`markNoticesRead(noticeIds: []) ${payload}`, people.filter((person) => person.startsWith('agent'))],
  releaseRatingComment: [
    `releaseRatingComment(roundCode: "R", agentCode: "E1", group: PEER, commentKey: "x") ${payload}`,
    managers,
  ],
  saveRatingMetrics: [`saveRatingMetrics(period: "2026-10", aspect: "WORK") ${payload}`, admin],
  saveRatingRound: [
    `saveRatingRound(round: { code: "R", name: "", aspect: "WORK", period: "2026-10", opensOn: "2026-12-01", closesOn: "2026-12-02" }) ${payload}`,
    admin,
  ],
  withdrawRater: [`withdrawRater(roundCode: "R", agentCode: "E1", rater: "x@example.com") ${payload}`, managers],
  markRunPaid: [`markRunPaid(${run}) ${payload}`, moneyWriters],
  copyScoreTemplate: [`copyScoreTemplate(code: "NONE", from: "2026-12-01") ${payload}`, admin],
  publishScoreTemplate: [
    `publishScoreTemplate(code: "T", name: "", from: "2026-12-01", definition: { items: [] }) ${payload}`,
    admin,
  ],
  saveScoreTargets: [`saveScoreTargets(input: []) ${payload}`, managers],
  measureMetrics: [`measureMetrics(period: "2027-12") ${payload}`, admin],
  saveMetricDefinition: [`saveMetricDefinition(metric: { code: "M", name: "M", source: IMPORTED }) ${payload}`, admin],
  moveSubtree: [`moveSubtree(agentCode: "NONE", from: "2026-12-01", reason: "test") ${payload}`, managers],
  publishPlanVersion: [`publishPlanVersion(plan: { code: "P", name: "P" }, version: ${version}) ${payload}`, admin],
  publishPoolVersion: [`publishPoolVersion(pool: { code: "Q", name: "Q" }, version: ${poolVersion}) ${payload}`, admin],
  revokeApiKey: [`revokeApiKey(keyId: "QXBpS2V5Ojk5OQ") ${payload}`, signedIn],
  saveAgents: [`saveAgents(agents: []) ${payload}`, managers],
  saveAgreements: [`saveAgreements(agreements: []) ${payload}`, managers],
  saveChannelCapacity: [`saveChannelCapacity(input: []) ${payload}`, admin],
  saveCourses: [`saveCourses(courses: []) ${payload}`, admin],
  saveExchangeRates: [`saveExchangeRates(exchangeRates: []) ${payload}`, admin],
  saveMetricValues: [`saveMetricValues(input: []) ${payload}`, managers],
  saveProducts: [`saveProducts(products: []) ${payload}`, admin],
  saveRegions: [`saveRegions(regions: []) ${payload}`, admin],
  saveSurvey: [
    `saveSurvey(survey: { code: "S", name: "", questions: [], period: "2026", opensOn: "2026-12-01", closesOn: "2026-12-02" }) ${payload}`,
    admin,
  ],
  saveSurveyMetric: [`saveSurveyMetric(surveyCode: "S") ${payload}`, managers],
  saveTiers: [`saveTiers(tiers: []) ${payload}`, admin],
  setMisconductReportState: [
    `setMisconductReportState(${report}, state: IN_REVIEW, words: "x") ${payload}`,
    compliance,
  ],
  saveTrainingResults: [`saveTrainingResults(input: []) ${payload}`, managers],
  publishScreeningForm: [
    `publishScreeningForm(code: "F", name: "F", channelType: "AGENT", definition: { items: [], passMark: "70" }) ${payload}`,
    admin,
  ],
  rejectApplication: [`rejectApplication(code: "NONE", reason: "test") ${payload}`, managers],
  signContract: [
    `signContract(code: "NONE", contract: { documentId: "RG9jdW1lbnQ6MQ", plan: "P", from: "2026-12-01", signedOn: "2026-12-01" }) ${payload}`,
    managers,
  ],
  startScreening: [`startScreening(code: "NONE") ${payload}`, managers],
  submitApplication: [`submitApplication(code: "NONE") ${payload}`, managers],
  voidRun: [`voidRun(${run}, reason: "test") ${payload}`, moneyWriters],
  withdrawApplication: [`withdrawApplication(code: "NONE", reason: "test") ${payload}`, managers],
};

const subscriptions: Record<string, Row> = {
  runProgress: ['runProgress(period: "2026-10") { status step progressPercent }', moneyReaders],
};

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

/** The code with which a root field was refused, if it was. */
function refusal(field: string, { data: found, errors }: Answer): string | undefined {
  const codes = [found?.[field]?.code, ...(errors ?? []).map((error) => error.extensions.code)];
  return codes.find((code) => code === 'FORBIDDEN' || code === 'NOT_SIGNED_IN');
}

const refused = (person: Person) => (person === 'nobody' ? 'NOT_SIGNED_IN' : 'FORBIDDEN');

function expectRefusal(field: string, person: Person, allowed: readonly Person[], answer: Answer): void {
  if (allowed.includes(person)) {
    expect(refusal(field, answer), `${person} may use ${field}`).toBeUndefined();
    // Whatever else happened was meant to: no error without a code, which would be a fault of the program.
    expect(
      (answer.errors ?? []).filter((error) => !error.extensions.code),
      field,
    ).toEqual([]);
    return;
  }
  expect(refusal(field, answer), `${person} may not use ${field}`).toBe(refused(person));
  expect(answer.data?.[field]?.__typename ?? 'UserError').toBe('UserError');
}

describe('the table', () => {
  it('has a row for every root field of the schema and no other', () => {
    const names = (type: { getFields(): object } | null | undefined) => Object.keys(type?.getFields() ?? {}).sort();
    expect(Object.keys(queries).sort()).toEqual(names(schema.getQueryType()));
    expect(Object.keys(mutations).sort()).toEqual(names(schema.getMutationType()));
    expect(Object.keys(subscriptions).sort()).toEqual(names(schema.getSubscriptionType()));
  });
});

describe.each(people)('%s', (person) => {
  it.each(Object.entries(queries))('query %s', async (field, [asked, allowed]) => {
    expectRefusal(field, person, allowed, await ask(world, person, `{ ${asked} }`));
  });

  it.each(Object.entries(mutations))('mutation %s', async (field, [asked, allowed]) => {
    expectRefusal(field, person, allowed, await tryOut(world, person, `mutation { ${asked} }`));
  });

  it.each(Object.entries(subscriptions))('subscription %s', async (field, [asked, allowed]) => {
    const result = await watch(world, person, `subscription { ${asked} }`);
    if (Symbol.asyncIterator in result) {
      await result.return(undefined);
      expect(allowed).toContain(person);
    } else {
      expectRefusal(field, person, allowed, result);
      expect(allowed).not.toContain(person);
    }
  });

  it('reads of a run what its role allows', async () => {
    const staffOnly = ['voidReason', 'calculatedBy', 'approvedBy', 'paidBy', 'voidedBy', 'startedAt'];
    const moneyOnly = [
      'step',
      'progressPercent',
      'error',
      'eventCount',
      'lineCount',
      'unpaidCount',
      'unreadCount',
      'inputsHash',
      'linesHash',
    ];
    const lists = ['totals { amount component { code } }', 'pools { fund pool { code } }', 'checks { name holds }'];
    const text = `{ node(id: "UnVuOjE") { ... on Run { period status ${[...staffOnly, ...moneyOnly, ...lists].join(' ')} } } }`;
    const answer = await ask(world, person, text);
    const denied = (answer.errors ?? [])
      .filter((error) => error.extensions.code === refused(person))
      .map((error) => error.path?.at(-1));
    const listNames = lists.map((list) => list.split(' ')[0]);
    const expected = staff.includes(person)
      ? moneyReaders.includes(person)
        ? []
        : [...moneyOnly, ...listNames]
      : person === 'nobody'
        ? ['node']
        : [...staffOnly, ...moneyOnly, ...listNames];
    expect(denied.sort()).toEqual(expected.sort());
    expect(answer.errors?.length ?? 0).toBe(expected.length);
  });
});

describe('a colleague of agentE1 whose right is READ', () => {
  let reading: World;
  beforeAll(() => {
    const actor = world.actors.agentE1;
    if (!actor?.user) throw new Error('nobody');
    const reader = { ...actor, user: { ...actor.user, companyRight: 'READ' as const } };
    reading = { ...world, actors: { ...world.actors, agentE1: reader } };
  });

  it.each(Object.entries(queries))('query %s', async (field, [asked, allowed]) => {
    expectRefusal(field, 'agentE1', allowed, await ask(reading, 'agentE1', `{ ${asked} }`));
  });

  it.each(Object.entries(mutations))('mutation %s', async (field, [asked, allowed]) => {
    const stillAllowed = allowed.includes('nobody') ? allowed : [];
    expectRefusal(field, 'agentE1', stillAllowed, await tryOut(reading, 'agentE1', `mutation { ${asked} }`));
  });
});

describe('a refused field', () => {
  it('takes nothing else of the answer with it', async () => {
    const answer = await ask(
      world,
      'finance',
      '{ me { email } auditRecords { nodes { id } } agents(first: 201) { nodes { id } } }',
    );
    expect(answer.data).toEqual({ me: { email: 'finance@demo.example' }, auditRecords: null, agents: null });
    expect(answer.errors?.map((error) => error.extensions.code).sort()).toEqual(['FORBIDDEN', 'INPUT_INVALID']);
  });
});

describe('a refused write', () => {
  it('is refused by the database too, should a scope ever be forgotten', async () => {
    const attempts = {
      auditor: 'update commission_run set error = error',
      agentE1: "insert into region (code, name) values ('X', 'X')",
      managerEast: "insert into tier (code, name, rank) values ('X', 'X', 1)",
      finance: "insert into agent (code, name, channel_type_id) select 'X', 'X', id from channel_type",
    };
    for (const [person, statement] of Object.entries(attempts)) {
      const actor = world.actors[person as Person];
      if (!actor) throw new Error(person);
      const attempt = asRequest(world.databases.request, actor, '2026-12-05', async (transaction) => {
        const result = await transaction.execute(sql.raw(`${statement} returning 1 as one`));
        if (result.length === 0) throw new UserError('FORBIDDEN', 'no row may be changed');
      });
      const refusal = await attempt.then(() => undefined, asUserError);
      expect(refusal, person).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('an agent and plans', () => {
  it('reads the plan of its agreement and no other, by no path', async () => {
    const mine = await data(
      world,
      'agentE1',
      '{ agent(code: "E1") { agreements { plan { id code versions { number } } } } }',
    );
    expect(mine.agent.agreements[0].plan.code).toBe('P');
    const other = (await data(world, 'admin', '{ plan(code: "OTHER") { id } }')).plan.id;
    const answer = await ask(world, 'agentE1', `{ node(id: "${other}") { id ... on Plan { code } } }`);
    expect(answer.errors?.map((error) => error.extensions.code)).toContain('FORBIDDEN');
    expect(JSON.stringify(answer.data)).not.toContain('OTHER');
  });
});
