import { Decimal, type RoundingMode, roundMoney } from '../money.ts';

/** The tax profile of an agreement, as it bears on value-added tax; without a percent the agent charges none. */
export type VatProfile = {
  readonly vatPercent: string | undefined;
  /** Whether what is payable contains it; else it is paid on top. */
  readonly vatIncluded: boolean;
  readonly digits: number;
  readonly rounding: RoundingMode;
};

export type VatAmounts = {
  readonly net: Decimal;
  readonly vat: Decimal;
  readonly gross: Decimal;
  /** Of net and gross, what the bank returned of earlier payments: no part of an invoice, nor of what a deposit collects. */
  readonly returned: Decimal;
};

/**
 * Value-added tax of what is payable (DOMAIN.md §11, docs/settlement.md §2). It is charged on what is payable less what the bank returned of
 * earlier payments, which contains it already. net + vat = gross, and gross is what is paid.
 */
export function vatAmounts(payable: Decimal, returnedBefore: Decimal, profile: VatProfile): VatAmounts {
  const { vatPercent, vatIncluded, digits, rounding } = profile;
  const returned = Decimal.max(0, Decimal.min(payable, returnedBefore));
  if (vatPercent === undefined) return { net: payable, vat: new Decimal(0), gross: payable, returned };
  const base = Decimal.max(0, payable.minus(returned));
  if (vatIncluded) {
    const vat = roundMoney(base.times(vatPercent).div(new Decimal(100).plus(vatPercent)), digits, rounding);
    return { net: payable.minus(vat), vat, gross: payable, returned };
  }
  const vat = roundMoney(base.times(vatPercent).div(100), digits, rounding);
  return { net: payable, vat, gross: payable.plus(vat), returned };
}
