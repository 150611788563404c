import { beforeAll, describe, expect, it } from 'vitest';
import { decideCaseAppeal, fileCaseAppeal } from '../../src/conflicts/cases/appeals.ts';
import { assignMediator, caseMediators, startMediation } from '../../src/conflicts/cases/assignments.ts';
import { decideCases } from '../../src/conflicts/cases/bulkDecisions.ts';
import { addComment, type NewComment } from '../../src/conflicts/cases/comments.ts';
import { proposeDecision, setCommittee, voteOnProposal } from '../../src/conflicts/cases/committee.ts';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { closeFinal, escalateDue } from '../../src/conflicts/cases/dueCases.ts';
import { addEvidence, type NewEvidence } from '../../src/conflicts/cases/evidence.ts';
import { voteOutcome } from '../../src/conflicts/cases/votes.ts';
import { rawSql } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { codeOf } from '../support/books.ts';
import {
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
    // W1 is a party, so its manager sees the case and speaks for it, but settles nothing; a case without a western party it does not see.
    expect(await codeOf(assign('managerWest', id, null))).toBe('FORBIDDEN');
    await assign('managerEast', id, null);
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

describe('a manager of another region', () => {
  const award: DecisionInput = { credits: 'AWARD', shares: [{ agentCode: 'W1' }], reason: 'ours' };

  it('speaks for its agent, and settles nothing', async () => {
    const id = await anyCase();
    const west = <Result>(work: Parameters<typeof world.as<Result>>[1]) => codeOf(world.as('managerWest', work));
    await world.as('managerWest', (transaction, actor) =>
      addComment(transaction, actor, now, { caseId: id, text: 'W1 was there', audience: 'SIDE', agentCode: 'W1' }),
    );
    await world.as('managerWest', (transaction, actor) =>
      addEvidence(transaction, actor, now, { caseId: id, kind: 'NOTE', text: 'seen', agentCode: 'W1' }),
    );
    expect(await west((transaction, actor) => setCommittee(transaction, actor, now, id, []))).toBe('FORBIDDEN');
    expect(await west((transaction, actor) => proposeDecision(transaction, actor, now, id, award))).toBe('FORBIDDEN');
    expect(await west((transaction, actor) => startMediation(transaction, actor, now, id))).toBe('FORBIDDEN');
    expect(await codeOf(decide(world, 'managerWest', id, award))).toBe('FORBIDDEN');
    expect(await west((transaction, actor) => decideCases(transaction, actor, now, { caseIds: [id] }, award))).toBe(
      'FORBIDDEN',
    );
    expect(await stateOf(world, id)).toBe('OPEN undecided');
    await decide(world, 'managerEast', id, keep);
    const filed = await world.as('agentE1', (transaction, actor) =>
      fileCaseAppeal(transaction, actor, now, id, 'unfair'),
    );
    const answer = { answer: 'no', decision: award };
    expect(await west((transaction, actor) => decideCaseAppeal(transaction, actor, now, filed, answer))).toBe(
      'FORBIDDEN',
    );
  });

  it('settles where it mediates', async () => {
    const id = await anyCase({ mediator: 'managerWest' });
    await decide(world, 'managerWest', id, keep);
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

  it('of a child are not read by its parent where that is a party itself', async () => {
    // E2's sale, claimed by E1 above it.
    const opposed = await openCase(world, { event: 'shared', kind: 'TERRITORY', claimants: { E1: null } });
    const plain = await openCase(world, { event: 'shared', kind: 'PRICE_FLOOR', claimants: { W1: null } });
    for (const caseId of [opposed, plain]) {
      await world.as('agentE2', (transaction, actor) => addComment(transaction, actor, now, { caseId, text: 'E2' }));
      await world.as('agentE2', (transaction, actor) =>
        addEvidence(transaction, actor, now, { caseId, kind: 'NOTE', text: 'E2' }),
      );
      await decide(world, 'managerEast', caseId, {
        credits: 'AWARD',
        shares: [{ agentCode: 'E2' }],
        penalties: [{ agentCode: 'E2', amount: '3', currency: 'CNY' }],
        reason: 'so',
      });
      await world.as('agentE2', (transaction, actor) => fileCaseAppeal(transaction, actor, now, caseId, 'unfair'));
    }
    const read = (caseId: number) =>
      world.as('agentE1', async (transaction) => {
        const rows = await rawSql(transaction)<{ text: string }[]>`
          select concat_ws(' ', said.what, agent.code) as text from (
            select 'party' as what, agent_id from conflict_party where case_id = ${caseId}
            union all select 'comment', agent_id from conflict_comment where case_id = ${caseId}
            union all select 'evidence', agent_id from conflict_evidence where case_id = ${caseId}
            union all select 'appeal', agent_id from conflict_appeal where case_id = ${caseId}
            union all select 'share', share.agent_id from conflict_decision_share share, case_outcomes(${caseId}) outcome
              where share.decision_id = outcome.decision_id
            union all select 'deduction', deduction.agent_id from conflict_deduction deduction, case_outcomes(${caseId}) outcome
              where deduction.decision_id = outcome.decision_id
          ) said join agent on agent.id = said.agent_id`;
        return rows.map(({ text }) => text);
      });
    expect(await read(opposed)).toEqual(['party E1']);
    expect(await read(plain)).toEqual([
      'party E2',
      'comment E2',
      'evidence E2',
      'appeal E2',
      'share E2',
      'deduction E2',
    ]);
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
    // What an agent stores itself is a paper for settlement.
    const stored = await world.as('agentE1', async (transaction) => {
      const [row] = await rawSql(transaction)<{ id: number }[]>`
        insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
        values ('SETTLEMENT', claim_agent(), 'EVIDENCE', 'b.pdf', 'application/pdf', 1, ${'1'.repeat(64)}, 'own', 'agentE1', now()) returning id`;
      return row?.id ?? 0;
    });
    await bring('agentE1', { kind: 'DOCUMENT', text: 'own', documentId: stored });
    expect(await codeOf(bring('agentW1', { kind: 'DOCUMENT', text: 'not mine', documentId: stored }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(bring('agentE1', { kind: 'NOTE', text: 'see this', documentId: stored }))).toBe(
      'INPUT_INVALID',
    );
    expect(await codeOf(bring('agentE1', { kind: 'NOTE', text: 'see this', price: '1' }))).toBe('INPUT_INVALID');
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
    expect(await read('finance')).toHaveLength(6);
    expect(await read('agentE1')).toEqual(['DOCUMENT contract', 'DOCUMENT contract', 'DOCUMENT own']);
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
    const lengthy = world.as('managerWest', (transaction, actor) =>
      voteOnProposal(transaction, actor, now, first, { inFavour: false, reason: 'x'.repeat(2001) }),
    );
    expect(await codeOf(lengthy)).toBe('VALUE_TOO_LONG');
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

  it('that was asked binds who set it: only an administrator changes or dissolves it', async () => {
    const id = await anyCase();
    await seat('managerEast', id, ['managerEast', 'managerWest', 'managerAll']);
    expect(await codeOf(seat('managerWest', id, []))).toBe('FORBIDDEN');
    await seat('managerEast', id, ['managerEast', 'managerWest', 'admin']);
    const first = await propose('managerEast', id);
    expect(await codeOf(seat('managerEast', id, []))).toBe('CASE_COMMITTEE');
    expect(await codeOf(seat('managerEast', id, ['managerEast', 'managerAll']))).toBe('CASE_COMMITTEE');
    await vote('admin', first, false);
    expect(await vote('managerWest', first, false)).toBe('SETTLED');
    // Voted down: to be decided alone all the same is not for who lost.
    expect(await codeOf(seat('managerEast', id, []))).toBe('CASE_COMMITTEE');
    expect(await codeOf(decide(world, 'managerEast', id, keep))).toBe('CASE_COMMITTEE');
    await seat('admin', id, []);
    await decide(world, 'managerEast', id, keep);
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
