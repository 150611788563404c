import type { BankLayout, DebtorAccount } from '../settlement/policy.ts';

/** One transfer of a bank file. Amounts are text with the decimals of the currency. */
export type Transfer = {
  readonly endToEndId: string;
  readonly agentCode: string;
  readonly holderName: string;
  readonly account: string;
  readonly bankName: string | null;
  readonly bic: string | null;
  readonly clearingCode: string | null;
  readonly amount: string;
  /** What it pays: the number of a statement, the code of a settlement. */
  readonly reference: string;
};

/** All that a bank file is made of: the same model gives the same bytes. */
export type BankFileModel = {
  readonly messageId: string;
  readonly createdAt: Date;
  readonly executesOn: string;
  readonly currency: string;
  readonly controlSum: string;
  readonly debtor: DebtorAccount;
  /** Null: pain.001. */
  readonly layout: BankLayout | null;
  readonly transfers: readonly Transfer[];
};
