import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  aboutAgents,
  at,
  day,
  describeRights,
  nobody,
  ofNobody,
  people,
  type Rule,
  reference,
  rightsDatabase,
  roleOf,
  staffSeen,
  type Table,
  tryOut,
} from '../support/tableRights.ts';

// Tables about scores, ratings, tiers, loyalty, awards and notices. Scores of 2026-10 are published, those of 2026-11 only calculated.

/** Definitions: staff may read them, or everybody who is signed in; published versions stay. */
const version = (table: string, owner: string, ofId: string): Table => ({
  ...reference,
  settable: 'definition',
  change: nobody,
  remove: nobody,
  insert: (_subject, ids, unique) =>
    `insert into ${table} (${owner}, number, valid_from, definition, published_by, published_at) values (${ids[ofId]}, ${unique}, ${day}, '{}', 'x', ${at})`,
});
const named = (table: string): Table => ({
  ...reference,
  settable: 'name',
  insert: (_subject, _ids, unique) => `insert into ${table} (code, name) values ('X${unique}', 'x')`,
});
const staff: Rule = (person) =>
  ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'].includes(roleOf[person] ?? '') ? ofNobody : [];
const noCompliance: Rule = (person) => (['compliance', 'nobody'].includes(person) ? [] : ofNobody);
const oneself: Rule = (person) => (person.startsWith('agent') ? ofAgent(person) : []);
const ofAgent = (person: string) => aboutAgents.subjects.filter((subject) => person === `agent${subject}`);
const either =
  (...rules: Rule[]): Rule =>
  (person) =>
    rules.flatMap((rule) => [...rule(person)]);
/** Written by the owner alone. */
const written = { add: nobody, change: nobody, remove: nobody };
/** Whatever an agent sees, but for agents. */
const notByAgents =
  (rule: Rule): Rule =>
  (person) =>
    roleOf[person] === 'AGENT' ? [] : rule(person);

const tables: Record<string, Table> = {
  metric_definition: {
    ...reference,
    settable: 'name',
    insert: (_subject, _ids, unique) =>
      `insert into metric_definition (code, name, definition) values ('M${unique}', 'm', '{}')`,
  },
  score_template: named('score_template'),
  score_template_version: version('score_template_version', 'template_id', 'template'),
  tier_scheme: named('tier_scheme'),
  tier_scheme_version: version('tier_scheme_version', 'scheme_id', 'scheme'),
  award_rule: named('award_rule'),
  award_rule_version: version('award_rule_version', 'rule_id', 'rule'),
  loyalty_grid: { ...named('loyalty_grid'), read: staff },
  loyalty_grid_version: { ...version('loyalty_grid_version', 'grid_id', 'grid'), read: staff },
  rating_round: {
    ...reference,
    settable: 'name',
    insert: (_subject, _ids, unique) =>
      `insert into rating_round (code, name, aspect, period, opens_on, closes_on) values ('R${unique}', 'r', 'a${unique}', '2026-11', ${day}, '2026-12-01')`,
  },
  score_round: {
    ...reference,
    ...written,
    key: 'agent_count',
    settable: 'inputs_hash',
    read: noCompliance,
    insert: (_subject, _ids, unique) =>
      `insert into score_round (period, state, agent_count) values ('2020-${String(unique % 100).padStart(2, '0')}', 'OPEN', 77)`,
  },
  score_target: {
    ...aboutAgents,
    settable: 'valid_to',
    insert: (subject, ids, unique) =>
      `insert into score_target (metric, agent_id, value, valid_from) values ('m${unique}', ${ids[subject]}, 1, ${day})`,
  },
  score: {
    ...aboutAgents,
    settable: 'superseded_at',
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into score (period, agent_id, revision, template_version_id, channel_type_id, total, blocked_by, detail) values ('2026-10', ${ids[subject]}, ${unique}, ${ids.templateVersion}, ${ids.channel}, 1, '[]', '{}') on conflict do nothing`,
  },
  score_appeal: {
    ...aboutAgents,
    settable: 'decision',
    add: oneself,
    // An agent may only withdraw its own: to set the decision to itself leaves it FILED, which its policy refuses.
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into score_appeal (score_id, agent_id, state, reason, items, filed_by, filed_at, due_on) values (${ids[`score${subject}`]}, ${ids[subject]}, '${unique < 100 ? 'REJECTED' : 'FILED'}', 'r', '[]', 'x', ${at}, ${day})`,
  },
  rating_invitation: {
    ...aboutAgents,
    settable: 'rater',
    read: staffSeen,
    change: nobody,
    insert: (subject, ids, unique) =>
      `insert into rating_invitation (round_id, agent_id, rater_group, rater, token_hash, created_at) values (${ids.round}, ${ids[subject]}, 'PEER', 'r${unique}', 'h${unique}', ${at})`,
  },
  rating_answer: {
    ...aboutAgents,
    key: 'invitation_id',
    settable: 'released_by',
    read: staffSeen,
    add: nobody,
    remove: nobody,
    insert: (subject, ids) =>
      `insert into rating_answer (invitation_id, points, comment) values (${ids[`answered${subject}`]}, 50, 'c')`,
  },
  tier_evaluation: {
    ...reference,
    ...written,
    settable: 'agent_count',
    // One that is applied: agents see it too
    read: noCompliance,
    insert: (_subject, ids, unique) =>
      `insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, agent_count, moves_hash)
        values (${ids.scheme}, ${ids.schemeVersion}, 'p${unique}', 'APPLIED', ${day}, 'x', ${at}, 1, 'h')`,
  },
  tier_move: {
    ...aboutAgents,
    settable: 'superseded',
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into tier_move (evaluation_id, agent_id, revision, kind, to_tier_id, misses_before, misses_after, facts, superseded)
        values (${ids.applied}, ${ids[subject]}, ${unique}, 'KEPT', ${ids.tier}, 0, 0, '[]', true)`,
  },
  tier_override: {
    ...aboutAgents,
    settable: 'decision',
    // An agent learns of it once it is approved
    read: notByAgents(aboutAgents.read),
    remove: nobody,
    insert: (subject, ids) =>
      `insert into tier_override (agent_id, tier_id, valid_from, valid_to, reason, state, requested_by, requested_at)
        values (${ids[subject]}, ${ids.tier}, ${day}, '2026-12-01', 'r', 'REQUESTED', 'x', ${at})`,
  },
  loyalty_placement: {
    ...aboutAgents,
    ...written,
    key: 'agent_id',
    settable: 'loyalty',
    read: staffSeen,
    insert: (subject, ids, unique) =>
      `insert into loyalty_placement (grid_id, period, agent_id, version_id, loyalty, contribution) values (${ids.grid}, 'p${unique}', ${ids[subject]}, ${ids.gridVersion}, 'H', 'H')`,
  },
  award: {
    ...aboutAgents,
    ...written,
    settable: 'place',
    insert: (subject, ids, unique) =>
      `insert into award (rule_id, version_id, period, agent_id, ranked_among, place, value, prize, granted_by, granted_at)
        values (${ids.rule}, ${ids.ruleVersion}, 'p${unique}', ${ids[subject]}, '', 1, 1, '{}', 'x', ${at})`,
  },
  notice: {
    ...aboutAgents,
    settable: 'read_at',
    // A parent does not read its children's notices
    read: either(staffSeen, oneself),
    change: oneself,
    remove: nobody,
    insert: (subject, ids, unique) =>
      `insert into notice (agent_id, kind, subject, details, created_at) values (${ids[subject]}, 'TIER_CHANGED', 's${unique}', '{}', ${at})`,
  },
};

describeRights(
  tables,
  async (add, ids) => {
    await add('tier', "insert into tier (code, name, rank) values ('T', 't', 1)");
    await add('template', "insert into score_template (code, name) values ('T', 't')");
    await add('scheme', "insert into tier_scheme (code, name) values ('S', 's')");
    await add('rule', "insert into award_rule (code, name) values ('A', 'a')");
    await add('grid', "insert into loyalty_grid (code, name) values ('G', 'g')");
    for (const [name, table, owner] of [
      ['templateVersion', 'score_template_version', `template_id) values (${ids.template}`],
      ['schemeVersion', 'tier_scheme_version', `scheme_id) values (${ids.scheme}`],
      ['ruleVersion', 'award_rule_version', `rule_id) values (${ids.rule}`],
      ['gridVersion', 'loyalty_grid_version', `grid_id) values (${ids.grid}`],
    ] as const) {
      const columns = 'number, valid_from, definition, published_by, published_at';
      await add(
        name,
        `insert into ${table} (${columns}, ${owner.replace('values (', `values (1, ${day}, '{}', 'x', ${at}, `)})`,
      );
    }
    await add('october', "insert into score_round (period, state) values ('2026-10', 'PUBLISHED')", 'agent_count');
    await add('november', "insert into score_round (period, state) values ('2026-11', 'CALCULATED')", 'agent_count');
    for (const subject of aboutAgents.subjects) {
      const score = (period: string) =>
        `insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail) values ('${period}', ${ids[subject]}, ${ids.templateVersion}, ${ids.channel}, 1, '[]', '{}')`;
      await add(`unpublished${subject}`, score('2026-11'));
    }
    await add(
      'round',
      `insert into rating_round (code, name, aspect, period, opens_on, closes_on) values ('R', 'r', 'A', '2026-11', ${day}, '2026-12-01')`,
    );
    for (const subject of aboutAgents.subjects) {
      await add(
        `answered${subject}`,
        `insert into rating_invitation (round_id, agent_id, rater_group, rater, token_hash, created_at, answered_at) values (${ids.round}, ${ids[subject]}, 'PEER', 'answered', 'a${subject}', ${at}, ${at})`,
      );
    }
    for (const [name, state] of [
      ['applied', 'APPLIED'],
      ['preview', 'PREVIEW'],
    ]) {
      await add(
        `${name}`,
        `insert into tier_evaluation (scheme_id, version_id, period, state, effective_on, created_by, created_at, agent_count, moves_hash)
          values (${ids.scheme}, ${ids.schemeVersion}, '${state}', '${state}', ${day}, 'x', ${at}, 1, 'h')`,
      );
    }
    await add(
      'previewed',
      `insert into tier_move (evaluation_id, agent_id, kind, to_tier_id, misses_before, misses_after, facts)
        values (${ids.preview}, ${ids.E1}, 'KEPT', ${ids.tier}, 0, 0, '[]')`,
    );
    await add(
      'held',
      `insert into tier_override (agent_id, tier_id, valid_from, valid_to, reason, state, requested_by, requested_at, decided_by)
        values (${ids.E1}, ${ids.tier}, ${day}, '2026-12-01', 'r', 'APPROVED', 'x', ${at}, 'y')`,
    );
  },
  (table, subject) => (table === 'score' ? `score${subject}` : undefined),
);

describe('what must stay hidden', () => {
  it('is read by no role: the hashes of raters’ tokens', async () => {
    for (const person of people) {
      const [hidden] = await tryOut(person, [
        'select array_agg(1) from (select token_hash from rating_invitation) hidden',
      ]);
      expect(hidden?.keys, person).toBeNull();
    }
  });

  it('an agent sees scores once they are published, tiers once applied, overrides once approved', async () => {
    const statements = [
      "select array_agg(id) from score where period = '2026-11'",
      "select array_agg(id) from score where period = '2026-10'",
      "select array_agg(id) from tier_evaluation where state = 'PREVIEW'",
      "select array_agg(id) from tier_move where kind = 'KEPT' and not superseded",
      "select array_agg(id) from tier_override where state = 'APPROVED'",
    ];
    const counts = async (person: (typeof people)[number]) =>
      (await tryOut(person, statements)).map(({ keys }) => (keys ?? []).length);
    expect(await counts('agentE1')).toEqual([0, 2, 0, 0, 1]);
    expect(await counts('agentW1')).toEqual([0, 1, 0, 0, 0]);
    expect(await counts('managerEast')).toEqual([2, 2, 1, 1, 1]);
    expect(await counts('managerNowhere')).toEqual([0, 0, 1, 0, 0]);
    expect(await counts('compliance')).toEqual([0, 0, 0, 0, 0]);
    expect(await counts('nobody')).toEqual([0, 0, 0, 0, 0]);
  });

  it('a manager sets no target of a whole region', async () => {
    const statement = `with done as (insert into score_target (metric, channel_type_id, value, valid_from)
      select 'q', id, 1, ${day} from channel_type returning id) select array_agg(id) from done`;
    const [manager] = await tryOut('managerEast', [statement]);
    const [admin] = await tryOut('admin', [statement]);
    expect(manager?.keys).toBeNull();
    expect(admin?.keys).toHaveLength(1);
  });

  it('these are all the tables that came with scores and tiers', async () => {
    const rows = await rightsDatabase().owner.execute<{ name: string }>(sql`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
        and relname ~ '^(metric_definition|score|rating|tier_|loyalty|award|notice)'`);
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
  });
});

it('a published score is never changed, a calculated one is', async () => {
  const connection = rightsDatabase().owner.$client;
  const change = (period: string) => connection`update score set total = 2 where period = ${period}`;
  await expect(change('2026-10')).rejects.toMatchObject({ constraint_name: 'score_published' });
  expect((await change('2026-11')).count).toBe(3);
  // Without an appeal that would keep it as well
  await connection`insert into score_round (period, state) values ('2026-08', 'CALCULATED')`;
  await connection`insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)
    select '2026-08', agent_id, template_version_id, channel_type_id, 1, '[]', '{}' from score where period = '2026-11'`;
  await connection`update score_round set state = 'PUBLISHED' where period = '2026-08'`;
  await expect(connection`delete from score where period = '2026-08'`).rejects.toMatchObject({
    constraint_name: 'score_published',
  });
  const reopen = connection`update score_round set state = 'CALCULATED' where period = '2026-10'`;
  await expect(reopen).rejects.toMatchObject({ constraint_name: 'score_round_order' });
});

it('who asked for an override does not approve it', async () => {
  const connection = rightsDatabase().owner.$client;
  const approve = connection`update tier_override set state = 'APPROVED', decided_by = 'X' where state = 'REQUESTED'`;
  await expect(approve).rejects.toMatchObject({ constraint_name: 'tier_override_four_eyes' });
});
