import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import type { World } from '../schema/world.ts';

const clerk = localActor('clerk');
/** After December is over in Shanghai. */
const january = new Date('2027-01-05T04:00:00Z');

/** A bill of 200 by W1 in the period, and the period calculated. @returns the run. */
export async function calculate({ databases }: World, period: string): Promise<{ id: number }> {
  const bill = {
    source: 'CRM',
    externalId: `TIER-${period}`,
    type: 'BILL',
    occurredAt: `${period}-10T10:00:00+08:00`,
    agentCode: 'W1',
    productCode: 'FIBER',
    quantity: '1',
    amount: '200',
    currency: 'CNY',
  };
  await databases.owner.transaction((transaction) =>
    importEventBatch(transaction, clerk, january, [bill], { atomic: true }),
  );
  const { id } = await calculatePeriod(databases, clerk, period as Period, january);
  return { id };
}

/** Approves the run. @returns what the bill of W1 paid in it. */
export async function approve({ databases }: World, { id }: { id: number }): Promise<string> {
  await databases.owner.transaction((transaction) => approveRun(transaction, localActor('controller'), january, id));
  const [line] = await databases.owner.$client<{ amount: string }[]>`
    select round(sum(line.amount), 2)::text as amount from commission_line line join component on component.id = line.component_id
    join agent on agent.id = line.agent_id
    where line.run_id = ${id} and agent.code = 'W1' and component.code = 'RES'`;
  return line?.amount ?? '';
}
