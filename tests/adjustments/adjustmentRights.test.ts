import { beforeAll, expect, it } from 'vitest';
import { rawSql, type Transaction } from '../../src/db/client.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, today, type World } from '../schema/world.ts';
import { paperId, paperKey } from '../support/papers.ts';

// Who proposes, approves and sees adjustments over GraphQL. 2026-10 is approved.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const propose = async (person: Person, agent: string, amount = '12.34') => {
  const document = paperId(await paperKey(world.databases, agent));
  const text = `mutation { proposeAdjustments(input: [{ agent: "${agent}", kind: "CORRECTION", amount: "${amount}", currency: "CNY", reason: "owed",
    document: "${document}" }]) {
    ... on UserError { code } ... on ProposeAdjustmentsPayload { createdCount batchHash rejections { column code } } } }`;
  return (await data(world, person, text)).proposeAdjustments;
};
const decide = async (person: Person, mutation: string, batchHash: string, more = '') => {
  const text = `mutation { ${mutation}(choice: { batchHash: "${batchHash}" }${more}) { ... on UserError { code } ... on AdjustmentProposalsPayload { count } } }`;
  const answer = await ask(world, person, text);
  return answer.data?.[mutation] ?? answer.errors?.[0]?.extensions;
};

it('managers propose for their agents, finance approves, the agent sees what is approved', async () => {
  expect((await propose('managerEast', 'W1')).rejections).toEqual([{ column: 'agent', code: 'AGENT_UNKNOWN' }]);
  const { batchHash, createdCount } = await propose('managerEast', 'E2');
  expect(createdCount).toBe(1);
  const adjustments = async (person: Person) =>
    (
      await data(
        world,
        person,
        '{ adjustments { nodes { agentCode amount reason state fromPeriod bookedPeriod proposalCode } } }',
      )
    ).adjustments.nodes;
  expect(await adjustments('agentE2')).toEqual([]);
  expect(await decide('managerWest', 'withdrawAdjustments', batchHash)).toEqual({ code: 'NOT_FOUND' });
  expect(await decide('finance', 'withdrawAdjustments', batchHash)).toEqual({ code: 'FORBIDDEN' });
  expect(await decide('managerEast', 'approveAdjustments', batchHash)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await decide('finance', 'approveAdjustments', batchHash)).toEqual({ count: 1 });
  const made = {
    agentCode: 'E2',
    amount: '12.34',
    reason: 'owed',
    state: 'DUE',
    fromPeriod: '2026-11',
    bookedPeriod: null,
    proposalCode: expect.stringMatching(/^AP-\d+$/),
  };
  expect(await adjustments('agentE2')).toEqual([made]);
  // The agent above it sees it too, the manager of another region does not.
  expect(await adjustments('agentE1')).toEqual([made]);
  expect(await adjustments('managerWest')).toEqual([]);
  const { adjustmentProposals } = await data(
    world,
    'auditor',
    '{ adjustmentProposals(state: APPROVED) { nodes { state decidedBy } } }',
  );
  expect(adjustmentProposals.nodes).toEqual([{ state: 'APPROVED', decidedBy: 'finance@demo.example' }]);
});

it('the database keeps to two people of the right roles, whatever the code forgets', async () => {
  const { batchHash } = await propose('finance', 'E1', '1');
  const change = (person: Person, by: string) => {
    const actor = world.actors[person];
    if (!actor) throw new Error(person);
    return asRequest(world.databases.request, actor, today, async (transaction: Transaction) => {
      await rawSql(
        transaction,
      )`update adjustment_proposal set state = 'APPROVED', decided_by = ${by}, decided_at = now() where batch_hash = ${batchHash}`;
    });
  };
  await expect(change('finance', 'finance@demo.example')).rejects.toMatchObject({
    constraint_name: 'adjustment_proposal_four_eyes',
  });
  await expect(change('finance', 'admin@demo.example')).rejects.toMatchObject({ constraint_name: 'own_name' });
  await expect(change('managerEast', 'managereast@demo.example')).rejects.toMatchObject({
    constraint_name: 'adjustment_proposal_approver',
  });
  expect(await decide('admin', 'rejectAdjustments', batchHash, ', decision: "no"')).toEqual({ count: 1 });
});
