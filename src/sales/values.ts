import { compareBytes } from '../money.ts';

// Reads the texts of an event's columns. Runs once for each value of a million rows, so it works on text and whole
// numbers: no Decimal, no Temporal, nothing but the result is allocated.

const plainNumber = /^\d{1,20}(?:\.\d{1,18})?$/;

/**
 * A decimal ≥ 0 in canonical form ("007.50" → "7.5"), the form canonicalDecimal gives.
 * @returns undefined where the text is no plain number of at most 20 digits before and 18 after the point (§3.1).
 */
export function readNumber(text: string): string | undefined {
  if (!plainNumber.test(text)) return undefined;
  let start = 0;
  while (text[start] === '0' && start + 1 < text.length && text[start + 1] !== '.') start += 1;
  let end = text.length;
  if (text.includes('.')) {
    while (text[end - 1] === '0') end -= 1;
    if (text[end - 1] === '.') end -= 1;
  }
  return text.slice(start, end);
}

type InstantFault = 'DATE_WITHOUT_OFFSET' | 'VALUE_INVALID';
type Instant = { readonly epochMilliseconds: number /** UTC with microseconds. */; readonly text: string };

const isoInstant =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?$/;
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const firstYear = 1990;
const maxOffsetMinutes = 14 * 60;

/** Reads an ISO 8601 date and time with offset or Z; real calendar dates from 1990 on, at most microseconds. */
export function readInstant(text: string): Instant | InstantFault {
  const match = isoInstant.exec(text);
  if (!match) return 'VALUE_INVALID';
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (!isRealDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return 'VALUE_INVALID';
  if (match[8] === undefined && match[9] === undefined) return 'DATE_WITHOUT_OFFSET';
  if (match[4] === undefined) return 'VALUE_INVALID';

  const offsetMinutes = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0);
  if (offsetMinutes > maxOffsetMinutes || Number(match[11] ?? 0) > 59) return 'VALUE_INVALID';
  const signedOffset = match[9] === '-' ? -offsetMinutes : offsetMinutes;
  const microseconds = (match[7] ?? '').padEnd(6, '0');
  const wholeSeconds = Date.UTC(year, month - 1, day, hour, minute - signedOffset, second);
  return {
    epochMilliseconds: wholeSeconds + Number(microseconds) / 1000,
    text: `${new Date(wholeSeconds).toISOString().slice(0, 19)}.${microseconds}Z`,
  };
}

function isRealDate(year: number, month: number, day: number): boolean {
  if (year < firstYear || month < 1 || month > 12 || day < 1 || day > (monthDays[month - 1] ?? 0)) return false;
  return month !== 2 || day !== 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

type CreditFault = {
  readonly code: 'CREDITS_INVALID' | 'AGENT_UNKNOWN' | 'SHARES_NOT_ONE';
  readonly message: string;
};
export type Credit = {
  readonly agentCode: string;
  readonly agentId: number;
  readonly role: string;
  /** Canonical decimal in (0, 1]. */
  readonly share: string;
};

export const defaultRole = 'SELLER';
const rolePattern = /^[A-Z][A-Z_]{0,31}$/;
const maxCredits = 100;
const shareScale = 18;
const wholeShare = 10n ** BigInt(shareScale);

/**
 * Reads `A001:SELLER:0.7|A002:REFERRER:0.3` (§7); without a role it is SELLER.
 * @returns the credits by agent code (bytes) and role; or the first fault: form, unknown or doubled agent, shares not 1.
 */
export function readCredits(text: string, agents: ReadonlyMap<string, number>): Credit[] | CreditFault {
  const entries = text.split('|');
  if (entries.length > maxCredits) {
    return {
      code: 'CREDITS_INVALID',
      message: `An event has at most ${maxCredits} credits; these are ${entries.length}.`,
    };
  }
  const credits: Credit[] = [];
  const seen = new Set<string>();
  let total = 0n;
  for (const entry of entries) {
    const credit = readCredit(entry, agents);
    if ('code' in credit) return credit;
    const key = `${credit.agentCode}:${credit.role}`;
    if (seen.has(key)) return { code: 'CREDITS_INVALID', message: `${key} is credited twice.` };
    seen.add(key);
    credits.push(credit);
    total += shareUnits(credit.share);
  }
  if (total !== wholeShare) {
    return { code: 'SHARES_NOT_ONE', message: `The shares of ${quote(text)} do not total exactly 1.` };
  }
  return credits.sort((a, b) => compareBytes(a.agentCode, b.agentCode) || compareBytes(a.role, b.role));
}

function readCredit(entry: string, agents: ReadonlyMap<string, number>): Credit | CreditFault {
  const parts = entry.split(':').map((part) => part.trim());
  const [agentCode = '', role, shareText = ''] = parts.length === 2 ? [parts[0], defaultRole, parts[1]] : parts;
  const share = readNumber(shareText);
  if (parts.length < 2 || parts.length > 3 || agentCode === '' || share === undefined) {
    return { code: 'CREDITS_INVALID', message: `${quote(entry)} is not AGENT:ROLE:SHARE.` };
  }
  if (!rolePattern.test(role || defaultRole)) {
    return { code: 'CREDITS_INVALID', message: `${quote(role ?? '')} is no role: capital letters and _, at most 32.` };
  }
  const units = shareUnits(share);
  if (units <= 0n || units > wholeShare) {
    return { code: 'CREDITS_INVALID', message: `The share ${share} is not above 0 and at most 1.` };
  }
  const agentId = agents.get(agentCode);
  if (agentId === undefined) return { code: 'AGENT_UNKNOWN', message: `No agent has the code ${quote(agentCode)}.` };
  return { agentCode, agentId, role: role || defaultRole, share };
}

function shareUnits(share: string): bigint {
  const [whole = '0', fraction = ''] = share.split('.');
  return BigInt(whole + fraction.padEnd(shareScale, '0'));
}

/** A value in a message: quoted, control characters escaped, long ones cut. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
