import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { FaultsError, useChange, useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Faults } from '../../shared/states.tsx';
import { AgentTrainingCoursesDocument, AgentTrainingSaveDocument } from './Training.generated.ts';

/** Of whom a result is: an agent or an applicant, by its code. */
type Learner = { readonly agentCode: string } | { readonly applicationCode: string };

type Fields = {
  readonly courseCode: string;
  readonly takenOn: string;
  readonly passed: 'true' | 'false';
  readonly score?: string;
};

/** Keeps what somebody came to in a course, for those who may. */
export function RecordTraining({ learner }: { readonly learner: Learner }) {
  const { t } = useTranslation('agents');
  const { role } = useMe();
  const [isOpen, setIsOpen] = useState(false);
  if (role !== 'ADMIN' && role !== 'CHANNEL_MANAGER') return null;
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t('recordTraining')}</Button>
      {isOpen && <Dialog learner={learner} onClose={() => setIsOpen(false)} />}
    </>
  );
}

type DialogProps = {
  readonly learner: Learner;
  readonly onClose: () => void;
};

function Dialog({ learner, onClose }: DialogProps) {
  const { t } = useTranslation('agents');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const today = dateOf(new Date(), useTimeZone());
  const { data, error: courseError } = useRead(AgentTrainingCoursesDocument, {});
  const { mutateAsync, isPending, error } = useChange(AgentTrainingSaveDocument);
  const [rejected, setRejected] = useState<FaultsError>();
  const needed = [{ required: true, message: t('common:required') }];
  const submit = async ({ score, ...fields }: Fields) => {
    setRejected(undefined);
    // Without a key: the same result sent twice changes nothing.
    const input = [{ ...learner, ...fields, score: score?.trim() || null }];
    const result = await mutateAsync({ input }).catch(() => undefined);
    if (!result || !('rejections' in result.saveTrainingResults)) return;
    const { rejections } = result.saveTrainingResults;
    if (rejections.length > 0) {
      return setRejected(
        new FaultsError(rejections.map(({ code, column, message: text }) => ({ code, at: column, message: text }))),
      );
    }
    message.success(t('common:done'));
    onClose();
  };
  return (
    <Modal
      open
      title={t('recordTraining')}
      okText={t('common:save')}
      cancelText={t('common:cancel')}
      confirmLoading={isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        name="training"
        layout="vertical"
        onFinish={submit}
        initialValues={{ takenOn: today, passed: 'true' }}
      >
        <p>{t('recordText')}</p>
        <Form.Item name="courseCode" label={t('course')} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(data?.courses ?? []).map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))}
          />
        </Form.Item>
        <Form.Item name="takenOn" label={t('taken')} rules={needed}>
          <Input type="date" max={today} />
        </Form.Item>
        <Form.Item name="passed" label={t('result')} rules={needed}>
          <Select
            options={(['true', 'false'] as const).map((value) => ({
              value,
              label: t(value === 'true' ? 'passed' : 'failed'),
            }))}
          />
        </Form.Item>
        <Form.Item name="score" label={`${t('score')} (${t('common:optional')})`}>
          <Input inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Faults error={courseError ?? rejected ?? error} />
      </Form>
    </Modal>
  );
}
