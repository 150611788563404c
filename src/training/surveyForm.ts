import { z } from 'zod';
import { date, named, nameSchema, wholeNumber } from '../programme/fields.ts';

// What a survey may hold, on its own.

/** A question of a survey: answered by points from 1 to `scale`, or, without a scale, in words. */
export type SurveyQuestion = { readonly code: string; readonly text: string; readonly scale?: number };

const smallestScale = 2;
const largestScale = 100;
const mostQuestions = 50;

const questionSchema = z
  .strictObject({
    code: named('question').shape.code,
    text: nameSchema.describe('The question.'),
    scale: wholeNumber(
      smallestScale,
      largestScale,
      'Answered by points from 1 to this; without it, in words.',
    ).nullish(),
  })
  .transform(({ scale, ...question }): SurveyQuestion => (scale == null ? question : { ...question, scale }));

/** The metric that a survey's averages become. */
export const metricOfSurvey = (code: string) => `SURVEY_${code}`;

/** A survey, whole. */
export const surveySchema = named('survey')
  .extend({
    questions: z
      .array(questionSchema)
      .min(1, 'must have a question')
      .max(mostQuestions, `may have at most ${mostQuestions} questions`)
      .refine((questions) => new Set(questions.map(({ code }) => code)).size === questions.length, 'repeats a code')
      .refine((questions) => questions.some(({ scale }) => scale !== undefined), 'need one with a scale at least')
      .describe('The questions; one at least with a scale.'),
    period: z
      .string()
      .regex(
        /^(?!0000)\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$/,
        'must be a month (2026-10), quarter (2026-Q4) or year (2026)',
      )
      .describe(
        'The month (2026-10), quarter (2026-Q4) or year (2026) whose metric SURVEY_<code> the average becomes.',
      ),
    opensOn: date('The first local day on which it may be answered.'),
    closesOn: date('The first local day on which it may no longer be answered.'),
  })
  .refine(({ opensOn, closesOn }) => opensOn < closesOn, { message: 'must be after "opensOn"', path: ['closesOn'] })
  .refine(({ code }) => metricOfSurvey(code).length <= 64, {
    message: 'must have at most 57 characters',
    path: ['code'],
  });

/** A survey as it is declared: by a client or in a file. */
export type SurveyInput = z.input<typeof surveySchema>;
