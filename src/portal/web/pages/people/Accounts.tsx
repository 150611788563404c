import { Flex, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { NewPasswordFields } from '../../shared/NewPasswordFields.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import {
  PeopleAccountsDocument,
  type PeopleAccountsQuery,
  type PeopleAccountsQueryVariables,
  PeopleDisableDocument,
  PeopleEnableDocument,
  PeopleSetPasswordDocument,
} from './People.generated.ts';
import { roles } from './roles.ts';

type Account = NonNullable<PeopleAccountsQuery['accounts']>['edges'][number]['node'];

const states = ['enabled', 'disabled'] as const;

/** Everybody who can sign in, or could. */
export function Accounts() {
  const { t } = useTranslation(['people', 'words']);
  const { chosen, choose } = useFilters();
  const [search, setSearch] = useState('');
  const role = chosen('role', roles);
  const state = chosen('state', states);
  return (
    <Panel title={t('accounts')}>
      <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
        <Input.Search
          allowClear
          aria-label={t('search')}
          placeholder={t('search')}
          style={{ width: 260 }}
          onSearch={(text) => setSearch(text.trim())}
        />
        <FilterChoice
          label={t('roleTitle')}
          all={t('all')}
          value={role}
          values={roles}
          textOf={(value) => t(`words:role.${value}`)}
          onChange={(value) => choose('role', value)}
        />
        <FilterChoice
          label={t('state')}
          all={t('all')}
          value={state}
          values={states}
          textOf={(value) => t(value)}
          onChange={(value) => choose('state', value)}
        />
      </Flex>
      <AccountList
        key={`${search} ${role} ${state}`}
        filter={{ search, role: role ?? null, disabled: state ? state === 'disabled' : null }}
      />
    </Panel>
  );
}

type Filter = Omit<PeopleAccountsQueryVariables, 'after'>;

function AccountList({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('people');
  const pages = usePages();
  const read = useRead(PeopleAccountsDocument, { ...filter, after: pages.after }, { keep: true });
  return (
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
            { key: 'role', title: t('roleTitle'), render: (account) => <RoleOf account={account} /> },
            { key: 'of', title: t('of'), render: ({ agentCode, regionCode }) => agentCode ?? regionCode ?? '–' },
            {
              key: 'state',
              title: t('state'),
              render: ({ disabled }) => (
                <Tag color={disabled ? 'default' : 'green'}>{t(disabled ? 'disabled' : 'enabled')}</Tag>
              ),
            },
            { key: 'created', title: t('createdAt'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
            { key: 'action', title: t('action'), render: (account) => <Changes account={account} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

/** The role, and whether somebody of an agent may only read. */
function RoleOf({ account: { role, companyRight } }: { readonly account: Account }) {
  const { t } = useTranslation(['people', 'words']);
  return `${t(`words:role.${role}`)}${companyRight === 'READ' ? ` · ${t('readOnly')}` : ''}`;
}

/** Nobody shuts out oneself, and one's own password is changed on the page of one's account. */
function Changes({ account }: { readonly account: Account }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const { email, name, disabled } = account;
  if (email === me.email) return '–';
  return (
    <Flex gap="small" wrap>
      {disabled ? (
        <Action
          size="small"
          label={t('enable')}
          reason="needed"
          document={PeopleEnableDocument}
          variables={(reason, idempotencyKey) => ({ email, reason, idempotencyKey })}
        >
          <p>{t('enableText', { name, email })}</p>
        </Action>
      ) : (
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
      )}
      <Action
        size="small"
        label={t('newPassword')}
        reason="needed"
        document={PeopleSetPasswordDocument}
        variables={(reason, idempotencyKey, { password = '' }) => ({ email, password, reason, idempotencyKey })}
      >
        <p>{t('newPasswordText', { name, email })}</p>
        <NewPasswordFields label={t('newPassword')} />
      </Action>
    </Flex>
  );
}
