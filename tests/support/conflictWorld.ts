import {
  rowsAt as at,
  caseStatement,
  decisionColumns,
  eventStatement,
  hitStatement,
  keepStatement,
  partyStatement,
  versionStatement,
} from './conflictRows.ts';
import { type AddRow, aboutAgents, day, type Ids, type Subject } from './tableRights.ts';

/**
 * Adds to the world of agents what tables about conflicts refer to. Each agent has cases in its own region: `case` is open, `settled` and
 * `other` are decided and can be appealed against; `mixed` is E1's sale, claimed by W1.
 */
export async function addConflicts(add: AddRow, known: Ids): Promise<void> {
  await addDefinitions(add, known);
  for (const subject of aboutAgents.subjects) await addCases(add, known, subject);
  await addMixedCase(add, known);
}

export const regionOf = (subject: Subject, ids: Ids) => (subject === 'W1' ? ids.WEST : ids.EAST);

async function addDefinitions(add: AddRow, known: Ids): Promise<void> {
  await add('category', "insert into product_category (code, name) values ('B', 'b')");
  await add('product', `insert into product (code, name, category_id) values ('F', 'f', ${known.category})`);
  await add('rule', "insert into conflict_rule (code, name) values ('R', 'r')");
  await add('creditRule', "insert into credit_rule (code, name) values ('R', 'r')");
  await add('policy', "insert into registration_policy (code, name) values ('P', 'p')");
  await add('ruleVersion', versionStatement('conflict_rule_version', 'rule_id', known.rule, 1000, day));
  await add('creditRuleVersion', versionStatement('credit_rule_version', 'rule_id', known.creditRule, 1000, day));
  await add('policyVersion', versionStatement('registration_policy_version', 'policy_id', known.policy, 1000, day));
  for (const name of ['scanned', 'unscanned']) {
    await add(
      name,
      `insert into event_import (name, imported_by, imported_at, content_hash, row_count, accepted_count, duplicate_count, rejected_count, late_count)
        values ('${name}', 'x', ${at}, 'h', 0, 0, 0, 0, 0)`,
    );
  }
  // The accounts of the world's people are number 0.
  for (const [name, id] of [
    ['asking', 0],
    ['seated', 1001],
    ['unseated', 1002],
  ] as const) {
    await add(
      name,
      `insert into user_account (id, email, name, role, region_id, password_hash, created_at) overriding system value
        values (${id}, '${name}@example.com', '${name}', 'CHANNEL_MANAGER', ${known.ROOT}, 'p', ${at})`,
    );
  }
  for (const [name, period, status] of [
    ['approvedRun', '2026-09', 'APPROVED'],
    ['calculatedRun', '2026-10', 'CALCULATED'],
  ]) {
    await add(
      `${name}`,
      `insert into commission_run (period, status, calculated_by, started_at) values ('${period}', '${status}', 'x', ${at})`,
    );
  }
}

async function addCases(add: AddRow, known: Ids, subject: Subject): Promise<void> {
  for (const name of ['event', 'shared', 'plain', 'other']) {
    await add(`${name}${subject}`, eventStatement(`${name}${subject}`, known[subject], known.product));
  }
  await add(`case${subject}`, caseStatement(known.rule, { regionId: regionOf(subject, known) }));
  await add('party', partyStatement(known[`case${subject}`], known[subject], 'ACCUSED'));
  await add(`kept${subject}`, keepStatement(known[`case${subject}`], 1000));
  for (const name of ['settled', 'other']) {
    const key = `${name}${subject}`;
    await add(`${key}Case`, caseStatement(known.rule, { regionId: regionOf(subject, known), effect: 'FLAG' }));
    await add('party', partyStatement(known[`${key}Case`], known[subject], 'ACCUSED'));
    await add(`${key}Decision`, keepStatement(known[`${key}Case`], 1));
    await add(
      'resolved',
      `update conflict_case set state = 'RESOLVED', decision_id = ${known[`${key}Decision`]}, appeal_until = '2026-12-01T00:00:00Z'
        where id = ${known[`${key}Case`]}`,
    );
  }
}

async function addMixedCase(add: AddRow, known: Ids): Promise<void> {
  await add('mixedEvent', eventStatement('mixed', known.E1, known.product));
  await add('mixed', caseStatement(known.rule, { regionId: known.EAST }));
  const rule = { id: known.rule, versionId: known.ruleVersion };
  await add('hit', hitStatement(known.mixed, rule, known.mixedEvent, known.E1), 'case_id');
  await add('party', partyStatement(known.mixed, known.E1, 'ACCUSED', known.mixedEvent));
  await add('party', partyStatement(known.mixed, known.W1, 'CLAIMANT'));
  for (const [audience, agentId] of [
    ['STAFF', null],
    ['PARTIES', null],
    ['SIDE', known.E1],
    ['SIDE', known.W1],
  ]) {
    await add(
      'comment',
      `insert into conflict_comment (case_id, audience, agent_id, text, by, at) values (${known.mixed}, '${audience}', ${agentId}, 'mixed', 'x', ${at})`,
    );
    await add(
      'evidence',
      `insert into conflict_evidence (case_id, kind, agent_id, text, by, at) values (${known.mixed}, 'NOTE', ${agentId}, 'mixed', 'x', ${at})`,
    );
  }
  await add(
    'decision',
    `with decision as (insert into conflict_decision (${decisionColumns})
       values (${known.mixed}, 1, 'SPLIT', ${known.mixedEvent}, 'r', 'x', ${at}, false, false) returning id)
     insert into conflict_decision_share (decision_id, agent_id, role, share)
       select id, agent_id, 'SELLER', 0.5 from decision, unnest(array[${known.E1}, ${known.W1}]) as agent_id`,
    'decision_id',
  );
  await add(
    'deduction',
    `insert into conflict_deduction (decision_id, agent_id, kind, amount, currency) values (${known.decision}, ${known.E1}, 'PENALTY', 5, 'CNY')`,
  );
  for (const forParties of [true, false]) {
    await add(
      'step',
      `insert into conflict_step (case_id, action, to_state, by, at, reason, for_parties) values (${known.mixed}, 'OPENED', 'OPEN', 'x', ${at}, 'why', ${forParties})`,
    );
  }
}
