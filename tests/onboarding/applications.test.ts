import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { agent } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { signIn } from '../../src/auth/sessions.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { activateApplication } from '../../src/onboarding/activation.ts';
import { changeApplication, createApplication, submitApplication } from '../../src/onboarding/applications.ts';
import { signContract } from '../../src/onboarding/contract.ts';
import { findDuplicates } from '../../src/onboarding/duplicates.ts';
import { publishScreeningForm } from '../../src/onboarding/forms.ts';
import { acceptInvitation } from '../../src/onboarding/invitations.ts';
import {
  approveApplication,
  enterScores,
  rejectApplication,
  startScreening,
  withdrawApplication,
} from '../../src/onboarding/screening.ts';
import {
  applicationScore,
  applicationStep,
  applicationTerritory,
  portalInvitation,
} from '../../src/onboarding/tables.ts';
import { secret } from '../../src/partners/tables.ts';
import { testDatabase } from '../database.ts';
import {
  addDocument,
  anna,
  applicant,
  ben,
  bring,
  carl,
  contract,
  daysLater,
  definition,
  faultsOf,
  findApplication,
  keys,
  now,
  scoreAll,
  setUp,
  today,
  undone,
} from './fixture.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases);
});

const trial = <Result>(work: (transaction: Transaction) => Promise<Result>) => undone(databases, work);
/** What `work` fails with, in a savepoint, so that the transaction goes on. */
const faults = (transaction: Transaction, work: (savepoint: Transaction) => Promise<unknown>) =>
  faultsOf(transaction.transaction(work));
const stateOf = async (transaction: Transaction, code: string) => (await findApplication(transaction, code)).state;

describe('an application', () => {
  it('keeps who, when and why of each step, and when it is due', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED');
      const found = await findApplication(transaction, code);
      // The usual 30 days from 20 November.
      expect(found).toMatchObject({
        state: 'CONTRACTED',
        enteredBy: 'anna',
        dueOn: '2026-12-20',
        contractSha256: 'a'.repeat(64),
      });
      const steps = await transaction.select().from(applicationStep).where(eq(applicationStep.applicationId, found.id));
      expect(steps.map(({ fromState, toState, by }) => `${fromState} ${toState} ${by}`)).toEqual([
        'null DRAFT anna',
        'DRAFT SUBMITTED anna',
        'SUBMITTED SCREENING ben',
        'SCREENING SCREENING ben',
        'SCREENING APPROVED carl',
        'APPROVED CONTRACTED anna',
      ]);
      const records = await transaction.select().from(auditRecord).where(eq(auditRecord.entityKey, code));
      expect(records.map(({ action }) => action)).toEqual([
        'application.created',
        'application.submitted',
        'application.screening_started',
        'application.scored',
        'application.approved',
        'application.contracted',
      ]);
      expect(records[4]).toMatchObject({ actor: 'carl', reason: 'Good', after: { state: 'APPROVED', total: '80' } });
    });
  });

  it('is due in each state as its form says', async () => {
    await trial(async (transaction) => {
      const due = async (code: string) => (await findApplication(transaction, code)).dueOn;
      expect(await due(await bring(transaction, 'DRAFT'))).toBe('2026-12-20');
      expect(await due(await bring(transaction, 'SUBMITTED'))).toBe('2026-11-25');
      // Ten days by this form.
      expect(await due(await bring(transaction, 'SCREENING'))).toBe('2026-11-30');
      const code = await bring(transaction, 'SCREENING');
      await rejectApplication(transaction, carl, now, code, 'No');
      expect(await due(code)).toBeNull();
    });
  });

  it('is changed while it is a draft, and its numbers stand nowhere in plain words', async () => {
    await trial(async (transaction) => {
      const code = await createApplication(transaction, keys, anna, now, applicant({ code: 'AP-1' }));
      expect(code).toBe('AP-1');
      const change = {
        name: 'New name',
        region: 'WEST',
        territories: [{ region: 'WEST', exclusive: true }],
        numbers: { phone: '13900001111' },
      };
      await changeApplication(transaction, keys, anna, now, code, change);
      const { id, name } = await findApplication(transaction, code);
      expect(name).toBe('New name');
      const places = await transaction
        .select()
        .from(applicationTerritory)
        .where(eq(applicationTerritory.applicationId, id));
      expect(places).toMatchObject([{ exclusive: true }]);
      const masked = await transaction.select().from(secret).where(eq(secret.applicationId, id)).orderBy(secret.kind);
      expect(masked.map(({ kind }) => kind)).toEqual(['REGISTRATION_NUMBER', 'BANK_ACCOUNT', 'PHONE']);
      expect(masked[2]?.masked).toBe('****1111');
      const [told] = await transaction.execute<{ text: string }>(
        sql`select string_agg(concat(before, after, reason), ' ') as text from audit_record`,
      );
      expect(String(told?.text)).not.toContain('1390000');
    });
  });

  it.each([
    [{ email: 'nobody' }, 'INPUT_INVALID'],
    [{ name: ' ' }, 'INPUT_INVALID'],
    [{ channelType: 'NONE' }, 'REFERENCE_UNKNOWN'],
    [{ region: 'NOWHERE' }, 'REGION_UNKNOWN'],
    [{ territories: [{ region: 'NOWHERE' }] }, 'REGION_UNKNOWN'],
    [{ territories: [{ region: 'TOWN' }, { region: 'TOWN' }] }, 'INPUT_INVALID'],
    [{ numbers: { phone: 'call me' } }, 'NUMBER_UNFIT'],
  ] as const)('is refused with %o', async (given, code) => {
    expect(
      await trial((transaction) =>
        faults(transaction, (savepoint) =>
          createApplication(savepoint, keys, anna, now, applicant(given as Parameters<typeof applicant>[0])),
        ),
      ),
    ).toEqual([code]);
  });

  it('has a code of its own', async () => {
    const found = await trial(async (transaction) => {
      await createApplication(transaction, keys, anna, now, applicant({ code: 'TWICE' }));
      return faults(transaction, (savepoint) =>
        createApplication(savepoint, keys, anna, now, applicant({ code: 'TWICE' })),
      );
    });
    expect(found).toEqual(['CODE_TAKEN']);
  });

  it('is complete before it is submitted, and its channel type has a form', async () => {
    await trial(async (transaction) => {
      const numbers = { registrationNumber: 'REG-77' };
      const bare = await createApplication(transaction, keys, anna, now, applicant({ numbers }));
      expect(await faults(transaction, (savepoint) => submitApplication(savepoint, anna, now, bare))).toEqual([
        'APPLICATION_INCOMPLETE',
        'APPLICATION_INCOMPLETE',
      ]);
      const online = await bring(transaction, 'DRAFT', { channelType: 'ONLINE' });
      expect(await faults(transaction, (savepoint) => submitApplication(savepoint, anna, now, online))).toEqual([
        'SCREENING_FORM_MISSING',
      ]);
      expect(await faults(transaction, (savepoint) => submitApplication(savepoint, anna, now, 'NONE'))).toEqual([
        'NOT_FOUND',
      ]);
    });
  });

  it('keeps the version of the form that it was submitted with', async () => {
    await trial(async (transaction) => {
      const before = await bring(transaction, 'SUBMITTED');
      const after = await bring(transaction, 'DRAFT');
      const form = { code: 'STANDARD', name: 'Standard form', channelType: 'AGENT' };
      expect(await publishScreeningForm(transaction, carl, now, { ...form, definition })).toBe(1);
      const harder = { ...form, definition: { ...definition, passMark: '90' } };
      expect(await publishScreeningForm(transaction, carl, daysLater(1), harder)).toBe(2);
      await submitApplication(transaction, anna, now, after);
      await startScreening(transaction, ben, now, before);
      await startScreening(transaction, ben, now, after);
      for (const code of [before, after]) {
        await scoreAll(transaction, code);
        await addDocument(transaction, code, 'BUSINESS_LICENCE');
      }
      await approveApplication(transaction, carl, now, before, 'Good');
      expect(await faults(transaction, (savepoint) => approveApplication(savepoint, carl, now, after, 'Good'))).toEqual(
        ['SCREENING_SCORE_LOW'],
      );
    });
  });
});

describe('who has the same numbers', () => {
  const withNumber = (registrationNumber: string, more: object = {}) => ({
    numbers: { ...applicant().numbers, registrationNumber, ...more },
  });
  const submit = (transaction: Transaction, code: string, at = now) =>
    faults(transaction, (savepoint) => submitApplication(savepoint, anna, at, code));

  it('is blocked by its registration number while another application is under way, not by one that ended or has not begun', async () => {
    await trial(async (transaction) => {
      const first = await bring(transaction, 'DRAFT', withNumber('REG-9'));
      const second = await bring(transaction, 'DRAFT', withNumber('reg 9', { phone: '13811112222' }));
      await submitApplication(transaction, anna, now, first);
      expect(await submit(transaction, second)).toEqual(['APPLICANT_DUPLICATE']);
      await withdrawApplication(transaction, anna, now, first, 'Gone');
      expect(await submit(transaction, second)).toEqual([]);
    });
  });

  it('is shown to the reviewer, and not blocked, for a bank account or a telephone', async () => {
    await trial(async (transaction) => {
      const first = await bring(transaction, 'SUBMITTED', withNumber('REG-10', { phone: '13811112222' }));
      const second = await bring(transaction, 'SUBMITTED', withNumber('REG-11', { phone: '138 1111 2222' }));
      const { id } = await findApplication(transaction, second);
      expect(await findDuplicates(transaction, id, today)).toMatchObject([
        { kind: 'PHONE', subject: 'APPLICATION', code: first, state: 'SUBMITTED', reason: null },
      ]);
    });
  });

  it('is blocked by an agent until that is terminated', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED', withNumber('REG-12'));
      const { agentCode } = await activateApplication(transaction, anna, now, code, { agentCode: 'A12' });
      const again = await bring(transaction, 'DRAFT', withNumber('REG-12'));
      expect(await submit(transaction, again)).toEqual(['APPLICANT_DUPLICATE']);
      const agentId = sql`(select id from agent where code = ${agentCode})`;
      await transaction.execute(
        sql`update agent_status set valid_from = '2026-01-01', status = 'SUSPENDED' where agent_id = ${agentId}`,
      );
      expect(await submit(transaction, again)).toEqual(['APPLICANT_DUPLICATE']);
      await transaction.execute(sql`update agent_status set status = 'TERMINATED' where agent_id = ${agentId}`);
      expect(await submit(transaction, again)).toEqual([]);
    });
  });

  it('may come back once the cooling-off of 30 days is over', async () => {
    await trial(async (transaction) => {
      const first = await bring(transaction, 'SCREENING', withNumber('REG-13'));
      await rejectApplication(transaction, carl, now, first, 'Too small');
      const again = await bring(transaction, 'DRAFT', withNumber('REG-13'));
      // Rejected on 20 November: barred until 20 December.
      expect(await submit(transaction, again, daysLater(29))).toEqual(['APPLICANT_COOLING_OFF']);
      expect(await submit(transaction, again, daysLater(30))).toEqual([]);
    });
  });

  it('is kept out by any number that is blacklisted on the day, also once it is being judged', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SCREENING', withNumber('REG-14', { phone: '13833334444' }));
      await transaction.execute(sql`
        insert into blacklist_entry (kind, fingerprint, reason, by, valid_from, valid_to)
        select kind, fingerprint, 'Fraud', 'carl', '2026-01-01', '2027-01-01' from secret
        where kind = 'PHONE' and application_id = (select id from application where code = ${code})`);
      const again = await bring(transaction, 'DRAFT', withNumber('REG-15', { phone: '+86 138 3333 4444' }));
      expect(await submit(transaction, again)).toEqual(['APPLICANT_BLACKLISTED']);
      expect(await submit(transaction, again, daysLater(60))).toEqual([]);
      expect(await faults(transaction, (savepoint) => approveApplication(savepoint, carl, now, code, 'Good'))).toEqual([
        'APPLICANT_BLACKLISTED',
      ]);
    });
  });
});

describe('the decision', () => {
  const approve = (transaction: Transaction, code: string, by = carl) =>
    faults(transaction, (savepoint) => approveApplication(savepoint, by, now, code, 'Good'));

  it('is made by somebody who neither entered, changed, submitted nor scored the application', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SCREENING');
      for (const person of [anna, ben, { ...anna, name: 'ANNA' }]) {
        expect(await approve(transaction, code, person)).toEqual(['SAME_PERSON']);
        expect(await faults(transaction, (savepoint) => rejectApplication(savepoint, person, now, code, 'No'))).toEqual(
          ['SAME_PERSON'],
        );
      }
      // Scored once, though somebody else's points stand now.
      await scoreAll(transaction, code, carl);
      await scoreAll(transaction, code, ben);
      expect(await approve(transaction, code, carl)).toEqual(['SAME_PERSON']);
    });
  });

  it('is refused to who entered by the database too', async () => {
    const found = await trial(async (transaction) => {
      const { id: applicationId } = await findApplication(transaction, await bring(transaction, 'SCREENING'));
      const step = {
        applicationId,
        fromState: 'SCREENING',
        toState: 'APPROVED',
        by: 'Anna',
        at: now.toISOString(),
        reason: 'x',
      } as const;
      return faults(transaction, (savepoint) => savepoint.insert(applicationStep).values(step));
    });
    expect(found).toEqual(['SAME_PERSON']);
  });

  it('needs every item scored and every document there', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SUBMITTED');
      await startScreening(transaction, ben, now, code);
      await enterScores(transaction, ben, now, code, [
        { item: 'MONEY', points: '100' },
        { item: 'REACH', points: '100' },
      ]);
      // TEAM and the licence
      expect(await approve(transaction, code)).toEqual(['APPLICATION_INCOMPLETE', 'APPLICATION_INCOMPLETE']);
      await enterScores(transaction, ben, now, code, [{ item: 'TEAM', points: '0' }]);
      expect(await approve(transaction, code)).toEqual(['APPLICATION_INCOMPLETE']);
      await addDocument(transaction, code, 'BUSINESS_LICENCE');
      // 50 + 30 + 0 = 80, at least 70
      expect(await approve(transaction, code)).toEqual([]);
    });
  });

  it('is by the exact total: 69.995 does not pass a mark of 70', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SCREENING');
      const scores = (money: string) => [
        { item: 'MONEY', points: money },
        { item: 'REACH', points: '70' },
        { item: 'TEAM', points: '45' },
      ];
      await enterScores(transaction, ben, now, code, scores('79.99'));
      expect(await approve(transaction, code)).toEqual(['SCREENING_SCORE_LOW']);
      await enterScores(transaction, ben, now, code, scores('80.00'));
      expect(await approve(transaction, code)).toEqual([]);
    });
  });

  it.each([
    [[{ item: 'OTHER', points: '1' }]],
    [[{ item: 'TEAM', points: '100.01' }]],
    [[{ item: 'TEAM', points: '-1' }]],
    [[{ item: 'TEAM', points: 'NaN' }]],
    [
      [
        { item: 'TEAM', points: '1' },
        { item: 'TEAM', points: '2' },
      ],
    ],
    [[]],
  ])('takes no points like %j', async (scores) => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SCREENING');
      expect(await faults(transaction, (savepoint) => enterScores(savepoint, ben, now, code, scores))).toEqual([
        'INPUT_INVALID',
      ]);
      const { id } = await findApplication(transaction, code);
      const kept = await transaction.select().from(applicationScore).where(eq(applicationScore.applicationId, id));
      expect(kept.map(({ points }) => points)).toEqual(['80', '80', '80']);
    });
  });

  it('has a reason', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'SCREENING');
      expect(await faults(transaction, (savepoint) => rejectApplication(savepoint, carl, now, code, '  '))).toEqual([
        'INPUT_INVALID',
      ]);
    });
  });

  it('is made once where two decide at the same moment', async () => {
    const code = await databases.owner.transaction((transaction) => bring(transaction, 'SCREENING'));
    const dora = { ...carl, name: 'dora' };
    const decide = await Promise.all([
      faultsOf(databases.owner.transaction((transaction) => approveApplication(transaction, carl, now, code, 'Good'))),
      faultsOf(databases.owner.transaction((transaction) => rejectApplication(transaction, dora, now, code, 'Bad'))),
      faultsOf(databases.owner.transaction((transaction) => approveApplication(transaction, dora, now, code, 'Good'))),
    ]);
    // A rejection may still follow an approval; two approvals may not.
    const steps = await databases.owner.execute(sql`
      select to_state from application_step where from_state = 'SCREENING' and to_state <> 'SCREENING'
        and application_id = (select id from application where code = ${code})`);
    expect(steps).toHaveLength(1);
    expect(decide.flat()).toContain('APPLICATION_STATE');
  });

  it('lets one of two applications with the same number in where both are submitted at the same moment', async () => {
    const numbers = { registrationNumber: 'REG-RACE', bankAccount: '62220099', phone: '13800009999' };
    const codes = await databases.owner.transaction(async (transaction) => [
      await bring(transaction, 'DRAFT', { numbers }),
      await bring(transaction, 'DRAFT', { numbers }),
    ]);
    const found = await Promise.all(
      codes.map((code) =>
        faultsOf(databases.owner.transaction((transaction) => submitApplication(transaction, anna, now, code))),
      ),
    );
    expect(found.flat()).toEqual(['APPLICANT_DUPLICATE']);
  });
});

describe('the contract', () => {
  it.each([
    ['a plan that is not there', { plan: 'NONE' }, 'REFERENCE_UNKNOWN'],
    ['an end before its beginning', { to: '2026-11-01' }, 'INPUT_INVALID'],
    ['a signature tomorrow', { signedOn: '2026-11-21' }, 'INPUT_INVALID'],
    ["another application's document", { documentId: 0 }, 'NOT_FOUND'],
  ])('with %s is refused', async (_what, more, fault) => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'APPROVED');
      const signed = { ...(await contract(transaction, code)), ...more };
      if ('documentId' in more)
        signed.documentId = await addDocument(transaction, await bring(transaction, 'DRAFT'), 'CONTRACT');
      expect(await faults(transaction, (savepoint) => signContract(savepoint, anna, now, code, signed))).toEqual([
        fault,
      ]);
      expect(await stateOf(transaction, code)).toBe('APPROVED');
    });
  });
});

describe('activation', () => {
  it('makes the agent, its agreement, territories and invitation, and takes along what the applicant brought', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED');
      const { id, name, email } = await findApplication(transaction, code);
      await transaction.execute(sql`insert into course (code, name) values ('BASICS', 'Basics')`);
      await transaction.execute(sql`
        insert into training_result (application_id, course_id, taken_on, passed)
        select ${id}, course.id, '2026-11-01', true from course`);
      const done = await activateApplication(transaction, anna, now, code, {
        agentCode: 'A1',
        parent: 'M1',
        terms: { minimumPayout: '100' },
      });
      expect(done).toMatchObject({ agentCode: 'A1', agreementCode: 'A1-P-2026-12-01' });
      const [found] = await transaction.execute(sql`
        select agent.name, status.status, status.valid_from::text as since, region.code as region, above.code as parent,
          agreement.valid_from::text as agreed, agreement.valid_to::text as until, agreement.terms, paper.sha256,
          land.code as land, territory.valid_from::text as land_from, territory.valid_to::text as land_to,
          (select count(*)::integer from secret where agent_id = agent.id) as numbers,
          (select count(*)::integer from document where agent_id = agent.id and application_id = ${id}) as documents,
          (select count(*)::integer from training_result where agent_id = agent.id) as results
        from agent join agent_status status on status.agent_id = agent.id
          join agent_region placed on placed.agent_id = agent.id join region on region.id = placed.region_id
          join agent_parent link on link.agent_id = agent.id join agent above on above.id = link.parent_id
          join agreement on agreement.agent_id = agent.id join agreement_paper paper on paper.agreement_id = agreement.id
          join territory on territory.agent_id = agent.id join region land on land.id = territory.region_id
        where agent.code = 'A1'`);
      expect(found).toEqual({
        ...{ name, status: 'ACTIVE', since: '2026-12-01', region: 'EAST', parent: 'M1' },
        ...{ agreed: '2026-12-01', until: '2027-12-01', terms: { minimumPayout: '100' }, sha256: 'a'.repeat(64) },
        ...{ land: 'TOWN', land_from: '2026-12-01', land_to: '2027-12-01', numbers: 3, documents: 2, results: 1 },
      });
      const invited = await transaction.select().from(portalInvitation).where(eq(portalInvitation.email, email));
      expect(invited).toHaveLength(1);
      expect(JSON.stringify(invited)).not.toContain(done.invitationToken);
      const left = await transaction.select().from(secret).where(eq(secret.applicationId, id));
      expect(left).toEqual([]);
    });
  });

  it('begins today where the contract has begun, and never outside it', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED');
      const from = (day: string) => (savepoint: Transaction) =>
        activateApplication(savepoint, anna, now, code, { from: day });
      expect(await faults(transaction, from('2026-11-30'))).toEqual(['INPUT_INVALID']);
      expect(await faults(transaction, from('2027-12-01'))).toEqual(['INPUT_INVALID']);
      await activateApplication(transaction, anna, daysLater(20), code);
      const [status] = await transaction.execute<{ since: string }>(sql`
        select valid_from::text as since from agent_status where agent_id = (select id from agent where code = ${code})`);
      expect(status?.since).toBe('2026-12-10');
    });
  });

  it('waits for every mandatory course, valid on the first day, and a territory', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED', { territories: [] });
      const { id } = await findApplication(transaction, code);
      await transaction.execute(sql`insert into course (code, name) values ('BASICS', 'Basics'), ('OTHER', 'Other')`);
      await transaction.execute(sql`
        insert into course_requirement (course_id, channel_type_id, purpose, valid_from)
        select course.id, channel_type.id, 'ONBOARDING', '2026-01-01' from course, channel_type
        where (course.code, channel_type.code) in (('BASICS', 'AGENT'), ('OTHER', 'ONLINE'))`);
      const activate = () => faults(transaction, (savepoint) => activateApplication(savepoint, anna, now, code));
      expect(await activate()).toEqual(['TRAINING_MISSING', 'TERRITORY_MISSING']);
      const result = (passed: boolean, takenOn: string, expiresOn: string | null) => sql`
        insert into training_result (application_id, course_id, taken_on, passed, expires_on)
        select ${id}, course.id, ${takenOn}::date, ${passed}, ${expiresOn}::date from course where code = 'BASICS'`;
      await transaction.execute(result(false, '2026-11-01', null));
      await transaction.execute(result(true, '2026-11-02', '2026-12-01'));
      expect(await activate()).toContain('TRAINING_MISSING');
      await transaction.execute(result(true, '2026-11-03', '2027-11-03'));
      expect(await activate()).toEqual(['TERRITORY_MISSING']);
      await transaction.execute(sql`
        insert into application_territory (application_id, region_id) select ${id}, id from region where code = 'TOWN'`);
      expect(await activate()).toEqual([]);
    });
  });

  it('is refused to who was blacklisted meanwhile', async () => {
    await trial(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED');
      await transaction.execute(sql`
        insert into blacklist_entry (kind, fingerprint, reason, by, valid_from)
        select kind, fingerprint, 'Fraud', 'carl', '2026-01-01' from secret
        where kind = 'BANK_ACCOUNT' and application_id = (select id from application where code = ${code})`);
      expect(await faults(transaction, (savepoint) => activateApplication(savepoint, anna, now, code))).toEqual([
        'APPLICANT_BLACKLISTED',
      ]);
    });
  });

  it('is done whole or not at all', async () => {
    await trial(async (transaction) => {
      const exclusive = { territories: [{ region: 'TOWN', exclusive: true }] };
      const first = await bring(transaction, 'CONTRACTED', exclusive);
      const second = await bring(transaction, 'CONTRACTED');
      await activateApplication(transaction, anna, now, first, { agentCode: 'FIRST' });
      const activate = (agentCode: string) =>
        faults(transaction, (savepoint) => activateApplication(savepoint, anna, now, second, { agentCode }));
      expect(await activate('FIRST')).toEqual(['CODE_TAKEN']);
      expect(await activate('SECOND')).toEqual(['TERRITORY_EXCLUSIVE']);
      expect(await stateOf(transaction, second)).toBe('CONTRACTED');
      expect(await transaction.select().from(agent).where(eq(agent.code, 'SECOND'))).toEqual([]);
    });
  });
});

describe('an invitation', () => {
  const password = 'a long password';

  it('makes an account of the agent, once, within 14 days', async () => {
    const { token, email } = await databases.owner.transaction(async (transaction) => {
      const code = await bring(transaction, 'CONTRACTED');
      const done = await activateApplication(transaction, anna, now, code);
      return { token: done.invitationToken, email: (await findApplication(transaction, code)).email };
    });
    const accept = (given: { token?: string; password?: string }, at = daysLater(13)) =>
      faultsOf(
        databases.owner.transaction((transaction) =>
          acceptInvitation(transaction, null, at, { token, password, ...given }),
        ),
      );
    expect(await accept({ token: 'inv_wrong' })).toEqual(['INVITATION_INVALID']);
    expect(await accept({ password: 'short' })).toEqual(['INPUT_INVALID']);
    expect(await accept({}, daysLater(14))).toEqual(['INVITATION_INVALID']);
    expect(await accept({})).toEqual([]);
    expect(await accept({})).toEqual(['INVITATION_INVALID']);
    expect(await signIn(databases, email, password, daysLater(13), 1)).toMatchObject({ role: 'AGENT' });
  });
});
