import { DeleteOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { FileUpload } from './FileUpload.tsx';

export type Paper = { readonly id: string; readonly fileName: string };

/** What kinds of files papers are. */
export const paperTypes = '.pdf,.png,.jpg,.jpeg,.xlsx,.docx';

/** Where a paper of an agent (code) is sent. @param kind what it is: INVOICE, PENALTY … */
export const paperPath = (agent: string, kind: string) =>
  `/documents?${new URLSearchParams({ agent, kind, subject: 'SETTLEMENT' })}`;

type SettlementPaperProps = {
  /** What the button says. */
  readonly label: string;
  /** What the button says that leaves the paper out. */
  readonly leaveOut: string;
  /** The agent (code) whose it is; nothing can be uploaded before that is known. */
  readonly agentCode: string | undefined;
  /** What it is: INVOICE, PENALTY … */
  readonly kind: string;
  readonly value?: Paper | undefined;
  readonly onChange?: (paper: Paper | undefined) => void;
};

/** One paper between an agent and finance, as the value of a form's field. */
export function SettlementPaper({ label, leaveOut, agentCode, kind, value, onChange }: SettlementPaperProps) {
  if (value) {
    return (
      <Flex align="center" gap="small">
        <span style={{ overflowWrap: 'anywhere' }}>{value.fileName}</span>
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined />}
          aria-label={leaveOut}
          onClick={() => onChange?.(undefined)}
        />
      </Flex>
    );
  }
  return (
    <FileUpload<Paper>
      label={label}
      path={paperPath(agentCode ?? '', kind)}
      accept={paperTypes}
      disabled={!agentCode}
      onDone={({ id, fileName }) => onChange?.({ id, fileName })}
    />
  );
}
