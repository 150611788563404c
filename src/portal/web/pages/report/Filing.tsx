import { Alert, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../graphql/hooks.ts';
import { Faults } from '../../shared/states.tsx';
import { ReportFileDocument, type ReportFileMutationVariables } from './Report.generated.ts';

type Fields = ReportFileMutationVariables;

const categories = [
  'BRIBERY',
  'FALSE_SALES',
  'CUSTOMER_DATA',
  'CONFLICT_OF_INTEREST',
  'MISTREATMENT',
  'OTHER',
] as const satisfies readonly Fields['category'][];

/** Files a report. */
export function Filing({ onFiled }: { readonly onFiled: (receipt: string) => void }) {
  const { t } = useTranslation('report');
  const { mutateAsync, isPending, error } = useChange(ReportFileDocument);
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  const submit = async ({ category, about, words }: Fields) => {
    const report = { category, about: about?.trim() || null, words: words.trim() };
    const result = await mutateAsync(report).catch(() => undefined);
    if (result?.fileMisconductReport.__typename === 'MisconductReceipt') onFiled(result.fileMisconductReport.receipt);
  };
  return (
    <>
      <Alert type="info" showIcon title={t('anonymous.title')} description={t('anonymous.text')} />
      <Form<Fields> layout="vertical" onFinish={submit} autoComplete="off" style={{ marginTop: 16 }}>
        <Form.Item name="category" label={t('category.title')} rules={needed}>
          <Select options={categories.map((value) => ({ value, label: t(`category.${value}`) }))} />
        </Form.Item>
        <Form.Item name="about" label={`${t('about')} (${t('common:optional')})`} extra={t('aboutHint')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="words" label={t('words')} extra={t('wordsHint')} rules={needed}>
          <Input.TextArea rows={8} maxLength={10_000} />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('file')}
        </Button>
      </Form>
    </>
  );
}
