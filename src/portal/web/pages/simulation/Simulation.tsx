import { Alert, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { usePeriod } from '../../shared/PeriodChoice.tsx';
import { Faults, Loaded, Nothing } from '../../shared/states.tsx';
import { Result } from './Result.tsx';
import {
  SimulationPlansDocument,
  SimulationResultDocument,
  type SimulationResultQueryVariables,
} from './Simulation.generated.ts';

type SimulateInput = SimulationResultQueryVariables['input'];
type Fields = {
  readonly subject: string;
  readonly changes: string;
  readonly from: string;
  readonly to?: string;
  readonly agents?: string;
};

/** Tries a changed plan or pool on months that are over. Nothing is written. */
export function Simulation() {
  const { t } = useTranslation('simulation');
  const [input, setInput] = useState<SimulateInput>();
  return (
    <Page title={t('simulation.title')} lead={t('simulation.lead')}>
      <Draft onTry={setInput} />
      {input && <Tried input={input} key={JSON.stringify(input)} />}
    </Page>
  );
}

function Draft({ onTry }: { readonly onTry: (input: SimulateInput) => void }) {
  const { t } = useTranslation('simulation');
  const [period] = usePeriod();
  const read = useRead(SimulationPlansDocument, {});
  const submit = ({ subject, changes, from, to, agents }: Fields) => {
    const [kind, code] = subject.split(' ');
    const agentCodes = agents?.split(/[\s,]+/).filter(Boolean);
    onTry({
      from,
      to: to || null,
      copies: [{ ...(kind === 'plan' ? { plan: code ?? '' } : { pool: code ?? '' }), on: `${from}-01`, changes }],
      ...(agentCodes && agentCodes.length > 0 && { agentCodes }),
    });
  };
  return (
    <Panel>
      <Loaded read={read} rows={6}>
        {({ plans, pools }) => (
          <Form<Fields> layout="vertical" onFinish={submit} initialValues={{ from: period }}>
            <Form.Item name="subject" label={t('subject')} rules={[{ required: true, message: t('common:required') }]}>
              <Select
                options={[
                  {
                    label: t('plans'),
                    options: (plans ?? []).map(({ code, name }) => ({
                      value: `plan ${code}`,
                      label: `${code} · ${name}`,
                    })),
                  },
                  {
                    label: t('pools'),
                    options: (pools ?? []).map(({ code, name }) => ({
                      value: `pool ${code}`,
                      label: `${code} · ${name}`,
                    })),
                  },
                ]}
              />
            </Form.Item>
            <Form.Item
              name="changes"
              label={t('changes')}
              extra={t('changesHint')}
              rules={[{ required: true, message: t('common:required') }]}
            >
              <Input.TextArea
                rows={6}
                style={{ fontFamily: 'monospace' }}
                placeholder={'components:\n  ACT:\n    rules:\n      FIBER: { flat: "90" }'}
              />
            </Form.Item>
            <div className="tiles">
              <Form.Item name="from" label={t('from')} rules={[{ required: true, message: t('common:required') }]}>
                <Input type="month" />
              </Form.Item>
              <Form.Item name="to" label={`${t('to')} (${t('common:optional')})`}>
                <Input type="month" />
              </Form.Item>
              <Form.Item name="agents" label={`${t('agents')} (${t('common:optional')})`}>
                <Input placeholder="E01, E02" />
              </Form.Item>
            </div>
            <Button type="primary" htmlType="submit">
              {t('try')}
            </Button>
          </Form>
        )}
      </Loaded>
    </Panel>
  );
}

function Tried({ input }: { readonly input: SimulateInput }) {
  const { t } = useTranslation('simulation');
  const read = useRead(SimulationResultDocument, { input });
  if (read.isFetching && !read.data)
    return <Alert type="info" showIcon title={t('running')} style={{ marginBlock: 12 }} />;
  if (read.error) return <Faults error={read.error} onRetry={read.refetch} />;
  const result = read.data?.simulate;
  return result?.__typename === 'Simulation' ? <Result simulation={result} /> : <Nothing>{t('nothing')}</Nothing>;
}
