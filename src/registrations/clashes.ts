import { rawSql, type Transaction } from '../db/client.ts';

/** What of a customer is claimed; neither product nor category: anything. */
export type Claim = {
  readonly agentId: number;
  readonly customerId: string;
  readonly productId: number | null;
  readonly categoryId: number | null;
};

/** The deal of another agent that stands against a claim. Whoever may not see it is told the first two alone, with the name masked. */
export type Clash = {
  /** The month since which the customer is protected. */
  readonly since: string;
  readonly customerName: string;
  readonly registration: string | null;
  readonly agentCode: string | null;
  readonly agentName: string | null;
  readonly protectedUntil: string | null;
};

/**
 * The deal of another agent whose protection of some product of the claim ends after an instant, whoever may see it (DOMAIN.md §8): the one that
 * began first. Two may ask at once, and whoever asked later be protected first: what has begun after the instant stands against a claim too.
 * An agent asks for itself, staff for agents that it sees. Who may not see the deal is told that there is one, since which month, and the
 * first character of the customer's name; never whose it is.
 */
export async function findClash(
  transaction: Transaction,
  { agentId, customerId, productId, categoryId }: Claim,
  now: Date,
): Promise<Clash | undefined> {
  const [found] = await rawSql(transaction)<Clash[]>`
    select since_month as since, customer_name as "customerName", registration, agent_code as "agentCode", agent_name as "agentName",
      protected_until as "protectedUntil"
    from registration_clash(${agentId}, ${customerId}, ${productId}, ${categoryId}, ${now.toISOString()})`;
  return found;
}

/** Brings the deals of a customer to where they stand at an instant, and keeps others from changing them until the transaction ends. */
export async function settleCustomer(transaction: Transaction, customerId: string, now: Date): Promise<void> {
  await rawSql(transaction)`select settle_registrations(${customerId}, ${now.toISOString()})`;
}
