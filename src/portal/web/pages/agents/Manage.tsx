import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { AgentChoice } from '../../shared/AgentChoice.tsx';
import { dayBeside } from '../../shared/format.ts';
import { Faults } from '../../shared/states.tsx';
import {
  ManageAddContactDocument,
  ManageChangeContactDocument,
  ManageChoicesDocument,
  ManageEndTerritoryDocument,
  ManageGrantTerritoryDocument,
  ManageMoveDocument,
  ManageRemoveContactDocument,
  ManageSaveNumberDocument,
  type ManageSaveNumberMutationVariables,
} from './Manage.generated.ts';
import { DayField, endAfter, Field, type Fields, given, TextField } from './manageFields.tsx';
import type { AgentFile } from './types.ts';

// What a channel manager does with what is on file of an agent, beside its agreements: each a button beside what it is about.

type Territory = NonNullable<AgentFile['territories']>[number];
type Contact = NonNullable<AgentFile['contacts']>[number];

/** Lets the agent sell in a region and all under it. */
export function GrantTerritory({ agentCode, today }: { readonly agentCode: string; readonly today: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('grant')}
      document={ManageGrantTerritoryDocument}
      variables={(_reason, idempotencyKey, { regionCode = '', from = today, lastDay, exclusive }) => ({
        input: { agentCode, regionCode, exclusive: exclusive === 'true', from, to: endAfter(lastDay) },
        idempotencyKey,
      })}
    >
      <TerritoryFields today={today} />
    </Action>
  );
}

function TerritoryFields({ today }: { readonly today: string }) {
  const { t } = useTranslation('agents');
  const { data, error } = useRead(ManageChoicesDocument, {});
  return (
    <>
      <Field name="regionCode" label={t('region')}>
        <Select
          loading={!data && !error}
          showSearch={{ optionFilterProp: 'label' }}
          options={(data?.regions ?? []).map(({ code, name }) => ({ value: code, label: `${name} · ${code}` }))}
        />
      </Field>
      <Field name="exclusive" label={t('exclusiveTitle')} initial="false">
        <Select
          options={[
            { value: 'false', label: t('exclusiveNo') },
            { value: 'true', label: t('exclusiveYes') },
          ]}
        />
      </Field>
      <DayField name="from" label={t('firstDay')} initial={today} />
      <DayField name="lastDay" label={t('lastDay')} optional />
      <Faults error={error} />
    </>
  );
}

export function EndTerritory({ row, today }: { readonly row: Territory; readonly today: string }) {
  const { t } = useTranslation('agents');
  const { territoryId, name, to } = row;
  if (to !== null && to <= today) return '–';
  return (
    <Action
      size="small"
      danger
      label={t('endTerritory')}
      reason="needed"
      document={ManageEndTerritoryDocument}
      variables={(reason, idempotencyKey, fields) => ({
        territoryId,
        to: endAfter(fields.lastDay) ?? '',
        reason,
        idempotencyKey,
      })}
    >
      <p>{t('endTerritoryText', { name })}</p>
      <DayField name="lastDay" label={t('lastDay')} initial={today} />
    </Action>
  );
}

/** What there is to know of a contact. */
const contactOf = (fields: Fields) => ({
  name: fields.name ?? '',
  responsibility: fields.responsibility ?? '',
  email: given(fields.email),
  phone: given(fields.phone),
  from: fields.from ?? '',
  to: endAfter(fields.lastDay),
});

function ContactFields({ row, today }: { readonly row?: Contact; readonly today: string }) {
  const { t } = useTranslation('agents');
  return (
    <>
      <TextField name="name" label={t('name')} initial={row?.name ?? null} />
      <TextField name="responsibility" label={t('responsibility')} initial={row?.responsibility ?? null} />
      <TextField name="email" label={t('email')} initial={row?.email ?? null} optional />
      <TextField name="phone" label={t('phone')} initial={row?.phone ?? null} optional />
      <DayField name="from" label={t('firstDay')} initial={row?.from ?? today} />
      <DayField name="lastDay" label={t('lastDay')} initial={row?.to ? dayBeside(row.to, -1) : null} optional />
    </>
  );
}

export function AddContact({ agentCode, today }: { readonly agentCode: string; readonly today: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('addContact')}
      document={ManageAddContactDocument}
      variables={(_reason, idempotencyKey, fields) => ({ agentCode, contact: contactOf(fields), idempotencyKey })}
    >
      <ContactFields today={today} />
    </Action>
  );
}

export function ContactActions({ row, today }: { readonly row: Contact; readonly today: string }) {
  const { t } = useTranslation('agents');
  const { contactId, name } = row;
  return (
    <div className="buttons">
      <Action
        size="small"
        label={t('changeContact')}
        document={ManageChangeContactDocument}
        variables={(_reason, idempotencyKey, fields) => ({ contactId, contact: contactOf(fields), idempotencyKey })}
      >
        <ContactFields row={row} today={today} />
      </Action>
      <Action
        size="small"
        danger
        label={t('removeContact')}
        reason="needed"
        document={ManageRemoveContactDocument}
        variables={(reason, idempotencyKey) => ({ contactId, reason, idempotencyKey })}
      >
        <p>{t('removeContactText', { name })}</p>
      </Action>
    </div>
  );
}

type Kind = ManageSaveNumberMutationVariables['kind'];

/** Bank accounts are asked for by the agent and approved by finance: they are none of these. */
const kinds: readonly Kind[] = ['REGISTRATION_NUMBER', 'IDENTITY_NUMBER', 'PHONE'];

/** Saves a number, in the place of the one before. */
export function SaveNumber({ agentCode }: { readonly agentCode: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('saveNumber')}
      document={ManageSaveNumberDocument}
      variables={(_reason, idempotencyKey, { kind, number = '' }) => ({
        agentCode,
        kind: kind as Kind,
        number,
        idempotencyKey,
      })}
    >
      <p>{t('saveNumberText')}</p>
      <Field name="kind" label={t('kind')}>
        <Select options={kinds.map((value) => ({ value, label: t(`secret.${value}`) }))} />
      </Field>
      <TextField name="number" label={t('number')} />
    </Action>
  );
}

/** Gives the agent, with all below it, another one above. */
export function MoveAgent({ file, today }: { readonly file: AgentFile; readonly today: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      label={t('move')}
      reason="needed"
      document={ManageMoveDocument}
      variables={(reason, idempotencyKey, { parentCode, from = today }) => ({
        agentCode: file.code,
        parentCode: parentCode ?? null,
        from,
        reason,
        idempotencyKey,
      })}
    >
      <p>{t('moveText')}</p>
      <Form.Item name="parentCode" label={`${t('parent')} (${t('common:optional')})`} extra={t('noParent')}>
        <AgentChoice />
      </Form.Item>
      <DayField name="from" label={t('firstDay')} initial={today} />
    </Action>
  );
}
