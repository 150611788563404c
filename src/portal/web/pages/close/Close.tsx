import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { FailureText, Loaded, Nothing } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import {
  CloseAnswerReopeningDocument,
  CloseAskReopeningDocument,
  CloseLockDocument,
  CloseOfPeriodDocument,
  type CloseOfPeriodQuery,
  CloseTickDocument,
  CloseUntickDocument,
} from './Close.generated.ts';
import { detailText, stepName } from './words.ts';

type PeriodClose = NonNullable<CloseOfPeriodQuery['periodClose']>;

type ToldBy = NonNullable<PeriodClose['steps'][number]['toldBy']>;

type PageLink = { readonly path: string; readonly menu: string };

const runs: PageLink = { path: '/runs', menu: 'runs' };

/** The page on which a step is done that ticks itself off, and what the menu calls it. */
const stepPages: Readonly<Record<ToldBy, PageLink>> = {
  EVENTS_COMPLETE: { path: '/imports', menu: 'imports' },
  CONFLICTS_SETTLED: { path: '/conflicts', menu: 'conflicts' },
  SCORES_FINAL: { path: '/score-rounds', menu: 'rounds' },
  RUN_CALCULATED: runs,
  CHECKS_GREEN: runs,
  RUN_APPROVED: runs,
  STATEMENTS_ISSUED: runs,
  EXPORTS_MADE: { path: '/exports', menu: 'exports' },
  BANK_FILE_MADE: { path: '/payments', menu: 'payments' },
};

const colours = { DONE: 'green', FAILED: 'red', NOT_NEEDED: 'default', OPEN: 'gold' } as const;

/** The checklist of a month: what is done, what is not, who did it and when. */
export function Close() {
  const { t } = useTranslation('close');
  const [period, setPeriod] = usePeriod();
  const read = useRead(CloseOfPeriodDocument, { period });
  return (
    <Page
      title={t('close.title')}
      lead={t('close.lead')}
      actions={<PeriodChoice value={period} onChange={setPeriod} />}
    >
      <Loaded read={read} rows={12}>
        {({ periodClose }) => (periodClose ? <Checklist close={periodClose} /> : <Nothing>{t('none')}</Nothing>)}
      </Loaded>
    </Page>
  );
}

function Checklist({ close }: { readonly close: PeriodClose }) {
  const { t } = useTranslation(['close', 'words']);
  const { role } = useMe();
  const mayWrite = role === 'FINANCE' || role === 'ADMIN';
  const { period, lock } = close;
  const isLocked = lock !== null && lock.state !== 'REOPENED';
  // A step that was marked may have left the checklist since.
  const nameOf = (step: string) => stepName(t, close.steps.find(({ code }) => code === step)?.name ?? step);
  return (
    <>
      <Lock close={close} mayWrite={mayWrite} />
      <List
        label={t('close.title')}
        rows={close.steps}
        rowKey={({ code }) => code}
        empty={t('none')}
        columns={[
          {
            key: 'name',
            title: t('step'),
            render: ({ name, required }) => `${stepName(t, name)}${required ? '' : ` (${t('common:optional')})`}`,
          },
          {
            key: 'state',
            title: t('stateTitle'),
            render: ({ state }) => <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>,
          },
          {
            key: 'detail',
            title: t('detail'),
            render: ({ detail, toldBy }) =>
              detail && toldBy ? <FailureText failure={detailText(t, detail)} /> : (detail ?? ''),
          },
          { key: 'who', title: t('who'), render: ({ who }) => who ?? '–' },
          { key: 'when', title: t('when'), render: ({ when }) => <InstantText value={when} /> },
          {
            key: 'tick',
            title: t('action'),
            render: ({ toldBy, state, code }) =>
              toldBy ? (
                <StepLink toldBy={toldBy} period={period} />
              ) : state === 'OPEN' && mayWrite ? (
                <Action
                  size="small"
                  label={t('tick')}
                  reason="needed"
                  document={CloseTickDocument}
                  variables={(note, idempotencyKey) => ({ period, step: code, note, idempotencyKey })}
                />
              ) : state === 'DONE' && mayWrite && !isLocked ? (
                <Action
                  size="small"
                  label={t('untick')}
                  reason="needed"
                  document={CloseUntickDocument}
                  variables={(note, idempotencyKey) => ({ period, step: code, note, idempotencyKey })}
                >
                  <p>{t('untickText')}</p>
                </Action>
              ) : (
                t('byHand')
              ),
          },
        ]}
      />
      <h2>{t('history')}</h2>
      <List
        label={t('history')}
        rows={close.history}
        rowKey={({ at, action, step }) => `${at} ${action} ${step}`}
        empty={t('noHistory')}
        columns={[
          {
            key: 'action',
            title: t('action'),
            render: ({ action, step }) => [t(`event.${action}`), step && nameOf(step)].filter(Boolean).join(' · '),
          },
          { key: 'by', title: t('who'), render: ({ by }) => by },
          { key: 'at', title: t('when'), render: ({ at }) => <InstantText value={at} /> },
          { key: 'note', title: t('note'), render: ({ note }) => note ?? '' },
        ]}
      />
    </>
  );
}

/** The way to where a step is done that ticks itself off. */
function StepLink({ toldBy, period }: { readonly toldBy: ToldBy; readonly period: string }) {
  const { t } = useTranslation(['close', 'common']);
  const { role } = useMe();
  const { path, menu } = stepPages[toldBy];
  // Scores are none of finance's business: that page is not theirs.
  if (role === 'FINANCE' && toldBy === 'SCORES_FINAL') return <>{t('automatic')}</>;
  return <Link to={`${path}?period=${period}`}>{t(`common:menu.${menu}`)}</Link>;
}

function Lock({ close, mayWrite }: { readonly close: PeriodClose; readonly mayWrite: boolean }) {
  const { t } = useTranslation('close');
  const { period, lock, complete } = close;
  const locked = lock !== null && lock.state !== 'REOPENED';
  return (
    <Panel style={{ marginBottom: 12 }}>
      <Alert
        type={locked ? 'success' : complete ? 'info' : 'warning'}
        showIcon
        title={t(locked ? 'locked' : complete ? 'complete' : 'incomplete', { by: lock?.lockedBy })}
        description={
          lock?.state === 'REOPENING'
            ? t('reopening', { by: lock.reopenAskedBy, reason: lock.reopenReason })
            : undefined
        }
      />
      {mayWrite && (
        <div className="buttons">
          {!locked && (
            <Action
              type="primary"
              label={t('lock')}
              document={CloseLockDocument}
              variables={(_reason, idempotencyKey) => ({ period, idempotencyKey })}
            >
              <p>{t('lockText')}</p>
            </Action>
          )}
          {lock?.state === 'LOCKED' && (
            <Action
              label={t('askReopening')}
              reason="needed"
              document={CloseAskReopeningDocument}
              variables={(reason, idempotencyKey) => ({ period, reason, idempotencyKey })}
            >
              <p>{t('reopenText')}</p>
            </Action>
          )}
          {lock?.state === 'REOPENING' &&
            ([true, false] as const).map((agree) => (
              <Action
                key={String(agree)}
                danger={!agree}
                label={t(agree ? 'agree' : 'refuse')}
                reason="possible"
                document={CloseAnswerReopeningDocument}
                variables={(note, idempotencyKey) => ({ period, agree, note, idempotencyKey })}
              />
            ))}
        </div>
      )}
    </Panel>
  );
}
