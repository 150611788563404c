import { z } from 'zod';
import { code, endsAfterStart, from, named, to, wholeNumber } from '../programme/fields.ts';
import { trainingPurpose } from './tables.ts';

// What a course and its requirements may hold, on their own.

const longestValidityMonths = 600;

const requirementSchema = z
  .strictObject({
    purpose: z
      .enum(trainingPurpose.enumValues)
      .describe('ONBOARDING: needed to become active. AUTHORISATION: needed to sell the product category.'),
    channelType: code('Only of agents of this channel type; without it, of all.').nullish(),
    productCategory: code('The product category that may not be sold without it; for AUTHORISATION.').nullish(),
    from,
    to,
  })
  .refine(...endsAfterStart)
  .refine(({ purpose, productCategory }) => (purpose === 'AUTHORISATION') === (productCategory != null), {
    message: 'must be given for AUTHORISATION, and for nothing else',
    path: ['productCategory'],
  });

/** A course with all of its requirements. */
export const courseSchema = named('course').extend({
  validMonths: wholeNumber(1, longestValidityMonths, 'For how many months it counts; without it, for ever.').nullish(),
  requirements: z.array(requirementSchema).max(500).default([]).describe('Who must have passed it, and from when.'),
});

/** A course as it is declared: by a client or in a file. */
export type CourseInput = z.input<typeof courseSchema>;
export type CourseEntry = z.output<typeof courseSchema>;
export type RequirementEntry = CourseEntry['requirements'][number];
