import { useTranslation } from 'react-i18next';

/** Points and statistics in two digits after the point: they are kept to ten. */
export const shortened = (value: string | number, language: string) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value as Intl.StringNumericLiteral);

export function Figure({ value }: { readonly value: string | number }) {
  const { i18n } = useTranslation();
  return <span className="amount">{shortened(value, i18n.language)}</span>;
}
