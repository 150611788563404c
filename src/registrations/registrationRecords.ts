import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { settleCustomer } from './clashes.ts';
import type { RegistrationPolicyDefinition } from './policy.ts';
import { nextRegistrationState, type RegistrationAction, type RegistrationState } from './registrationStates.ts';

/** A deal as those who work on it need it. */
export type DealRow = {
  readonly id: number;
  readonly code: string;
  readonly agentId: number;
  readonly customerId: string;
  readonly productId: number | null;
  readonly categoryId: number | null;
  readonly state: RegistrationState;
  readonly protectedFrom: string | null;
  readonly protectedUntil: string | null;
  readonly protectedUntilDay: string | null;
  readonly extensionCount: number;
  /** By which it was registered. */
  readonly policy: RegistrationPolicyDefinition;
};

/**
 * A deal as it stands at an instant, together with all of its customer kept from being changed by others until the transaction ends.
 * @throws UserError NOT_FOUND where there is none, or whoever asks may not see it; FORBIDDEN for agents above its own.
 */
export async function lockDeal(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<DealRow> {
  const { customerId, agentId } = await readDeal(transaction, id);
  if (actor.user?.role === 'AGENT' && actor.user.agentId !== agentId) {
    throw new UserError('FORBIDDEN', 'An agent looks after its own deals.', 'registrationId');
  }
  await settleCustomer(transaction, customerId, now);
  return readDeal(transaction, id);
}

async function readDeal(transaction: Transaction, id: number): Promise<DealRow> {
  const [found] = await rawSql(transaction)<DealRow[]>`
    select deal.id, deal.code, deal.agent_id as "agentId", customer_id as "customerId", product_id as "productId",
      product_category_id as "categoryId", state, protected_from as "protectedFrom", protected_until as "protectedUntil",
      protected_until_day::text as "protectedUntilDay", extension_count as "extensionCount", version.definition as policy
    from deal_registration deal join registration_policy_version version on version.id = deal.policy_version_id
    where deal.id = ${id}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such registration.', 'registrationId');
  return found;
}

/** Where the action leads to from where the deal stands. @throws UserError REGISTRATION_STATE. */
export function requireDealAction(
  action: RegistrationAction,
  { code, state }: Pick<DealRow, 'code' | 'state'>,
): RegistrationState {
  const to = nextRegistrationState(action, state);
  if (to === undefined) throw new UserError('REGISTRATION_STATE', `${code} is ${state}.`, code);
  return to;
}

export type DealAction =
  | 'REGISTERED'
  | 'PROTECTED'
  | 'QUEUED'
  | 'REFUSED'
  | 'EXTENDED'
  | 'WON'
  | 'LOST'
  | 'EXPIRED'
  | 'WITHDRAWN';

/** Adds to what happened to a deal. */
export async function addDealStep(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  id: number,
  action: DealAction,
  reason: string | null = null,
): Promise<void> {
  await rawSql(transaction)`
    insert into registration_step (registration_id, action, by, at, reason)
    values (${id}, ${action}, ${actor.name}, ${now.toISOString()}, ${reason})`;
}

export type DealChange = {
  readonly state: RegistrationState;
  /** The end of the protection, where that is set now. */
  readonly protection?: { readonly from: string; readonly until: string; readonly untilDay: string };
  readonly extensionCount?: number;
  /** Its key, as text: it is a bigint. */
  readonly wonEventId?: string;
};

/** Changes a deal, with its step and audit record. */
export async function changeDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  deal: DealRow,
  action: DealAction,
  { state, protection, extensionCount = deal.extensionCount, wonEventId }: DealChange,
  reason: string | null = null,
): Promise<void> {
  const from = protection?.from ?? deal.protectedFrom;
  const until = protection?.until ?? deal.protectedUntil;
  const untilDay = protection?.untilDay ?? deal.protectedUntilDay;
  await rawSql(transaction)`
    update deal_registration set state = ${state}, protected_from = ${from}, protected_until = ${until}, protected_until_day = ${untilDay},
      extension_count = ${extensionCount}, won_event_id = ${wonEventId ?? null}::bigint
    where id = ${deal.id}`;
  await addDealStep(transaction, actor, now, deal.id, action, reason);
  await recordChanges(transaction, actor, now, [
    {
      action: `deal_registration.${action.toLowerCase()}`,
      entity: 'deal_registration',
      entityKey: deal.code,
      before: { state: deal.state, until: deal.protectedUntil, extensionCount: deal.extensionCount },
      after: { state, until, extensionCount, ...(wonEventId === undefined ? {} : { wonEventId }) },
      ...(reason === null ? {} : { reason }),
    },
  ]);
}
