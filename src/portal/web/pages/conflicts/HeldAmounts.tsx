import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { CasePageHeldDocument } from './CasePage.generated.ts';
import type { CaseShown } from './types.ts';

/** What the case holds back, by agent and component, as the statements of its month say. */
export function HeldAmounts({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const undecided = found.state === 'OPEN' || found.state === 'IN_MEDIATION';
  if (!undecided || found.effect !== 'HOLD') return null;
  const agents = [...new Set(found.parties.map(({ agentCode }) => agentCode))];
  return (
    <>
      <h2>{t('held')}</h2>
      {agents.map((agent) => (
        <HeldOf key={agent} agent={agent} period={found.period} caseCode={found.code} />
      ))}
    </>
  );
}

function HeldOf({
  agent,
  period,
  caseCode,
}: {
  readonly agent: string;
  readonly period: string;
  readonly caseCode: string;
}) {
  const { t } = useTranslation('conflicts');
  const read = useRead(CasePageHeldDocument, { agent, period, code: caseCode });
  return (
    <Loaded read={read} rows={2}>
      {({ statements }) => {
        const found = rowsOf(statements);
        const held = found.flatMap((statement) => rowsOf(statement.held));
        if (held.length === 0) return <p>{t('heldNothing', { agent })}</p>;
        return (
          <>
            <List
              label={`${t('held')} ${agent}`}
              rows={held}
              rowKey={(credit) => JSON.stringify(credit)}
              empty=""
              columns={[
                { key: 'agent', title: t('agent'), render: () => agent },
                {
                  key: 'event',
                  title: t('sale'),
                  render: ({ event }) => (event ? `${event.source}/${event.externalId}` : '–'),
                },
                { key: 'component', title: t('component'), render: ({ component }) => component.code },
                {
                  key: 'amount',
                  title: t('amount'),
                  align: 'right',
                  render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
                },
              ]}
            />
            {found.some((statement) => statement.held.pageInfo.hasNextPage) && (
              <p>
                <Link to={`/earnings/${found[0]?.id}`}>{t('heldMore')}</Link>
              </p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
