import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { type Actor, asRequest, requireWriting } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { documentsFolder, openLocalStore } from './localStore.ts';
import { checkMediaType, telltaleBytes } from './mediaTypes.ts';
import type { DocumentStore } from './store.ts';
import { document } from './tables.ts';

// Papers of applicants and agents. The file goes into the store first, then its row into the database: what the database
// knows, the store has.

/** Whose a paper is; `forSettlement`: one between an agent and finance, not about who the agent is. */
export type DocumentOwner =
  | { readonly applicationCode: string }
  | { readonly agentCode: string; readonly forSettlement?: boolean };

/** A file as it comes in. */
export type Upload = {
  readonly owner: DocumentOwner;
  /** What the paper is: BUSINESS_LICENCE, CONTRACT … */
  readonly kind: string;
  readonly fileName: string;
  /** As declared; it must be what the first bytes say. */
  readonly mediaType: string;
  readonly stream: AsyncIterable<Uint8Array>;
};

export type StoredDocument = {
  readonly id: number;
  readonly kind: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
};

/** The store that the configuration names. Nothing is opened before it is used. */
export function openDocumentStore({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>): DocumentStore {
  const folder = documentsFolder(dataDir);
  if (!s3) return openLocalStore(folder);
  // Its client takes a second or two to load: only who needs it waits.
  let opened: Promise<DocumentStore> | undefined;
  const store = () => {
    opened ??= import('./s3Store.ts').then(({ openS3Store }) => openS3Store(s3, join(folder, 'spool')));
    return opened;
  };
  return {
    put: async (key, stream) => (await store()).put(key, stream),
    get: async (key) => (await store()).get(key),
    remove: async (key) => (await store()).remove(key),
  };
}

const kindPattern = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * Stores a file and its row, with the audit record, as the request role: the actor's rights decide whether it may. Where that fails, the
 * file is removed again. @param today the operator's date, by which rights are judged
 * @throws UserError INPUT_INVALID, NOT_FOUND, also for what the actor may not see, FORBIDDEN, DOCUMENT_*.
 */
export async function storeDocument(
  databases: Databases,
  store: DocumentStore,
  actor: Actor,
  now: Date,
  today: string,
  upload: Upload,
  maxBytes: number,
): Promise<StoredDocument> {
  requireWriting(actor);
  return keepDocument({ databases, store, actor, now, today, maxBytes }, upload, (work) =>
    asRequest(databases.request, actor, today, async (transaction) =>
      work(transaction, await findOwner(transaction, actor, upload.owner)),
    ),
  );
}

type Keeping = {
  readonly databases: Databases;
  readonly store: DocumentStore;
  readonly actor: Actor;
  readonly now: Date;
  readonly today: string;
  readonly maxBytes: number;
};

/** Runs work in a transaction that may store the document, with whose it is; throws a UserError where it may not be. */
export type AsOwner = <Result>(
  work: (transaction: Transaction, owner: OwnerColumns) => Promise<Result>,
) => Promise<Result>;

/**
 * As storeDocument, where `asOwner` says whether it may be stored: it is asked before anything is read, and again to write the row.
 * @throws UserError INPUT_INVALID, DOCUMENT_*, and what `asOwner` throws.
 */
export async function keepDocument(
  { databases, store, actor, now, today, maxBytes }: Keeping,
  upload: Upload,
  asOwner: AsOwner,
): Promise<StoredDocument> {
  const { kind } = upload;
  const fileName = checkFileName(upload.fileName);
  if (!kindPattern.test(kind)) {
    throw new UserError('INPUT_INVALID', 'A kind is 1 to 64 capital letters, digits and "_".', 'kind');
  }
  // Before anything is read: who may not store it shall not fill the store.
  await asOwner(async () => undefined);
  const storageKey = `${today.slice(0, 7)}/${randomUUID()}`;
  const content = examine(upload, maxBytes);
  await store.put(storageKey, content.stream);
  const file = { kind, fileName, ...content.result(), storageKey };
  try {
    const id = await asOwner((transaction, columns) =>
      recordDocument(transaction, actor, now, upload.owner, columns, file),
    );
    const { storageKey: _, ...stored } = file;
    return { id, ...stored };
  } catch (error) {
    await removeOrphan(databases, store, storageKey);
    throw error;
  }
}

/** What a file is called, without the folders that some browsers send along. @throws UserError INPUT_INVALID. */
function checkFileName(given: string): string {
  const name = given.split(/[\\/]/).at(-1)?.trim() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name
  if (name !== '' && name.length <= 200 && !/[\u0000-\u001f\u007f]/.test(name)) return name;
  throw new UserError('INPUT_INVALID', 'A file name has 1 to 200 characters and none that control.', 'X-File-Name');
}

/** The columns that say whose a document is. */
type OwnerColumns =
  | { readonly subject: 'APPLICATION'; readonly applicationId: number }
  | { readonly subject: 'AGENT' | 'SETTLEMENT'; readonly agentId: number };

/** @throws UserError NOT_FOUND where the transaction sees none such; FORBIDDEN where its actor may see it, but give it nothing. */
async function findOwner(transaction: Transaction, actor: Actor, owner: DocumentOwner): Promise<OwnerColumns> {
  const found = await ownerColumns(transaction, owner);
  if (!found) {
    const [at, code] = 'agentCode' in owner ? ['agent', owner.agentCode] : ['application', owner.applicationCode];
    throw new UserError('NOT_FOUND', `No ${at} has the code "${code.slice(0, 100)}".`, at);
  }
  const { role, agentId } = actor.user ?? {};
  if (role === 'ADMIN' || role === 'CHANNEL_MANAGER') return found;
  if (found.subject !== 'SETTLEMENT') {
    throw new UserError('FORBIDDEN', 'Administrators and channel managers store documents.');
  }
  if (role === 'FINANCE' || (role === 'AGENT' && agentId === found.agentId)) return found;
  throw new UserError('FORBIDDEN', 'The agent itself, its managers and finance store papers for settlement.');
}

async function ownerColumns(transaction: Transaction, owner: DocumentOwner): Promise<OwnerColumns | undefined> {
  const columns = { id: true } as const;
  if ('agentCode' in owner) {
    const agent = await transaction.query.agent.findFirst({ columns, where: { code: owner.agentCode } });
    return agent && { subject: owner.forSettlement ? 'SETTLEMENT' : 'AGENT', agentId: agent.id };
  }
  const where = { code: owner.applicationCode };
  const application = await transaction.query.application.findFirst({ columns, where });
  return application && { subject: 'APPLICATION', applicationId: application.id };
}

type Content = Pick<StoredDocument, 'mediaType' | 'sizeBytes' | 'sha256'>;

/** The bytes on their way into the store, and what was learnt of them once they are through. */
function examine(upload: Upload, maxBytes: number): { stream: AsyncIterable<Uint8Array>; result: () => Content } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let mediaType: string | undefined;
  let held = Buffer.alloc(0);
  async function* passOn() {
    for await (const chunk of upload.stream) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw documentTooLarge(maxBytes);
      hash.update(chunk);
      if (mediaType !== undefined) {
        yield chunk;
        continue;
      }
      held = Buffer.concat([held, chunk]);
      if (held.length < telltaleBytes) continue;
      mediaType = checkMediaType(upload.mediaType, held);
      yield held;
    }
    if (mediaType !== undefined) return;
    mediaType = checkMediaType(upload.mediaType, held);
    yield held;
  }
  const result = () => {
    if (mediaType === undefined) throw new Error('the store did not read the file');
    return { mediaType, sizeBytes, sha256: hash.digest('hex') };
  };
  return { stream: passOn(), result };
}

/** @returns what to say of a file of more than `maxBytes`. */
export function documentTooLarge(maxBytes: number): UserError {
  return new UserError('DOCUMENT_TOO_LARGE', `The file has more than ${maxBytes} bytes.`, 'body');
}

async function recordDocument(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  owner: DocumentOwner,
  columns: OwnerColumns,
  file: Omit<StoredDocument, 'id'> & { readonly storageKey: string },
): Promise<number> {
  const [row] = await transaction
    .insert(document)
    .values({ ...columns, ...file, uploadedBy: actor.name, uploadedAt: now.toISOString() })
    .returning({ id: document.id });
  if (!row) throw new Error('an insert gave no row');
  const { storageKey: _, ...after } = file;
  const entityKey = 'agentCode' in owner ? `AGENT ${owner.agentCode}` : `APPLICATION ${owner.applicationCode}`;
  await recordChanges(transaction, actor, now, [{ action: 'document.stored', entity: 'document', entityKey, after }]);
  return row.id;
}

/** A commit whose answer was lost may have happened: then the file has its row and stays. */
async function removeOrphan({ owner }: Databases, store: DocumentStore, storageKey: string): Promise<void> {
  const rows = await owner.select({ id: document.id }).from(document).where(eq(document.storageKey, storageKey));
  if (rows.length === 0) await store.remove(storageKey);
}

/**
 * A document that the transaction may see, and the way to its bytes: `open` needs no transaction. The stream fails before its end where
 * the bytes are not those that were stored. @throws UserError NOT_FOUND; `open` DOCUMENT_LOST.
 */
export async function findDocument(
  transaction: Transaction,
  store: DocumentStore,
  id: number,
): Promise<StoredDocument & { readonly open: () => Promise<AsyncIterable<Uint8Array>> }> {
  const found = await transaction.query.document.findFirst({ where: { id } });
  if (!found) throw new UserError('NOT_FOUND', 'There is no such document, or you may not see it.');
  const { kind, fileName, mediaType, sizeBytes, sha256, storageKey } = found;
  const open = async () => checked(await store.get(storageKey), sha256);
  return { id, kind, fileName, mediaType, sizeBytes, sha256, open };
}

/** The same bytes; the last are held back until all are known to be right. */
async function* checked(stream: Readable, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    if (last) yield last;
    last = chunk;
  }
  if (hash.digest('hex') !== sha256) {
    throw new UserError('DOCUMENT_LOST', 'The file of the document is not the one that was stored.');
  }
  if (last) yield last;
}

/** The kinds of the documents of an application. */
export async function documentKinds(transaction: Transaction, applicationId: number): Promise<Set<string>> {
  const rows = await transaction
    .selectDistinct({ kind: document.kind })
    .from(document)
    .where(eq(document.applicationId, applicationId));
  return new Set(rows.map(({ kind }) => kind));
}

/** Makes an applicant's documents those of the agent that it became; they stay the application's, too. The audit record is the activation's. */
export async function moveDocuments(transaction: Transaction, applicationId: number, agentId: number): Promise<void> {
  await transaction.update(document).set({ agentId }).where(eq(document.applicationId, applicationId));
}
