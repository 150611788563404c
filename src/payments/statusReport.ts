import { create } from 'xmlbuilder2';
import { UserError } from '../errors.ts';
import { isDate, localDate } from '../period.ts';
import type { PaymentNews } from './statusNews.ts';

// Reads pain.002.001, the bank's answer to pain.001. Pure.

type XmlNode = {
  readonly nodeType: number;
  readonly localName?: string | null;
  readonly namespaceURI?: string | null;
  readonly textContent: string | null;
  readonly firstChild: XmlNode | null;
  readonly nextSibling: XmlNode | null;
  getAttribute?(name: string): string | null;
};

/** What a report says of a group of transactions that it does not name one by one. */
export type GroupNews = {
  readonly messageId: string;
  readonly outcome: 'PAID' | 'FAILED';
  readonly code: string | null;
  readonly text: string | null;
};

const paidCodes = new Set(['ACSC', 'ACCC']);
/** Received, checked, accepted, under way, partly: nothing is decided yet. */
const pendingCodes = new Set([
  'RCVD',
  'ACTC',
  'ACCP',
  'ACFC',
  'ACSP',
  'ACWC',
  'ACWP',
  'ACIS',
  'PDNG',
  'PART',
  'PATC',
  'PRES',
  'BLCK',
]);

/**
 * The news of a pain.002.001 report of any version: of single payments, and of whole messages, which hold for those payments that are not
 * named. Statuses that decide nothing are left out. Documents with a document type are refused: none is needed, and entities can do harm.
 * @param timeZone the operator's: its day of an instant is the day that counts
 * @throws UserError STATUS_REPORT_UNFIT.
 */
export function readStatusReport(
  text: string,
  timeZone: string,
): { readonly news: PaymentNews[]; readonly groups: GroupNews[] } {
  const report = findReport(parse(text));
  const group = child(report, 'OrgnlGrpInfAndSts');
  const messageId = textOf(group, 'OrgnlMsgId');
  if (messageId === undefined) throw unfit('The report has no OrgnlMsgId: it must name our message.', 'OrgnlMsgId');
  const groups: GroupNews[] = [];
  const addGroup = (element: XmlNode | undefined, status: string) => {
    const outcome = outcomeOf(textOf(element, status), messageId);
    if (outcome) groups.push({ messageId, outcome, ...reasonOf(element) });
  };
  addGroup(group, 'GrpSts');
  const news: PaymentNews[] = [];
  for (const payments of children(report, 'OrgnlPmtInfAndSts')) {
    addGroup(payments, 'PmtInfSts');
    for (const transaction of children(payments, 'TxInfAndSts')) {
      news.push(readTransaction(transaction, { messageId, number: news.length + 1, timeZone }));
    }
  }
  return { news, groups };
}

function readTransaction(
  transaction: XmlNode,
  { messageId, number, timeZone }: { messageId: string; number: number; timeZone: string },
): PaymentNews {
  const at = `TxInfAndSts ${number}`;
  const endToEndId = textOf(transaction, 'OrgnlEndToEndId');
  if (endToEndId === undefined) throw unfit('A transaction has no OrgnlEndToEndId.', at);
  const outcome = outcomeOf(textOf(transaction, 'TxSts'), endToEndId);
  const amount = child(child(child(transaction, 'OrgnlTxRef'), 'Amt'), 'InstdAmt');
  const given = amount && { amount: amount.textContent?.trim() ?? '', currency: amount.getAttribute?.('Ccy') ?? '' };
  return {
    at: endToEndId,
    endToEndId,
    messageId,
    outcome: outcome ?? 'PENDING',
    date: dayOf(textOf(transaction, 'AccptncDtTm'), timeZone, endToEndId),
    given: given ?? null,
    ...reasonOf(transaction),
  };
}

/** The local day of an ISO 20022 date and time; without a zone it is the bank's own day. @throws UserError STATUS_REPORT_UNFIT. */
function dayOf(text: string | undefined, timeZone: string, at: string): string | null {
  if (text === undefined) return null;
  const [, day = '', zone] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const instant = new Date(zone === undefined ? `${text}Z` : text);
  if (!isDate(day) || Number.isNaN(instant.getTime())) throw unfit(`"${text.slice(0, 40)}" is no date and time.`, at);
  return zone === undefined ? day : localDate(instant, timeZone);
}

/** @returns undefined where nothing is decided. @throws UserError STATUS_REPORT_UNFIT for a status that we do not know. */
function outcomeOf(status: string | undefined, at: string): 'PAID' | 'FAILED' | undefined {
  if (status === undefined || pendingCodes.has(status)) return undefined;
  if (paidCodes.has(status)) return 'PAID';
  if (status.startsWith('RJ') || status === 'CANC') return 'FAILED';
  throw unfit(`The status "${status.slice(0, 20)}" is not known.`, at);
}

function reasonOf(element: XmlNode | undefined): { code: string | null; text: string | null } {
  const reason = child(element, 'StsRsnInf');
  const given = child(reason, 'Rsn');
  const words = children(reason, 'AddtlInf').map((line) => line.textContent?.trim() ?? '');
  return { code: textOf(given, 'Cd') ?? textOf(given, 'Prtry') ?? null, text: words.join(' ') || null };
}

function parse(text: string): XmlNode {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw unfit('The report has a document type, which is not read.', 'line 1');
  try {
    return create(text).root().node as unknown as XmlNode;
  } catch {
    throw unfit('The report is no well-formed XML.', 'line 1');
  }
}

function findReport(root: XmlNode): XmlNode {
  const report = child(root, 'CstmrPmtStsRpt');
  if (root.localName !== 'Document' || !/:pain\.002\.001\.\d\d$/.test(root.namespaceURI ?? '') || !report) {
    throw unfit('This is no payment status report (pain.002.001).', 'Document');
  }
  return report;
}

function children(parent: XmlNode | undefined, name: string): XmlNode[] {
  const found: XmlNode[] = [];
  for (let node = parent?.firstChild ?? null; node; node = node.nextSibling) {
    if (node.nodeType === 1 && node.localName === name) found.push(node);
  }
  return found;
}

const child = (parent: XmlNode | undefined, name: string): XmlNode | undefined => children(parent, name)[0];

function textOf(parent: XmlNode | undefined, name: string): string | undefined {
  const text = child(parent, name)?.textContent?.trim();
  return text === '' ? undefined : text;
}

const unfit = (message: string, at: string) => new UserError('STATUS_REPORT_UNFIT', message, at);
