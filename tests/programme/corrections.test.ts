import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { approvePlanVersion, type CorrectionStanding } from '../../src/programme/corrections.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, now, smallProgramme } from './programmes.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
  await databases.owner.execute(sql`
    insert into commission_run (period, status, calculated_by, started_at, approved_by)
    values ('2026-08', 'APPROVED', 'one', '2026-11-01', 'other')`);
});

const correction = (flat: string, dates = 'from: 2026-01-01, to: 2026-10-01') =>
  `plans: [{ code: P, name: Plan, versions: [{ ${dates}, corrects: true, currency: CNY, components: [{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ flat: ${flat} }] }] }] }]`;

function approve(who: string, number = 2): Promise<CorrectionStanding> {
  return databases.owner.transaction((transaction) =>
    approvePlanVersion(transaction, localActor(who), now, 'P', number),
  );
}

async function rows(query: string): Promise<Record<string, unknown>[]> {
  return [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(query)))];
}

describe('a correction', () => {
  it('may begin before published versions and reach into approved periods; it is proposed once', async () => {
    expect(await apply(databases, correction('110'))).toMatchObject([
      { action: 'create', entity: 'planCorrection', key: 'P@2026-01-01', after: { corrects: true } },
    ]);
    expect(await apply(databases, correction('110.0'))).toEqual([]);
    // The programme that was applied before is still as declared: a correction is no version of its own day.
    expect(await apply(databases, smallProgramme)).toEqual([]);
    expect(
      await rows('select number, corrects, plan_version_in_force(id) as force from plan_version order by 1'),
    ).toEqual([
      { number: 1, corrects: false, force: true },
      { number: 2, corrects: true, force: false },
    ]);
    expect(await rows("select actor, entity_key from audit_record where action = 'planCorrection.proposed'")).toEqual([
      { actor: 'tester', entity_key: 'P@2026-01-01' },
    ]);
  });

  it('with other content is another correction, and leaves the order of versions as it is', async () => {
    await apply(databases, correction('110'));
    await apply(databases, correction('120'));
    expect(await rows('select number from plan_version order by number')).toHaveLength(3);
    // A correction in the future does not stand in the way of a version before it.
    await apply(databases, correction('130', 'from: 2027-06-01'));
    const later = correction('140', 'from: 2027-01-01').replace('corrects: true, ', '');
    expect(await apply(databases, later)).toMatchObject([{ entity: 'planVersion', key: 'P@2027-01-01' }]);
  });

  it('can be proposed again after another: it then stands twice in the programme', async () => {
    await apply(databases, correction('110'));
    await apply(databases, correction('120'));
    const [first] = /\{ from.*\}\]\s*\}(?=\] \}\])/.exec(correction('110')) ?? [];
    const three = correction('120')
      .replace('versions: [', `versions: [${first}, `)
      .replace(/\] \}\]$/, `, ${first}] }]`);
    expect(await apply(databases, three)).toMatchObject([{ entity: 'planCorrection' }]);
    expect(await apply(databases, three)).toEqual([]);
    expect(await rows('select number from plan_version')).toHaveLength(4);
  });

  it('stands beside the version it corrects in one programme, and may be the same but for its mark', async () => {
    const both = smallProgramme.replace(
      '      - from: 2026-01-01\n        currency: CNY\n        components:',
      `      - { from: 2026-01-01, corrects: true, currency: CNY, components: [{ code: ACT, name: A, kind: RATE, events: [BILL], rules: [{ flat: 1 }] }] }
      - from: 2026-01-01\n        currency: CNY\n        components:`,
    );
    expect(both).not.toBe(smallProgramme);
    expect(await apply(databases, both)).toHaveLength(1);
    expect(await apply(databases, both)).toEqual([]);
  });

  it('is in force with the approvals of two others', async () => {
    await apply(databases, correction('110'));
    expect(await approve('Li')).toEqual({ plan: 'P', number: 2, approvalCount: 1, inForce: false });
    expect(await rows('select plan_version_in_force(id) as force from plan_version where number = 2')).toEqual([
      { force: false },
    ]);
    expect(await approve('wang')).toEqual({ plan: 'P', number: 2, approvalCount: 2, inForce: true });
    expect(await rows('select plan_version_in_force(id) as force from plan_version where number = 2')).toEqual([
      { force: true },
    ]);
    expect(
      await rows(
        "select actor, entity_key, before, after from audit_record where action = 'planCorrection.approved' order by id",
      ),
    ).toEqual([
      {
        actor: 'li',
        entity_key: 'P@2026-01-01#2',
        before: { approvedBy: [], inForce: false },
        after: { approvedBy: ['li'], inForce: false },
      },
      {
        actor: 'wang',
        entity_key: 'P@2026-01-01#2',
        before: { approvedBy: ['li'], inForce: false },
        after: { approvedBy: ['li', 'wang'], inForce: true },
      },
    ]);
    await expect(approve('zhao')).rejects.toMatchObject({ code: 'CORRECTION_IN_FORCE' });
  });

  it('is not approved by who proposed it, nor twice by one person', async () => {
    await apply(databases, correction('110'), 'Tester');
    await expect(approve('TESTER')).rejects.toMatchObject({ code: 'SAME_PERSON' });
    await approve('li');
    await expect(approve('Li ')).rejects.toMatchObject({ code: 'SAME_PERSON' });
    expect(await rows('select approved_by from plan_version_approval')).toEqual([{ approved_by: 'li' }]);
  });

  it('is what is approved: a version that is none, or does not exist, is not', async () => {
    await expect(approve('li', 1)).rejects.toMatchObject({ code: 'INPUT_INVALID', at: 'number' });
    await expect(approve('li', 9)).rejects.toMatchObject({ code: 'NOT_FOUND', at: 'number' });
  });

  it('needs something to correct', async () => {
    const text = correction('1').replace('code: P,', 'code: NEW,');
    expect(await faultsOf(() => apply(databases, text))).toEqual([
      'PROGRAMME_INVALID plans[NEW].versions[0].corrects (line 1): plan NEW has no version that this could correct: declare it without "corrects"',
    ]);
  });
});
