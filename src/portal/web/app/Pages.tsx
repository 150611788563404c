import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { Page } from '../shared/Page.tsx';
import { FullPageWait, Nothing } from '../shared/states.tsx';
import { firstPath, pageList, publicPages } from './pageList.tsx';
import { Shell } from './Shell.tsx';
import { useSession } from './session.tsx';

/** Shows the page of the address, among those of the role of who is signed in. */
export function Pages() {
  const { me } = useSession();
  const { pathname, search } = useLocation();
  const open = publicPages.map(({ path, page: Content }) => <Route key={path} path={path} element={<Content />} />);
  if (!me) {
    const wanted = pathname === '/' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
    return (
      <Suspense fallback={<FullPageWait />}>
        <Routes>
          {open}
          <Route path="*" element={<Navigate to={`/sign-in${wanted}`} replace />} />
        </Routes>
      </Suspense>
    );
  }
  return (
    <Routes>
      <Route path="/sign-in" element={<Navigate to={wantedPath(search) ?? firstPath(me.role)} replace />} />
      {open.filter(({ key }) => key !== '/sign-in')}
      <Route element={<Shell />}>
        <Route index element={<Navigate to={firstPath(me.role)} replace />} />
        {pageList
          .filter(({ roles }) => roles.includes(me.role))
          .map(({ path, page: Content }) => (
            <Route key={path} path={path} element={<Content />} />
          ))}
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}

/** Where somebody was going before the sign-in: an address of ours only. */
function wantedPath(search: string): string | undefined {
  const to = new URLSearchParams(search).get('to');
  return to?.startsWith('/') && !to.startsWith('//') ? to : undefined;
}

function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')}>
      <Nothing>{t('missing.text')}</Nothing>
    </Page>
  );
}
