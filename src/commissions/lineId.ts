import { UserError } from '../errors.ts';
import { type Period, parsePeriod } from '../period.ts';
import { lineKind } from './lines.ts';

export type LineKind = (typeof lineKind.enumValues)[number];

/**
 * A line's name: what makes it one of a kind within the operator's books (DOMAIN.md §10), so that it survives recalculation.
 * Everything but events is named by its code.
 */
export type LineKey = {
  readonly period: Period;
  readonly kind: LineKind;
  /** Plan code; null for a line of a pool, and for TAX and ADJUSTMENT. */
  readonly plan: string | null;
  readonly component: string;
  /** The event's number; null where the cause is the pool, an adjustment or the agent's period. */
  readonly eventId: number | null;
  /** Of ADJUSTMENT, and of nothing else: the adjustment's number. */
  readonly adjustmentId?: number | undefined;
  readonly agent: string;
  readonly role: string;
  readonly instalment?: number | undefined;
  /** The event of the line that a CLAWBACK takes back. */
  readonly originalId?: number | undefined;
  readonly sourceAgent?: string | undefined;
  readonly sourceComponent?: { readonly plan: string; readonly component: string } | undefined;
  /** The closed period that a RETRO corrects. */
  readonly originPeriod?: Period | undefined;
  /** Of TAX, and of nothing else: an agent paid in two currencies is taxed in both. */
  readonly currency?: string | undefined;
};

const poolRole = 'MEMBER';
/** The cause of lines for an agent's period as a whole. */
const periodCause = 'AGENT';

/** SQL that writes a line's id from the tables named as in `lineIdJoins`, `run` and `agent`; what exports write. */
export const lineIdSql = `run.period || '.' || coalesce(plan.code, case when component.pool_id is not null then 'POOL' else component.code end) || '.' ||
  component.code || '.' || case when component.pool_id is not null then component.code
    when line.cause_id = 0 then '${periodCause}' when plan.code is null then 'A' || line.cause_id
    when plan.code = 'POOL' and component.code = 'E' || line.cause_id then 'E0' || line.cause_id else 'E' || line.cause_id end || '.' || agent.code || '.' || line.role ||
  case when line.kind in ('EARNING', 'POOL') then '' when line.kind = 'TAX' then '.TAX.currency=' || line.currency else '.' || line.kind || case
    when num_nonnulls(line.instalment, line.original_id, line.source_agent_id, line.source_component_id, line.origin_period) = 0 then ''
    else concat('.part=' || line.instalment, '.of=E' || line.original_id, '.from=' || source.code,
      '.by=' || source_plan.code || '/' || source_component.code, '.in=' || line.origin_period) end end`;

const componentJoins = `join component on component.id = line.component_id
  left join plan on plan.id = component.plan_id`;

/** What `lineIdSql` needs besides commission_line as `line`, `run` and `agent`. */
export const lineIdJoins = `${componentJoins}
  left join agent source on source.id = line.source_agent_id
  left join component source_component on source_component.id = line.source_component_id
  left join plan source_plan on source_plan.id = source_component.plan_id`;

/** The same for lines none of which goes by another agent's credit or another component's line: three joins a line less. */
export const lineIdJoinsWithoutSource = `${componentJoins}
  cross join (select null::text as code) source
  cross join (select null::text as code) source_component
  cross join (select null::text as code) source_plan`;

/**
 * `2026-10.TELCO-2026.ACT.E4711.A000.SELLER`, `2026-10.ADJUSTMENT.ADJUSTMENT.A17.A000.ADJUSTMENT.ADJUSTMENT`, and where it is neither an EARNING nor a POOL line the kind and what else tells it
 * apart: `2026-10.TELCO-2026.TEAM.E4711.A000.SELLER.OVERRIDE.from=A007.by=TELCO-2026/ACT`. Codes hold neither points nor
 * slashes, so the parts can be told apart.
 */
export function formatLineId(key: LineKey): string {
  const isPool = key.plan === null && key.kind !== 'TAX' && key.kind !== 'ADJUSTMENT';
  const by = key.sourceComponent && `${key.sourceComponent.plan}/${key.sourceComponent.component}`;
  const parts: (string | undefined)[] = [
    key.kind === 'EARNING' || key.kind === 'POOL' ? undefined : key.kind,
    key.instalment === undefined ? undefined : `part=${key.instalment}`,
    key.originalId === undefined ? undefined : `of=E${key.originalId}`,
    key.sourceAgent === undefined ? undefined : `from=${key.sourceAgent}`,
    by === undefined ? undefined : `by=${by}`,
    key.originPeriod === undefined ? undefined : `in=${key.originPeriod}`,
    key.kind === 'TAX' ? `currency=${key.currency}` : undefined,
  ];
  const plan = key.plan ?? (isPool ? 'POOL' : key.kind);
  return [
    key.period,
    plan,
    key.component,
    isPool ? key.component : causeOf(key),
    key.agent,
    key.role,
    ...parts.filter((part) => part !== undefined),
  ].join('.');
}

function causeOf(key: LineKey): string {
  if (key.adjustmentId !== undefined) return `A${key.adjustmentId}`;
  return key.eventId === null ? periodCause : eventCause(key.eventId, key);
}

/** In a plan called POOL a component may have the code of an event, too: the zero tells it from a pool's line. */
function eventCause(eventId: number, { plan, component }: LineKey): string {
  const cause = `E${eventId}`;
  return plan === 'POOL' && component === cause ? `E0${eventId}` : cause;
}

const code = '[A-Za-z0-9][A-Za-z0-9_-]*';
const suffix = new RegExp(
  `^(?:\\.([A-Z]+)(?:\\.part=(\\d{1,4}))?(?:\\.of=E(\\d{1,15}))?(?:\\.from=(${code}))?(?:\\.by=(${code})/(${code}))?(?:\\.in=(\\d{4}-\\d\\d))?(?:\\.currency=([A-Z]{3}))?)?$`,
);

/** @throws UserError LINE_UNKNOWN where the text is no line id. */
export function parseLineId(text: string): LineKey {
  const [period = '', plan = '', component = '', cause = '', agent = '', role = '', ...rest] = text.split('.');
  const parsed = parsePeriod(period);
  const end = suffix.exec(rest.length > 0 ? `.${rest.join('.')}` : '');
  if (!parsed || !component || !agent || !role || !end) throw unknownLine(text);
  const [, kindText, instalment, original, sourceAgent, sourcePlan, sourceCode, origin, currency] = end;
  const isPool = plan === 'POOL' && cause === component && role === poolRole;
  const kind = kindText === undefined ? (isPool ? 'POOL' : 'EARNING') : asKind(kindText);
  const eventId = /^E(\d{1,15})$/.exec(cause)?.[1];
  const adjustmentId = /^A(\d{1,9})$/.exec(cause)?.[1];
  const originPeriod = origin === undefined ? undefined : parsePeriod(origin);
  const isTax = kind === 'TAX';
  const isAdjustment = kind === 'ADJUSTMENT';
  const isOfPeriod = cause === periodCause && kindText !== undefined;
  const isKnown = isAdjustment ? adjustmentId !== undefined : isPool || eventId !== undefined || isOfPeriod;
  if (
    !kind ||
    !isKnown ||
    isTax !== (currency !== undefined) ||
    kindText === 'POOL' ||
    kindText === 'EARNING' ||
    (origin && !originPeriod)
  ) {
    throw unknownLine(text);
  }
  const number = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));
  return {
    period: parsed,
    kind,
    plan: isPool || isTax || isAdjustment ? null : plan,
    component,
    eventId: isPool || eventId === undefined ? null : Number(eventId),
    adjustmentId: isAdjustment ? number(adjustmentId) : undefined,
    agent,
    role,
    instalment: number(instalment),
    originalId: number(original),
    sourceAgent,
    sourceComponent:
      sourcePlan === undefined || sourceCode === undefined ? undefined : { plan: sourcePlan, component: sourceCode },
    originPeriod,
    currency,
  };
}

function asKind(text: string): LineKind | undefined {
  return lineKind.enumValues.find((kind) => kind === text);
}

export const unknownLine = (lineId: string) => new UserError('LINE_UNKNOWN', `There is no line ${lineId}.`, lineId);
