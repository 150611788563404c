import type { AgentPageFileQuery } from './Agents.generated.ts';

/** What the page is about, as its query answers it. */
export type AgentFile = NonNullable<AgentPageFileQuery['agentFile']>;
