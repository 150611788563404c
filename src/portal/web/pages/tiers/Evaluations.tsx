import { Flex, Form, Input, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { usePeriod } from '../../shared/PeriodChoice.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText, PeriodText } from '../../shared/values.tsx';
import { evaluationColour, moveKinds, type Named } from './shown.ts';
import { TiersEvaluationsDocument, type TiersEvaluationsQuery, TiersPreviewDocument } from './Tiers.generated.ts';

type Evaluation = NonNullable<TiersEvaluationsQuery['tierEvaluations']>['edges'][number]['node'];
const states = ['PREVIEW', 'APPLIED', 'DISCARDED'] as const;

/** Evaluations that were made, the latest first; and a new one. */
export function Evaluations({ schemes }: { readonly schemes: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  const { chosen, choose, key } = useFilters();
  const state = chosen('state', states);
  return (
    <>
      <Flex gap="small" wrap justify="space-between" style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state')}
          all={t('all')}
          value={state}
          values={states}
          textOf={(value) => t(`states.${value}`)}
          onChange={(value) => choose('state', value)}
        />
        {role === 'ADMIN' ? <Preview schemes={schemes} /> : <p className="quiet">{t('administrators')}</p>}
      </Flex>
      <Made state={state} key={key} />
    </>
  );
}

function Preview({ schemes }: { readonly schemes: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const navigate = useNavigate();
  const [period] = usePeriod();
  return (
    <Action
      type="primary"
      label={t('preview')}
      document={TiersPreviewDocument}
      variables={(_reason, idempotencyKey, fields) => ({
        scheme: fields.scheme ?? '',
        period: fields.period ?? '',
        idempotencyKey,
      })}
      onDone={({ previewTiers: answer }) => {
        const id = answer.__typename === 'TierEvaluationPayload' ? answer.evaluation?.id : undefined;
        if (id) navigate(`?evaluation=${encodeURIComponent(id)}`);
      }}
    >
      <p>{t('previewText')}</p>
      <Form.Item
        name="scheme"
        label={t('scheme')}
        initialValue={schemes[0]?.code}
        rules={[{ required: true, message: t('common:required') }]}
      >
        <Select options={schemes.map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))} />
      </Form.Item>
      <Form.Item
        name="period"
        label={t('common:period')}
        initialValue={period}
        rules={[{ required: true, pattern: /^\d{4}-(0[1-9]|1[0-2])$/, message: t('monthRule') }]}
      >
        <Input type="month" placeholder="2026-01" />
      </Form.Item>
    </Action>
  );
}

function Made({ state }: { readonly state: (typeof states)[number] | undefined }) {
  const { t } = useTranslation('tiers');
  const pages = usePages();
  const read = useRead(
    TiersEvaluationsDocument,
    { scheme: null, state: state ?? null, after: pages.after },
    { keep: true },
  );
  return (
    <Loaded read={read} rows={8}>
      {({ tierEvaluations }) => (
        <PagedList
          label={t('view.evaluations')}
          connection={tierEvaluations}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noEvaluations')}
          columns={[
            {
              key: 'period',
              title: t('common:period'),
              render: ({ id, period, scheme }) => (
                <Link to={`?evaluation=${encodeURIComponent(id)}`}>
                  <PeriodText value={period} /> · {scheme.name}
                </Link>
              ),
            },
            {
              key: 'state',
              title: t('state'),
              render: (row) => <Tag color={evaluationColour[row.state]}>{t(`states.${row.state}`)}</Tag>,
            },
            { key: 'counts', title: t('outcome'), render: (row) => <Outcome evaluation={row} /> },
            {
              key: 'effective',
              title: t('effectiveOn'),
              render: ({ effectiveOn }) => <DateText value={effectiveOn} />,
            },
            {
              key: 'created',
              title: t('created'),
              render: ({ createdAt, createdBy }) => (
                <>
                  <InstantText value={createdAt} /> · {createdBy}
                </>
              ),
            },
            {
              key: 'decided',
              title: t('decided'),
              render: ({ decidedAt, decidedBy }) =>
                decidedAt ? (
                  <>
                    <InstantText value={decidedAt} /> · {decidedBy}
                  </>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

/** How many moved how, in a line. */
function Outcome({ evaluation }: { readonly evaluation: Evaluation }) {
  const { t } = useTranslation('tiers');
  const said = moveKinds.flatMap((kind) => {
    const found = evaluation.counts.find((count) => count.kind === kind);
    return found ? [`${t(`kind.${kind}`)} ${found.count}`] : [];
  });
  return <>{said.join(' · ') || '–'}</>;
}
