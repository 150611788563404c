import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

export type RatingFields = { readonly points: string; readonly comment?: string };

/** How an agent is rated: points, as text, and words. */
export function RatingInputs() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="points"
        label={t('rating.points')}
        normalize={(text: string) => text.trim()}
        rules={[{ required: true, pattern: /^(100(\.0+)?|\d{1,2}(\.\d+)?)$/, message: t('rating.pointsInvalid') }]}
      >
        <Input inputMode="decimal" autoComplete="off" />
      </Form.Item>
      <Form.Item name="comment" label={`${t('rating.comment')} (${t('optional')})`} extra={t('rating.commentText')}>
        <Input.TextArea rows={4} maxLength={2000} />
      </Form.Item>
    </>
  );
}
