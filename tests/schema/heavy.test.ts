import { expect, it } from 'vitest';
import type { Context } from '../../schema/context.ts';
import { runHeavy } from '../../schema/heavy.ts';
import { testDatabase } from '../database.ts';

it('two calculate, four wait for their turn, and the next is told to come back', async () => {
  const databases = await testDatabase();
  await databases.owner.transaction(async (transaction) => {
    const context = { databases, transaction } as unknown as Context;
    const begun: number[] = [];
    const gates: (() => void)[] = [];
    const calculate = (number: number) =>
      runHeavy(context, async () => {
        begun.push(number);
        await new Promise<void>((resolve) => gates.push(resolve));
        return number;
      });
    const taken = [1, 2, 3, 4, 5, 6].map(calculate);
    await expect(calculate(7)).rejects.toMatchObject({ code: 'CALCULATIONS_BUSY' });
    expect(begun).toEqual([1, 2]);
    for (const number of [1, 2, 3, 4, 5, 6]) {
      gates[number - 1]?.();
      await taken[number - 1];
    }
    expect(await Promise.all(taken)).toEqual([1, 2, 3, 4, 5, 6]);
    const after = calculate(8);
    gates[6]?.();
    await expect(after).resolves.toBe(8);
  });
});
