import { z } from 'zod';
import { isIban } from '../payments/accounts.ts';
import { code, codeSchema, currencySchema, decimal, nameSchema, wholeNumber } from '../programme/fields.ts';
import {
  automaticSteps,
  bankFields,
  defaultChecklist,
  journalEntryKinds,
  type SettlementPolicyDefinition,
} from './policy.ts';

const uniqueCodes = (entries: readonly { readonly code: string }[]) =>
  new Set(entries.map((entry) => entry.code)).size === entries.length;

const decisionLimitSchema = z.strictObject({
  role: z.enum(['CHANNEL_MANAGER', 'FINANCE']).describe('Whose limit it is; administrators have none.'),
  currency: currencySchema.describe('For amounts in this currency.'),
  amount: decimal('The largest amount, either way.'),
});

const bicSchema = z
  .string()
  .regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'must be a BIC: 8 or 11 capital letters and digits');

const debtorAccountSchema = z.strictObject({
  code: code('Code of the account.'),
  currency: currencySchema.describe('The currency it pays in.'),
  holderName: nameSchema.describe('In whose name it is.'),
  account: z
    .string()
    .regex(/^[A-Z0-9-]{1,34}$/, 'must be 1 to 34 capital letters, digits or "-"')
    .describe('Its number, or its IBAN.'),
  iban: z.boolean().default(false).describe('Whether the number is an IBAN.'),
  bankName: nameSchema.optional().describe('The bank.'),
  bic: bicSchema.optional().describe('The bank’s BIC (ISO 9362).'),
  clearingCode: z
    .string()
    .regex(/^[A-Z0-9]{1,28}$/, 'must be 1 to 28 capital letters and digits')
    .optional()
    .describe('The bank’s code in the clearing of its country (China: CNAPS, 12 digits).'),
});

const bankLayoutSchema = z.strictObject({
  code: code('Code of the layout.'),
  columns: z
    .array(
      z
        .strictObject({
          header: nameSchema.describe('What the column is called.'),
          field: z.enum(bankFields).optional().describe('What of the payment stands in it.'),
          text: z.string().max(200).optional().describe('What always stands in it.'),
        })
        .refine(({ field, text }) => (field === undefined) !== (text === undefined), {
          message: 'must have a field or a text: exactly one of the two',
        }),
    )
    .min(1)
    .describe('The columns, in order.'),
  delimiter: z.enum([',', ';', '|', '\t']).default(',').describe('What stands between two columns.'),
  withHeader: z.boolean().default(true).describe('Whether the first line names the columns.'),
  encoding: z.enum(['UTF-8', 'GB18030']).default('UTF-8').describe('How text is written.'),
  lineEnd: z.enum(['LF', 'CRLF']).default('CRLF').describe('How lines end.'),
});

const journalRuleSchema = z.strictObject({
  entry: z.enum(journalEntryKinds).describe('What is booked.'),
  account: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'must be 1 to 32 letters, digits, ".", "_" or "-"')
    .describe('The account.'),
  costCentre: codeSchema.optional().describe('The cost centre.'),
  plan: codeSchema.optional().describe('Only of this plan.'),
  component: codeSchema.optional().describe('Only of this component, or pool.'),
  channelType: codeSchema.optional().describe('Only of agents of this channel type.'),
  currency: currencySchema.optional().describe('Only in this currency.'),
});

const checklistStepSchema = z.strictObject({
  code: code('Code of the step.'),
  name: nameSchema.describe('What is to be done.'),
  automatic: z
    .enum(automaticSteps)
    .optional()
    .describe('What tells that it is done; without it somebody ticks it off.'),
  required: z.boolean().default(true).describe('Whether the period cannot be locked without it.'),
});

/** A version of the settlement policy (DOMAIN.md §10, §11). In: JSON or YAML. Out: the definition with its defaults. */
export const settlementPolicyDefinitionSchema = z
  .strictObject({
    confirmDays: wholeNumber(1, 365, 'After how many days a statement counts as confirmed.').default(7),
    disputeDays: wholeNumber(1, 3660, 'For how many days after its issue a statement can be disputed.').default(30),
    decisionDays: wholeNumber(1, 365, 'Within how many days a dispute is to be decided.').default(15),
    decisionLimits: z
      .array(decisionLimitSchema)
      .default([])
      .refine(
        (limits) => new Set(limits.map(({ role, currency }) => `${role} ${currency}`)).size === limits.length,
        'names a role and currency twice',
      )
      .describe('Up to which amounts roles decide disputes; a role without a limit in a currency decides none in it.'),
    letterhead: z
      .strictObject({
        name: nameSchema.describe('The name at the top.'),
        lines: z.array(nameSchema).max(6).default([]).describe('What stands under it: address, telephone, tax number.'),
      })
      .nullable()
      .default(null)
      .describe('What stands at the top of statements; null: the operator’s name.'),
    debtorAccounts: z
      .array(debtorAccountSchema)
      .default([])
      .refine(uniqueCodes, 'uses a code twice')
      .describe('The accounts that payments leave from.'),
    bankLayouts: z
      .array(bankLayoutSchema)
      .default([])
      .refine(uniqueCodes, 'uses a code twice')
      .describe('Bank files of banks that do not read pain.001.'),
    journal: z
      .array(journalRuleSchema)
      .default([])
      .describe('Which accounts journal entries go to: the first rule that fits.'),
    checklist: z
      .array(checklistStepSchema)
      .min(1)
      .default([...defaultChecklist])
      .refine(uniqueCodes, 'uses a code twice')
      .describe('The steps of a month’s close, in order.'),
  })
  .transform((definition): SettlementPolicyDefinition => definition)
  .describe('How statements are settled with agents and with the books.');

/** What every line of a bank file needs. */
const neededFields = ['account', 'amount'] as const;

/** A version that is to be published; those that are there stay readable. Refuses what no bank could work with. In and out: as above. */
export const newSettlementPolicySchema = settlementPolicyDefinitionSchema.superRefine((definition, context) => {
  const refuse = (message: string, ...path: (string | number)[]) => context.addIssue({ code: 'custom', message, path });
  for (const [index, { iban, account }] of definition.debtorAccounts.entries()) {
    if (iban && !isIban(account)) refuse('must be an IBAN whose check digits hold', 'debtorAccounts', index, 'account');
  }
  for (const [index, { columns }] of definition.bankLayouts.entries()) {
    const missing = neededFields.filter((needed) => columns.every(({ field }) => field !== needed));
    if (missing.length > 0) refuse(`lacks a column of ${missing.join(' and ')}`, 'bankLayouts', index, 'columns');
  }
});
