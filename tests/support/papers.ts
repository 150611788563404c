import type { Databases } from '../../src/db/client.ts';

let papers = 0;

/** Writes the row of a paper of an agent's, without its bytes. @returns its key. */
export async function paperKey(
  databases: Databases,
  agentCode: string,
  subject: 'SETTLEMENT' | 'AGENT' = 'SETTLEMENT',
): Promise<number> {
  papers += 1;
  const [row] = await databases.owner.$client<{ id: number }[]>`
    insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
    select ${subject}, id, 'EVIDENCE', 'paper.pdf', 'application/pdf', 1, 'x', ${`paper ${papers} of ${agentCode}`}, 'anna', now()
    from agent where code = ${agentCode} returning id`;
  if (!row) throw new Error(`there is no agent ${agentCode}`);
  return row.id;
}

/** The id of a document as clients of the API name it. */
export const paperId = (key: number): string => Buffer.from(`Document:${key}`).toString('base64url');
