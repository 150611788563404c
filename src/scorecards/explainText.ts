import { canonicalDecimal, Decimal } from '../money.ts';

// Words that explanations of scores share. Formulas are texts that can be computed, as those of commission are.

const explanationLanguages = ['en', 'zh'] as const;
export type ExplanationLanguage = (typeof explanationLanguages)[number];

/** At most two decimals, for sentences; formulas have all that were kept. */
export const shortNumber = (text: string) => canonicalDecimal(new Decimal(text).toDecimalPlaces(2));

/** A total, for sentences: always with its two decimals. */
export const totalText = (total: string) => new Decimal(total).toFixed(2);

/** Names one after another: "A, B and C". */
export function listed(names: readonly string[]): { readonly en: string; readonly zh: string } {
  const last = names.at(-1) ?? '';
  const en = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
  return { en, zh: names.join('、') };
}

/** A rank among peers; a half comes of ties. */
export function ranksText(place: string, peerCount: number, lowestFirst: boolean) {
  const shared = place.includes('.') ? { en: ' (shared)', zh: '（并列）' } : { en: '', zh: '' };
  return {
    en: `ranks ${place}${shared.en} of ${peerCount}, the ${lowestFirst ? 'lowest' : 'highest'} first`,
    zh: `在 ${peerCount} 家同类中排名 ${place}${shared.zh}（${lowestFirst ? '低者在前' : '高者在前'}）`,
  };
}
