import type { Transaction } from '../db/client.ts';
import { checkInput } from '../input.ts';
import { Decimal } from '../money.ts';
import { currencySchema } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';
import { type Claim, findClaims } from './claims.ts';

/** What is due in a currency; amounts are exact. */
export type PaymentCandidates = {
  readonly currency: string;
  readonly payableCount: number;
  readonly payableGross: string;
  readonly blockedCount: number;
  readonly blockedGross: string;
  readonly claims: readonly Claim[];
};

/** What could be paid in a currency until a day, and, for the rest, why not. Needs the owner's rights. @throws UserErrors INPUT_INVALID. */
export async function paymentCandidates(
  transaction: Transaction,
  currency: string,
  until: string,
): Promise<PaymentCandidates> {
  const { timeZone } = await loadOperator(transaction);
  const asked = { currency: checkInput(currencySchema, currency, 'currency'), until, timeZone };
  const claims = await findClaims(transaction, asked);
  const payable = claims.filter(({ obstacle }) => obstacle === null);
  const blocked = claims.filter(({ obstacle }) => obstacle !== null);
  return {
    currency: asked.currency,
    payableCount: payable.length,
    payableGross: grossOf(payable),
    blockedCount: blocked.length,
    blockedGross: grossOf(blocked),
    claims,
  };
}

const grossOf = (claims: readonly Claim[]): string =>
  claims.reduce((sum, { gross }) => sum.plus(gross), new Decimal(0)).toFixed();
