import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, Quantity } from '../../shared/values.tsx';
import { BusinessBenefitsDocument } from './Business.generated.ts';

/** What its tier gives an agent today; without a tier, nothing. */
export function Benefits({ agentCode }: { readonly agentCode: string }) {
  const { t } = useTranslation('business');
  const read = useRead(BusinessBenefitsDocument, { agentCode });
  return (
    <Loaded read={read} rows={2}>
      {({ agentBenefits: found }) => {
        if (!found?.tier) return null;
        const { tierName, tier, commissionMultiplier, creditLimit, priority, materials } = found;
        const items = [
          { key: 'multiplier', label: t('multiplier'), children: <Quantity value={commissionMultiplier} /> },
          creditLimit !== null && { key: 'limit', label: t('creditLimit'), children: <Amount value={creditLimit} /> },
          priority !== null && { key: 'priority', label: t('priority'), children: <Quantity value={priority} /> },
          materials.length > 0 && { key: 'materials', label: t('materials'), children: materials.join(', ') },
        ].filter((item) => item !== false);
        return (
          <Panel title={t('benefits', { tier: tierName ?? tier })} style={{ marginTop: 12 }}>
            <Descriptions size="small" column={{ xs: 1, sm: 1, md: 2, lg: 4 }} items={items} />
          </Panel>
        );
      }}
    </Loaded>
  );
}
