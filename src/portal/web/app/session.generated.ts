// Made from session.graphql by `npm run generate`.
import { documentOf } from '../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What one of the people of an agent may do of what the agent may. */
export type CompanyRight =
  /** All of it. */
  | 'FULL'
  /** Sees all of it, and changes nothing. */
  | 'READ';

/** What somebody who signs in may do. */
export type Role =
  /** Sets everything up. */
  | 'ADMIN'
  /** Sees what concerns its own agent and the agents below it. */
  | 'AGENT'
  /** Reads everything, changes nothing. */
  | 'AUDITOR'
  /** Looks after the agents of a region and the regions under it. */
  | 'CHANNEL_MANAGER'
  /** Reads reports of misconduct, and nothing else that is about somebody. */
  | 'COMPLIANCE'
  /** Closes, approves and pays. */
  | 'FINANCE';

export type SessionQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionQuery = { me: { email: string, name: string, role: Role, agentCode: string | null, regionCode: string | null, companyRight: CompanyRight | null } | null, operator: { code: string, name: string, currency: string, timeZone: string } | null };

export const SessionDocument = documentOf<SessionQuery, SessionQueryVariables>('Session', `query Session { me { email name role agentCode regionCode companyRight } operator { code name currency timeZone } }`);
