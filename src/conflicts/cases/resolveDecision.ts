import { type ErrorCode, UserError } from '../../errors.ts';
import { Decimal, minorUnitDigits } from '../../money.ts';
import type { HitFacts } from '../facts.ts';
import type { CaseEvent, CaseMatter } from './caseMatters.ts';
import type { DecisionContent, Named } from './decisionSchema.ts';
import { dividePriceDifference, priceDifference } from './priceDifference.ts';

// What a decision comes to for one case (DOMAIN.md §8): pure, so that a preview and the decision itself are the same.

export type KnownAgent = { readonly id: number; readonly code: string };

type ResolvedShare = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly role: string;
  readonly share: Decimal;
};

type ResolvedDeduction = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly kind: 'PENALTY' | 'PRICE_DIFFERENCE';
  readonly amount: Decimal;
  readonly currency: string;
};

export type ResolvedDecision = {
  readonly credits: DecisionContent['credits'];
  readonly keptEvent: CaseEvent | null;
  readonly shares: readonly ResolvedShare[];
  readonly deductions: readonly ResolvedDeduction[];
};

type Case = {
  readonly code: string;
  readonly kind: string;
  readonly matter: CaseMatter;
  readonly facts: HitFacts;
};

/**
 * @param others agents beyond the case's own that may be credited, by code; money is taken from its parties and whoever it is credited to alone
 * @throws UserError CASE_PARTY for an agent that may not be named or a side of several, CODE_DUPLICATE, CASE_EVENT, VALUE_INVALID for
 * an amount finer than its currency, NO_PRICE_DIFFERENCE.
 */
export function resolveDecision(
  found: Case,
  content: DecisionContent,
  others: ReadonlyMap<string, KnownAgent> = new Map(),
): ResolvedDecision {
  const agentOf = agentFinder(found, others);
  const shares = resolveShares(content, agentOf);
  const keptEvent = keptEventOf(found, content, shares);
  const penalties = resolvePenalties(content, agentFinder(found, new Map()));
  const differences = content.priceDifference ? resolveDifference(found, shares) : [];
  return { credits: content.credits, keptEvent, shares, deductions: [...penalties, ...differences] };
}

type AgentFinder = (named: Named, at: string) => KnownAgent;

function agentFinder({ code, matter }: Case, others: ReadonlyMap<string, KnownAgent>): AgentFinder {
  const own = new Map([...matter.credits, ...matter.parties].map(({ agentId, agentCode }) => [agentCode, agentId]));
  return ({ agentCode, side }, at) => {
    if (agentCode !== undefined) {
      const id = own.get(agentCode) ?? others.get(agentCode)?.id;
      if (id !== undefined) return { id, code: agentCode };
      throw new UserError('CASE_PARTY', `${agentCode} is no party of ${code}.`, at);
    }
    const ofSide = matter.parties.filter((party) => party.side === side);
    const [only, ...more] = new Set(ofSide.map((party) => party.agentCode));
    const id = only === undefined ? undefined : own.get(only);
    if (only !== undefined && id !== undefined && more.length === 0) return { id, code: only };
    const message =
      only === undefined ? `${code} has no ${side}.` : `${code} has several: ${[only, ...more].join(', ')}.`;
    throw new UserError('CASE_PARTY', message, at);
  };
}

function resolveShares({ shares }: DecisionContent, agentOf: AgentFinder): ResolvedShare[] {
  const resolved = shares.map(({ percent = '100', role, ...named }, index) => {
    const { id, code } = agentOf(named, `decision.shares[${index}]`);
    return { agentId: id, agentCode: code, role, share: new Decimal(percent).div(100) };
  });
  refuseDoubled(resolved, ({ agentCode, role }) => `${agentCode} as ${role}`, 'decision.shares');
  return resolved;
}

/**
 * The events of which one alone can be credited: two claims to one sale. What shows that a customer is another's stays whose it is
 * (due_crediting says the same).
 */
export function disputedEvents(kind: string, events: readonly CaseEvent[]): readonly CaseEvent[] {
  return kind === 'DUPLICATE' || kind === 'CAMPAIGN_OVERLAP' ? events : events.filter(({ isHit }) => isHit);
}

/** The event that stays: the named one, else the awarded agent's own, else the earliest. */
function keptEventOf(
  { code, kind, matter }: Case,
  { credits, keptEvent: named }: DecisionContent,
  shares: readonly ResolvedShare[],
): CaseEvent | null {
  if (credits !== 'AWARD' && credits !== 'SPLIT') return null;
  const events = disputedEvents(kind, matter.events);
  const earliest = credits === 'SPLIT' ? events[0] : undefined;
  const own = events.find(({ agentId }) => agentId === shares[0]?.agentId);
  // whoever registered the customer, or holds the territory, has no event of its own
  const usual = earliest ?? own ?? events.find(({ isHit }) => isHit);
  const kept = named
    ? events.find(({ source, externalId }) => source === named.source && externalId === named.externalId)
    : usual;
  if (kept) return kept;
  const message = named ? `${named.source}/${named.externalId} is no event of ${code}.` : `${code} has no event.`;
  throw new UserError('CASE_EVENT', message, 'decision.keptEvent');
}

function resolvePenalties({ penalties }: DecisionContent, agentOf: AgentFinder): ResolvedDeduction[] {
  const resolved = penalties.map(({ amount, currency, ...named }, index) => {
    const at = `decision.penalties[${index}]`;
    const { id, code } = agentOf(named, at);
    const decimal = new Decimal(amount);
    const digits = minorUnitDigits[currency] ?? 0;
    if (decimal.decimalPlaces() > digits) {
      throw new UserError('VALUE_INVALID', `${amount} is finer than the ${digits} decimals of ${currency}.`, at);
    }
    return { agentId: id, agentCode: code, kind: 'PENALTY' as const, amount: decimal, currency };
  });
  refuseDoubled(resolved, ({ agentCode, currency }) => `${agentCode} in ${currency}`, 'decision.penalties');
  return resolved;
}

/** Whom the event is credited to by the decision; where that credits nobody anew, whoever it came with. */
function resolveDifference({ code, matter, facts }: Case, shares: readonly ResolvedShare[]): ResolvedDeduction[] {
  const at = 'decision.priceDifference';
  const refuse = (message: string, error: ErrorCode = 'NO_PRICE_DIFFERENCE') => new UserError(error, message, at);
  const event = matter.events.find(({ isHit }) => isHit);
  const finding = facts.findings.find(({ test }) => test === 'PRICE_FLOOR');
  if (!event || finding?.floorPrice === undefined || finding.currency === undefined) {
    throw refuse(`${code} is not about a price below a floor.`);
  }
  const difference = priceDifference(event, { floorPrice: finding.floorPrice, currency: finding.currency });
  if (!difference) throw refuse(`Nothing is missing from ${event.source}/${event.externalId} to its floor price.`);
  const came = matter.credits.filter(({ eventId }) => eventId === event.id);
  const credited = shares.length > 0 ? shares : came.map((credit) => ({ ...credit, share: new Decimal(credit.share) }));
  const ids = new Map(credited.map(({ agentCode, agentId }) => [agentCode, agentId]));
  return dividePriceDifference(difference, event.currency, credited).map(({ agentCode, amount }) => ({
    agentId: ids.get(agentCode) ?? 0,
    agentCode,
    kind: 'PRICE_DIFFERENCE',
    amount,
    currency: event.currency,
  }));
}

function refuseDoubled<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string, at: string): void {
  const keys = entries.map(keyOf);
  const doubled = keys.find((key, index) => keys.indexOf(key) !== index);
  if (doubled !== undefined) throw new UserError('CODE_DUPLICATE', `${doubled} is named twice.`, at);
}
