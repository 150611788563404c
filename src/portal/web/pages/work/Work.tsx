import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { usePeriod } from '../../shared/PeriodChoice.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { ToDoList } from '../../shared/ToDoList.tsx';
import { PeriodText, Quantity } from '../../shared/values.tsx';
import { Reminders } from './Reminders.tsx';
import { WorkConflictsDocument, WorkOverviewDocument } from './Work.generated.ts';

/** The first page of the operator's people: what awaits them, and how the months stand. */
export function Work() {
  const { t } = useTranslation('work');
  const { name, role } = useMe();
  const read = useRead(WorkOverviewDocument, {});
  return (
    <Page title={t('work.title', { name })}>
      <Loaded read={read} rows={12}>
        {({ toDo, runs }) => (
          <>
            <div className="tiles tiles-wide">
              <Panel title={t('toDo')}>
                <ToDoList items={toDo ?? []} />
              </Panel>
              <Panel title={t('months')}>
                <ul className="plain-list">
                  {rowsOf(runs).map(({ id, period, status }) => (
                    <li key={id}>
                      {role === 'CHANNEL_MANAGER' ? (
                        <PeriodText value={period} />
                      ) : (
                        <Link to={`/runs/${id}`}>
                          <PeriodText value={period} />
                        </Link>
                      )}{' '}
                      <Tag>{t(`state.${status}`)}</Tag>
                    </li>
                  ))}
                </ul>
              </Panel>
            </div>
            <Reminders />
            <Conflicts />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Conflicts() {
  const { t } = useTranslation('work');
  const [period] = usePeriod();
  const from = `${period.slice(0, 4)}-01`;
  const read = useRead(WorkConflictsDocument, { from, to: period });
  return (
    <>
      <h2>
        {t('conflicts')} · <PeriodText value={from} /> – <PeriodText value={period} />
      </h2>
      <Loaded read={read} rows={4}>
        {({ conflictFigures }) => (
          <List
            label={t('conflicts')}
            rows={conflictFigures?.groups ?? []}
            rowKey={({ key }) => key ?? ''}
            empty={t('noConflicts')}
            columns={[
              { key: 'kind', title: t('kind'), render: ({ key }) => t(`conflictKind.${key}`) },
              {
                key: 'cases',
                title: t('cases'),
                align: 'right',
                render: ({ caseCount }) => <Quantity value={caseCount} />,
              },
              {
                key: 'open',
                title: t('open'),
                align: 'right',
                render: ({ openCount }) => <Quantity value={openCount} />,
              },
              {
                key: 'overdue',
                title: t('overdue'),
                align: 'right',
                render: ({ overdueCount }) => <Quantity value={overdueCount} />,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
