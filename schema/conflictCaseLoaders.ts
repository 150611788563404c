import { type CaseMatter, loadMatters } from '../src/conflicts/cases/caseMatters.ts';
import {
  loadDecisions,
  loadOwnParties,
  loadProposals,
  loadSeats,
  loadSteps,
} from '../src/conflicts/cases/readCases.ts';
import type { Transaction } from '../src/db/client.ts';
import type { Role } from '../src/db/transaction.ts';
import { staff } from './builder.ts';
import type { Context } from './context.ts';

// What belongs to the cases of an answer is read for all of them at once, not for each.

/** Who sees cases: staff everything of those that concern them, agents their own side. */
export const caseReaders: readonly Role[] = [...staff, 'AGENT'];

export const isStaff = ({ actor }: Context): boolean => actor?.user != null && staff.includes(actor.user.role);

type Load<Value> = (
  transaction: Transaction,
  caseIds: readonly number[],
  forStaff: boolean,
) => Promise<ReadonlyMap<number, Value>>;

/** Loads for all cases that are asked about before the answer goes on; nothing is kept, since a mutation may change it. */
function batched<Value>(load: Load<Value>) {
  const batches = new WeakMap<
    Context,
    { readonly ids: number[]; readonly values: Promise<ReadonlyMap<number, Value>> }
  >();
  return async (context: Context, caseId: number): Promise<Value | undefined> => {
    let batch = batches.get(context);
    if (!batch) {
      const ids: number[] = [];
      const begin = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        batches.delete(context);
        return load(context.transaction, [...new Set(ids)], isStaff(context));
      };
      batch = { ids, values: begin() };
      batches.set(context, batch);
    }
    batch.ids.push(caseId);
    return (await batch.values).get(caseId);
  };
}

/** What a case is about; undefined for agents. */
export const matterOf = batched((transaction, ids, forStaff) =>
  forStaff ? loadMatters(transaction, ids) : Promise.resolve(new Map<number, CaseMatter>()),
);
export const ownPartiesOf = batched(loadOwnParties);
export const stepsOf = batched(loadSteps);
export const decisionsOf = batched(loadDecisions);
export const seatsOf = batched(loadSeats);
export const proposalsOf = batched(loadProposals);
