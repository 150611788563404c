import { rawSql, type Transaction } from '../db/client.ts';
import { type Version, versionInForce } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import type { TierSchemeDefinition } from './scheme.ts';

/** An agent as tiers look at it on a day. */
export type GradedAgent = {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly channelType: string;
  /** null: it has none that day. */
  readonly tier: { readonly code: string; readonly name: string; readonly multiplier: string } | null;
};

/** @throws UserError NOT_FOUND where there is no such agent that the transaction sees. */
export async function findGradedAgent(transaction: Transaction, code: string, day: string): Promise<GradedAgent> {
  type Row = Omit<GradedAgent, 'tier'> & {
    readonly tier: string | null;
    readonly tierName: string;
    readonly multiplier: string;
  };
  const [found] = await rawSql(transaction)<Row[]>`
    select agent.id, agent.code, agent.name, channel_type.code as "channelType", tier.code as tier, tier.name as "tierName",
      trim_scale(tier.multiplier)::text as multiplier
    from agent join channel_type on channel_type.id = agent.channel_type_id
    left join agent_tier fact on fact.agent_id = agent.id and daterange(fact.valid_from, fact.valid_to) @> ${day}::date
    left join tier on tier.id = fact.tier_id
    where agent.code = ${code} and (not row_security_active('agent_tier') or agent.id in (select visible_agents()))`;
  if (!found) throw new UserError('NOT_FOUND', `There is no agent ${code}.`, 'agentCode');
  const { id, name, channelType, tier, tierName, multiplier } = found;
  return { id, code, name, channelType, tier: tier === null ? null : { code: tier, name: tierName, multiplier } };
}

export type SchemeInForce = {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly version: Version<TierSchemeDefinition>;
};

/** The scheme that grades agents of a channel type on a day: at most one, as publishScheme sees to. undefined: none does. */
export async function schemeFor(
  transaction: Transaction,
  channelType: string,
  day: string,
): Promise<SchemeInForce | undefined> {
  const schemes = await rawSql(transaction)<{ id: number; code: string; name: string }[]>`
    select id, code, name from tier_scheme order by code collate "C"`;
  for (const scheme of schemes) {
    const version = await versionInForce<TierSchemeDefinition>(transaction, 'tier_scheme', scheme.id, day);
    const types = version?.definition.channelTypes ?? [];
    if (version && (types.length === 0 || types.includes(channelType))) return { ...scheme, version };
  }
  return undefined;
}
