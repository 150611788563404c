import { Decimal } from '../money.ts';

/** What leads to a statement's closing balance (DOMAIN.md §10). */
export type StatementParts = { readonly opening: Decimal; readonly earned: Decimal };

export type StatementAmounts = StatementParts & { readonly closing: Decimal; readonly payable: Decimal };

/**
 * closing = opening + what the lines say; payable = closing where it is above zero, else 0; the next opening is
 * closing − payable, so that a debt is carried on.
 */
export function statementAmounts({ opening, earned }: StatementParts): StatementAmounts {
  const closing = opening.plus(earned);
  return { opening, earned, closing, payable: Decimal.max(0, closing) };
}
