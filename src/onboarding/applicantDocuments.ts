import type { Databases } from '../db/client.ts';
import { type AsOwner, keepDocument, type StoredDocument, type Upload } from '../documents/documents.ts';
import type { DocumentStore } from '../documents/store.ts';
import { type ApplicantKey, applicantActor, openForDocument } from './applicantAccess.ts';

type Keeping = {
  readonly databases: Databases;
  readonly store: DocumentStore;
  readonly now: Date;
  readonly today: string;
  readonly maxBytes: number;
};

/**
 * Stores a document of an applicant without an account, with the checks of every document.
 * @throws UserError NOT_FOUND, APPLICATION_STATE, DOCUMENTS_FULL, INPUT_INVALID, DOCUMENT_*.
 */
export function storeOwnDocument(keeping: Keeping, key: ApplicantKey, upload: Upload): Promise<StoredDocument> {
  const asOwner: AsOwner = (work) =>
    keeping.databases.owner.transaction(async (transaction) => {
      const applicationId = await openForDocument(transaction, keeping.now, key, upload.kind);
      return work(transaction, { subject: 'APPLICATION', applicationId });
    });
  return keepDocument({ ...keeping, actor: applicantActor(key.code) }, upload, asOwner);
}
