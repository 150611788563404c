import { Flex, Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { AgentsListDocument, type AgentsListQueryVariables } from './Agents.generated.ts';

type Filter = NonNullable<AgentsListQueryVariables['filter']>;
const statuses = ['ACTIVE', 'SUSPENDED', 'TERMINATED'] as const;
export const statusColour: Readonly<Record<string, string>> = {
  ACTIVE: 'green',
  SUSPENDED: 'gold',
  TERMINATED: 'default',
};

/** Agents, found by code or name. */
export function Agents() {
  const { t } = useTranslation('agents');
  const [filter, setFilter] = useState<Filter>({});
  return (
    <Page
      title={t('agents.title')}
      actions={
        <Flex gap="small" wrap>
          <Input.Search
            allowClear
            aria-label={t('search')}
            placeholder={t('search')}
            style={{ width: 260 }}
            onSearch={(search) => setFilter({ ...filter, search: search.trim() || null })}
          />
          <Select
            allowClear
            aria-label={t('status')}
            placeholder={t('status')}
            style={{ width: 140 }}
            onChange={(status) => setFilter({ ...filter, status: status ?? null })}
            options={statuses.map((value) => ({ value, label: t(`statuses.${value}`) }))}
          />
        </Flex>
      }
    >
      <Found filter={filter} key={JSON.stringify(filter)} />
    </Page>
  );
}

function Found({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('agents');
  const pages = usePages();
  const read = useRead(AgentsListDocument, { filter, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={12}>
      {({ agents }) => (
        <PagedList
          label={t('agents.title')}
          connection={agents}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('none')}
          columns={[
            {
              key: 'code',
              title: t('code'),
              render: ({ code, name }) => <Link to={`/agents/${encodeURIComponent(code)}`}>{`${code} · ${name}`}</Link>,
            },
            {
              key: 'status',
              title: t('status'),
              render: ({ status }) =>
                status && <Tag color={statusColour[status] ?? 'default'}>{t(`statuses.${status}`)}</Tag>,
            },
            { key: 'type', title: t('channelType'), render: ({ channelType }) => channelType.name },
            { key: 'tier', title: t('tier'), render: ({ tier }) => tier?.name ?? '–' },
            { key: 'region', title: t('region'), render: ({ region }) => region?.name ?? '–' },
            { key: 'parent', title: t('parent'), render: ({ parent }) => parent?.code ?? '–' },
          ]}
        />
      )}
    </Loaded>
  );
}
