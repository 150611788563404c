import type { Transaction } from '../src/db/client.ts';
import type { Role } from '../src/db/transaction.ts';
import {
  auditReaders,
  countChildren,
  type FileHead,
  type FileSubject,
  findFileHead,
  mostAuditRecords,
  onboardingReaders,
  paperReaders,
  readAgreements,
  readAuditTrail,
  readContacts,
  readDecisions,
  readDocuments,
  readNumbers,
  readOnboarding,
  readParents,
  readRegions,
  readReminders,
  readScores,
  readStatements,
  readStatuses,
  readTerritories,
  readTiers,
  readTraining,
} from '../src/partners/partnerFile.ts';
import { readConflicts, readRegistrations } from '../src/partners/partnerFileConflicts.ts';
import {
  readAppeals,
  readAwards,
  readPlacements,
  readPublishedScores,
  readReleasedComments,
  readTierMoves,
} from '../src/partners/partnerFileGrades.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ConflictEntry, RegistrationEntry } from './partnerFileConflicts.ts';
import {
  AgreementEntry,
  AuditEntry,
  ChildrenEntry,
  ContactEntry,
  DecisionEntry,
  DocumentEntry,
  NamedEntry,
  NumberEntry,
  ReminderEntry,
  readers,
  ScoreEntry,
  StatementEntry,
  StatusEntry,
  StepEntry,
  TerritoryEntry,
  TrainingEntry,
} from './partnerFileEntries.ts';
import {
  AppealEntry,
  AwardEntry,
  CommentEntry,
  PlacementEntry,
  PublishedScoreEntry,
  TierMoveEntry,
} from './partnerFileGrades.ts';

// One query gives everything about an agent as of a day. Each section is one statement; sections that are not for a role are null.

type AgentFile = FileHead & { readonly on: string };

/** A section's resolver: null for roles that it is not for. */
function section<Section>(
  work: (transaction: Transaction, subject: FileSubject) => Promise<Section>,
  allowed: readonly Role[] = readers,
) {
  return async (file: AgentFile, _args: object, { transaction, actor }: Context): Promise<Section | null> =>
    actor?.user && allowed.includes(actor.user.role) ? work(transaction, file) : null;
}

const notForFinance = 'null for finance.';

const AgentFileType = builder.objectRef<AgentFile>('AgentFile').implement({
  description:
    'The partner file: everything about an agent as of a day, as far as you may see it. Facts with a life are those that had ' +
    'begun by that day; what was done is what had been done by its end.',
  authScopes: { roles: readers },
  fields: (t) => ({
    on: t.expose('on', { type: 'Date', description: 'The day as of which it is.' }),
    code: t.exposeString('code', { description: 'The code of the agent.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    channelType: t.exposeString('channelType', { description: 'The code of its channel type.' }),
    status: t.exposeString('status', { nullable: true, description: 'Its state on the day.' }),
    tier: t.exposeString('tier', { nullable: true, description: 'The code of its tier on the day.' }),
    region: t.exposeString('region', { nullable: true, description: 'The code of its region on the day.' }),
    parent: t.exposeString('parent', {
      nullable: true,
      description: 'The code of the agent above it on the day; null where there is none, or you may not see it.',
    }),
    statuses: t.field({
      type: [StatusEntry],
      nullable: true,
      description: 'Its states.',
      resolve: section(readStatuses),
    }),
    decisions: t.field({
      type: [DecisionEntry],
      nullable: true,
      description: 'Who changed its state, and why.',
      resolve: section(readDecisions),
    }),
    tiers: t.field({ type: [NamedEntry], nullable: true, description: 'Its tiers.', resolve: section(readTiers) }),
    regions: t.field({
      type: [NamedEntry],
      nullable: true,
      description: 'Its regions.',
      resolve: section(readRegions),
    }),
    parents: t.field({
      type: [NamedEntry],
      nullable: true,
      description: 'The agents above it.',
      resolve: section(readParents),
    }),
    children: t.field({
      type: ChildrenEntry,
      nullable: true,
      description: 'How many agents are below it on the day.',
      resolve: section(countChildren),
    }),
    territories: t.field({
      type: [TerritoryEntry],
      nullable: true,
      description: 'Where it may sell.',
      resolve: section(readTerritories),
    }),
    agreements: t.field({
      type: [AgreementEntry],
      nullable: true,
      description: 'Its agreements.',
      resolve: section(readAgreements),
    }),
    scores: t.field({
      type: [ScoreEntry],
      nullable: true,
      description: 'Its scores and other figures, of periods that had begun.',
      resolve: section(readScores),
    }),
    publishedScores: t.field({
      type: [PublishedScoreEntry],
      nullable: true,
      description: 'Its published scores; of a score that an appeal changed, what it was on the day.',
      resolve: section(readPublishedScores),
    }),
    scoreAppeals: t.field({
      type: [AppealEntry],
      nullable: true,
      description: 'Its appeals about scores.',
      resolve: section(readAppeals),
    }),
    releasedComments: t.field({
      type: [CommentEntry],
      nullable: true,
      description: `Words of raters that were released to it until today, about months that had begun; ${notForFinance}`,
      resolve: section(readReleasedComments, paperReaders),
    }),
    tierMoves: t.field({
      type: [TierMoveEntry],
      nullable: true,
      description: 'What the evaluations of tiers found that had been applied.',
      resolve: section(readTierMoves),
    }),
    awards: t.field({
      type: [AwardEntry],
      nullable: true,
      description: 'Awards it was given.',
      resolve: section(readAwards),
    }),
    loyaltyPlacements: t.field({
      type: [PlacementEntry],
      nullable: true,
      description: 'Where it was in the loyalty grids, in months that had begun; null for finance and agents.',
      resolve: section(readPlacements, onboardingReaders),
    }),
    statements: t.field({
      type: [StatementEntry],
      nullable: true,
      description: 'Its statements of runs that stand, of periods that had begun; an agent sees them once approved.',
      resolve: section(readStatements),
    }),
    conflicts: t.field({
      type: [ConflictEntry],
      nullable: true,
      description: 'The conflicts that concern it: its own side of them.',
      resolve: section(readConflicts),
    }),
    registrations: t.field({
      type: [RegistrationEntry],
      nullable: true,
      description: 'The deals that it registered, as they stand today.',
      resolve: section(readRegistrations),
    }),
    documents: t.field({
      type: [DocumentEntry],
      nullable: true,
      description: `Its papers; ${notForFinance}`,
      resolve: section(readDocuments, paperReaders),
    }),
    contacts: t.field({
      type: [ContactEntry],
      nullable: true,
      description: 'Whom to talk to there.',
      resolve: section(readContacts),
    }),
    numbers: t.field({
      type: [NumberEntry],
      nullable: true,
      description: `Its numbers as they are today, masked; ${notForFinance}`,
      resolve: section(readNumbers, paperReaders),
    }),
    training: t.field({
      type: [TrainingEntry],
      nullable: true,
      description: `Its results in courses; ${notForFinance}`,
      resolve: section(readTraining, paperReaders),
    }),
    reminders: t.field({
      type: [ReminderEntry],
      nullable: true,
      description: `What wants doing about it; ${notForFinance}`,
      resolve: section(readReminders, paperReaders),
    }),
    onboarding: t.field({
      type: [StepEntry],
      nullable: true,
      description: 'How it came in, step by step; null for finance and agents.',
      resolve: section(readOnboarding, onboardingReaders),
    }),
    auditTrail: t.field({
      type: [AuditEntry],
      nullable: true,
      description: `What was done to it, its agreements, papers and application, the latest first and at most ${mostAuditRecords}; null but for administrators and auditors.`,
      resolve: section(readAuditTrail, auditReaders),
    }),
  }),
});

builder.queryField('agentFile', (t) =>
  t.field({
    type: AgentFileType,
    nullable: true,
    description:
      'Everything about the agent with this code as of a day; null where there is none, or you may not see it.',
    authScopes: { roles: readers },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the agent.' }),
      on: t.arg({ type: 'Date', description: "The day as of which; the operator's today unless told." }),
    },
    resolve: async (_root, { code, on }, { transaction, today }) => {
      const date = on ?? today;
      const head = await findFileHead(transaction, code, date);
      return head && { ...head, on: date };
    },
  }),
);
