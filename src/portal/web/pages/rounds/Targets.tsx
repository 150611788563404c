import { Flex, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { dateOf } from '../../shared/format.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, Quantity } from '../../shared/values.tsx';
import {
  RoundsMetricsDocument,
  type RoundsMetricsQuery,
  RoundsTargetsDocument,
  type RoundsTargetsQuery,
  type RoundsTargetsQueryVariables,
} from './Targets.generated.ts';
import { TargetUpload } from './TargetUpload.tsx';

type Filter = Pick<RoundsTargetsQueryVariables, 'metric' | 'agentCode' | 'onDate'>;
type Metrics = NonNullable<RoundsMetricsQuery['metricDefinitions']>;
type Target = NonNullable<RoundsTargetsQuery['scoreTargets']>['edges'][number]['node'];

/** What agents, regions and channel types are to reach: what is in force on a day, and a file of new ones. */
export function Targets() {
  const { t } = useTranslation('rounds');
  const { role } = useMe();
  const timeZone = useTimeZone();
  const [filter, setFilter] = useState<Filter>({ onDate: dateOf(new Date(), timeZone) });
  const read = useRead(RoundsMetricsDocument, {});
  return (
    <>
      {role !== 'AUDITOR' && <TargetUpload />}
      <h2>{t('targets')}</h2>
      <Loaded read={read} rows={8}>
        {({ metricDefinitions }) => (
          <>
            <Limits metrics={metricDefinitions ?? []} filter={filter} onChange={setFilter} />
            <InForce metrics={metricDefinitions ?? []} filter={filter} key={JSON.stringify(filter)} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Limits({
  metrics,
  filter,
  onChange,
}: {
  readonly metrics: Metrics;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const { t } = useTranslation('rounds');
  const day = useId();
  return (
    <Flex gap="small" wrap align="center" style={{ marginBottom: 12 }}>
      <label htmlFor={day}>{t('onDate')}</label>
      <Input
        id={day}
        type="date"
        value={filter.onDate ?? ''}
        style={{ width: 160 }}
        onChange={({ target }) => onChange({ ...filter, onDate: target.value || null })}
      />
      <FilterChoice
        label={t('metric')}
        all={t('all')}
        value={filter.metric ?? undefined}
        values={metrics.map(({ code }) => code)}
        textOf={(code) => metrics.find((metric) => metric.code === code)?.name ?? code}
        onChange={(metric) => onChange({ ...filter, metric: metric ?? null })}
      />
      <Input.Search
        allowClear
        aria-label={t('agentCode')}
        placeholder={t('agentCode')}
        style={{ width: 200 }}
        onSearch={(code) => onChange({ ...filter, agentCode: code.trim() || null })}
      />
    </Flex>
  );
}

function InForce({ metrics, filter }: { readonly metrics: Metrics; readonly filter: Filter }) {
  const { t } = useTranslation('rounds');
  const pages = usePages();
  const read = useRead(RoundsTargetsDocument, { ...filter, after: pages.after }, { keep: true });
  const metricOf = (code: string) => metrics.find((metric) => metric.code === code);
  return (
    <Loaded read={read} rows={8}>
      {({ scoreTargets }) => (
        <PagedList
          label={t('targets')}
          connection={scoreTargets}
          pages={pages}
          rowKey={({ metric, agentCode, region, channelType, from }) =>
            [metric, agentCode, region?.code, channelType?.code, from].join(' ')
          }
          empty={t('noTargets')}
          columns={[
            { key: 'scope', title: t('scope'), render: (target) => <Scope target={target} /> },
            {
              key: 'metric',
              title: t('metric'),
              render: ({ metric }) => {
                const name = metricOf(metric)?.name;
                return name ? `${name} (${metric})` : metric;
              },
            },
            {
              key: 'value',
              title: t('target'),
              align: 'right',
              render: ({ metric, value }) => {
                const unit = metricOf(metric)?.unit;
                return <Quantity value={value} suffix={unit ? ` ${unit}` : ''} />;
              },
            },
            { key: 'from', title: t('from'), render: ({ from }) => <DateText value={from} /> },
            { key: 'to', title: t('to'), render: ({ to }) => (to ? <DateText value={to} /> : t('untilNext')) },
          ]}
        />
      )}
    </Loaded>
  );
}

/** Whose target it is. */
function Scope({ target: { agentCode, region, channelType } }: { readonly target: Target }) {
  const { t } = useTranslation('rounds');
  if (agentCode) return <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>;
  if (region) return <>{`${t('region')}: ${region.name} (${region.code})`}</>;
  return <>{`${t('channelType')}: ${channelType?.name} (${channelType?.code})`}</>;
}
