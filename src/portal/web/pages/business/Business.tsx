import { Descriptions, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { FileParts } from '../agents/FileParts.tsx';
import { Benefits } from './Benefits.tsx';
import { BusinessFileDocument } from './Business.generated.ts';

/** What the operator has on file of us. */
export function Business() {
  const { t } = useTranslation('business');
  const code = useMe().agentCode ?? '';
  const mayChange = useMayChange();
  const read = useRead(BusinessFileDocument, { code });
  return (
    <Page
      title={t('business.title')}
      lead={t('business.lead')}
      actions={
        mayChange && (
          <FileUpload
            label={t('upload')}
            path={`/documents?agent=${encodeURIComponent(code)}&subject=SETTLEMENT&kind=OTHER`}
          />
        )
      }
    >
      <Loaded read={read} rows={16}>
        {({ agentFile: file }) =>
          file ? (
            <>
              <Panel>
                <Descriptions
                  size="small"
                  column={{ xs: 1, sm: 1, md: 2, lg: 3 }}
                  items={[
                    { key: 'name', label: t('name'), children: `${file.code} · ${file.name}` },
                    {
                      key: 'status',
                      label: t('status'),
                      children: file.status && <Tag>{t(`statuses.${file.status}`)}</Tag>,
                    },
                    { key: 'tier', label: t('tier'), children: file.tier ?? '–' },
                    { key: 'type', label: t('channelType'), children: file.channelType },
                    { key: 'region', label: t('region'), children: file.region ?? '–' },
                    { key: 'parent', label: t('parent'), children: file.parent ?? '–' },
                  ]}
                />
              </Panel>
              <Benefits agentCode={code} />
              <FileParts file={file} />
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}
