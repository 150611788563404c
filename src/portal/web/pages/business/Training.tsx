import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, Quantity } from '../../shared/values.tsx';
import { BusinessTrainingDocument } from './Business.generated.ts';

/** Courses that are asked for, and what came of those that were taken. */
export function Training() {
  const { t } = useTranslation('business');
  const code = useMe().agentCode ?? '';
  const read = useRead(BusinessTrainingDocument, { code });
  return (
    <Page title={t('training.title')}>
      <Loaded read={read} rows={6}>
        {({ missingCourses, courses, agentFile }) => (
          <>
            {missingCourses && missingCourses.length > 0 && (
              <Alert
                type="warning"
                showIcon
                style={{ marginBottom: 12 }}
                title={t('missing')}
                description={missingCourses
                  .map((course) => courses?.find((one) => one.code === course)?.name ?? course)
                  .join(', ')}
              />
            )}
            <List
              label={t('training.title')}
              rows={agentFile?.training ?? []}
              rowKey={({ course, takenOn }) => course + takenOn}
              empty={t('noTraining')}
              columns={[
                { key: 'name', title: t('course'), render: ({ name }) => name },
                { key: 'taken', title: t('taken'), render: ({ takenOn }) => <DateText value={takenOn} /> },
                { key: 'expires', title: t('expires'), render: ({ expiresOn }) => <DateText value={expiresOn} /> },
                {
                  key: 'score',
                  title: t('score'),
                  align: 'right',
                  render: ({ score }) => (score === null ? '–' : <Quantity value={score} />),
                },
                {
                  key: 'state',
                  title: t('status'),
                  render: ({ passed, holds }) => (
                    <Tag color={passed && holds ? 'green' : 'gold'}>
                      {t(passed ? (holds ? 'holds' : 'expired') : 'failed')}
                    </Tag>
                  ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}
