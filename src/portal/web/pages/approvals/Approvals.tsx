import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Page } from '../../shared/Page.tsx';
import { Adjustments } from './Adjustments.tsx';
import { ChannelApprovals } from './ChannelApprovals.tsx';
import { MoneyApprovals } from './MoneyApprovals.tsx';

/** What one person proposed and another one decides. */
export function Approvals() {
  const { t } = useTranslation('approvals');
  const { role } = useMe();
  return (
    <Page title={t('approvals.title')} lead={t('approvals.lead')}>
      {/* one below the other is there: nothing is pushed down by what comes later */}
      <Adjustments>
        {role === 'CHANNEL_MANAGER' ? (
          <ChannelApprovals />
        ) : (
          <MoneyApprovals>{role !== 'FINANCE' && <ChannelApprovals />}</MoneyApprovals>
        )}
      </Adjustments>
    </Page>
  );
}
