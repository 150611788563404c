import { runTables } from '../../commissions/scope.ts';
import { copyOut } from '../../db/copy.ts';
import type { ExportContent } from '../writer.ts';
import { text } from './cells.ts';

/** unpaid-events.csv: every event that paid nothing, or less than it could, and why. */
export const unpaidEventsContent: ExportContent = {
  name: 'unpaid-events.csv',
  kind: 'UNPAID_EVENTS_CSV',
  mediaType: 'text/csv',
  write: ({ transaction, run }) =>
    // the run's own partition: of the partitioned table as a whole the planner knows nothing
    copyOut(
      transaction,
      `select run.period, agent.code as agent_code, ${text('event.source')} as source, ${text('event.external_id')} as external_id,
              event.type, event.occurred_at, product.code as product_code, event.amount, event.currency, unpaid.role, unpaid.reason
       from ${runTables(String(run.id)).unpaid} unpaid
       join commission_run run on run.id = unpaid.run_id
       join agent on agent.id = unpaid.agent_id
       join sales_event event on event.id = unpaid.event_id
       join product on product.id = event.product_id
       where unpaid.run_id = ${run.id} order by unpaid.agent_id, unpaid.event_id, unpaid.role`,
    ),
};
