import { recordChanges } from '../audit/audit.ts';
import { hashToken, newToken } from '../auth/tokens.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import { loadSurvey, surveyState } from './surveys.ts';

/** Somebody to be asked about an agent. */
export type Recipient = { readonly agentCode: string; readonly recipient: string };

/** An invitation as it was made. The token is in no other place: whoever has it may answer once. */
export type Invitation = Recipient & { readonly token: string };

export type Invited = {
  readonly invitations: readonly Invitation[];
  /** How many had been invited before; they get no second token. */
  readonly knownCount: number;
  readonly rejections: readonly RowError[];
};

const maxBatchSize = 1000;
const recipientPattern = /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u;

/**
 * Invites up to 1,000 recipients to a survey that has not closed, each about one agent. Only hashes of the tokens are kept. Under the
 * request role agents it may not see do not exist. Faults of rows are in the result.
 * @throws UserError NOT_FOUND, SURVEY_CLOSED, BATCH_TOO_LARGE, NOT_SET_UP.
 */
export async function inviteToSurvey(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  surveyCode: string,
  recipients: readonly Recipient[],
): Promise<Invited> {
  if (recipients.length > maxBatchSize) {
    const message = `These are ${recipients.length} recipients, at most ${maxBatchSize} are allowed.`;
    throw new UserError('BATCH_TOO_LARGE', message);
  }
  const survey = await loadSurvey(transaction, surveyCode);
  if ((await surveyState(transaction, now, survey)) === 'CLOSED') {
    throw new UserError('SURVEY_CLOSED', `The survey ${surveyCode} closed on ${survey.closesOn}.`, surveyCode);
  }
  const rejections = new Rejections(undefined);
  const good = await goodRecipients(transaction, recipients, rejections);
  const offered = good.map((row) => ({ ...row, token: newToken('srv_') }));
  const hashes = offered.map(({ token }) => hashToken(token));
  const written = await rawSql(transaction)<{ agentId: number; recipient: string }[]>`
    insert into survey_invitation (survey_id, agent_id, recipient, token_hash, created_at)
    select ${survey.id}, agent_id, recipient, token_hash, ${now.toISOString()}::timestamptz
    from unnest(${offered.map(({ agentId }) => agentId)}::integer[], ${offered.map(({ recipient }) => recipient)}::text[],
      ${hashes}::text[]) as offered (agent_id, recipient, token_hash)
    order by agent_id, recipient
    on conflict (survey_id, agent_id, recipient) do nothing
    returning agent_id as "agentId", recipient`;
  const added = new Set(written.map(({ agentId, recipient }) => `${agentId} ${recipient}`));
  const invitations = offered
    .filter(({ agentId, recipient }) => added.has(`${agentId} ${recipient}`))
    .map(({ agentCode, recipient, token }) => ({ agentCode, recipient, token }));
  const counts = { invitedCount: invitations.length, knownCount: good.length - invitations.length };
  if (counts.invitedCount > 0) {
    const after = { ...counts, rejectedCount: rejections.rowCount };
    await recordChanges(transaction, actor, now, [
      { action: 'survey.invited', entity: 'survey', entityKey: surveyCode, after },
    ]);
  }
  return { invitations, knownCount: counts.knownCount, rejections: rejections.kept };
}

type KnownRecipient = Recipient & { readonly agentId: number };

async function goodRecipients(
  transaction: Transaction,
  recipients: readonly Recipient[],
  rejections: Rejections,
): Promise<KnownRecipient[]> {
  const codes = recipients.map(({ agentCode }) => agentCode.trim());
  const agents = await rawSql(transaction)<{ code: string; id: number }[]>`
    select code, id from agent where code = any (${codes}::text[])
      and (not row_security_active('survey_invitation') or id in (select visible_agents()))`;
  const ids = new Map(agents.map(({ code, id }) => [code, id]));
  const good = new Map<string, KnownRecipient>();
  for (const [index, { agentCode: codeText, recipient: name }] of recipients.entries()) {
    const [agentCode, recipient] = [codeText.trim(), name.trim()];
    const agentId = ids.get(agentCode);
    const key = `${agentCode} ${recipient}`;
    const faults: Fault[] = [];
    const add = (column: string | null, code: Fault['code'], message: string) => faults.push({ column, code, message });
    if (agentCode === '') add('agent_code', 'VALUE_MISSING', 'agent_code is empty.');
    else if (agentId === undefined) add('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
    if (recipient === '') add('recipient', 'VALUE_MISSING', 'recipient is empty.');
    else if (!recipientPattern.test(recipient)) {
      add('recipient', 'VALUE_INVALID', `${quote(recipient)} is no text of at most 200 characters on one line.`);
    }
    if (good.has(key)) add(null, 'CODE_DUPLICATE', `An earlier row invites ${quote(key)}.`);
    if (faults.length > 0 || agentId === undefined)
      await rejections.add(index + 1, index + 1, key.slice(0, 400), faults);
    else good.set(key, { agentCode, recipient, agentId });
  }
  return [...good.values()];
}
