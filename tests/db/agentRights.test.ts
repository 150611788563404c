import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';

// What the database itself lets each role see and write of the tables about applicants, agents and reports (DOMAIN.md §12).
//   ROOT ─ EAST: E1, and E2 below it; application AE      ─ WEST: W1; application AW
// Each table has a row for each of the subjects it can be about, written by the owner; REF: it is about nobody.

const today = '2026-11-20';
type Subject = 'E1' | 'E2' | 'W1' | 'AE' | 'AW' | 'REF';
const ofAgents: readonly Subject[] = ['E1', 'E2', 'W1'];
const ofApplications: readonly Subject[] = ['AE', 'AW'];
const ofBoth: readonly Subject[] = [...ofAgents, ...ofApplications];
const ofNobody: readonly Subject[] = ['REF'];

const roleOf = {
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
type Person = keyof typeof roleOf;
const people = Object.keys(roleOf) as Person[];

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
type Rule = (person: Person) => readonly Subject[];
const among =
  (...roles: readonly (Role | null)[]): Rule =>
  (person) =>
    roles.includes(roleOf[person]) ? [...sight[person], 'REF'] : [];
const seen = among('ADMIN', 'AUDITOR', 'FINANCE', 'CHANNEL_MANAGER', 'AGENT');
const papers = among('ADMIN', 'AUDITOR', 'CHANNEL_MANAGER', 'AGENT');
const staffSeen = among('ADMIN', 'AUDITOR', 'CHANNEL_MANAGER');
const managed = among('ADMIN', 'CHANNEL_MANAGER');
const admins = among('ADMIN');
const compliance = among('COMPLIANCE');
const signedIn: Rule = (person) => (person === 'nobody' ? [] : ofNobody);
const nobody: Rule = () => [];

type Table = {
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
type Ids = Record<string, number>;

const at = "'2026-11-01T00:00:00Z'";
const day = "'2026-11-01'";
/** The columns of an owner that is an agent or an application, and their values. */
const owner = (subject: Subject, ids: Ids) =>
  ofAgents.includes(subject) ? `${ids[subject]}, null` : `null, ${ids[subject]}`;

const reference = { subjects: ofNobody, key: 'id', read: signedIn, add: admins, change: admins, remove: admins };
const aboutAgents = { subjects: ofAgents, key: 'id', read: seen, add: managed, change: managed, remove: managed };
const aboutApplications = { ...aboutAgents, subjects: ofApplications, read: staffSeen };
const aboutBoth = { ...aboutAgents, subjects: ofBoth, read: papers };

const tables: Record<string, Table> = {
  screening_form: {
    ...reference,
    settable: 'name',
    insert: (_subject, ids, unique) =>
      `insert into screening_form (code, name, channel_type_id) values ('F${unique}', 'F', ${ids.channel})`,
  },
  screening_form_version: {
    ...reference,
    settable: 'definition',
    change: nobody,
    remove: nobody,
    insert: (_subject, ids, unique) =>
      `insert into screening_form_version (form_id, number, definition, published_by, published_at) values (${ids.form}, ${unique}, '{}', 'x', ${at})`,
  },
  course: {
    ...reference,
    settable: 'name',
    insert: (_subject, _ids, unique) => `insert into course (code, name) values ('K${unique}', 'K')`,
  },
  course_requirement: {
    ...reference,
    settable: 'valid_to',
    insert: (_subject, ids) =>
      `insert into course_requirement (course_id, purpose, valid_from) values (${ids.course}, 'ONBOARDING', ${day})`,
  },
  survey: {
    ...reference,
    settable: 'name',
    insert: (_subject, _ids, unique) =>
      `insert into survey (code, name, questions, period, opens_on, closes_on) values ('S${unique}', 'S', '[]', '2026-11', ${day}, '2026-12-01')`,
  },
  channel_capacity: {
    ...reference,
    settable: 'planned_agents',
    insert: (_subject, ids, unique) =>
      `insert into channel_capacity (region_id, channel_type_id, planned_agents, valid_from, valid_to)
        values (${ids.EAST}, ${ids.channel}, 3, date '2026-01-01' + ${unique}, date '2026-01-02' + ${unique})`,
  },
  territory: {
    ...aboutAgents,
    settable: 'valid_to',
    insert: (subject, ids, unique) =>
      `insert into territory (agent_id, region_id, valid_from, valid_to)
        values (${ids[subject]}, ${subject === 'W1' ? ids.WEST : ids.EAST}, date '2026-01-01' + ${unique}, date '2026-01-02' + ${unique})`,
  },
  agent_contact: {
    ...aboutAgents,
    settable: 'name',
    insert: (subject, ids) =>
      `insert into agent_contact (agent_id, name, responsibility, valid_from) values (${ids[subject]}, 'anna', 'OWNER', ${day})`,
  },
  agent_decision: {
    ...aboutAgents,
    settable: 'reason',
    change: nobody,
    remove: nobody,
    insert: (subject, ids) =>
      `insert into agent_decision (agent_id, action, effective_from, reason, by, at) values (${ids[subject]}, 'SUSPEND', ${day}, 'r', 'x', ${at})`,
  },
  agreement_paper: {
    ...aboutAgents,
    key: 'agreement_id',
    settable: 'remind_days',
    // A second one for the same agreement is refused for its key, once the rights let it in.
    insert: (subject, ids) =>
      `insert into agreement_paper (agreement_id) values (${ids[`agreement${subject}`]}) on conflict do nothing`,
  },
  survey_invitation: {
    ...aboutAgents,
    settable: 'recipient',
    read: staffSeen,
    change: nobody,
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into survey_invitation (survey_id, agent_id, recipient, token_hash, created_at) values (${ids.survey}, ${ids[subject]}, 'r${unique}', 'h${unique}', ${at})`,
  },
  portal_invitation: {
    ...aboutAgents,
    settable: 'name',
    read: staffSeen,
    change: nobody,
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into portal_invitation (token_hash, agent_id, email, name, created_at, expires_at) values ('p${unique}', ${ids[subject]}, 'a@example.com', 'anna', ${at}, ${at})`,
  },
  application: {
    ...aboutApplications,
    settable: 'contact_name',
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into application (code, state, name, channel_type_id, region_id, contact_name, email, entered_by, created_at)
        values ('A${unique}', 'DRAFT', 'n', ${ids.channel}, ${subject === 'AE' ? ids.EAST : ids.WEST}, 'anna', 'a@example.com', 'x', ${at})`,
  },
  application_step: {
    ...aboutApplications,
    settable: 'reason',
    change: nobody,
    remove: nobody,
    insert: (subject, ids) =>
      `insert into application_step (application_id, to_state, by, at, reason) values (${ids[subject]}, 'DRAFT', 'x', ${at}, 'r')`,
  },
  application_score: {
    ...aboutApplications,
    key: 'application_id',
    settable: 'comment',
    insert: (subject, ids, unique) =>
      `insert into application_score (application_id, item, points, entered_by, entered_at) values (${ids[subject]}, 'i${unique}', 50, 'x', ${at})`,
  },
  application_territory: {
    ...aboutApplications,
    key: 'application_id',
    settable: 'exclusive',
    insert: (subject, ids) =>
      `insert into application_territory (application_id, region_id) values (${ids[subject]}, ${ids.ROOT}) on conflict do nothing`,
  },
  document: {
    ...aboutBoth,
    settable: 'agent_id',
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into document (agent_id, application_id, subject, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
        values (${owner(subject, ids)}, '${ofAgents.includes(subject) ? 'AGENT' : 'APPLICATION'}', 'k', 'f', 'm', 1, 's', 'd${unique}', 'x', ${at})`,
  },
  training_result: {
    ...aboutBoth,
    settable: 'passed',
    insert: (subject, ids, unique) =>
      `insert into training_result (agent_id, application_id, course_id, taken_on, passed) values (${owner(subject, ids)}, ${ids.course}, date '2026-01-01' + ${unique}, true)`,
  },
  secret: {
    ...aboutBoth,
    settable: 'masked',
    insert: (subject, ids, unique) =>
      `insert into secret (agent_id, application_id, kind, ciphertext, wrapped_key, envelope_key_id, fingerprint, masked, changed_by, changed_at)
        values (${owner(subject, ids)}, '${unique < 100 ? 'PHONE' : 'BANK_ACCOUNT'}', 'c', 'w', 'k', 'f', '****', 'x', ${at})`,
  },
  reminder: {
    ...aboutBoth,
    settable: 'done_by',
    add: nobody,
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into reminder (agent_id, application_id, kind, subject, due_on, created_at) values (${owner(subject, ids)}, 'AGREEMENT_ENDS', 'r${unique}', ${day}, ${at})`,
  },
  survey_answer: {
    ...aboutAgents,
    settable: 'words',
    key: 'invitation_id',
    read: staffSeen,
    add: nobody,
    change: nobody,
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into survey_answer (invitation_id, question, points) values (${ids[`invitation${subject}`]}, 'q${unique}', 1)`,
  },
  // Who is not to be taken on again is known in every region.
  blacklist_entry: {
    ...reference,
    settable: 'valid_to',
    read: (person) => (['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'].includes(roleOf[person] ?? '') ? ofNobody : []),
    add: nobody,
    change: admins,
    remove: nobody,
    insert: () =>
      `insert into blacklist_entry (kind, fingerprint, reason, by, valid_from) values ('PHONE', 'f', 'r', 'x', ${day})`,
  },
  misconduct_report: {
    ...reference,
    settable: 'state',
    read: compliance,
    add: nobody,
    change: compliance,
    remove: nobody,
    insert: (_subject, _ids, unique) =>
      `insert into misconduct_report (receipt_hash, category, state, filed_on) values ('m${unique}', 'OTHER', 'FILED', ${day})`,
  },
  misconduct_message: {
    ...reference,
    settable: 'words',
    read: compliance,
    add: compliance,
    change: nobody,
    remove: nobody,
    insert: (_subject, ids) =>
      `insert into misconduct_message (report_id, from_reporter, by, words, written_on) values (${ids.report}, false, 'x', 'w', ${day})`,
  },
};

let databases: Databases;
const ids: Ids = {};
const actors = {} as Record<Person, Actor>;
/** Table → key of a row → of whom it is. */
const owners: Record<string, Map<number, Subject>> = {};

beforeAll(async () => {
  databases = await testDatabase();
  const connection = databases.owner.$client;
  await connection.unsafe(tryStatements);
  const add = async (name: string, statement: string, returned = 'id') => {
    const [row] = await connection.unsafe(`${statement} returning ${returned} as id`);
    ids[name] = Number(row?.id);
  };
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
  await add('form', `insert into screening_form (code, name, channel_type_id) values ('F', 'F', ${ids.channel})`);
  await add('course', "insert into course (code, name) values ('K', 'K')");
  await add(
    'survey',
    `insert into survey (code, name, questions, period, opens_on, closes_on) values ('S', 'S', '[]', '2026-11', ${day}, '2026-12-01')`,
  );
  await add(
    'report',
    `insert into misconduct_report (receipt_hash, category, state, filed_on) values ('m', 'OTHER', 'FILED', ${day})`,
  );
  let unique = 0;
  for (const [name, table] of Object.entries(tables)) {
    owners[name] = new Map();
    for (const subject of table.subjects) {
      unique += 1;
      await add('added', table.insert(subject, ids, unique), table.key);
      owners[name].set(ids.added ?? 0, subject);
      if (name === 'application') ids[subject] = ids.added ?? 0;
      if (name === 'survey_invitation') ids[`invitation${subject}`] = ids.added ?? 0;
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

type Outcome = { readonly keys: number[] | null };

async function tryOut(person: Person, statements: readonly string[]): Promise<Outcome[]> {
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

describe('what must stay hidden', () => {
  it('is read by no role: ciphers, fingerprints and hashes of tokens', async () => {
    const columns = [
      ['secret', 'ciphertext'],
      ['secret', 'wrapped_key'],
      ['secret', 'envelope_key_id'],
      ['secret', 'fingerprint'],
      ['blacklist_entry', 'fingerprint'],
      ['survey_invitation', 'token_hash'],
      ['portal_invitation', 'token_hash'],
      ['misconduct_report', 'receipt_hash'],
    ] as const;
    const statements = columns.map(
      ([table, column]) => `select array_agg(1) from (select ${column} from ${table}) hidden`,
    );
    for (const person of people) {
      const outcomes = await tryOut(person, statements);
      expect(
        outcomes.map(({ keys }) => keys),
        person,
      ).toEqual(columns.map(() => null));
    }
  });

  it('compliance sees of agents the rows with code and name, and none of their facts', async () => {
    const [agents, regions, parents, agreements, changed] = await tryOut('compliance', [
      'select array_agg(id) from agent where length(code) = 2 and name is not null',
      'select array_agg(id) from agent_region',
      'select array_agg(id) from agent_parent',
      'select array_agg(id) from agreement',
      "with done as (update agent set name = 'x' returning id) select array_agg(id) from done",
    ]);
    expect(agents?.keys?.length).toBe(3);
    expect([regions, parents, agreements, changed].map((outcome) => outcome?.keys)).toEqual([[], [], [], []]);
  });

  it('these are all the tables that came with agents and applications', async () => {
    const rows = await databases.owner.execute<{ name: string }>(sql`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (
        relname ~ '^(screening|course|survey|channel_capacity|territory|application|training|portal|blacklist|misconduct|reminder|document|secret)'
        or relname in ('agent_contact', 'agent_decision', 'agreement_paper'))`);
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
    const open = await databases.owner.execute(sql`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity
        and relname in ${Object.keys(tables)}`);
    expect([...open]).toEqual([]);
  });
});
