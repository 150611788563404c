import { desc, eq, sql } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { sameJson } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { named } from '../programme/fields.ts';
import { channelType } from '../reference/tables.ts';
import type { ScreeningFormDefinition } from './form.ts';
import { screeningDefinitionSchema } from './formSchema.ts';
import { screeningForm, screeningFormVersion } from './tables.ts';

export type ScreeningFormInput = {
  readonly code: string;
  readonly name: string;
  /** The channel type (code) whose applicants it judges; a form keeps it. */
  readonly channelType: string;
  /** As `screeningDefinitionSchema` reads it. */
  readonly definition: unknown;
};

/**
 * Publishes a version of a screening form, which is declared if it is new. What the latest version says already is not published
 * again; a published version is never altered, and applications keep the one they were submitted with.
 * @returns the number of the version that says it. @throws UserError INPUT_INVALID (each fault at its place), REFERENCE_UNKNOWN.
 */
export async function publishScreeningForm(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, channelType: channelTypeCode, definition: given }: ScreeningFormInput,
): Promise<number> {
  const identity = checkInput(named('form'), { code, name }, 'form');
  const definition = checkInput(screeningDefinitionSchema, given, 'definition');
  const channelTypeId = await findChannelType(transaction, channelTypeCode);
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtext(${`screening form ${code}`}))`);
  const formId = await saveForm(transaction, { ...identity, channelTypeId });
  const [latest] = await transaction
    .select()
    .from(screeningFormVersion)
    .where(eq(screeningFormVersion.formId, formId))
    .orderBy(desc(screeningFormVersion.number))
    .limit(1);
  if (latest && sameJson(latest.definition, definition)) return latest.number;
  const number = (latest?.number ?? 0) + 1;
  const version = { formId, number, definition, publishedBy: actor.name, publishedAt: now.toISOString() };
  await transaction.insert(screeningFormVersion).values(version);
  await recordChanges(transaction, actor, now, [
    {
      action: 'screening_form.published',
      entity: 'screening_form',
      entityKey: `${code} ${number}`,
      after: { ...identity, channelType: channelTypeCode, definition },
    },
  ]);
  return number;
}

/** @returns the key of a channel type. @throws UserError REFERENCE_UNKNOWN. */
export async function findChannelType(transaction: Transaction, code: string): Promise<number> {
  const [found] = await transaction.select({ id: channelType.id }).from(channelType).where(eq(channelType.code, code));
  if (!found) throw new UserError('REFERENCE_UNKNOWN', `There is no channel type ${code}.`, 'channelType');
  return found.id;
}

async function saveForm(
  transaction: Transaction,
  form: { readonly code: string; readonly name: string; readonly channelTypeId: number },
): Promise<number> {
  const [present] = await transaction.select().from(screeningForm).where(eq(screeningForm.code, form.code));
  if (present && present.channelTypeId !== form.channelTypeId) {
    const message = `Form ${form.code} is for another channel type. Give the new one a code of its own.`;
    throw new UserError('INPUT_INVALID', message, 'channelType');
  }
  if (present) {
    if (present.name !== form.name) {
      await transaction.update(screeningForm).set({ name: form.name }).where(eq(screeningForm.id, present.id));
    }
    return present.id;
  }
  const [created] = await transaction.insert(screeningForm).values(form).returning({ id: screeningForm.id });
  if (!created) throw new Error('The form was not created');
  return created.id;
}

/** The version of a form by which applicants of a channel type are judged now: the one published last. */
export async function currentForm(
  transaction: Transaction,
  channelTypeId: number,
): Promise<{ readonly id: number; readonly definition: ScreeningFormDefinition } | undefined> {
  const [found] = await transaction
    .select({ id: screeningFormVersion.id, definition: screeningFormVersion.definition })
    .from(screeningFormVersion)
    .innerJoin(screeningForm, eq(screeningForm.id, screeningFormVersion.formId))
    .where(eq(screeningForm.channelTypeId, channelTypeId))
    .orderBy(desc(screeningFormVersion.publishedAt), desc(screeningFormVersion.id))
    .limit(1);
  return found;
}
