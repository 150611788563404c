import { UserError } from '../errors.ts';

// Which decisions about an agent's life may follow which states (DOMAIN.md §4). Nothing but the rule.

const agentStatuses = ['ACTIVE', 'SUSPENDED', 'TERMINATED'] as const;
export type AgentStatus = (typeof agentStatuses)[number];
export const lifeActions = ['SUSPEND', 'RESUME', 'TERMINATE'] as const;
export type LifeAction = (typeof lifeActions)[number];

/** A dated state [from, to) of an agent. */
export type StatusFact = {
  readonly id: number;
  readonly status: AgentStatus;
  readonly from: string;
  readonly to: string | null;
};

/** The state that a decision leads to. */
export const nextStatus: Readonly<Record<LifeAction, AgentStatus>> = {
  SUSPEND: 'SUSPENDED',
  RESUME: 'ACTIVE',
  TERMINATE: 'TERMINATED',
};

const allowedFrom: Readonly<Record<LifeAction, readonly AgentStatus[]>> = {
  SUSPEND: ['ACTIVE'],
  RESUME: ['SUSPENDED'],
  TERMINATE: ['ACTIVE', 'SUSPENDED'],
};

/** @returns whether the decision may be taken about an agent in that state; TERMINATED is an end. */
export function isAllowed(action: LifeAction, status: AgentStatus): boolean {
  return allowedFrom[action].includes(status);
}

/**
 * @param history the agent's states in order of date
 * @returns the state that the decision ends: the one in force on its day.
 * @throws UserError AGENT_STATE where that does not allow it, there is none, or the state changes again later.
 */
export function planDecision(
  agentCode: string,
  history: readonly StatusFact[],
  action: LifeAction,
  from: string,
): StatusFact {
  const refuse = (message: string) => new UserError('AGENT_STATE', message, 'from');
  const current = history.find((fact) => fact.from <= from && (fact.to === null || from < fact.to));
  if (!current) throw refuse(`Agent ${agentCode} has no state on ${from}.`);
  if (!isAllowed(action, current.status)) throw refuse(`Agent ${agentCode} is ${current.status} on ${from}.`);
  const later = history.find((fact) => fact.from > from);
  if (later) {
    throw refuse(
      `Agent ${agentCode} is ${later.status} from ${later.from} on: decide for a day from then on, or withdraw that first.`,
    );
  }
  return current;
}
