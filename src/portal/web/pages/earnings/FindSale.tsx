import { Button, Flex, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { FoundEvents } from './FoundSales.tsx';
import { disputePath } from './StatementActions.tsx';

const ways = ['order', 'customer', 'subscription'] as const;
type Way = (typeof ways)[number];
type Search = { readonly by: Way; readonly value: string };

const searchOf = (parameters: URLSearchParams): Search => ({
  by: ways.find((way) => way === parameters.get('by')) ?? 'order',
  value: parameters.get('value') ?? '',
});

/** Was this sale counted, what does it pay, and if nothing, why. */
export function FindSale() {
  const { t } = useTranslation('earnings');
  const [parameters, setParameters] = useSearchParams();
  const search = searchOf(parameters);
  const address = parameters.toString();
  return (
    <Page title={t('findSale.title')} lead={t('findSale.lead')}>
      <Panel style={{ marginBlock: 12 }}>
        <SearchForm key={address} search={search} onSearch={(next) => setParameters({ ...next })} />
      </Panel>
      {search.value && <Found key={`found ${address}`} search={search} />}
    </Page>
  );
}

function SearchForm({ search, onSearch }: { readonly search: Search; readonly onSearch: (search: Search) => void }) {
  const { t } = useTranslation('earnings');
  const [form] = Form.useForm<Search>();
  const by = Form.useWatch('by', form) ?? search.by;
  const submit = (values: Partial<Search>) => {
    onSearch({ by: values.by ?? 'order', value: values.value?.trim() ?? '' });
  };
  return (
    <Form form={form} layout="vertical" initialValues={search} onFinish={submit}>
      <Flex gap="middle" wrap>
        <Form.Item name="by" label={t('findSale.by')} style={{ minWidth: 180, flex: '1 1 180px' }}>
          <Select options={ways.map((value) => ({ value, label: t(`findSale.way.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="value"
          label={t(`findSale.way.${by}`)}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
          style={{ minWidth: 200, flex: '2 1 200px' }}
        >
          <Input autoComplete="off" allowClear />
        </Form.Item>
      </Flex>
      <Button type="primary" htmlType="submit">
        {t('findSale.search')}
      </Button>
    </Form>
  );
}

function Found({ search: { by, value } }: { readonly search: Search }) {
  const missing = <NotFound about={{ [by === 'order' ? 'event' : by]: value }} />;
  return <FoundEvents by={by} value={value} missing={missing} />;
}

/** The operator has no such sale: what to do about it. */
function NotFound({ about }: { readonly about: Readonly<Record<string, string>> }) {
  const { t } = useTranslation('earnings');
  return (
    <>
      <p>{t('findSale.notFound')}</p>
      <p>{t('findSale.notFoundRemedy')}</p>
      <Link to={disputePath({ kind: 'MISSING_CREDIT', ...about })}>
        <Button>{t('findSale.raise')}</Button>
      </Link>
    </>
  );
}
