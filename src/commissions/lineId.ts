import { UserError } from '../errors.ts';
import { type Period, parsePeriod } from '../period.ts';

/**
 * A line's name: what makes it one of a kind within the operator's books, so that it survives recalculation. The cause is
 * `E` and the event's number, or the pool's code.
 */
export type LineKey = {
  readonly period: Period;
  /** Plan code, or null for a pool's line. */
  readonly plan: string | null;
  readonly component: string;
  readonly eventId: number | null;
  readonly agent: string;
  readonly role: string;
};

/** SQL that writes a line's id from columns named as given; used by exports, and by `parseLineId` turned round. */
export const lineIdSql = `run.period || '.' || coalesce(plan.code, 'POOL') || '.' || component.code || '.' ||
  case line.kind when 'EARNING' then 'E' || line.cause_id else component.code end || '.' || agent.code || '.' || line.role`;

/** `2026-10.TELCO-2026.ACT.E4711.A000.SELLER`; codes hold no points, so the parts can be told apart. */
export function formatLineId(key: LineKey): string {
  const cause = key.eventId === null ? key.component : `E${key.eventId}`;
  return [key.period, key.plan ?? 'POOL', key.component, cause, key.agent, key.role].join('.');
}

/** @throws UserError LINE_UNKNOWN where the text is no line id. */
export function parseLineId(text: string): LineKey {
  const [period = '', plan = '', component = '', cause = '', agent = '', role = '', ...rest] = text.split('.');
  const parsed = parsePeriod(period);
  const event = /^E(\d{1,15})$/.exec(cause);
  if (!parsed || !component || !agent || !role || rest.length > 0 || (plan !== 'POOL' && !event)) {
    throw new UserError('LINE_UNKNOWN', `"${text}" is not a line id.`, text);
  }
  const isPool = plan === 'POOL' && cause === component;
  return {
    period: parsed,
    plan: isPool ? null : plan,
    component,
    eventId: isPool ? null : Number(event?.[1]),
    agent,
    role,
  };
}
