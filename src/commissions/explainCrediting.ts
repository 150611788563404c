import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { plain } from './explainText.ts';

// What cases and credit rules make of an event (DOMAIN.md §8), for explanations.

export type CreditingOfEvent = {
  /** HELD or REJECTED; null: it is paid. */
  readonly block: string | null;
  /** The case that blocks or shares it. */
  readonly caseCode: string | null;
  /** The credit rule that shares it. */
  readonly ruleCode: string | null;
  readonly isShared: boolean;
};

/** How an event is credited now, where that is not as it came and the reader has a part in it. */
export async function loadCrediting(
  transaction: Transaction,
  eventId: string | null,
): Promise<CreditingOfEvent | undefined> {
  if (eventId === null || eventId === '0') return undefined;
  const [row] = await rawSql(transaction)<CreditingOfEvent[]>`
    select block, case_code as "caseCode", rule_code as "ruleCode", shared as "isShared" from crediting_of(${eventId})`;
  return row;
}

/** By what the share of a line's credit was given, in words; empty where it came with the event. */
export async function shareWords(
  transaction: Transaction,
  line: { readonly causeId: string; readonly agentId: number; readonly role: string; readonly share: string },
): Promise<{ en: string; zh: string; step: string | undefined }> {
  const none = { en: '', zh: '', step: undefined };
  const [award] = await rawSql(transaction)<{ share: string }[]>`
    select share from event_award where event_id = ${line.causeId} and agent_id = ${line.agentId} and role = ${line.role}`;
  if (!award || plain(award.share) !== plain(line.share)) return none;
  const crediting = await loadCrediting(transaction, line.causeId);
  if (crediting?.ruleCode) {
    const { ruleCode } = crediting;
    return { en: ` by the credit rule ${ruleCode}`, zh: `（依业绩归属规则 ${ruleCode}）`, step: `rule ${ruleCode}` };
  }
  if (!crediting?.caseCode) return none;
  const { caseCode } = crediting;
  return { en: ` by the decision of the case ${caseCode}`, zh: `（依 ${caseCode} 的裁定）`, step: `case ${caseCode}` };
}
