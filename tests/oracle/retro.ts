import type { Item } from './items.ts';
import { item } from './items.ts';
import { groupBy } from './known.ts';

function keyOf(of: Item): string {
  const { plan, component, cause, original, agent, role, instalment, sourceAgent, sourceComponent, currency } = of;
  return JSON.stringify([
    plan,
    component,
    cause,
    original,
    agent,
    role,
    instalment,
    sourceAgent,
    sourceComponent,
    currency,
  ]);
}

/** RETRO of one closed period: by key, Σ of what it is with today's facts − Σ of what was booked for it so far (§11). */
export function retroItems(shadow: readonly Item[], booked: readonly Item[]): Item[] {
  const isCorrected = (each: Item) => each.kind !== 'POOL' && each.kind !== 'TAX';
  const rows = [
    ...shadow.filter(isCorrected).map((of) => ({ of, units: of.units })),
    ...booked.filter(isCorrected).map((of) => ({ of, units: -of.units })),
  ];
  return [...groupBy(rows, ({ of }) => keyOf(of)).values()].flatMap((group) => {
    const [first] = group;
    const units = group.reduce((total, row) => total + row.units, 0n);
    if (!first || units === 0n) return [];
    return [item({ ...first.of, kind: 'RETRO', rule: '', base: '', factor: '', units })];
  });
}
