import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { ApiKeys } from './ApiKeys.tsx';
import { ChangePassword } from './ChangePassword.tsx';

/** Whoever is signed in: the password, and the keys of programs. */
export function Account() {
  const { t } = useTranslation('account');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="tiles tiles-wide" style={{ marginBlock: 16 }}>
        <Who />
        <ChangePassword />
      </div>
      <ApiKeys />
    </Page>
  );
}

function Who() {
  const { t } = useTranslation(['account', 'words']);
  const { name, email, role, agentCode, regionCode } = useMe();
  const of = agentCode ?? regionCode;
  return (
    <Panel title={t('who')}>
      <dl className="pairs">
        <Fact label={name} value={t(`words:role.${role}`)} />
        <Fact label={t('email')} value={email} />
        {of && <Fact label={t('of')} value={of} />}
      </dl>
    </Panel>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="pair">
      <dt>{label}</dt>
      <dd className="pair-value">{value}</dd>
    </div>
  );
}
