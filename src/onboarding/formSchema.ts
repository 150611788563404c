import { z } from 'zod';
import { Decimal } from '../money.ts';
import { code, codeSchema, nameSchema, number, percentOfWhole, positive, wholeNumber } from '../programme/fields.ts';
import type { ScreeningFormDefinition } from './form.ts';

const days = (state: string) => wholeNumber(1, 3650, `Days that an application may stay in ${state}.`).optional();

const itemSchema = z
  .strictObject({
    code: codeSchema.describe('Code of the item.'),
    name: nameSchema.describe('What is judged.'),
    weight: positive('What it weighs of 100.'),
  })
  .describe('One thing that an applicant is judged on.');

/** A version of a screening form (DOMAIN.md §4): item weights total exactly 100, by exact arithmetic. */
export const screeningDefinitionSchema = z
  .strictObject({
    items: z
      .array(itemSchema)
      .min(1, 'must have at least one item')
      .max(100, 'must have at most 100 items')
      .describe('What applicants are judged on; the weights total exactly 100.'),
    passMark: percentOfWhole('The least total, of 100, that passes.'),
    requiredDocuments: z
      .array(code('Kind of a document.'))
      .refine((kinds) => new Set(kinds).size === kinds.length, 'names a kind of document twice')
      .default([])
      .describe('The kinds of documents that must be there before an application can be approved.'),
    coolingOffDays: wholeNumber(0, 3650, 'Days after a rejection before the applicant may come back.').default(90),
    dueDays: z
      .strictObject({
        DRAFT: days('DRAFT'),
        SUBMITTED: days('SUBMITTED'),
        SCREENING: days('SCREENING'),
        APPROVED: days('APPROVED'),
        CONTRACTED: days('CONTRACTED'),
      })
      .prefault({})
      .describe('Days that an application may stay in a state before it is overdue.'),
  })
  .superRefine(({ items }, context) => {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (seen.has(item.code)) {
        context.addIssue({ code: 'custom', message: `${item.code} is there twice`, path: ['items', index, 'code'] });
      }
      seen.add(item.code);
    }
    const total = items.reduce((sum, item) => sum.plus(number(item.weight)), new Decimal(0));
    if (!total.eq(100)) {
      const message = `weights must total exactly 100, they total ${total.toFixed()}`;
      context.addIssue({ code: 'custom', message, path: ['items'] });
    }
  })
  .transform((definition): ScreeningFormDefinition => definition)
  .describe('What a version of a screening form says.');
