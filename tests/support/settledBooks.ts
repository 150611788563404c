import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import type { Period } from '../../src/period.ts';
import { apply, asOwner, event, importEvents } from './books.ts';

// A small operator whose agents earn 50.00 for each activation, with a tax of 10 percent, over several months; and what finance writes about
// their statements and payments.

export const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }, { code: NORTH, name: North, parent: ALL }, { code: SOUTH, name: South, parent: ALL }]
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
segments: [{ code: PUBLIC, name: Public }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 50 }] }]
agents:
  - { code: A1, name: North one, channelType: AGENT, region: NORTH, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 10 }] }
  - { code: A2, name: South two, channelType: AGENT, region: SOUTH, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 10, minimumPayout: 200 }] }
`;

/** Declares the operator and one activation a month for each `agent: count`, from August to November. */
export async function openSettledBooks(
  databases: Databases,
  activations: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await apply(databases, programme);
  const events = Object.entries(activations).flatMap(([period, agents]) =>
    agents.map((agentCode, index) =>
      event(`${period}-${index}`, { agentCode, occurredAt: `${period}-10T10:00:00+08:00` }),
    ),
  );
  await importEvents(databases, events);
}

export type Amounts = Readonly<Record<string, string>>;

/** The amounts of a statement of a live run. */
export async function statementOf(databases: Databases, period: Period, agent: string): Promise<Amounts> {
  const [row] = await databases.owner.$client<Amounts[]>`
    select opening, returned, earned, adjustments, tax, closing, payable from statement
    join commission_run run on run.id = run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
    join agent on agent.id = agent_id where run.period = ${period} and agent.code = ${agent}`;
  return row ?? {};
}

/** Issues and confirms the statements of a period's run as rows, gross = payable. */
export async function issueRows(databases: Databases, period: Period): Promise<void> {
  await databases.owner.$client`
    insert into issued_statement (run_id, agent_id, currency, number, state, issued_by, issued_at, confirms_on, disputable_until, net, vat, gross,
      invoice_required, lines_hash)
    select run.id, agent.id, currency, 'S-' || run.period || '-' || agent.code || '-' || currency, 'ISSUED', 'x', now(), '2026-12-12', '2027-01-04',
      payable, 0, payable, false, statement.lines_hash
    from statement join commission_run run on run.id = run_id join agent on agent.id = agent_id
    where run.period = ${period} and run.status = 'APPROVED'`;
  await databases.owner.$client`
    update issued_statement set state = 'CONFIRMED', confirmation = 'TIME', confirmed_by = 'clock', confirmed_at = now() where state = 'ISSUED'`;
}

let files = 0;

/** Writes a payment of a period's statement, or of a settlement. @returns its key. */
export async function payRows(
  databases: Databases,
  agent: string,
  cause: { readonly period: Period } | { readonly settlementId: number },
  { state = 'FAILED', collected = '0' }: { readonly state?: string; readonly collected?: string } = {},
): Promise<number> {
  const sql = databases.owner.$client;
  files += 1;
  const [batch] = await sql<{ id: number }[]>`
    insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count, control_sum,
      file_size_bytes, file_sha256, created_by, created_at)
    values (${`M${files}`}, 'CNY', 'D', 0, 'x', '2026-12-05', 'CREATED', 1, 1, 1, 'h', 'x', now()) returning id`;
  const isStatement = 'period' in cause;
  const gross = isStatement
    ? sql`(select gross from issued_statement issued join commission_run run on run.id = run_id
        where run.period = ${cause.period} and issued.agent_id = agent.id and run.status = 'APPROVED')`
    : sql`(select net from off_cycle_settlement where id = ${cause.settlementId})`;
  const run = isStatement
    ? sql`(select id from commission_run where period = ${cause.period} and status = 'APPROVED')`
    : sql`null::integer`;
  const settlement = isStatement ? sql`null::integer` : sql`${cause.settlementId}::integer`;
  const [row] = await sql<{ id: number }[]>`
    insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, settlement_id, currency, gross, collected, amount, holder_name, ciphertext,
      wrapped_key, envelope_key_id, account_masked, state)
    select ${batch?.id ?? 0}, ${`E${files}`}, agent.id, ${isStatement ? 'STATEMENT' : 'OFF_CYCLE'}::payment_kind, ${run}, ${settlement}, 'CNY', ${gross},
      ${collected}, ${gross} - ${collected}, 'h', 'c', 'w', 'k', '***', 'INSTRUCTED' from agent where code = ${agent} returning id`;
  const id = row?.id ?? 0;
  if (state !== 'INSTRUCTED') await sql`update payment set state = ${state} where id = ${id}`;
  return id;
}

/** Runs work as the owner's actor of that name; database errors become users' errors, as in mutations. */
export async function as<Result>(
  databases: Databases,
  name: string,
  work: (transaction: Transaction, actor: ReturnType<typeof localActor>) => Promise<Result>,
): Promise<Result> {
  try {
    return await asOwner(databases, (transaction) => work(transaction, localActor(name)));
  } catch (error) {
    throw asUserError(error);
  }
}

/** Runs work as the request role of somebody with a role; an agent's code makes it that agent. */
export async function asRole<Result>(
  databases: Databases,
  role: Role,
  agent: string | null,
  work: (
    transaction: Transaction,
    actor: {
      name: string;
      user: { id: number; role: Role; agentId: number | null; regionId: number | null };
      requestId: null;
    },
  ) => Promise<Result>,
): Promise<Result> {
  const sql = databases.owner.$client;
  const [found] = agent === null ? [] : await sql<{ id: number }[]>`select id from agent where code = ${agent}`;
  const [region] = await sql<{ id: number }[]>`select id from region where code = 'NORTH'`;
  const user = {
    id: 0,
    role,
    agentId: found?.id ?? null,
    regionId: role === 'CHANNEL_MANAGER' ? (region?.id ?? null) : null,
  };
  const actor = { name: `${role.toLowerCase()}${agent ?? ''}`, user, requestId: null };
  try {
    return await asRequest(databases.request, actor, '2026-12-05', (transaction) => work(transaction, actor));
  } catch (error) {
    throw asUserError(error);
  }
}

/** The code and message of the user's error that `work` ends with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return `${error.code}: ${error.message}`;
  throw error;
}
