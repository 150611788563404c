import { useState } from 'react';
import { newKey, useChange } from '../../graphql/hooks.ts';
import type { CsvRow } from '../../shared/csv.ts';
import {
  RoundsSaveTargetsDocument,
  type RoundsSaveTargetsMutation,
  type RoundsSaveTargetsMutationVariables,
} from './Targets.generated.ts';

type Payload = Extract<RoundsSaveTargetsMutation['saveScoreTargets'], { __typename: 'ScoreTargetsPayload' }>;
type TargetInput = Extract<RoundsSaveTargetsMutationVariables['input'], readonly unknown[]>[number];

/** A fault by the line and the column of the file. */
export type Rejection = Omit<Payload['rejections'][number], 'row'> & { readonly line: number };

/** What became of all rows of a file. */
export type Outcome = {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
};

/** As many rows as the API takes in a request. */
export const mostTogether = 1000;

const nothing: Outcome = { created: 0, changed: 0, unchanged: 0, rejected: 0, rejections: [] };

const inputOf = ({ values }: CsvRow): TargetInput => ({
  metric: values.metric ?? '',
  agentCode: values.agent_code || null,
  regionCode: values.region_code || null,
  channelType: values.channel_type || null,
  value: values.value ?? '',
  validFrom: values.valid_from ?? '',
  validTo: values.valid_to || null,
});

/** The API names fields in camel case, the file its columns with underscores. */
const columnOf = (field: string | null) => field?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? null;

function added(outcome: Outcome, payload: Payload, batch: readonly CsvRow[]): Outcome {
  const rejections = payload.rejections.map(({ row, column, ...fault }) => ({
    ...fault,
    column: columnOf(column),
    line: batch[row - 1]?.line ?? row,
  }));
  return {
    created: outcome.created + payload.createdCount,
    changed: outcome.changed + payload.changedCount,
    unchanged: outcome.unchanged + payload.unchangedCount,
    rejected: outcome.rejected + payload.rejectedCount,
    rejections: [...outcome.rejections, ...rejections],
  };
}

/** Sends the rows of a file, as many as fit in one request after another; a second try of the same file repeats nothing. */
export function useTargetRows() {
  const [key, setKey] = useState(newKey);
  const [outcome, setOutcome] = useState<Outcome>();
  const [sent, setSent] = useState(0);
  const { mutateAsync, error, reset } = useChange(RoundsSaveTargetsDocument);
  const [isPending, setPending] = useState(false);
  const begin = () => {
    setKey(newKey());
    setOutcome(undefined);
    setSent(0);
    reset();
  };
  const save = async (rows: readonly CsvRow[], atomic: boolean) => {
    setPending(true);
    try {
      let all = nothing;
      for (let start = 0; start < rows.length; start += mostTogether) {
        const batch = rows.slice(start, start + mostTogether);
        const idempotencyKey = `${key} ${start} ${atomic}`;
        const { saveScoreTargets: answer } = await mutateAsync({ input: batch.map(inputOf), atomic, idempotencyKey });
        if (answer.__typename === 'ScoreTargetsPayload') all = added(all, answer, batch);
        setSent(start + batch.length);
      }
      setOutcome(all);
    } catch {
      // `error` shows it; the rows stay there to be sent again.
    } finally {
      setPending(false);
    }
  };
  return { save, begin, outcome, sent, isPending, error };
}
