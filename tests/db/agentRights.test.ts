import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  aboutAgents,
  aboutApplications,
  aboutBoth,
  admins,
  at,
  compliance,
  day,
  describeRights,
  nobody,
  ofAgents,
  ofNobody,
  owner,
  people,
  reference,
  rightsDatabase,
  roleOf,
  staffSeen,
  type Table,
  tryOut,
} from '../support/tableRights.ts';

// Tables about applicants, agents and reports.

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
  // Written with the owner's rights alone: an applicant has no account.
  application_access: {
    ...aboutApplications,
    key: 'application_id',
    settable: 'signed_at',
    add: nobody,
    change: nobody,
    remove: nobody,
    insert: (subject, ids) =>
      `insert into application_access (application_id, token_hash, created_at) values (${ids[subject]}, 'h', ${at}) on conflict do nothing`,
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

describeRights(
  tables,
  async (add, ids) => {
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
  },
  (table, subject) => {
    if (table === 'application') return subject;
    return table === 'survey_invitation' ? `invitation${subject}` : undefined;
  },
);

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
      ['application_access', 'token_hash'],
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
    const rows = await rightsDatabase().owner.execute<{ name: string }>(sql`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (
        relname ~ '^(screening|course|survey|channel_capacity|territory|application|training|portal|blacklist|misconduct|reminder|document|secret)'
        or relname in ('agent_contact', 'agent_decision', 'agreement_paper'))`);
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
    const open = await rightsDatabase().owner.execute(sql`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity
        and relname in ${Object.keys(tables)}`);
    expect([...open]).toEqual([]);
  });
});
