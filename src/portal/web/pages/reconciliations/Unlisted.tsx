import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText } from '../../shared/values.tsx';
import { ReconciliationPageUnlistedDocument } from './ReconciliationPage.generated.ts';

/** As many as the API tells. */
const mostShown = 200;

/** Sales that the operator knows and the list does not have: what was forgotten in it, or is another's. */
export function Unlisted({ code }: { readonly code: string }) {
  const { t } = useTranslation(['reconciliations', 'words']);
  const read = useRead(ReconciliationPageUnlistedDocument, { code });
  return (
    <>
      <h2>{t('unlisted')}</h2>
      <Loaded read={read} rows={4}>
        {({ unlistedSales }) => (
          <>
            <List
              label={t('unlisted')}
              rows={unlistedSales}
              rowKey={({ source, externalId }) => `${source} ${externalId}`}
              empty={t('noUnlisted')}
              columns={[
                { key: 'sale', title: t('sale'), render: ({ externalId }) => externalId },
                { key: 'product', title: t('product'), render: ({ productCode }) => productCode },
                { key: 'on', title: t('soldAt'), render: ({ occurredAt }) => <InstantText value={occurredAt} /> },
                {
                  key: 'paid',
                  title: t('paid'),
                  align: 'right',
                  render: ({ paid, currency }) => <Amount value={paid} currency={currency} />,
                },
                {
                  key: 'reason',
                  title: t('reason'),
                  render: ({ reason }) => (reason ? t(`words:unpaidReason.${reason}`, { defaultValue: reason }) : '–'),
                },
              ]}
            />
            {unlistedSales.length === mostShown && <p>{t('unlistedCut', { count: mostShown })}</p>}
          </>
        )}
      </Loaded>
    </>
  );
}
