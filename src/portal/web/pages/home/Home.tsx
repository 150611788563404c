import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { ToDoList } from '../../shared/ToDoList.tsx';
import { HomeOverviewDocument } from './Home.generated.ts';
import { ThisMonth } from './ThisMonth.tsx';
import { byCurrency, LastStatement, MonthsChart, ScoreTile, TierTile } from './tiles.tsx';

/** What an agent looks at every morning. */
export function Home() {
  const { t } = useTranslation('home');
  const { name, agentCode } = useMe();
  const agent = agentCode ?? '';
  const read = useRead(HomeOverviewDocument, { agent });
  return (
    <Page title={t('title', { name })}>
      <div className="tiles tiles-wide">
        <ThisMonth agent={agent} />
        <Panel title={t('toDo')}>
          <Loaded read={read} rows={3}>
            {({ toDo }) => <ToDoList items={toDo ?? []} />}
          </Loaded>
        </Panel>
      </div>
      <Loaded read={read} rows={12}>
        {({ statements, tierProgress, scores }) => {
          const months = rowsOf(statements);
          const latest = months.filter(({ period }) => period === months.at(-1)?.period);
          return (
            <>
              <div className="tiles">
                {/* one for each currency */}
                {latest.length === 0 && <LastStatement statement={undefined} />}
                {latest.map((statement) => (
                  <LastStatement key={statement.id} statement={statement} />
                ))}
                <TierTile progress={tierProgress} />
                <ScoreTile score={rowsOf(scores)[0]} />
              </div>
              {byCurrency(months).map((rows) => (
                <MonthsChart key={rows[0]?.currency} months={rows} />
              ))}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
