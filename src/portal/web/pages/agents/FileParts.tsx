import { Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import { useDocumentKind } from '../../shared/documentKind.ts';
import { type Column, List } from '../../shared/PagedList.tsx';
import { Amount, DateSpan, DateText, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { AgentPageRevealDocument, type AgentPageRevealMutationVariables } from './Agents.generated.ts';
import type { AgentFile } from './types.ts';

type Rows<Key extends keyof AgentFile> =
  NonNullable<AgentFile[Key]> extends readonly (infer Row)[] ? Row & object : never;

/** What can be done with the rows of a part: with each, and that there be another one. */
type PartActions<Row> = { readonly add: ReactNode; readonly row?: (row: Row) => ReactNode };

/** By the part's name; for those who may change it. */
export type FileActions = { readonly [Key in keyof AgentFile]?: PartActions<Rows<Key>> };

type FilePartsProps = { readonly file: AgentFile; readonly actions?: FileActions };

/** Months go upwards from the server; who looks wants the last one first. */
const latestFirst = <Row,>(rows: readonly Row[] | null) => rows && [...rows].reverse();

/** What is on file, part by part; what the role may not see is left out by the server. */
export function FileParts({ file, actions = {} }: FilePartsProps) {
  const { t } = useTranslation(['agents', 'words']);
  const kindText = useDocumentKind();
  const part = <Row extends object>(
    key: keyof AgentFile,
    rows: readonly Row[] | null,
    rowKey: (row: Row) => string,
    columns: Column<Row>[],
  ) => {
    const title = t(`parts.${key}`);
    const { add, row: act } = (actions[key] ?? {}) as Partial<PartActions<Row>>;
    if (!rows || (rows.length === 0 && !add)) return null;
    const shown = act ? [...columns, { key: 'act', title: t('what'), render: act }] : columns;
    return (
      <section key={key}>
        <div className="section-head">
          <h2>{`${title} (${rows.length})`}</h2>
          {add}
        </div>
        {rows.length === 0 ? (
          <p className="quiet">{t('nothing')}</p>
        ) : (
          <List label={title} rows={rows} rowKey={rowKey} columns={shown} empty={t('nothing')} />
        )}
      </section>
    );
  };
  return [
    part<Rows<'agreements'>>('agreements', file.agreements, (row) => row.code, [
      { key: 'code', title: t('code'), render: ({ code }) => code },
      {
        key: 'plan',
        title: t('plan'),
        render: ({ plan }) => <Link to={`/plans/${encodeURIComponent(plan)}`}>{plan}</Link>,
      },
      { key: 'span', title: t('valid'), render: ({ from, to }) => <DateSpan from={from} to={to} /> },
      {
        key: 'tax',
        title: t('tax'),
        align: 'right',
        render: ({ taxPercent }) => (taxPercent === null ? '–' : <Quantity value={taxPercent} suffix=" %" />),
      },
      {
        key: 'minimum',
        title: t('minimumPayout'),
        align: 'right',
        // Without a currency: it counts in whichever a statement is in.
        render: ({ minimumPayout }) => (minimumPayout === null ? '–' : <Quantity value={minimumPayout} />),
      },
      {
        key: 'delay',
        title: t('paymentDelay'),
        align: 'right',
        render: ({ paymentDelayDays }) => (paymentDelayDays ? t('days', { count: paymentDelayDays }) : '–'),
      },
      { key: 'signed', title: t('signedOn'), render: ({ signedOn }) => <DateText value={signedOn} /> },
      { key: 'trailing', title: t('trailing'), render: ({ trailing }) => t(`trailings.${trailing}`) },
    ]),
    part<Rows<'territories'>>('territories', file.territories, (row) => row.code + row.from, [
      {
        key: 'name',
        title: t('region'),
        render: ({ name, exclusive }) => (
          <>
            {name} {exclusive && <Tag>{t('exclusive')}</Tag>}
          </>
        ),
      },
      { key: 'span', title: t('valid'), render: ({ from, to }) => <DateSpan from={from} to={to} /> },
    ]),
    part<Rows<'contacts'>>('contacts', file.contacts, (row) => row.name + row.from, [
      { key: 'name', title: t('name'), render: ({ name }) => name },
      { key: 'what', title: t('responsibility'), render: ({ responsibility }) => responsibility },
      {
        key: 'reach',
        title: t('reach'),
        render: ({ email, phone }) => [email, phone].filter(Boolean).join(' · ') || '–',
      },
    ]),
    part<Rows<'numbers'>>('numbers', file.numbers, (row) => row.kind, [
      { key: 'kind', title: t('kind'), render: ({ kind }) => t(`secret.${kind}`) },
      {
        key: 'masked',
        title: t('number'),
        render: ({ kind, masked }) => <Masked agentCode={file.code} kind={kind} masked={masked} />,
      },
      { key: 'changed', title: t('changed'), render: ({ changedAt }) => <InstantText value={changedAt} /> },
    ]),
    part<Rows<'documents'>>('documents', file.documents, (row) => row.documentId, [
      {
        key: 'name',
        title: t('file'),
        render: ({ documentId, fileName }) => <a href={`/documents/${documentId}`}>{fileName}</a>,
      },
      { key: 'kind', title: t('kind'), render: ({ kind }) => kindText(kind) },
      { key: 'at', title: t('changed'), render: ({ uploadedAt }) => <InstantText value={uploadedAt} /> },
    ]),
    part<Rows<'training'>>('training', file.training, (row) => row.course + row.takenOn, [
      { key: 'name', title: t('course'), render: ({ name }) => name },
      { key: 'taken', title: t('taken'), render: ({ takenOn }) => <DateText value={takenOn} /> },
      { key: 'expires', title: t('expires'), render: ({ expiresOn }) => <DateText value={expiresOn} /> },
      {
        key: 'passed',
        title: t('status'),
        render: ({ passed, holds }) => t(passed ? (holds ? 'holds' : 'expired') : 'failed'),
      },
    ]),
    part<Rows<'decisions'>>('decisions', file.decisions, (row) => row.at + row.action, [
      {
        key: 'action',
        title: t('what'),
        render: ({ action }) => t(`words:agentDecision.${action}`, { defaultValue: action }),
      },
      { key: 'from', title: t('from'), render: ({ effectiveFrom }) => <DateText value={effectiveFrom} /> },
      { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
      { key: 'by', title: t('by'), render: ({ by }) => by },
    ]),
    part<Rows<'tierMoves'>>('tierMoves', file.tierMoves, (row) => row.scheme + row.effectiveOn, [
      { key: 'on', title: t('from'), render: ({ effectiveOn }) => <DateText value={effectiveOn} /> },
      { key: 'move', title: t('tier'), render: ({ fromTier, toTier }) => `${fromTier ?? '–'} → ${toTier}` },
    ]),
    part<Rows<'conflicts'>>('conflicts', file.conflicts, (row) => row.code, [
      { key: 'code', title: t('code'), render: ({ code }) => <Link to={`/conflicts/${code}`}>{code}</Link> },
      { key: 'kind', title: t('kind'), render: ({ kind }) => t(`conflictKind.${kind}`) },
      { key: 'state', title: t('status'), render: ({ state }) => t(`caseState.${state}`) },
      { key: 'opened', title: t('from'), render: ({ openedAt }) => <InstantText value={openedAt} /> },
    ]),
    part<Rows<'publishedScores'>>(
      'publishedScores',
      latestFirst(file.publishedScores),
      (row) => row.period + row.template,
      [
        { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
        { key: 'template', title: t('template'), render: ({ template }) => template },
        {
          key: 'total',
          title: t('total'),
          align: 'right',
          render: ({ total }) => (total === null ? '–' : <Quantity value={total} />),
        },
      ],
    ),
    part<Rows<'statements'>>('statements', latestFirst(file.statements), (row) => row.period + row.currency, [
      { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
      { key: 'state', title: t('status'), render: ({ runStatus }) => t(`run.${runStatus}`) },
      {
        key: 'earned',
        title: t('earned'),
        align: 'right',
        render: ({ earned, currency }) => <Amount value={earned} currency={currency} />,
      },
      {
        key: 'payable',
        title: t('payable'),
        align: 'right',
        render: ({ payable, currency }) => <Amount value={payable} currency={currency} strong />,
      },
    ]),
  ];
}

type Kind = AgentPageRevealMutationVariables['kind'];

/** A number, masked; whoever may asks for it with a reason, which is on record. */
function Masked({
  agentCode,
  kind,
  masked,
}: {
  readonly agentCode: string;
  readonly kind: string;
  readonly masked: string;
}) {
  const { t } = useTranslation('agents');
  const { role } = useMe();
  const [shown, setShown] = useState<string>();
  if (role !== 'ADMIN' && role !== 'FINANCE') return <>{masked}</>;
  return (
    <>
      {shown ?? masked}{' '}
      {shown === undefined && (
        <Action
          size="small"
          label={t('reveal')}
          reason="needed"
          document={AgentPageRevealDocument}
          variables={(reason, idempotencyKey) => ({ agentCode, kind: kind as Kind, reason, idempotencyKey })}
          onDone={({ revealNumber }) =>
            revealNumber.__typename === 'RevealNumberPayload' && setShown(revealNumber.number ?? '')
          }
        >
          <p>{t('revealText')}</p>
        </Action>
      )}
    </>
  );
}
