import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import {
  type AddRow,
  aboutAgents,
  asPerson,
  at,
  day,
  describeRights,
  type Ids,
  nobody,
  people,
  type Rule,
  reference,
  rightsDatabase,
  roleOf,
  type Subject,
  type Table,
  tryOut,
} from '../support/tableRights.ts';

// Tables about statements, disputes, payments and the close of a month.

const ofRoles =
  (rule: Rule, ...roles: readonly string[]): Rule =>
  (person) =>
    roles.includes(roleOf[person] ?? '') ? rule(person) : [];
const { read } = aboutAgents;
const staff = ofRoles(read, 'ADMIN', 'AUDITOR', 'FINANCE', 'CHANNEL_MANAGER');
const money = ofRoles(read, 'ADMIN', 'AUDITOR', 'FINANCE');
const books = ofRoles(read, 'ADMIN', 'FINANCE');
const deciders = ofRoles(read, 'ADMIN', 'FINANCE', 'CHANNEL_MANAGER');
const oneself: Rule = (person) => aboutAgents.subjects.filter((subject) => person === `agent${subject}`);
const orOneself =
  (rule: Rule): Rule =>
  (person) => [...rule(person), ...oneself(person)];
const ofOperator =
  (rule: Rule): Rule =>
  (person) =>
    rule(person).length > 0 ? ['REF'] : [];

const about = { ...aboutAgents, remove: nobody };
/** Written once. */
const once = { ...about, change: nobody };
/** Of the operator as a whole, for those who see money. */
const operator = {
  ...reference,
  read: ofOperator(money),
  add: ofOperator(books),
  change: ofOperator(books),
  remove: nobody,
};
/** Nobody signs with another name. */
const signed = "coalesce(nullif(claim_name(), ''), 'x')";
const sealed = "'c', 'w', 'k', '****1234'";

const tables: Record<string, Table> = {
  settlement_policy: {
    ...reference,
    read: ofOperator(money),
    remove: nobody,
    settable: 'name',
    insert: (_subject, _ids, unique) => `insert into settlement_policy (code, name) values ('X${unique}', 'x')`,
  },
  settlement_policy_version: {
    ...reference,
    read: ofOperator(money),
    change: nobody,
    remove: nobody,
    settable: 'definition',
    insert: (_subject, ids, unique) =>
      `insert into settlement_policy_version (policy_id, number, valid_from, definition, published_by, published_at)
        values (${ids.policy}, ${unique}, ${day}, '{}', 'x', ${at})`,
  },
  issued_statement: {
    ...about,
    key: 'agent_id',
    settable: 'confirmed_by',
    add: books,
    change: orOneself(deciders),
    insert: (subject, ids, unique) =>
      `insert into issued_statement (run_id, agent_id, currency, number, state, issued_by, issued_at, confirms_on, disputable_until, net, vat, gross, invoice_required, lines_hash)
        values (${ids.run}, ${ids[subject]}, ${unique < 100 ? "'CNY'" : "'USD'"}, 'S-${unique}', 'ISSUED', 'x', ${at}, ${day}, ${day}, 1, 0, 1, false, 'h')`,
  },
  statement_step: {
    ...once,
    settable: 'reason',
    add: orOneself(deciders),
    insert: (subject, ids) =>
      `insert into statement_step (run_id, agent_id, currency, action, to_state, by, at)
        values (${ids.run}, ${ids[subject]}, 'CNY', 'ISSUED', 'ISSUED', 'x', ${at})`,
  },
  dispute: {
    ...about,
    settable: 'decision',
    add: orOneself(deciders),
    // An agent may only withdraw its own: with the decision set to itself it is OPEN still, which its policy refuses.
    change: deciders,
    insert: (subject, ids) =>
      `insert into dispute (agent_id, subject, run_id, currency, reason, state, due_at, filed_by, filed_at)
        values (${ids[subject]}, 'STATEMENT', ${ids.run}, 'CNY', 'r', 'OPEN', ${at}, ${signed}, ${at})`,
  },
  dispute_comment: {
    ...once,
    settable: 'text',
    add: orOneself(deciders),
    insert: (subject, ids) =>
      `insert into dispute_comment (dispute_id, agent_id, text, by, at) values (${ids[`dispute${subject}`]}, ${ids[subject]}, 't', ${signed}, ${at})`,
  },
  adjustment_proposal: {
    ...about,
    settable: 'decision',
    read: staff,
    add: deciders,
    change: deciders,
    insert: (subject, ids) =>
      `insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, state, proposed_by, proposed_at)
        values (${ids[subject]}, 'CORRECTION', 1, 'CNY', 'r', ${ids[`paper${subject}`]}, 'PROPOSED', ${signed}, ${at})`,
  },
  reconciliation: {
    ...once,
    settable: 'file_name',
    add: orOneself(books),
    insert: (subject, ids) =>
      `insert into reconciliation (agent_id, run_id, file_name, sha256, uploaded_by, uploaded_at, row_count, unlisted_count)
        values (${ids[subject]}, ${ids.run}, 'f', 'h', 'x', ${at}, 1, 0)`,
  },
  reconciliation_row: {
    ...about,
    key: 'agent_id',
    settable: 'dispute_id',
    add: orOneself(books),
    change: orOneself(books),
    insert: (subject, ids, unique) =>
      `insert into reconciliation_row (reconciliation_id, row, agent_id, currency, verdict)
        values (${ids[`reconciliation${subject}`]}, ${unique}, ${ids[subject]}, 'CNY', 'MISSING')`,
  },
  export_request: {
    ...operator,
    change: nobody,
    settable: 'failure',
    insert: (_subject, ids, unique) =>
      `insert into export_request (run_id, kinds, settings, state, requested_by, requested_at)
        values (${ids.run}, '{LINES_CSV}', '{}', '${unique < 100 ? 'DONE' : 'REQUESTED'}', 'x', ${at})`,
  },
  export_progress: {
    ...operator,
    add: nobody,
    change: nobody,
    key: 'request_id',
    settable: 'step',
    insert: (_subject, ids) =>
      `insert into export_progress (request_id, step, percent) values (${ids.export_requestREF}, 's', 1)`,
  },
  export_file: {
    ...operator,
    add: nobody,
    change: nobody,
    settable: 'name',
    insert: (_subject, ids, unique) =>
      `insert into export_file (run_id, request_id, kind, name, media_type, size_bytes, sha256, storage_key, made_at)
        values (${ids.run}, ${ids.export_requestREF}, 'LINES_CSV', 'n${unique}', 'text/csv', 1, 'h', 'k${unique}', ${at})`,
  },
  payment_batch: {
    ...operator,
    settable: 'cancel_reason',
    insert: (_subject, _ids, unique) =>
      `insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count, control_sum, file_size_bytes, file_sha256, created_by, created_at)
        values ('M${unique}', 'CNY', 'D', 1, 'pain.001.001.09', ${day}, 'CREATED', 1, 1, 1, 'h', ${signed}, ${at})`,
  },
  payment_status_import: {
    ...operator,
    change: nobody,
    settable: 'file_name',
    insert: (_subject, _ids, unique) =>
      `insert into payment_status_import (format, file_name, sha256, paid_count, failed_count, known_count, imported_by, imported_at)
        values ('csv', 'f', 'h${unique}', 0, 0, 0, 'x', ${at})`,
  },
  payee: {
    ...about,
    settable: 'valid_to',
    read: orOneself(money),
    // what it proposes for itself, finance decides about
    add: orOneself(books),
    change: books,
    insert: (subject, ids) =>
      `insert into payee (agent_id, holder_name, third_party, bank_name, ciphertext, wrapped_key, envelope_key_id, account_masked, valid_from, state, reason, proposed_by, proposed_at)
        values (${ids[subject]}, 'h', false, 'b', ${sealed}, ${day}, 'PROPOSED', 'r', 'x', ${at})`,
  },
  payment: {
    ...once,
    settable: 'failure_code',
    read: orOneself(money),
    add: nobody,
    insert: (subject, ids, unique) =>
      `insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id, account_masked, state)
        values (${ids.payment_batchREF}, 'E${unique}', ${ids[subject]}, 'STATEMENT', ${ids.run}, 'EUR', 1, 1, 'h', ${sealed}, 'INSTRUCTED')`,
  },
  payment_outcome: {
    ...operator,
    add: nobody,
    change: nobody,
    settable: 'at',
    insert: (_subject, ids) =>
      `insert into payment_outcome (payment_id, state, at) values (${ids.paymentE1}, 'PAID', ${at})`,
  },
  deposit_entry: {
    ...about,
    settable: 'decided_by',
    add: books,
    change: books,
    insert: (subject, ids) =>
      `insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at)
        values (${ids[subject]}, 'PAID_IN', 1, 'CNY', 'r', 'PROPOSED', ${signed}, ${at})`,
  },
  off_cycle_settlement: {
    ...about,
    settable: 'decided_by',
    add: books,
    change: books,
    insert: (subject, ids) =>
      `insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, reason, state, proposed_by, proposed_at)
        values (${ids[subject]}, 'ADVANCE', 'CNY', 1, 0, 0, 1, 'r', 'PROPOSED', ${signed}, ${at})`,
  },
  // Written by the database, where something is decided, and by approvals
  balance_entry: {
    ...once,
    settable: 'carried_run_id',
    add: nobody,
    insert: (subject, ids) =>
      `insert into balance_entry (agent_id, kind, amount, currency, reason, created_by, created_at, approved_by)
        values (${ids[subject]}, 'REPAYMENT', 1, 'CNY', 'r', 'x', ${at}, 'y')`,
  },
  repayment: {
    ...about,
    settable: 'decided_by',
    add: books,
    change: books,
    insert: (subject, ids) =>
      `insert into repayment (agent_id, amount, currency, received_on, reason, state, proposed_by, proposed_at)
        values (${ids[subject]}, 1, 'CNY', ${day}, 'r', 'PROPOSED', ${signed}, ${at})`,
  },
  invoice: {
    ...about,
    settable: 'decision',
    add: orOneself(books),
    // As with disputes: an agent may only withdraw its own
    change: books,
    insert: (subject, ids, unique) =>
      `insert into invoice (agent_id, number, issued_on, currency, net, vat, gross, state, submitted_by, submitted_at)
        values (${ids[subject]}, 'N${unique}', ${day}, 'CNY', 1, 0, 1, 'SUBMITTED', ${signed}, ${at})`,
  },
  invoice_statement: {
    ...once,
    key: 'agent_id',
    settable: 'currency',
    add: orOneself(books),
    insert: (subject, ids, unique) =>
      `insert into invoice_statement (invoice_id, run_id, agent_id, currency)
        values (${ids[unique < 100 ? `invoice${subject}` : `spare${subject}`]}, ${ids.run}, ${ids[subject]}, ${unique < 100 ? "'CNY'" : "'EUR'"})`,
  },
  period_lock: {
    ...operator,
    settable: 'reopen_reason',
    insert: (_subject, _ids, unique) =>
      `insert into period_lock (period, state, locked_by, locked_at) values ('20${10 + (unique % 90)}-01', 'LOCKED', ${signed}, ${at})`,
  },
  close_tick: {
    ...operator,
    key: 'length(step)',
    settable: 'note',
    remove: ofOperator(books),
    insert: (_subject, _ids, unique) =>
      `insert into close_tick (period, step, note, ticked_by, ticked_at) values ('2026-10', 'S${unique}', 'n', 'x', ${at})`,
  },
  close_event: {
    ...operator,
    change: nobody,
    settable: 'note',
    insert: () => `insert into close_event (period, action, by, at) values ('2026-10', 'LOCKED', 'x', ${at})`,
  },
};

async function prepare(add: AddRow, ids: Ids): Promise<void> {
  await add('policy', "insert into settlement_policy (code, name) values ('SETTLEMENT', 's')");
  await add(
    'run',
    `insert into commission_run (period, status, calculated_by, started_at, approved_by, approved_at) values ('2026-10', 'APPROVED', 'a', ${at}, 'b', ${at})`,
  );
  for (const subject of ['E1', 'E2', 'W1']) {
    for (const currency of ['CNY', 'USD', 'EUR']) {
      await add(
        'statement',
        `insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
          values (${ids.run}, ${ids[subject]}, '${currency}', 0, 1, 1, 1, 1, 'h')`,
        'agent_id',
      );
    }
    await add(
      'confirmed',
      `insert into issued_statement (run_id, agent_id, currency, number, state, issued_by, issued_at, confirms_on, disputable_until, confirmed_at, net, vat, gross, invoice_required, lines_hash)
        values (${ids.run}, ${ids[subject]}, 'EUR', 'S-${subject}', 'CONFIRMED', 'x', ${at}, ${day}, ${day}, ${at}, 1, 0, 1, false, 'h')`,
      'agent_id',
    );
    await add(
      `paper${subject}`,
      `insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
        values ('SETTLEMENT', ${ids[subject]}, 'X', 'x', 'application/pdf', 1, 'x', 'paper ${subject}', 'x', ${at})`,
    );
    await add(
      `spare${subject}`,
      `insert into invoice (agent_id, number, issued_on, currency, net, vat, gross, state, submitted_by, submitted_at)
        values (${ids[subject]}, 'SPARE${subject}', ${day}, 'EUR', 1, 0, 1, 'SUBMITTED', 'x', ${at})`,
    );
  }
}

const kept = ['dispute', 'reconciliation', 'export_request', 'payment_batch', 'payment', 'invoice'];
describeRights(tables, prepare, (table: string, subject: Subject) =>
  kept.includes(table) ? `${table}${subject}` : undefined,
);

it('what was decided stays, and nobody signs with another name', async () => {
  await rightsDatabase().owner.execute(
    sql`insert into user_account (id, email, name, role, password_hash, created_at) overriding system value
      values (0, 'finance@example.com', 'f', 'FINANCE', 'h', now())`,
  );
  const decide = (by: string) =>
    `update dispute set state = 'REJECTED', effect = 'NONE', decision = 'd', decided_by = '${by}', decided_at = ${at}`;
  await expect(asPerson('finance', decide('somebody'))).rejects.toThrow();
  await asPerson('finance', decide('finance@example.com'));
  await expect(asPerson('finance', "update dispute set decision = 'e'")).rejects.toThrow();
  const invoice = `insert into invoice (agent_id, number, issued_on, currency, net, vat, gross, state, submitted_by, submitted_at)
    select agent_id, 'FORGED', ${day}, 'CNY', 1, 0, 1, 'SUBMITTED', 'somebody', ${at} from invoice limit 1`;
  await expect(asPerson('finance', invoice)).rejects.toThrow();
});

it('a deposit is told of to those alone who see its agent', async () => {
  const agents = await rightsDatabase().owner.execute<{ id: number }>(sql`select id from agent where code = 'E1'`);
  await rightsDatabase().owner.execute(
    sql`insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at) values (${agents[0]?.id}, 'PAID_IN', 7, 'KRW', 'r', 'PROPOSED', 'x', now())`,
  );
  await rightsDatabase().owner.execute(
    sql`update deposit_entry set state = 'APPROVED', decided_by = 'y', decided_at = now() where currency = 'KRW'`,
  );
  const told = async (person: (typeof people)[number]) =>
    (await asPerson(person, `select deposit_balance(${agents[0]?.id}, 'KRW') as amount`))[0]?.amount;
  expect(await told('agentE1')).toBe('7');
  expect(await told('managerEast')).toBe('7');
  expect(await told('agentW1')).toBe('0');
  expect(await told('managerWest')).toBe('0');
  expect(await told('compliance')).toBe('0');
});

it('no person reads a sealed account number', async () => {
  const sealedColumns = ['payee', 'payment'].flatMap((table) =>
    ['ciphertext', 'wrapped_key'].map((column) => `select array_agg(id) from ${table} where ${column} <> ''`),
  );
  for (const person of people) {
    expect(await tryOut(person, sealedColumns)).toEqual(sealedColumns.map(() => ({ keys: null })));
  }
});

it('these are all the tables that came with settlement', async () => {
  const rows = await rightsDatabase().owner.execute<{ name: string }>(sql`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (
      relname ~ '^(settlement|dispute|reconciliation|export|payment|payee|deposit|off_cycle|balance|invoice|period_|close_)'
      or relname in ('issued_statement', 'statement_step', 'adjustment_proposal', 'repayment'))
      and relname <> 'close_request'`);
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
});
