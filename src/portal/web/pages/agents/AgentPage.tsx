import { Descriptions, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { AgentPageFileDocument } from './Agents.generated.ts';
import { statusColour } from './Agents.tsx';
import { Coming } from './Coming.tsx';
import { Decisions } from './Decisions.tsx';
import { type FileActions, FileParts } from './FileParts.tsx';
import { AddContact, ContactActions, EndTerritory, GrantTerritory, MoveAgent, SaveNumber } from './Manage.tsx';
import { AgreementActions, OpenAgreement } from './ManageAgreements.tsx';
import { RecordTraining } from './RecordTraining.tsx';
import type { AgentFile } from './types.ts';

/** The partner file of an agent, as of a day. */
export function AgentPage() {
  const { t } = useTranslation('agents');
  const { code = '' } = useParams();
  const today = dateOf(new Date(), useTimeZone());
  const [on, setOn] = useState(today);
  const read = useRead(AgentPageFileDocument, { code, on }, { keep: true });
  const file = read.data?.agentFile;
  // What is on file of another day is looked at alone.
  const { role } = useMe();
  const mayManage = (role === 'ADMIN' || role === 'CHANNEL_MANAGER') && on === today;
  return (
    <Page
      title={file ? `${file.code} · ${file.name}` : code}
      actions={
        <>
          <Input
            type="date"
            aria-label={t('asOf')}
            value={on}
            onChange={({ target }) => target.value && setOn(target.value)}
            style={{ width: 160 }}
          />
          {file && <RecordTraining learner={{ agentCode: file.code }} />}
          {file && mayManage && (
            <>
              <MoveAgent file={file} today={today} />
              <Decisions file={file} today={today} />
            </>
          )}
        </>
      }
    >
      <Loaded read={read} rows={16}>
        {({ agentFile }) =>
          agentFile ? (
            <>
              <Panel>
                <Descriptions
                  size="small"
                  column={{ xs: 1, sm: 1, md: 2, lg: 3 }}
                  items={[
                    {
                      key: 'status',
                      label: t('status'),
                      children: agentFile.status && (
                        <Tag color={statusColour[agentFile.status] ?? 'default'}>
                          {t(`statuses.${agentFile.status}`)}
                        </Tag>
                      ),
                    },
                    { key: 'tier', label: t('tier'), children: agentFile.tier ?? '–' },
                    { key: 'type', label: t('channelType'), children: agentFile.channelType },
                    { key: 'region', label: t('region'), children: agentFile.region ?? '–' },
                    { key: 'parent', label: t('parent'), children: agentFile.parent ?? '–' },
                    {
                      key: 'children',
                      label: t('children'),
                      children: agentFile.children
                        ? `${agentFile.children.directCount} / ${agentFile.children.allCount}`
                        : '–',
                    },
                  ]}
                />
              </Panel>
              {mayManage && <Coming code={code} today={today} />}
              <FileParts file={agentFile} actions={mayManage ? fileActions(agentFile, today) : {}} />
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

const fileActions = ({ code, status }: AgentFile, today: string): FileActions =>
  status === 'TERMINATED'
    ? {}
    : {
        agreements: {
          add: <OpenAgreement agentCode={code} today={today} />,
          row: (row) => <AgreementActions row={row} today={today} />,
        },
        territories: {
          add: <GrantTerritory agentCode={code} today={today} />,
          row: (row) => <EndTerritory row={row} today={today} />,
        },
        contacts: {
          add: <AddContact agentCode={code} today={today} />,
          row: (row) => <ContactActions row={row} today={today} />,
        },
        numbers: { add: <SaveNumber agentCode={code} /> },
      };
