import { LogoutOutlined, MenuOutlined } from '@ant-design/icons';
import { App, Button, Drawer, Flex, Grid, Layout } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import icon from '../icon.svg';
import { Boundary } from '../shared/Boundary.tsx';
import { LanguageChoice } from '../shared/LanguageChoice.tsx';
import { FullPageWait } from '../shared/states.tsx';
import { groupFor, type MenuGroup, pageList } from './pageList.tsx';
import { useMe, useSession, useSignIn } from './session.tsx';

const groups: readonly MenuGroup[] = ['own', 'sales', 'company', 'work', 'money', 'rules', 'self'];

/** The frame of every page behind the sign-in: menu, who is signed in, language. */
export function Shell() {
  const { t } = useTranslation();
  const wide = Grid.useBreakpoint().lg ?? window.innerWidth >= 992;
  const [open, setOpen] = useState(false);
  const { operator } = useSession();
  const { pathname } = useLocation();
  const main = useMainFocus(pathname);
  return (
    <Layout className="shell">
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <Layout.Header className="shell-head">
        <Flex align="center" gap="small">
          {!wide && (
            <Button type="text" icon={<MenuOutlined />} aria-label={t('menu.open')} onClick={() => setOpen(true)} />
          )}
          <img src={icon} alt="" width={28} height={28} />
          <strong className="shell-name">{operator?.name ?? 'Tributary'}</strong>
        </Flex>
        <Account />
      </Layout.Header>
      <Layout>
        {wide ? (
          <Layout.Sider width={224} theme="light" className="shell-side">
            <Navigation onGo={() => {}} />
          </Layout.Sider>
        ) : (
          <Drawer placement="left" size={264} open={open} onClose={() => setOpen(false)} title={t('menu.title')}>
            <Navigation onGo={() => setOpen(false)} />
          </Drawer>
        )}
        <div className="shell-content">
          <main id="main" tabIndex={-1} ref={main}>
            <Boundary key={pathname}>
              <Suspense fallback={<FullPageWait />}>
                <Outlet />
              </Suspense>
            </Boundary>
          </main>
        </div>
      </Layout>
    </Layout>
  );
}

/** After a change of page the reader begins at its top, and so does the keyboard. */
function useMainFocus(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

function Navigation({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const { pathname } = useLocation();
  const mine = pageList.filter((entry) => entry.menu && entry.roles.includes(role));
  const here = mine
    .filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`))
    .sort((one, other) => other.path.length - one.path.length)[0];
  return (
    <nav aria-label={t('menu.title')} className="navigation">
      {groups.map((group) => {
        const entries = mine.filter(({ menu }) => menu && groupFor(menu.group, role) === group);
        if (entries.length === 0) return null;
        return (
          <div key={group}>
            <h2>{t(`menu.group.${group}`)}</h2>
            <ul>
              {entries.map(({ path, menu }) => (
                <li key={path}>
                  <Link to={path} aria-current={path === here?.path ? 'page' : undefined} onClick={onGo}>
                    {t(`menu.${menu?.key}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function Account() {
  const { t } = useTranslation();
  const me = useMe();
  const { signOut } = useSignIn();
  const { message } = App.useApp();
  const leave = () => signOut().catch((error: Error) => message.error(`${t('signOutFailed')} ${error.message}`, 10));
  return (
    <Flex align="center" gap="small">
      <Link to="/account" className="shell-who">
        {me.name}
      </Link>
      <LanguageChoice />
      <Button type="text" icon={<LogoutOutlined />} aria-label={t('signOut')} title={t('signOut')} onClick={leave} />
    </Flex>
  );
}
