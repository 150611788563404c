import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

// Texts lie beside the page they are for: pages/earnings/texts.en.json and texts.zh.json make up the namespace "earnings".
// A language's texts of a page are loaded with the page. Those of shared/ are namespaces by their file's name, and "common" is texts.*.json:
// "words" (what the API calls things) comes with the pages that need it, "errors" with the first error.

export const languages = { en: 'English', zh: '中文' } as const;
type Language = keyof typeof languages;

type Texts = { readonly default: Record<string, unknown> };
const pageTexts = import.meta.glob<Texts>('../pages/*/texts.*.json');
const sharedTexts = import.meta.glob<Texts>('../shared/*.{en,zh}.json');
const remembered = 'tributary.language';

/** The language to begin with: what was chosen here before, else the browser's where we have it, else English. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(remembered);
  if (chosen === 'en' || chosen === 'zh') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export async function startTexts(): Promise<void> {
  i18next.use({
    type: 'backend',
    read: (language: string, namespace: string, done: (error: unknown, texts: unknown) => void) => {
      // The API tells its errors in English itself.
      if (namespace === 'errors' && language === 'en') return done(null, {});
      const file = namespace === 'common' ? 'texts' : namespace;
      const load =
        sharedTexts[`../shared/${file}.${language}.json`] ?? pageTexts[`../pages/${namespace}/texts.${language}.json`];
      if (!load) return done(new Error(`There are no texts ${namespace} in ${language}.`), undefined);
      load().then(
        ({ default: texts }) => done(null, texts),
        (error: unknown) => done(error, undefined),
      );
    },
  });
  await i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    supportedLngs: Object.keys(languages),
    ns: ['common'],
    defaultNS: 'common',
    fallbackLng: 'en',
    load: 'languageOnly',
    interpolation: { escapeValue: false },
    react: { useSuspense: true },
  });
  markLanguage();
  i18next.on('languageChanged', (language) => {
    localStorage.setItem(remembered, language);
    markLanguage();
  });
}

function markLanguage(): void {
  document.documentElement.lang = i18next.language === 'zh' ? 'zh-CN' : 'en';
}
