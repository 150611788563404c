import { endDate, firstDate, type Period } from '../../period.ts';
import type { AgreementTerms } from '../definitions.ts';

/** A dated fact [from, to) of local dates; `to` null has no end. */
export type Dated<Value> = { readonly from: string; readonly to: string | null; readonly value: Value };

export type AgentStatus = 'ACTIVE' | 'SUSPENDED' | 'TERMINATED';

/** What is known of an agent over time, each list without overlaps. */
export type AgentHistory = {
  readonly id: number;
  readonly code: string;
  readonly channelType: string;
  readonly statuses: readonly Dated<AgentStatus>[];
  readonly tiers: readonly Dated<string>[];
  readonly regions: readonly Dated<number>[];
  readonly agreements: readonly Dated<AgreementFact>[];
  readonly parents: readonly Dated<number>[];
};

export type AgreementFact = { readonly id: number; readonly plan: string; readonly terms: AgreementTerms };

/** The facts of an agent on each day of [from, to): an event in there is judged by them (DOMAIN.md §3.5). */
export type AgentFacts = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly from: string;
  readonly to: string;
  readonly channelType: string;
  readonly status: AgentStatus | undefined;
  readonly tier: string | undefined;
  readonly regionId: number | undefined;
  readonly plan: string | undefined;
  readonly agreement: AgreementFact | undefined;
  readonly parentId: number | undefined;
};

/** Cuts a period at every date on which a fact of the agent, or one of `otherChanges`, begins or ends. */
export function factsOverPeriod(agent: AgentHistory, period: Period, otherChanges: readonly string[]): AgentFacts[] {
  const start = firstDate(period);
  const end = endDate(period);
  const changes = [agent.statuses, agent.tiers, agent.regions, agent.agreements, agent.parents]
    .flatMap((facts) => facts.flatMap((fact) => (fact.to === null ? [fact.from] : [fact.from, fact.to])))
    .concat(otherChanges)
    .filter((date) => date > start && date < end);
  const starts = [...new Set([start, ...changes])].sort();
  return starts.map((from, index) => factsOn(agent, from, starts[index + 1] ?? end));
}

function factsOn(agent: AgentHistory, from: string, to: string): AgentFacts {
  const agreement = inForce(agent.agreements, from);
  return {
    agentId: agent.id,
    agentCode: agent.code,
    from,
    to,
    channelType: agent.channelType,
    status: inForce(agent.statuses, from),
    tier: inForce(agent.tiers, from),
    regionId: inForce(agent.regions, from),
    plan: agreement?.plan,
    agreement,
    parentId: inForce(agent.parents, from),
  };
}

/** The value of a dated fact on a local date. */
export function inForce<Value>(facts: readonly Dated<Value>[], date: string): Value | undefined {
  return facts.find((fact) => fact.from <= date && (fact.to === null || date < fact.to))?.value;
}

/**
 * The facts on the last day, within the period, of the agent's (last) agreement: what agent components and pools go by
 * (DOMAIN.md §3.5). `facts` are the agent's, in order of date.
 * @returns undefined where the agent has no agreement in the period.
 */
export function factsOnAgreementsLastDay(facts: readonly AgentFacts[]): AgentFacts | undefined {
  return facts.findLast((fact) => fact.plan !== undefined);
}
