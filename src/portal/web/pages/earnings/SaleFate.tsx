import { CheckCircleOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { FindSaleFateDocument, type FindSaleFateQuery } from './FindSale.generated.ts';
import { EarningsStatementOfDocument } from './LineExplained.generated.ts';
import { SalePaid } from './SalePaid.tsx';
import { disputePath } from './StatementActions.tsx';
import type { SaleEvent } from './types.ts';

type Explanation = Extract<FindSaleFateQuery['explainRule'], { credits: unknown }>;
type Credit = Explanation['credits'][number];
type Component = Credit['components'][number];
type Line = NonNullable<NonNullable<FindSaleFateQuery['salesEvent']>['lines']>[number];

/** What became of a sale: whether it is counted, by which rules it pays, or why it does not, and what to do then. */
export function SaleFate({ event }: { readonly event: SaleEvent }) {
  const { t } = useTranslation(['earnings', 'words']);
  const { source, externalId } = event;
  const read = useRead(FindSaleFateDocument, { source, externalId });
  return (
    <section>
      <h2>
        {t('findSale.fateOf')} {t(`words:eventType.${event.type}`)} {externalId}
      </h2>
      <EventLine event={event} />
      <Loaded read={read} rows={6}>
        {({ explainRule, salesEvent }) => (
          <>
            {salesEvent && <SalePaid sale={salesEvent} />}
            {'credits' in explainRule && (
              <Fate event={event} explanation={explainRule} lines={salesEvent?.lines ?? []} />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function EventLine({ event }: { readonly event: SaleEvent }) {
  const { t } = useTranslation(['earnings', 'words']);
  return (
    <Descriptions
      className="table-frame"
      bordered
      size="small"
      column={1}
      items={[
        { key: 'at', label: t('particular.occurredAt'), children: <InstantText value={event.occurredAt} /> },
        { key: 'product', label: t('particular.product'), children: `${event.product.code} ${event.product.name}` },
        {
          key: 'amount',
          label: t('particular.amount'),
          children: <Amount value={event.amount} currency={event.currency} />,
        },
        { key: 'quantity', label: t('particular.quantity'), children: <Quantity value={event.quantity} /> },
        {
          key: 'agent',
          label: t('findSale.seller'),
          children: event.agent ? `${event.agent.code} ${event.agent.name}` : t('findSale.other'),
        },
        { key: 'period', label: t('earnings.month'), children: <PeriodText value={event.period} /> },
      ]}
    />
  );
}

function Fate({
  event,
  explanation,
  lines,
}: {
  readonly event: SaleEvent;
  readonly explanation: Explanation;
  readonly lines: readonly Line[];
}) {
  const { t } = useTranslation(['earnings', 'words']);
  const { credits, isReversed } = explanation;
  const isCounted = credits.some(({ reason }) => reason === null);
  const fate = isReversed ? 'reversed' : isCounted ? 'counted' : credits.length > 0 ? 'notCounted' : 'notCredited';
  return (
    <>
      <Alert
        style={{ marginBlock: 12 }}
        type={fate === 'counted' ? 'success' : 'warning'}
        showIcon
        title={t(`findSale.${fate}`)}
        description={event.late ? t('findSale.late') : undefined}
      />
      {credits.map((credit) => (
        <CreditShown
          key={`${credit.agentCode}${credit.role}`}
          credit={credit}
          period={settledIn(event, credit, lines)}
        />
      ))}
      <p>{t('findSale.byToday')}</p>
      <Link
        to={disputePath({
          kind: 'MISSING_CREDIT',
          event: event.externalId,
          source: event.source,
          period: event.period,
          product: event.product.code,
        })}
      >
        <Button>{t('findSale.raise')}</Button>
      </Link>
    </>
  );
}

/** The month whose statement has it: a sale that came late is settled in a later one than its own, as its lines say. */
const settledIn = (event: SaleEvent, { agentCode }: Credit, lines: readonly Line[]): string | undefined =>
  lines.find(({ agent }) => agent.code === agentCode)?.run.period ?? (event.late ? undefined : event.period);

function CreditShown({ credit, period }: { readonly credit: Credit; readonly period: string | undefined }) {
  const { t } = useTranslation(['earnings', 'words']);
  const { agentCode: own } = useMe();
  const { agentCode, role, share, reason, caseCode, planCode, planVersion } = credit;
  const read = useRead(
    EarningsStatementOfDocument,
    { period: period ?? '', agent: agentCode },
    { skip: period === undefined },
  );
  const [statement] = rowsOf(read.data?.statements);
  const about = credit.components.filter(({ reads }) => reads);
  return (
    <Panel
      style={{ marginTop: 12 }}
      title={`${agentCode === own ? t('findSale.you') : agentCode} · ${t(`role.${role}`, { defaultValue: role })}`}
    >
      <p>
        {t('findSale.share')} <Quantity value={share} />
        {planCode && <> · {t('findSale.plan', { plan: planCode, version: planVersion })}</>}
      </p>
      {reason && <Reason code={reason} caseCode={caseCode} />}
      {!reason && about.length === 0 && <Reason code="NO_COMPONENT" caseCode={null} />}
      <ul className="cards">
        {about.map((component) => (
          <ComponentShown key={component.componentCode} component={component} statementId={statement?.id} />
        ))}
      </ul>
      {(period === undefined || (read.data && !statement)) && <p>{t('findSale.notSettled')}</p>}
    </Panel>
  );
}

function ComponentShown({
  component,
  statementId,
}: {
  readonly component: Component;
  readonly statementId: string | undefined;
}) {
  const { t, i18n } = useTranslation(['earnings', 'words']);
  const { componentCode, reason, sentenceEn, sentenceZh } = component;
  return (
    <li>
      <div>
        {reason ? <MinusCircleOutlined aria-hidden /> : <CheckCircleOutlined aria-hidden />}{' '}
        {i18n.language === 'zh' ? sentenceZh : sentenceEn}
      </div>
      {reason && <p>{t(`remedy.${reason}`, { defaultValue: t('remedy.other') })}</p>}
      {!reason && statementId && (
        <Link to={`/earnings/${statementId}?${new URLSearchParams({ component: componentCode })}`}>
          {t('findSale.lines', { component: componentCode })}
        </Link>
      )}
    </li>
  );
}

/** Why nothing of it pays, in words, and what can be done. */
function Reason({ code, caseCode }: { readonly code: string; readonly caseCode: string | null }) {
  const { t } = useTranslation(['earnings', 'words']);
  return (
    <Alert
      type="warning"
      showIcon
      title={t(`reason.${code}`, { defaultValue: code })}
      description={
        <>
          {t(`remedy.${code}`, { defaultValue: t('remedy.other') })}{' '}
          {caseCode && <Link to={`/conflicts/${caseCode}`}>{caseCode}</Link>}
        </>
      }
    />
  );
}
