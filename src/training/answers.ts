import { recordChanges } from '../audit/audit.ts';
import { hashToken } from '../auth/tokens.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { quote } from '../sales/values.ts';
import type { SurveyQuestion } from './surveyForm.ts';
import { surveyState } from './surveys.ts';
import { surveyAnswer } from './tables.ts';

// Whoever has an invitation's token may answer it once, without an account. All of this runs with the owner's rights: the token is
// the right. Nothing is kept of who sends it.

/** An answer to one question: points where it has a scale, words where it has none; words may stand beside points. */
export type Answer = {
  readonly question: string;
  readonly points?: number | null | undefined;
  readonly words?: string | null | undefined;
};

/** What somebody who was invited is shown. */
export type SurveyForm = {
  readonly name: string;
  readonly agentName: string;
  readonly questions: readonly SurveyQuestion[];
  readonly opensOn: string;
  readonly closesOn: string;
  readonly answered: boolean;
};

const mostWords = 2000;
/** Who answered stands in no record. */
const recipientActor: Actor = { name: 'survey recipient', user: null, requestId: null };

type Asked = SurveyForm & { readonly id: number; readonly code: string };

/** What a token asks; null where there is no such invitation. `transaction` is the owner's. */
export async function findSurveyForm(transaction: Transaction, token: string): Promise<SurveyForm | null> {
  return (await findAsked(transaction, token)) ?? null;
}

/**
 * Keeps the answers to an invitation, once; `transaction` is the owner's. Every question with a scale must be answered.
 * @throws UserError NOT_FOUND, SURVEY_CLOSED, SURVEY_ANSWERED; UserErrors INPUT_INVALID, one for each question at fault.
 */
export async function answerSurvey(
  transaction: Transaction,
  now: Date,
  token: string,
  answers: readonly Answer[],
): Promise<void> {
  const asked = await findAsked(transaction, token);
  if (!asked) throw new UserError('NOT_FOUND', 'There is no such invitation.', 'token');
  if ((await surveyState(transaction, now, asked)) !== 'OPEN') {
    const message = `The survey may be answered from ${asked.opensOn} and before ${asked.closesOn}.`;
    throw new UserError('SURVEY_CLOSED', message);
  }
  const kept = readAnswers(asked.questions, answers);
  // Of two who answer at once the second waits here, and then finds it answered.
  const claimed = await rawSql(transaction)`
    update survey_invitation set answered_at = ${now.toISOString()} where id = ${asked.id} and answered_at is null returning id`;
  if (claimed.length === 0) throw new UserError('SURVEY_ANSWERED', 'This invitation was answered already.');
  await transaction.insert(surveyAnswer).values(kept.map((answer) => ({ invitationId: asked.id, ...answer })));
  await recordChanges(transaction, recipientActor, now, [
    { action: 'survey.answered', entity: 'survey', entityKey: asked.code },
  ]);
}

async function findAsked(transaction: Transaction, token: string): Promise<Asked | undefined> {
  const [asked] = await rawSql(transaction)<Asked[]>`
    select invitation.id, survey.code, survey.name, agent.name as "agentName", survey.questions,
      survey.opens_on::text as "opensOn", survey.closes_on::text as "closesOn", invitation.answered_at is not null as answered
    from survey_invitation invitation join survey on survey.id = invitation.survey_id join agent on agent.id = invitation.agent_id
    where invitation.token_hash = ${hashToken(token)}`;
  return asked;
}

type KeptAnswer = { readonly question: string; readonly points: string | null; readonly words: string | null };

/** The answers that say something, in the order of the questions. @throws UserErrors INPUT_INVALID. */
function readAnswers(questions: readonly SurveyQuestion[], answers: readonly Answer[]): KeptAnswer[] {
  const faults: UserError[] = [];
  const fault = (question: string, message: string) => faults.push(new UserError('INPUT_INVALID', message, question));
  const given = new Map<string, Answer>();
  for (const answer of answers) {
    const { question } = answer;
    if (!questions.some(({ code }) => code === question)) fault(question, `There is no question ${quote(question)}.`);
    else if (given.has(question)) fault(question, 'The question is answered twice.');
    given.set(question, answer);
  }
  const kept = questions.map(({ code, scale }): KeptAnswer => {
    const { points = null, words: text = null } = given.get(code) ?? {};
    const words = text?.trim() || null;
    if (scale === undefined && points !== null) fault(code, 'The question is answered in words.');
    if (scale !== undefined && !isPoints(points, scale)) {
      fault(code, `The question is answered by whole points from 1 to ${scale}.`);
    }
    if (words !== null && !isText(words)) fault(code, `An answer has at most ${mostWords} characters.`);
    return { question: code, points: points === null ? null : String(points), words };
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  return kept.filter(({ points, words }) => points !== null || words !== null);
}

const isPoints = (points: number | null, scale: number) =>
  points !== null && Number.isInteger(points) && points >= 1 && points <= scale;

// NUL and halves of a surrogate pair cannot be stored as text.
const isText = (words: string) => words.length <= mostWords && !/[\0\p{Cs}]/u.test(words);
