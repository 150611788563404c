import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { newestFirst } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText, PeriodText } from '../../shared/values.tsx';
import { Comparison } from './Comparison.tsx';
import { EarningsStatementsDocument, type EarningsStatementsQuery } from './Earnings.generated.ts';
import { StandingTag, useWhose, WhoseChoice } from './statements.tsx';
import { Year } from './Year.tsx';

type Statement = NonNullable<EarningsStatementsQuery['statements']>['edges'][number]['node'];

/** What one's months came to. */
export function Earnings() {
  const { t } = useTranslation('earnings');
  const { agent } = useWhose();
  return (
    <Page title={t('earnings.title')} lead={t('earnings.lead')} actions={<WhoseChoice />}>
      <Year key={`year ${agent}`} agent={agent} />
      <Statements key={`list ${agent}`} agent={agent} />
      <Comparison key={`compare ${agent}`} agent={agent} />
    </Page>
  );
}

function Statements({ agent }: { readonly agent: string }) {
  const { t } = useTranslation('earnings');
  const pages = usePages();
  const read = useRead(EarningsStatementsDocument, { agent, before: pages.after }, { keep: true });
  const columns = [
    {
      key: 'period',
      title: t('earnings.month'),
      render: ({ id, period }: Statement) => (
        <Link to={`/earnings/${id}`}>
          <PeriodText value={period} />
        </Link>
      ),
    },
    { key: 'state', title: t('earnings.state'), render: (statement: Statement) => <StandingTag {...statement} /> },
    {
      key: 'earned',
      title: t('amount.earned'),
      align: 'right' as const,
      render: ({ earned, currency }: Statement) => <Amount value={earned} currency={currency} />,
    },
    {
      key: 'payable',
      title: t('amount.payable'),
      align: 'right' as const,
      render: ({ payable, currency }: Statement) => <Amount value={payable} currency={currency} strong />,
    },
    {
      key: 'confirms',
      title: t('earnings.confirmsOn'),
      render: ({ issued }: Statement) => (
        <DateText value={issued?.state === 'ISSUED' ? issued.confirmsOn : undefined} />
      ),
    },
    { key: 'number', title: t('earnings.number'), render: ({ issued }: Statement) => issued?.number ?? '–' },
  ];
  return (
    <section>
      <h2>{t('earnings.list')}</h2>
      <Loaded read={read} rows={8}>
        {({ statements }) => (
          <PagedList
            label={t('earnings.list')}
            connection={newestFirst(statements)}
            pages={pages}
            rowKey={({ id }) => id}
            columns={columns}
            empty={t('earnings.none')}
          />
        )}
      </Loaded>
    </section>
  );
}
