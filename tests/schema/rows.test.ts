import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from './world.ts';

// Which rows each person sees, by every path: connections, nodes by id, explanations. What nobody told them cannot be seen.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const all = ['E1', 'E2', 'E3', 'W1'];
const agentsSeen: Record<Person, readonly string[]> = {
  admin: all,
  finance: all,
  auditor: all,
  managerEast: ['E1', 'E2', 'E3'],
  managerWest: ['W1'],
  agentE1: ['E1', 'E2', 'E3'],
  agentE2: ['E2'],
  agentW1: ['W1'],
  nobody: [],
};
const seers = (Object.keys(agentsSeen) as Person[]).filter((person) => person !== 'nobody');
const isAgent = (person: Person) => person.startsWith('agent');

type Thing = { __typename: string; id: string; agent: { code: string }; lineId?: string };
type Owned = { type: string; id: string; agent: string; period: string; lineId: string | undefined };

/** Everything that belongs to agents, as an administrator sees it. */
async function everything(): Promise<Owned[]> {
  const found: Owned[] = [];
  for (const period of ['2026-10', '2026-11']) {
    const answer = await data(
      world,
      'admin',
      `query ($period: Period!) {
        salesEvents(filter: { period: $period }) { nodes { __typename id agent { code } } }
        commissionLines(period: $period) { nodes { __typename id lineId agent { code } } }
        statements(period: $period) { nodes { __typename id agent { code } } }
        unpaidEvents(period: $period) { nodes { __typename id agent { code } } }
      }`,
      { period },
    );
    for (const { nodes } of Object.values(answer) as { nodes: Thing[] }[]) {
      for (const { __typename, id, agent, lineId } of nodes) {
        found.push({ type: __typename, id, agent: agent.code, period, lineId });
      }
    }
  }
  return found;
}

describe.each(seers)('%s', (person) => {
  it('sees its agents', async () => {
    const answer = await data(world, person, '{ agents { nodes { code } } }');
    expect(answer.agents.nodes.map((node: { code: string }) => node.code)).toEqual(agentsSeen[person]);
  });

  it('sees events, lines, statements and unpaid events of its agents only, in lists and by id', async () => {
    const things = await everything();
    expect(things.length).toBeGreaterThan(20);
    expect(new Set(things.map((thing) => thing.type)).size).toBe(4);
    for (const thing of things) {
      // A calculation that nobody approved is no agent's business yet; a sales event always is.
      const isOpen = thing.type === 'SalesEvent' || thing.period === '2026-10' || !isAgent(person);
      const expected = agentsSeen[person].includes(thing.agent) && isOpen;
      const { node } = await data(world, person, 'query ($id: ID!) { node(id: $id) { __typename id } }', {
        id: thing.id,
      });
      expect(node !== null, `${person} ${thing.type} of ${thing.agent} in ${thing.period}`).toBe(expected);
      if (thing.lineId) {
        const text = 'query ($id: String!) { explainLine(lineId: $id) { __typename ... on UserError { code } } }';
        const { explainLine } = await data(world, person, text, { id: thing.lineId });
        expect(explainLine).toEqual(
          expected ? { __typename: 'Explanation' } : { __typename: 'UserError', code: 'LINE_UNKNOWN' },
        );
      }
    }
    const seen = await data(
      world,
      person,
      `{ salesEvents { nodes { agent { code } } }
         commissionLines(period: "2026-10") { nodes { agent { code } } }
         november: commissionLines(period: "2026-11") { nodes { agent { code } } }
         statements { nodes { agent { code } period } }
         unpaidEvents(period: "2026-10") { nodes { agent { code } } } }`,
    );
    for (const [list, { nodes }] of Object.entries(seen) as [string, { nodes: { agent: { code: string } }[] }][]) {
      const codes = [...new Set(nodes.map((node) => node.agent.code))];
      for (const code of codes) expect(agentsSeen[person], list).toContain(code);
    }
    expect(seen.november.nodes.length > 0).toBe(!isAgent(person));
  });

  it('finds nothing of others by filters', async () => {
    for (const code of all.filter((other) => !agentsSeen[person].includes(other))) {
      const answer = await data(
        world,
        person,
        `query ($code: String!) {
          agent(code: $code) { code }
          agents(filter: { search: $code }) { nodes { code } }
          below: agents(filter: { parent: $code }) { nodes { code } }
          salesEvents(filter: { agent: $code }) { nodes { id } }
          commissionLines(period: "2026-10", agent: $code) { nodes { id } }
          statements(agent: $code) { nodes { id } }
          unpaidEvents(period: "2026-10", agent: $code) { nodes { id } }
        }`,
        { code },
      );
      expect(answer).toEqual({
        agent: null,
        agents: { nodes: [] },
        below: { nodes: [] },
        salesEvents: { nodes: [] },
        commissionLines: { nodes: [] },
        statements: { nodes: [] },
        unpaidEvents: { nodes: [] },
      });
    }
  });
});

it('finds products by part of their code or name, in any case, and nothing for nobody', async () => {
  const found = async (search: string, person: 'agentE1' | 'nobody' = 'agentE1') => {
    const answer = await ask(
      world,
      person,
      'query ($search: String) { products(search: $search) { nodes { code } } }',
      { search },
    );
    return answer.data?.products?.nodes ?? answer.errors?.map(({ extensions }) => extensions.code);
  };
  expect(await found('iber')).toEqual([{ code: 'FIBER' }]);
  expect(await found('IBRE')).toEqual([{ code: 'FIBER' }]);
  expect(await found('F_')).toEqual([]);
  expect(await found('fib', 'nobody')).toEqual(['NOT_SIGNED_IN']);
});

describe('an agent', () => {
  it('sees its own line of a shared event, not the event of the other nor the share of the other', async () => {
    const answer = await data(
      world,
      'agentE2',
      `{ commissionLines(period: "2026-10") { nodes { amount share event { externalId agent { code } credits { share agent { code } } } rule { code } } } }`,
    );
    const lines = answer.commissionLines.nodes as {
      amount: string;
      share: string;
      event: { externalId: string } | null;
    }[];
    // 80 for its own activation, 30 % of 80 for the one it referred, and its share of the pool.
    expect(lines.map((line) => [line.amount, line.event?.externalId ?? null]).sort()).toEqual(
      [
        ['0.95', null],
        ['24.00', null],
        ['80.00', 'A-E2'],
      ].sort(),
    );
    expect(JSON.stringify(answer)).not.toContain('W1');
  });

  it('is told of an event which rules pay its own share, and nothing of the other', async () => {
    const text = `query ($id: String!) { explainRule(source: "CRM", externalId: $id) { __typename
      ... on RuleExplanation { type credits { agentCode share planCode planVersion components { componentCode reads winner reason } } }
      ... on UserError { code } } }`;
    const of = async (person: Person, id: string) => (await data(world, person, text, { id })).explainRule;
    const act = { componentCode: 'ACT', reads: true, winner: 'ANY', reason: null };
    const res = { componentCode: 'RES', reads: false, winner: null, reason: null };
    const shared = await of('agentE2', 'A-SHARED');
    expect(shared).toEqual({
      __typename: 'RuleExplanation',
      type: 'ACTIVATION',
      credits: [{ agentCode: 'E2', share: '0.3', planCode: 'P', planVersion: 1, components: [act, res] }],
    });
    expect((await of('agentW1', 'A-SHARED')).credits.map((credit: { agentCode: string }) => credit.agentCode)).toEqual([
      'W1',
    ]);
    expect((await of('auditor', 'A-SHARED')).credits).toHaveLength(2);
    for (const person of ['agentE2', 'managerEast'] as const) {
      expect(await of(person, 'A-W1')).toEqual({ __typename: 'UserError', code: 'NOT_FOUND' });
    }
    expect((await of('agentE1', 'A-E2')).credits).toHaveLength(1);
  });

  it('sees its parent only where it may see it', async () => {
    const answer = await data(
      world,
      'agentE2',
      '{ agent(code: "E2") { parent { code } parents { from parent { code } } } }',
    );
    expect(answer.agent).toEqual({ parent: null, parents: [{ from: '2000-01-01', parent: null }] });
    const above = await data(world, 'agentE1', '{ agent(code: "E2") { parent { code } } }');
    expect(above.agent.parent.code).toBe('E1');
  });

  it('sees its own account and no other', async () => {
    const mine = await data(world, 'agentE1', '{ me { id email role agentCode regionCode } }');
    expect(mine.me).toMatchObject({ email: 'agente1@demo.example', role: 'AGENT', agentCode: 'E1', regionCode: null });
    const admin = await data(world, 'admin', '{ me { id } }');
    expect(await data(world, 'agentE1', `{ node(id: "${admin.me.id}") { id } }`)).toEqual({ node: null });
    expect((await data(world, 'admin', `{ node(id: "${mine.me.id}") { ... on Account { email } } }`)).node.email).toBe(
      'agente1@demo.example',
    );
  });
});

describe('ids that no answer gave', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    'x',
    '',
    encode('Agent'),
    encode('Agent:0'),
    encode('Agent:-1'),
    encode('Agent:99999999999'),
    encode('Agent:1;select'),
    encode('Statement:1'),
    encode('Statement:[1,2]'),
    encode('Statement:[1,2,"CN\\u0000"]'),
    encode('CommissionLine:[1,1,1,1,"SELLER"]'),
    encode('CommissionLine:[1,1,1,1e400,"SELLER","EARNING",null,null,null,null,null]'),
    encode(`CommissionLine:[1,1,1,${'9'.repeat(30)},"SELLER","EARNING",null,null,null,null,null]`),
    encode('CommissionLine:[1,1,1,1,null,"EARNING",null,null,null,null,null]'),
  ])('%s is refused by name, not by the database', async (id) => {
    const answer = await ask(world, 'admin', 'query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(answer.errors?.map((error) => error.extensions.code)).toEqual(['INPUT_INVALID']);
  });

  it('of a type that is no node is an error too, and of a missing row null', async () => {
    const answer = await ask(world, 'admin', 'query ($id: ID!) { node(id: $id) { id } }', { id: encode('Mutation:1') });
    expect(answer.errors).toHaveLength(1);
    expect(await data(world, 'admin', '{ nodes(ids: ["QWdlbnQ6OTk5", "QWdlbnQ6MQ"]) { id } }')).toEqual({
      nodes: [null, { id: 'QWdlbnQ6MQ' }],
    });
  });
});
