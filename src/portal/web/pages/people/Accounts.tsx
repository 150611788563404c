import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import { PeopleAccountsDocument, type PeopleAccountsQuery, PeopleDisableDocument } from './People.generated.ts';

type Account = NonNullable<PeopleAccountsQuery['accounts']>['edges'][number]['node'];

/** Everybody who can sign in, or could. */
export function Accounts() {
  const { t } = useTranslation('people');
  const pages = usePages();
  const read = useRead(PeopleAccountsDocument, { after: pages.after }, { keep: true });
  return (
    <Panel title={t('accounts')}>
      <Loaded read={read} rows={8}>
        {({ accounts }) => (
          <PagedList
            label={t('accountList')}
            connection={accounts}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('noAccounts')}
            columns={[
              {
                key: 'who',
                title: t('who'),
                render: ({ name, email }) => (
                  <>
                    {name} <span className="quiet">{email}</span>
                  </>
                ),
              },
              { key: 'role', title: t('role.title'), render: (account) => <RoleOf account={account} /> },
              { key: 'of', title: t('of'), render: ({ agentCode, regionCode }) => agentCode ?? regionCode ?? '–' },
              {
                key: 'state',
                title: t('state'),
                render: ({ disabled }) => (
                  <Tag color={disabled ? 'default' : 'green'}>{t(disabled ? 'disabled' : 'enabled')}</Tag>
                ),
              },
              { key: 'created', title: t('createdAt'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
              { key: 'action', title: t('action'), render: (account) => <Disable account={account} /> },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}

/** The role, and whether somebody of an agent may only read. */
function RoleOf({ account: { role, companyRight } }: { readonly account: Account }) {
  const { t } = useTranslation('people');
  return `${t(`role.${role}`)}${companyRight === 'READ' ? ` · ${t('readOnly')}` : ''}`;
}

/** Nobody shuts out oneself. */
function Disable({ account: { email, name, disabled } }: { readonly account: Account }) {
  const { t } = useTranslation('people');
  const me = useMe();
  if (disabled || email === me.email) return '–';
  return (
    <Action
      size="small"
      danger
      label={t('disable')}
      reason="needed"
      document={PeopleDisableDocument}
      variables={(reason, idempotencyKey) => ({ email, reason, idempotencyKey })}
    >
      <p>{t('disableText', { name, email })}</p>
    </Action>
  );
}
