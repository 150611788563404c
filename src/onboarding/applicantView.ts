import { and, asc, eq, or } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import { documentKinds } from '../documents/documents.ts';
import { document } from '../documents/tables.ts';
import type { SecretKind } from '../partners/secrets.ts';
import { secret } from '../partners/tables.ts';
import { region } from '../reference/tables.ts';
import { requiredNumbers } from './applications.ts';
import type { ScreeningFormDefinition } from './form.ts';
import { currentForm } from './forms.ts';
import type { Application } from './steps.ts';
import { applicationStep, applicationTerritory } from './tables.ts';

// What an applicant sees of its own application: what it said, where it stands, what is missing. No score, no reviewer, no other.

export type ApplicationOptions = {
  readonly channelTypes: readonly {
    readonly code: string;
    readonly name: string;
    readonly requiredDocuments: readonly string[];
  }[];
  readonly regions: readonly { readonly code: string; readonly name: string; readonly parentCode: string | null }[];
};

/** What one can apply for: channel types that have a form, and regions. `transaction` is the owner's. */
export async function loadApplicationOptions(transaction: Transaction): Promise<ApplicationOptions> {
  const types = await transaction.query.channelType.findMany({ orderBy: { code: 'asc' } });
  const forms = await currentForms(transaction, types);
  const regions = await transaction.query.region.findMany({ orderBy: { code: 'asc' } });
  const codes = new Map(regions.map(({ id, code }) => [id, code]));
  return {
    channelTypes: types.flatMap(({ id, code, name }) => {
      const form = forms.get(id);
      return form ? [{ code, name, requiredDocuments: form.requiredDocuments }] : [];
    }),
    regions: regions.map(({ code, name, parentId }) => ({
      code,
      name,
      parentCode: parentId === null ? null : (codes.get(parentId) ?? null),
    })),
  };
}

async function currentForms(
  transaction: Transaction,
  types: readonly { readonly id: number }[],
): Promise<ReadonlyMap<number, ScreeningFormDefinition>> {
  const found = new Map<number, ScreeningFormDefinition>();
  for (const { id } of types) {
    const form = await currentForm(transaction, id);
    if (form) found.set(id, form.definition);
  }
  return found;
}

/** An application that was opened with its token, and what its applicant says it has signed. */
export type OwnAccess = {
  readonly application: Application;
  readonly signedDocumentId: number | null;
  readonly signedAt: string | null;
};

export type FollowedApplication = {
  readonly code: string;
  readonly state: Application['state'];
  readonly name: string;
  readonly contactName: string;
  readonly email: string;
  readonly channelType: string;
  readonly region: string;
  readonly territories: readonly string[];
  readonly numbers: readonly { readonly kind: SecretKind; readonly masked: string }[];
  readonly dueOn: string | null;
  readonly missingNumbers: readonly SecretKind[];
  readonly missingDocuments: readonly string[];
  readonly documents: readonly FollowedDocument[];
  readonly steps: readonly { readonly to: Application['state']; readonly at: string }[];
  readonly rejectionReason: string | null;
  readonly contract: FollowedContract | null;
};

export type FollowedDocument = {
  readonly id: number;
  readonly kind: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly uploadedAt: string;
  readonly mine: boolean;
};

export type FollowedContract = {
  readonly planName: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly signedOn: string | null;
  readonly signedDocumentId: number | null;
  readonly signedAt: string | null;
};

/** What an applicant sees, of an application that it opened with its token. `transaction` is the owner's. */
export async function viewOwn(transaction: Transaction, own: OwnAccess): Promise<FollowedApplication> {
  const { id, code, state, name, contactName, email, dueOn, channelTypeId, regionId } = own.application;
  const channelType = await transaction.query.channelType.findFirst({ where: { id: channelTypeId } });
  const home = await transaction.query.region.findFirst({ where: { id: regionId } });
  const numbers = await transaction
    .select({ kind: secret.kind, masked: secret.masked })
    .from(secret)
    .where(eq(secret.applicationId, id))
    .orderBy(asc(secret.kind));
  const steps = await transaction
    .select({
      from: applicationStep.fromState,
      to: applicationStep.toState,
      at: applicationStep.at,
      reason: applicationStep.reason,
    })
    .from(applicationStep)
    .where(eq(applicationStep.applicationId, id))
    .orderBy(asc(applicationStep.id));
  const missing = await missingOf(transaction, own.application);
  return {
    ...{ code, state, name, contactName, email, dueOn, numbers },
    channelType: channelType?.code ?? '',
    region: home?.code ?? '',
    territories: await territoriesOf(transaction, id),
    missingNumbers: missing.numbers,
    missingDocuments: missing.documents,
    documents: await documentsOf(transaction, own.application),
    // points are entered within a state: when and how often is the reviewer's own affair
    steps: steps.filter(({ from, to }) => from !== to).map(({ to, at }) => ({ to, at })),
    rejectionReason: steps.find(({ to }) => to === 'REJECTED')?.reason ?? null,
    contract: await contractOf(transaction, own),
  };
}

async function territoriesOf(transaction: Transaction, applicationId: number): Promise<string[]> {
  const rows = await transaction
    .select({ code: region.code })
    .from(applicationTerritory)
    .innerJoin(region, eq(region.id, applicationTerritory.regionId))
    .where(eq(applicationTerritory.applicationId, applicationId))
    .orderBy(asc(region.code));
  return rows.map(({ code }) => code);
}

const ownPapers = ({ id, code }: Application) =>
  and(
    eq(document.applicationId, id),
    eq(document.subject, 'APPLICATION'),
    or(eq(document.uploadedBy, applicantName(code)), eq(document.kind, 'CONTRACT')),
  );

/** What an applicant is called in audit records and by the four-eyes rule. */
export const applicantName = (code: string) => `applicant ${code}`.toLowerCase();

async function documentsOf(transaction: Transaction, own: Application): Promise<FollowedDocument[]> {
  const { id, kind, fileName, mediaType, uploadedAt, uploadedBy } = document;
  const rows = await transaction
    .select({ id, kind, fileName, mediaType, uploadedAt, uploadedBy })
    .from(document)
    .where(ownPapers(own))
    .orderBy(asc(id));
  return rows.map(({ uploadedBy: by, ...row }) => ({ ...row, mine: by === applicantName(own.code) }));
}

/** Whether the applicant may read a document: its own, and the contract that the operator put there. */
export async function ownsDocument(transaction: Transaction, own: Application, documentId: number): Promise<boolean> {
  const rows = await transaction
    .select({ id: document.id })
    .from(document)
    .where(and(ownPapers(own), eq(document.id, documentId)));
  return rows.length > 0;
}

const withContract: readonly string[] = ['APPROVED', 'CONTRACTED', 'ACTIVE'];

async function contractOf(transaction: Transaction, own: OwnAccess): Promise<FollowedContract | null> {
  const { state, planId, contractFrom, contractTo, contractSignedOn } = own.application;
  if (!withContract.includes(state)) return null;
  const plan = planId === null ? undefined : await transaction.query.plan.findFirst({ where: { id: planId } });
  return {
    planName: plan?.name ?? null,
    from: contractFrom,
    to: contractTo,
    signedOn: contractSignedOn,
    signedDocumentId: own.signedDocumentId,
    signedAt: own.signedAt,
  };
}

/** The numbers and the kinds of documents that are still to be given, by the form of today. */
export async function missingOf(
  transaction: Transaction,
  { id, channelTypeId }: Application,
): Promise<{ readonly numbers: SecretKind[]; readonly documents: string[] }> {
  const rows = await transaction.select({ kind: secret.kind }).from(secret).where(eq(secret.applicationId, id));
  const present = new Set(rows.map(({ kind }) => kind));
  const kinds = await documentKinds(transaction, id);
  const form = await currentForm(transaction, channelTypeId);
  return {
    numbers: requiredNumbers.filter((kind) => !present.has(kind)),
    documents: (form?.definition.requiredDocuments ?? []).filter((kind) => !kinds.has(kind)),
  };
}
