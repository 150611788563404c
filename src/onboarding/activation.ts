import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { openAgreement } from '../agents/agreements.ts';
import { moveSubtree } from '../agents/hierarchy.ts';
import { agent, agentRegion, agentStatus } from '../agents/tables.ts';
import { recordChanges } from '../audit/audit.ts';
import type { AgreementTerms } from '../commissions/definitions.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { moveDocuments } from '../documents/documents.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { moveSecrets } from '../partners/secrets.ts';
import { codeSchema, from } from '../programme/fields.ts';
import { grantTerritory } from '../territories/territories.ts';
import { missingCourses, moveResults } from '../training/requirements.ts';
import { reasonOf } from './applications.ts';
import { requireAdmissible } from './duplicates.ts';
import { invite } from './invitations.ts';
import { type LockedApplication, lockApplication, takeStep, todayOf } from './steps.ts';
import { applicationTerritory } from './tables.ts';

const activationSchema = z.strictObject({
  agentCode: codeSchema.nullish(),
  parent: codeSchema.nullish(),
  from: from.nullish(),
  agreementCode: codeSchema.nullish(),
  reason: z.string().default('Activated'),
});

/** What is decided with the activation: the agent's code (the application's unless told), the agent above it, its first day. */
export type Activation = z.input<typeof activationSchema> & {
  /** Of the agreement, besides what the contract says; checked with it. */
  readonly terms?: AgreementTerms | undefined;
};

export type Activated = {
  readonly agentCode: string;
  readonly agreementCode: string;
  /** For the portal: shown once, kept nowhere. */
  readonly invitationToken: string;
};

type Contract = {
  readonly planId: number;
  readonly from: string;
  readonly to: string | null;
  readonly signedOn: string;
  readonly sha256: string;
  readonly documentId: number;
};

/**
 * Makes an agent of a CONTRACTED application: the agent, ACTIVE in its region from its first day (the contract's, or today where that is
 * later), its agreement, territories and portal invitation, and what the applicant brought with it, all in the caller's transaction.
 * @throws UserError NOT_FOUND, APPLICATION_STATE, INPUT_INVALID, TRAINING_MISSING, TERRITORY_MISSING, CODE_TAKEN, what
 * requireAdmissible throws, and what openAgreement, moveSubtree and grantTerritory throw.
 */
export async function activateApplication(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  given: Activation = {},
): Promise<Activated> {
  const { terms = {}, ...rest } = given;
  const wanted = checkInput(activationSchema, rest, 'activation');
  const reason = reasonOf(wanted.reason);
  const locked = await lockApplication(transaction, code, 'activate');
  const contract = contractOf(locked);
  const today = await todayOf(transaction, now);
  const firstDay = wanted.from ?? (contract.from > today ? contract.from : today);
  requireWithin(contract, firstDay);
  const territories = await requireReady(transaction, locked, firstDay);
  await requireAdmissible(transaction, locked, now);

  const agentCode = wanted.agentCode ?? code;
  const agentId = await createAgent(transaction, actor, now, locked, agentCode, firstDay);
  if (wanted.parent != null) {
    const move = { agentCode, parentCode: wanted.parent, from: firstDay, replaceLater: false, reason };
    await moveSubtree(transaction, actor, now, move);
  }
  await moveSecrets(transaction, locked.id, agentId);
  await moveDocuments(transaction, locked.id, agentId);
  await moveResults(transaction, locked.id, agentId);
  const plan = await transaction.query.plan.findFirst({ columns: { code: true }, where: { id: contract.planId } });
  const agreementCode = wanted.agreementCode ?? `${agentCode}-${plan?.code ?? ''}-${contract.from}`.slice(0, 64);
  await openAgreement(transaction, actor, now, { code: agreementCode, agentId, ...contract, terms });
  for (const { regionId, exclusive } of territories) {
    await grantTerritory(transaction, actor, now, { agentId, regionId, exclusive, from: firstDay, to: contract.to });
  }
  const { contactName: name, email } = locked;
  const invitationToken = await invite(transaction, actor, now, { agentId, agentCode, email, name });
  await takeStep(transaction, actor, now, locked, {
    action: 'activate',
    reason,
    values: { agentId },
    details: { agent: agentCode, agreement: agreementCode, from: firstDay },
  });
  return { agentCode, agreementCode, invitationToken };
}

function contractOf(locked: LockedApplication): Contract {
  const { planId, contractFrom, contractTo, contractSignedOn, contractSha256, contractDocumentId } = locked;
  if (!planId || !contractFrom || !contractSignedOn || !contractSha256 || !contractDocumentId) {
    throw new UserError('APPLICATION_INCOMPLETE', `Application ${locked.code} has no signed contract.`, 'code');
  }
  return {
    planId,
    from: contractFrom,
    to: contractTo,
    signedOn: contractSignedOn,
    sha256: contractSha256,
    documentId: contractDocumentId,
  };
}

function requireWithin({ from: start, to: end }: Contract, day: string): void {
  if (day >= start && (end === null || day < end)) return;
  const message = `The contract holds from ${start}${end === null ? '' : ` until before ${end}`}, not on ${day}.`;
  throw new UserError('INPUT_INVALID', message, 'activation.from');
}

/** The training gate and the territories (DOMAIN.md §4), what is missing all at once. */
async function requireReady(transaction: Transaction, { id, code, channelTypeId }: LockedApplication, on: string) {
  const courses = await missingCourses(transaction, { applicationId: id }, channelTypeId, on);
  const territories = await transaction
    .select()
    .from(applicationTerritory)
    .where(eq(applicationTerritory.applicationId, id))
    .orderBy(applicationTerritory.regionId);
  const faults = courses.map(
    (course) => new UserError('TRAINING_MISSING', `Course ${course} is not passed and valid on ${on}.`, course),
  );
  if (territories.length === 0) {
    faults.push(new UserError('TERRITORY_MISSING', `Application ${code} has no territory.`, 'code'));
  }
  if (faults.length > 0) throw new UserErrors(faults);
  return territories;
}

/** The agent, in its region before its other facts: under row-level security the region decides who may write those. */
async function createAgent(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { name, channelTypeId, regionId, code: applicationCode }: LockedApplication,
  code: string,
  validFrom: string,
): Promise<number> {
  const inserted = await rawSql(transaction)`
    insert into agent (code, name, channel_type_id) values (${code}, ${name}, ${channelTypeId}) on conflict do nothing`;
  if (inserted.count === 0) throw new UserError('CODE_TAKEN', `There is an agent ${code} already.`, 'agentCode');
  const [created] = await transaction.select({ id: agent.id }).from(agent).where(eq(agent.code, code));
  if (!created) throw new Error('the agent was not created');
  const agentId = created.id;
  await transaction.insert(agentRegion).values({ agentId, regionId, validFrom });
  await transaction.insert(agentStatus).values({ agentId, status: 'ACTIVE', validFrom });
  await recordChanges(transaction, actor, now, [
    {
      action: 'agent.created',
      entity: 'agent',
      entityKey: code,
      after: { name, status: 'ACTIVE', from: validFrom, application: applicationCode },
    },
  ]);
  return agentId;
}
