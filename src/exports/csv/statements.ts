import { copyOut } from '../../db/copy.ts';
import type { ExportContent } from '../writer.ts';
import { text } from './cells.ts';

const amounts = [
  'opening',
  'earned',
  'released',
  'withheld',
  'clawed_back',
  'adjustments',
  'tax',
  'closing',
  'payable',
] as const;

/** What a payment comes to; the invoice's part leaves out what the bank returned. SQL by column. */
const issuedAmounts = {
  net: 'issued.net',
  vat: 'issued.vat',
  gross: 'issued.gross',
  invoice_net: 'issued.net - issued.returned',
  invoice_gross: 'issued.gross - issued.returned',
} as const;

/**
 * statements.csv: what the run fixed and, once statements are issued, what was fixed then; before, these cells are empty. What happens to
 * statements afterwards would change the file's bytes.
 */
export const statementsContent: ExportContent = {
  name: 'statements.csv',
  kind: 'STATEMENTS_CSV',
  mediaType: 'text/csv',
  write: ({ transaction, run, money }) => {
    const amount = (column: string) => money(column, 'statement.currency');
    return copyOut(
      transaction,
      `select run.period, agent.code as agent_code, ${text('coalesce(issued.agent_name, agent.name)')} as agent_name, statement.currency,
              ${amounts.map((name) => `${amount(`statement.${name}`)} as ${name}`).join(', ')},
              statement.line_count, statement.lines_hash, ${amount('coalesce(held.amount, 0)')} as held,
              ${amount('statement.returned')} as returned,
              ${Object.entries(issuedAmounts)
                .map(([name, value]) => `${amount(value)} as ${name}`)
                .join(', ')}
       from statement join commission_run run on run.id = statement.run_id join agent on agent.id = statement.agent_id
       left join issued_statement issued
         on issued.run_id = statement.run_id and issued.agent_id = statement.agent_id and issued.currency = statement.currency
       left join (select agent_id, currency, sum(amount) as amount from run_held where run_id = ${run.id} group by agent_id, currency) held
         on held.agent_id = statement.agent_id and held.currency = statement.currency
       where statement.run_id = ${run.id} order by agent.code collate "C", statement.currency`,
    );
  },
};
