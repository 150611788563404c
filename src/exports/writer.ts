import type { Transaction } from '../db/client.ts';
import type { ErrorCode } from '../errors.ts';
import type { Period } from '../period.ts';
import type { Money } from './csv/cells.ts';
import type { ExportKind, ExportSettings } from './kinds.ts';

/** What a content may use. The transaction is read only, sees one state of the books, and is one connection: one query at a time. */
export type ExportContext = {
  readonly transaction: Transaction;
  readonly run: { readonly id: number; readonly period: Period };
  /** The operator's. */
  readonly timeZone: string;
  readonly settings: ExportSettings;
  /** SQL of an amount with the decimals of its currency. */
  readonly money: Money;
  /** Hears how much of this content is written, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  /** Keeps, with the file, what could not be shown as it is: what, and where it stands. */
  readonly warn: (text: string) => void;
};

/** A file of a run. The same run and settings give the same bytes: no clock, no chance, no order that a query leaves open. */
export type ExportContent = {
  /** Of the file. */
  readonly name: string;
  readonly kind: ExportKind;
  /** What is `text/…` is written in UTF-8 without byte order mark; whoever keeps the file changes the encoding as the settings say. */
  readonly mediaType: string;
  /** The bytes, in pieces; nothing is held in memory but what one agent has. */
  write(context: ExportContext): AsyncIterable<Buffer>;
};

/** A file that was made. */
export type MadeFile = {
  readonly name: string;
  readonly kind: ExportKind;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly warnings: readonly string[];
};

/** A file that a request for everything goes without, and why. */
export type LeftOut = { readonly kind: ExportKind; readonly code: ErrorCode; readonly message: string };

/** Where files are put; what failed half way is not kept. */
export type ExportTarget = {
  write(name: string, bytes: AsyncIterable<Buffer>): Promise<void>;
  /** The bytes of a file that was written before. */
  read(name: string): AsyncIterable<Buffer>;
};
