import { useTranslation } from 'react-i18next';
import { Panel } from '../../shared/Panel.tsx';
import { RowUpload } from '../../shared/RowUpload.tsx';
import { inputOf } from '../../shared/useRowUpload.ts';
import { RoundsSaveTargetsDocument, type RoundsSaveTargetsMutationVariables } from './Targets.generated.ts';

type TargetInput = Extract<RoundsSaveTargetsMutationVariables['input'], readonly unknown[]>[number];

const columns = {
  known: ['metric', 'agent_code', 'region_code', 'channel_type', 'value', 'valid_from', 'valid_to'],
  needed: ['metric', 'value', 'valid_from'],
};
const input = inputOf<TargetInput>(columns);

/** A file of targets: read here, sent row by row to the API, which says of each row what is wrong. */
export function TargetUpload() {
  const { t } = useTranslation('rounds');
  return (
    <Panel title={t('upload')}>
      <p>{t('uploadText')}</p>
      <RowUpload
        columns={columns}
        document={RoundsSaveTargetsDocument}
        variables={(rows, atomic, idempotencyKey) => ({ input: rows.map(input), atomic, idempotencyKey })}
        answer={({ saveScoreTargets: told }) =>
          told.__typename === 'ScoreTargetsPayload'
            ? {
                ...told,
                counts: { created: told.createdCount, changed: told.changedCount, unchanged: told.unchangedCount },
              }
            : undefined
        }
      />
    </Panel>
  );
}
