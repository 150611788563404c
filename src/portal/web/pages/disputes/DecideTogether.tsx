import { App, Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultsError, newKey, useChange } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { DecisionFields, type DecisionTexts, decisionOf } from './DecisionFields.tsx';
import { DisputesDecideTogetherDocument, type DisputesDecideTogetherMutation } from './Disputes.generated.ts';
import { DisputeStateTag } from './shown.tsx';

type Answer = DisputesDecideTogetherMutation['decideDisputes'];
export type Decided = Extract<Answer, { readonly disputes: unknown }>['disputes'][number];

type Chosen = {
  readonly id: string;
  readonly code: string;
  readonly agent: { readonly code: string; readonly name: string };
  readonly claimedAmount: string | null;
  readonly currency: string;
};

type DecideTogetherProps = {
  readonly disputes: readonly Chosen[];
  readonly onDecided: (decided: readonly Decided[]) => void;
  readonly onCancel: () => void;
};

/** Decides several disputes alike, all of them or none; what is wrong with one stands beside it. */
export function DecideTogether({ disputes, onDecided, onCancel }: DecideTogetherProps) {
  const { t } = useTranslation('disputes');
  const { modal, message } = App.useApp();
  const [form] = Form.useForm<DecisionTexts & { readonly reason: string }>();
  const [idempotencyKey, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(DisputesDecideTogetherDocument);
  const send = async ({ reason, ...fields }: DecisionTexts & { readonly reason: string }) => {
    const decision = decisionOf(fields, reason.trim());
    const disputeIds = disputes.map(({ id }) => id);
    const answer = await mutateAsync({ disputeIds, decision, idempotencyKey }).catch(() => undefined);
    if (!answer) return;
    setKey(newKey());
    message.success(t('together.done', { count: disputes.length }));
    onDecided('disputes' in answer.decideDisputes ? answer.decideDisputes.disputes : []);
  };
  const ask = (fields: DecisionTexts & { readonly reason: string }) =>
    modal.confirm({
      title: t('together.title', { count: disputes.length }),
      content: t('decideText'),
      okText: t('decide'),
      cancelText: t('common:cancel'),
      onOk: () => send(fields),
    });
  return (
    <Panel title={t('together.title', { count: disputes.length })} style={{ marginTop: 16 }}>
      <Form form={form} layout="vertical" onFinish={ask} style={{ maxWidth: 720 }}>
        <DecisionFields
          currency={[...new Set(disputes.map(({ currency }) => currency))].join(', ')}
          claimedAmount={null}
        />
        <p className="quiet">{t('together.alike')}</p>
        <Form.Item
          name="reason"
          label={t('common:reason')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
      <Answers disputes={disputes} error={error} />
      <Flex gap="small" style={{ marginTop: 12 }}>
        <Button type="primary" loading={isPending} onClick={form.submit}>
          {t('decide')}
        </Button>
        <Button onClick={onCancel}>{t('common:cancel')}</Button>
      </Flex>
    </Panel>
  );
}

/** The disputes that were chosen, each with what keeps it from being decided; what else is wrong comes first. */
function Answers({ disputes, error }: { readonly disputes: readonly Chosen[]; readonly error: unknown }) {
  const { t } = useTranslation('disputes');
  const faults = error instanceof FaultsError ? error.faults : [];
  const isNamed = (at: string | null | undefined) => disputes.some(({ code }) => code === at);
  const named = faults.filter(({ at }) => isNamed(at));
  const others = faults.filter(({ at }) => !isNamed(at));
  return (
    <>
      {named.length > 0 && <Faults error={new Error(t('together.nothing', { count: named.length }))} />}
      <Faults error={error instanceof FaultsError ? others.length > 0 && new FaultsError(others) : error} />
      <List
        label={t('together.chosen')}
        rows={disputes}
        rowKey={({ code }) => code}
        empty={t('disputes.none')}
        columns={[
          { key: 'code', title: t('code'), render: ({ code }) => code },
          { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
          {
            key: 'claimed',
            title: t('claimed'),
            align: 'right',
            render: ({ claimedAmount, currency }) =>
              claimedAmount === null ? '–' : <Amount value={claimedAmount} currency={currency} />,
          },
          ...(named.length === 0
            ? []
            : [
                {
                  key: 'answer',
                  title: t('together.answer'),
                  render: ({ code }: Chosen) => <Told faults={named.filter(({ at }) => at === code)} />,
                },
              ]),
        ]}
      />
    </>
  );
}

function Told({ faults }: { readonly faults: FaultsError['faults'] }) {
  const { t } = useTranslation('disputes');
  if (faults.length === 0) return t('together.fine');
  return faults.map(({ code, message, remedy }) => (
    <div key={code + message}>
      <span className="amount-negative">{message}</span> <span className="quiet">{remedy}</span>
    </div>
  ));
}

/** What was decided just now. */
export function DecidedTogether({
  disputes,
  onClose,
}: {
  readonly disputes: readonly Decided[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('disputes');
  return (
    <Panel
      title={t('together.done', { count: disputes.length })}
      extra={<Button onClick={onClose}>{t('together.close')}</Button>}
      style={{ marginBottom: 16 }}
    >
      <List
        label={t('decision')}
        rows={disputes}
        rowKey={({ code }) => code}
        empty={t('disputes.none')}
        columns={[
          { key: 'code', title: t('code'), render: ({ code }) => code },
          { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
          { key: 'state', title: t('state.title'), render: ({ state }) => <DisputeStateTag state={state} /> },
          { key: 'effect', title: t('effect.title'), render: ({ effect }) => (effect ? t(`effect.${effect}`) : '–') },
          {
            key: 'amount',
            title: t('decidedAmount'),
            align: 'right',
            render: ({ decidedAmount, currency }) =>
              decidedAmount === null ? '–' : <Amount value={decidedAmount} currency={currency} />,
          },
        ]}
      />
    </Panel>
  );
}
