import { rawSql, type Transaction } from '../db/client.ts';
import type { noticeKind } from './tables.ts';

export type NoticeKind = (typeof noticeKind.enumValues)[number];

export type NewNotice = {
  readonly agentId: number;
  readonly kind: NoticeKind;
  /** What it is about, by its natural key: the same kind and subject is told once. */
  readonly subject: string;
  /** What its text is made of; decimals as text. */
  readonly details: Readonly<Record<string, string>>;
};

/** Tells agents something, in the caller's transaction, with which the change that it tells of is audited. Told once, however often. */
export async function addNotices(transaction: Transaction, now: Date, notices: readonly NewNotice[]): Promise<void> {
  const sql = rawSql(transaction);
  for (let start = 0; start < notices.length; start += 5000) {
    const rows = notices
      .slice(start, start + 5000)
      .map(({ agentId, kind, subject, details }) => ({ agent_id: agentId, kind, subject, details }));
    await sql`
      insert into notice (agent_id, kind, subject, details, created_at)
      select agent_id, kind::notice_kind, subject, details, ${now.toISOString()}
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(agent_id integer, kind text, subject text, details jsonb)
      on conflict on constraint notice_once do nothing`;
  }
}
