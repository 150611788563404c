import type { FileConflict, FileRegistration } from '../src/partners/partnerFileConflicts.ts';
import { builder } from './builder.ts';
import { ConflictKindEnum } from './enums.ts';
import { readers } from './partnerFileEntries.ts';

// What stands in the sections of a partner file that are about conflicts and registered deals (partnerFile.ts).

const DeductionEntry = builder.objectRef<FileConflict['deductions'][number]>('FileConflictDeduction').implement({
  description: 'Money that a decision takes from the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'The amount.' }),
  }),
});

export const ConflictEntry = builder.objectRef<FileConflict>('FileConflict').implement({
  description: 'A conflict that concerns the agent: its own side of it.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The code of the case.' }),
    kind: t.field({
      type: ConflictKindEnum,
      description: 'What it is about.',
      resolve: ({ kind }) => kind as typeof ConflictKindEnum.$inferType,
    }),
    rule: t.exposeString('rule', { description: 'The code of the rule that found it.' }),
    side: t.exposeString('side', { description: 'ACCUSED: it sold. CLAIMANT: its right is in question.' }),
    period: t.expose('period', { type: 'Period', description: 'The month of the event.' }),
    state: t.exposeString('state', { description: 'OPEN, IN_MEDIATION, RESOLVED, APPEALED or CLOSED.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it was found.' }),
    decidedAt: t.expose('decidedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided; null: it was not, by the day.',
    }),
    credits: t.exposeString('credits', {
      nullable: true,
      description: 'What was decided about the credits: KEEP, AWARD, SPLIT or VOID.',
    }),
    share: t.expose('share', {
      type: 'Decimal',
      nullable: true,
      description: "The agent's part of the credits that were divided, 1 for all; null: none.",
    }),
    deductions: t.field({
      type: [DeductionEntry],
      description: 'What the decision takes from the agent, by currency.',
      resolve: ({ deductions }) => deductions,
    }),
  }),
});

export const RegistrationEntry = builder.objectRef<FileRegistration>('FileRegistration').implement({
  description: 'A deal that the agent registered, as it stands today.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The code of the registration.' }),
    customerId: t.exposeString('customerId', { description: 'The customer, as events name it.' }),
    customerName: t.exposeString('customerName', { description: 'Its name.' }),
    opportunity: t.exposeString('opportunity', { nullable: true, description: 'What it is about, in words.' }),
    product: t.exposeString('product', { nullable: true, description: 'The code of the product it is for.' }),
    category: t.exposeString('category', {
      nullable: true,
      description: 'The code of the product category it is for.',
    }),
    state: t.exposeString('state', {
      description: 'PENDING, QUEUED, PROTECTED, WON, LOST, EXPIRED, REFUSED or WITHDRAWN.',
    }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', description: 'When it was registered.' }),
    protectedFrom: t.expose('protectedFrom', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is protected; null: it never was.',
    }),
    protectedUntil: t.expose('protectedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'The instant from which it is protected no more.',
    }),
  }),
});
