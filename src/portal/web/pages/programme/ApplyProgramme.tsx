import { UploadOutlined } from '@ant-design/icons';
import { App, Button, Form, Input, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { ProgrammeApplyDocument, type ProgrammeApplyMutation } from './Programme.generated.ts';

type Payload = Extract<ProgrammeApplyMutation['applyProgramme'], { __typename: 'ProgrammePayload' }>;

/** A programme file: shown first what it would change, then changed. */
export function ApplyProgramme() {
  const { t } = useTranslation('programme');
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [tried, setTried] = useState<{ readonly text: string; readonly answer: Payload }>();
  const { mutateAsync, isPending, error } = useChange(ProgrammeApplyDocument);
  const send = async (dryRun: boolean) => {
    const result = await mutateAsync({ document: text, dryRun, idempotencyKey: dryRun ? null : newKey() }).catch(
      () => undefined,
    );
    if (result?.applyProgramme.__typename !== 'ProgrammePayload') return setTried(undefined);
    if (!dryRun) {
      message.success(t('common:done'));
      setText('');
      return setTried(undefined);
    }
    setTried({ text, answer: result.applyProgramme });
  };
  const ready = tried?.text === text && tried.answer.changeCount > 0;
  return (
    <Panel title={t('apply')}>
      <Form layout="vertical">
        <Form.Item label={t('document')} extra={t('documentHint')} htmlFor="programme-document">
          <Input.TextArea
            id="programme-document"
            rows={8}
            value={text}
            onChange={({ target }) => setText(target.value)}
            style={{ fontFamily: 'monospace' }}
          />
        </Form.Item>
        <Faults error={error} />
        {tried?.text === text && (
          <List
            label={t('changes')}
            rows={tried.answer.changes}
            rowKey={({ entity, key }) => `${entity} ${key}`}
            empty={t('noChanges')}
            columns={[
              { key: 'what', title: t('changes'), render: ({ entity, key }) => `${entity} ${key}` },
              { key: 'action', title: t('action'), render: ({ action }) => t(`change.${action}`) },
            ]}
          />
        )}
        <div className="buttons">
          <Upload
            accept=".yaml,.yml,.json"
            showUploadList={false}
            beforeUpload={(file) => {
              file.text().then(setText);
              return false;
            }}
          >
            <Button icon={<UploadOutlined />}>{t('chooseFile')}</Button>
          </Upload>
          <Button onClick={() => send(true)} loading={isPending} disabled={text.trim() === ''}>
            {t('dryRun')}
          </Button>
          <Button type="primary" onClick={() => send(false)} loading={isPending} disabled={!ready}>
            {t('publish')}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
