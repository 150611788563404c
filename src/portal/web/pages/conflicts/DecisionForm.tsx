import { DeleteOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { formatNumber } from '../../shared/format.ts';
import { Faults, Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { CasePagePreviewDocument, type ConflictDecisionInput } from './CasePage.generated.ts';
import { creditKinds, type DecisionFields, decisionOf, keyOf } from './decision.ts';
import type { CaseShown } from './types.ts';

/** A case, or what several that are decided alike have in common: those have no id. */
export type Decidable = Pick<CaseShown, 'kind' | 'parties' | 'events'> & { readonly id?: string };
type Props = { readonly found: Decidable };

/** The fields of a decision, inside a form of `DecisionFields`, with what it would come to. */
export function DecisionInputs({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const credits = Form.useWatch('credits') as DecisionFields['credits'];
  return (
    <>
      <Form.Item name="credits" label={t('credits.title')} initialValue="KEEP">
        <Select options={creditKindsOf(found).map((value) => ({ value, label: t(`credits.${value}`) }))} />
      </Form.Item>
      <Shares found={found} credits={credits} />
      {agentsOf(found).length > 0 && <Penalties found={found} />}
      {found.kind === 'PRICE_FLOOR' && (
        <Form.Item name="priceDifference" valuePropName="checked">
          <Checkbox>{t('priceDifference')}</Checkbox>
        </Form.Item>
      )}
      <Form.Item
        name="reason"
        label={t('common:reason')}
        extra={t('reasonHint')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      {found.id && <Preview caseId={found.id} events={found.events ?? []} />}
    </>
  );
}

const agentsOf = (found: Decidable) => [...new Set(found.parties.map(({ agentCode }) => agentCode))];

/** Cases without a party in common can be decided alike only where that is credited to nobody by name. */
const creditKindsOf = (found: Decidable) =>
  agentsOf(found).length > 0 ? creditKinds : creditKinds.filter((kind) => kind === 'VOID' || kind === 'KEEP');

function Shares({ found, credits }: Props & { readonly credits: DecisionFields['credits'] }) {
  const { t } = useTranslation('conflicts');
  const events = found.events ?? [];
  const agents = agentsOf(found);
  if (credits !== 'AWARD' && credits !== 'SPLIT') return null;
  return (
    <>
      {credits === 'AWARD' && (
        <Form.Item name="awarded" label={t('awarded')} rules={[{ required: true, message: t('common:required') }]}>
          <Select options={agents.map((value) => ({ value, label: value }))} />
        </Form.Item>
      )}
      {credits === 'SPLIT' && (
        <Flex gap="middle" wrap>
          {agents.map((agent) => (
            <Form.Item
              key={agent}
              name={['percents', agent]}
              label={t('percentOf', { agent })}
              rules={[{ pattern: /^\s*\d+(\.\d+)?\s*$/, message: t('amountInvalid') }]}
            >
              <Input inputMode="decimal" suffix="%" style={{ width: 140 }} autoComplete="off" />
            </Form.Item>
          ))}
        </Flex>
      )}
      {events.length > 1 && (
        <Form.Item name="kept" label={`${t('keptEvent')} (${t('common:optional')})`}>
          <Select
            allowClear
            options={events.map((event) => ({ value: keyOf(event), label: `${keyOf(event)} · ${event.agentCode}` }))}
          />
        </Form.Item>
      )}
    </>
  );
}

function Penalties({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const currency = useCurrency();
  const agents = agentsOf(found);
  return (
    <Form.List name="penalties">
      {(rows, { add, remove }) => (
        <fieldset className="fields">
          <legend>{t('penalties')}</legend>
          {rows.map(({ key, name }) => (
            <Flex key={key} gap="small" align="end" wrap>
              <Form.Item
                name={[name, 'agentCode']}
                label={t('agent')}
                style={{ minWidth: 120 }}
                rules={[{ required: true, message: t('common:required') }]}
              >
                <Select options={agents.map((value) => ({ value, label: value }))} />
              </Form.Item>
              <Form.Item
                name={[name, 'amount']}
                label={`${t('amount')} (${currency})`}
                rules={[
                  { required: true, message: t('common:required') },
                  { pattern: /^\s*\d+(\.\d+)?\s*$/, message: t('amountInvalid') },
                ]}
              >
                <Input inputMode="decimal" style={{ width: 140 }} autoComplete="off" />
              </Form.Item>
              <Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('removePenalty', { number: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Form.Item>
            </Flex>
          ))}
          <Button onClick={() => add({})} style={{ marginBottom: 12 }}>
            {t('addPenalty')}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

/** What the decision of the form would come to, when asked; another form, another question. */
function Preview({ caseId, events }: { readonly caseId: string; readonly events: NonNullable<Decidable['events']> }) {
  const { t } = useTranslation('conflicts');
  const form = Form.useFormInstance<DecisionFields>();
  const currency = useCurrency();
  const [asked, setAsked] = useState<ConflictDecisionInput>();
  const ask = () => {
    const decision = decisionOf(form.getFieldsValue(), events, currency);
    // The reason changes nothing in what it comes to, but the API wants one.
    setAsked({ ...decision, reason: decision.reason || '-' });
  };
  return (
    <>
      <Button onClick={ask}>{t('preview')}</Button>
      {asked && <Previewed caseId={caseId} decision={asked} />}
    </>
  );
}

function Previewed({ caseId, decision }: { readonly caseId: string; readonly decision: ConflictDecisionInput }) {
  const { t, i18n } = useTranslation('conflicts');
  const read = useRead(CasePagePreviewDocument, { caseId, decision });
  if (read.error) return <Faults error={read.error} />;
  return (
    <section aria-label={t('preview')} aria-live="polite" style={{ marginTop: 12 }}>
      <Loaded read={read} rows={3}>
        {({ conflictDecisionPreview: preview }) => (
          <ul className="plain-list">
            {preview?.shares.map(({ agentCode, role, share }) => (
              <li key={`${agentCode} ${role}`}>
                {t('wouldCredit', { agent: agentCode, role, share: formatNumber(share, i18n.language) })}
              </li>
            ))}
            {preview?.keptEvent && <li>{t('wouldKeep', { event: keyOf(preview.keptEvent) })}</li>}
            {preview?.notCredited.map((event) => (
              <li key={keyOf(event)}>{t('wouldNotCredit', { event: keyOf(event), agent: event.agentCode })}</li>
            ))}
            {preview?.deductions.map(({ agentCode, kind, amount, currency }) => (
              <li key={`${agentCode} ${kind}`}>
                {agentCode}: {t(`deduction.${kind}`)} <Amount value={amount} currency={currency} strong />
              </li>
            ))}
            {preview?.shares.length === 0 && preview.notCredited.length === 0 && preview.deductions.length === 0 && (
              <li>{t('wouldNothing')}</li>
            )}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
