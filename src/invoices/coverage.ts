/**
 * SQL of a condition: an ACCEPTED invoice covers the statement. `statementAlias` is the name of a row with run_id, agent_id and currency.
 */
export const acceptedInvoice = (statementAlias: string) => `exists (
  select from invoice_statement covered join invoice on invoice.id = covered.invoice_id
  where covered.run_id = ${statementAlias}.run_id and covered.agent_id = ${statementAlias}.agent_id
    and covered.currency = ${statementAlias}.currency and invoice.state = 'ACCEPTED')`;
