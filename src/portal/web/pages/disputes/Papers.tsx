import { DeleteOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { FileUpload } from '../../shared/FileUpload.tsx';

export type Paper = { readonly id: string; readonly fileName: string };

const accepted = '.pdf,.png,.jpg,.jpeg,.xlsx,.docx';

/** Uploads papers that speak for the agent, and lists what was uploaded. */
export function Papers({
  agentCode,
  papers,
  onChange,
}: {
  readonly agentCode: string;
  readonly papers: readonly Paper[];
  readonly onChange: (papers: readonly Paper[]) => void;
}) {
  const { t } = useTranslation('disputes');
  const path = `/documents?${new URLSearchParams({ agent: agentCode, kind: 'DISPUTE_EVIDENCE', subject: 'SETTLEMENT' })}`;
  return (
    <>
      {papers.length > 0 && (
        <ul className="plain-list" aria-label={t('evidence')} style={{ marginBottom: 8 }}>
          {papers.map(({ id, fileName }) => (
            <li key={id}>
              <Flex align="center" gap="small">
                <span style={{ overflowWrap: 'anywhere' }}>{fileName}</span>
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('leaveOut', { file: fileName })}
                  onClick={() => onChange(papers.filter((paper) => paper.id !== id))}
                />
              </Flex>
            </li>
          ))}
        </ul>
      )}
      <FileUpload<Paper>
        label={t('addPaper')}
        path={path}
        accept={accepted}
        onDone={({ id, fileName }) => onChange([...papers, { id, fileName }])}
      />
    </>
  );
}
