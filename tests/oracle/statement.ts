import { shiftDays } from './dates.ts';
import {
  compare,
  compareText,
  fraction,
  multiply,
  percent,
  type RoundingMode,
  roundToUnits,
  unitsToText,
} from './fraction.ts';
import type { Agent, AgreementTerms } from './historyModel.ts';
import type { LineKind, Statement } from './historyOutput.ts';
import { type Item, item, totalUnits } from './items.ts';
import { agentFacts, agentOf, digitsOf, groupBy, isTerminatedAtEnd, type Known, versionOn } from './known.ts';

const EARNED: LineKind[] = ['EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR', 'DRAW'];

/** Terms and rounding of the last agreement of the period, else of the agent's latest before (docs/commission.md §10). */
function termsOf(known: Known, agent: Agent, period: string): { terms: AgreementTerms; rounding: RoundingMode } {
  const facts = agentFacts(known, agent, period);
  if (facts) return { terms: facts.agreement.terms ?? {}, rounding: facts.version?.rounding ?? 'HALF_UP' };
  const before = (known.agreements.get(agent.code) ?? []).filter((each) => each.from <= `${period}-01`);
  const latest = before.sort((a, b) => compareText(a.from, b.from)).at(-1);
  const version = latest?.to === undefined ? undefined : versionOn(known, latest.plan, shiftDays(latest.to, -1));
  return { terms: latest?.terms ?? {}, rounding: version?.rounding ?? 'HALF_UP' };
}

/** What an agent was owed before the period, by agent and currency as `${agent}\t${currency}`, in minor units. */
export type Openings = Map<string, bigint>;

export type StatementResult = { statements: Statement[]; taxes: Item[]; openings: Openings; returned: Openings };

/**
 * One statement per agent and currency with a line or an opening; TAX lines; the next period's openings, and what of them the bank returned: that
 * is taxed no more, until as much is payable.
 */
export function statementsOf(
  known: Known,
  period: string,
  items: readonly Item[],
  before: { openings: Openings; returned: Openings },
): StatementResult {
  const byKey = groupBy(items, (each) => `${each.agent}\t${each.currency}`);
  const open = [...before.openings, ...before.returned].filter(([, units]) => units !== 0n).map(([key]) => key);
  const result: StatementResult = { statements: [], taxes: [], openings: new Map(), returned: new Map() };
  for (const key of [...new Set([...byKey.keys(), ...open])].sort(compareText)) {
    const [code = '', currency = ''] = key.split('\t');
    const own = byKey.get(key) ?? [];
    const digits = digitsOf(known, currency);
    const sumOf = (kinds: LineKind[]) => totalUnits(own.filter((each) => kinds.includes(each.kind)));
    const opening = before.openings.get(key) ?? 0n;
    const returned = before.returned.get(key) ?? 0n;
    const beforeTax = opening + totalUnits(own);
    const agent = agentOf(known, code);
    const { terms, rounding } = termsOf(known, agent, period);
    const amountOf = (units: bigint) => ({ numerator: units, denominator: 10n ** BigInt(digits) });
    const base = amountOf(beforeTax > returned ? beforeTax - returned : 0n);
    const isFinal = isTerminatedAtEnd(agent, period);
    const reaches = isFinal || compare(amountOf(beforeTax), fraction(terms.minimumPayout ?? '0')) >= 0;
    const isPayable = beforeTax > 0n && reaches;
    const tax = isPayable ? roundToUnits(multiply(percent(terms.taxPercent ?? '0'), base), digits, rounding) : 0n;
    const closing = beforeTax - tax;
    const payable = isPayable ? closing : 0n;
    const money = (units: bigint) => unitsToText(units, digits);
    if (tax !== 0n) {
      const given = { plan: '', component: 'TAX', cause: '', agent: code, role: 'TAX', units: -tax, currency };
      result.taxes.push(item({ kind: 'TAX', ...given }));
    }
    result.openings.set(key, closing - payable);
    const untaxedLeft = isPayable ? returned - beforeTax : returned;
    if (untaxedLeft > 0n) result.returned.set(key, untaxedLeft);
    result.statements.push({
      agent: code,
      currency,
      opening: money(opening),
      earned: money(sumOf(EARNED)),
      withheld: money(-sumOf(['WITHHOLDING'])),
      released: money(sumOf(['RELEASE'])),
      clawedBack: money(-sumOf(['CLAWBACK'])),
      adjustments: money(sumOf(['RETRO', 'ADJUSTMENT'])),
      tax: money(tax),
      closing: money(closing),
      payable: money(payable),
      nextOpening: money(closing - payable),
    });
  }
  return result;
}
