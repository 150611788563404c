import { useTranslation } from 'react-i18next';
import { useCurrency, useTimeZone } from '../app/session.tsx';
import { dayBeside, formatAmount, formatDate, formatInstant, formatNumber, formatPeriod } from './format.ts';

/** Money; negative amounts are marked by their sign and colour. `currency` is the operator's unless told. */
export function Amount({
  value,
  currency,
  strong,
}: {
  readonly value: string;
  readonly currency?: string;
  readonly strong?: boolean;
}) {
  const { i18n } = useTranslation();
  const own = useCurrency();
  const negative = value.startsWith('-') && /[1-9]/.test(value);
  const text = formatAmount(value, currency ?? own, i18n.language, own);
  return <span className={`amount${negative ? ' amount-negative' : ''}${strong ? ' amount-strong' : ''}`}>{text}</span>;
}

/** A number with all its digits. */
export function Quantity({ value, suffix = '' }: { readonly value: string | number; readonly suffix?: string }) {
  const { i18n } = useTranslation();
  return <span className="amount">{formatNumber(value, i18n.language) + suffix}</span>;
}

export function DateText({ value }: { readonly value: string | null | undefined }) {
  const { i18n } = useTranslation();
  return value ? <time dateTime={value}>{formatDate(value, i18n.language)}</time> : <>–</>;
}

/** The days on which something holds, both included; `to` is the first one on which it no longer does, none where no end is known. */
export function DateSpan({ from, to }: { readonly from: string; readonly to: string | null | undefined }) {
  const { t, i18n } = useTranslation();
  const text = (date: string) => formatDate(date, i18n.language);
  const key = !to ? 'span.open' : to > from ? 'span.closed' : 'span.none';
  return <>{t(key, { from: text(from), to: to ? text(dayBeside(to, -1)) : '' })}</>;
}

export function InstantText({ value }: { readonly value: string | null | undefined }) {
  const { i18n } = useTranslation();
  const timeZone = useTimeZone();
  return value ? <time dateTime={value}>{formatInstant(value, i18n.language, timeZone)}</time> : <>–</>;
}

export function PeriodText({ value }: { readonly value: string | null | undefined }) {
  const { i18n } = useTranslation();
  return value ? <time dateTime={value}>{formatPeriod(value, i18n.language)}</time> : <>–</>;
}
