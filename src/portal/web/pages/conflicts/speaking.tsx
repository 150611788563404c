import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import type { CaseShown } from './types.ts';

/** Whether one may say something to the case: managers, and a party for itself, while it is not closed. */
export function useSpeaks(found: CaseShown): boolean {
  const { role, agentCode } = useMe();
  if (found.state === 'CLOSED') return false;
  if (role === 'AGENT') return found.parties.some((party) => party.agentCode === agentCode);
  return role === 'ADMIN' || role === 'CHANNEL_MANAGER';
}

/** Staff says whose side it speaks for, or for none; an agent speaks for its own. */
export function SideChoice({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const { role } = useMe();
  if (role === 'AGENT') return null;
  const agents = [...new Set(found.parties.map(({ agentCode }) => agentCode))];
  return (
    <Form.Item name="agentCode" label={t('forSide')} initialValue="">
      <Select
        options={[{ value: '', label: t('forNobody') }, ...agents.map((agent) => ({ value: agent, label: agent }))]}
      />
    </Form.Item>
  );
}
