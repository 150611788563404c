import { eq, inArray } from 'drizzle-orm';
import { agent, agentParent, agentRegion, agentStatus, agentTier, agreement } from '../agents/tables.ts';
import { plan, pool } from '../commissions/tables.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import {
  campaign,
  channelType,
  operator,
  product,
  productCategory,
  region,
  segment,
  tier,
} from '../reference/tables.ts';
import type { Compared, Difference } from './difference.ts';
import type { AgentRecord, AgreementRecord, Fact, FactKind } from './records.ts';
import { addKeys, inBatches, type Keys, keyOf, keyOrNull, requireWritten, update } from './rows.ts';
import type { State } from './state.ts';
import { writeExchangeRates, writeMetricValues } from './writeFigures.ts';
import { writePartners } from './writePartners.ts';
import { writeVersions } from './writeVersions.ts';

/**
 * Writes a difference that was checked, in the caller's transaction. What is referred to comes first; an agent's regions
 * come before its other facts, because under row-level security they decide who may write those.
 */
export async function writeDifference(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  difference: Difference,
  state: State,
): Promise<void> {
  const keys: Keys = state.ids;
  await writeOperator(transaction, difference);
  await writeReferenceData(transaction, difference, keys);
  await writeAgents(transaction, difference.agents, keys);
  for (const kind of ['region', 'status', 'tier', 'parent'] as const) {
    await writeFacts(transaction, kind, difference.agents, state, keys);
  }
  await writeAgreements(transaction, difference.agreements, keys);
  await writePartners(transaction, actor, now, difference, keys);
  await writeExchangeRates(transaction, difference.exchangeRates);
  await writeMetricValues(transaction, difference.metricValues, (code) => keyOf(keys, 'agents', code));
  await writeVersions(transaction, actor, now, difference, state, keys);
}

async function writeOperator(transaction: Transaction, { operator: change }: Difference): Promise<void> {
  if (!change) return;
  if (change.before)
    await requireWritten(1, transaction.update(operator).set(change.after).returning({ id: operator.id }));
  else await transaction.insert(operator).values(change.after);
}

async function writeReferenceData(transaction: Transaction, changes: Difference, keys: Keys): Promise<void> {
  const named = {
    channelTypes: channelType,
    productCategories: productCategory,
    segments: segment,
    plans: plan,
    pools: pool,
  };
  for (const kind of ['channelTypes', 'productCategories', 'segments', 'plans', 'pools'] as const) {
    const table = named[kind];
    await inBatches(changes[kind].created, (rows) =>
      transaction.insert(table).values(rows.map(({ code, name }) => ({ code, name }))),
    );
    await update(changes[kind], ({ code, name }) =>
      transaction.update(table).set({ name }).where(eq(table.code, code)).returning({ id: table.id }),
    );
    await addKeys(transaction, keys, kind, changes[kind]);
  }
  await inBatches(changes.tiers.created, (rows) => transaction.insert(tier).values([...rows]));
  await update(changes.tiers, ({ code, ...values }) =>
    transaction.update(tier).set(values).where(eq(tier.code, code)).returning({ id: tier.id }),
  );
  await addKeys(transaction, keys, 'tiers', changes.tiers);
  await inBatches(changes.campaigns.created, (rows) => transaction.insert(campaign).values([...rows]));
  await update(changes.campaigns, ({ code, ...values }) =>
    transaction.update(campaign).set(values).where(eq(campaign.code, code)).returning({ id: campaign.id }),
  );
  await addKeys(transaction, keys, 'campaigns', changes.campaigns);
  await writeProducts(transaction, changes.products, keys);
  await writeRegions(transaction, changes.regions, keys);
}

async function writeProducts(transaction: Transaction, changes: Difference['products'], keys: Keys): Promise<void> {
  const row = ({ code, name, category }: (typeof changes.created)[number]) => ({
    code,
    name,
    categoryId: keyOrNull(keys, 'productCategories', category),
  });
  await inBatches(changes.created, (rows) => transaction.insert(product).values(rows.map(row)));
  await update(changes, (after) =>
    transaction.update(product).set(row(after)).where(eq(product.code, after.code)).returning({ id: product.id }),
  );
  await addKeys(transaction, keys, 'products', changes);
}

/** A region may lie in one that comes later in the list: parents are set once all have their keys. */
async function writeRegions(transaction: Transaction, changes: Difference['regions'], keys: Keys): Promise<void> {
  await inBatches(changes.created, (rows) =>
    transaction.insert(region).values(rows.map(({ code, name }) => ({ code, name }))),
  );
  await addKeys(transaction, keys, 'regions', changes);
  const placed = changes.created.filter(({ parent }) => parent !== null).map((after) => ({ after }));
  await update({ changed: [...placed, ...changes.changed] }, ({ code, name, parent }) =>
    transaction
      .update(region)
      .set({ name, parentId: keyOrNull(keys, 'regions', parent) })
      .where(eq(region.code, code))
      .returning({ id: region.id }),
  );
}

async function writeAgents(transaction: Transaction, changes: Compared<AgentRecord>, keys: Keys): Promise<void> {
  const row = ({ code, name, channelType: channel }: AgentRecord) => ({
    code,
    name,
    channelTypeId: keyOf(keys, 'channelTypes', channel),
  });
  await inBatches(changes.created, (rows) => transaction.insert(agent).values(rows.map(row)));
  await addKeys(transaction, keys, 'agents', changes);
  const renamed = changes.changed
    .filter(({ before, after }) => before.name !== after.name || before.channelType !== after.channelType)
    .map(({ after }) => row(after));
  const sql = rawSql(transaction);
  await inBatches(renamed, (rows) =>
    requireWritten(
      rows.length,
      sql`
        update agent set name = new.name, channel_type_id = new.channel_type_id
        from unnest(${rows.map((each) => each.code)}::text[], ${rows.map((each) => each.name)}::text[],
                    ${rows.map((each) => each.channelTypeId)}::integer[]) as new (code, name, channel_type_id)
        where agent.code = new.code returning agent.id`,
    ),
  );
}

const factTables = { status: agentStatus, region: agentRegion, tier: agentTier, parent: agentParent };

/**
 * Replaces the rows of a fact that differ from its declared history, and leaves the others alone. Where the end alone moves the row
 * stays: then closed periods before that are not calculated again.
 */
async function writeFacts(
  transaction: Transaction,
  kind: FactKind,
  changes: Compared<AgentRecord>,
  state: State,
  keys: Keys,
): Promise<void> {
  const after = [...changes.created, ...changes.changed.map((change) => change.after)];
  const wanted = new Map(
    after.flatMap(({ code, [kind]: facts }) => facts.map((fact) => [factKey(code, fact), { code, fact }])),
  );
  const concerned = new Set(after.map(({ code }) => code));
  const present = state.facts[kind].filter((row) => concerned.has(row.agent));
  const outdated = present.filter((row) => !wanted.has(factKey(row.agent, row))).map((row) => row.id);
  const moved = present.flatMap(({ id, agent: code, ...row }) => {
    const to = wanted.get(factKey(code, row))?.fact.to;
    return to === undefined || to === row.to ? [] : [{ id, to }];
  });
  for (const row of present) wanted.delete(factKey(row.agent, row));

  const table = factTables[kind];
  await inBatches(outdated, (ids) =>
    requireWritten(
      ids.length,
      transaction
        .delete(table)
        .where(inArray(table.id, [...ids]))
        .returning({ id: table.id }),
    ),
  );
  await inBatches(moved, (rows) =>
    requireWritten(
      rows.length,
      rawSql(transaction).unsafe(
        `update agent_${kind} fact set valid_to = new.valid_to
         from unnest($1::integer[], $2::date[]) as new (id, valid_to) where fact.id = new.id returning fact.id`,
        [rows.map(({ id }) => id), rows.map(({ to }) => to)],
      ),
    ),
  );
  await inBatches([...wanted.values()], (rows) => insertFacts(transaction, kind, rows, keys));
}

function factKey(code: string, { value, from }: Fact): string {
  return `${code} ${value} ${from}`;
}

type AgentFact = { readonly code: string; readonly fact: Fact };

async function insertFacts(
  transaction: Transaction,
  kind: FactKind,
  rows: readonly AgentFact[],
  keys: Keys,
): Promise<void> {
  const dated = ({ code, fact }: AgentFact) => ({
    agentId: keyOf(keys, 'agents', code),
    validFrom: fact.from,
    validTo: fact.to,
  });
  switch (kind) {
    case 'status':
      await transaction.insert(agentStatus).values(rows.map((row) => ({ ...dated(row), status: statusOf(row.fact) })));
      return;
    case 'region':
      await transaction
        .insert(agentRegion)
        .values(rows.map((row) => ({ ...dated(row), regionId: keyOf(keys, 'regions', row.fact.value) })));
      return;
    case 'tier':
      await transaction
        .insert(agentTier)
        .values(rows.map((row) => ({ ...dated(row), tierId: keyOf(keys, 'tiers', row.fact.value) })));
      return;
    case 'parent':
      await transaction
        .insert(agentParent)
        .values(rows.map((row) => ({ ...dated(row), parentId: keyOf(keys, 'agents', row.fact.value) })));
  }
}

function statusOf({ value }: Fact): (typeof agentStatus.$inferInsert)['status'] {
  if (value === 'ACTIVE' || value === 'SUSPENDED' || value === 'TERMINATED') return value;
  throw new Error(`${value} is no status`);
}

async function writeAgreements(transaction: Transaction, changes: Difference['agreements'], keys: Keys): Promise<void> {
  const row = ({ code, agent: agentCode, plan: planCode, from, to, terms }: AgreementRecord) => ({
    code,
    agentId: keyOf(keys, 'agents', agentCode),
    planId: keyOf(keys, 'plans', planCode),
    validFrom: from,
    validTo: to,
    terms,
  });
  await inBatches(changes.created, (rows) => transaction.insert(agreement).values(rows.map(row)));
  const sql = rawSql(transaction);
  await inBatches(
    changes.changed.map(({ after }) => row(after)),
    (rows) =>
      requireWritten(
        rows.length,
        sql`
          update agreement set plan_id = new.plan_id, valid_from = new.valid_from, valid_to = new.valid_to, terms = new.terms::jsonb
          from unnest(${rows.map((each) => each.code)}::text[], ${rows.map((each) => each.planId)}::integer[],
                      ${rows.map((each) => each.validFrom)}::date[], ${rows.map((each) => each.validTo)}::date[],
                      ${rows.map((each) => JSON.stringify(each.terms))}::text[])
               as new (code, plan_id, valid_from, valid_to, terms)
          where agreement.code = new.code returning agreement.id`,
      ),
  );
}
