import { randomInt } from 'node:crypto';
import { eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { type SecretKind, saveSecret } from '../partners/secrets.ts';
import { codeSchema, nameSchema } from '../programme/fields.ts';
import { region } from '../reference/tables.ts';
import { requireAdmissible } from './duplicates.ts';
import { dueDaysOf } from './form.ts';
import { currentForm, findChannelType } from './forms.ts';
import { dueDate, lockApplication, recordStep, takeStep, todayOf } from './steps.ts';
import { application, applicationTerritory } from './tables.ts';

// An application from its first word to its submission (DOMAIN.md §4). Row-level security decides who sees it; what is said here
// besides is said to name the fault.

const territorySchema = z.strictObject({ region: codeSchema, exclusive: z.boolean().default(false) });
export const territoriesSchema = z
  .array(territorySchema)
  .max(100, 'must have at most 100 entries')
  .refine((list) => new Set(list.map((each) => each.region)).size === list.length, 'names a region twice');

const numberSchema = z.string().max(100, 'must have at most 100 characters').nullish();
const fields = {
  name: nameSchema,
  channelType: codeSchema,
  region: codeSchema,
  contactName: nameSchema,
  email: z.email('must be an e-mail address').max(320),
};
const listSchemas = {
  territories: territoriesSchema.nullish(),
  numbers: z
    .strictObject({
      registrationNumber: numberSchema,
      identityNumber: numberSchema,
      bankAccount: numberSchema,
      phone: numberSchema,
    })
    .nullish(),
};
const newSchema = z.strictObject({ code: codeSchema.nullish(), ...fields, ...listSchemas });
const changeSchema = z.strictObject({
  name: fields.name.nullish(),
  channelType: fields.channelType.nullish(),
  region: fields.region.nullish(),
  contactName: fields.contactName.nullish(),
  email: fields.email.nullish(),
  ...listSchemas,
});

/** An application as somebody enters it. Regions and channel types are codes; numbers are kept encrypted. */
export type NewApplication = z.input<typeof newSchema>;
/** What becomes different; what is missing or null stays. */
export type ApplicationChange = z.input<typeof changeSchema>;

const numberKinds = {
  registrationNumber: 'REGISTRATION_NUMBER',
  identityNumber: 'IDENTITY_NUMBER',
  bankAccount: 'BANK_ACCOUNT',
  phone: 'PHONE',
} as const satisfies Record<string, SecretKind>;

/**
 * Enters an application in DRAFT, due as the channel type's form says.
 * @returns its code (made up where none is given).
 * @throws UserError INPUT_INVALID, REFERENCE_UNKNOWN, REGION_UNKNOWN, FORBIDDEN outside a manager's regions, CODE_TAKEN, NUMBER_UNFIT.
 */
export async function createApplication(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  given: NewApplication,
): Promise<string> {
  const { code: wantedCode, territories, numbers, ...input } = checkInput(newSchema, given, 'application');
  const today = await todayOf(transaction, now);
  const channelTypeId = await findChannelType(transaction, input.channelType);
  const regionId = await findOwnRegion(transaction, actor, input.region, 'region');
  const form = await currentForm(transaction, channelTypeId);
  const code = wantedCode ?? newCode(today);
  const { name, contactName, email } = input;
  const [created] = await transaction
    .insert(application)
    .values({
      code,
      state: 'DRAFT',
      ...{ name, channelTypeId, regionId, contactName, email },
      formVersionId: form?.id ?? null,
      enteredBy: actor.name,
      createdAt: now.toISOString(),
      dueOn: dueDate(today, dueDaysOf(form?.definition, 'DRAFT')),
    })
    .onConflictDoNothing({ target: application.code })
    .returning({ id: application.id });
  if (!created) throw new UserError('CODE_TAKEN', `There is an application ${code} already.`, 'code');
  await recordStep(transaction, actor, now, { id: created.id, from: null, to: 'DRAFT', reason: 'Entered' });
  await recordChanges(transaction, actor, now, [
    {
      action: 'application.created',
      entity: 'application',
      entityKey: code,
      after: { ...input, state: 'DRAFT', territories: territories ?? [] },
    },
  ]);
  await saveTerritories(transaction, actor, created.id, territories ?? []);
  await saveNumbers(transaction, keys, actor, now, created.id, numbers ?? {});
  return code;
}

/** Without letters and digits that look alike. */
const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A code for an application that has none of its own. */
export function newCode(today: string): string {
  const tail = Array.from({ length: 6 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
  return `AP-${today.replaceAll('-', '')}-${tail}`;
}

/**
 * Changes a DRAFT. @throws UserError NOT_FOUND, APPLICATION_STATE, and what createApplication throws.
 */
export async function changeApplication(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  code: string,
  given: ApplicationChange,
): Promise<void> {
  const { territories, numbers, ...input } = checkInput(changeSchema, given, 'application');
  const locked = await lockApplication(transaction, code, 'change');
  const { name, contactName, email } = input;
  const values = {
    ...(name == null ? {} : { name }),
    ...(contactName == null ? {} : { contactName }),
    ...(email == null ? {} : { email }),
    ...(input.region == null ? {} : { regionId: await findOwnRegion(transaction, actor, input.region, 'region') }),
    ...(input.channelType == null ? {} : await ofChannelType(transaction, input.channelType)),
  };
  const changed = Object.fromEntries(Object.entries({ ...input, territories }).filter(([, value]) => value != null));
  await takeStep(transaction, actor, now, locked, { action: 'change', reason: 'Changed', values, details: changed });
  if (territories != null) await saveTerritories(transaction, actor, locked.id, territories);
  await saveNumbers(transaction, keys, actor, now, locked.id, numbers ?? {});
}

async function ofChannelType(transaction: Transaction, code: string) {
  const channelTypeId = await findChannelType(transaction, code);
  return { channelTypeId, formVersionId: (await currentForm(transaction, channelTypeId))?.id ?? null };
}

/**
 * Hands a DRAFT in. From now on the present version of its form counts.
 * @throws UserError APPLICATION_STATE, APPLICATION_INCOMPLETE naming the missing numbers, SCREENING_FORM_MISSING, and what
 * requireAdmissible throws.
 */
export async function submitApplication(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  reason = 'Submitted',
): Promise<void> {
  const locked = await lockApplication(transaction, code, 'submit');
  const form = await currentForm(transaction, locked.channelTypeId);
  if (!form) {
    throw new UserError('SCREENING_FORM_MISSING', `No screening form is published for application ${code}.`, 'code');
  }
  await requireNumbers(transaction, locked.id);
  await requireAdmissible(transaction, locked, now);
  const values = { formVersionId: form.id };
  const submitted = { ...locked, definition: form.definition };
  await takeStep(transaction, actor, now, submitted, { action: 'submit', reason: reasonOf(reason), values });
}

/** Without these an application is not handed in. */
export const requiredNumbers: readonly SecretKind[] = ['REGISTRATION_NUMBER', 'BANK_ACCOUNT', 'PHONE'];

async function requireNumbers(transaction: Transaction, applicationId: number): Promise<void> {
  const rows = await transaction.query.secret.findMany({ columns: { kind: true }, where: { applicationId } });
  const present = new Set(rows.map(({ kind }) => kind));
  const missing = requiredNumbers.filter((kind) => !present.has(kind));
  if (missing.length === 0) return;
  throw new UserErrors(
    missing.map((kind) => new UserError('APPLICATION_INCOMPLETE', `The application has no ${kind}.`, kind)),
  );
}

/** A reason as it is kept. @throws UserError INPUT_INVALID where it is empty or too long. */
export function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= 2000) return reason;
  throw new UserError('INPUT_INVALID', 'A reason has 1 to 2,000 characters.', 'reason');
}

/**
 * The key of a region in which the actor may take agents on.
 * @throws UserError REGION_UNKNOWN; FORBIDDEN for a manager outside its own regions.
 */
async function findOwnRegion(transaction: Transaction, actor: Actor, code: string, at: string): Promise<number> {
  const [id] = [...(await findOwnRegions(transaction, actor, [code], at)).values()];
  if (id === undefined) throw new Error('a region that was found has no key');
  return id;
}

async function findOwnRegions(
  transaction: Transaction,
  actor: Actor,
  codes: readonly string[],
  at: string,
): Promise<ReadonlyMap<string, number>> {
  const root = actor.user?.role === 'CHANNEL_MANAGER' ? actor.user.regionId : null;
  const own = root === null ? sql<boolean>`true` : sql<boolean>`${region.id} in (select region_subtree(${root}))`;
  const rows = await transaction
    .select({ code: region.code, id: region.id, own })
    .from(region)
    .where(inArray(region.code, [...codes]));
  const found = new Map(rows.map((row) => [row.code, row]));
  for (const code of codes) {
    const row = found.get(code);
    if (!row) throw new UserError('REGION_UNKNOWN', `There is no region ${code}.`, at);
    if (!row.own) throw new UserError('FORBIDDEN', `Region ${code} is not among your regions.`, at);
  }
  return new Map(rows.map(({ code, id }) => [code, id]));
}

type WantedTerritory = z.output<typeof territorySchema>;

/** Replaces the territories that an applicant is to have. @throws UserError REGION_UNKNOWN, FORBIDDEN. */
export async function saveTerritories(
  transaction: Transaction,
  actor: Actor,
  applicationId: number,
  territories: readonly WantedTerritory[],
): Promise<void> {
  await transaction.delete(applicationTerritory).where(eq(applicationTerritory.applicationId, applicationId));
  if (territories.length === 0) return;
  const codes = territories.map((territory) => territory.region);
  const regions = await findOwnRegions(transaction, actor, codes, 'territories');
  const rows = territories.flatMap(({ region: code, exclusive }) => {
    const regionId = regions.get(code);
    return regionId === undefined ? [] : [{ applicationId, regionId, exclusive }];
  });
  await transaction.insert(applicationTerritory).values(rows);
}

type Numbers = Readonly<Partial<Record<keyof typeof numberKinds, string | null | undefined>>>;

async function saveNumbers(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  applicationId: number,
  numbers: Numbers,
): Promise<void> {
  for (const field of Object.keys(numberKinds) as (keyof typeof numberKinds)[]) {
    const plain = numbers[field];
    if (plain != null) await saveSecret(transaction, keys, actor, now, { applicationId }, numberKinds[field], plain);
  }
}
