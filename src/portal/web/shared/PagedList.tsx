import { Button, Checkbox, Flex, Grid } from 'antd';
import { type Key, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Connection, rowsOf } from './pages.ts';

import { Nothing } from './states.tsx';

/**
 * Where one is in a list that is read page by page, after a cursor: lists are too long to count or to jump in. Begin again where what is
 * asked for changes, by giving that as `key` to the component that calls this.
 */
export function usePages() {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  return {
    after: cursors.at(-1) ?? null,
    number: cursors.length,
    // The page before stays until the next one is there: its cursor counts once, however often it is asked for.
    next: (cursor: string | null | undefined) =>
      cursor && setCursors((all) => (all.at(-1) === cursor ? all : [...all, cursor])),
    previous: () => setCursors((all) => (all.length > 1 ? all.slice(0, -1) : all)),
  };
}

export type Column<Row> = {
  readonly key: string;
  readonly title: ReactNode;
  readonly render: (row: Row) => ReactNode;
  readonly align?: 'left' | 'right';
  readonly width?: number | string;
};

type ListProps<Row> = {
  /** What the list is of, for those who do not see it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => Key;
  readonly columns: readonly Column<Row>[];
  /** What to say where there is nothing. */
  readonly empty: ReactNode;
  readonly selection?: { readonly selected: readonly Key[]; readonly onChange: (keys: Key[]) => void };
};

/**
 * Rows: a table where there is room, cards on a phone. The first column names the row. A plain table: pages are the server's, and the
 * library's weighs half as much as all else of a page's first view.
 */
export function List<Row extends object>(props: ListProps<Row>) {
  const wide = Grid.useBreakpoint().md ?? window.innerWidth >= 768;
  if (props.rows.length === 0) return <Nothing>{props.empty}</Nothing>;
  return wide ? <Rows {...props} /> : <Cards {...props} />;
}

type Selection = NonNullable<ListProps<object>['selection']>;

const toggled = ({ selected }: Selection, key: Key): Key[] =>
  selected.includes(key) ? selected.filter((other) => other !== key) : [...selected, key];

function Rows<Row extends object>({ label, rows, rowKey, columns, selection }: ListProps<Row>) {
  const { t } = useTranslation();
  const keys = rows.map(rowKey);
  const all = selection !== undefined && keys.every((key) => selection.selected.includes(key));
  return (
    <section aria-label={label} className="table-frame">
      <table>
        <thead>
          <tr>
            {selection && (
              <th scope="col">
                <Checkbox
                  aria-label={t('selectAll')}
                  checked={all}
                  onChange={() => selection.onChange(all ? [] : keys)}
                />
              </th>
            )}
            {columns.map(({ key, title, align, width }) => (
              <th key={key} scope="col" style={{ textAlign: align ?? 'left', width }}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {selection && (
                <td>
                  <Choice selection={selection} value={rowKey(row)} />
                </td>
              )}
              {columns.map(({ key, render, align }) => (
                <td key={key} style={{ textAlign: align ?? 'left' }}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Choice({ selection, value }: { readonly selection: Selection; readonly value: Key }) {
  const { t } = useTranslation();
  return (
    <Checkbox
      aria-label={t('select', { row: value })}
      checked={selection.selected.includes(value)}
      onChange={() => selection.onChange(toggled(selection, value))}
    />
  );
}

function Cards<Row extends object>({ label, rows, rowKey, columns, selection }: ListProps<Row>) {
  const [first, ...others] = columns;
  return (
    <ul className="cards" aria-label={label}>
      {rows.map((row) => (
        <li key={rowKey(row)}>
          <div className="card-name">
            {selection && <Choice selection={selection} value={rowKey(row)} />} {first?.render(row)}
          </div>
          <dl>
            {others.map(({ key, title, render }) => (
              <div key={key}>
                <dt>{title}</dt>
                <dd>{render(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** A list that is read page by page. */
export function PagedList<Row extends object>({
  connection,
  pages,
  ...list
}: Omit<ListProps<Row>, 'rows'> & {
  readonly connection: Connection<Row> | null | undefined;
  readonly pages: ReturnType<typeof usePages>;
}) {
  const { t } = useTranslation();
  const { hasNextPage, endCursor } = connection?.pageInfo ?? { hasNextPage: false, endCursor: null };
  return (
    <>
      <List {...list} rows={rowsOf(connection)} />
      {(pages.number > 1 || hasNextPage) && (
        <Flex justify="end" align="center" gap="small" component="nav" aria-label={t('pages')} className="pager">
          <Button disabled={pages.number === 1} onClick={pages.previous}>
            {t('previous')}
          </Button>
          <span>{t('page', { number: pages.number })}</span>
          <Button disabled={!hasNextPage} onClick={() => pages.next(endCursor)}>
            {t('next')}
          </Button>
        </Flex>
      )}
    </>
  );
}
