import { Alert, Timeline, Typography } from 'antd';
import { Trans, useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { isNothing } from '../../shared/exact.ts';
import { formatPeriod } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, DateText, InstantText } from '../../shared/values.tsx';
import { Components } from './Components.tsx';
import { Equation, type StatementNode } from './Equation.tsx';
import { Held } from './Held.tsx';
import { StatementActions } from './StatementActions.tsx';
import { StatementLines } from './StatementLines.tsx';
import { EarningsStatementDocument, type EarningsStatementQuery } from './StatementPage.generated.ts';
import { StandingTag } from './statements.tsx';

const isStatement = (node: EarningsStatementQuery['node']): node is StatementNode => node !== null && 'payable' in node;

/** One month's statement: how it came to what is paid, what is in it, what can be done about it. */
export function StatementPage() {
  const { t, i18n } = useTranslation('earnings');
  const { statementId = '' } = useParams();
  const read = useRead(EarningsStatementDocument, { id: statementId });
  const node = read.data?.node ?? null;
  const statement = isStatement(node) ? node : undefined;
  return (
    <Page
      title={
        statement
          ? t('statementPage.titleOf', { month: formatPeriod(statement.period, i18n.language) })
          : t('statementPage.title')
      }
      lead={
        statement &&
        `${statement.agent.code} ${statement.agent.name} · ${statement.issued?.number ?? statement.currency}`
      }
      actions={statement && <StatementActions key={statement.id} statement={statement} />}
    >
      <Link to="/earnings">{t('statementPage.all')}</Link>
      <Loaded read={read} rows={14}>
        {() => (statement ? <StatementShown statement={statement} /> : <Nothing>{t('statementPage.missing')}</Nothing>)}
      </Loaded>
    </Page>
  );
}

function StatementShown({ statement }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  return (
    <>
      <div className="tiles">
        <Panel title={t('amount.payable')}>
          <Typography.Text style={{ fontSize: 24 }}>
            <Amount value={statement.issued?.gross ?? statement.payable} currency={statement.currency} strong />
          </Typography.Text>
        </Panel>
        <Panel title={t('earnings.state')}>
          <StandingTag {...statement} />
          <Standing statement={statement} />
        </Panel>
      </div>
      <h2>{t('statementPage.equation')}</h2>
      <Equation statement={statement} />
      {!isNothing(statement.returned) && (
        <p>
          {t('statementPage.returned')} <Amount value={statement.returned} currency={statement.currency} />
        </p>
      )}
      <Components statement={statement} />
      <StatementLines key={statement.id} statement={statement} />
      {!isNothing(statement.heldTotal) && <Held statement={statement} />}
      <Steps statement={statement} />
    </>
  );
}

function Standing({ statement: { run, issued, agent } }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  const { agentCode } = useMe();
  if (!issued) return <p>{t('standing.notIssued')}</p>;
  const until = <DateText key="until" value={issued.disputableUntil} />;
  return (
    <>
      {run.status === 'PAID' && run.paidAt && (
        <p>
          {t('standing.paidAt')} <InstantText value={run.paidAt} />
        </p>
      )}
      {issued.state === 'ISSUED' && (
        <p>
          <Trans
            t={t}
            i18nKey={agent.code === agentCode ? 'standing.toConfirm' : 'standing.theirsToConfirm'}
            components={{ day: <DateText value={issued.confirmsOn} /> }}
          />
        </p>
      )}
      {issued.confirmedAt && (
        <p>
          {t(`standing.confirmedBy.${issued.confirmation ?? 'AGENT'}`)} <InstantText value={issued.confirmedAt} />
        </p>
      )}
      <p>
        {t('standing.disputableUntil')} {until}
      </p>
      {issued.invoiceRequired && <Alert type="info" showIcon title={t('standing.invoiceRequired')} />}
    </>
  );
}

function Steps({ statement: { steps, period } }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  if (steps.length === 0) return null;
  return (
    <section>
      <h2>{t('statementPage.steps')}</h2>
      <Timeline
        aria-label={`${t('statementPage.steps')} ${period}`}
        items={steps.map(({ action, at, reason }) => ({
          key: `${action}${at}`,
          content: (
            <>
              <strong>{t(`step.${action}`, { defaultValue: action })}</strong> <InstantText value={at} />
              {reason && <div>{reason}</div>}
            </>
          ),
        }))}
      />
    </section>
  );
}
