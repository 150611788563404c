import { Form, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import {
  CasePageAppealDocument,
  CasePageAssignDocument,
  CasePageCommitteeDocument,
  CasePageDecideDocument,
  CasePageMediateDocument,
  CasePageProposeDocument,
  CasePageReopenDocument,
  type ConflictDecisionInput,
} from './CasePage.generated.ts';
import { DecisionDialog } from './DecisionDialog.tsx';
import { DecisionInputs } from './DecisionForm.tsx';
import type { CaseShown } from './types.ts';

type Props = { readonly found: CaseShown };

/** What one may do about a case by role; whether this one may is for the server to say. */
export function CaseActions({ found }: Props) {
  const { role } = useMe();
  if (role === 'AGENT') return <Appeal found={found} />;
  if (role !== 'ADMIN' && role !== 'CHANNEL_MANAGER') return null;
  const undecided = found.state === 'OPEN' || found.state === 'IN_MEDIATION';
  return (
    <>
      {undecided && <Decide found={found} />}
      {found.state === 'OPEN' && <Mediate found={found} />}
      {(undecided || found.state === 'APPEALED') && <Assign found={found} />}
      {undecided && <SetCommittee found={found} />}
      {role === 'ADMIN' && found.decisions.length > 0 && <Reopen found={found} />}
    </>
  );
}

function Appeal({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const { agentCode } = useMe();
  const isParty = found.parties.some((party) => party.agentCode === agentCode);
  const appealed = found.appeals.some((appeal) => appeal.agentCode === agentCode);
  const over = found.appealUntil === null || new Date(found.appealUntil) <= new Date();
  if (!isParty || appealed || over || found.state !== 'RESOLVED') return null;
  return (
    <Action
      type="primary"
      label={t('appeal')}
      reason="needed"
      document={CasePageAppealDocument}
      variables={(reason, idempotencyKey) => ({ caseId: found.id, reason, idempotencyKey })}
    >
      <p>{t('appealText')}</p>
    </Action>
  );
}

/** A case with a committee is decided by its votes. */
function Decide({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const byCommittee = found.committee.length > 0;
  if (byCommittee && found.proposals.some(({ settledAt }) => settledAt === null)) return null;
  const variables = (decision: ConflictDecisionInput, idempotencyKey: string) => ({
    caseId: found.id,
    decision,
    idempotencyKey,
  });
  const fields = (
    <>
      <p>{t(byCommittee ? 'proposeText' : 'decideText')}</p>
      <DecisionInputs found={found} />
    </>
  );
  return byCommittee ? (
    <DecisionDialog found={found} label={t('propose')} document={CasePageProposeDocument} variables={variables}>
      {fields}
    </DecisionDialog>
  ) : (
    <DecisionDialog found={found} label={t('decide')} document={CasePageDecideDocument} variables={variables}>
      {fields}
    </DecisionDialog>
  );
}

function Mediate({ found }: Props) {
  const { t } = useTranslation('conflicts');
  return (
    <Action
      label={t('mediate')}
      document={CasePageMediateDocument}
      variables={(_reason, idempotencyKey) => ({ caseId: found.id, idempotencyKey })}
    >
      <p>{t('mediateText')}</p>
    </Action>
  );
}

function Assign({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const present = found.mediators.find(({ name }) => name === found.mediatorName)?.email ?? '';
  return (
    <Action
      label={t('assign')}
      document={CasePageAssignDocument}
      variables={(_reason, idempotencyKey, { mediator }) => ({
        caseId: found.id,
        mediator: mediator || null,
        idempotencyKey,
      })}
    >
      <Form.Item name="mediator" label={t('mediator')} initialValue={present}>
        <Select options={[{ value: '', label: t('nobody') }, ...peopleOf(found)]} />
      </Form.Item>
    </Action>
  );
}

const peopleOf = (found: CaseShown) =>
  found.mediators.map(({ email, name, regionCode }) => ({
    value: email,
    label: `${name}${regionCode ? ` · ${regionCode}` : ''} (${email})`,
  }));

function SetCommittee({ found }: Props) {
  const { t } = useTranslation('conflicts');
  const [members, setMembers] = useState<string[]>([]);
  return (
    <Action
      label={t('setCommittee')}
      document={CasePageCommitteeDocument}
      variables={(_reason, idempotencyKey) => ({ caseId: found.id, members, idempotencyKey })}
    >
      <p>{t('committeeText')}</p>
      <Form.Item label={t('members')} htmlFor="committee-members">
        <Select
          id="committee-members"
          mode="tags"
          value={members}
          onChange={setMembers}
          options={peopleOf(found)}
          tokenSeparators={[',', ' ']}
        />
      </Form.Item>
    </Action>
  );
}

function Reopen({ found }: Props) {
  const { t } = useTranslation('conflicts');
  if (found.state !== 'RESOLVED' && found.state !== 'CLOSED') return null;
  return (
    <Action
      danger
      label={t('reopen')}
      reason="needed"
      document={CasePageReopenDocument}
      variables={(reason, idempotencyKey) => ({ caseId: found.id, reason, idempotencyKey })}
    >
      <p>{t('reopenText')}</p>
    </Action>
  );
}
