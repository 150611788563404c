import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import type { Document } from '../../graphql/request.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, type usePages } from '../../shared/PagedList.tsx';
import { type Connection, rowsOf } from '../../shared/pages.ts';

type SectionProps<Row> = {
  readonly title: string;
  readonly connection: Connection<Row> | null | undefined;
  readonly pages: ReturnType<typeof usePages>;
  readonly rowKey: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
};

/** Proposals of one kind. */
export function Section<Row extends object>({ title, connection, pages, rowKey, columns }: SectionProps<Row>) {
  const { t } = useTranslation('approvals');
  const count = `${rowsOf(connection).length}${connection?.pageInfo.hasNextPage ? '+' : ''}`;
  return (
    <section>
      {/* how many there are is known on the first page alone, and there if nothing follows */}
      <h2>{pages.number === 1 ? `${title} (${count})` : title}</h2>
      <PagedList
        label={title}
        connection={connection}
        pages={pages}
        rowKey={rowKey}
        columns={columns}
        empty={t('nothing')}
      />
    </section>
  );
}

type DecideProps<Variables> = {
  readonly document: Document<unknown, Variables>;
  readonly variables: (approve: boolean, reason: string, idempotencyKey: string) => Variables;
  readonly children?: ReactNode;
};

/** Yes or no, with a reason. Auditors look on. */
export function Decide<Variables>({ document, variables, children }: DecideProps<Variables>) {
  const { t } = useTranslation('approvals');
  const { role } = useMe();
  if (role === 'AUDITOR') return <>–</>;
  return (
    <div className="buttons" style={{ marginTop: 0 }}>
      {([true, false] as const).map((approve) => (
        <Action
          key={String(approve)}
          size="small"
          type={approve ? 'primary' : 'default'}
          danger={!approve}
          label={t(approve ? 'approve' : 'reject')}
          reason="needed"
          document={document}
          variables={(reason, key) => variables(approve, reason, key)}
        >
          {children}
        </Action>
      ))}
    </div>
  );
}
