import { Button, Flex, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText } from '../../shared/values.tsx';
import type { StatementNode } from './Equation.tsx';
import { disputePath, isDisputable } from './StatementActions.tsx';
import {
  EarningsLinesDocument,
  type EarningsLinesQuery,
  type EarningsLinesQueryVariables,
} from './StatementPage.generated.ts';

type Line = NonNullable<EarningsLinesQuery['commissionLines']>['edges'][number]['node'];
type Kind = NonNullable<EarningsLinesQueryVariables['kind']>;

const kinds: readonly Kind[] = [
  'EARNING',
  'VOLUME',
  'OVERRIDE',
  'POOL',
  'CAP',
  'FLOOR',
  'DRAW',
  'WITHHOLDING',
  'RELEASE',
  'CLAWBACK',
  'RETRO',
  'ADJUSTMENT',
  'TAX',
];

const kindOf = (text: string | null) => kinds.find((kind) => kind === text);

/** The lines of a statement, all or those of a component or kind, as the address says. */
export function StatementLines({ statement }: { readonly statement: StatementNode }) {
  const { t } = useTranslation(['earnings', 'words']);
  const [parameters, setParameters] = useSearchParams();
  const component = parameters.get('component') ?? undefined;
  const kind = kindOf(parameters.get('kind'));
  const change = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(parameters);
    if (value) next.set(name, value);
    else next.delete(name);
    setParameters(next, { replace: true, preventScrollReset: true });
  };
  return (
    <section>
      <h2>{t('lines.title', { count: statement.lineCount })}</h2>
      <Form component={false} layout="vertical">
        <Flex gap="middle" wrap>
          <Form.Item label={t('lines.component')} htmlFor="line-component">
            <Select
              id="line-component"
              allowClear
              value={component ?? null}
              placeholder={t('lines.allComponents')}
              style={{ minWidth: 200 }}
              options={[...new Set(statement.totals.map((total) => total.component.code))].map((value) => ({ value }))}
              onChange={(value) => change('component', value ?? undefined)}
            />
          </Form.Item>
          <Form.Item label={t('lines.kind')} htmlFor="line-kind">
            <Select
              id="line-kind"
              allowClear
              value={kind ?? null}
              placeholder={t('lines.allKinds')}
              style={{ minWidth: 200 }}
              options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
              onChange={(value) => change('kind', value ?? undefined)}
            />
          </Form.Item>
        </Flex>
      </Form>
      <Lines
        key={`${component} ${kind}`}
        statement={statement}
        component={component}
        kind={kind}
        onComponent={change}
      />
    </section>
  );
}

function Lines({
  statement: { id, period, agent, issued },
  component,
  kind,
  onComponent,
}: {
  readonly statement: StatementNode;
  readonly component: string | undefined;
  readonly kind: Kind | undefined;
  readonly onComponent: (name: 'component', value: string) => void;
}) {
  const { t } = useTranslation(['earnings', 'words']);
  const { agentCode } = useMe();
  const pages = usePages();
  const asked = { period, agent: agent.code, component: component ?? null, kind: kind ?? null, after: pages.after };
  const read = useRead(EarningsLinesDocument, asked, { keep: true });
  const today = dateOf(new Date(), useTimeZone());
  const disputable = agent.code === agentCode && isDisputable(issued, today);
  const columns = [
    { key: 'line', title: t('lines.what'), render: (line: Line) => <LineName line={line} /> },
    {
      key: 'component',
      title: t('lines.component'),
      render: (line: Line) => (
        <Button type="link" size="small" onClick={() => onComponent('component', line.component.code)}>
          {line.component.code}
        </Button>
      ),
    },
    { key: 'kind', title: t('lines.kind'), render: (line: Line) => t(`kind.${line.kind}`) },
    { key: 'when', title: t('lines.when'), render: ({ event }: Line) => <InstantText value={event?.occurredAt} /> },
    {
      key: 'amount',
      title: t('statementPage.amount'),
      align: 'right' as const,
      render: (line: Line) => <Amount value={line.amount} currency={line.currency} strong />,
    },
    {
      key: 'dispute',
      title: t('lines.objection'),
      render: ({ lineId }: Line) => (
        <Link
          to={disputePath({ kind: 'LINE', statement: id, period, line: lineId })}
          aria-label={`${t('action.disputeLine')} ${lineId}`}
        >
          {t('action.disputeLine')}
        </Link>
      ),
    },
  ];
  return (
    <Loaded read={read} rows={12}>
      {({ commissionLines }) => (
        <PagedList
          label={t('lines.label')}
          connection={commissionLines}
          pages={pages}
          rowKey={(line) => line.id}
          columns={disputable ? columns : columns.slice(0, -1)}
          empty={t('lines.none')}
        />
      )}
    </Loaded>
  );
}

/** What a line is for, linked to its explanation. */
function LineName({
  line: { id, event, kind, instalment, originPeriod, sourceAgent, component },
}: {
  readonly line: Line;
}) {
  const { t } = useTranslation(['earnings', 'words']);
  return (
    <>
      <Link to={`/earnings/lines/${id}`} style={{ textDecoration: 'underline' }}>
        {event ? `${t(`words:eventType.${event.type}`)} ${event.externalId}` : `${t(`kind.${kind}`)} ${component.code}`}
      </Link>
      {instalment !== null && <> · {t('lines.instalment', { number: instalment })}</>}
      {originPeriod && (
        <>
          {' '}
          · {t('lines.corrects')} <PeriodText value={originPeriod} />
        </>
      )}
      {sourceAgent && (
        <>
          {' '}
          · {t('lines.by')} {sourceAgent.code} {sourceAgent.name}
        </>
      )}
    </>
  );
}
