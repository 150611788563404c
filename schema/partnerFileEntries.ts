import type { Role } from '../src/db/transaction.ts';
import {
  auditReaders,
  type FileAgreement,
  type FileAudit,
  type FileChildren,
  type FileContact,
  type FileDecision,
  type FileDocument,
  type FileNamed,
  type FileNumber,
  type FileReminder,
  type FileScore,
  type FileStatement,
  type FileStatus,
  type FileStep,
  type FileTerritory,
  type FileTraining,
  onboardingReaders,
  paperReaders,
} from '../src/partners/partnerFile.ts';
import { builder } from './builder.ts';
import { AgentStatusEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';

// What stands in the sections of a partner file (partnerFile.ts).

/** Who may have a partner file at all. */
export const readers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT'];

const fromText = 'The first day on which it holds.';
const toText = 'The first day on which it no longer holds; null: no end is known.';

export const StatusEntry = builder.objectRef<FileStatus>('FileStatus').implement({
  description: 'A state of the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    status: t.expose('status', { type: AgentStatusEnum, description: 'Whether it may sell.' }),
    from: t.expose('from', { type: 'Date', description: fromText }),
    to: t.expose('to', { type: 'Date', nullable: true, description: toText }),
  }),
});

export const DecisionEntry = builder.objectRef<FileDecision>('FileDecision').implement({
  description: 'A decision that changed the state of the agent, or is to change it.',
  authScopes: { roles: readers },
  fields: (t) => ({
    action: t.exposeString('action', { description: 'What was decided.' }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'From which day it has effect.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    by: t.exposeString('by', { description: 'Who decided.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

export const NamedEntry = builder.objectRef<FileNamed>('FileEntry').implement({
  description: 'A tier, region or agent above, for a time.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { nullable: true, description: 'Its code; null where you may not see it.' }),
    name: t.exposeString('name', { nullable: true, description: 'Its name; null where you may not see it.' }),
    from: t.expose('from', { type: 'Date', description: fromText }),
    to: t.expose('to', { type: 'Date', nullable: true, description: toText }),
  }),
});

export const ChildrenEntry = builder.objectRef<FileChildren>('FileChildren').implement({
  description: 'How many agents stand below the agent on the day, as far as you may see them.',
  authScopes: { roles: readers },
  fields: (t) => ({
    directCount: t.exposeInt('directCount', { description: 'Directly below it.' }),
    allCount: t.exposeInt('allCount', { description: 'Below it on any level.' }),
  }),
});

export const TerritoryEntry = builder.objectRef<FileTerritory>('FileTerritory').implement({
  description: 'A right of the agent to sell in a region and all under it.',
  authScopes: { roles: readers },
  fields: (t) => ({
    territoryId: t.id({
      description: 'Its id, with which `endTerritory` ends it.',
      resolve: ({ id }) => encodeNodeId('Territory', id),
    }),
    code: t.exposeString('code', { description: 'The code of the region.' }),
    name: t.exposeString('name', { description: 'The name of the region.' }),
    exclusive: t.exposeBoolean('exclusive', { description: "Whether it is nobody else's." }),
    from: t.expose('from', { type: 'Date', description: fromText }),
    to: t.expose('to', { type: 'Date', nullable: true, description: toText }),
  }),
});

export const AgreementEntry = builder.objectRef<FileAgreement>('FileAgreement').implement({
  description: 'A contract with the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    plan: t.exposeString('plan', { description: 'The code of the plan that it binds the agent to.' }),
    from: t.expose('from', { type: 'Date', description: fromText }),
    to: t.expose('to', { type: 'Date', nullable: true, description: toText }),
    renews: t.exposeString('renews', { nullable: true, description: 'The code of the agreement that it renews.' }),
    signedOn: t.expose('signedOn', { type: 'Date', nullable: true, description: 'The day on which it was signed.' }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'The SHA-256 of the signed paper.' }),
    paymentDelayDays: t.exposeInt('paymentDelayDays', {
      nullable: true,
      description: 'How many days after a statement is confirmed it is paid.',
    }),
    minimumPayout: t.expose('minimumPayout', {
      type: 'Decimal',
      nullable: true,
      description: 'Less than this is not paid out but carried forward.',
    }),
    taxPercent: t.expose('taxPercent', { type: 'Decimal', nullable: true, description: 'Percent withheld as tax.' }),
    trailing: t.exposeString('trailing', {
      description: 'What becomes of RESIDUAL after termination: CONTINUE or STOP.',
    }),
    endedEarlyBy: t.exposeString('endedEarlyBy', { nullable: true, description: 'Who ended it before its time.' }),
    endReason: t.exposeString('endReason', { nullable: true, description: 'Why it was ended before its time.' }),
  }),
});

export const ScoreEntry = builder.objectRef<FileScore>('FileScore').implement({
  description: 'A score or another figure of the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'What it measures: SCORE is the score.' }),
    period: t.exposeString('period', { description: 'The month, quarter or year.' }),
    value: t.expose('value', { type: 'Decimal', description: 'The figure.' }),
  }),
});

export const StatementEntry = builder.objectRef<FileStatement>('FileStatement').implement({
  description: 'What the agent was due for a period.',
  authScopes: { roles: readers },
  fields: (t) => ({
    period: t.exposeString('period', { description: 'The period.' }),
    runStatus: t.exposeString('runStatus', { description: 'Where its run stands: CALCULATED, APPROVED or PAID.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    opening: t.expose('opening', { type: 'Decimal', description: 'What was open before.' }),
    earned: t.expose('earned', { type: 'Decimal', description: 'What was earned in the period.' }),
    released: t.expose('released', { type: 'Decimal', description: 'What was withheld earlier and is paid now.' }),
    withheld: t.expose('withheld', { type: 'Decimal', description: 'What is withheld for later.' }),
    clawedBack: t.expose('clawedBack', { type: 'Decimal', description: 'What is taken back.' }),
    adjustments: t.expose('adjustments', { type: 'Decimal', description: 'What else is added or taken.' }),
    tax: t.expose('tax', { type: 'Decimal', description: 'The tax.' }),
    closing: t.expose('closing', { type: 'Decimal', description: 'What is open after.' }),
    payable: t.expose('payable', { type: 'Decimal', description: 'What is paid.' }),
  }),
});

export const DocumentEntry = builder.objectRef<FileDocument>('FileDocument').implement({
  description: 'A paper of the agent: what it is, not what is in it.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    documentId: t.id({
      description: 'Its id, with which `GET /documents/ID` gives the file.',
      resolve: ({ id }) => encodeNodeId('Document', id),
    }),
    kind: t.exposeString('kind', { description: 'What paper it is.' }),
    fileName: t.exposeString('fileName', { description: 'What the file was called.' }),
    mediaType: t.exposeString('mediaType', { description: 'Its media type.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'Decimal', description: 'How many bytes it has.' }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of its bytes.' }),
    uploadedBy: t.exposeString('uploadedBy', { description: 'Who stored it.' }),
    uploadedAt: t.expose('uploadedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

export const ContactEntry = builder.objectRef<FileContact>('FileContact').implement({
  description: 'Somebody to talk to at the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    contactId: t.id({
      description: 'Its id, with which `changeAgentContact` and `removeAgentContact` find it.',
      resolve: ({ id }) => encodeNodeId('AgentContact', id),
    }),
    name: t.exposeString('name', { description: 'The name.' }),
    responsibility: t.exposeString('responsibility', { description: 'What for.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'The telephone number.' }),
    email: t.exposeString('email', { nullable: true, description: 'The e-mail address.' }),
    from: t.expose('from', { type: 'Date', description: fromText }),
    to: t.expose('to', { type: 'Date', nullable: true, description: toText }),
  }),
});

export const NumberEntry = builder.objectRef<FileNumber>('FileNumber').implement({
  description: 'A bank, identity, registration or telephone number, masked.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What number it is.' }),
    masked: t.exposeString('masked', { description: 'What everybody may see of it.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'Since when it is this one.' }),
  }),
});

export const TrainingEntry = builder.objectRef<FileTraining>('FileTraining').implement({
  description: 'What the agent came to in a course.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    course: t.exposeString('course', { description: 'The code of the course.' }),
    name: t.exposeString('name', { description: 'The name of the course.' }),
    takenOn: t.expose('takenOn', { type: 'Date', description: 'The day on which it was taken.' }),
    passed: t.exposeBoolean('passed', { description: 'Whether it was passed.' }),
    score: t.expose('score', { type: 'Decimal', nullable: true, description: 'The points.' }),
    expiresOn: t.expose('expiresOn', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer counts; null: it always will.',
    }),
    holds: t.exposeBoolean('holds', { description: "Whether it was passed and still counts on the file's day." }),
  }),
});

export const ReminderEntry = builder.objectRef<FileReminder>('FileReminder').implement({
  description: 'Something about the agent that wants doing, or wanted.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What wants doing.' }),
    subject: t.exposeString('subject', { description: 'What it is about.' }),
    dueOn: t.expose('dueOn', { type: 'Date', description: 'By which day.' }),
    doneBy: t.exposeString('doneBy', { nullable: true, description: 'Who saw to it.' }),
    doneAt: t.expose('doneAt', { type: 'DateTime', nullable: true, description: 'When.' }),
  }),
});

export const StepEntry = builder.objectRef<FileStep>('FileStep').implement({
  description: 'A step of the application that the agent was.',
  authScopes: { roles: onboardingReaders },
  fields: (t) => ({
    application: t.exposeString('application', { description: 'The code of the application.' }),
    fromState: t.exposeString('fromState', { nullable: true, description: 'The state before; null: it was entered.' }),
    toState: t.exposeString('toState', { description: 'The state after.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    by: t.exposeString('by', { description: 'Who did it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

export const AuditEntry = builder.objectRef<FileAudit>('FileAuditRecord').implement({
  description: 'Something that was done to the agent, its agreements, papers or application.',
  authScopes: { roles: auditReaders },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was done.' }),
    actor: t.exposeString('actor', { description: 'Who did it.' }),
    action: t.exposeString('action', { description: 'What was done.' }),
    entity: t.exposeString('entity', { description: 'The kind of thing it was done to.' }),
    entityKey: t.exposeString('entityKey', { description: 'The natural key of that thing.' }),
    before: t.field({ type: 'Json', nullable: true, description: 'What it was.', resolve: (row) => row.before }),
    after: t.field({ type: 'Json', nullable: true, description: 'What it became.', resolve: (row) => row.after }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was done.' }),
  }),
});
