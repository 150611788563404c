import { UploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchJson } from '../graphql/request.ts';
import { Faults } from './states.tsx';

type FileUploadProps<Answer> = {
  readonly label: string;
  /** The server's path that takes the file's bytes as they are. */
  readonly path: string;
  /** What may be chosen, as in HTML. */
  readonly accept?: string;
  /** Sent besides. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly disabled?: boolean;
  readonly onDone?: (answer: Answer, file: File) => void;
};

/** Chooses a file and sends it at once, its name beside it, percent-encoded. */
export function FileUpload<Answer>({ label, path, accept, headers, disabled, onDone }: FileUploadProps<Answer>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const upload = async (file: File) => {
    setPending(true);
    setError(undefined);
    try {
      const answer = await fetchJson<Answer>(path, {
        method: 'POST',
        headers: {
          'x-file-name': encodeURIComponent(file.name),
          'content-type': file.type || 'application/octet-stream',
          'x-graphql-yoga-csrf': '1',
          ...headers,
        },
        body: file,
      });
      message.success(t('done'));
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'Session' });
      onDone?.(answer, file);
    } catch (caught) {
      setError(caught);
    } finally {
      setPending(false);
    }
  };
  return (
    <div>
      <Upload
        showUploadList={false}
        {...(accept && { accept })}
        disabled={disabled ?? false}
        beforeUpload={(file) => {
          upload(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />} loading={pending} disabled={disabled ?? false}>
          {label}
        </Button>
      </Upload>
      <Faults error={error} />
    </div>
  );
}
