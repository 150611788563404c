import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, Quantity } from '../../shared/values.tsx';
import { BusinessTeamDocument } from './Business.generated.ts';

/** Sub-agents and outlets with what they and all below them sold and earned in a month. */
export function Team() {
  const { t } = useTranslation('business');
  const own = useMe().agentCode ?? '';
  const [period] = usePeriod();
  const [search, setSearch] = useSearchParams();
  const path = [own, ...search.getAll('below')];
  const code = path.at(-1) ?? own;
  const show = (next: string, codes: readonly string[]) => {
    const parameters = new URLSearchParams({ period: next });
    for (const one of codes) parameters.append('below', one);
    setSearch(parameters);
  };
  const open = (place: readonly string[]) => show(period, place.slice(1));
  return (
    <Page
      title={t('team.title')}
      lead={t('team.lead')}
      actions={<PeriodChoice value={period} onChange={(next) => show(next, path.slice(1))} />}
    >
      {path.length > 1 && <Way path={path} onOpen={open} />}
      <Figures key={`${period} ${code}`} code={code} period={period} onOpen={(below) => open([...path, below])} />
    </Page>
  );
}

/** From oneself down to whose team is shown; each step leads back. */
function Way({
  path,
  onOpen,
}: {
  readonly path: readonly string[];
  readonly onOpen: (path: readonly string[]) => void;
}) {
  const { t } = useTranslation('business');
  return (
    <nav aria-label={t('team.way')} className="buttons" style={{ marginBlock: '0 12px' }}>
      {path.slice(0, -1).map((code, place) => (
        <Button key={code} size="small" onClick={() => onOpen(path.slice(0, place + 1))}>
          {code}
        </Button>
      ))}
      <strong aria-current="location">{path.at(-1)}</strong>
    </nav>
  );
}

type FiguresProps = {
  readonly code: string;
  readonly period: string;
  /** Shows the team of an agent below. */
  readonly onOpen: (code: string) => void;
};

function Figures({ code, period, onOpen }: FiguresProps) {
  const { t } = useTranslation('business');
  const pages = usePages();
  const read = useRead(BusinessTeamDocument, { code, from: period, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ teamFigures }) => (
        <PagedList
          label={t('team.title')}
          connection={teamFigures}
          pages={pages}
          rowKey={(row) => row.code}
          empty={t('noTeam')}
          columns={[
            {
              key: 'name',
              title: t('name'),
              render: (row) => {
                const name = `${'– '.repeat(row.level)}${row.code} · ${row.name}`;
                // The agent itself counts as one: only where there are more is there a team.
                if (row.level === 0 || row.agentCount < 2) return name;
                return (
                  <Button
                    type="link"
                    onClick={() => onOpen(row.code)}
                    style={{ padding: 0, height: 'auto', whiteSpace: 'normal' }}
                  >
                    {name}
                  </Button>
                );
              },
            },
            {
              key: 'agents',
              title: t('agents'),
              align: 'right',
              render: ({ agentCount }) => <Quantity value={agentCount} />,
            },
            {
              key: 'sales',
              title: t('sales'),
              align: 'right',
              render: ({ sales }) =>
                sales.map(({ currency, amount, events }) => (
                  <div key={currency}>
                    <Amount value={amount} currency={currency} /> ({events})
                  </div>
                )),
            },
            {
              key: 'commission',
              title: t('commission'),
              align: 'right',
              render: ({ commission }) =>
                commission.map(({ currency, amount }) => (
                  <div key={currency}>
                    <Amount value={amount} currency={currency} />
                  </div>
                )),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
