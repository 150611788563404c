import { eq, sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { dueDaysOf, type ScreeningFormDefinition } from './form.ts';
import { type ApplicationAction, nextState, transitions } from './states.ts';
import { application, applicationScore, applicationStep, screeningFormVersion } from './tables.ts';

export type Application = typeof application.$inferSelect;

/** An application, locked for the rest of the transaction, with what its form says. */
export type LockedApplication = Application & { readonly definition: ScreeningFormDefinition | undefined };

/** The operator's local date. @throws UserError NOT_SET_UP. */
export async function todayOf(transaction: Transaction, now: Date): Promise<string> {
  return localDate(now, (await loadOperator(transaction)).timeZone);
}

/**
 * Locks an application for an action: of two who decide at once the second finds what the first has done.
 * @throws UserError NOT_FOUND where there is none that the transaction may see, APPLICATION_STATE.
 */
export async function lockApplication(
  transaction: Transaction,
  code: string,
  action: ApplicationAction,
): Promise<LockedApplication> {
  const [found] = await transaction.select().from(application).where(eq(application.code, code)).for('update');
  if (!found) throw new UserError('NOT_FOUND', `There is no application ${code}.`, 'code');
  if (nextState(action, found.state) === undefined) {
    const states = transitions[action].from.join(', ');
    const message = `Application ${code} is ${found.state}; to ${actionWords[action]} it must be ${states}.`;
    throw new UserError('APPLICATION_STATE', message, 'code');
  }
  return { ...found, definition: await loadDefinition(transaction, found.formVersionId) };
}

const actionWords: Readonly<Record<ApplicationAction, string>> = {
  change: 'be changed',
  submit: 'be submitted',
  startScreening: 'be screened',
  score: 'be scored',
  approve: 'be approved',
  reject: 'be rejected',
  sign: 'get a contract',
  activate: 'be activated',
  withdraw: 'be withdrawn',
};

async function loadDefinition(
  transaction: Transaction,
  versionId: number | null,
): Promise<ScreeningFormDefinition | undefined> {
  if (versionId === null) return undefined;
  const { definition } = screeningFormVersion;
  const [version] = await transaction
    .select({ definition })
    .from(screeningFormVersion)
    .where(eq(screeningFormVersion.id, versionId));
  return version?.definition;
}

type Step = {
  readonly action: ApplicationAction;
  readonly reason: string;
  /** What else becomes different. */
  readonly values?: Partial<typeof application.$inferInsert>;
  /** What the audit record keeps besides the state. */
  readonly details?: Readonly<Record<string, unknown>>;
};

/** Takes a locked application one step on: its new state with its due time, who, when, why, and the audit record. */
export async function takeStep(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  locked: LockedApplication,
  { action, reason, values = {}, details = {} }: Step,
): Promise<void> {
  const state = transitions[action].to;
  const today = await todayOf(transaction, now);
  const dueOn = state === locked.state ? {} : { dueOn: dueDate(today, dueDaysOf(locked.definition, state)) };
  await transaction
    .update(application)
    .set({ ...values, ...dueOn, state })
    .where(eq(application.id, locked.id));
  await recordStep(transaction, actor, now, { id: locked.id, from: locked.state, to: state, reason });
  await recordChanges(transaction, actor, now, [
    {
      action: `application.${auditVerbs[action]}`,
      entity: 'application',
      entityKey: locked.code,
      before: { state: locked.state },
      after: { state, ...details },
      reason,
    },
  ]);
}

const auditVerbs: Readonly<Record<ApplicationAction, string>> = {
  change: 'changed',
  submit: 'submitted',
  startScreening: 'screening_started',
  score: 'scored',
  approve: 'approved',
  reject: 'rejected',
  sign: 'contracted',
  activate: 'activated',
  withdraw: 'withdrawn',
};

/** A local date some days later, as the database reckons; null where nothing is due. */
export function dueDate(today: string, days: number | undefined) {
  return days === undefined ? null : sql`${today}::date + ${days}::integer`;
}

/** Writes who took an application from one state to another, and why. */
export async function recordStep(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  step: {
    readonly id: number;
    readonly from: Application['state'] | null;
    readonly to: Application['state'];
    readonly reason: string;
  },
): Promise<void> {
  await transaction.insert(applicationStep).values({
    applicationId: step.id,
    fromState: step.from,
    toState: step.to,
    by: actor.name,
    at: now.toISOString(),
    reason: step.reason,
  });
}

/**
 * Four eyes: whoever entered, changed or submitted an application, or scored it, does not decide on it (DOMAIN.md §4).
 * @throws UserError SAME_PERSON.
 */
export async function requireAnotherPerson(
  transaction: Transaction,
  actor: Actor,
  { id, code, enteredBy }: Application,
): Promise<void> {
  const steps = await transaction
    .select({ by: applicationStep.by })
    .from(applicationStep)
    .where(
      sql`${applicationStep.applicationId} = ${id} and (${applicationStep.toState} in ('DRAFT', 'SUBMITTED')
        or (${applicationStep.fromState} = 'SCREENING' and ${applicationStep.toState} = 'SCREENING'))`,
    );
  const scores = await transaction
    .select({ by: applicationScore.enteredBy })
    .from(applicationScore)
    .where(eq(applicationScore.applicationId, id));
  const involved = new Set([enteredBy, ...steps.map(({ by }) => by), ...scores.map(({ by }) => by)].map(lower));
  if (involved.has(lower(actor.name))) {
    const message = `${actor.name} entered or scored application ${code}; somebody else decides on it.`;
    throw new UserError('SAME_PERSON', message, 'code');
  }
}

const lower = (name: string) => name.toLowerCase();
