import { Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { DateSpan } from '../../shared/values.tsx';
import { ComponentPanel } from './ComponentPanel.tsx';
import { PlanOfAgentDocument, PlanOfOperatorDocument, type PlanVersionShownFragment } from './Plans.generated.ts';

type Plan = { readonly code: string; readonly name: string; readonly versions: readonly PlanVersionShownFragment[] };

/** What a plan pays, version by version: the operator's people read any, agents those of their own agreements. */
export function PlanPage() {
  const { role, agentCode } = useMe();
  const { code = '' } = useParams();
  return role === 'AGENT' ? <OfAgent code={code} agentCode={agentCode ?? ''} /> : <OfOperator code={code} />;
}

function OfOperator({ code }: { readonly code: string }) {
  const read = useRead(PlanOfOperatorDocument, { code });
  // Agents are not told of corrections before they are in force.
  const waiting = (read.data?.pendingPlanCorrections ?? []).filter(({ planCode }) => planCode === code);
  return <Found read={read} code={code} planOf={({ plan }) => plan} waiting={waiting.map(({ number }) => number)} />;
}

function OfAgent({ code, agentCode }: { readonly code: string; readonly agentCode: string }) {
  const read = useRead(PlanOfAgentDocument, { agentCode });
  return (
    <Found
      read={read}
      code={code}
      planOf={({ agent }) => agent?.agreements.map(({ plan }) => plan).find((plan) => plan.code === code)}
    />
  );
}

type FoundProps<Data> = {
  readonly read: Parameters<typeof Loaded<Data>>[0]['read'];
  readonly code: string;
  readonly planOf: (data: Data) => Plan | null | undefined;
  /** Numbers of corrections that wait for approvals: they are not in force. */
  readonly waiting?: readonly number[];
};

function Found<Data>({ read, code, planOf, waiting = [] }: FoundProps<Data>) {
  const { t } = useTranslation('plans');
  const plan = read.data && planOf(read.data);
  return (
    <Page title={plan ? `${plan.name} · ${plan.code}` : code} lead={t('planPage.lead')}>
      <Loaded read={read} rows={14}>
        {() =>
          plan && plan.versions.length > 0 ? <Versions plan={plan} waiting={waiting} /> : <Nothing>{t('none')}</Nothing>
        }
      </Loaded>
    </Page>
  );
}

/** The one in force on a day is the last that holds then; before the first it is the first. */
function inForce(versions: readonly PlanVersionShownFragment[], on: string): PlanVersionShownFragment | undefined {
  return versions.filter(({ from, to }) => from <= on && (to === null || to > on)).at(-1) ?? versions[0];
}

function Versions({ plan: { versions }, waiting }: { readonly plan: Plan; readonly waiting: readonly number[] }) {
  const { t } = useTranslation('plans');
  const today = dateOf(new Date(), useTimeZone());
  const approved = versions.filter(({ number }) => !waiting.includes(number));
  const [chosen, setChosen] = useState(inForce(approved, today)?.number ?? versions[0]?.number);
  const version = versions.find(({ number }) => number === chosen);
  if (!version) return null;
  return (
    <>
      <p>
        <Select
          aria-label={t('version')}
          value={chosen ?? null}
          onChange={setChosen}
          popupMatchSelectWidth={false}
          options={versions.map(({ number }) => ({ value: number, label: t('versionNumber', { number }) }))}
        />{' '}
        <DateSpan from={version.from} to={version.to} /> · {version.currency}{' '}
        {version.corrects && (
          <Tag color={waiting.includes(version.number) ? 'gold' : 'default'}>
            {t(waiting.includes(version.number) ? 'correctionWaits' : 'correction')}
          </Tag>
        )}
      </p>
      {version.components.map((component) => (
        <ComponentPanel key={component.code} component={component} currency={version.currency} />
      ))}
    </>
  );
}
