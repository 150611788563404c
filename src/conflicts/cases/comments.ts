import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { auditCase, requireText } from './caseRecords.ts';
import { findSpeaker } from './speakers.ts';

export const audiences = ['STAFF', 'PARTIES', 'SIDE'] as const;
type Audience = (typeof audiences)[number];

export type NewComment = {
  readonly caseId: number;
  readonly text: string;
  /** Staff: who reads it. What an agent says is read by staff and by its own side. */
  readonly audience?: Audience | undefined;
  /** SIDE: whose, where staff say it. */
  readonly agentCode?: string | undefined;
};

/**
 * Says something to a case.
 * @returns the key of the comment.
 * @throws UserError VALUE_MISSING, VALUE_TOO_LONG, INPUT_INVALID where audience and agent do not fit, and what findSpeaker throws.
 */
export async function addComment(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { caseId, text, audience: given, agentCode }: NewComment,
): Promise<number> {
  const said = requireText(text, 'text');
  const isAgent = (actor.user?.agentId ?? null) !== null;
  const audience = given ?? (isAgent ? 'SIDE' : 'STAFF');
  if (isAgent && audience !== 'SIDE') {
    throw new UserError('FORBIDDEN', 'What an agent says is read by staff and by its own side: SIDE.', 'audience');
  }
  if (!isAgent && (audience === 'SIDE') !== (agentCode !== undefined)) {
    throw new UserError('INPUT_INVALID', 'SIDE, and nothing else, names the agent whose side it is.', 'agentCode');
  }
  const { caseCode, agentId } = await findSpeaker(transaction, actor, caseId, agentCode ?? null);
  const [added] = await rawSql(transaction)<{ id: number }[]>`
    insert into conflict_comment (case_id, audience, agent_id, text, by, at)
    values (${caseId}, ${audience}, ${agentId}, ${said}, ${actor.name}, ${now.toISOString()}) returning id`;
  if (!added) throw new Error('The comment was not added');
  await auditCase(transaction, actor, now, caseCode, {
    action: 'conflict_case.comment_added',
    after: { audience, comment: added.id },
  });
  return added.id;
}
