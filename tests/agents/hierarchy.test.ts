import { asc, desc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ancestors, descendants, moveSubtree, type SubtreeMove } from '../../src/agents/hierarchy.ts';
import { type Link, withMove } from '../../src/agents/hierarchyMove.ts';
import { agent, agentParent } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { retroCause } from '../../src/commissions/tables.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { checkHierarchy } from '../../src/programme/hierarchy.ts';
import type { Fact } from '../../src/programme/records.ts';
import { territory } from '../../src/territories/tables.ts';
import { testDatabase } from '../database.ts';
import { apply, clerk, now } from '../support/books.ts';

// Twelve agents without links: A to F in NORTH, G to L in SOUTH. Each test makes the links it needs.

const codes = [...'ABCDEFGHIJKL'];
const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }, { code: NORTH, name: North, parent: ALL }, { code: SOUTH, name: South, parent: ALL }]
channelTypes: [{ code: AGENT, name: Agents }]
agents:
${codes.map((code, index) => `  - { code: ${code}, name: ${code}, channelType: AGENT, since: 2026-01-01, region: ${index < 6 ? 'NORTH' : 'SOUTH'} }`).join('\n')}
`;

let databases: Databases;
const ids = new Map<string, number>();
const idOf = (code: string) => ids.get(code) ?? 0;

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  for (const { code, id } of await databases.owner.select().from(agent)) ids.set(code, id);
});
beforeEach(async () => {
  await databases.owner.delete(territory);
  await databases.owner.delete(agentParent);
});

/** Puts each agent below the one before it. */
const chain = (text: string, from = '2026-01-01', to: string | null = null) =>
  databases.owner.insert(agentParent).values(
    [...text].slice(1).map((code, index) => ({
      agentId: idOf(code),
      parentId: idOf(text.charAt(index)),
      validFrom: from,
      validTo: to,
    })),
  );
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
const as = <Result>(role: Role, code: string, work: (transaction: Transaction, actor: Actor) => Promise<Result>) =>
  owner(async (transaction) => {
    const [region] = await rawSql(transaction)<{ id: number }[]>`select id from region where code = ${code}`;
    return region?.id ?? null;
  }).then((regionId) => {
    const agentId = role === 'AGENT' ? idOf(code) : null;
    const actor: Actor = { name: 'someone@demo.example', requestId: null, user: { id: 1, role, agentId, regionId } };
    return asRequest(databases.request, actor, '2026-12-05', (transaction) => work(transaction, actor));
  });
const wanted = (agentCode: string, parentCode: string | null, from: string, replaceLater = false): SubtreeMove => {
  return { agentCode, parentCode, from, replaceLater, reason: 'test' };
};
const move = (...given: Parameters<typeof wanted>) =>
  owner((transaction) => moveSubtree(transaction, clerk, now, wanted(...given)));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => asUserError(error) as UserError,
  );
const linksOf = async (code: string) =>
  (
    await databases.owner
      .select({ parent: agent.code, from: agentParent.validFrom, to: agentParent.validTo })
      .from(agentParent)
      .innerJoin(agent, eq(agent.id, agentParent.parentId))
      .where(eq(agentParent.agentId, idOf(code)))
      .orderBy(asc(agentParent.validFrom))
  ).map(({ parent, from, to }) => `${parent} ${from} ${to ?? ''}`.trim());

describe('withMove', () => {
  const link = (parentId: number, from: string, to: string | null): Link => ({ parentId, from, to });
  const links = [link(1, '2026-01-01', '2026-07-01'), link(2, '2026-09-01', null)];
  const moved = (parentId: number | null, from: string, replaceLater = false) =>
    withMove(links, { parentId, from, replaceLater }).map((each) =>
      `${each.parentId} ${each.from} ${each.to ?? ''}`.trim(),
    );

  it('holds until what was planned for later: another parent, or none', () => {
    expect(moved(3, '2026-04-01')).toEqual(['1 2026-01-01 2026-04-01', '3 2026-04-01 2026-07-01', '2 2026-09-01']);
    expect(moved(3, '2026-08-01')).toEqual(['1 2026-01-01 2026-07-01', '3 2026-08-01 2026-09-01', '2 2026-09-01']);
    expect(moved(3, '2025-06-01')).toEqual(['3 2025-06-01 2026-01-01', '1 2026-01-01 2026-07-01', '2 2026-09-01']);
    expect(moved(3, '2026-09-01')).toEqual(['1 2026-01-01 2026-07-01', '3 2026-09-01']);
  });

  it('replaces what was planned for later where asked to', () => {
    expect(moved(3, '2026-04-01', true)).toEqual(['1 2026-01-01 2026-04-01', '3 2026-04-01']);
    expect(moved(null, '2026-04-01', true)).toEqual(['1 2026-01-01 2026-04-01']);
    expect(moved(3, '2025-06-01', true)).toEqual(['3 2025-06-01']);
  });

  it('makes one link of two under the same parent', () => {
    expect(moved(1, '2026-04-01')).toEqual(['1 2026-01-01 2026-07-01', '2 2026-09-01']);
    expect(moved(1, '2026-04-01', true)).toEqual(['1 2026-01-01']);
    expect(moved(2, '2026-07-01')).toEqual(['1 2026-01-01 2026-07-01', '2 2026-07-01']);
  });
});

describe('moveSubtree', () => {
  it('ends the present link and begins the new one; those below come along', async () => {
    await chain('ABC');
    await chain('DE');
    const result = await move('B', 'E', '2026-11-01');
    expect(result).toEqual({
      changed: true,
      links: [
        { parentCode: 'A', from: '2026-01-01', to: '2026-11-01' },
        { parentCode: 'E', from: '2026-11-01', to: null },
      ],
    });
    expect(await linksOf('C')).toEqual(['B 2026-01-01']);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'agent.moved',
      entity: 'agent',
      entityKey: 'B',
      before: [{ parentCode: 'A', from: '2026-01-01', to: null }],
      after: result.links,
      reason: 'test',
    });
  });

  it('leaves later changes alone, or replaces them', async () => {
    await chain('AC', '2026-01-01', '2026-06-01');
    await chain('BC', '2027-01-01');
    await move('C', 'D', '2026-03-01');
    expect(await linksOf('C')).toEqual(['A 2026-01-01 2026-03-01', 'D 2026-03-01 2026-06-01', 'B 2027-01-01']);
    await move('C', 'E', '2026-04-01', true);
    expect(await linksOf('C')).toEqual(['A 2026-01-01 2026-03-01', 'D 2026-03-01 2026-04-01', 'E 2026-04-01']);
    await move('C', null, '2026-05-01');
    expect((await linksOf('C')).at(-1)).toBe('E 2026-04-01 2026-05-01');
  });

  it('changes nothing and records nothing where it was so already', async () => {
    await chain('AB');
    const count = () => databases.owner.$count(auditRecord);
    const before = await count();
    expect(await move('B', 'A', '2026-05-01')).toMatchObject({ changed: false });
    expect(await count()).toBe(before);
  });

  it.each([
    ['itself', 'B', 'B'],
    ['its child', 'B', 'C'],
    ['its grandchild', 'A', 'C'],
  ])('refuses a circle: below %s', async (_, top, parent) => {
    await chain('ABC');
    const error = await failure(move(top, parent, '2026-11-01'));
    expect(error).toMatchObject({ code: 'PARENT_CIRCLE' });
    expect(error?.message).toContain(top);
    expect(await linksOf('B')).toEqual(['A 2026-01-01']);
  });

  it('refuses a circle that a link of the future would close, and not one that is over', async () => {
    // B will be below A from 2027 on
    await chain('AB', '2027-01-01');
    expect(await failure(move('A', 'B', '2026-11-01'))).toMatchObject({ code: 'PARENT_CIRCLE' });
    await databases.owner.delete(agentParent);
    await chain('AB', '2026-01-01', '2026-11-01');
    expect(await move('A', 'B', '2026-11-01')).toMatchObject({ changed: true });
  });

  it('refuses more than ten levels on any day, below as well as above', async () => {
    // A to E, five levels; F to J, five levels: together ten.
    await chain('ABCDE');
    await chain('FGHIJ');
    expect(await move('F', 'E', '2026-11-01')).toMatchObject({ changed: true });
    // K below J, the eleventh, and A below K likewise
    expect(await failure(move('K', 'J', '2026-11-01'))).toMatchObject({ code: 'HIERARCHY_TOO_DEEP' });
    expect(await failure(move('A', 'K', '2026-12-01'))).toMatchObject({ code: 'HIERARCHY_TOO_DEEP' });
    // L is to come below J when F has not moved yet: but it stays
    expect(await failure(move('L', 'J', '2026-06-01'))).toMatchObject({ code: 'HIERARCHY_TOO_DEEP' });
    expect(await linksOf('K')).toEqual([]);
  });

  it('refuses agents it does not know', async () => {
    expect(await failure(move('NONE', 'A', '2026-11-01'))).toMatchObject({ code: 'AGENT_UNKNOWN', at: 'agentCode' });
    expect(await failure(move('A', 'NONE', '2026-11-01'))).toMatchObject({ code: 'AGENT_UNKNOWN', at: 'parentCode' });
  });

  it("does not leave anybody in a former ancestor's exclusive territory", async () => {
    await chain('ABC');
    const right = (code: string, exclusive: boolean) =>
      databases.owner.execute(
        `insert into territory (agent_id, region_id, exclusive, valid_from)
         select ${idOf(code)}, id, ${exclusive}, '2026-01-01' from region where code = 'NORTH'`,
      );
    await right('A', true);
    await right('C', false);
    const error = await failure(move('B', 'D', '2026-11-01'));
    expect(error).toMatchObject({ code: 'TERRITORY_EXCLUSIVE' });
    expect(error?.message).toContain('agent C would have region NORTH, and agent A, no longer above it, region NORTH');
    expect(await linksOf('B')).toEqual(['A 2026-01-01']);
  });

  it('notes the closed months that it touches: of who moves, of the former and of the new parent', async () => {
    await chain('AB');
    const undo = new Error('undo');
    const work = owner(async (transaction) => {
      await rawSql(transaction)`
        insert into commission_run (period, status, calculated_by, started_at) values ('2026-09', 'APPROVED', 'x', ${now.toISOString()})`;
      await moveSubtree(transaction, clerk, now, wanted('B', 'C', '2026-08-01'));
      const causes = await transaction
        .select({ code: agent.code, period: retroCause.period })
        .from(retroCause)
        .innerJoin(agent, eq(agent.id, retroCause.agentId))
        .orderBy(agent.code);
      // not from January on: the old link only ends
      expect(causes.map(({ code, period }) => `${code} ${period}`)).toEqual(['A 2026-08', 'B 2026-08', 'C 2026-08']);
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
  });

  it('a manager moves its agents below its agents; what stands above these counts all the same', async () => {
    const moveAs = (role: Role, region: string, ...given: Parameters<typeof wanted>) =>
      failure(as(role, region, (transaction, actor) => moveSubtree(transaction, actor, now, wanted(...given))));
    expect(await moveAs('CHANNEL_MANAGER', 'NORTH', 'A', 'B', '2026-11-01')).toBeUndefined();
    expect(await moveAs('CHANNEL_MANAGER', 'NORTH', 'A', 'G', '2026-11-01')).toMatchObject({ code: 'AGENT_UNKNOWN' });
    expect(await moveAs('CHANNEL_MANAGER', 'NORTH', 'G', 'A', '2026-11-01')).toMatchObject({ code: 'AGENT_UNKNOWN' });
    expect(await moveAs('AUDITOR', 'NORTH', 'A', 'C', '2026-11-02')).toMatchObject({ code: 'FORBIDDEN' });
    await databases.owner.delete(agentParent);
    // C would close a circle over G, whom the manager of NORTH does not see
    await chain('CGD');
    const circle = await moveAs('CHANNEL_MANAGER', 'NORTH', 'C', 'D', '2026-11-01');
    expect(circle).toMatchObject({ code: 'PARENT_CIRCLE' });
    expect(circle?.message).toContain('(agent 1 of another region)');
    expect(circle?.message).not.toContain('G');
    // Above A stand nine agents of SOUTH and NORTH
    await databases.owner.delete(agentParent);
    await chain('GHIJKLFEDA');
    expect(await moveAs('CHANNEL_MANAGER', 'NORTH', 'B', 'A', '2026-11-01')).toMatchObject({
      code: 'HIERARCHY_TOO_DEEP',
    });
  });
});

const days = ['2026-01-01', '2026-03-01', '2026-05-01', '2026-07-01', '2026-09-01'];
const probes = ['2025-12-31', ...days, '2030-01-01'];

type NamedLink = { agent: string; parent: string; from: string; to: string | null };

/** How many levels the deepest way up has on a day; more than there are agents where it is a circle. */
function levelsOn(links: readonly NamedLink[], day: string): number {
  const holding = links.filter(({ from, to }) => from <= day && (to === null || to > day));
  const parents = new Map(holding.map(({ agent: code, parent }): [string, string] => [code, parent]));
  const levels = codes.map((code) => {
    let count = 1;
    for (let above = parents.get(code); above && count <= codes.length; above = parents.get(above)) count += 1;
    return count;
  });
  return Math.max(...levels);
}

const someMove = fc.record({
  agentCode: fc.constantFrom(...codes),
  parentCode: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...codes) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  from: fc.constantFrom(...days),
  replaceLater: fc.boolean(),
  reason: fc.constant('test'),
});

describe('whatever is moved, on no day is there a circle or an eleventh level', () => {
  const nine = codes.slice(0, 9).join('');

  it('among links in memory', () => {
    const refusals = new Map<string, number>();
    const property = fc.property(fc.array(someMove, { minLength: 10, maxLength: 60 }), (moves) => {
      const parents = new Map(codes.map((code): [string, Fact[]] => [code, []]));
      for (const [index, code] of [...nine].slice(1).entries()) {
        parents.set(code, [{ value: nine.charAt(index), from: '2026-03-01', to: null }]);
      }
      for (const { agentCode, parentCode, from, replaceLater } of moves) {
        const links = (parents.get(agentCode) ?? []).map((link) => ({ ...link, parentId: idOf(link.value) }));
        const parentId = parentCode === null ? null : idOf(parentCode);
        const after = withMove(links, { parentId, from, replaceLater }).map((link): Fact => {
          return { value: codes.find((code) => idOf(code) === link.parentId) ?? '', from: link.from, to: link.to };
        });
        const tried = new Map(parents).set(agentCode, after);
        const [fault] = checkHierarchy(tried);
        if (fault) refusals.set(fault.code, (refusals.get(fault.code) ?? 0) + 1);
        else parents.set(agentCode, after);
      }
      const links = [...parents].flatMap(([code, facts]) =>
        facts.map(({ value, ...days }) => ({ agent: code, parent: value, ...days })),
      );
      for (const day of probes) expect(levelsOn(links, day)).toBeLessThanOrEqual(10);
    });
    // The same moves each time: others might happen to meet only one of the two refusals
    fc.assert(property, { numRuns: 100, seed: 20261122 });
    expect(refusals.get('PARENT_CIRCLE')).toBeGreaterThan(0);
    expect(refusals.get('HIERARCHY_TOO_DEEP')).toBeGreaterThan(0);
  });

  it('counts only links that stand at the end of a transaction', async () => {
    const move = (agentCode: string, parentCode: string) => ({
      agentCode,
      parentCode,
      from: '2026-01-01',
      replaceLater: true,
      reason: 'test',
    });
    const links = await owner(async (transaction) => {
      // A under L is changed to A under J before L comes under A: on no day is there a circle.
      for (const each of [move('A', 'L'), move('A', 'J'), move('L', 'A')]) {
        await moveSubtree(transaction, clerk, now, each);
      }
      await rawSql(transaction)`set constraints all immediate`;
      return (await moveSubtree(transaction, clerk, now, move('L', 'A'))).links;
    });
    expect(links.map(({ parentCode }) => parentCode)).toEqual(['A']);
  });

  it('in the database', async () => {
    await chain(nine, '2026-03-01');
    const undo = new Error('undo');
    const property = fc.asyncProperty(fc.array(someMove, { minLength: 8, maxLength: 12 }), async (moves) => {
      const work = owner(async (transaction) => {
        for (const each of moves) {
          await moveSubtree(transaction, clerk, now, each).catch((error: unknown) => {
            if (!(error instanceof UserError)) throw error;
          });
        }
        const links = await rawSql(transaction)<NamedLink[]>`
          select child.code as agent, parent.code as parent, valid_from::text as "from", valid_to::text as "to"
          from agent_parent join agent child on child.id = agent_id join agent parent on parent.id = parent_id`;
        for (const day of probes) expect(levelsOn(links, day)).toBeLessThanOrEqual(10);
        await rawSql(transaction)`set constraints all immediate`;
        throw undo;
      });
      await expect(work).rejects.toBe(undo);
    });
    await fc.assert(property, { numRuns: 5 });
  });
});

describe('who is above and below', () => {
  const below = async (code: string, on: string, depth?: number, run: typeof owner = owner) => {
    const { edges } = await run((transaction) => descendants(transaction, { first: 100 }, { code, on, depth }));
    return edges.map(({ node }) => `${node.level} ${node.code} < ${node.parentCode}`);
  };
  const above = async (code: string, on: string, run: typeof owner = owner) =>
    (await run((transaction) => ancestors(transaction, { code, on }))).map(
      (each) => `${each.level} ${each.code} < ${each.parentCode}`,
    );

  it('is told as of a day, to a depth', async () => {
    await chain('ABC');
    await chain('AG', '2026-01-01', '2026-06-01');
    expect(await below('A', '2026-05-31')).toEqual(['1 B < A', '1 G < A', '2 C < B']);
    expect(await below('A', '2026-06-01')).toEqual(['1 B < A', '2 C < B']);
    expect(await below('A', '2026-06-01', 1)).toEqual(['1 B < A']);
    expect(await below('A', '2025-12-31')).toEqual([]);
    expect(await below('NONE', '2026-06-01')).toEqual([]);
    expect(await above('C', '2026-06-01')).toEqual(['1 B < A', '2 A < null']);
    expect(await above('G', '2026-06-01')).toEqual([]);
  });

  it('is told of who is seen, also beyond who is not', async () => {
    await chain('AGB');
    const manager = <Result>(work: (transaction: Transaction) => Promise<Result>) =>
      as('CHANNEL_MANAGER', 'NORTH', work);
    expect(await below('A', '2026-11-01', undefined, manager)).toEqual(['2 B < null']);
    expect(await above('B', '2026-11-01', manager)).toEqual(['2 A < null']);
    expect(await below('G', '2026-11-01', undefined, manager)).toEqual([]);
    const agentG = <Result>(work: (transaction: Transaction) => Promise<Result>) => as('AGENT', 'G', work);
    expect(await below('G', '2026-11-01', undefined, agentG)).toEqual(['1 B < G']);
    expect(await below('A', '2026-11-01', undefined, agentG)).toEqual([]);
    expect(await above('B', '2026-11-01', agentG)).toEqual(['1 G < null']);
  });
});
