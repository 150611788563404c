import { Decimal, type RoundingMode, roundMoney } from '../money.ts';

/** What leads to a statement's closing balance before tax; withheld and clawed back as positive amounts (DOMAIN.md §10). */
export type StatementParts = {
  readonly opening: Decimal;
  /** The part of the opening that the bank returned: it was taxed when it was first due. */
  readonly returned: Decimal;
  readonly earned: Decimal;
  readonly released: Decimal;
  readonly withheld: Decimal;
  readonly clawedBack: Decimal;
  readonly adjustments: Decimal;
};

/** What decides about payment and tax. */
export type PaymentTerms = {
  readonly minimumPayout: Decimal;
  readonly taxPercent: Decimal;
  /** At the period's end the agent is TERMINATED: no minimum. */
  readonly isFinal: boolean;
  readonly digits: number;
  readonly rounding: RoundingMode;
};

export type StatementAmounts = StatementParts & {
  /** What the tax is taken of, where it is taxed. */
  readonly taxBase: Decimal;
  readonly tax: Decimal;
  readonly closing: Decimal;
  readonly payable: Decimal;
};

/**
 * The statement's equation (DOMAIN.md §10): opening + earned + released − withheld − clawed back + adjustments − tax = closing. What
 * stands before tax is paid where it is above zero and reaches the minimum payout; only then is it taxed, but for what the bank returned.
 * What is not paid, a debt too, is carried on: next opening = closing − payable; so is what was returned beyond what is payable.
 */
export function statementAmounts(parts: StatementParts, terms: PaymentTerms): StatementAmounts {
  const { opening, earned, released, withheld, clawedBack, adjustments } = parts;
  const beforeTax = opening.plus(earned).plus(released).minus(withheld).minus(clawedBack).plus(adjustments);
  const isPayable = beforeTax.gt(0) && (terms.isFinal || beforeTax.gte(terms.minimumPayout));
  const taxBase = isPayable ? Decimal.max(0, beforeTax.minus(parts.returned)) : new Decimal(0);
  const tax = roundMoney(taxBase.times(terms.taxPercent).div(100), terms.digits, terms.rounding);
  const closing = beforeTax.minus(tax);
  return { ...parts, taxBase, tax, closing, payable: isPayable ? closing : new Decimal(0) };
}
