import { eq } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { documentKinds } from '../../src/documents/documents.ts';
import { document } from '../../src/documents/tables.ts';
import { type ApplicantKey, applyAsApplicant, changeOwn, submitOwn } from '../../src/onboarding/applicantAccess.ts';
import { changeApplication } from '../../src/onboarding/applications.ts';
import { withdrawForgottenDrafts } from '../../src/onboarding/forgottenDrafts.ts';
import { testDatabase } from '../database.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { addDocument, anna, applicant, bring, daysLater, findApplication, keys, now, setUp } from './fixture.ts';

// Drafts of applicants without an account at which nobody works any more (docs/agents.md). Entered on 20 November 2026.

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await setUp(databases);
});

const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
const apply = () =>
  owner((transaction) => {
    const { name, channelType, region, contactName, email, numbers } = applicant();
    return applyAsApplicant(transaction, keys, now, { name, channelType, region, contactName, email, numbers });
  });
const withdraw = (at: Date) => withdrawForgottenDrafts(databases.owner, localActor('clock'), at);
const stateOf = async ({ code }: Pick<ApplicantKey, 'code'>) => (await findApplication(databases.owner, code)).state;

it('end 90 days after the last work at them, once, with their papers kept', async () => {
  const [left, changed, given] = [await apply(), await apply(), await apply()];
  await owner((transaction) => changeOwn(transaction, keys, daysLater(10), changed, { name: 'Corner' }));
  await owner(async (transaction) => {
    const id = await addDocument(transaction, given.code, 'BUSINESS_LICENCE');
    await transaction
      .update(document)
      .set({ uploadedAt: daysLater(20).toISOString() })
      .where(eq(document.id, id));
  });
  const states = async () => [await stateOf(left), await stateOf(changed), await stateOf(given)];
  const justBefore = (days: number) => new Date(daysLater(days).getTime() - 1);

  expect(await withdraw(justBefore(90))).toBe(0);
  expect(await withdraw(daysLater(90))).toBe(1);
  expect(await states()).toEqual(['WITHDRAWN', 'DRAFT', 'DRAFT']);
  expect(await withdraw(justBefore(100))).toBe(0);
  expect(await withdraw(daysLater(100))).toBe(1);
  expect(await states()).toEqual(['WITHDRAWN', 'WITHDRAWN', 'DRAFT']);
  expect(await withdraw(daysLater(110))).toBe(1);
  expect(await withdraw(daysLater(110))).toBe(0);
  expect(await states()).toEqual(['WITHDRAWN', 'WITHDRAWN', 'WITHDRAWN']);

  const { id, dueOn } = await findApplication(databases.owner, given.code);
  expect(dueOn).toBeNull();
  expect([...(await owner((transaction) => documentKinds(transaction, id)))]).toEqual(['BUSINESS_LICENCE']);
  const records = await databases.owner.$client`
    select actor, before, after, reason from audit_record where action = 'application.withdrawn' and entity_key = ${given.code}`;
  const reason = 'Nobody handed it in or changed it for 90 days';
  expect(records).toEqual([{ actor: 'clock', before: { state: 'DRAFT' }, after: { state: 'WITHDRAWN' }, reason }]);
});

it('are only those of applicants without an account, and none that was handed in', async () => {
  const entered = await owner((transaction) => bring(transaction, 'DRAFT'));
  const sent = await apply();
  await owner(async (transaction) => {
    await addDocument(transaction, sent.code, 'BUSINESS_LICENCE');
    await submitOwn(transaction, now, sent);
  });
  expect(await withdraw(daysLater(365))).toBe(0);
  expect([await stateOf({ code: entered }), await stateOf(sent)]).toEqual(['DRAFT', 'SUBMITTED']);
});

it('stay where somebody takes one up in the same moment', async () => {
  const key = await apply();
  let withdrawn: Promise<number> | undefined;
  await owner(async (transaction) => {
    await changeApplication(transaction, keys, anna, daysLater(90), key.code, { name: 'Taken up' });
    withdrawn = withdraw(daysLater(90));
    await untilSomebodyWaits(databases);
  });
  expect(await withdrawn).toBe(0);
  expect(await stateOf(key)).toBe('DRAFT');
});
