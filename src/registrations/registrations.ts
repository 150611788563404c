import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { addNotices } from '../notices/notices.ts';
import { nameSchema } from '../programme/fields.ts';
import { type CheckedClaim, type ClaimInput, checkClaim } from './claim.ts';
import { type Clash, findClash, settleCustomer } from './clashes.ts';
import { choosePolicy, loadPolicies, type OfferedPolicy } from './offeredPolicy.ts';
import type { RegistrationPolicyDefinition } from './policy.ts';
import { type Protection, protectionFrom } from './protection.ts';
import { addDealStep, changeDeal, lockDeal, requireDealAction } from './registrationRecords.ts';
import type { RegistrationState } from './registrationStates.ts';

// Deal registration 报备 (DOMAIN.md §8): how agents, or staff for them, claim customers. They run as the request role: whose deals
// somebody sees, and may change, is decided by the database, and what stands against a claim is found whoever may see it.

/** Blanks around a text say nothing. */
const textSchema = z.string().trim().min(1, 'is missing').max(2000, 'has at most 2,000 characters');

export type RegistrationInput = ClaimInput & {
  readonly customerName: string;
  /** What the deal is about. */
  readonly opportunity?: string | null | undefined;
};

/**
 * Registers a deal. By the policy that fits best — one that names the category of what is claimed before one that names none, then one that
 * names the channel type — it is protected at once where nobody else is, from now until local midnight of today + its protection days;
 * where another agent's protected deal of the customer has some product in common it is refused or waits; or staff has to judge.
 * @returns the key of the registration, whatever became of it.
 * @throws what `checkClaim` does; UserError REGISTRATION_NOT_OFFERED, REGISTRATION_EXISTS.
 */
export async function registerDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: RegistrationInput,
): Promise<number> {
  const customerName = checkInput(nameSchema, input.customerName, 'customerName');
  const opportunity = input.opportunity == null ? null : checkInput(textSchema, input.opportunity, 'opportunity');
  const claim = await checkClaim(transaction, actor, now, input);
  const policy = choosePolicy(await loadPolicies(transaction, claim.today), claim);
  if (!policy) {
    const message = `No policy offers agents of the channel type ${claim.channelType} to register this on ${claim.today}.`;
    throw new UserError('REGISTRATION_NOT_OFFERED', message);
  }
  await settleCustomer(transaction, claim.customerId, now);
  await refuseSecond(transaction, claim);
  const state = await firstState(transaction, now, claim, policy.definition);
  const protection =
    state === 'PROTECTED' ? await protectionFrom(transaction, now, policy.definition.protectionDays) : null;
  const deal = { claim, policy, customerName, opportunity, state, protection };
  const { id, code } = await addDeal(transaction, actor, now, deal);
  if (state !== 'PENDING' && actor.user?.agentId !== claim.agentId) {
    await tellDecision(transaction, now, claim.agentId, code, state);
  }
  return id;
}

async function firstState(
  transaction: Transaction,
  now: Date,
  claim: CheckedClaim,
  { mode, clash }: RegistrationPolicyDefinition,
): Promise<'PENDING' | 'PROTECTED' | 'QUEUED' | 'REFUSED'> {
  if (mode === 'JUDGEMENT') return 'PENDING';
  if (!(await findClash(transaction, claim, now))) return 'PROTECTED';
  return clash === 'QUEUE' ? 'QUEUED' : 'REFUSED';
}

/** An agent has one registration of the same customer and product, category or neither that is judged, waits or is protected. */
async function refuseSecond(
  transaction: Transaction,
  { agentId, customerId, productId, categoryId }: CheckedClaim,
): Promise<void> {
  const [other] = await rawSql(transaction)<{ code: string; state: string }[]>`
    select code, state from deal_registration
    where agent_id = ${agentId} and customer_id = ${customerId} and product_id is not distinct from ${productId}::integer
      and product_category_id is not distinct from ${categoryId}::integer and state in ('PENDING', 'QUEUED', 'PROTECTED') limit 1`;
  if (!other) return;
  throw new UserError('REGISTRATION_EXISTS', `${other.code} is the same, and ${other.state}.`, 'customerId');
}

type NewDeal = {
  readonly claim: CheckedClaim;
  readonly policy: OfferedPolicy;
  readonly customerName: string;
  readonly opportunity: string | null;
  readonly state: 'PENDING' | 'PROTECTED' | 'QUEUED' | 'REFUSED';
  readonly protection: Protection | null;
};

async function addDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { claim, policy, customerName, opportunity, state, protection }: NewDeal,
): Promise<{ readonly id: number; readonly code: string }> {
  const [added] = await rawSql(transaction)<{ id: number; code: string }[]>`
    insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, opportunity, product_id, product_category_id,
      region_id, state, registered_by, registered_at, protected_from, protected_until, protected_until_day)
    values (${claim.agentId}, ${policy.versionId}, ${claim.customerId}, ${customerName}, ${opportunity}, ${claim.productId}, ${claim.categoryId},
      ${claim.regionId}, ${state}, ${actor.name}, ${now.toISOString()}, ${protection?.from ?? null}, ${protection?.until ?? null},
      ${protection?.untilDay ?? null})
    returning id, code`;
  if (!added) throw new Error('The registration was not added');
  await addDealStep(transaction, actor, now, added.id, 'REGISTERED');
  if (state !== 'PENDING') await addDealStep(transaction, actor, now, added.id, state);
  await recordChanges(transaction, actor, now, [
    {
      action: 'deal_registration.created',
      entity: 'deal_registration',
      entityKey: added.code,
      after: {
        agent: claim.agentCode,
        customerId: claim.customerId,
        policy: policy.code,
        state,
        until: protection?.until ?? null,
      },
    },
  ]);
  return added;
}

const tellDecision = (
  transaction: Transaction,
  now: Date,
  agentId: number,
  code: string,
  state: RegistrationState,
): Promise<void> =>
  addNotices(transaction, now, [
    { agentId, kind: 'REGISTRATION_DECIDED', subject: `${code} ${state}`, details: { registration: code, state } },
  ]);

/** Nobody learns whose a deal is that it may not see. */
const clashMessage = ({ customerName, since, registration, agentCode }: Clash): string =>
  registration === null
    ? `Another agent is protected for ${customerName} since ${since}.`
    : `${customerName} is protected by ${registration} of ${agentCode}.`;

type Judgement = { readonly id: number; readonly protect: boolean; readonly reason: string };

/**
 * Protects a deal that has to be judged, from now for the days of its policy, or refuses it; for staff.
 * @throws UserErrors INPUT_INVALID; UserError FORBIDDEN, NOT_FOUND, REGISTRATION_STATE, REGISTRATION_CLASH where another agent is protected.
 */
export async function judgeDeal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, protect, reason }: Judgement,
): Promise<void> {
  const said = checkInput(textSchema, reason, 'reason');
  if (actor.user?.role === 'AGENT') throw new UserError('FORBIDDEN', 'Staff judges registrations.');
  const deal = await lockDeal(transaction, actor, now, id);
  const state = requireDealAction(protect ? 'protect' : 'refuse', deal);
  if (!protect) await changeDeal(transaction, actor, now, deal, 'REFUSED', { state }, said);
  else {
    const clash = await findClash(transaction, deal, now);
    if (clash) {
      throw new UserError('REGISTRATION_CLASH', clashMessage(clash), 'registrationId');
    }
    const protection = await protectionFrom(transaction, now, deal.policy.protectionDays);
    await changeDeal(transaction, actor, now, deal, 'PROTECTED', { state, protection }, said);
  }
  await tellDecision(transaction, now, deal.agentId, deal.code, state);
}
