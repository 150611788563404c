import { Decimal, minorUnitDigits, roundMoney, shareExactly } from '../../money.ts';

type Sale = { readonly quantity: string; readonly amount: string; readonly currency: string };
type Floor = { readonly floorPrice: string; readonly currency: string };
type Credited = { readonly agentCode: string; readonly share: Decimal };

/**
 * What is missing from a sale to its floor price (DOMAIN.md §8): floor · quantity − amount, rounded once, half up, to the minor unit.
 * @returns undefined where the floor is in another currency or nothing is missing.
 */
export function priceDifference(sale: Sale, floor: Floor): Decimal | undefined {
  const digits = minorUnitDigits[sale.currency];
  if (digits === undefined || floor.currency !== sale.currency) return undefined;
  const exact = new Decimal(floor.floorPrice).times(sale.quantity).minus(sale.amount);
  const rounded = roundMoney(exact, digits, 'HALF_UP');
  return rounded.gt(0) ? rounded : undefined;
}

/**
 * Divides it among the credited agents by their shares (DOMAIN.md §3.3), an agent with several roles as one; left-over units by agent
 * code. Whoever's part is nothing is left out.
 */
export function dividePriceDifference(
  difference: Decimal,
  currency: string,
  credited: readonly Credited[],
): { readonly agentCode: string; readonly amount: Decimal }[] {
  const weights = new Map<string, Decimal>();
  for (const { agentCode, share } of credited) {
    weights.set(agentCode, (weights.get(agentCode) ?? new Decimal(0)).plus(share));
  }
  const takers = [...weights].map(([code, weight]) => ({ code, weight }));
  const parts = shareExactly(difference, takers, minorUnitDigits[currency] ?? 0);
  return takers.flatMap(({ code }, index) => {
    const amount = parts[index];
    return amount?.gt(0) ? [{ agentCode: code, amount }] : [];
  });
}
