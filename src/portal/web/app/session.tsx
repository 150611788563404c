import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { postJson, RequestError, send } from '../graphql/request.ts';
import { FullPageError, FullPageWait } from '../shared/states.tsx';
import { SessionDocument, type SessionQuery } from './session.generated.ts';

export type Me = NonNullable<SessionQuery['me']>;
type Operator = NonNullable<SessionQuery['operator']>;
export type Role = Me['role'];

type Session = { readonly me: Me | null; readonly operator: Operator | null };
const SessionContext = createContext<Session>({ me: null, operator: null });

/** Where nobody is signed in, the API says so by an error. */
function nobody(error: unknown): SessionQuery {
  if (error instanceof RequestError && error.code === 'NOT_SIGNED_IN') return { me: null, operator: null };
  throw error;
}

/** Asks once who is signed in, and shows nothing else before that is known. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['Session'],
    queryFn: ({ signal }) => send(SessionDocument, {}, signal).catch(nobody),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const client = useQueryClient();
  useEffect(() => followOtherTabs(client), [client]);
  if (error) return <FullPageError error={error} onRetry={refetch} />;
  if (!data) return <FullPageWait />;
  return <SessionContext value={{ me: data.me, operator: data.operator }}>{children}</SessionContext>;
}

/** Who is signed in, if anybody. */
export const useSession = () => useContext(SessionContext);

/** Who is signed in. For pages behind the sign-in only. */
export function useMe(): Me {
  const { me } = useContext(SessionContext);
  if (!me) throw new Error('Nobody is signed in.');
  return me;
}

/** Whether who is signed in may change anything: not so for the people of an agent whose right is READ. */
export const useMayChange = () => useContext(SessionContext).me?.companyRight !== 'READ';

/** The operator's zone, in which all times are shown. */
export const useTimeZone = () => useContext(SessionContext).operator?.timeZone ?? 'UTC';

/** The operator's currency. */
export const useCurrency = () => useContext(SessionContext).operator?.currency ?? 'CNY';

const signInChannel = 'tributary.sign-in';

/** All tabs have one session: where another tab signs in as somebody else, or out, this one begins anew. */
function followOtherTabs(client: QueryClient): () => void {
  const channel = new BroadcastChannel(signInChannel);
  channel.onmessage = ({ data: email }: MessageEvent<string | null>) => {
    const shown = client.getQueryData<SessionQuery>(['Session'])?.me?.email ?? null;
    if (email !== shown) window.location.replace('/portal/');
  };
  return () => channel.close();
}

function tellOtherTabs(email: string | null): void {
  const channel = new BroadcastChannel(signInChannel);
  channel.postMessage(email);
  channel.close();
}

/** Signs in and out; everything that was read before is forgotten, here and in other tabs. @throws RequestError */
export function useSignIn() {
  const client = useQueryClient();
  return {
    signIn: async (email: string, password: string) => {
      await postJson('/auth/sign-in', { email, password });
      await client.resetQueries();
      tellOtherTabs(client.getQueryData<SessionQuery>(['Session'])?.me?.email ?? null);
    },
    /** The session begins anew: the one that asks stays signed in, all others do not. */
    changePassword: (currentPassword: string, password: string) =>
      postJson('/auth/password', { currentPassword, password }),
    signOut: async () => {
      await postJson('/auth/sign-out', {});
      tellOtherTabs(null);
      // Nothing stays in memory, and whoever signs in next begins at the beginning, not where this one was.
      window.location.replace('/portal/sign-in');
    },
  };
}
