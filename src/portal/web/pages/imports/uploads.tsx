import { RowUpload } from '../../shared/RowUpload.tsx';
import { inputOf } from '../../shared/useRowUpload.ts';
import { eventColumns, metricColumns, priceFloorColumns, trainingColumns } from './columns.ts';
import {
  ImportsEventsDocument,
  type ImportsEventsMutationVariables,
  ImportsMetricsDocument,
  type ImportsMetricsMutationVariables,
  ImportsPriceFloorsDocument,
  type ImportsPriceFloorsMutationVariables,
  ImportsTrainingDocument,
  type ImportsTrainingMutationVariables,
} from './Imports.generated.ts';

// A file of each kind: its columns are those of the command line, and the mutation that takes its rows.

type RowOf<Input> = Extract<Input, readonly unknown[]>[number];

type Saved = {
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
};

const savedCounts = ({ createdCount: created, changedCount: changed, unchangedCount: unchanged }: Saved) => ({
  created,
  changed,
  unchanged,
});

const eventInput = inputOf<RowOf<ImportsEventsMutationVariables['events']>>(eventColumns);

export function EventUpload() {
  return (
    <RowUpload
      columns={eventColumns}
      atomicFirst={false}
      document={ImportsEventsDocument}
      variables={(rows, atomic, idempotencyKey) => ({ events: rows.map(eventInput), atomic, idempotencyKey })}
      answer={({ importSalesEvents: told }) =>
        told.__typename === 'ImportPayload'
          ? {
              ...told,
              counts: { accepted: told.acceptedCount, late: told.lateCount, duplicate: told.duplicateCount },
            }
          : undefined
      }
    />
  );
}

const metricInput = inputOf<RowOf<ImportsMetricsMutationVariables['input']>>(metricColumns);

export function MetricUpload() {
  return (
    <RowUpload
      columns={metricColumns}
      document={ImportsMetricsDocument}
      variables={(rows, atomic, idempotencyKey) => ({ input: rows.map(metricInput), atomic, idempotencyKey })}
      answer={({ saveMetricValues: told }) =>
        told.__typename === 'MetricValuesPayload' ? { ...told, counts: savedCounts(told) } : undefined
      }
    />
  );
}

const trainingInput = inputOf<RowOf<ImportsTrainingMutationVariables['input']>>(trainingColumns);

export function TrainingUpload() {
  return (
    <RowUpload
      columns={trainingColumns}
      document={ImportsTrainingDocument}
      variables={(rows, atomic, idempotencyKey) => ({ input: rows.map(trainingInput), atomic, idempotencyKey })}
      answer={({ saveTrainingResults: told }) =>
        told.__typename === 'TrainingResultsPayload' ? { ...told, counts: savedCounts(told) } : undefined
      }
    />
  );
}

const priceFloorInput = inputOf<RowOf<ImportsPriceFloorsMutationVariables['input']>>(priceFloorColumns);

export function PriceFloorUpload() {
  return (
    <RowUpload
      columns={priceFloorColumns}
      document={ImportsPriceFloorsDocument}
      variables={(rows, atomic, idempotencyKey) => ({ input: rows.map(priceFloorInput), atomic, idempotencyKey })}
      answer={({ savePriceFloors: told }) =>
        told.__typename === 'DatedRowsPayload' ? { ...told, counts: savedCounts(told) } : undefined
      }
    />
  );
}
