import { useTranslation } from 'react-i18next';
import { Action } from '../../shared/Action.tsx';
import { DecisionFields, decisionOf } from './DecisionFields.tsx';
import { DisputePageDecideDocument } from './DisputePage.generated.ts';
import type { DisputeShown } from './types.ts';

/** Decides a dispute: who is right, what follows, and what the agent is told. */
export function DecideDispute({ dispute: { id, currency, claimedAmount } }: { readonly dispute: DisputeShown }) {
  const { t } = useTranslation('disputes');
  return (
    <Action
      type="primary"
      label={t('decide')}
      reason="needed"
      document={DisputePageDecideDocument}
      variables={(reason, idempotencyKey, fields) => ({
        disputeIds: [id],
        decision: decisionOf(fields, reason),
        idempotencyKey,
      })}
    >
      <DecisionFields currency={currency} claimedAmount={claimedAmount} />
    </Action>
  );
}
