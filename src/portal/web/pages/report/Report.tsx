import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Filing } from './Filing.tsx';
import { Following, Receipt } from './Following.tsx';

/** What is done here. A receipt stays in the memory of this page alone: neither in the address nor in the browser's stores. */
type Step =
  | { readonly name: 'file' }
  | { readonly name: 'filed'; readonly receipt: string }
  | { readonly name: 'ask' }
  | { readonly name: 'follow'; readonly receipt: string };

/** Reports misconduct and follows what becomes of it: for anybody, with no account, and without a name. */
export function Report() {
  const { t } = useTranslation('report');
  const [step, setStep] = useState<Step>({ name: 'file' });
  const follow = (receipt: string) => setStep({ name: 'follow', receipt });
  return (
    <PublicPage wide title={t('title')} lead={t('lead')}>
      {step.name === 'file' && <Filing onFiled={(receipt) => setStep({ name: 'filed', receipt })} />}
      {step.name === 'filed' && <Filed receipt={step.receipt} onFollow={follow} />}
      {step.name === 'ask' && <Receipt onGiven={follow} />}
      {step.name === 'follow' && <Following receipt={step.receipt} />}
      <div className="buttons">
        {step.name === 'file' ? (
          <Button onClick={() => setStep({ name: 'ask' })}>{t('follow')}</Button>
        ) : (
          step.name !== 'filed' && <Button onClick={() => setStep({ name: 'file' })}>{t('another')}</Button>
        )}
        <Link to="/sign-in" style={{ marginInlineStart: 'auto', alignSelf: 'center' }}>
          {t('leave')}
        </Link>
      </div>
    </PublicPage>
  );
}

/** What opens the report later on: shown once. */
function Filed({ receipt, onFollow }: { readonly receipt: string; readonly onFollow: (receipt: string) => void }) {
  const { t } = useTranslation('report');
  return (
    <>
      <Alert type="success" showIcon role="status" title={t('filed')} description={t('keep')} />
      <p>
        {t('receipt')}: <code style={{ fontSize: 16, overflowWrap: 'anywhere' }}>{receipt}</code>
      </p>
      <div className="buttons">
        <Button onClick={() => navigator.clipboard.writeText(receipt)}>{t('copy')}</Button>
        <Button type="primary" onClick={() => onFollow(receipt)}>
          {t('noted')}
        </Button>
      </div>
    </>
  );
}
