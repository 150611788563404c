import { z } from 'zod';
import { screeningDefinitionSchema } from '../onboarding/formSchema.ts';
import { courseSchema } from '../training/courseForm.ts';
import { surveySchema } from '../training/surveyForm.ts';
import { code, dateSchema, endsAfterStart, from, named, wholeNumber } from './fields.ts';

// What a programme says of partners besides what they are paid: how applicants are screened, what they must learn, where they may
// sell, how many there shall be, what their customers are asked.

const mostAgents = 1_000_000;

export const screeningFormsSchema = z
  .array(
    named('screening form').extend({
      channelType: code('The channel type whose applicants it judges; a form keeps it.'),
      versions: z
        .array(screeningDefinitionSchema)
        .default([])
        .describe(
          'Its versions in order, the first one first. A published version is never altered: add another after it.',
        ),
    }),
  )
  .default([])
  .describe('Weighted forms by which applicants are judged.');

export const coursesSchema = z
  .array(
    courseSchema.extend({
      requirements: courseSchema.shape.requirements
        .unwrap()
        .optional()
        .describe(
          'All of its requirements: who must have passed it, and from when; without it, they stay as they are.',
        ),
    }),
  )
  .default([])
  .describe('Courses, and who must have passed them.');

export const territoriesSchema = z
  .array(
    z
      .strictObject({
        region: code('The region; the right is for all under it as well.'),
        exclusive: z
          .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
          .default(false)
          .describe('Whether nobody else may have a right there, above or below, but agents below this one.'),
        from,
        to: dateSchema
          .nullish()
          .describe('First local date on which it no longer holds; null: no end; without it, it stays as it is.'),
      })
      .refine(...endsAfterStart),
  )
  .default([])
  .describe('Its rights to sell in regions. Others that it has stay as they are.');

export const channelCapacitySchema = z
  .array(
    z
      .strictObject({
        region: code('The region, with all under it.'),
        channelType: code('The channel type.'),
        from,
        to: dateSchema
          .nullish()
          .describe(
            'First local date on which it no longer holds; without it, until the next figure of the same region and channel type begins.',
          ),
        plannedAgents: wholeNumber(0, mostAgents, 'How many agents there shall be.'),
      })
      .refine(...endsAfterStart),
  )
  .default([])
  .describe('The channel capacity plan: how many agents of a channel type a region shall have.');

export const surveysSchema = z
  .array(surveySchema)
  .default([])
  .describe('Satisfaction surveys; one stays as it is once somebody was invited.');
