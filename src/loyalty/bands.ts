import { Decimal } from '../money.ts';
import type { GridAxis } from './grid.ts';

/** The band of an axis that a value lies in: the highest whose `from` it reaches; without a value the first. */
export function bandOf({ bands }: GridAxis, value: Decimal | undefined): GridAxis['bands'][number] {
  const reached = bands.findLast(({ from }) => from === undefined || value?.gte(new Decimal(from)));
  if (!reached) throw new Error('an axis begins with a band without a lower end');
  return reached;
}
