/** What each step of a scan tells: its name, and how far the scan is (0 to 100). */
export type OnStep = (step: string, percent: number) => void;

/** A text as an SQL literal, for statements that take no parameters (CREATE TABLE AS). */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** SQL: an event that was reversed is none (DOMAIN.md §9.5). Its source and external id, as SQL. */
export const notReversed = (source: string, externalId: string): string => `not exists (
  select from sales_event reversal where reversal.type = 'REVERSAL' and reversal.original_external_id = ${externalId}
    and reversal.source = ${source})`;

/** SQL that adds findings. Workers can read for a table that is made, not for an insert: so what is found gets a table of its own first. */
export const addFindings = (name: string, columns: string, query: string): string => `
  create unlogged table scan_found_${name} (rule_id, version_id, event_id, test${columns && `, ${columns}`}) as ${query};
  insert into scan_finding (rule_id, version_id, event_id, test${columns && `, ${columns}`}) table scan_found_${name}`;
