import { rawSql, type Transaction } from '../../db/client.ts';
import type { PartyFacts } from '../facts.ts';

export type CaseSide = 'ACCUSED' | 'CLAIMANT';

type CaseParty = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly agentName: string;
  readonly side: CaseSide;
  readonly eventId: number | null;
  readonly facts: PartyFacts;
};

export type CaseEvent = {
  readonly id: number;
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly agentId: number;
  readonly agentCode: string;
  readonly productCode: string;
  readonly customerId: string | null;
  readonly quantity: string;
  readonly amount: string;
  readonly currency: string;
  /** Whether it is the event that was found; else a party's own claim. */
  readonly isHit: boolean;
};

type EventShare = {
  readonly eventId: number;
  readonly agentId: number;
  readonly agentCode: string;
  readonly role: string;
  readonly share: string;
};

/** What a case is about. */
export type CaseMatter = {
  readonly parties: readonly CaseParty[];
  /** In the order of DOMAIN.md §9.1. */
  readonly events: readonly CaseEvent[];
  /** How the events would be credited if no case blocked them. */
  readonly credits: readonly EventShare[];
  /** The codes of all agents that parties, shares and deductions are, by their keys. */
  readonly agents: Readonly<Record<string, string>>;
};

/**
 * What cases are about, by their keys, whosever agents they concern. Cases that whoever asks may not see are left out, and so are all of them for agents.
 */
export async function loadMatters(
  transaction: Transaction,
  caseIds: readonly number[],
): Promise<ReadonlyMap<number, CaseMatter>> {
  const rows = await rawSql(transaction)<{ id: number; matter: CaseMatter }[]>`
    select case_id as id, matter from case_matters(${[...caseIds]}::integer[])`;
  return new Map(rows.map(({ id, matter }) => [id, matter]));
}
