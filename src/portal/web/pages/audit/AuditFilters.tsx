import { Button, Flex, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useTimeZone } from '../../app/session.tsx';
import { endOfDay, startOfDay } from '../../shared/format.ts';
import type { AuditRecordsQueryVariables } from './Audit.generated.ts';

const names = ['actor', 'action', 'entity', 'key', 'from', 'to'] as const;
type Name = (typeof names)[number];
type Fields = Partial<Record<Name, string>>;

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** What the records are limited to; it stands in the address. */
export function useAuditFilter(): NonNullable<AuditRecordsQueryVariables['filter']> {
  const [search] = useSearchParams();
  const timeZone = useTimeZone();
  const asked = (name: Name) => search.get(name)?.trim() || undefined;
  const day = (name: Name) => (datePattern.test(asked(name) ?? '') ? asked(name) : undefined);
  const [from, to] = [day('from'), day('to')];
  return {
    actor: asked('actor') ?? null,
    action: asked('action') ?? null,
    entity: asked('entity') ?? null,
    entityKey: asked('key') ?? null,
    from: from ? startOfDay(from, timeZone) : null,
    to: to ? endOfDay(to, timeZone) : null,
  };
}

/** The address of the records that are limited so, and by nothing else. */
export const auditPath = (fields: Fields) => `/audit?${new URLSearchParams(given(fields))}`;

const given = (fields: Fields) =>
  names.flatMap((name): [string, string][] => {
    const value = fields[name]?.trim();
    return value ? [[name, value]] : [];
  });

/** Who, what, about what, and when; begin again with another `key` where the address changes. */
export function AuditFilters() {
  const { t, i18n } = useTranslation('audit');
  const [search, setSearch] = useSearchParams();
  const [form] = Form.useForm<Fields>();
  const entities: Readonly<Record<string, string>> = i18n.getResource(i18n.language, 'audit', 'entity') ?? {};
  const isDateOrder = async (_rule: unknown, to: string | undefined) => {
    const from = form.getFieldValue('from');
    if (from && to && to < from) throw new Error(t('order'));
  };
  return (
    <search aria-label={t('filters')}>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={Object.fromEntries(names.map((name) => [name, search.get(name) ?? '']))}
        onFinish={(fields) => setSearch(given(fields))}
      >
        <div className="tiles" style={{ columnGap: 16, rowGap: 0 }}>
          <Form.Item name="actor" label={t('who')}>
            <Input autoComplete="off" placeholder={t('whoHint')} />
          </Form.Item>
          <Form.Item name="action" label={t('what')}>
            <Input autoComplete="off" placeholder="run.approved" />
          </Form.Item>
          <Form.Item name="entity" label={t('subject')}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={[
                { value: '', label: t('all') },
                ...Object.entries(entities).map(([value, label]) => ({ value, label })),
              ]}
            />
          </Form.Item>
          <Form.Item name="key" label={t('key')}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="from" label={t('from')}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="to" label={t('to')} dependencies={['from']} rules={[{ validator: isDateOrder }]}>
            <Input type="date" />
          </Form.Item>
        </div>
        <Flex gap="small" style={{ marginBottom: 16 }}>
          <Button type="primary" htmlType="submit">
            {t('show')}
          </Button>
          <Button onClick={() => setSearch([])}>{t('reset')}</Button>
        </Flex>
      </Form>
    </search>
  );
}
