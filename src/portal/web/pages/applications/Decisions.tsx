import { Alert, Form, Input, Select, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import { dateOf } from '../../shared/format.ts';
import { linkWithToken } from '../../shared/token.ts';
import {
  ApplicationsActivateDocument,
  ApplicationsApproveDocument,
  ApplicationsRejectDocument,
  ApplicationsScreenDocument,
  ApplicationsSignDocument,
  ApplicationsSubmitDocument,
} from './Applications.generated.ts';
import type { Application } from './types.ts';

type DecisionsProps = {
  readonly application: Application;
  readonly plans: readonly { readonly code: string; readonly name: string }[];
};

/** What can be done next with an application. */
export function Decisions({ application, plans }: DecisionsProps) {
  const { t } = useTranslation('applications');
  const { role } = useMe();
  const [token, setToken] = useState<string>();
  const { code, state } = application;
  if (role === 'AUDITOR') return null;
  const plain = (_reason: string, idempotencyKey: string) => ({ code, idempotencyKey });
  const reasoned = (reason: string, idempotencyKey: string) => ({ code, reason, idempotencyKey });
  return (
    <>
      {state === 'DRAFT' && (
        <Action type="primary" label={t('submit')} document={ApplicationsSubmitDocument} variables={plain} />
      )}
      {state === 'SUBMITTED' && (
        <Action type="primary" label={t('screen')} document={ApplicationsScreenDocument} variables={plain} />
      )}
      {state === 'SCREENING' && (
        <Action
          type="primary"
          label={t('approve')}
          reason="needed"
          document={ApplicationsApproveDocument}
          variables={reasoned}
        />
      )}
      {(state === 'SUBMITTED' || state === 'SCREENING') && (
        <Action danger label={t('reject')} reason="needed" document={ApplicationsRejectDocument} variables={reasoned} />
      )}
      {state === 'APPROVED' && <Sign application={application} plans={plans} />}
      {state === 'CONTRACTED' && <Activate application={application} onToken={setToken} />}
      {/* Here, and not where it is activated: that is gone as soon as it is. */}
      {token && <Invitation token={token} />}
    </>
  );
}

function Sign({ application, plans }: DecisionsProps) {
  const { t } = useTranslation('applications');
  const today = dateOf(new Date(), useTimeZone());
  const [contract, setContract] = useState({ documentId: '', plan: '', from: today, signedOn: today, to: '' });
  const set = (change: Partial<typeof contract>) => setContract({ ...contract, ...change });
  const { documentId, plan, from, signedOn, to } = contract;
  return (
    <Action
      type="primary"
      label={t('sign')}
      document={ApplicationsSignDocument}
      variables={(_reason, idempotencyKey) => ({
        code: application.code,
        contract: { documentId, plan, from, signedOn, to: to || null },
        idempotencyKey,
      })}
    >
      <Form.Item label={t('signedDocument')} required htmlFor="sign-document">
        <Select
          id="sign-document"
          value={documentId || null}
          onChange={(value) => set({ documentId: value ?? '' })}
          options={application.documents.map((one) => ({ value: one.id, label: `${one.kind} · ${one.fileName}` }))}
        />
      </Form.Item>
      <Form.Item label={t('plan')} required htmlFor="sign-plan">
        <Select
          id="sign-plan"
          value={plan || null}
          onChange={(value) => set({ plan: value ?? '' })}
          options={plans.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
        />
      </Form.Item>
      <Form.Item label={t('from')} required htmlFor="sign-from">
        <Input id="sign-from" type="date" value={from} onChange={({ target }) => set({ from: target.value })} />
      </Form.Item>
      <Form.Item label={`${t('to')} (${t('common:optional')})`} htmlFor="sign-to">
        <Input id="sign-to" type="date" value={to} onChange={({ target }) => set({ to: target.value })} />
      </Form.Item>
      <Form.Item label={t('signedOn')} required htmlFor="sign-on">
        <Input id="sign-on" type="date" value={signedOn} onChange={({ target }) => set({ signedOn: target.value })} />
      </Form.Item>
    </Action>
  );
}

function Activate({
  application,
  onToken,
}: {
  readonly application: Application;
  readonly onToken: (token: string | undefined) => void;
}) {
  const { t } = useTranslation('applications');
  const [agentCode, setAgentCode] = useState('');
  const [parent, setParent] = useState('');
  return (
    <Action
      type="primary"
      label={t('activate')}
      reason="possible"
      document={ApplicationsActivateDocument}
      variables={(reason, idempotencyKey) => ({
        code: application.code,
        activation: { agentCode: agentCode || null, parent: parent || null },
        reason: reason || null,
        idempotencyKey,
      })}
      onDone={({ activateApplication: done }) =>
        done.__typename === 'ActivationPayload' && onToken(done.invitationToken ?? undefined)
      }
    >
      <Form.Item label={`${t('agentCode')} (${t('common:optional')})`} htmlFor="activate-code">
        <Input id="activate-code" value={agentCode} onChange={({ target }) => setAgentCode(target.value)} />
      </Form.Item>
      <Form.Item label={`${t('parent')} (${t('common:optional')})`} htmlFor="activate-parent">
        <Input id="activate-parent" value={parent} onChange={({ target }) => setParent(target.value)} />
      </Form.Item>
    </Action>
  );
}

function Invitation({ token }: { readonly token: string }) {
  const { t } = useTranslation('applications');
  return (
    <Alert
      type="success"
      title={t('invitation')}
      description={
        <Typography.Text copyable code className="hash">
          {linkWithToken('/invitation', token)}
        </Typography.Text>
      }
    />
  );
}
