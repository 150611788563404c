import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { testDatabase } from '../database.ts';
import { execute, parse, validate } from '../schema/graphql.ts';
import { decide, emailOf, makeWorld, now, openCase, type Person, stateOf, type World } from './casesFixture.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const logger = pino({ level: 'silent' });
const envelopeKeys = loadEnvelopeKeys({
  databaseUrl: undefined,
  dataDir: '',
  envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
});

/** Asks over GraphQL as the request role. */
async function ask(person: Person, text: string, variableValues: Record<string, unknown> = {}) {
  const document = parse(text);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  const actor = world.actors[person];
  return asRequest(world.databases.request, actor, '2026-11-05', async (transaction) => {
    const contextValue = {
      actor,
      now,
      today: '2026-11-05',
      databases: world.databases,
      transaction,
      logger,
      envelopeKeys,
    };
    const answer = await execute({ schema, document, contextValue, variableValues });
    if (answer.errors)
      throw new Error(answer.errors.map((error) => `${error.message} ${error.originalError?.stack}`).join('\n'));
    return JSON.parse(JSON.stringify(answer.data));
  });
}

const everything = `{
  conflictCases { nodes {
    id code ruleCode ruleName kind effect state period openedAt dueAt isOverdue appealUntil resolvedAt closedAt closing reopenedCount
    regionCode mediatorName mediators { name email regionCode } escalationLevel
    findings { test agents events region registration floorPrice currency courses campaigns }
    events { source externalId type occurredAt agentCode productCode customerId quantity amount currency isHit }
    parties { agentCode side tests event region registration }
    comments { audience agentCode text by at }
    evidence { kind agentCode text documentPath event price currency by at }
    steps { action toState at by reason }
    decisions { number credits keptEvent { externalId } reason decidedBy decidedAt byCommittee onAppeal inForce
      shares { agentCode role share } deductions { agentCode kind amount currency } }
    appeals { id agentCode state reason filedBy filedAt decidedBy decision }
    committee proposals { id content proposedBy votes { name inFavour } }
  } }
}`;
const result = '{ __typename ... on UserError { code message } ... on ConflictCasePayload { case { code state } } }';

describe('a case over GraphQL', () => {
  it('shows staff everything and each side itself alone', async () => {
    const id = await openCase(world, {
      event: 'west',
      region: 'WEST',
      claimants: { E1: 'east' },
      mediator: 'managerWest',
      facts: { findings: [{ test: 'DUPLICATE', agents: ['E1'], events: ['CRM/east'], region: 'WEST' }] },
    });
    const caseId = Buffer.from(`ConflictCase:${id}`).toString('base64url');
    const mutate = async (person: Person, field: string) => {
      const answer = await ask(person, `mutation ($caseId: ID!) { ${field} ${result} }`, { caseId });
      return Object.values<Record<string, unknown>>(answer)[0];
    };
    const changed = { case: { code: `C-${id}` } };
    expect(
      await mutate('managerWest', `assignConflictMediator(caseId: $caseId, mediator: "${emailOf('managerAll')}")`),
    ).toMatchObject(changed);
    expect(await mutate('managerWest', 'startConflictMediation(caseId: $caseId)')).toMatchObject({
      case: { state: 'IN_MEDIATION' },
    });
    expect(await mutate('managerWest', 'startConflictMediation(caseId: $caseId)')).toMatchObject({
      code: 'CASE_STATE',
    });
    await mutate('agentW1', 'addConflictComment(caseId: $caseId, text: "it was my customer W1 west")');
    await mutate('managerWest', 'addConflictComment(caseId: $caseId, text: "to all", audience: PARTIES)');
    await mutate(
      'managerWest',
      'addConflictComment(caseId: $caseId, text: "what of it, E1?", audience: SIDE, agentCode: "E1")',
    );
    await mutate(
      'agentW1',
      'addConflictEvidence(caseId: $caseId, kind: EVENT, text: "mine", event: { source: "CRM", externalId: "west" })',
    );
    await mutate(
      'agentE1',
      'addConflictEvidence(caseId: $caseId, kind: PRICE, text: "was dear", price: "12.5", currency: "CNY")',
    );
    await mutate(
      'managerWest',
      'addConflictEvidence(caseId: $caseId, kind: EVENT, agentCode: "E1", text: "look", event: { source: "CRM", externalId: "west" })',
    );
    const preview = `{ conflictDecisionPreview(caseId: "${caseId}", decision: { credits: AWARD, shares: [{ side: CLAIMANT }], reason: "x" }) {
      keptEvent { externalId } notCredited { externalId } shares { agentCode role share } deductions { amount } } }`;
    expect(await ask('managerWest', preview)).toEqual({
      conflictDecisionPreview: {
        keptEvent: { externalId: 'east' },
        notCredited: [{ externalId: 'west' }],
        shares: [{ agentCode: 'E1', role: 'SELLER', share: '1' }],
        deductions: [],
      },
    });
    const decision =
      '{ credits: SPLIT, shares: [{ agentCode: "E1", percent: "60" }, { agentCode: "W1", percent: "40" }], penalties: [{ side: ACCUSED, amount: "7.77", currency: "CNY" }], reason: "both" }';
    expect(await mutate('managerWest', `decideConflictCase(caseId: $caseId, decision: ${decision})`)).toMatchObject({
      case: { state: 'RESOLVED' },
    });
    expect(await mutate('agentW1', 'fileConflictAppeal(caseId: $caseId, reason: "unfair to W1")')).toMatchObject({
      case: { state: 'APPEALED' },
    });

    // Staff, also the manager who sees but one of the agents, see both sides.
    for (const person of ['admin', 'managerWest', 'managerEast', 'finance', 'auditor'] as const) {
      const { conflictCases } = await ask(person, everything);
      const [shown] = conflictCases.nodes;
      expect(shown.parties).toEqual([
        { agentCode: 'W1', side: 'ACCUSED', tests: ['DUPLICATE'], event: 'CRM/west', region: null, registration: null },
        {
          agentCode: 'E1',
          side: 'CLAIMANT',
          tests: ['DUPLICATE'],
          event: 'CRM/east',
          region: null,
          registration: null,
        },
      ]);
      expect(
        shown.events.map((event: { externalId: string; isHit: boolean }) => `${event.externalId} ${event.isHit}`),
      ).toEqual(['east false', 'west true']);
      expect(shown.decisions[0]).toMatchObject({
        credits: 'SPLIT',
        keptEvent: { externalId: 'east' },
        inForce: true,
        decidedBy: emailOf('managerWest'),
        shares: [
          { agentCode: 'E1', role: 'SELLER', share: '0.6' },
          { agentCode: 'W1', role: 'SELLER', share: '0.4' },
        ],
        deductions: [{ agentCode: 'W1', kind: 'PENALTY', amount: '7.77', currency: 'CNY' }],
      });
      expect(shown).toMatchObject({ regionCode: 'WEST', mediatorName: 'managerAll', findings: [{ agents: ['E1'] }] });
      expect(shown.comments.map(({ agentCode }: { agentCode: string | null }) => agentCode)).toEqual([
        'W1',
        null,
        'E1',
      ]);
      expect(shown.evidence).toHaveLength(3);
      expect(shown.steps.map(({ action }: { action: string }) => action)).toEqual([
        'OPENED',
        'ASSIGNED',
        'MEDIATION',
        'RESOLVED',
        'APPEALED',
      ]);
      expect(shown.appeals).toMatchObject([{ agentCode: 'W1', state: 'FILED' }]);
    }

    const one = await ask('agentE1', everything);
    const told = JSON.stringify(one);
    for (const trace of [
      'W1',
      'west',
      'West',
      'WEST',
      'customer-west',
      '2026-10-03',
      '7.77',
      '"0.4"',
      'manager',
      'admin',
      'unfair',
      'mine',
    ]) {
      expect(told).not.toContain(trace);
    }
    expect(one.conflictCases.nodes[0]).toMatchObject({
      code: `C-${id}`,
      state: 'APPEALED',
      parties: [{ agentCode: 'E1', side: 'CLAIMANT', event: 'CRM/east' }],
      comments: [
        { text: 'to all', by: null },
        { text: 'what of it, E1?', agentCode: 'E1', by: null },
      ],
      evidence: [
        { kind: 'PRICE', price: '12.5', by: emailOf('agentE1') },
        { kind: 'EVENT', text: 'look', event: null },
      ],
      steps: [
        { action: 'OPENED', by: null },
        { action: 'MEDIATION' },
        { action: 'RESOLVED', reason: null },
        { action: 'APPEALED', reason: null },
      ],
      decisions: [
        {
          credits: 'SPLIT',
          keptEvent: null,
          reason: 'both',
          decidedBy: null,
          shares: [{ agentCode: 'E1', share: '0.6' }],
          deductions: [],
        },
      ],
      appeals: [],
      events: null,
      findings: null,
      regionCode: null,
      mediatorName: null,
      mediators: [],
      escalationLevel: null,
      committee: [],
      proposals: [],
    });
    const other = JSON.stringify(await ask('agentW1', everything));
    for (const trace of ['E1', 'east', 'East', '2026-10-02', '"0.6"', '"12.5"', 'manager', 'was dear'])
      expect(other).not.toContain(trace);
    expect(other).toContain('7.77');

    // Who is no party, or from elsewhere, sees nothing.
    for (const person of ['agentE2', 'agentE3', 'agentW2'] as const) {
      expect(await ask(person, everything)).toEqual({ conflictCases: { nodes: [] } });
      expect(await ask(person, `{ conflictCase(code: "C-${id}") { code } node(id: "${caseId}") { id } }`)).toEqual({
        conflictCase: null,
        node: null,
      });
    }
    await expect(ask('compliance', everything)).rejects.toThrow(/FORBIDDEN|may not/);
    await expect(ask('agentE1', '{ conflictCases(region: "WEST") { nodes { code } } }')).rejects.toThrow('region');

    const appealId = JSON.parse(JSON.stringify(await ask('managerAll', everything))).conflictCases.nodes[0].appeals[0]
      .id;
    // An appeal is a matter of its party and staff.
    const node = async (person: Person) => (await ask(person, `{ node(id: "${appealId}") { id } }`)).node;
    for (const person of ['agentW1', 'managerEast', 'finance', 'auditor'] as const)
      expect(await node(person), person).toEqual({ id: appealId });
    for (const person of ['agentE1', 'agentE2', 'agentW2'] as const) expect(await node(person), person).toBeNull();
    const settle = `mutation { decideConflictAppeal(appealId: "${appealId}", answer: "no") ${result} }`;
    expect(await ask('managerWest', settle)).toMatchObject({ decideConflictAppeal: { code: 'SAME_PERSON' } });
    expect(await ask('managerAll', settle)).toMatchObject({ decideConflictAppeal: { case: { state: 'CLOSED' } } });
  });

  it('is found by its state, rule, kind, region, agent, month, mediator and time', async () => {
    const eastern = await openCase(world, {
      event: 'east',
      kind: 'TERRITORY',
      rule: 'OUT',
      mediator: 'managerEast',
      openedOn: '2026-10-20',
    });
    const western = await openCase(world, {
      event: 'other',
      kind: 'AUTHORISATION',
      rule: 'CPC',
      region: 'WEST',
      openedOn: '2026-10-31',
    });
    const find = async (person: Person, filter: string) => {
      const { conflictCases } = await ask(person, `{ conflictCases(${filter}) { nodes { code } } }`);
      return conflictCases.nodes.map(({ code }: { code: string }) => code);
    };
    // Opened on 31 October, due with the midnight that begins 5 November, at noon.
    expect(await find('admin', 'overdue: true')).toEqual([`C-${western}`, `C-${eastern}`]);
    expect(await find('admin', 'rule: "OUT"')).toEqual([`C-${eastern}`]);
    expect(await find('admin', 'kind: AUTHORISATION, state: OPEN')).toEqual([`C-${western}`]);
    expect(await find('admin', 'region: "EAST"')).toEqual([`C-${eastern}`]);
    expect(await find('admin', 'region: "ALL", state: OPEN')).toEqual([`C-${western}`, `C-${eastern}`]);
    expect(await find('admin', 'agentCode: "W1", overdue: true')).toEqual([`C-${western}`]);
    expect(await find('admin', 'agentCode: "NONE"')).toEqual([]);
    expect(await find('admin', 'period: "2026-09"')).toEqual([]);
    expect(await find('managerEast', 'mine: true')).toEqual([`C-${eastern}`]);
    expect(await find('managerWest', 'state: OPEN')).toEqual([`C-${western}`]);
    expect(await find('agentW1', 'state: OPEN')).toEqual([`C-${western}`]);
  });

  it('is decided by a committee, with others, and taken back', async () => {
    const first = await openCase(world, { event: 'east', kind: 'CAMPAIGN_OVERLAP' });
    const second = await openCase(world, { event: 'shared', kind: 'CAMPAIGN_OVERLAP' });
    const caseId = Buffer.from(`ConflictCase:${first}`).toString('base64url');
    const members = `["${emailOf('admin')}", "${emailOf('managerEast')}"]`;
    await ask('admin', `mutation { setConflictCommittee(caseId: "${caseId}", members: ${members}) ${result} }`);
    const decision = '{ credits: VOID, reason: "made up" }';
    const many = `mutation { decideConflictCases(choice: { kind: CAMPAIGN_OVERLAP }, decision: ${decision}) { __typename ... on UserError { code at } ... on ConflictCasesPayload { decidedCount codes } } }`;
    expect(await ask('admin', many)).toMatchObject({
      decideConflictCases: { code: 'CASE_COMMITTEE', at: `C-${first}` },
    });
    await ask('admin', `mutation { proposeConflictDecision(caseId: "${caseId}", decision: ${decision}) ${result} }`);
    const { conflictCase } = await ask(
      'managerEast',
      `{ conflictCase(code: "C-${first}") { committee proposals { id content votes { name } } } }`,
    );
    expect(conflictCase).toMatchObject({
      committee: ['admin', 'managerEast'],
      proposals: [{ content: { credits: 'VOID' }, votes: [] }],
    });
    const vote = `mutation { voteOnConflictProposal(proposalId: "${conflictCase.proposals[0].id}", inFavour: true) { __typename ... on UserError { code } ... on ConflictVotePayload { outcome } } }`;
    expect(await ask('managerWest', vote)).toMatchObject({ voteOnConflictProposal: { code: 'NOT_FOUND' } });
    expect(await ask('admin', vote)).toMatchObject({ voteOnConflictProposal: { outcome: 'OPEN' } });
    expect(await ask('managerEast', vote)).toMatchObject({ voteOnConflictProposal: { outcome: 'DECIDED' } });
    expect(await ask('admin', many)).toMatchObject({
      decideConflictCases: { decidedCount: 1, codes: [`C-${second}`] },
    });
    const reopen = `mutation { reopenConflictCase(caseId: "${caseId}", reason: "wrong") ${result} }`;
    expect(await ask('admin', reopen)).toMatchObject({ reopenConflictCase: { case: { state: 'OPEN' } } });
    expect(await ask('managerEast', reopen)).toMatchObject({ reopenConflictCase: { code: 'FORBIDDEN' } });
    expect(await stateOf(world, first)).toBe('OPEN undecided');
    await expect(decide(world, 'admin', second, { credits: 'KEEP', reason: 'x' })).rejects.toMatchObject({
      code: 'CASE_STATE',
    });
  });
});
