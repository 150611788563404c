import type { Readable } from 'node:stream';

/** Where the bytes of documents lie. Keys are made by us: lower case letters, digits, "-" and "/". */
export type DocumentStore = {
  /** Keeps what the stream gives under a new key: all of it, or, where the stream or the store fails, nothing. */
  put(key: string, stream: AsyncIterable<Uint8Array>): Promise<void>;
  /** The bytes. @throws UserError DOCUMENT_LOST where there are none. */
  get(key: string): Promise<Readable>;
  /** Forgets what is under the key; nothing happens where nothing is. */
  remove(key: string): Promise<void>;
};
