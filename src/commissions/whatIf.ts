import { randomUUID } from 'node:crypto';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { Decimal } from '../money.ts';
import { type Period, periodOf } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { type EventInput, importEventBatch } from '../sales/import.ts';
import { type ComparedTier, compareOutlooks } from '../tiers/compareOutlooks.ts';
import { tierOutlook } from '../tiers/outlook.ts';
import { type Estimate, estimateAnd } from './estimate.ts';

// "If I sold n more of p": these sales are imported as any others, the month is estimated, the tier looked at, and all of it rolled back.

export type FurtherSale = {
  readonly productCode: string;
  /** How many sales, each of one piece. */
  readonly quantity: number;
  readonly type: string;
  /** Of each; without it that of the agent's last sale of the kind. */
  readonly amount?: string | null | undefined;
};

export type WhatIf = {
  readonly before: Estimate;
  readonly after: Estimate;
  readonly differences: readonly Difference[];
  /** What they do to the tier, by the next evaluation; null: no scheme grades the agent. */
  readonly tier: ComparedTier | null;
};

type Difference = {
  readonly planCode: string | null;
  readonly componentCode: string;
  readonly currency: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
};

const salesMost = 1000;

/**
 * Estimates the month of today for an agent, and its tier, as they are and with further sales made now. As owner: the caller has seen that the actor may.
 * @throws UserErrors INPUT_INVALID and whatever is wrong with the sales, each at its place; UserError as `estimate`.
 */
export async function whatIf(
  databases: Databases,
  now: Date,
  agentCode: string,
  sales: readonly FurtherSale[],
): Promise<WhatIf> {
  const { timeZone, currency } = await databases.owner.transaction((transaction) => loadOperator(transaction));
  const period = periodOf(now, timeZone) as Period;
  requireFew(sales);
  const look = (transaction: Transaction) => tierOutlook(transaction, now, agentCode);
  const before = await estimateAnd(databases, { agentCode, period }, look);
  const prepare = (transaction: Transaction) => addSales(transaction, now, agentCode, sales, currency);
  const after = await estimateAnd(databases, { agentCode, period, prepare }, look);
  return {
    before: before.estimate,
    after: after.estimate,
    differences: differencesOf(before.estimate, after.estimate),
    tier: before.read && after.read ? compareOutlooks(before.read, after.read) : null,
  };
}

function requireFew(sales: readonly FurtherSale[]): void {
  const odd = sales.findIndex(({ quantity }) => !Number.isInteger(quantity) || quantity < 1);
  if (odd >= 0) throw new UserError('INPUT_INVALID', 'A quantity is a whole number from 1 on.', `sales ${odd + 1}`);
  const count = sales.reduce((sum, { quantity }) => sum + quantity, 0);
  if (sales.length === 0 || count > salesMost) {
    throw new UserError('INPUT_INVALID', `Ask about 1 to ${salesMost} sales at once.`, 'sales');
  }
}

type Former = {
  amount: string;
  currency: string;
  monthlyFee: string | null;
  contractMonths: string | null;
  region: string | null;
  segment: string | null;
};

async function addSales(
  transaction: Transaction,
  now: Date,
  agentCode: string,
  sales: readonly FurtherSale[],
  currency: string,
): Promise<void> {
  const events: EventInput[] = [];
  for (const [index, sale] of sales.entries()) {
    const former = await lastSale(transaction, agentCode, sale);
    const amount = sale.amount ?? former?.amount;
    if (amount == null) {
      const message = `Nothing of ${sale.productCode} was sold so far: say the amount of one sale.`;
      throw new UserError('INPUT_INVALID', message, `sales ${index + 1}`);
    }
    for (let piece = 0; piece < sale.quantity; piece += 1) {
      const id = randomUUID();
      events.push({
        source: 'WHAT_IF',
        externalId: id,
        type: sale.type,
        occurredAt: now.toISOString(),
        agentCode,
        productCode: sale.productCode,
        quantity: '1',
        amount,
        currency: former?.currency ?? currency,
        subscriptionId: id,
        customerId: id,
        regionCode: former?.region ?? null,
        segment: former?.segment ?? null,
        monthlyFee: former?.monthlyFee ?? null,
        contractMonths: former?.contractMonths ?? null,
      });
    }
  }
  const { rejections } = await importEventBatch(transaction, localActor('what-if'), now, events, {
    atomic: true,
    isDiscarded: true,
  });
  const faults = rejections.map(({ code, message }) => new UserError(code, message, 'sales'));
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 1));
}

/** What the agent's last sale of a kind was like: further ones are taken to be the same. */
async function lastSale(transaction: Transaction, agentCode: string, sale: FurtherSale): Promise<Former | undefined> {
  const [found] = await rawSql(transaction)<Former[]>`
    select amount::text, currency, monthly_fee::text as "monthlyFee", contract_months::text as "contractMonths",
      region.code as region, segment.code as segment
    from sales_event event join agent on agent.id = event.agent_id join product on product.id = event.product_id
    left join region on region.id = event.region_id left join segment on segment.id = event.segment_id
    where agent.code = ${agentCode} and product.code = ${sale.productCode} and event.type::text = ${sale.type}
    order by event.occurred_at desc, event.id desc limit 1`;
  return found;
}

function differencesOf(before: Estimate, after: Estimate): Difference[] {
  const keyOf = (part: Estimate['components'][number]) =>
    JSON.stringify([part.planCode, part.componentCode, part.currency]);
  const former = new Map(before.components.map((part) => [keyOf(part), part]));
  return after.components.flatMap((part) => {
    const amount = former.get(keyOf(part))?.amount ?? '0';
    const difference = new Decimal(part.amount).minus(amount);
    if (difference.isZero()) return [];
    const { planCode, componentCode, currency } = part;
    return [
      { planCode, componentCode, currency, before: amount, after: part.amount, difference: difference.toFixed() },
    ];
  });
}
