import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';

// What the database itself lets each role see and write of tables with rows about agents and applicants (DOMAIN.md §12).
//   ROOT ─ EAST: E1, and E2 below it; application AE      ─ WEST: W1; application AW
// Each table has a row for each of the subjects it can be about, written by the owner; REF: it is about nobody.

const today = '2026-11-20';
export type Subject = 'E1' | 'E2' | 'W1' | 'AE' | 'AW' | 'REF';
export const ofAgents: readonly Subject[] = ['E1', 'E2', 'W1'];
const ofApplications: readonly Subject[] = ['AE', 'AW'];
const ofBoth: readonly Subject[] = [...ofAgents, ...ofApplications];
export const ofNobody: readonly Subject[] = ['REF'];

export const roleOf = {
  admin: 'ADMIN',
  auditor: 'AUDITOR',
  finance: 'FINANCE',
  managerEast: 'CHANNEL_MANAGER',
  managerWest: 'CHANNEL_MANAGER',
  managerNowhere: 'CHANNEL_MANAGER',
  agentE1: 'AGENT',
  agentE2: 'AGENT',
  agentW1: 'AGENT',
  compliance: 'COMPLIANCE',
  nobody: null,
} as const satisfies Record<string, Role | null>;
export type Person = keyof typeof roleOf;
export const people = Object.keys(roleOf) as Person[];

/** Whose data each person may see at all. */
const sight: Record<Person, readonly Subject[]> = {
  admin: ofBoth,
  auditor: ofBoth,
  finance: ofAgents,
  managerEast: ['E1', 'E2', 'AE'],
  managerWest: ['W1', 'AW'],
  managerNowhere: [],
  agentE1: ['E1', 'E2'],
  agentE2: ['E2'],
  agentW1: ['W1'],
  compliance: [],
  nobody: [],
};

/** Of the rows of a table, whose a person may see, or write. */
export type Rule = (person: Person) => readonly Subject[];
const among =
  (...roles: readonly (Role | null)[]): Rule =>
  (person) =>
    roles.includes(roleOf[person]) ? [...sight[person], 'REF'] : [];
const seen = among('ADMIN', 'AUDITOR', 'FINANCE', 'CHANNEL_MANAGER', 'AGENT');
const papers = among('ADMIN', 'AUDITOR', 'CHANNEL_MANAGER', 'AGENT');
export const staffSeen = among('ADMIN', 'AUDITOR', 'CHANNEL_MANAGER');
const managed = among('ADMIN', 'CHANNEL_MANAGER');
export const admins = among('ADMIN');
export const compliance = among('COMPLIANCE');
const signedIn: Rule = (person) => (person === 'nobody' ? [] : ofNobody);
export const nobody: Rule = () => [];

export type Table = {
  readonly subjects: readonly Subject[];
  /** The statement that adds a row about a subject; `ids` has the numbers of agents, applications and the rest. */
  readonly insert: (subject: Subject, ids: Ids, unique: number) => string;
  /** The column that tells rows apart, here: of whom they are. */
  readonly key: string;
  /** A column that is set to itself, to see whether it may be. */
  readonly settable: string;
  readonly read: Rule;
  readonly add: Rule;
  readonly change: Rule;
  readonly remove: Rule;
};
export type Ids = Record<string, number>;

export const at = "'2026-11-01T00:00:00Z'";
export const day = "'2026-11-01'";
/** The columns of an owner that is an agent or an application, and their values. */
export const owner = (subject: Subject, ids: Ids) =>
  ofAgents.includes(subject) ? `${ids[subject]}, null` : `null, ${ids[subject]}`;

export const reference = { subjects: ofNobody, key: 'id', read: signedIn, add: admins, change: admins, remove: admins };
export const aboutAgents = {
  subjects: ofAgents,
  key: 'id',
  read: seen,
  add: managed,
  change: managed,
  remove: managed,
};
export const aboutApplications = { ...aboutAgents, subjects: ofApplications, read: staffSeen };
export const aboutBoth = { ...aboutAgents, subjects: ofBoth, read: papers };

let databases: Databases;
const ids: Ids = {};
const actors = {} as Record<Person, Actor>;
/** Table → key of a row → of whom it is. */
const owners: Record<string, Map<number, Subject>> = {};

/** The database of the tables that are tried out. */
export const rightsDatabase = () => databases;

/** Adds a row and keeps its number under a name. */
export type AddRow = (name: string, statement: string, returned?: string) => Promise<void>;

/**
 * Tries out each table as each person, against its rules. `prepare` adds what the tables' rows refer to; `named` keeps the number of a
 * row under a name that later tables use.
 */
export function describeRights(
  tables: Readonly<Record<string, Table>>,
  prepare: (add: AddRow, ids: Ids) => Promise<void>,
  named: (table: string, subject: Subject) => string | undefined,
): void {
  beforeAll(async () => {
    databases = await testDatabase();
    const connection = databases.owner.$client;
    await connection.unsafe(tryStatements);
    const add: AddRow = async (name, statement, returned = 'id') => {
      const [row] = await connection.unsafe(`${statement} returning ${returned} as id`);
      ids[name] = Number(row?.id);
    };
    await addWorld(add);
    await prepare(add, ids);
    let unique = 0;
    for (const [name, table] of Object.entries(tables)) {
      owners[name] = new Map();
      for (const subject of table.subjects) {
        unique += 1;
        await add('added', table.insert(subject, ids, unique), table.key);
        owners[name].set(ids.added ?? 0, subject);
        const kept = named(name, subject);
        if (kept !== undefined) ids[kept] = ids.added ?? 0;
      }
    }
    for (const person of people) {
      const role = roleOf[person];
      const agentId = ids[person.slice('agent'.length)] ?? null;
      const regionId = ids[person.slice('manager'.length).toUpperCase()] ?? null;
      const user = role && { id: 0, role, agentId: role === 'AGENT' ? agentId : null, regionId };
      actors[person] = { name: person, user, requestId: null };
    }
  });

  describe.each(Object.entries(tables))('%s', (name, table) => {
    it.each(people)('for %s', async (person) => {
      const wanted = (rule: Rule) => table.subjects.filter((subject) => rule(person).includes(subject)).sort();
      expect(await reach(person, name, table)).toEqual({
        read: wanted(table.read),
        change: wanted(table.change),
        remove: wanted(table.remove),
        add: wanted(table.add),
      });
    });
  });
}

async function addWorld(add: AddRow): Promise<void> {
  await add('ROOT', "insert into region (code, name) values ('ROOT', 'r')");
  for (const code of ['EAST', 'WEST']) {
    await add(code, `insert into region (code, name, parent_id) values ('${code}', 'r', ${ids.ROOT})`);
  }
  await add('channel', "insert into channel_type (code, name) values ('AGENT', 'a')");
  await add('plan', "insert into plan (code, name) values ('P', 'p')");
  for (const code of ofAgents) {
    const region = code === 'W1' ? ids.WEST : ids.EAST;
    await add(code, `insert into agent (code, name, channel_type_id) values ('${code}', 'a', ${ids.channel})`);
    await add(
      'placed',
      `insert into agent_region (agent_id, region_id, valid_from) values (${ids[code]}, ${region}, '2026-01-01')`,
    );
    await add(
      `agreement${code}`,
      `insert into agreement (code, agent_id, plan_id, valid_from) values ('${code}-P', ${ids[code]}, ${ids.plan}, '2026-01-01')`,
    );
  }
  await add(
    'link',
    `insert into agent_parent (agent_id, parent_id, valid_from) values (${ids.E2}, ${ids.E1}, '2026-01-01')`,
  );
}

/** For each statement the keys of its rows, or null where the database refuses it; nothing of what was done remains. */
const tryStatements = `
  create function try_statements(statements text[]) returns table (keys integer[]) language plpgsql as $$
  declare
    statement text;
  begin
    foreach statement in array statements loop
      begin
        execute statement into keys;
        raise exception using errcode = 'UNDO0';
      exception
        when sqlstate 'UNDO0' then keys := coalesce(keys, '{}');
        when insufficient_privilege then keys := null;
      end;
      return next;
    end loop;
  end $$`;

/** Runs statements as a person, for good; the rows of the last. */
export function asPerson(person: Person, ...statements: string[]): Promise<Record<string, unknown>[]> {
  return asRequest(databases.request, actors[person], today, async (transaction) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements)
      rows = [...(await transaction.execute<Record<string, unknown>>(sql.raw(statement)))];
    return rows;
  });
}

type Outcome = { readonly keys: number[] | null };

export async function tryOut(person: Person, statements: readonly string[]): Promise<Outcome[]> {
  const list = `array[${statements.map((statement) => `$statement$${statement}$statement$`).join(', ')}]`;
  return asRequest(databases.request, actors[person], today, async (transaction) => [
    ...(await transaction.execute<Outcome>(sql.raw(`select keys from try_statements(${list})`))),
  ]);
}

type Reached = {
  readonly read: Subject[];
  readonly change: Subject[];
  readonly remove: Subject[];
  readonly add: Subject[];
};

/** Whose rows of a table a person reads, changes, removes and adds. Refused and without a row is the same here. */
async function reach(person: Person, name: string, table: Table): Promise<Reached> {
  const known = owners[name] ?? new Map<number, Subject>();
  const among = `${table.key} in (${[...known.keys()].join(', ')})`;
  const keysOf = (done: string) =>
    `with done as (${done} returning ${table.key} as key) select array_agg(distinct key) from done`;
  const [read, change, remove, ...added] = await tryOut(person, [
    `select array_agg(distinct ${table.key}) from ${name} where ${among}`,
    keysOf(`update ${name} set ${table.settable} = ${table.settable} where ${among}`),
    keysOf(`delete from ${name} where ${among}`),
    ...table.subjects.map(
      (subject, index) => `with done as (${table.insert(subject, ids, 100 + index)}) select null::integer[]`,
    ),
  ]);
  const subjects = (outcome: Outcome | undefined) =>
    (outcome?.keys ?? [])
      .map((key) => known.get(key))
      .filter((subject) => subject !== undefined)
      .sort();
  const add = table.subjects.filter((_subject, index) => added[index]?.keys != null).sort();
  return { read: subjects(read), change: subjects(change), remove: subjects(remove), add };
}
