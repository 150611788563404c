import { Descriptions, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { DateText, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { Moves } from './Moves.tsx';
import { evaluationColour, moveKinds, type Named } from './shown.ts';
import {
  TiersApplyDocument,
  TiersDiscardDocument,
  TiersEvaluationDocument,
  type TiersEvaluationQuery,
} from './Tiers.generated.ts';

type Evaluation = NonNullable<TiersEvaluationQuery['tierEvaluation']>;

/** One evaluation: what it came to, who moves and why; a preview is applied or discarded. */
export function EvaluationPage({ id, tiers }: { readonly id: string; readonly tiers: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const read = useRead(TiersEvaluationDocument, { id });
  return (
    <>
      <p>
        <Link to="?">{t('toList')}</Link>
      </p>
      <Loaded read={read} rows={10}>
        {({ tierEvaluation: evaluation }) =>
          evaluation ? (
            <>
              <Facts evaluation={evaluation} />
              <Moves id={id} tiers={tiers} counts={evaluation.counts} />
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </>
  );
}

function Facts({ evaluation }: { readonly evaluation: Evaluation }) {
  const { t } = useTranslation('tiers');
  const { scheme, version, state, period, counts } = evaluation;
  const items = [
    { key: 'state', label: t('state'), children: <Tag color={evaluationColour[state]}>{t(`states.${state}`)}</Tag> },
    { key: 'scheme', label: t('scheme'), children: t('schemeVersion', { name: scheme.name, number: version.number }) },
    { key: 'effective', label: t('effectiveOn'), children: <DateText value={evaluation.effectiveOn} /> },
    {
      key: 'created',
      label: t('created'),
      children: (
        <span>
          <InstantText value={evaluation.createdAt} />
          {` · ${evaluation.createdBy}`}
        </span>
      ),
    },
    {
      key: 'decided',
      label: t('decided'),
      children: evaluation.decidedAt ? (
        <span>
          <InstantText value={evaluation.decidedAt} />
          {` · ${evaluation.decidedBy}`}
        </span>
      ) : (
        '–'
      ),
    },
    ...moveKinds.flatMap((kind) => {
      const found = counts.find((count) => count.kind === kind);
      return found ? [{ key: kind, label: t(`kind.${kind}`), children: <Quantity value={found.count} /> }] : [];
    }),
    { key: 'hash', label: t('movesHash'), children: <code className="hash">{evaluation.movesHash}</code> },
  ];
  return (
    <Panel title={<PeriodText value={period} />}>
      <Descriptions column={{ xs: 1, sm: 1, md: 2, lg: 3 }} items={items} size="small" />
      {state === 'PREVIEW' && <Decide evaluation={evaluation} />}
    </Panel>
  );
}

function Decide({ evaluation: { id: evaluationId } }: { readonly evaluation: Evaluation }) {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  if (role !== 'ADMIN') return <p className="quiet">{t('administrators')}</p>;
  return (
    <div className="buttons">
      <Action
        type="primary"
        label={t('apply')}
        document={TiersApplyDocument}
        variables={(_reason, idempotencyKey) => ({ evaluationId, idempotencyKey })}
      >
        <p>{t('applyText')}</p>
      </Action>
      <Action
        danger
        label={t('discard')}
        document={TiersDiscardDocument}
        variables={(_reason, idempotencyKey) => ({ evaluationId, idempotencyKey })}
      >
        <p>{t('discardText')}</p>
      </Action>
    </div>
  );
}
