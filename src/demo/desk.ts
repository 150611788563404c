import { endAgreement } from '../agents/agreementEnds.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { decideDisputes } from '../disputes/decide.ts';
import { addDisputeComment, fileDispute } from '../disputes/disputes.ts';
import { applicantActor } from '../onboarding/applicantAccess.ts';
import { createApplication, submitApplication } from '../onboarding/applications.ts';
import { addContact } from '../partners/contacts.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { saveSecret } from '../partners/secrets.ts';
import { decidePayee, proposePayee } from '../payments/payees.ts';
import { firstDate, type Period, shiftDate, shiftPeriod } from '../period.ts';
import { reconcileList } from '../reconciliation/reconcile.ts';
import { findReminders } from '../reminders/reminders.ts';
import { saveTrainingResults } from '../training/results.ts';

// What lies on the desks of the made-up province: of the agent that agent@demo.example signs in as, of the one below it, and of those who
// decide about them. Everything goes the way people would take.

const seller = { actor: localActor('agent@demo.example'), code: 'E01', agreement: 'E01-DEALER-2024-01-01' };
const manager = localActor('manager@demo.example');
const finance = localActor('finance@demo.example');
const admin = localActor('admin@demo.example');
const daysToAgreementEnd = 45;

type Desk = {
  /** The operator's local date. */
  readonly today: string;
  /** The last month that is over. */
  readonly last: Period;
  readonly subAgent: string;
};

type Scene = Desk & { readonly now: Date; readonly keys: EnvelopeKeys };

/**
 * Lays something on everybody's desk, in one transaction; what lies there already stays as it is.
 * @param keys without them there are no bank details, numbers or applications
 * @throws UserError where the programme or the months that are needed are missing.
 */
export async function showDesk(databases: Databases, keys: EnvelopeKeys, now: Date, desk: Desk): Promise<void> {
  const scene = { ...desk, now, keys };
  await databases.owner.transaction(async (transaction) => {
    await endAgreementSoon(transaction, scene);
    await findReminders(transaction, localActor('demo'), now, desk.today);
    const [shown] = await rawSql(transaction)`select from dispute limit 1`;
    if (shown) return;
    await trainAndTalk(transaction, scene);
    await dispute(transaction, scene);
    await reconcile(transaction, scene);
    if (keys.currentId !== null && keys.fingerprintKey !== null) await keepNumbers(transaction, scene);
  });
}

/** The agreement of the agent ends within the days in which it is reminded. */
async function endAgreementSoon(transaction: Transaction, { now, today }: Scene): Promise<void> {
  const { agreement: code } = seller;
  const [open] = await rawSql(transaction)`select from agreement where code = ${code} and valid_to is null`;
  if (!open) return;
  const reason = 'To be renewed on new terms';
  await endAgreement(transaction, manager, now, { code, on: shiftDate(today, daysToAgreementEnd), today, reason });
}

/** Who has passed what: the course that every agent needs is still due of the agent, and passed by the one below it. */
async function trainAndTalk(transaction: Transaction, { now, last, subAgent }: Scene): Promise<void> {
  const takenOn = firstDate(last);
  const results = [
    { agentCode: seller.code, courseCode: 'FIBRE', takenOn, passed: 'true', score: '91' },
    { agentCode: subAgent, courseCode: 'BASICS', takenOn, passed: 'true', score: '84' },
  ];
  await saveTrainingResults(transaction, manager, now, results, { atomic: true });
  const contact = { responsibility: 'SETTLEMENT', phone: '000 0000 0001', email: 'office@demo.example', from: takenOn };
  await addContact(transaction, manager, now, seller.code, { name: 'Eastgate office', ...contact });
}

/** Two objections of the agent to a confirmed statement: one was decided in its favour, the other has got an answer and is still open. */
async function dispute(transaction: Transaction, { now, last }: Scene): Promise<void> {
  const period = shiftPeriod(last, -2);
  const file = (externalId: string, claimedAmount: string, reason: string) => {
    const sale = { subject: 'MISSING_CREDIT', externalId, claimedAmount, reason } as const;
    return fileDispute(transaction, seller.actor, now, { agentCode: seller.code, period, ...sale });
  };
  const decided = await file('ORDER-5518', '25.00', 'A mobile plan that we sold at the fair is not in the statement.');
  await decideDisputes(transaction, finance, now, [decided], {
    outcome: 'ACCEPTED',
    effect: 'ADJUSTMENT',
    amount: '25.00',
    decision: 'The order was found: it is paid with the next statement.',
  });
  const answered = await file('ORDER-5521', '110.00', 'The fibre line at the old customs house is missing.');
  const text = 'We find no such order. Please send us the order form with its date.';
  await addDisputeComment(transaction, finance, now, { disputeId: answered, text });
}

/** The agent's own list of the last month: sales that were paid as it thinks, one that was paid less, one that nobody knows. */
async function reconcile(transaction: Transaction, { now, last }: Scene): Promise<void> {
  const sale = (externalId: string, more = {}) => ({ source: 'DEMO', externalId, ...more });
  const content = [
    ...[1, 2, 3, 4].map((number) => sale(`ACTIVATION-${last}-${seller.code}-${number}`)),
    sale(`ACTIVATION-${last}-${seller.code}-5`, { amount: '500.00' }),
    sale('ORDER-6104', { product: 'MOBILE-59' }),
  ];
  const list = { agentCode: seller.code, period: last, fileName: `own-list-${last}.csv`, content };
  await reconcileList(transaction, seller.actor, now, list);
}

/** Bank details, numbers, and applicants: one waits for a decision, one has not handed in yet. */
async function keepNumbers(transaction: Transaction, { now, keys, last, subAgent }: Scene): Promise<void> {
  const propose = (agentCode: string, holderName: string, account: string) =>
    proposePayee(transaction, keys, finance, now, {
      ...{ agentCode, holderName, account, thirdParty: false, bankName: 'Demo Bank', clearingCode: '100000000001' },
      ...{ from: firstDate(last), reason: 'As in the contract' },
    });
  const id = await propose(seller.code, 'Eastgate Trading', '6200000000000010011');
  await decidePayee(transaction, admin, now, { id, approve: true, reason: 'Compared with the contract' });
  await propose(subAgent, 'Old Town Telecom', '6200000000000040044');
  const [agent] = await rawSql(transaction)<{ id: number }[]>`select id from agent where code = ${seller.code}`;
  if (!agent) throw new Error(`there is no agent ${seller.code}`);
  const numbers = { REGISTRATION_NUMBER: 'DEMO-REG-0001', BANK_ACCOUNT: '6200000000000010011', PHONE: '00000000001' };
  for (const [kind, plain] of Object.entries(numbers) as [keyof typeof numbers, string][]) {
    await saveSecret(transaction, keys, manager, now, { agentId: agent.id }, kind, plain);
  }
  await enterApplicants(transaction, keys, now);
}

async function enterApplicants(transaction: Transaction, keys: EnvelopeKeys, now: Date): Promise<void> {
  const apply = (code: string, name: string, region: string, number: number) =>
    createApplication(transaction, keys, applicantActor(code), now, {
      ...{ code, name, region, channelType: 'AGENT', contactName: name, email: `${code.toLowerCase()}@demo.example` },
      territories: [{ region }],
      numbers: {
        registrationNumber: `DEMO-REG-100${number}`,
        bankAccount: `620000000000009000${number}`,
        phone: `0000000100${number}`,
      },
    });
  const waiting = await apply('APPLY-1', 'Lighthouse Digital', 'HARBOUR', 1);
  await submitApplication(transaction, applicantActor(waiting), now, waiting);
  await apply('APPLY-2', 'Terrace Corner Shop', 'HILLS', 2);
}
