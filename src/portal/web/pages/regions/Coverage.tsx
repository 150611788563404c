import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan, Quantity } from '../../shared/values.tsx';
import {
  CoverageByChannelDocument,
  CoverageTerritoriesDocument,
  CoverageWithoutAgentsDocument,
} from './Coverage.generated.ts';

/** Where agents are missing, and who may sell where. */
export function Coverage() {
  const { t } = useTranslation('regions');
  const { chosen, choose } = useFilters();
  const missing = chosen('missing', ['only']);
  const exclusive = chosen('exclusive', ['true', 'false']);
  return (
    <Page title={t('coverage.title')} lead={t('coverage.lead')}>
      <h2>{t('byChannel')}</h2>
      <FilterChoice
        label={t('show')}
        all={t('all')}
        value={missing}
        values={['only']}
        textOf={() => t('onlyMissing')}
        onChange={(next) => choose('missing', next)}
      />
      <ByChannel onlyMissing={missing === 'only'} key={`missing ${missing}`} />
      <h2>{t('without')}</h2>
      <WithoutAgents />
      <h2>{t('territories')}</h2>
      <FilterChoice
        label={t('show')}
        all={t('all')}
        value={exclusive}
        values={['true', 'false']}
        textOf={(value) => t(value === 'true' ? 'exclusive' : 'shared')}
        onChange={(next) => choose('exclusive', next)}
      />
      <Territories exclusive={exclusive === undefined ? null : exclusive === 'true'} key={`exclusive ${exclusive}`} />
    </Page>
  );
}

function ByChannel({ onlyMissing }: { readonly onlyMissing: boolean }) {
  const { t } = useTranslation('regions');
  const pages = usePages();
  const read = useRead(CoverageByChannelDocument, { onlyMissing, after: pages.after }, { keep: true });
  const shown = (count: number | null) => (count === null ? '–' : <Quantity value={count} />);
  return (
    <Loaded read={read} rows={6}>
      {({ channelCoverage }) => (
        <PagedList
          label={t('byChannel')}
          connection={channelCoverage}
          pages={pages}
          rowKey={({ regionCode, channelTypeCode }) => `${regionCode} ${channelTypeCode}`}
          empty={t('nothing')}
          columns={[
            { key: 'region', title: t('region'), render: (row) => `${row.regionName} · ${row.regionCode}` },
            { key: 'channel', title: t('channel'), render: ({ channelTypeCode }) => channelTypeCode },
            { key: 'planned', title: t('planned'), align: 'right', render: (row) => shown(row.plannedAgents) },
            { key: 'actual', title: t('actual'), align: 'right', render: (row) => shown(row.actualAgents) },
            { key: 'missing', title: t('missing'), align: 'right', render: (row) => shown(row.missingAgents) },
          ]}
        />
      )}
    </Loaded>
  );
}

function WithoutAgents() {
  const { t } = useTranslation('regions');
  const pages = usePages();
  const read = useRead(CoverageWithoutAgentsDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={3}>
      {({ regionsWithoutAgents }) => (
        <PagedList
          label={t('without')}
          connection={regionsWithoutAgents}
          pages={pages}
          rowKey={({ code }) => code}
          empty={t('noneWithout')}
          columns={[
            { key: 'region', title: t('region'), render: ({ code, name }) => `${name} · ${code}` },
            { key: 'in', title: t('in'), render: ({ parentCode }) => parentCode ?? '–' },
          ]}
        />
      )}
    </Loaded>
  );
}

function Territories({ exclusive }: { readonly exclusive: boolean | null }) {
  const { t } = useTranslation('regions');
  const pages = usePages();
  const on = dateOf(new Date(), useTimeZone());
  const read = useRead(CoverageTerritoriesDocument, { exclusive, on, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={6}>
      {({ territories }) => (
        <PagedList
          label={t('territories')}
          connection={territories}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('nothing')}
          columns={[
            {
              key: 'agent',
              title: t('agent'),
              // Whose it is may be none of the reader's business: that it is somebody's is.
              render: ({ agent }) =>
                agent ? (
                  <Link to={`/agents/${encodeURIComponent(agent.code)}`}>{`${agent.code} · ${agent.name}`}</Link>
                ) : (
                  t('another')
                ),
            },
            { key: 'region', title: t('region'), render: ({ region }) => `${region.name} · ${region.code}` },
            {
              key: 'kind',
              title: t('kind'),
              render: (row) => <Tag>{t(row.exclusive ? 'exclusive' : 'shared')}</Tag>,
            },
            { key: 'days', title: t('days'), render: ({ from, to }) => <DateSpan from={from} to={to} /> },
          ]}
        />
      )}
    </Loaded>
  );
}
