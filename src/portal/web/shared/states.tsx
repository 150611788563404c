import { Alert, Button, Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Fault, FaultsError } from '../graphql/hooks.ts';
import { RequestError } from '../graphql/request.ts';

type FaultsProps = { readonly error: unknown; readonly onRetry?: () => void };

/** What is wrong and what to do about it. Nothing where there is no error. */
export function Faults({ error, onRetry }: FaultsProps) {
  // The words for errors are loaded with the first one.
  return error ? <FaultsShown error={error} {...(onRetry && { onRetry })} /> : null;
}

const mostFaults = 10;
const small = { fontSize: '0.875rem', fontWeight: 'normal', overflowWrap: 'anywhere' } as const;

/** In a long dialog what is wrong would appear below what is seen. */
const reveal = (shown: HTMLElement | null) => {
  if (shown?.closest('[role="dialog"]')) shown.scrollIntoView({ block: 'nearest' });
};

function FaultsShown({ error, onRetry }: FaultsProps) {
  const { t } = useTranslation();
  const say = useErrorWords();
  const faults = faultsOf(error, t('error.network')).slice(0, mostFaults);
  const remedies = new Set(faults.map(({ code, remedy }) => say(code, 'remedy') || remedy).filter(Boolean));
  return (
    <div ref={reveal}>
      <Alert
        type="error"
        showIcon
        role="alert"
        style={{ marginBlock: 12 }}
        title={faults.map(({ code, message, at }, index) => {
          const title = say(code, 'title');
          const isAnother = code === faults[index - 1]?.code;
          return (
            <div key={`${at}${code}${message}`}>
              {title && !isAnother && <div>{title}</div>}
              {title ? <Told>{message}</Told> : message}
            </div>
          );
        })}
        description={[...remedies].join(' ')}
        action={
          onRetry && (
            <Button size="small" onClick={() => onRetry()}>
              {t('retry')}
            </Button>
          )
        }
      />
    </div>
  );
}

/** The server's own sentence, which names the row, the field and the values, beneath what it means. */
function Told({ children }: { readonly children: string }) {
  return (
    <div lang="en" style={small}>
      {children}
    </div>
  );
}

/**
 * What a code of the API's errors is called in the language of the page and what to do about it. Nothing where the API's own words are
 * shown: in English, for codes that it does not know, and while the words are on their way.
 */
function useErrorWords(): (code: string, part: 'title' | 'remedy') => string {
  const { t } = useTranslation('errors', { useSuspense: false });
  return (code, part) => t(`${code}.${part}`, { defaultValue: '' });
}

/** Why a job gave up, as the API keeps it: `CODE: sentence`. */
export function FailureText({ failure }: { readonly failure: string }) {
  const say = useErrorWords();
  const [, code = '', sentence = ''] = /^([A-Z_]+): (.*)$/s.exec(failure) ?? [];
  const title = say(code, 'title');
  if (!title) return <>{failure}</>;
  return (
    <>
      {title}。{say(code, 'remedy')}
      <Told>{sentence}</Told>
    </>
  );
}

function faultsOf(error: unknown, network: string): readonly Fault[] {
  if (error instanceof FaultsError) return error.faults;
  if (error instanceof RequestError) {
    const message = error.code === 'NETWORK' ? network : error.message;
    return [{ code: error.code, message, remedy: error.remedy ?? null }];
  }
  return [{ code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }];
}

type ReadState<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

/**
 * Shows what was read: a skeleton of about its height while it is on its way, what is wrong where it failed, else the children.
 * @param rows how many lines the skeleton has, so that nothing jumps
 */
export function Loaded<Data>({
  read,
  rows = 6,
  children,
}: {
  readonly read: ReadState<Data>;
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  if (read.data !== undefined) {
    return (
      <>
        <Faults error={read.error} onRetry={read.refetch} />
        {children(read.data)}
      </>
    );
  }
  if (read.error) return <Faults error={read.error} onRetry={read.refetch} />;
  return <Skeleton active title={false} paragraph={{ rows }} />;
}

/** Nothing is there, said in words that tell what would be. */
export function Nothing({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={children}>
      {action}
    </Empty>
  );
}

/** Without the library's parts: it is shown before their styles know the nonce. */
export function FullPageWait() {
  return (
    <div className="full-page" aria-busy="true">
      <span className="wait" />
    </div>
  );
}

export function FullPageError({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => unknown }) {
  return (
    <main className="full-page">
      <Faults error={error} onRetry={onRetry} />
    </main>
  );
}
