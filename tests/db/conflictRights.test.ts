import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import {
  rowsAt as at,
  caseStatement,
  decisionColumns,
  hitStatement,
  keepStatement,
  partyStatement,
  versionStatement,
} from '../support/conflictRows.ts';
import { addConflicts, regionOf } from '../support/conflictWorld.ts';
import {
  aboutAgents,
  day,
  describeRights,
  type Ids,
  nobody,
  type Rule,
  reference,
  rightsDatabase,
  roleOf,
  type Subject,
  type Table,
} from '../support/tableRights.ts';

// Tables about conflicts, shared credits, registered deals and adjustments.

const named = (table: string): Table => ({
  ...reference,
  settable: 'name',
  insert: (_subject, _ids, unique) => `insert into ${table} (code, name) values ('X${unique}', 'x')`,
});
const version = (table: string, owner: string, ofId: string): Table => ({
  ...reference,
  settable: 'definition',
  change: nobody,
  remove: nobody,
  insert: (_subject, ids, unique) => versionStatement(table, owner, ids[ofId], unique, day),
});
/** Whatever an agent sees, but for agents: what was found, who decided, why. */
const staff: Rule = (person) => (roleOf[person] === 'AGENT' ? [] : aboutAgents.read(person));
const oneself: Rule = (person) => aboutAgents.subjects.filter((subject) => person === `agent${subject}`);
const orOneself =
  (rule: Rule): Rule =>
  (person) => [...rule(person), ...oneself(person)];
/** Written by the database and the owner alone. */
const written = { add: nobody, change: nobody, remove: nobody };
/** Written once, by who works on cases. */
const once = { change: nobody, remove: nobody };

const tables: Record<string, Table> = {
  conflict_rule: named('conflict_rule'),
  conflict_rule_version: version('conflict_rule_version', 'rule_id', 'rule'),
  credit_rule: named('credit_rule'),
  credit_rule_version: version('credit_rule_version', 'rule_id', 'creditRule'),
  registration_policy: named('registration_policy'),
  registration_policy_version: version('registration_policy_version', 'policy_id', 'policy'),
  matrix_cell: {
    ...reference,
    settable: 'allowed',
    insert: (_subject, ids, unique) =>
      `insert into matrix_cell (channel_type_id, product_category_id, allowed, valid_from, valid_to)
        values (${ids.channel}, ${ids.category}, true, date '2026-01-01' + ${unique}, date '2026-01-02' + ${unique})`,
  },
  price_floor: {
    ...reference,
    settable: 'price',
    insert: (_subject, ids, unique) =>
      `insert into price_floor (product_id, currency, price, valid_from, valid_to)
        values (${ids.product}, 'CNY', 1, date '2026-01-01' + ${unique}, date '2026-01-02' + ${unique})`,
  },
  // In the order of the tables that refer to it
  conflict_case: {
    ...aboutAgents,
    settable: 'due_at',
    add: nobody,
    remove: nobody,
    insert: (subject, ids) => caseStatement(ids.rule, { regionId: regionOf(subject, ids) }),
  },
  conflict_hit: {
    ...aboutAgents,
    ...written,
    key: 'case_id',
    settable: 'gone_at',
    read: staff,
    insert: (subject, ids, unique) =>
      hitStatement(
        ids[`conflict_case${subject}`],
        { id: ids.rule, versionId: ids.ruleVersion },
        ids[unique < 100 ? `event${subject}` : `other${subject}`],
        ids[subject],
      ),
  },
  conflict_party: {
    ...aboutAgents,
    ...written,
    settable: 'facts',
    insert: (subject, ids) => partyStatement(ids[`conflict_case${subject}`], ids[subject], 'ACCUSED'),
  },
  conflict_step: {
    ...aboutAgents,
    ...once,
    settable: 'reason',
    read: staff,
    insert: (subject, ids) =>
      `insert into conflict_step (case_id, action, to_state, by, at, for_parties) values (${ids[`case${subject}`]}, 'OPENED', 'OPEN', 'x', ${at}, true)`,
  },
  conflict_comment: {
    ...aboutAgents,
    ...once,
    settable: 'text',
    add: orOneself(aboutAgents.add),
    insert: (subject, ids) =>
      `insert into conflict_comment (case_id, audience, agent_id, text, by, at) values (${ids[`case${subject}`]}, 'SIDE', ${ids[subject]}, 't', 'x', ${at})`,
  },
  conflict_evidence: {
    ...aboutAgents,
    ...once,
    settable: 'text',
    add: orOneself(aboutAgents.add),
    insert: (subject, ids) =>
      `insert into conflict_evidence (case_id, kind, agent_id, text, by, at) values (${ids[`case${subject}`]}, 'NOTE', ${ids[subject]}, 't', 'x', ${at})`,
  },
  conflict_decision: {
    ...aboutAgents,
    ...once,
    settable: 'reason',
    read: staff,
    insert: (subject, ids, unique) => keepStatement(ids[`case${subject}`], unique),
  },
  conflict_decision_share: {
    ...aboutAgents,
    ...once,
    key: 'decision_id',
    settable: 'share',
    insert: (subject, ids, unique) =>
      unique < 100
        ? `with decision as (insert into conflict_decision (${decisionColumns})
            values (${ids[`case${subject}`]}, ${unique}, 'AWARD', ${ids[`event${subject}`]}, 'r', 'asking@example.com', ${at}, false, false) returning id)
           insert into conflict_decision_share (decision_id, agent_id, role, share) select id, ${ids[subject]}, 'SELLER', 1 from decision`
        : `insert into conflict_decision_share (decision_id, agent_id, role, share) values (${ids[`kept${subject}`]}, ${ids[subject]}, 'HELPER', 1)`,
  },
  conflict_deduction: {
    ...aboutAgents,
    ...once,
    settable: 'amount',
    insert: (subject, ids, unique) =>
      `insert into conflict_deduction (decision_id, agent_id, kind, amount, currency) values (${ids[`kept${subject}`]}, ${ids[subject]}, 'PENALTY', 1, 'C${unique}')`,
  },
  conflict_appeal: {
    ...aboutAgents,
    settable: 'decision',
    add: oneself,
    // An agent may only withdraw its own: to set the decision to itself leaves it FILED, which its policy refuses.
    remove: nobody,
    insert: (subject, ids, unique) =>
      appealStatement(ids, unique < 100 ? `settled${subject}` : `other${subject}`, subject),
  },
  conflict_committee: {
    ...aboutAgents,
    key: 'case_id',
    settable: 'name',
    read: staff,
    change: nobody,
    insert: (subject, ids, unique) =>
      `insert into conflict_committee (case_id, user_id, name) values (${ids[`case${subject}`]}, ${unique < 100 ? ids.seated : ids.unseated}, 'n')`,
  },
  conflict_proposal: {
    ...aboutAgents,
    settable: 'settled_at',
    read: staff,
    remove: nobody,
    insert: (subject, ids) =>
      `insert into conflict_proposal (case_id, content, proposed_by, proposed_at) values (${ids[`case${subject}`]}, '{}', 'x', ${at})`,
  },
  conflict_vote: {
    ...aboutAgents,
    ...once,
    key: 'proposal_id',
    settable: 'reason',
    read: staff,
    // Who votes has to sit on the committee: see below.
    add: nobody,
    insert: (subject, ids, unique) =>
      `insert into conflict_vote (proposal_id, user_id, name, in_favour, at) values (${ids[`conflict_proposal${subject}`]}, ${unique < 100 ? ids.seated : 0}, 'n', true, ${at})`,
  },
  conflict_scan: {
    ...reference,
    ...written,
    key: 'import_id',
    settable: 'scanned_at',
    read: nobody,
    insert: (_subject, ids, unique) =>
      `insert into conflict_scan (import_id, scanned_at) values (${ids[unique < 100 ? 'scanned' : 'unscanned']}, ${at})`,
  },
  conflict_stale: {
    ...reference,
    ...written,
    settable: 'since',
    read: nobody,
    insert: () => `insert into conflict_stale (since, reason) values (${day}, 'r')`,
  },
  rule_credit: {
    ...aboutAgents,
    ...written,
    key: 'agent_id',
    settable: 'share',
    insert: (subject, ids, unique) =>
      `insert into rule_credit (event_id, agent_id, role, share, rule_version_id) values (${ids[unique < 100 ? `shared${subject}` : `other${subject}`]}, ${ids[subject]}, 'SELLER', 1, ${ids.creditRuleVersion})`,
  },
  event_crediting: {
    ...aboutAgents,
    ...written,
    key: 'event_id',
    settable: 'shared',
    insert: (subject, ids, unique) =>
      `insert into event_crediting (event_id, period, shared) values (${ids[unique < 100 ? `plain${subject}` : `other${subject}`]}, '2026-11', true)`,
  },
  event_award: {
    ...aboutAgents,
    ...written,
    key: 'agent_id',
    settable: 'share',
    insert: (subject, ids, unique) =>
      `insert into event_award (event_id, agent_id, role, share) values (${ids[unique < 100 ? `plain${subject}` : `other${subject}`]}, ${ids[subject]}, 'SELLER', 1)`,
  },
  adjustment: {
    ...aboutAgents,
    ...written,
    settable: 'withdrawn_at',
    insert: (subject, ids) =>
      `insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at) values (${ids[subject]}, 'PENALTY', -1, 'CNY', '2026-11', 'r', 'x', ${at})`,
  },
  run_held: {
    ...aboutAgents,
    ...written,
    key: 'event_id',
    settable: 'amount',
    insert: (subject, ids, unique) =>
      `insert into run_held (run_id, event_id, agent_id, role, component_id, case_id, amount, currency)
        values (${ids.approvedRun}, ${ids[unique < 100 ? `event${subject}` : `other${subject}`]}, ${ids[subject]}, 'SELLER', 1, 1, 1, 'CNY')`,
  },
  deal_registration: {
    ...aboutAgents,
    settable: 'state',
    add: orOneself(aboutAgents.add),
    change: orOneself(aboutAgents.change),
    remove: nobody,
    insert: (subject, ids) =>
      `insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, state, registered_by, registered_at)
        values (${ids[subject]}, ${ids.policyVersion}, 'C', 'c', 'PENDING', 'x', '2026-11-20T00:00:00Z')`,
  },
  registration_step: {
    ...aboutAgents,
    ...once,
    settable: 'reason',
    add: orOneself(aboutAgents.add),
    insert: (subject, ids) =>
      `insert into registration_step (registration_id, action, by, at) values (${ids[`deal_registration${subject}`]}, 'REGISTERED', 'x', ${at})`,
  },
};

const appealStatement = (ids: Ids, ofCase: string, subject: Subject) =>
  `insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
    values (${ids[`${ofCase}Case`]}, ${ids[`${ofCase}Decision`]}, ${ids[subject]}, 'FILED', 'r', 'asking@example.com', ${at})`;

describeRights(tables, addConflicts, (table, subject) =>
  ['conflict_case', 'conflict_proposal', 'deal_registration'].includes(table) ? `${table}${subject}` : undefined,
);

it('these are all the tables that came with conflicts', async () => {
  const rows = await rightsDatabase().owner.execute<{ name: string }>(sql`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (
      relname ~ '^(conflict|credit_rule|deal_|registration|matrix|price)'
      or relname in ('rule_credit', 'event_crediting', 'event_award', 'adjustment', 'run_held'))`);
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
});
