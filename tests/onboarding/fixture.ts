import { eq } from 'drizzle-orm';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, localActor } from '../../src/db/transaction.ts';
import { document } from '../../src/documents/tables.ts';
import { UserError } from '../../src/errors.ts';
import { createApplication, type NewApplication, submitApplication } from '../../src/onboarding/applications.ts';
import { signContract } from '../../src/onboarding/contract.ts';
import { publishScreeningForm } from '../../src/onboarding/forms.ts';
import { approveApplication, enterScores, startScreening } from '../../src/onboarding/screening.ts';
import { application } from '../../src/onboarding/tables.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';

// A small operator that takes agents on: anna enters, ben screens, carl decides.

export const keys = loadEnvelopeKeys({
  databaseUrl: undefined,
  dataDir: '',
  envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
});
export const now = new Date('2026-11-20T04:00:00Z');
export const today = '2026-11-20';
export const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);
export const anna = localActor('anna');
export const ben = localActor('ben');
export const carl = localActor('carl');

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ROOT, name: Whole }
  - { code: EAST, name: East, parent: ROOT }
  - { code: TOWN, name: Town, parent: EAST }
  - { code: WEST, name: West, parent: ROOT }
channelTypes: [{ code: AGENT, name: Agents }, { code: ONLINE, name: Online }]
plans: [{ code: P, name: Plan }]
agents:
  - { code: M1, name: Master, channelType: AGENT, region: EAST, since: 2026-01-01 }
`;

/** Half of it money, three tenths reach, two tenths people. */
export const definition = {
  items: [
    { code: 'MONEY', name: 'Financial strength', weight: '50' },
    { code: 'REACH', name: 'Market coverage', weight: '30' },
    { code: 'TEAM', name: 'Team quality', weight: '20' },
  ],
  passMark: '70',
  requiredDocuments: ['BUSINESS_LICENCE'],
  coolingOffDays: 30,
  dueDays: { SCREENING: 10 },
};

export async function setUp(databases: Databases): Promise<void> {
  await databases.owner.transaction(async (transaction) => {
    await applyProgramme(transaction, localActor('clerk'), now, readProgramme(programme));
    const form = { code: 'STANDARD', name: 'Standard form', channelType: 'AGENT', definition };
    await publishScreeningForm(transaction, localActor('clerk'), now, form);
  });
}

let counter = 0;

/** What somebody applies with, with numbers of its own. */
export function applicant(more: Partial<NewApplication> = {}): NewApplication {
  counter += 1;
  return {
    name: `Shop ${counter}`,
    channelType: 'AGENT',
    region: 'EAST',
    contactName: 'Dan',
    email: `shop${counter}@shop.example`,
    territories: [{ region: 'TOWN' }],
    numbers: {
      registrationNumber: `REG-${1000 + counter}`,
      bankAccount: `6222 0000 ${1000 + counter}`,
      phone: `1380000${1000 + counter}`,
    },
    ...more,
  };
}

export async function addDocument(transaction: Transaction, code: string, kind: string): Promise<number> {
  counter += 1;
  const { id: applicationId } = await findApplication(transaction, code);
  const [row] = await transaction
    .insert(document)
    .values({
      subject: 'APPLICATION',
      applicationId,
      kind,
      fileName: `${kind}.pdf`,
      mediaType: 'application/pdf',
      sizeBytes: 3,
      sha256: 'a'.repeat(64),
      storageKey: `test/${process.pid}/${counter}`,
      uploadedBy: 'anna',
      uploadedAt: now.toISOString(),
    })
    .returning({ id: document.id });
  if (!row) throw new Error('no document');
  return row.id;
}

export async function findApplication(transaction: Pick<Transaction, 'select'>, code: string) {
  const [row] = await transaction.select().from(application).where(eq(application.code, code));
  if (!row) throw new Error(`no application ${code}`);
  return row;
}

const path = ['DRAFT', 'SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED'] as const;

/** Takes an application as far as `state`, the way people do. @returns its code. */
export async function bring(
  transaction: Transaction,
  state: (typeof path)[number],
  more: Partial<NewApplication> = {},
): Promise<string> {
  const steps = path.indexOf(state);
  const code = await createApplication(transaction, keys, anna, now, applicant(more));
  if (steps >= 1) await submitApplication(transaction, anna, now, code);
  if (steps >= 2) {
    await startScreening(transaction, ben, now, code);
    await scoreAll(transaction, code);
    await addDocument(transaction, code, 'BUSINESS_LICENCE');
  }
  if (steps >= 3) await approveApplication(transaction, carl, now, code, 'Good');
  if (steps >= 4) await signContract(transaction, anna, now, code, await contract(transaction, code));
  return code;
}

export function scoreAll(transaction: Transaction, code: string, actor: Actor = ben, points = '80'): Promise<void> {
  const scores = definition.items.map(({ code: item }) => ({ item, points }));
  return enterScores(transaction, actor, now, code, scores);
}

export async function contract(transaction: Transaction, code: string) {
  const documentId = await addDocument(transaction, code, 'CONTRACT');
  return { documentId, plan: 'P', from: '2026-12-01', to: '2027-12-01', signedOn: today };
}

/** The code of the user's error with which something failed, each fault's; [] where it did not. */
export async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    const known = asUserError(error);
    if (!(known instanceof UserError)) throw error;
    return ('errors' in known ? (known.errors as UserError[]) : [known]).map(({ code }) => code);
  }
}

class Undo extends Error {}

/** Does `work` as the owner and undoes whatever it changed. */
export async function undone<Result>(databases: Databases, work: (transaction: Transaction) => Promise<Result>) {
  let result: { readonly value: Result } | undefined;
  await databases.owner
    .transaction(async (transaction) => {
      result = { value: await work(transaction) };
      throw new Undo();
    })
    .catch((error) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (!result) throw new Error('nothing was done');
  return result.value;
}
