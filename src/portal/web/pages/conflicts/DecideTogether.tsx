import { Alert, App, Button, Flex, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCurrency } from '../../app/session.tsx';
import { FaultsError, newKey, useChange } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { CasesDecideTogetherDocument, type CasesListQuery } from './Cases.generated.ts';
import { type Decidable, DecisionInputs } from './DecisionForm.tsx';
import { type DecisionFields, decisionOf } from './decision.ts';
import { CaseStateTag } from './shown.tsx';

type Chosen = NonNullable<CasesListQuery['conflictCases']>['edges'][number]['node'];

type DecideTogetherProps = {
  readonly cases: readonly Chosen[];
  readonly onDecided: (codes: readonly string[]) => void;
  readonly onCancel: () => void;
};

/** Parties of every one of the cases: only they can be named in a decision about all. */
function partiesInCommon([first, ...others]: readonly Chosen[]): Chosen['parties'] {
  const isIn = (agent: string) => others.every(({ parties }) => parties.some(({ agentCode }) => agentCode === agent));
  return first?.parties.filter(({ agentCode }) => isIn(agentCode)) ?? [];
}

/** Decides several cases of one kind alike, all of them or none; what is wrong with one stands beside it. */
export function DecideTogether({ cases, onDecided, onCancel }: DecideTogetherProps) {
  const { t } = useTranslation('conflicts');
  const { modal, message } = App.useApp();
  const currency = useCurrency();
  const [form] = Form.useForm<DecisionFields>();
  const [idempotencyKey, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(CasesDecideTogetherDocument);
  const isOneKind = new Set(cases.map(({ kind }) => kind)).size === 1;
  const send = async (fields: DecisionFields) => {
    const decision = decisionOf(fields, [], currency);
    const caseIds = cases.map(({ id }) => id);
    const answer = await mutateAsync({ caseIds, decision, idempotencyKey }).catch(() => undefined);
    if (!answer) return;
    setKey(newKey());
    message.success(t('together.done', { count: cases.length }));
    onDecided('codes' in answer.decideConflictCases ? answer.decideConflictCases.codes : []);
  };
  const ask = (fields: DecisionFields) =>
    modal.confirm({
      title: t('together.title', { count: cases.length }),
      content: t('together.text'),
      okText: t('decide'),
      cancelText: t('common:cancel'),
      onOk: () => send(fields),
    });
  return (
    <Panel title={t('together.title', { count: cases.length })} style={{ marginTop: 16 }}>
      <p>{t('together.text')}</p>
      {isOneKind ? (
        <Form<DecisionFields> form={form} name="together" layout="vertical" onFinish={ask} style={{ maxWidth: 720 }}>
          <CommonInputs cases={cases} />
        </Form>
      ) : (
        <Alert type="warning" showIcon title={t('together.oneKind')} style={{ marginBottom: 12 }} />
      )}
      <Answers cases={cases} error={error} />
      <Flex gap="small" style={{ marginTop: 12 }}>
        <Button type="primary" loading={isPending} disabled={!isOneKind} onClick={form.submit}>
          {t('decide')}
        </Button>
        <Button onClick={onCancel}>{t('common:cancel')}</Button>
      </Flex>
    </Panel>
  );
}

function CommonInputs({ cases }: { readonly cases: readonly Chosen[] }) {
  const { t } = useTranslation('conflicts');
  const parties = partiesInCommon(cases);
  const agents = [...new Set(parties.map(({ agentCode }) => agentCode))].join(', ');
  const [first] = cases;
  if (!first) return null;
  // As little of a case as its form needs: which of its sales stays is for each to say by itself.
  const found: Decidable = {
    kind: first.kind,
    events: [],
    parties: parties.map((party) => ({ ...party, event: null, region: null, registration: null, tests: [] })),
  };
  return (
    <>
      <p className="quiet">{agents ? t('together.common', { agents }) : t('together.noCommon')}</p>
      {/* Agents who are chosen must be parties of what is chosen besides, too. */}
      <DecisionInputs key={agents} found={found} />
    </>
  );
}

/** The cases that were chosen, each with what keeps it from being decided; what else is wrong comes first. */
function Answers({ cases, error }: { readonly cases: readonly Chosen[]; readonly error: unknown }) {
  const { t } = useTranslation('conflicts');
  const faults = error instanceof FaultsError ? error.faults : [];
  // About a single case the API says which of the fields is at fault.
  const isNamed = (at: string | null | undefined) => cases.some(({ code }) => code === at);
  const named = faults.filter(({ at }) => isNamed(at));
  const others = faults.filter(({ at }) => !isNamed(at));
  const answer = {
    key: 'answer',
    title: t('together.answer'),
    render: ({ code }: Chosen) => <Told faults={named.filter(({ at }) => at === code)} />,
  };
  return (
    <>
      {named.length > 0 && <Faults error={new Error(t('together.nothing', { count: named.length }))} />}
      <Faults error={error instanceof FaultsError ? others.length > 0 && new FaultsError(others) : error} />
      <List
        label={t('together.chosen')}
        rows={cases}
        rowKey={({ code }) => code}
        empty={t('cases.none')}
        columns={[
          { key: 'code', title: t('code'), render: ({ code }) => code },
          { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
          {
            key: 'parties',
            title: t('parties'),
            render: ({ parties }) =>
              parties.map(({ agentCode, side }) => `${agentCode} (${t(`side.${side}`)})`).join(', '),
          },
          ...(named.length > 0 ? [answer] : []),
        ]}
      />
    </>
  );
}

function Told({ faults }: { readonly faults: FaultsError['faults'] }) {
  const { t } = useTranslation('conflicts');
  if (faults.length === 0) return t('together.fine');
  return faults.map(({ code, message, remedy }) => (
    <div key={code + message}>
      <span className="amount-negative">{message}</span> <span className="quiet">{remedy}</span>
    </div>
  ));
}

/** What was decided just now. */
export function DecidedTogether({
  codes,
  onClose,
}: {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('conflicts');
  return (
    <Panel
      title={t('together.done', { count: codes.length })}
      extra={<Button onClick={onClose}>{t('together.close')}</Button>}
      style={{ marginBottom: 16 }}
    >
      <List
        label={t('decisions')}
        rows={codes.map((code) => ({ code }))}
        rowKey={({ code }) => code}
        empty={t('cases.none')}
        columns={[
          { key: 'code', title: t('code'), render: ({ code }) => <Link to={`/conflicts/${code}`}>{code}</Link> },
          { key: 'state', title: t('state.title'), render: () => <CaseStateTag state="RESOLVED" /> },
        ]}
      />
    </Panel>
  );
}
