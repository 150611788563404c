import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import type { StatementNode } from './Equation.tsx';
import { EarningsHeldDocument, type EarningsHeldQuery } from './StatementPage.generated.ts';

type Connection = Extract<NonNullable<EarningsHeldQuery['node']>, { held: unknown }>['held'];
type HeldCredit = Connection['edges'][number]['node'];

const heldOf = (node: EarningsHeldQuery['node']): Connection | null => (node && 'held' in node ? node.held : null);

/** What conflicts hold back of a statement's month, until they are settled. */
export function Held({ statement }: { readonly statement: StatementNode }) {
  const { t } = useTranslation(['earnings', 'words']);
  const pages = usePages();
  const read = useRead(EarningsHeldDocument, { id: statement.id, after: pages.after }, { keep: true });
  const columns = [
    {
      key: 'sale',
      title: t('lines.what'),
      render: ({ event, component }: HeldCredit) =>
        event ? `${t(`words:eventType.${event.type}`)} ${event.externalId}` : component.code,
    },
    { key: 'component', title: t('lines.component'), render: ({ component }: HeldCredit) => component.code },
    {
      key: 'case',
      title: t('held.case'),
      render: ({ caseCode }: HeldCredit) => <Link to={`/conflicts/${caseCode}`}>{caseCode}</Link>,
    },
    {
      key: 'amount',
      title: t('statementPage.amount'),
      align: 'right' as const,
      render: ({ amount, currency }: HeldCredit) => <Amount value={amount} currency={currency} />,
    },
  ];
  return (
    <section>
      <h2>{t('held.title')}</h2>
      <p>
        {t('held.text')} <Amount value={statement.heldTotal} currency={statement.currency} strong />
      </p>
      <Loaded read={read}>
        {({ node }) => (
          <PagedList
            label={t('held.title')}
            connection={heldOf(node)}
            pages={pages}
            rowKey={({ caseCode, role, component, event }) => `${caseCode}${role}${component.code}${event?.externalId}`}
            columns={columns}
            empty={t('lines.none')}
          />
        )}
      </Loaded>
    </section>
  );
}
