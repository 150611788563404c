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

/** statements.csv: what the run fixed; what happens to statements afterwards would change the file's bytes. */
export const statementsContent: ExportContent = {
  name: 'statements.csv',
  kind: 'STATEMENTS_CSV',
  mediaType: 'text/csv',
  write: ({ transaction, run, money }) => {
    const amount = (column: string) => money(column, 'statement.currency');
    return copyOut(
      transaction,
      `select run.period, agent.code as agent_code, ${text('agent.name')} as agent_name, statement.currency,
              ${amounts.map((name) => `${amount(`statement.${name}`)} as ${name}`).join(', ')},
              statement.line_count, statement.lines_hash, ${amount('coalesce(held.amount, 0)')} as held,
              ${amount('statement.returned')} as returned
       from statement join commission_run run on run.id = statement.run_id join agent on agent.id = statement.agent_id
       left join (select agent_id, currency, sum(amount) as amount from run_held where run_id = ${run.id} group by agent_id, currency) held
         on held.agent_id = statement.agent_id and held.currency = statement.currency
       where statement.run_id = ${run.id} order by agent.code collate "C", statement.currency`,
    );
  },
};
