import { Descriptions, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, PeriodText } from '../../shared/values.tsx';
import { EventShown } from './EventShown.tsx';
import {
  EarningsExplanationDocument,
  type EarningsExplanationQuery,
  EarningsLineDocument,
  type EarningsLineQuery,
  EarningsStatementOfDocument,
} from './LineExplained.generated.ts';
import { LineFigures, type LineNode } from './LineFigures.tsx';
import { disputePath, isDisputable } from './StatementActions.tsx';

type Explanation = Extract<EarningsExplanationQuery['explainLine'], { formula: string }>;

const isLine = (node: EarningsLineQuery['node']): node is LineNode => node !== null && 'lineId' in node;
/** Readable ids of lines begin with their month, those of objects do not. */
const isReadable = (id: string) => /^\d{4}-\d{2}\./.test(id);

/** How one line came to its amount: in a sentence, as a formula, down to what was sold. */
export function LineExplained() {
  const { t } = useTranslation('earnings');
  const { lineId = '' } = useParams();
  return (
    <Page title={t('lineExplained.title')}>
      {isReadable(lineId) ? <Explained lineId={lineId} /> : <LineOfId id={lineId} />}
    </Page>
  );
}

function LineOfId({ id }: { readonly id: string }) {
  const { t } = useTranslation('earnings');
  const read = useRead(EarningsLineDocument, { id });
  return (
    <Loaded read={read} rows={14}>
      {({ node }) =>
        isLine(node) ? <Explained lineId={node.lineId} line={node} /> : <Nothing>{t('lineExplained.missing')}</Nothing>
      }
    </Loaded>
  );
}

function Explained({ lineId, line }: { readonly lineId: string; readonly line?: LineNode }) {
  const read = useRead(EarningsExplanationDocument, { lineId });
  return (
    <Loaded read={read} rows={14}>
      {({ explainLine }) =>
        'formula' in explainLine ? <ExplanationShown explanation={explainLine} line={line} /> : null
      }
    </Loaded>
  );
}

function ExplanationShown({
  explanation,
  line,
}: {
  readonly explanation: Explanation;
  readonly line: LineNode | undefined;
}) {
  const { t, i18n } = useTranslation('earnings');
  const { period, agentCode, componentCode, kind, amount, currency, formula, lineId } = explanation;
  const event = line?.event;
  // What was sold stands beneath, in full.
  const steps = explanation.steps.filter(({ label }) => !(event && label === 'event'));
  return (
    <>
      <StatementLink explanation={explanation} />
      <Panel style={{ marginTop: 12 }}>
        <Typography.Text style={{ fontSize: 24 }}>
          <Amount value={amount} currency={currency} strong />
        </Typography.Text>
        <p>{i18n.language === 'zh' ? explanation.sentenceZh : explanation.sentenceEn}</p>
        <p>
          <span className="unseen">{t('lineExplained.formula')} </span>
          <code style={{ overflowWrap: 'anywhere' }}>{formula}</code>
        </p>
        <span className="quiet">
          {t(`kind.${kind}`)} · {componentCode} · {agentCode} · <PeriodText value={period} /> · {lineId}
        </span>
      </Panel>
      <h2>{t('lineExplained.steps')}</h2>
      <Descriptions
        className="table-frame"
        bordered
        size="small"
        column={1}
        items={steps.map(({ label, value }, place) => ({
          key: `${place}${label}`,
          label: t(`label.${label}`, { defaultValue: label }),
          children: <span style={{ overflowWrap: 'anywhere' }}>{value}</span>,
        }))}
      />
      {line && <LineFigures line={line} />}
      {event && <EventShown title={t('lineExplained.event')} event={event} />}
      {line?.originalEvent && <EventShown title={t('lineExplained.originalEvent')} event={line.originalEvent} />}
      {line && !event && <p>{t('lineExplained.noEvent')}</p>}
    </>
  );
}

/** Back to the statement that has the line, and on to an objection while there is time. */
function StatementLink({
  explanation: { period, agentCode, currency, lineId },
}: {
  readonly explanation: Explanation;
}) {
  const { t } = useTranslation('earnings');
  const { agentCode: own } = useMe();
  const today = dateOf(new Date(), useTimeZone());
  const read = useRead(EarningsStatementOfDocument, { period, agent: agentCode });
  const statement = rowsOf(read.data?.statements).find((found) => found.currency === currency);
  return (
    <p style={{ minHeight: 22 }}>
      {statement && <Link to={`/earnings/${statement.id}`}>{t('lineExplained.statement')}</Link>}
      {statement && agentCode === own && isDisputable(statement.issued, today) && (
        <>
          {' · '}
          <Link to={disputePath({ kind: 'LINE', statement: statement.id, period, line: lineId })}>
            {t('action.disputeLine')}
          </Link>
        </>
      )}
    </p>
  );
}
