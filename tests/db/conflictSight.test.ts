import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { addConflicts } from '../support/conflictWorld.ts';
import {
  describeRights,
  type Ids,
  type Person,
  people,
  rightsDatabase,
  roleOf,
  tryOut,
} from '../support/tableRights.ts';

// Who sees a case is said in four places, each as fast as where it is asked needs: visible_cases(), case_visible(), the policy of the table
// (with own_cases()) and is_party(). They say the same, of whatever cases.

const ids: Ids = {};
describeRights(
  {},
  async (add, known) => {
    await addConflicts(add, known);
    Object.assign(ids, known);
  },
  () => undefined,
);

const agents = ['E1', 'E2', 'W1'] as const;
type Agent = (typeof agents)[number];
type RandomCase = {
  readonly region: 'ROOT' | 'EAST' | 'WEST' | null;
  readonly parties: readonly Agent[];
  /** Whether the account of the people who ask mediates it, or has a seat. */
  readonly isMediated: boolean;
  readonly isSeated: boolean;
};
const randomCase: fc.Arbitrary<RandomCase> = fc.record({
  region: fc.constantFrom('ROOT', 'EAST', 'WEST', null),
  parties: fc.subarray([...agents]),
  isMediated: fc.nat(5).map((number) => number === 0),
  isSeated: fc.nat(5).map((number) => number === 0),
});

/** What DOMAIN.md §12 lets each see: agents themselves and those below, managers their subtree of regions. */
const agentsOf: Partial<Record<Person, readonly Agent[]>> = {
  agentE1: ['E1', 'E2'],
  agentE2: ['E2'],
  agentW1: ['W1'],
  managerEast: ['E1', 'E2'],
  managerWest: ['W1'],
};
const regionOfManager: Partial<Record<Person, string>> = { managerEast: 'EAST', managerWest: 'WEST' };
function sees(person: Person, { region, parties, isMediated, isSeated }: RandomCase): boolean {
  const role = roleOf[person];
  if (role === 'ADMIN' || role === 'AUDITOR' || role === 'FINANCE') return true;
  if (parties.some((agent) => agentsOf[person]?.includes(agent))) return true;
  return (
    role === 'CHANNEL_MANAGER' && (isMediated || isSeated || (region !== null && region === regionOfManager[person]))
  );
}

const isStaffOfAll = (person: Person) => ['ADMIN', 'AUDITOR', 'FINANCE'].includes(roleOf[person] ?? '');
/** Because of an agent or a seat, not of the region. */
const owns = (person: Person, given: RandomCase | undefined) =>
  given !== undefined && sees(person, { ...given, region: null, isMediated: false });

const cases = new Map<number, RandomCase>();
beforeAll(async () => {
  const connection = rightsDatabase().owner.$client;
  for (const given of fc.sample(randomCase, { numRuns: 150, seed: 77 })) {
    const [added] = await connection<{ id: number }[]>`
      insert into conflict_case (rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days, mediator_id)
      values (${ids.rule ?? 0}, 'TERRITORY', 'FLAG', ${given.region && (ids[given.region] ?? null)}, '2026-11', '2026-11-02', 'OPEN', now(), now(), 5,
        ${given.isMediated ? 0 : null}) returning id`;
    const id = added?.id ?? 0;
    for (const agent of given.parties)
      await connection`insert into conflict_party (case_id, agent_id, side, facts) values (${id}, ${ids[agent] ?? 0}, 'CLAIMANT', '{"tests": []}')`;
    if (given.isSeated)
      await connection`insert into conflict_committee (case_id, user_id, name) values (${id}, 0, 'n')`;
    cases.set(id, given);
  }
});

it.each(people)('all say the same for %s', async (person) => {
  const first = Math.min(...cases.keys());
  const seen = [...cases].filter(([, given]) => sees(person, given));
  const keys = seen.map(([id]) => id);
  const partyTo = (agent: Agent) => seen.filter(([, { parties }]) => parties.includes(agent)).map(([id]) => id);
  const list = `array[${[...cases.keys()].join(', ')}]`;
  const answers = await tryOut(person, [
    `select array_agg(id order by id) from visible_cases() id where id >= ${first}`,
    `select array_agg(id order by id) from conflict_case where id >= ${first}`,
    ...agents.map(
      (agent) => `select array_agg(id order by id) from unnest(${list}) id where is_party(id, ${ids[agent]})`,
    ),
    'select array_agg(id order by id) from conflict_case where id in (select own_cases())',
  ]);
  const [visible, policy, ...rest] = answers.map((answer) => answer.keys);
  expect(visible).toEqual(keys);
  expect(policy).toEqual(keys);
  expect(rest.slice(0, agents.length)).toEqual(agents.map(partyTo));
  const owned = (rest.at(-1) ?? []).filter((id) => id >= first);
  expect(owned).toEqual(isStaffOfAll(person) ? [] : keys.filter((id) => owns(person, cases.get(id))));
});
