import { beforeAll, describe, expect, it } from 'vitest';
import { decideCaseAppeal, fileCaseAppeal, withdrawCaseAppeal } from '../../src/conflicts/cases/appeals.ts';
import { assignMediator, caseMediators, startMediation } from '../../src/conflicts/cases/assignments.ts';
import { addComment, type NewComment } from '../../src/conflicts/cases/comments.ts';
import { proposeDecision, setCommittee, voteOnProposal } from '../../src/conflicts/cases/committee.ts';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { closeFinal, escalateDue } from '../../src/conflicts/cases/dueCases.ts';
import { addEvidence, type NewEvidence } from '../../src/conflicts/cases/evidence.ts';
import { voteOutcome } from '../../src/conflicts/cases/votes.ts';
import { testDatabase } from '../database.ts';
import { codeOf } from '../support/books.ts';
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

describe('a mediator', () => {
  const assign = (person: Person, id: number, to: Person | null) =>
    world.as(person, (transaction, actor) =>
      assignMediator(transaction, actor, now, id, to === null ? null : emailOf(to)),
    );

  it('is an administrator or a manager of the region or above, never an agent', async () => {
    const id = await anyCase();
    const mediators = await world.as('managerEast', (transaction) => caseMediators(transaction, id));
    expect(mediators.map(({ name }) => name)).toEqual(['admin', 'managerAll', 'managerEast', 'otherAdmin']);
    await assign('managerEast', id, 'managerAll');
    expect(await codeOf(assign('managerEast', id, 'managerWest'))).toBe('CASE_MEDIATOR');
    expect(await codeOf(assign('managerEast', id, 'agentE1'))).toBe('CASE_MEDIATOR');
    // W1 is a party, so its manager sees the case and may work on it too; a case without a western party it does not see.
    await assign('managerWest', id, null);
    const eastern = await anyCase({ claimants: {} });
    expect(await codeOf(assign('managerWest', eastern, null))).toBe('NOT_FOUND');
    expect(await codeOf(assign('agentE1', id, null))).toBe('NOT_FOUND');
    expect(await codeOf(assign('finance', id, null))).toBe('NOT_FOUND');
    expect((await steps(id)).slice(1)).toEqual(['ASSIGNED OPEN OPEN managerall@demo.example', 'ASSIGNED OPEN OPEN']);
  });

  it('begins to mediate once', async () => {
    const id = await anyCase();
    const start = (person: Person) =>
      world.as(person, (transaction, actor) => startMediation(transaction, actor, now, id));
    expect(await codeOf(start('auditor'))).toBe('NOT_FOUND');
    await start('managerEast');
    expect(await codeOf(start('managerEast'))).toBe('CASE_STATE');
    expect((await steps(id)).slice(1)).toEqual(['MEDIATION OPEN IN_MEDIATION told']);
    await decide(world, 'managerEast', id, keep);
    expect(await codeOf(assign('managerEast', id, null))).toBe('CASE_STATE');
  });
});

describe('comments', () => {
  it('are read by staff, by all parties or by one side', async () => {
    const id = await anyCase();
    const say = (person: Person, comment: Omit<NewComment, 'caseId'>) =>
      world.as(person, (transaction, actor) => addComment(transaction, actor, now, { caseId: id, ...comment }));
    await say('managerEast', { text: 'for staff' });
    await say('managerEast', { text: 'for all', audience: 'PARTIES' });
    await say('managerEast', { text: 'for W1', audience: 'SIDE', agentCode: 'W1' });
    await say('agentE1', { text: 'of E1' });
    expect(await codeOf(say('managerEast', { text: 'no side', audience: 'SIDE' }))).toBe('INPUT_INVALID');
    expect(await codeOf(say('managerEast', { text: 'E3', audience: 'SIDE', agentCode: 'E3' }))).toBe('CASE_PARTY');
    expect(await codeOf(say('agentE1', { text: 'for all', audience: 'PARTIES' }))).toBe('FORBIDDEN');
    expect(await codeOf(say('agentE1', { text: 'of W1', agentCode: 'W1' }))).toBe('FORBIDDEN');
    expect(await codeOf(say('agentE3', { text: 'mine?' }))).toBe('NOT_FOUND');
    expect(await codeOf(say('agentE1', { text: '  ' }))).toBe('VALUE_MISSING');
    const read = (person: Person) =>
      world.as(person, async (transaction) => {
        const rows = await transaction.query.conflictComment.findMany({
          where: { caseId: id },
          orderBy: { id: 'asc' },
        });
        return rows.map(({ text }) => text);
      });
    expect(await read('auditor')).toEqual(['for staff', 'for all', 'for W1', 'of E1']);
    expect(await read('agentE1')).toEqual(['for all', 'of E1']);
    expect(await read('agentW1')).toEqual(['for all', 'for W1']);
    expect(await read('agentW2')).toEqual([]);
  });

  it('of a parent agent are not those of its child', async () => {
    const id = await openCase(world, { event: 'shared', kind: 'AUTHORISATION' });
    const say = (person: Person) =>
      world.as(person, (transaction, actor) => addComment(transaction, actor, now, { caseId: id, text: 'sorry' }));
    expect(await codeOf(say('agentE1'))).toBe('FORBIDDEN');
    await say('agentE2');
    await decide(world, 'admin', id, keep);
    await world.asOwner((transaction) => closeFinal(transaction, clock, new Date('2026-11-14T16:00:00Z')));
    expect(await codeOf(say('agentE2'))).toBe('CASE_STATE');
  });
});

describe('evidence', () => {
  it('is brought by a side or for it, and seen by staff and that side', async () => {
    const id = await anyCase({ event: 'other', kind: 'OWNERSHIP' });
    const bring = (person: Person, evidence: Omit<NewEvidence, 'caseId'>) =>
      world.as(person, (transaction, actor) => addEvidence(transaction, actor, now, { caseId: id, ...evidence }));
    const [document] = await world.databases.owner.$client<{ id: number }[]>`
      insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
      select 'AGENT', id, 'CONTRACT', 'a.pdf', 'application/pdf', 1, ${'0'.repeat(64)}, 'key', 'clerk', now() from agent where code = 'E1'
      returning id`;
    const paper = { kind: 'DOCUMENT', text: 'contract', documentId: document?.id ?? 0 } as const;
    await bring('agentE1', paper);
    expect(await codeOf(bring('agentW1', paper))).toBe('NOT_FOUND');
    expect(await codeOf(bring('admin', { ...paper, agentCode: 'W1' }))).toBe('NOT_FOUND');
    await bring('managerEast', { ...paper, agentCode: 'E1' });
    const sold = { kind: 'EVENT', text: 'sold it', event: { source: 'CRM', externalId: 'west' } } as const;
    await bring('agentW1', sold);
    expect(await codeOf(bring('agentE1', sold))).toBe('NOT_FOUND');
    const price = { kind: 'PRICE', text: 'seen in the shop', price: '19.90', currency: 'CNY' } as const;
    await bring('agentW1', price);
    expect(await codeOf(bring('agentW1', { ...price, price: '-1' }))).toBe('NUMBER_INVALID');
    expect(await codeOf(bring('agentW1', { ...price, currency: 'XXX' }))).toBe('CURRENCY_UNKNOWN');
    await bring('managerEast', { kind: 'NOTE', text: 'for ourselves' });
    expect(await codeOf(bring('agentE3', { kind: 'NOTE', text: 'mine?' }))).toBe('NOT_FOUND');
    const read = (person: Person) =>
      world.as(person, async (transaction) => {
        const rows = await transaction.query.conflictEvidence.findMany({
          where: { caseId: id },
          orderBy: { id: 'asc' },
        });
        return rows.map(({ kind, text }) => `${kind} ${text}`);
      });
    expect(await read('finance')).toHaveLength(5);
    expect(await read('agentE1')).toEqual(['DOCUMENT contract', 'DOCUMENT contract']);
    expect(await read('agentW1')).toEqual(['EVENT sold it', 'PRICE seen in the shop']);
  });
});

describe('a committee', () => {
  const seat = (person: Person, id: number, members: readonly Person[]) =>
    world.as(person, (transaction, actor) => setCommittee(transaction, actor, now, id, members.map(emailOf)));
  const propose = (person: Person, id: number, input = keep) =>
    world.as(person, (transaction, actor) => proposeDecision(transaction, actor, now, id, input));
  const vote = (person: Person, proposalId: number, inFavour: boolean) =>
    world.as(person, (transaction, actor) => voteOnProposal(transaction, actor, now, proposalId, { inFavour }));

  it('decides with more than half of its seats', () => {
    const outcomes = [
      [3, 1, 0],
      [3, 2, 0],
      [3, 1, 1],
      [3, 1, 2],
      [4, 2, 1],
      [4, 2, 2],
      [4, 3, 0],
      [2, 1, 1],
    ].map(([seats = 0, inFavour = 0, against = 0]) => voteOutcome({ seats, inFavour, against }));
    expect(outcomes).toEqual(['OPEN', 'DECIDED', 'OPEN', 'SETTLED', 'OPEN', 'SETTLED', 'DECIDED', 'SETTLED']);
  });

  it('votes on proposals, each member once, also from elsewhere', async () => {
    const id = await anyCase({ claimants: {} });
    expect(await codeOf(propose('managerEast', id))).toBe('CASE_COMMITTEE');
    expect(await codeOf(seat('managerEast', id, ['admin']))).toBe('CASE_COMMITTEE');
    expect(await codeOf(seat('managerEast', id, ['admin', 'finance']))).toBe('CASE_MEDIATOR');
    expect(await codeOf(seat('managerWest', id, ['admin', 'managerEast']))).toBe('NOT_FOUND');
    await seat('managerEast', id, ['admin', 'managerEast', 'managerWest']);
    expect(await codeOf(decide(world, 'managerEast', id, keep))).toBe('CASE_COMMITTEE');
    const unfit: DecisionInput = { credits: 'AWARD', shares: [{ agentCode: 'W1' }], reason: 'so' };
    expect(await codeOf(propose('managerEast', id, unfit))).toBe('CASE_PARTY');
    const first = await propose('managerWest', id, penalty);
    expect(await codeOf(propose('managerEast', id))).toBe('CASE_PROPOSAL');
    expect(await codeOf(vote('otherAdmin', first, true))).toBe('FORBIDDEN');
    expect(await vote('managerWest', first, false)).toBe('OPEN');
    expect(await codeOf(vote('managerWest', first, true))).toBe('CASE_PROPOSAL');
    expect(await vote('admin', first, false)).toBe('SETTLED');
    expect(await codeOf(vote('managerEast', first, true))).toBe('CASE_PROPOSAL');
    const second = await propose('managerEast', id, penalty);
    expect(await vote('managerWest', second, true)).toBe('OPEN');
    expect(await vote('managerEast', second, true)).toBe('DECIDED');
    expect(await stateOf(world, id)).toBe('RESOLVED decided');
    expect(
      await texts(
        world,
        `select concat_ws(' ', decided_by, by_committee::text) as text from conflict_decision where case_id = ${id}`,
      ),
    ).toEqual(['managereast@demo.example true']);
    expect(await codeOf(vote('admin', second, true))).toBe('CASE_STATE');
  });

  it('that changes, or is dissolved, leaves no proposal open', async () => {
    const id = await anyCase();
    await seat('admin', id, ['admin', 'managerEast']);
    const first = await propose('admin', id);
    await seat('admin', id, ['admin', 'managerAll']);
    expect(await codeOf(vote('managerEast', first, true))).toBe('CASE_PROPOSAL');
    await seat('admin', id, []);
    await decide(world, 'managerEast', id, keep);
  });
});

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
    await appeal('agentW1', id);
    expect((await steps(id)).slice(2)).toEqual([
      'APPEALED RESOLVED APPEALED unfair told',
      'APPEAL_WITHDRAWN APPEALED RESOLVED told',
      'APPEALED RESOLVED APPEALED unfair told',
    ]);
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

describe('what is due', () => {
  const dueAt = (id: number) =>
    texts(
      world,
      `select concat_ws(' ', escalation_level, coalesce(mediator_name, '-'), due_at::text) as text from conflict_case where id = ${id}`,
    );
  const run = (at: string) => world.asOwner((transaction) => escalateDue(transaction, clock, new Date(at)));

  it('goes to the manager of the next region up, then to the administrators, once for each time', async () => {
    const others = await texts(world, `update conflict_case set due_at = '2027-01-01' returning 'x' as text`);
    expect(others.length).toBeGreaterThan(0);
    const id = await openCase(world, { event: 'east', kind: 'PRICE_FLOOR', mediator: 'managerEast' });
    const unassigned = await openCase(world, {
      event: 'west',
      kind: 'DUPLICATE',
      region: 'WEST',
      openedOn: '2026-11-06',
    });
    // Opened on 5 November, due after 5 days: with the midnight that begins the 10th.
    expect(await run('2026-11-09T15:59:59Z')).toBe(0);
    expect(await run('2026-11-09T16:00:00Z')).toBe(1);
    expect(await run('2026-11-09T16:00:00Z')).toBe(0);
    expect(await dueAt(id)).toEqual(['1 managerAll 2026-11-14 16:00:00+00']);
    expect(await run('2026-11-10T16:00:00Z')).toBe(1);
    expect(await dueAt(unassigned)).toEqual(['1 managerWest 2026-11-15 16:00:00+00']);
    expect(await run('2026-11-14T16:00:00Z')).toBe(1);
    expect(await dueAt(id)).toEqual(['2 - 2026-11-19 16:00:00+00']);
    expect(await run('2026-11-19T16:00:00Z')).toBe(2);
    expect(await dueAt(id)).toEqual(['3 - 2026-11-24 16:00:00+00']);
    expect(await dueAt(unassigned)).toEqual(['2 managerAll 2026-11-20 16:00:00+00']);
    expect((await steps(id)).slice(1)).toEqual([
      'ESCALATED OPEN OPEN to managerAll',
      'ESCALATED OPEN OPEN to the administrators',
      'ESCALATED OPEN OPEN to the administrators',
    ]);
    await decide(world, 'admin', id, keep);
    expect(await run('2026-11-25T16:00:00Z')).toBe(1);
  });

  it('is final when the days for appeals are over, and not while there is an appeal', async () => {
    const id = await openCase(world, { event: 'other', kind: 'CAMPAIGN_OVERLAP' });
    const appealed = await openCase(world, { event: 'west', kind: 'CAMPAIGN_OVERLAP' });
    await decide(world, 'admin', id, keep);
    await decide(world, 'admin', appealed, keep);
    await world.as('agentW1', (transaction, actor) => fileCaseAppeal(transaction, actor, now, appealed, 'unfair'));
    const close = (at: string) => world.asOwner((transaction) => closeFinal(transaction, clock, new Date(at)));
    await close('2026-11-14T15:59:59Z');
    expect(await stateOf(world, id)).toBe('RESOLVED decided');
    expect(await close('2026-11-14T16:00:00Z')).toBeGreaterThan(0);
    expect(await close('2026-11-14T16:00:00Z')).toBe(0);
    expect(await stateOf(world, id)).toBe('CLOSED FINAL decided');
    expect(await stateOf(world, appealed)).toBe('APPEALED decided');
    const told = await texts(
      world,
      `select agent.code as text from notice join agent on agent.id = agent_id where kind = 'CONFLICT_CLOSED' and details ->> 'case' = 'C-${id}'`,
    );
    expect(told).toEqual(['W1']);
  });
});
