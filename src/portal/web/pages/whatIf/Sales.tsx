import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../shared/Panel.tsx';
import { ProductChoice } from '../../shared/ProductChoice.tsx';
import type { WhatIfResultQueryVariables } from './WhatIf.generated.ts';

type FurtherSales = Extract<WhatIfResultQueryVariables['sales'], readonly unknown[]>;
type Type = NonNullable<FurtherSales[number]['type']>;
type Fields = { readonly sales: { product: string; quantity: number; type: Type; amount?: string }[] };

const types: readonly Type[] = ['ACTIVATION', 'DEVICE_SALE', 'RECHARGE', 'RENEWAL', 'BILL'];

/** The sales that are thought of. */
export function Sales({ onAsk }: { readonly onAsk: (sales: FurtherSales) => void }) {
  const { t } = useTranslation(['whatIf', 'words']);
  const submit = ({ sales }: Fields) =>
    onAsk(
      sales.map(({ product, quantity, type, amount }) => ({ product, quantity, type, amount: amount?.trim() || null })),
    );
  const needed = [{ required: true, message: t('common:required') }];
  return (
    <Panel>
      <Form<Fields>
        layout="vertical"
        onFinish={submit}
        initialValues={{ sales: [{ quantity: 10, type: 'ACTIVATION' }] }}
      >
        <Form.List name="sales">
          {(fields, { add, remove }) => (
            <>
              {fields.map(({ key, name }) => (
                <div className="fields-row" key={key}>
                  <Form.Item name={[name, 'product']} label={t('product')} rules={needed}>
                    <ProductChoice />
                  </Form.Item>
                  <Form.Item name={[name, 'type']} label={t('type')} rules={needed}>
                    <Select options={types.map((value) => ({ value, label: t(`words:eventType.${value}`) }))} />
                  </Form.Item>
                  <Form.Item name={[name, 'quantity']} label={t('quantity')} rules={needed}>
                    <InputNumber min={1} max={1000} precision={0} style={{ width: '100%' }} />
                  </Form.Item>
                  <Form.Item name={[name, 'amount']} label={`${t('amount')} (${t('common:optional')})`}>
                    <Input inputMode="decimal" placeholder={t('asBefore')} />
                  </Form.Item>
                  {fields.length > 1 && (
                    <Button icon={<DeleteOutlined />} aria-label={t('remove')} onClick={() => remove(name)} />
                  )}
                </div>
              ))}
              <div className="buttons">
                <Button type="primary" htmlType="submit">
                  {t('ask')}
                </Button>
                <Button onClick={() => add({ quantity: 1, type: 'ACTIVATION' })} disabled={fields.length >= 20}>
                  {t('add')}
                </Button>
              </div>
            </>
          )}
        </Form.List>
      </Form>
    </Panel>
  );
}
