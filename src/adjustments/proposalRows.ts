import { settlementPaperHint } from '../documents/settlementPaper.ts';
import { minorUnitDigits, parseDecimal } from '../money.ts';
import type { FileColumns } from '../sales/columns.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';

// A row of a file or batch of proposed adjustments, checked by itself. Pure.

const proposalKinds = ['CORRECTION', 'PENALTY'] as const;
type ProposalKind = (typeof proposalKinds)[number];

const columnNames = ['agent', 'kind', 'amount', 'currency', 'reason', 'document'] as const;
type Column = (typeof columnNames)[number];
export const proposalColumns: FileColumns = { names: columnNames, required: columnNames };

/** A proposal as a client of the API gives it, all as text. */
export type ProposalInput = {
  readonly agent: string;
  readonly kind: string;
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  /** The id of a stored document of the agent's, as the answer to its upload gave it. */
  readonly document: string;
};

/** The values of a proposal in the order of the columns. */
export function proposalValues(input: ProposalInput): string[] {
  return columnNames.map((name) => input[name]);
}

export type ProposalRow = {
  readonly agentId: number;
  readonly kind: ProposalKind;
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  readonly documentId: number;
};

/** What rows may name: agents by code; the agent of each document by its key. */
export type ProposalReferences = {
  readonly agents: ReadonlyMap<string, number>;
  readonly documents: ReadonlyMap<number, number>;
};

/** The key in the opaque id of a document; undefined where it is none. */
export function documentKey(nodeId: string): number | undefined {
  const digits = /^Document:([1-9]\d{0,8})$/.exec(Buffer.from(nodeId, 'base64url').toString())?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** @returns the row, or everything that is wrong with it. */
export function readProposal(
  values: readonly string[],
  { agents, documents }: ProposalReferences,
): ProposalRow | { readonly faults: readonly Fault[] } {
  const [agentCode = '', kindText = '', amountText = '', currency = '', reason = '', document = ''] = values.map(
    (value) => value.trim(),
  );
  const faults: Fault[] = [];
  const add = (column: Column, code: Fault['code'], message: string) => faults.push({ column, code, message });
  for (const [index, column] of columnNames.entries()) {
    if ((values[index] ?? '').trim() !== '') continue;
    const more = column === 'document' ? ` ${settlementPaperHint(agentCode)}` : '';
    add(column, 'VALUE_MISSING', `${column} is empty.${more}`);
  }
  const agentId = agents.get(agentCode);
  if (agentCode !== '' && agentId === undefined)
    add('agent', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
  const kind = proposalKinds.find((known) => known === kindText);
  if (kindText !== '' && !kind) add('kind', 'VALUE_INVALID', `${quote(kindText)} is neither CORRECTION nor PENALTY.`);
  const digits = Object.hasOwn(minorUnitDigits, currency) ? minorUnitDigits[currency] : undefined;
  if (currency !== '' && digits === undefined)
    add('currency', 'CURRENCY_UNKNOWN', `${quote(currency)} is no currency.`);
  const amount = parseDecimal(amountText);
  if (amountText !== '' && (!amount || amount.isZero() || amount.decimalPlaces() > (digits ?? 2))) {
    const message = `${quote(amountText)} is no amount other than 0 with at most ${digits ?? 2} decimals.`;
    add('amount', 'NUMBER_INVALID', message);
  } else if (kind === 'PENALTY' && amount?.isPositive()) {
    add('amount', 'NUMBER_INVALID', `A penalty takes: write -${amount.toFixed()}.`);
  }
  if (reason.length > 2000) add('reason', 'VALUE_TOO_LONG', 'reason has at most 2,000 characters.');
  const documentId = documentKey(document);
  const isTheirs = documentId !== undefined && agentId !== undefined && documents.get(documentId) === agentId;
  if (document !== '' && agentId !== undefined && !isTheirs) {
    const message = `${agentCode} has no paper for settlement ${quote(document)}. ${settlementPaperHint(agentCode)}`;
    add('document', 'NOT_FOUND', message);
  }
  if (faults.length > 0 || agentId === undefined || !kind || !amount || documentId === undefined) return { faults };
  return { agentId, kind, amount: amount.toFixed(), currency, reason, documentId };
}
