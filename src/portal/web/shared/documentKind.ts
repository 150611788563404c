import { useTranslation } from 'react-i18next';

/** Says what kind of document a code stands for; kinds are the operator's own, so not all have a text. */
export function useDocumentKind(): (kind: string) => string {
  const { t } = useTranslation('words');
  return (kind) => t(`documentKind.${kind}`, { defaultValue: kind });
}
