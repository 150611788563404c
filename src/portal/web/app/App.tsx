import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import { Suspense, use } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter } from 'react-router';
import { RequestError } from '../graphql/request.ts';
import { FullPageWait } from '../shared/states.tsx';
import './app.css';
import { Pages } from './Pages.tsx';
import { SessionProvider } from './session.tsx';

/** What is wrong in a form is gone to: in a long one it may be out of sight. */
const form = { scrollToFirstError: { block: 'nearest', focus: true } } as const;

/** Where the session has ended meanwhile, the sign-in is shown, whatever was asked. */
function noticeSignOut(error: unknown): void {
  if (error instanceof RequestError && error.code === 'NOT_SIGNED_IN')
    client.invalidateQueries({ queryKey: ['Session'] });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: { queries: { refetchOnWindowFocus: false, retry: false } },
});

/** Styles that are made while the page runs carry the nonce that the server gave this answer. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const theme = {
  token: {
    colorPrimary: '#0b5cad',
    colorError: '#b3261e',
    colorLink: '#0b5cad',
    colorTextDescription: '#595959',
    colorTextTertiary: '#595959',
    colorTextPlaceholder: '#6b6b6b',
    borderRadius: 6,
    motion: false,
  },
} as const;

/**
 * Dialogs and choices open in an element of our own: opened in the body itself, the library would lock its scrolling by a style without
 * the nonce, which the content policy refuses. app.css locks it.
 */
const popups = () => document.getElementById('popups') ?? document.body;

const english = Promise.resolve(en);
const chinese = () => import('antd/locale/zh_CN').then((module) => module.default);
let loadedChinese: ReturnType<typeof chinese> | undefined;

function Localised() {
  const { i18n } = useTranslation();
  if (i18n.language === 'zh') loadedChinese ??= chinese();
  const locale = use(i18n.language === 'zh' && loadedChinese ? loadedChinese : english);
  return (
    <ConfigProvider locale={locale} theme={theme} csp={{ nonce }} form={form} getPopupContainer={popups}>
      <AntApp>
        <SessionProvider>
          <Pages />
        </SessionProvider>
      </AntApp>
    </ConfigProvider>
  );
}

/** The portal: one page, a client of the API like any other. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <BrowserRouter basename="/portal">
        <Suspense fallback={<FullPageWait />}>
          <Localised />
        </Suspense>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
