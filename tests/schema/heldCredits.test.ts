import { beforeAll, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { decide, openCase } from '../commissions/caseBooks.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, type World } from './world.ts';

// The sale N-E1 of November, which would earn 80, is held. N-W1, of 80 too, was divided between W1 and E2, who is of another region, and W1 is
// fined.

let world: World;
const november = '2026-11' as Period;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const { databases } = world;
  await openCase(databases, 'R', 'HOLD', 'N-E1');
  await openCase(databases, 'R', 'HOLD', 'N-W1');
  await decide(databases, 'R', 'N-W1', {
    credits: 'SPLIT',
    keeps: 'N-W1',
    shares: ['W1 SELLER 0.75', 'E2 LEAD 0.25'],
    deductions: ['W1 PENALTY 5'],
  });
  const run = await calculatePeriod(databases, localActor('clerk'), november, now);
  await databases.owner.transaction((transaction) => approveRun(transaction, localActor('controller'), now, run.id));
});

const query = `{ statements(period: "2026-11") { nodes { agent { code } earned adjustments heldTotal
  held { nodes { event { externalId } component { code } role caseCode amount currency } } } } }`;

it('shows a statement with what is held and by which case, to whoever sees the statement', async () => {
  const held = {
    event: { externalId: 'N-E1' },
    component: { code: 'ACT' },
    role: 'SELLER',
    caseCode: 'C-1',
    amount: '80.00',
    currency: 'CNY',
  };
  const none = { heldTotal: '0.00', held: { nodes: [] } };
  const e1 = {
    agent: { code: 'E1' },
    earned: '0.00',
    adjustments: '0.00',
    heldTotal: '80.00',
    held: { nodes: [held] },
  };
  const e2 = { agent: { code: 'E2' }, earned: '20.00', adjustments: '0.00', ...none };
  const w1 = { agent: { code: 'W1' }, earned: '60.00', adjustments: '-5.00', ...none };
  expect((await data(world, 'finance', query)).statements.nodes).toEqual([e1, e2, w1]);
  expect((await data(world, 'agentE1', query)).statements.nodes).toEqual([e1, e2]);
  expect((await data(world, 'agentW1', query)).statements.nodes).toEqual([w1]);
});

it('shows what one of the cases holds', async () => {
  const heldBy = async (person: Person, code: string) => {
    const document = `query ($code: String) { statements(period: "2026-11") { nodes { agent { code } held(case: $code) { nodes { caseCode } } } } }`;
    const { nodes } = (await data(world, person, document, { code })).statements;
    return nodes.map(({ agent, held }: { agent: { code: string }; held: { nodes: { caseCode: string }[] } }) =>
      [agent.code, ...held.nodes.map(({ caseCode }) => caseCode)].join(' '),
    );
  };
  expect(await heldBy('finance', 'C-1')).toEqual(['E1 C-1', 'E2', 'W1']);
  // C-2 is decided and holds nothing; the others are no cases.
  for (const code of ['C-2', 'C-3', 'C-01', '1', '']) expect(await heldBy('finance', code)).toEqual(['E1', 'E2', 'W1']);
  expect(await heldBy('agentW1', 'C-1')).toEqual(['W1']);
});

const lines = `{ commissionLines(period: "2026-11") { nodes { lineId kind event { externalId } component { code planCode } amount } } }`;
const explain = `query ($lineId: String!) { explainLine(lineId: $lineId) { ... on Explanation { sentenceEn } } }`;

it('tells those who are credited by a decision of the event, and those who are fined why', async () => {
  const sentences = async (person: Person) => {
    const told: string[] = [];
    for (const { lineId } of (await data(world, person, lines)).commissionLines.nodes) {
      told.push((await data(world, person, explain, { lineId })).explainLine.sentenceEn);
    }
    return told;
  };
  expect((await data(world, 'agentE2', lines)).commissionLines.nodes).toMatchObject([{ amount: '20.00' }]);
  const share =
    'earned 20.00 CNY from Activations for ACTIVATION CRM/N-W1: rule ANY of plan P version 1 pays 80 per unit';
  expect(await sentences('agentE2')).toEqual([
    `East two (E2) ${share}, of which the LEAD has the share 0.25 by the decision of the case C-2.`,
  ]);
  const [adjustment] = (await data(world, 'agentW1', lines)).commissionLines.nodes.filter(
    ({ kind }: { kind: string }) => kind === 'ADJUSTMENT',
  );
  expect(adjustment).toMatchObject({ event: null, component: { code: 'ADJUSTMENT', planCode: null }, amount: '-5.00' });
  expect(await sentences('agentW1')).toContain(
    '-5.00 CNY of West one (W1) is a penalty by the decision of C-2: “both took part”.',
  );
});
