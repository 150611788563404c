import { DownloadOutlined } from '@ant-design/icons';
import { Button, Collapse, Flex, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';

const columns = ['external_id', 'source', 'subscription', 'product', 'sold_on', 'amount'] as const;

/** Sends a list; staff says whose it is. It is compared at once, and the result is opened. */
export function SendList() {
  const { t } = useTranslation('reconciliations');
  const { agentCode: own } = useMe();
  const [period, setPeriod] = usePeriod();
  const [named, setNamed] = useState('');
  const navigate = useNavigate();
  const id = useId();
  const agent = own ?? named.trim();
  return (
    <Panel title={t('send.title')} style={{ marginBottom: 16 }}>
      <p>{t('send.text')}</p>
      <Flex gap="middle" align="start" wrap>
        {own === null && (
          <Flex align="center" gap="small">
            <label htmlFor={id}>{t('agentCode')}</label>
            <Input id={id} value={named} style={{ width: 140 }} onChange={({ target }) => setNamed(target.value)} />
          </Flex>
        )}
        <PeriodChoice value={period} onChange={setPeriod} />
        <FileUpload<{ readonly code: string }>
          label={t('send.choose')}
          path={`/reconciliations?${new URLSearchParams({ agent, period })}`}
          accept=".csv,text/csv"
          disabled={agent === ''}
          onDone={({ code }) => navigate(`/reconciliations/${code}`)}
        />
        <Template period={period} />
      </Flex>
      <Collapse
        ghost
        items={[
          {
            key: 'columns',
            label: t('send.columns'),
            children: (
              <dl>
                {columns.map((name) => (
                  <div key={name}>
                    <dt>
                      <code>{name}</code>
                    </dt>
                    <dd>{t(`column.${name}`)}</dd>
                  </div>
                ))}
              </dl>
            ),
          },
        ]}
      />
    </Panel>
  );
}

/** A list to begin with, made here: nothing in it is anybody's. */
function Template({ period }: { readonly period: string }) {
  const { t } = useTranslation('reconciliations');
  const save = () => {
    const rows = [columns.join(','), `ORDER-1,,,,${period}-01,12.50`, `,,13800000000,,${period}-02,`];
    const address = URL.createObjectURL(new Blob([`${rows.join('\r\n')}\r\n`], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${t('send.templateName')}.csv`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Button icon={<DownloadOutlined />} onClick={save}>
      {t('send.template')}
    </Button>
  );
}
