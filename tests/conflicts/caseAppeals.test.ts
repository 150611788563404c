import { beforeAll, describe, expect, it } from 'vitest';
import { decideCaseAppeal, fileCaseAppeal, withdrawCaseAppeal } from '../../src/conflicts/cases/appeals.ts';
import { lockCase } from '../../src/conflicts/cases/caseRecords.ts';
import { proposeDecision, setCommittee, voteOnProposal } from '../../src/conflicts/cases/committee.ts';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { testDatabase } from '../database.ts';
import { codeOf } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import {
  adjustments,
  clock,
  decide,
  emailOf,
  makeWorld,
  now,
  openCase,
  type Person,
  stateOf,
  texts,
  type World,
} from './casesFixture.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const keep: DecisionInput = { credits: 'KEEP', reason: 'nothing wrong' };
const penalty: DecisionInput = { ...keep, penalties: [{ side: 'ACCUSED', amount: '9', currency: 'CNY' }] };
let openedCount = 0;
/** Each has a rule of its own: a rule has one case of an event. */
function anyCase(more: Partial<Parameters<typeof openCase>[1]> = {}): Promise<number> {
  openedCount += 1;
  return openCase(world, { event: 'east', rule: `R${openedCount}`, claimants: { E1: null, W1: null }, ...more });
}

const steps = (id: number) =>
  texts(
    world,
    `select concat_ws(' ', action, from_state, to_state, reason, case when for_parties then 'told' end) as text
    from conflict_step where case_id = ${id} order by id`,
  );

describe('an appeal', () => {
  const appeal = (person: Person, id: number, at = now) =>
    world.as(person, (transaction, actor) => fileCaseAppeal(transaction, actor, at, id, 'unfair'));
  const withdraw = (person: Person, appealId: number) =>
    world.as(person, (transaction, actor) => withdrawCaseAppeal(transaction, actor, now, appealId));
  const settle = (person: Person, appealId: number, decision?: DecisionInput) =>
    world.as(person, (transaction, actor) =>
      decideCaseAppeal(transaction, actor, now, appealId, { answer: 'looked at', decision }),
    );

  it('is filed by a party in time, once, and may be taken back', async () => {
    const id = await anyCase();
    expect(await codeOf(appeal('agentE1', id))).toBe('CASE_STATE');
    await decide(world, 'managerEast', id, keep);
    expect(await codeOf(appeal('agentE3', id))).toBe('NOT_FOUND');
    expect(await codeOf(appeal('managerEast', id))).toBe('FORBIDDEN');
    expect(await codeOf(appeal('agentE1', id, new Date('2026-11-14T16:00:00Z')))).toBe('APPEAL_WINDOW_OVER');
    const first = await appeal('agentE1', id, new Date('2026-11-14T15:59:59Z'));
    expect(await stateOf(world, id)).toBe('APPEALED decided');
    expect(await codeOf(appeal('agentW1', id))).toBe('CASE_STATE');
    expect(await codeOf(withdraw('agentW1', first))).toBe('NOT_FOUND');
    await withdraw('agentE1', first);
    expect(await stateOf(world, id)).toBe('RESOLVED decided');
    expect(await codeOf(withdraw('agentE1', first))).toBe('APPEAL_STATE');
    expect(asUserError(await appeal('agentE1', id).catch((error: unknown) => error))).toMatchObject({
      code: 'CASE_STATE',
    });
    await appeal('agentW1', id);
    expect((await steps(id)).slice(2)).toEqual([
      'APPEALED RESOLVED APPEALED unfair told',
      'APPEAL_WITHDRAWN APPEALED RESOLVED told',
      'APPEALED RESOLVED APPEALED unfair told',
    ]);
  });

  it('taken back while it is decided waits for that', async () => {
    const id = await anyCase();
    await decide(world, 'managerEast', id, keep);
    const filed = await appeal('agentE1', id);
    const { owner } = world.databases;
    let withdrawn: Promise<string | undefined> | undefined;
    await owner.transaction(async (transaction) => {
      await lockCase(transaction, id);
      withdrawn = codeOf(withdraw('agentE1', filed));
      await untilSomebodyWaits(world.databases);
      await decideCaseAppeal(transaction, clock, now, filed, { answer: 'looked at' });
    });
    expect(await withdrawn).toBe('APPEAL_STATE');
    expect(await stateOf(world, id)).toBe('CLOSED APPEAL_DECIDED decided');
  });

  it('of a child is not filed by its parent', async () => {
    const id = await openCase(world, { event: 'shared', kind: 'OWNERSHIP' });
    await decide(world, 'managerEast', id, keep);
    expect(await codeOf(appeal('agentE1', id))).toBe('FORBIDDEN');
    await appeal('agentE2', id);
  });

  it('is decided by another person: the decision stays', async () => {
    const id = await anyCase();
    await decide(world, 'managerEast', id, keep);
    const filed = await appeal('agentE1', id);
    expect(await codeOf(settle('managerEast', filed))).toBe('SAME_PERSON');
    expect(await codeOf(settle('agentE1', filed))).toBe('NOT_FOUND');
    await settle('managerAll', filed);
    expect(await stateOf(world, id)).toBe('CLOSED APPEAL_DECIDED decided');
    expect(await codeOf(settle('admin', filed))).toBe('APPEAL_STATE');
    expect(
      await texts(
        world,
        `select concat_ws(' ', state, decided_by, decision) as text from conflict_appeal where id = ${filed}`,
      ),
    ).toEqual(['UPHELD managerall@demo.example looked at']);
  });

  it('is decided by another person: another decision takes its place, and its money', async () => {
    const id = await anyCase({ event: 'other', kind: 'AUTHORISATION' });
    await decide(world, 'managerEast', id, penalty);
    expect(await adjustments(world, id)).toContain('W1 PENALTY -9 2026-10');
    const filed = await appeal('agentW1', id);
    const invalid: DecisionInput = { credits: 'SPLIT', shares: [], reason: 'half' };
    expect(await codeOf(settle('admin', filed, invalid))).toBe('INPUT_INVALID');
    await settle('admin', filed, { ...keep, penalties: [{ agentCode: 'W1', amount: '4', currency: 'CNY' }] });
    expect(await stateOf(world, id)).toBe('CLOSED APPEAL_DECIDED decided');
    const standing = await adjustments(world, id);
    expect(standing).toContain('W1 PENALTY -4 2026-10');
    expect(standing).not.toContain('W1 PENALTY -9 2026-10');
    expect(
      await texts(
        world,
        `select concat_ws(' ', number, on_appeal::text) as text from conflict_decision where case_id = ${id} order by number`,
      ),
    ).toEqual(['1 false', '2 true']);
  });

  it('against a committee is decided by nobody who sat on it', async () => {
    const id = await anyCase();
    await world.as('admin', (transaction, actor) =>
      setCommittee(transaction, actor, now, id, [emailOf('admin'), emailOf('managerEast'), emailOf('managerWest')]),
    );
    const proposal = await world.as('admin', (transaction, actor) =>
      proposeDecision(transaction, actor, now, id, keep),
    );
    for (const person of ['admin', 'managerWest'] as const) {
      await world.as(person, (transaction, actor) =>
        voteOnProposal(transaction, actor, now, proposal, { inFavour: true }),
      );
    }
    const filed = await appeal('agentE1', id);
    for (const person of ['admin', 'managerEast', 'managerWest'] as const) {
      expect(await codeOf(settle(person, filed))).toBe('SAME_PERSON');
    }
    await settle('otherAdmin', filed);
  });

  it('that was open when the facts changed ends with the new decision, by another person', async () => {
    const id = await anyCase();
    await decide(world, 'managerEast', id, keep);
    await appeal('agentE1', id);
    await world.databases.owner.$client`
      update conflict_case set state = 'OPEN', decision_id = null, appeal_until = null where id = ${id}`;
    expect(await codeOf(decide(world, 'managerEast', id, keep))).toBe('SAME_PERSON');
    await decide(world, 'managerAll', id, keep);
    await appeal('agentE1', id);
    expect(
      await texts(world, `select state::text as text from conflict_appeal where case_id = ${id} order by id`),
    ).toEqual(['CHANGED', 'FILED']);
  });
});
