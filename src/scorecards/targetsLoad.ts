import { rawSql, type Transaction } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { lastDate, type Period } from '../period.ts';

/** Whom a target may be set for. `regionPath`: the agent's own region first, then up to the root. */
type TargetedAgent = {
  readonly agentId: number;
  readonly regionPath: readonly number[];
  readonly channelTypeId: number;
};

type TargetOf = (agent: TargetedAgent, metric: string) => Decimal | undefined;

type TargetRow = {
  readonly metric: string;
  readonly agentId: number | null;
  readonly regionId: number | null;
  readonly channelTypeId: number | null;
  readonly value: string;
};

/**
 * The targets of metrics that hold on a period's last day (DOMAIN.md §5).
 * @returns what an agent is to reach: what is set for itself, else for the deepest region that it is in, else for its channel type;
 * undefined where nothing is set.
 */
export async function loadTargets(
  transaction: Transaction,
  period: Period,
  metrics: readonly string[],
): Promise<TargetOf> {
  const day = lastDate(period);
  const rows = await rawSql(transaction)<TargetRow[]>`
    select metric, agent_id as "agentId", region_id as "regionId", channel_type_id as "channelTypeId", value::text as value
    from score_target
    where metric = any(${[...metrics]}) and valid_from <= ${day} and (valid_to is null or valid_to > ${day})`;
  const byScope = new Map<string, Decimal>();
  for (const { metric, agentId, regionId, channelTypeId, value } of rows) {
    byScope.set(scopeKey(metric, { agentId, regionId, channelTypeId }), new Decimal(value));
  }
  return ({ agentId, regionPath, channelTypeId }, metric) => {
    const own = byScope.get(scopeKey(metric, { agentId }));
    if (own) return own;
    for (const regionId of regionPath) {
      const ofRegion = byScope.get(scopeKey(metric, { regionId }));
      if (ofRegion) return ofRegion;
    }
    return byScope.get(scopeKey(metric, { channelTypeId }));
  };
}

type Scope = {
  readonly agentId?: number | null;
  readonly regionId?: number | null;
  readonly channelTypeId?: number | null;
};

const scopeKey = (metric: string, { agentId, regionId, channelTypeId }: Scope) =>
  `${metric} ${agentId ?? ''} ${regionId ?? ''} ${channelTypeId ?? ''}`;
