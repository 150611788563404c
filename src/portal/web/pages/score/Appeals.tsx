import { Checkbox, Form, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Action } from '../../shared/Action.tsx';
import { List } from '../../shared/PagedList.tsx';
import { DateText } from '../../shared/values.tsx';
import { ScoreAppealDocument, ScoreWithdrawAppealDocument } from './Score.generated.ts';
import type { ScoreRow } from './types.ts';

/** Our objections to a score, and a new one. */
export function Appeals({ score }: { readonly score: ScoreRow }) {
  const { t } = useTranslation('score');
  const [items, setItems] = useState<string[]>([]);
  const isOpen = score.appeals.some(({ state }) => state === 'FILED');
  return (
    <>
      <List
        label={t('appeals')}
        rows={score.appeals}
        rowKey={({ id }) => id}
        empty={t('noAppeals')}
        columns={[
          { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
          { key: 'items', title: t('items'), render: ({ items: codes }) => codes.join(', ') || t('whole') },
          { key: 'state', title: t('state'), render: ({ state }) => <Tag>{t(`appealState.${state}`)}</Tag> },
          { key: 'due', title: t('due'), render: ({ dueOn }) => <DateText value={dueOn} /> },
          { key: 'decision', title: t('decision'), render: ({ decision }) => decision ?? '–' },
          {
            key: 'action',
            title: t('action'),
            render: ({ id: appealId, state }) =>
              state === 'FILED' ? (
                <Action
                  size="small"
                  label={t('withdraw')}
                  document={ScoreWithdrawAppealDocument}
                  variables={(_reason, idempotencyKey) => ({ appealId, idempotencyKey })}
                />
              ) : (
                '–'
              ),
          },
        ]}
      />
      {!isOpen && (
        <div className="buttons">
          <Action
            label={t('appeal')}
            reason="needed"
            document={ScoreAppealDocument}
            variables={(reason, idempotencyKey) => ({ period: score.period, items, reason, idempotencyKey })}
          >
            <Form.Item label={t('appealItems')}>
              <Checkbox.Group
                value={items}
                onChange={setItems}
                options={score.items.map(({ code, name }) => ({ value: code, label: name }))}
              />
            </Form.Item>
          </Action>
        </div>
      )}
    </>
  );
}
