import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { CaseActions } from './CaseActions.tsx';
import { CasePageCaseDocument } from './CasePage.generated.ts';
import { Comments } from './Comments.tsx';
import { Committee } from './Committee.tsx';
import { Appeals, Decisions } from './Decisions.tsx';
import { Evidence } from './Evidence.tsx';
import { Facts, Parties, Steps } from './Facts.tsx';
import { HeldAmounts } from './HeldAmounts.tsx';

/** A conflict: what happened, who says what, what is held, how it is settled. Agents see their own side. */
export function CasePage() {
  const { t } = useTranslation('conflicts');
  const { caseId = '' } = useParams();
  const { role } = useMe();
  const read = useRead(CasePageCaseDocument, { code: caseId });
  const found = read.data?.conflictCase;
  return (
    <Page
      title={t('casePage.title', { code: caseId })}
      lead={found && `${t(`kind.${found.kind}`)} · ${found.ruleName}`}
      actions={found && <CaseActions found={found} />}
    >
      <Loaded read={read} rows={16}>
        {() =>
          found ? (
            <>
              <Facts found={found} />
              <Parties found={found} />
              <HeldAmounts found={found} />
              <Decisions found={found} />
              <Appeals found={found} />
              {role !== 'AGENT' && <Committee found={found} />}
              <Evidence found={found} />
              <Comments found={found} />
              <Steps found={found} />
            </>
          ) : (
            <Nothing>{t('casePage.none')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}
