import { Form, Input, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import { formatNumber } from '../../shared/format.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Amount, InstantText } from '../../shared/values.tsx';
import { CasePageDecideAppealDocument, CasePageWithdrawAppealDocument } from './CasePage.generated.ts';
import { DecisionDialog } from './DecisionDialog.tsx';
import { DecisionInputs } from './DecisionForm.tsx';
import { keyOf } from './decision.ts';
import type { CaseShown } from './types.ts';

type Props = { readonly found: CaseShown };

/** What was decided, the latest first; agents see their own shares and deductions. */
export function Decisions({ found }: Props) {
  const { t, i18n } = useTranslation('conflicts');
  if (found.decisions.length === 0) return null;
  return (
    <>
      <h2>{t('decisions')}</h2>
      {[...found.decisions].reverse().map((decision) => (
        <Panel key={decision.number} style={{ marginBottom: 8 }}>
          <p>
            <strong>{t(`credits.${decision.credits}`)}</strong>{' '}
            {decision.inForce && <Tag color="green">{t('inForce')}</Tag>}
            {decision.onAppeal && <Tag>{t('onAppeal')}</Tag>}
            {decision.byCommittee && <Tag>{t('byCommittee')}</Tag>}
          </p>
          <p className="said">{decision.reason}</p>
          <ul className="plain-list">
            {decision.shares.map(({ agentCode, role, share }) => (
              <li key={`${agentCode} ${role}`}>
                {t('credited', { agent: agentCode, role, share: formatNumber(share, i18n.language) })}
              </li>
            ))}
            {decision.keptEvent && <li>{t('kept', { event: keyOf(decision.keptEvent) })}</li>}
            {decision.deductions.map(({ agentCode, kind, amount, currency }) => (
              <li key={`${agentCode} ${kind}`}>
                {agentCode}: {t(`deduction.${kind}`)} <Amount value={amount} currency={currency} strong />
              </li>
            ))}
          </ul>
          <p className="quiet">
            <InstantText value={decision.decidedAt} /> {decision.decidedBy && `· ${decision.decidedBy}`}
          </p>
        </Panel>
      ))}
    </>
  );
}

type AppealShown = CaseShown['appeals'][number];

/** Objections to the decision; managers answer them, an agent takes its own back. */
export function Appeals({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const { role, agentCode } = useMe();
  if (found.appeals.length === 0) return null;
  const manages = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  return (
    <>
      <h2>{t('appeals')}</h2>
      {found.appeals.map((appeal) => (
        <Panel key={appeal.id} style={{ marginBottom: 8 }}>
          <p>
            <strong>{appeal.agentCode}</strong> <Tag>{t(`appealState.${appeal.state}`)}</Tag>{' '}
            <span className="quiet">
              <InstantText value={appeal.filedAt} /> · {appeal.filedBy}
            </span>
          </p>
          <p className="said">{appeal.reason}</p>
          {appeal.decision && <p className="said">{t('answered', { answer: appeal.decision })}</p>}
          {appeal.state === 'FILED' && manages && <AnswerAppeal found={found} appeal={appeal} />}
          {appeal.state === 'FILED' && role === 'AGENT' && appeal.agentCode === agentCode && (
            <Action
              danger
              label={t('withdrawAppeal')}
              document={CasePageWithdrawAppealDocument}
              variables={(_reason, idempotencyKey) => ({ appealId: appeal.id, idempotencyKey })}
            >
              <p>{t('withdrawAppealText')}</p>
            </Action>
          )}
        </Panel>
      ))}
    </>
  );
}

function AnswerAppeal({ found, appeal }: Props & { readonly appeal: AppealShown }) {
  const { t } = useTranslation('conflicts');
  return (
    <DecisionDialog
      found={found}
      label={t('answerAppeal')}
      document={CasePageDecideAppealDocument}
      variables={(decision, idempotencyKey, fields) => ({
        appealId: appeal.id,
        answer: fields.answer?.trim() ?? '',
        decision: fields.appeal === 'CHANGED' ? decision : null,
        idempotencyKey,
      })}
    >
      <p>{t('answerAppealText')}</p>
      <AppealFields found={found} />
    </DecisionDialog>
  );
}

const answers = ['UPHELD', 'CHANGED'] as const;

function AppealFields({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const answer = Form.useWatch('appeal');
  return (
    <>
      <Form.Item name="appeal" label={t('appealOutcome')} initialValue="UPHELD">
        <Select options={answers.map((value) => ({ value, label: t(`appealState.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="answer"
        label={t('answer')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      {answer === 'CHANGED' && <DecisionInputs found={found} />}
    </>
  );
}
