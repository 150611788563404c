import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText } from '../../shared/values.tsx';
import { WorkFinishReminderDocument, WorkRemindersDocument } from './Work.generated.ts';

/** What ends or is overdue of agents' papers, each with the way to the agent; for those whose business papers are. */
export function Reminders() {
  const { t } = useTranslation('work');
  const { role } = useMe();
  const pages = usePages();
  const read = useRead(WorkRemindersDocument, { after: pages.after }, { keep: true, skip: role === 'FINANCE' });
  const mayFinish = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  if (role === 'FINANCE') return null;
  return (
    <>
      <h2>{t('reminders')}</h2>
      <Loaded read={read} rows={3}>
        {({ reminders }) => (
          <PagedList
            label={t('reminders')}
            connection={reminders}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('noReminders')}
            columns={[
              { key: 'what', title: t('what'), render: ({ kind, subject }) => `${t(`reminder.${kind}`)}: ${subject}` },
              {
                key: 'agent',
                title: t('agent'),
                render: ({ agentCode }) =>
                  agentCode ? <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link> : '–',
              },
              { key: 'due', title: t('due'), render: ({ dueOn }) => <DateText value={dueOn} /> },
              {
                key: 'act',
                title: t('action'),
                render: ({ id }) =>
                  mayFinish ? (
                    <Action
                      size="small"
                      label={t('finish')}
                      document={WorkFinishReminderDocument}
                      variables={(_reason, idempotencyKey) => ({ reminderId: id, idempotencyKey })}
                    >
                      <p>{t('finishText')}</p>
                    </Action>
                  ) : (
                    '–'
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
