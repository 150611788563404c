import { Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { newestFirst } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText } from '../../shared/values.tsx';
import { ApplicationsListDocument, type ApplicationsListQuery } from './Applications.generated.ts';

type State = NonNullable<ApplicationsListQuery['applications']>['edges'][number]['node']['state'];
const states: readonly State[] = [
  'DRAFT',
  'SUBMITTED',
  'SCREENING',
  'APPROVED',
  'CONTRACTED',
  'ACTIVE',
  'REJECTED',
  'WITHDRAWN',
];
export const stateColour: Readonly<Record<State, string>> = {
  DRAFT: 'default',
  SUBMITTED: 'gold',
  SCREENING: 'gold',
  APPROVED: 'blue',
  CONTRACTED: 'blue',
  ACTIVE: 'green',
  REJECTED: 'red',
  WITHDRAWN: 'default',
};

/** Who wants to become an agent, the newest first. */
export function Applications() {
  const { t } = useTranslation('applications');
  const [chosen, setChosen] = useState<State[]>(['SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED']);
  return (
    <Page
      title={t('applications.title')}
      actions={
        <Select
          mode="multiple"
          aria-label={t('state')}
          value={chosen}
          onChange={setChosen}
          style={{ minWidth: 260, maxWidth: '100%' }}
          options={states.map((value) => ({ value, label: t(`states.${value}`) }))}
        />
      }
    >
      <Found states={chosen} key={chosen.join()} />
    </Page>
  );
}

function Found({ states: wanted }: { readonly states: readonly State[] }) {
  const { t } = useTranslation('applications');
  const pages = usePages();
  const filter = wanted.length === 0 ? null : { states: [...wanted] };
  const read = useRead(ApplicationsListDocument, { filter, before: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ applications }) => (
        <PagedList
          label={t('applications.title')}
          connection={newestFirst(applications)}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('none')}
          columns={[
            {
              key: 'name',
              title: t('name'),
              render: ({ code, name }) => (
                <Link to={`/applications/${encodeURIComponent(code)}`}>{`${code} · ${name}`}</Link>
              ),
            },
            {
              key: 'state',
              title: t('state'),
              render: ({ state }) => <Tag color={stateColour[state]}>{t(`states.${state}`)}</Tag>,
            },
            { key: 'type', title: t('channelType'), render: ({ channelType }) => channelType.name },
            { key: 'region', title: t('region'), render: ({ region }) => region.name },
            {
              key: 'due',
              title: t('due'),
              render: ({ dueOn, overdue }) => (
                <>
                  <DateText value={dueOn} /> {overdue && <Tag color="red">{t('overdue')}</Tag>}
                </>
              ),
            },
            { key: 'created', title: t('created'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
}
