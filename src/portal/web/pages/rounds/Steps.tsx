import { Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import {
  RoundsCalculateDocument,
  RoundsFinaliseDocument,
  type RoundsMonthQuery,
  RoundsPublishDocument,
} from './Rounds.generated.ts';

type StepsProps = {
  readonly period: string;
  readonly round: RoundsMonthQuery['scoreRound'];
  /** Hears how many agents at work have no template. */
  readonly onCalculated: (unscoredCount: number) => void;
};

/** What an administrator does next; others read who does it. */
export function Steps({ period, round, onCalculated }: StepsProps) {
  const { t } = useTranslation('rounds');
  const { role } = useMe();
  const state = round?.state ?? 'OPEN';
  if (state === 'FINAL') return null;
  if (role !== 'ADMIN') return <p className="quiet">{t('administrators')}</p>;
  return (
    <div className="buttons">
      {state === 'CALCULATED' && <Publish period={period} blocked={round?.blockedCount ?? 0} />}
      {(state === 'OPEN' || state === 'CALCULATED') && (
        <Action
          type={state === 'OPEN' ? 'primary' : 'default'}
          label={t(state === 'OPEN' ? 'calculate' : 'calculateAgain')}
          document={RoundsCalculateDocument}
          variables={(_reason, idempotencyKey) => ({ period, idempotencyKey })}
          onDone={({ calculateScores: answer }) =>
            answer.__typename === 'ScoreRoundPayload' && onCalculated(answer.unscoredCount ?? 0)
          }
        >
          <p>{t('calculateText')}</p>
        </Action>
      )}
      {state === 'PUBLISHED' && <Finalise period={period} />}
    </div>
  );
}

function Publish({ period, blocked }: { readonly period: string; readonly blocked: number }) {
  const { t } = useTranslation('rounds');
  return (
    <Action
      type="primary"
      label={t('publish')}
      document={RoundsPublishDocument}
      variables={(_reason, idempotencyKey, { appealDays, allowBlocked }) => ({
        period,
        appealDays: Number(appealDays),
        allowBlocked: allowBlocked === 'yes',
        idempotencyKey,
      })}
    >
      <p>{t('publishText')}</p>
      <Form.Item
        name="appealDays"
        label={t('appealDays')}
        initialValue="15"
        rules={[{ required: true, pattern: /^\d{1,3}$/, message: t('appealDaysRule') }]}
      >
        <Input inputMode="numeric" />
      </Form.Item>
      {blocked > 0 && <Agreed name="allowBlocked" label={t('allowBlocked', { count: blocked })} />}
    </Action>
  );
}

function Finalise({ period }: { readonly period: string }) {
  const { t } = useTranslation('rounds');
  return (
    <Action
      type="primary"
      label={t('finalise')}
      document={RoundsFinaliseDocument}
      variables={(_reason, idempotencyKey, { early }) => ({ period, early: early === 'yes', idempotencyKey })}
    >
      <p>{t('finaliseText')}</p>
      <Agreed name="early" label={t('early')} />
    </Action>
  );
}

/** Something that is agreed to besides; the fields of a dialog hold texts. */
function Agreed({ name, label }: { readonly name: string; readonly label: string }) {
  return (
    <Form.Item
      name={name}
      getValueProps={(value) => ({ checked: value === 'yes' })}
      getValueFromEvent={(event: { readonly target: { readonly checked: boolean } }) =>
        event.target.checked ? 'yes' : undefined
      }
    >
      <Checkbox>{label}</Checkbox>
    </Form.Item>
  );
}
