import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { PeriodText } from '../../shared/values.tsx';
import { ScoreWordsDocument } from './Score.generated.ts';

/** What raters wrote about us and was released to us, the latest month first; without a word of it, nothing. */
export function Words({ agent }: { readonly agent: string }) {
  const { t } = useTranslation('score');
  const read = useRead(ScoreWordsDocument, { agentCode: agent });
  return (
    <Loaded read={read} rows={1}>
      {({ releasedComments }) =>
        releasedComments && releasedComments.length > 0 ? (
          <>
            <h2>{t('words')}</h2>
            <List
              label={t('words')}
              rows={[...releasedComments].reverse()}
              rowKey={({ roundCode, words }) => `${roundCode} ${words}`}
              empty=""
              columns={[
                { key: 'words', title: t('words'), render: ({ words }) => words },
                { key: 'aspect', title: t('aspect'), render: ({ aspect }) => aspect },
                { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
              ]}
            />
          </>
        ) : null
      }
    </Loaded>
  );
}
