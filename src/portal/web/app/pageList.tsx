import { type ComponentType, lazy } from 'react';
import type { Role } from './session.tsx';

// Every page: where it is, whose it is, where it stands in the menu. Each is loaded when it is opened.

export type MenuGroup = 'own' | 'sales' | 'company' | 'work' | 'money' | 'rules' | 'self';

export type PageEntry = {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly page: ComponentType;
  /** Pages without it are reached from others. Its text is menu.<key> of the common texts. */
  readonly menu?: { readonly key: string; readonly group: MenuGroup };
};

const load = <Name extends string>(from: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  lazy(() => from().then((module) => ({ default: module[name] })));

const agents: readonly Role[] = ['AGENT'];
const managers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'];
const operators: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'];
const closers: readonly Role[] = ['ADMIN', 'FINANCE', 'AUDITOR'];
const payers: readonly Role[] = ['ADMIN', 'FINANCE', 'AUDITOR'];
const everybody: readonly Role[] = [...operators, 'AGENT'];
const disputers = everybody;
const reconcilers = everybody;
const dealers: readonly Role[] = [...managers, 'AGENT'];
const administrators: readonly Role[] = ['ADMIN'];
const readersOfAudit: readonly Role[] = ['ADMIN', 'AUDITOR'];
const simulators: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE'];
const compliance: readonly Role[] = ['COMPLIANCE'];
const whoever: readonly Role[] = [...everybody, ...compliance];

/** Where a page stands in somebody's menu: what is an agent's own is the channel's to those who look after it, and theirs are their notices. */
export const groupFor = (group: MenuGroup, role: Role): MenuGroup =>
  role === 'AGENT' ? group : (staffGroups[group] ?? group);

const staffGroups: { readonly [Group in MenuGroup]?: MenuGroup } = { own: 'self', sales: 'work', company: 'work' };

/** In the order of the menu; the first of a role is where it begins. */
export const pageList: readonly PageEntry[] = [
  {
    path: '/home',
    roles: agents,
    page: load(() => import('../pages/home/Home.tsx'), 'Home'),
    menu: { key: 'home', group: 'own' },
  },
  {
    path: '/work',
    roles: operators,
    page: load(() => import('../pages/work/Work.tsx'), 'Work'),
    menu: { key: 'work', group: 'work' },
  },
  {
    path: '/earnings',
    roles: agents,
    page: load(() => import('../pages/earnings/Earnings.tsx'), 'Earnings'),
    menu: { key: 'earnings', group: 'own' },
  },
  {
    path: '/earnings/lines/:lineId',
    roles: agents,
    page: load(() => import('../pages/earnings/LineExplained.tsx'), 'LineExplained'),
  },
  {
    path: '/earnings/:statementId',
    roles: agents,
    page: load(() => import('../pages/earnings/StatementPage.tsx'), 'StatementPage'),
  },
  {
    path: '/find-sale',
    roles: agents,
    page: load(() => import('../pages/earnings/FindSale.tsx'), 'FindSale'),
    menu: { key: 'findSale', group: 'own' },
  },
  {
    path: '/what-if',
    roles: agents,
    page: load(() => import('../pages/whatIf/WhatIf.tsx'), 'WhatIf'),
    menu: { key: 'whatIf', group: 'own' },
  },
  {
    path: '/score',
    roles: agents,
    page: load(() => import('../pages/score/Score.tsx'), 'Score'),
    menu: { key: 'score', group: 'own' },
  },
  {
    path: '/unpaid',
    roles: everybody,
    page: load(() => import('../pages/unpaid/Unpaid.tsx'), 'Unpaid'),
    menu: { key: 'unpaid', group: 'money' },
  },
  {
    path: '/disputes',
    roles: disputers,
    page: load(() => import('../pages/disputes/Disputes.tsx'), 'Disputes'),
    menu: { key: 'disputes', group: 'money' },
  },
  {
    path: '/disputes/:disputeId',
    roles: disputers,
    page: load(() => import('../pages/disputes/DisputePage.tsx'), 'DisputePage'),
  },
  {
    path: '/reconciliations',
    roles: reconcilers,
    page: load(() => import('../pages/reconciliations/Reconciliations.tsx'), 'Reconciliations'),
    menu: { key: 'reconciliations', group: 'money' },
  },
  {
    path: '/reconciliations/:reconciliationId',
    roles: reconcilers,
    page: load(() => import('../pages/reconciliations/ReconciliationPage.tsx'), 'ReconciliationPage'),
  },
  {
    path: '/deals',
    roles: dealers,
    page: load(() => import('../pages/deals/Deals.tsx'), 'Deals'),
    menu: { key: 'deals', group: 'sales' },
  },
  {
    path: '/conflicts',
    roles: everybody,
    page: load(() => import('../pages/conflicts/Cases.tsx'), 'Cases'),
    menu: { key: 'conflicts', group: 'sales' },
  },
  {
    path: '/conflicts/:caseId',
    roles: everybody,
    page: load(() => import('../pages/conflicts/CasePage.tsx'), 'CasePage'),
  },
  {
    path: '/business',
    roles: agents,
    page: load(() => import('../pages/business/Business.tsx'), 'Business'),
    menu: { key: 'business', group: 'company' },
  },
  {
    path: '/team',
    roles: agents,
    page: load(() => import('../pages/business/Team.tsx'), 'Team'),
    menu: { key: 'team', group: 'company' },
  },
  {
    path: '/bank-details',
    roles: agents,
    page: load(() => import('../pages/business/BankDetails.tsx'), 'BankDetails'),
    menu: { key: 'bankDetails', group: 'company' },
  },
  {
    path: '/training',
    roles: agents,
    page: load(() => import('../pages/business/Training.tsx'), 'Training'),
    menu: { key: 'training', group: 'company' },
  },
  {
    path: '/users',
    roles: agents,
    page: load(() => import('../pages/business/Users.tsx'), 'Users'),
    menu: { key: 'users', group: 'company' },
  },
  {
    path: '/applications',
    roles: managers,
    page: load(() => import('../pages/applications/Applications.tsx'), 'Applications'),
    menu: { key: 'applications', group: 'work' },
  },
  {
    path: '/applications/:applicationId',
    roles: managers,
    page: load(() => import('../pages/applications/ApplicationPage.tsx'), 'ApplicationPage'),
  },
  {
    path: '/agents',
    roles: operators,
    page: load(() => import('../pages/agents/Agents.tsx'), 'Agents'),
    menu: { key: 'agents', group: 'work' },
  },
  { path: '/agents/:code', roles: operators, page: load(() => import('../pages/agents/AgentPage.tsx'), 'AgentPage') },
  {
    path: '/coverage',
    roles: managers,
    page: load(() => import('../pages/regions/Coverage.tsx'), 'Coverage'),
    menu: { key: 'coverage', group: 'work' },
  },
  {
    path: '/runs',
    roles: closers,
    page: load(() => import('../pages/runs/Runs.tsx'), 'Runs'),
    menu: { key: 'runs', group: 'money' },
  },
  { path: '/runs/:runId', roles: closers, page: load(() => import('../pages/runs/RunPage.tsx'), 'RunPage') },
  {
    path: '/close',
    roles: closers,
    page: load(() => import('../pages/close/Close.tsx'), 'Close'),
    menu: { key: 'close', group: 'money' },
  },
  {
    path: '/payments',
    roles: payers,
    page: load(() => import('../pages/payments/Payments.tsx'), 'Payments'),
    menu: { key: 'payments', group: 'money' },
  },
  {
    path: '/imports',
    roles: operators,
    page: load(() => import('../pages/imports/Imports.tsx'), 'Imports'),
    menu: { key: 'imports', group: 'work' },
  },
  {
    path: '/approvals',
    roles: operators,
    page: load(() => import('../pages/approvals/Approvals.tsx'), 'Approvals'),
    menu: { key: 'approvals', group: 'work' },
  },
  {
    path: '/exports',
    roles: closers,
    page: load(() => import('../pages/exports/Exports.tsx'), 'Exports'),
    menu: { key: 'exports', group: 'money' },
  },
  {
    path: '/programme',
    roles: operators,
    page: load(() => import('../pages/programme/Programme.tsx'), 'Programme'),
    menu: { key: 'programme', group: 'rules' },
  },
  {
    path: '/plans/:code',
    roles: everybody,
    page: load(() => import('../pages/plans/PlanPage.tsx'), 'PlanPage'),
  },
  {
    path: '/simulation',
    roles: simulators,
    page: load(() => import('../pages/simulation/Simulation.tsx'), 'Simulation'),
    menu: { key: 'simulation', group: 'rules' },
  },
  {
    path: '/invoices',
    roles: agents,
    page: load(() => import('../pages/invoices/Invoices.tsx'), 'Invoices'),
    menu: { key: 'invoices', group: 'own' },
  },
  {
    path: '/proposals',
    roles: operators,
    page: load(() => import('../pages/proposals/Proposals.tsx'), 'Proposals'),
    menu: { key: 'proposals', group: 'money' },
  },
  {
    path: '/score-rounds',
    roles: managers,
    page: load(() => import('../pages/rounds/ScoreRounds.tsx'), 'ScoreRounds'),
    menu: { key: 'rounds', group: 'work' },
  },
  {
    path: '/tiers',
    roles: managers,
    page: load(() => import('../pages/tiers/Tiers.tsx'), 'Tiers'),
    menu: { key: 'tiers', group: 'work' },
  },
  {
    path: '/ratings',
    roles: dealers,
    page: load(() => import('../pages/ratings/Ratings.tsx'), 'Ratings'),
    menu: { key: 'ratings', group: 'company' },
  },
  {
    path: '/ratings/:roundCode',
    roles: managers,
    page: load(() => import('../pages/ratings/RoundPage.tsx'), 'RoundPage'),
  },
  {
    path: '/surveys/:surveyCode',
    roles: managers,
    page: load(() => import('../pages/ratings/SurveyPage.tsx'), 'SurveyPage'),
  },
  {
    path: '/people',
    roles: administrators,
    page: load(() => import('../pages/people/People.tsx'), 'People'),
    menu: { key: 'people', group: 'work' },
  },
  {
    path: '/audit',
    roles: readersOfAudit,
    page: load(() => import('../pages/audit/Audit.tsx'), 'Audit'),
    menu: { key: 'audit', group: 'rules' },
  },
  {
    path: '/notices',
    roles: dealers,
    page: load(() => import('../pages/notices/Notices.tsx'), 'Notices'),
    menu: { key: 'notices', group: 'own' },
  },
  {
    path: '/reports',
    roles: compliance,
    page: load(() => import('../pages/reports/Reports.tsx'), 'Reports'),
    menu: { key: 'reports', group: 'work' },
  },
  {
    path: '/reports/:reportId',
    roles: compliance,
    page: load(() => import('../pages/reports/ReportPage.tsx'), 'ReportPage'),
  },
  {
    path: '/account',
    roles: whoever,
    page: load(() => import('../pages/account/Account.tsx'), 'Account'),
    menu: { key: 'account', group: 'self' },
  },
];

/** Pages for those who are not signed in. */
export const publicPages: readonly Pick<PageEntry, 'path' | 'page'>[] = [
  { path: '/sign-in', page: load(() => import('../pages/signIn/SignIn.tsx'), 'SignIn') },
  { path: '/apply', page: load(() => import('../pages/apply/Apply.tsx'), 'Apply') },
  { path: '/application', page: load(() => import('../pages/application/OwnApplication.tsx'), 'OwnApplication') },
  { path: '/invitation', page: load(() => import('../pages/invitation/Invitation.tsx'), 'Invitation') },
  { path: '/rating', page: load(() => import('../pages/rating/Rating.tsx'), 'Rating') },
  { path: '/survey', page: load(() => import('../pages/survey/Survey.tsx'), 'Survey') },
  { path: '/report', page: load(() => import('../pages/report/Report.tsx'), 'Report') },
];

/** The page that somebody sees first. */
export const firstPath = (role: Role): string =>
  pageList.find(({ roles, menu }) => menu && roles.includes(role))?.path ?? '/nothing';
