import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Action } from '../../shared/Action.tsx';
import { AgentPageResumeDocument, AgentPageSuspendDocument, AgentPageTerminateDocument } from './Agents.generated.ts';
import { DayField, Field, type Fields } from './manageFields.tsx';
import type { AgentFile } from './types.ts';

type DecisionsProps = { readonly file: AgentFile; readonly today: string };

const causes = ['ORDINARY', 'FOR_CAUSE'] as const;

/** What may be decided about an agent, from a day on: today unless told. */
export function Decisions({ file, today }: DecisionsProps) {
  const { t } = useTranslation('agents');
  const common = (reason: string, idempotencyKey: string, { from = today }: Fields) => ({
    agentCode: file.code,
    from,
    reason,
    idempotencyKey,
  });
  const firstDay = <DayField name="from" label={t('firstDay')} initial={today} />;
  return (
    <>
      {file.status === 'ACTIVE' && (
        <Action
          label={t('suspend')}
          reason="needed"
          document={AgentPageSuspendDocument}
          variables={(reason, key, fields) => ({ ...common(reason, key, fields), until: fields.until || null })}
        >
          <p>{t('suspendText')}</p>
          {firstDay}
          <DayField name="until" label={t('until')} optional />
        </Action>
      )}
      {file.status === 'SUSPENDED' && (
        <Action label={t('resume')} reason="needed" document={AgentPageResumeDocument} variables={common}>
          {firstDay}
        </Action>
      )}
      {file.status !== 'TERMINATED' && (
        <Action
          danger
          label={t('terminate')}
          reason="needed"
          document={AgentPageTerminateDocument}
          variables={(reason, key, fields) => ({
            ...common(reason, key, fields),
            forCause: fields.cause === 'FOR_CAUSE',
          })}
        >
          <p>{t('terminateText')}</p>
          {firstDay}
          <Field name="cause" label={t('cause.label')} initial="ORDINARY">
            <Select options={causes.map((value) => ({ value, label: t(`cause.${value}`) }))} />
          </Field>
        </Action>
      )}
    </>
  );
}
