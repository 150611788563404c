import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changesOf, type ValueChange } from './changes.ts';

/** What a record says was changed, folded up: value by value, before and after. */
export function Change({
  before,
  after,
  requestId,
}: {
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
}) {
  const { t } = useTranslation('audit');
  const [open, setOpen] = useState(false);
  const changes = changesOf(before, after);
  if (changes.length === 0 && requestId === null) return '–';
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary style={{ cursor: 'pointer' }}>{t('values', { count: changes.length })}</summary>
      {open && (
        <dl style={{ margin: '8px 0 0' }}>
          {changes.map((change) => (
            <Value key={change.path} change={change} />
          ))}
          {requestId && <Value change={{ path: t('request'), before: undefined, after: requestId }} />}
        </dl>
      )}
    </details>
  );
}

function Value({ change: { path, before, after } }: { readonly change: ValueChange }) {
  const { t } = useTranslation('audit');
  return (
    <div style={{ display: 'block', textAlign: 'start', overflowWrap: 'anywhere', paddingBlock: 2 }}>
      <dt style={{ fontWeight: 600 }}>{path || t('value')}</dt>
      <dd style={{ margin: 0, textAlign: 'start' }}>
        {before !== undefined && (
          <>
            <span className="unseen">{t('before')}: </span>
            <del>{before}</del>
          </>
        )}
        {before !== undefined && after !== undefined && <span aria-hidden> → </span>}
        {after !== undefined && (
          <>
            <span className="unseen">{t('after')}: </span>
            {after}
          </>
        )}
      </dd>
    </div>
  );
}
