import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/Page.tsx';
import { Accounts } from './Accounts.tsx';
import { InvitePartner } from './InvitePartner.tsx';
import { NewAccount } from './NewAccount.tsx';

/** Who may sign in, and partners who are invited. */
export function People() {
  const { t } = useTranslation('people');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="tiles tiles-wide" style={{ marginBlock: 16 }}>
        <NewAccount />
        <InvitePartner />
      </div>
      {/* Last: it grows when it is read, and nothing is pushed down. */}
      <Accounts />
    </Page>
  );
}
