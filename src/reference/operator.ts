import type { Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { operator } from './tables.ts';

export type Operator = {
  readonly code: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
};

/** The operator of this installation. @throws UserError NOT_SET_UP before a programme was applied. */
export async function loadOperator(transaction: Pick<Transaction, 'select'>): Promise<Operator> {
  const found = await findOperator(transaction);
  if (!found) throw new UserError('NOT_SET_UP', 'No operator is declared yet.');
  return found;
}

/** The operator, or undefined before a programme was applied. */
export async function findOperator(transaction: Pick<Transaction, 'select'>): Promise<Operator | undefined> {
  const [row] = await transaction.select().from(operator);
  return row;
}
