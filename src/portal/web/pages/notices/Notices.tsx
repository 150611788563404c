import { Button, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Faults, Loaded } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import { NoticesListDocument, NoticesReadDocument } from './Notices.generated.ts';

/** What we were told, the newest first. */
export function Notices() {
  const { t, i18n } = useTranslation('notices');
  const { role } = useMe();
  const mayChange = useMayChange();
  const pages = usePages();
  const read = useRead(NoticesListDocument, { after: pages.after }, { keep: true });
  const { mutate, isPending, error } = useChange(NoticesReadDocument);
  const unread = rowsOf(read.data?.notices).filter(({ readAt }) => readAt === null);
  return (
    <Page
      title={t('notices.title')}
      actions={
        role === 'AGENT' &&
        mayChange && (
          <Button
            loading={isPending}
            disabled={unread.length === 0}
            onClick={() => mutate({ noticeIds: unread.map(({ id }) => id), idempotencyKey: newKey() })}
          >
            {t('markRead')}
          </Button>
        )
      }
    >
      <Faults error={error} />
      <Loaded read={read} rows={8}>
        {({ notices }) => (
          <PagedList
            label={t('notices.title')}
            connection={notices}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('none')}
            columns={[
              {
                key: 'text',
                title: t('text'),
                render: ({ textEn, textZh, readAt }) => (
                  <Flex gap="small" align="start" wrap>
                    {readAt === null && role === 'AGENT' && <Tag color="blue">{t('new')}</Tag>}
                    <span>{i18n.language === 'zh' ? textZh : textEn}</span>
                  </Flex>
                ),
              },
              { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
              { key: 'at', title: t('at'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
