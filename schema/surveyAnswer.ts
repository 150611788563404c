import { asUserError } from '../src/db/constraints.ts';
import { answerSurvey, findSurveyForm, type SurveyForm } from '../src/training/answers.ts';
import type { SurveyQuestion } from '../src/training/surveyForm.ts';
import { builder } from './builder.ts';
import { resultUnion } from './mutations.ts';

// What somebody who was invited to a survey sees and does, without an account.

export const opensOn = 'The first local day on which it may be answered.';
export const closesOn = 'The first local day on which it may no longer be answered.';

/** A question, as everybody sees it. */
export const SurveyQuestionType = builder.objectRef<SurveyQuestion>('SurveyQuestion').implement({
  description: 'A question of a survey.',
  authScopes: { public: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    text: t.exposeString('text', { description: 'What is asked.' }),
    scale: t.exposeInt('scale', {
      nullable: true,
      description: 'It is answered by points from 1 to this; null: in words.',
    }),
  }),
});

const SurveyFormType = builder.objectRef<SurveyForm>('SurveyForm').implement({
  description: 'What somebody who was invited to a survey is asked.',
  authScopes: { public: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the survey.' }),
    agentName: t.exposeString('agentName', { description: 'The agent it is about.' }),
    questions: t.field({
      type: [SurveyQuestionType],
      description: 'What is asked.',
      resolve: ({ questions }) => [...questions],
    }),
    opensOn: t.expose('opensOn', { type: 'Date', description: opensOn }),
    closesOn: t.expose('closesOn', { type: 'Date', description: closesOn }),
    answered: t.exposeBoolean('answered', { description: 'Whether it was answered already: that goes once.' }),
  }),
});

builder.queryField('surveyForm', (t) =>
  t.field({
    type: SurveyFormType,
    nullable: true,
    description:
      'What an invitation asks. Needs no account: the token is the right. null where there is no such invitation.',
    authScopes: { public: true },
    args: { token: t.arg.string({ required: true, description: 'The token of the invitation.' }) },
    // The request role reads no tokens.
    resolve: (_root, { token }, { databases }) =>
      databases.owner.transaction((transaction) => findSurveyForm(transaction, token)),
  }),
);

const SurveyAnswerInput = builder.inputType('SurveyAnswerInput', {
  description: 'An answer to one question.',
  fields: (t) => ({
    question: t.string({ required: true, description: 'The question (code).' }),
    points: t.int({ description: 'The points, from 1 to the scale of the question; where it has a scale.' }),
    words: t.string({ description: 'The words, at most 2,000 characters.' }),
  }),
});

const SurveyAnswered = builder.objectRef<{ readonly answered: boolean }>('SurveyAnswered').implement({
  description: 'That the answers were kept.',
  authScopes: { public: true },
  fields: (t) => ({ answered: t.exposeBoolean('answered', { description: 'Always true.' }) }),
});

builder.mutationField('answerSurvey', (t) =>
  t.field({
    type: SurveyAnswered,
    errors: resultUnion('answerSurvey'),
    description: 'Answers an invitation to a survey, once. Needs no account: the token is the right.',
    authScopes: { public: true },
    args: {
      token: t.arg.string({ required: true, description: 'The token of the invitation.' }),
      answers: t.arg({ type: [SurveyAnswerInput], required: true, description: 'The answers.' }),
      idempotencyKey: t.arg.string({ description: 'Changes nothing here: an invitation is answered once anyway.' }),
    },
    resolve: async (_root, { token, answers }, { databases, now }) => {
      const work = databases.owner.transaction((transaction) => answerSurvey(transaction, now, token, answers));
      await work.catch((error: unknown) => {
        throw asUserError(error);
      });
      return { answered: true };
    },
  }),
);
