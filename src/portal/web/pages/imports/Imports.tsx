import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText, Quantity } from '../../shared/values.tsx';
import { ImportsOfEventsDocument } from './Imports.generated.ts';
import { EventUpload, MetricUpload, PriceFloorUpload, TrainingUpload } from './uploads.tsx';

const writers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER'];

/** What can be sent as a file, and by whom. */
const kinds = [
  { name: 'EVENTS', roles: writers, Upload: EventUpload },
  { name: 'METRICS', roles: writers, Upload: MetricUpload },
  { name: 'TRAINING', roles: writers, Upload: TrainingUpload },
  { name: 'PRICE_FLOORS', roles: ['ADMIN'] as readonly Role[], Upload: PriceFloorUpload },
] as const;

/** Files of rows for those who may send them; for everybody of the staff what sales came in so far. */
export function Imports() {
  const { t } = useTranslation('imports');
  return (
    <Page title={t('imports.title')} lead={t('imports.lead')}>
      <NewFile />
      <h2>{t('events')}</h2>
      <EventImports />
    </Page>
  );
}

function NewFile() {
  const { t } = useTranslation('imports');
  const { role } = useMe();
  const mine = kinds.filter(({ roles }) => roles.includes(role));
  const [name, setName] = useState<(typeof kinds)[number]['name']>('EVENTS');
  const chosen = mine.find((kind) => kind.name === name);
  if (!chosen) return null;
  return (
    <Panel title={t('newFile')}>
      <Select
        aria-label={t('kindTitle')}
        value={name}
        onChange={setName}
        options={mine.map((kind) => ({ value: kind.name, label: t(`kind.${kind.name}`) }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 220 }}
      />
      <p>{t(`kindText.${name}`)}</p>
      <chosen.Upload key={name} />
    </Panel>
  );
}

function EventImports() {
  const { t } = useTranslation('imports');
  const pages = usePages();
  const read = useRead(ImportsOfEventsDocument, { after: pages.after }, { keep: true });
  const column = (key: 'rowCount' | 'acceptedCount' | 'duplicateCount' | 'rejectedCount' | 'lateCount') => ({
    key,
    title: t(key),
    align: 'right' as const,
    render: (row: Readonly<Record<typeof key, number>>) => <Quantity value={row[key]} />,
  });
  return (
    <Loaded read={read} rows={8}>
      {({ eventImports }) => (
        <PagedList
          label={t('events')}
          connection={eventImports}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noImports')}
          columns={[
            { key: 'name', title: t('name'), render: ({ name }) => name },
            { key: 'at', title: t('at'), render: ({ importedAt }) => <InstantText value={importedAt} /> },
            { key: 'by', title: t('by'), render: ({ importedBy }) => importedBy },
            column('rowCount'),
            column('acceptedCount'),
            column('duplicateCount'),
            column('rejectedCount'),
            column('lateCount'),
          ]}
        />
      )}
    </Loaded>
  );
}
