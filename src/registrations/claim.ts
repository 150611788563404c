import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { localDate } from '../period.ts';
import { nameSchema } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';
import type { Claim } from './clashes.ts';

/** What an agent claims. */
export type ClaimInput = {
  /** Staff names the agent; an agent registers for itself. */
  readonly agentCode?: string | null | undefined;
  /** As events name it. */
  readonly customerId: string;
  readonly productCode?: string | null | undefined;
  readonly categoryCode?: string | null | undefined;
};

/** A claim by the keys of what it names. */
export type CheckedClaim = Claim & {
  readonly agentCode: string;
  readonly channelType: string;
  readonly regionId: number | null;
  /** Of the product or category that is named (code). */
  readonly category: string | null;
  /** The local day. */
  readonly today: string;
};

/**
 * Looks up what a claim names; somebody's own agent, or one that staff may see. Only an active agent claims something.
 * @throws UserErrors INPUT_INVALID; UserError FORBIDDEN, AGENT_UNKNOWN, AGENT_STATE, PRODUCT_UNKNOWN, REFERENCE_UNKNOWN.
 */
export async function checkClaim(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentCode, customerId: given, productCode, categoryCode }: ClaimInput,
): Promise<CheckedClaim> {
  const customerId = checkInput(nameSchema, given, 'customerId');
  if (productCode != null && categoryCode != null) {
    throw new UserError('INPUT_INVALID', 'Name a product or a category, not both.', 'categoryCode');
  }
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  const agent = await findAgent(transaction, actor, agentCode ?? null, today);
  const of = await findProduct(transaction, productCode ?? null, categoryCode ?? null);
  return { ...agent, ...of, customerId, today };
}

type Who = Pick<CheckedClaim, 'agentId' | 'agentCode' | 'channelType' | 'regionId'>;

async function findAgent(transaction: Transaction, actor: Actor, code: string | null, today: string): Promise<Who> {
  const own = actor.user?.agentId ?? null;
  if (own === null && code === null) throw new UserError('INPUT_INVALID', 'Name the agent.', 'agentCode');
  const [found] = await rawSql(transaction)<(Who & { isActive: boolean })[]>`
    select agent.id as "agentId", agent.code as "agentCode", channel.code as "channelType", placed.region_id as "regionId",
      exists (select from agent_status status where status.agent_id = agent.id and status.status = 'ACTIVE'
        and daterange(status.valid_from, status.valid_to) @> ${today}::date) as "isActive"
    from agent join channel_type channel on channel.id = agent.channel_type_id
    left join agent_region placed on placed.agent_id = agent.id and daterange(placed.valid_from, placed.valid_to) @> ${today}::date
    where ${code === null} and agent.id = ${own} or agent.code = ${code}`;
  if (!found) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${code}.`, 'agentCode');
  if (own !== null && own !== found.agentId) {
    throw new UserError('FORBIDDEN', 'An agent registers deals for itself.', 'agentCode');
  }
  const { isActive, ...who } = found;
  if (!isActive) throw new UserError('AGENT_STATE', `${who.agentCode} is not active on ${today}.`, 'agentCode');
  return who;
}

type What = Pick<CheckedClaim, 'productId' | 'categoryId' | 'category'>;

async function findProduct(
  transaction: Transaction,
  productCode: string | null,
  categoryCode: string | null,
): Promise<What> {
  const sql = rawSql(transaction);
  if (productCode !== null) {
    const [found] = await sql<What[]>`
      select product.id as "productId", null::integer as "categoryId", category.code as category
      from product left join product_category category on category.id = product.category_id where product.code = ${productCode}`;
    if (!found) throw new UserError('PRODUCT_UNKNOWN', `No product has the code ${productCode}.`, 'productCode');
    return found;
  }
  if (categoryCode === null) return { productId: null, categoryId: null, category: null };
  const [found] = await sql<What[]>`
    select null::integer as "productId", id as "categoryId", code as category from product_category where code = ${categoryCode}`;
  if (!found) throw new UserError('REFERENCE_UNKNOWN', `There is no product category ${categoryCode}.`, 'categoryCode');
  return found;
}
