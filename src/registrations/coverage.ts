import type { SalesEventType } from '../sales/eventTypes.ts';

// Which events registered deals concern (DOMAIN.md §8), as SQL for all that asks: who wins a deal, whom a credit rule credits, and whose right a sale goes against.

/** What is sold to a customer anew; neither what follows from a sale nor what takes it back. */
const winningTypes: readonly SalesEventType[] = ['ACTIVATION', 'DEVICE_SALE', 'RENEWAL'];

/**
 * SQL: whether a deal (`deal`) of the customer protects a product of a category (null: of none) at an instant, all given as SQL. A deal that names
 * neither product nor category protects any.
 */
export const dealCovers = (instant: string, productId: string, categoryId: string): string => `
  deal.protected_from <= ${instant} and ${instant} < deal.protected_until
  and (deal.product_id is null or deal.product_id = ${productId})
  and (deal.product_category_id is null or deal.product_category_id = ${categoryId})`;

/** SQL (after `from`): deals (`deal`) with each sale (`event`) by which they can be won: the agent's own, within them. What was reversed never happened. */
export const winningSales = `
  deal_registration deal join sales_event event on event.customer_id = deal.customer_id and event.agent_id = deal.agent_id
    and event.type in (${winningTypes.map((type) => `'${type}'`).join(', ')})
  join product on product.id = event.product_id and ${dealCovers('event.occurred_at', 'product.id', 'product.category_id')}
    and not exists (select from sales_event reversal where reversal.type = 'REVERSAL' and reversal.source = event.source
      and reversal.original_external_id = event.external_id)`;
