import { Alert, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

/** What the API says once and keeps nowhere, to be copied. An answer that is given again comes without it. */
export function ShownOnce({ title, text }: { readonly title: string; readonly text: string | null }) {
  const { t } = useTranslation();
  if (text === null) return <Alert type="warning" role="alert" showIcon title={t('shownBefore')} />;
  return (
    <Alert
      type="success"
      role="status"
      title={title}
      description={
        <Typography.Text copyable={{ tooltips: [t('copy'), t('copied')] }} code className="hash">
          {text}
        </Typography.Text>
      }
    />
  );
}
