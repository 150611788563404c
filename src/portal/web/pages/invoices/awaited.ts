import type { InvoicesAwaitedQuery } from './Invoices.generated.ts';

export type Awaited = {
  readonly number: string;
  readonly period: string;
  readonly currency: string;
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
  readonly vatPercent: string | null;
};

type Read = Pick<InvoicesAwaitedQuery, 'statements' | 'submitted' | 'accepted'>;

/** Confirmed statements that are paid only with an invoice, and have none that is submitted or accepted; the latest first. */
export function awaitedOf({ statements, submitted, accepted }: Read): Awaited[] {
  const invoices = [...(submitted?.edges ?? []), ...(accepted?.edges ?? [])];
  const covered = new Set(invoices.flatMap(({ node }) => node.statements));
  return (statements?.edges ?? [])
    .flatMap(({ node: { period, currency, issued } }) => {
      if (!issued?.invoiceRequired || covered.has(issued.number) || !isPaid(issued.invoiceGross)) return [];
      const { number, invoiceNet: net, vat, invoiceGross: gross, vatPercent } = issued;
      return [{ number, period, currency, net, vat, gross, vatPercent }];
    })
    .reverse();
}

/** Above zero: a decimal text without a sign that has a digit other than 0. */
const isPaid = (amount: string) => !amount.startsWith('-') && /[1-9]/.test(amount);
