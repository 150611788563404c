import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import { moneyOf, requirePaper } from '../balances/proposals.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { serverError } from '../db/constraints.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { Decimal } from '../money.ts';
import { endDate, localDate, type Period } from '../period.ts';
import { dateSchema, decimal } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';

// Invoices 发票 of agents for their issued statements (DOMAIN.md §11): submitted by the agent or by finance, accepted by somebody else of finance.

export type InvoiceInput = {
  readonly number: string;
  /** The code 发票代码 that older papers have besides. */
  readonly series?: string | null | undefined;
  readonly issuedOn: string;
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
  /** Numbers of the statements it is for. */
  readonly statements: readonly string[];
  readonly documentId?: number | null | undefined;
};

/** Blanks and the case of letters say nothing in a number. */
const numberSchema = z
  .string()
  .transform((text) => text.replaceAll(/\s/g, '').toUpperCase())
  .pipe(z.string().regex(/^[A-Z0-9/-]{1,40}$/, 'must be 1 to 40 letters, digits, "-" or "/"'));
const seriesSchema = numberSchema.or(z.literal(''));

const invoiceSchema = z.object({
  number: numberSchema,
  series: seriesSchema.nullish().transform((series) => series ?? ''),
  issuedOn: dateSchema,
  net: decimal('Without value-added tax.'),
  vat: decimal('Value-added tax.'),
  gross: decimal('With value-added tax.'),
  statements: z.array(z.string().max(200)).min(1, 'must name at least one statement').max(200, 'names more than 200'),
});

type CoveredStatement = {
  readonly number: string;
  readonly runId: number;
  readonly agentId: number;
  readonly agentCode: string;
  readonly period: Period;
  readonly currency: string;
  /** Net and gross are without what the bank returned: that was invoiced when it was first due. */
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
  readonly returned: string;
};

type Amounts = { readonly net: Decimal; readonly vat: Decimal; readonly gross: Decimal };

/**
 * Submits an invoice for one or more issued statements of one agent and currency: by the agent itself, or by finance for it. Its amounts are
 * theirs to the last digit, less what the bank returned of earlier payments; its date not before the end of their periods and not in the future.
 * @returns its key.
 * @throws UserError INPUT_INVALID, NOT_FOUND naming statements that one may not see, FORBIDDEN, INVOICE_STATEMENTS, INVOICE_AMOUNTS naming each
 * difference, INVOICE_DATE, INVOICE_DUPLICATE.
 */
export async function submitInvoice(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: InvoiceInput,
): Promise<number> {
  const given = checkInput(invoiceSchema, input, 'invoice');
  const covered = await loadCovered(transaction, [...new Set(given.statements)]);
  const { agentId, agentCode, currency } = requireOneAgent(covered);
  if (actor.user?.role === 'AGENT' && actor.user.agentId !== agentId) {
    throw new UserError('FORBIDDEN', 'An agent submits its own invoices.', 'statements');
  }
  requireAmounts(covered, given, currency);
  await requireDate(transaction, now, covered, given.issuedOn);
  if (input.documentId != null) await requirePaper(transaction, input.documentId, agentId);
  await requireUncovered(transaction, covered);
  const id = await insertInvoice(transaction, actor, now, {
    ...given,
    agentId,
    currency,
    documentId: input.documentId,
  });
  const sql = rawSql(transaction);
  await sql`insert into invoice_statement (invoice_id, run_id, agent_id, currency)
    select ${id}, run_id, ${agentId}, ${currency} from unnest(${covered.map(({ runId }) => runId)}::integer[]) covered (run_id)`;
  const { statements: _, ...after } = given;
  await recordChanges(transaction, actor, now, [
    {
      action: 'invoice.submitted',
      entity: 'invoice',
      entityKey: nameOf(given),
      after: { ...after, agent: agentCode, currency, statements: covered.map(({ number }) => number) },
    },
  ]);
  return id;
}

const nameOf = ({ series, number }: { readonly series: string; readonly number: string }) =>
  series === '' ? number : `${series} ${number}`;

async function loadCovered(transaction: Transaction, numbers: readonly string[]): Promise<CoveredStatement[]> {
  const rows = await rawSql(transaction)<CoveredStatement[]>`
    select issued.number, issued.run_id as "runId", issued.agent_id as "agentId", agent.code as "agentCode", run.period, issued.currency,
      issued.net - issued.returned as net, issued.vat, issued.gross - issued.returned as gross, issued.returned
    from issued_statement issued join agent on agent.id = issued.agent_id join commission_run run on run.id = issued.run_id
    where issued.number = any(${[...numbers]}::text[]) order by run.period, issued.number`;
  const missing = numbers.filter((number) => !rows.some((row) => row.number === number));
  if (missing.length === 0) return [...rows];
  throw new UserErrors(
    missing.map((number) => new UserError('NOT_FOUND', `There is no issued statement ${number}.`, 'statements')),
  );
}

function requireOneAgent(covered: readonly CoveredStatement[]): CoveredStatement {
  const [first] = covered;
  if (!first) throw new Error('an invoice without statements passed the schema');
  const other = covered.find(({ agentId, currency }) => agentId !== first.agentId || currency !== first.currency);
  if (other) {
    const message = `${first.number} and ${other.number} are of different agents or currencies.`;
    throw new UserError('INVOICE_STATEMENTS', message, 'statements');
  }
  const unpaid = covered.find(({ gross }) => new Decimal(gross).lte(0));
  if (!unpaid) return first;
  const message = new Decimal(unpaid.returned).isZero()
    ? `Nothing is to be paid of ${unpaid.number}.`
    : `All that ${unpaid.number} pays came back from the bank: it was due before.`;
  throw new UserError('INVOICE_STATEMENTS', message, 'statements');
}

/** Net, value-added tax and gross are the sums of the statements' to the last digit, less what the bank returned. */
function requireAmounts(
  covered: readonly CoveredStatement[],
  given: Record<keyof Amounts, string>,
  currency: string,
): void {
  const faults = (['net', 'vat', 'gross'] as const).flatMap((part) => {
    const due = covered.reduce((sum, statement) => sum.plus(statement[part]), new Decimal(0));
    const difference = new Decimal(given[part]).minus(due);
    if (difference.isZero()) return [];
    const text = `The ${part} ${given[part]} differs by ${difference.toFixed()} from ${moneyOf(due, currency)}, what the statements come to.`;
    return [new UserError('INVOICE_AMOUNTS', text, part)];
  });
  if (faults.length > 0) throw new UserErrors(faults);
}

async function requireDate(
  transaction: Transaction,
  now: Date,
  covered: readonly CoveredStatement[],
  issuedOn: string,
): Promise<void> {
  const today = localDate(now, (await loadOperator(transaction)).timeZone);
  if (issuedOn > today) throw new UserError('INVOICE_DATE', `${issuedOn} has not come yet.`, 'issuedOn');
  const last = covered.map(({ period }) => endDate(period)).reduce((latest, day) => (day > latest ? day : latest), '');
  if (issuedOn < last)
    throw new UserError(
      'INVOICE_DATE',
      `Its periods are not over before ${last}: it is dated then or later.`,
      'issuedOn',
    );
}

async function requireUncovered(transaction: Transaction, covered: readonly CoveredStatement[]): Promise<void> {
  const [other] = await rawSql(transaction)<{ statement: string; invoice: string; state: string }[]>`
    select issued.number as statement, invoice.number as invoice, invoice.state::text as state
    from invoice_statement covered join invoice on invoice.id = covered.invoice_id
    join issued_statement issued on issued.run_id = covered.run_id and issued.agent_id = covered.agent_id and issued.currency = covered.currency
    where invoice.state in ('SUBMITTED', 'ACCEPTED') and issued.number = any(${covered.map(({ number }) => number)}::text[]) limit 1`;
  if (!other) return;
  const message = `${other.statement} has the invoice ${other.invoice}, which is ${other.state}.`;
  throw new UserError('INVOICE_STATEMENTS', message, 'statements');
}

type NewInvoice = z.output<typeof invoiceSchema> & {
  readonly agentId: number;
  readonly currency: string;
  readonly documentId: number | null | undefined;
};

async function insertInvoice(transaction: Transaction, actor: Actor, now: Date, given: NewInvoice): Promise<number> {
  const { agentId, number, series, issuedOn, currency, net, vat, gross, documentId = null } = given;
  try {
    const [added] = await rawSql(transaction)<{ id: number }[]>`
      insert into invoice (agent_id, number, series, issued_on, currency, net, vat, gross, document_id, state, submitted_by, submitted_at)
      values (${agentId}, ${number}, ${series}, ${issuedOn}, ${currency}, ${net}, ${vat}, ${gross}, ${documentId}, 'SUBMITTED', ${actor.name},
        ${now.toISOString()}) returning id`;
    if (!added) throw new Error('an insert gave no row');
    return added.id;
  } catch (error) {
    // It may be another agent's, which this one does not see: so the database says it.
    if (serverError(error)?.constraint_name !== 'invoice_number') throw error;
    const message = `An invoice ${nameOf(given)} is submitted or accepted already.`;
    throw new UserError('INVOICE_DUPLICATE', message, 'number');
  }
}

/** What becomes of a submitted invoice. */
export type InvoiceDecision = 'ACCEPTED' | 'REJECTED' | 'WITHDRAWN';

/**
 * Accepts or rejects an invoice, by somebody of finance who has not submitted it, or withdraws it, by its agent or who submitted it.
 * @throws UserError NOT_FOUND, RECORD_STATE, SAME_PERSON, FORBIDDEN, INPUT_INVALID where it is rejected without a reason.
 */
export async function decideInvoice(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  {
    id,
    decision,
    reason: given,
  }: { readonly id: number; readonly decision: InvoiceDecision; readonly reason?: string | null | undefined },
): Promise<void> {
  const reason = given?.trim() || null;
  const sql = rawSql(transaction);
  const [invoice] = await sql<
    { series: string; number: string; agentId: number; state: string; submittedBy: string }[]
  >`select series, number, agent_id as "agentId", state::text as state, submitted_by as "submittedBy" from invoice where id = ${id}`;
  if (!invoice) throw new UserError('NOT_FOUND', 'There is no such invoice, or you may not see it.');
  const name = nameOf(invoice);
  if (invoice.state !== 'SUBMITTED')
    throw new UserError('RECORD_STATE', `Invoice ${name} is ${invoice.state} already.`);
  requireDecider(actor, name, invoice, decision);
  if (decision === 'REJECTED' && reason === null) {
    throw new UserError('INPUT_INVALID', 'Say why the invoice is rejected.', 'reason');
  }
  const changed = await sql<{ id: number }[]>`
    update invoice set state = ${decision}, decided_by = ${actor.name}, decided_at = ${now.toISOString()}, decision = ${reason}
    where id = ${id} and state = 'SUBMITTED' returning id`;
  if (changed.length === 0) throw new UserError('RECORD_STATE', `Invoice ${name} has moved on meanwhile.`);
  await recordChanges(transaction, actor, now, [
    {
      action: `invoice.${decision.toLowerCase()}`,
      entity: 'invoice',
      entityKey: name,
      before: { state: invoice.state },
      after: { state: decision },
      ...(reason === null ? {} : { reason }),
    },
  ]);
}

function requireDecider(
  actor: Actor,
  name: string,
  { agentId, submittedBy }: { readonly agentId: number; readonly submittedBy: string },
  decision: InvoiceDecision,
): void {
  const isSubmitter = submittedBy.toLowerCase() === actor.name.toLowerCase();
  if (decision !== 'WITHDRAWN') {
    if (isSubmitter) throw new UserError('SAME_PERSON', `${actor.name} submitted invoice ${name}.`);
    return;
  }
  const isOwn = actor.user?.role === 'AGENT' && actor.user.agentId === agentId;
  if (!isOwn && !isSubmitter) {
    throw new UserError('FORBIDDEN', `Invoice ${name} is withdrawn by its agent, or by ${submittedBy}.`);
  }
}
