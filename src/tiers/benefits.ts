import type { Transaction } from '../db/client.ts';
import { findGradedAgent, schemeFor } from './schemeOfAgent.ts';

/** What an agent's tier gives it on a day. Without a tier the multiplier is 1 and there is nothing else. */
export type AgentBenefits = {
  readonly agentCode: string;
  readonly on: string;
  readonly tier: string | null;
  readonly tierName: string | null;
  readonly commissionMultiplier: string;
  /** The lower the earlier it is served; null: the scheme says none. */
  readonly priority: number | null;
  /** In the operator's currency. */
  readonly creditLimit: string | null;
  readonly materials: readonly string[];
};

/**
 * The benefits of the tier (DOMAIN.md §6) in force on a local day, by the version of the agent's scheme in force that day.
 * @throws UserError NOT_FOUND where there is no such agent that the transaction sees.
 */
export async function agentBenefits(
  transaction: Transaction,
  { agentCode, on }: { readonly agentCode: string; readonly on: string },
): Promise<AgentBenefits> {
  const { tier, channelType } = await findGradedAgent(transaction, agentCode, on);
  const scheme = await schemeFor(transaction, channelType, on);
  const { priority, creditLimit, materials } =
    scheme?.version.definition.tiers.find((each) => each.tier === tier?.code)?.benefits ?? {};
  return {
    agentCode,
    on,
    tier: tier?.code ?? null,
    tierName: tier?.name ?? null,
    commissionMultiplier: tier?.multiplier ?? '1',
    priority: priority ?? null,
    creditLimit: creditLimit ?? null,
    materials: materials ?? [],
  };
}
