import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import { UserError } from '../src/errors.ts';
import { type PaymentCandidates, paymentCandidates } from '../src/payments/candidates.ts';
import { type Claim, type PaymentObstacle, paymentObstacles } from '../src/payments/claims.ts';
import { type payment, paymentKind, paymentState } from '../src/payments/tables.ts';
import { builder, moneyReaders } from './builder.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { among, equals, readConnection } from './pages.ts';
import { paymentReaders } from './payee.ts';

const PaymentKindEnum = describedEnum('PaymentKind', 'What a payment is for.', paymentKind.enumValues, {
  STATEMENT: 'What an issued statement comes to.',
  OFF_CYCLE: 'An approved settlement outside the monthly cycle.',
  DEPOSIT_REFUND: 'A deposit that is given back.',
});

const PaymentStateEnum = describedEnum('PaymentState', 'Where a payment stands.', paymentState.enumValues, {
  INSTRUCTED: 'The bank has not answered yet.',
  PAID: 'The bank has paid.',
  FAILED: 'The bank did not pay, or gave it back.',
  CANCELLED: 'Its batch was taken back.',
  SET_OFF: 'Nothing was left to pay after the deposit took its part.',
});

const PaymentObstacleEnum = describedEnum<PaymentObstacle>(
  'PaymentObstacle',
  'Why something that is due is not paid now.',
  paymentObstacles,
  {
    NOT_CONFIRMED: 'The statement is not confirmed yet.',
    DISPUTED: 'A dispute about the statement is open.',
    NO_INVOICE: 'The invoice that is required is missing, or not accepted.',
    DELAY: 'It is paid so many days after its confirmation.',
    NO_ACCOUNT: 'Nobody knows an account of the agent.',
    ACCOUNT_UNCONFIRMED: 'An account stands in the partner file; it is paid once two people made it a payee.',
    ALREADY: 'It is in a batch whose answer is awaited.',
  },
);

const agentCodeOf = (agentId: unknown) => sql<string>`(select code from agent where agent.id = ${agentId})`;

const Payment = builder.drizzleNode('payment', {
  name: 'Payment',
  description: 'One transfer to one payee: gross less what went into the deposit.',
  authScopes: { roles: paymentReaders },
  // Named one by one: no request reads ciphertexts.
  select: { columns: { id: true } },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    endToEndId: t.exposeString('endToEndId', { description: 'What the bank answers with.' }),
    batchCode: t.string({
      nullable: true,
      description: 'The batch (code); null where you may not see it.',
      select: {
        extras: {
          batchCode: (table) =>
            sql<string | null>`(select code from payment_batch where payment_batch.id = ${table.batchId})`,
        },
      },
      resolve: ({ batchCode }) => batchCode,
    }),
    agentCode: t.string({
      description: 'The agent (code) that is paid.',
      select: { extras: { agentCode: (table) => agentCodeOf(table.agentId) } },
      resolve: ({ agentCode }) => agentCode,
    }),
    kind: t.expose('kind', { type: PaymentKindEnum, description: 'What it is for.' }),
    reference: t.string({
      nullable: true,
      description: 'The number of the statement, or the code of the settlement, that it pays.',
      select: {
        extras: {
          reference: (table) => sql<string | null>`coalesce(
            (select number from issued_statement where issued_statement.run_id = ${table.runId}
              and issued_statement.agent_id = ${table.agentId} and issued_statement.currency = ${table.currency}),
            (select code from off_cycle_settlement where off_cycle_settlement.id = ${table.settlementId}))`,
        },
      },
      resolve: ({ reference }) => reference,
    }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    gross: t.field({
      type: 'Decimal',
      description: 'What was due.',
      select: { columns: { gross: true, currency: true } },
      resolve: ({ gross, currency }) => moneyText(gross, currency),
    }),
    collected: t.field({
      type: 'Decimal',
      description: 'What went into the deposit instead.',
      select: { columns: { collected: true, currency: true } },
      resolve: ({ collected, currency }) => moneyText(collected, currency),
    }),
    amount: t.field({
      type: 'Decimal',
      description: 'What the bank pays.',
      select: { columns: { amount: true, currency: true } },
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
    holderName: t.exposeString('holderName', { description: 'In whose name the account is.' }),
    bankName: t.exposeString('bankName', { nullable: true, description: 'The bank.' }),
    account: t.exposeString('accountMasked', { description: 'The account, masked, as in ****1234.' }),
    state: t.expose('state', { type: PaymentStateEnum, description: 'Where it stands.' }),
    failureCode: t.exposeString('failureCode', { nullable: true, description: 'Why it failed: the code of the bank.' }),
    failureText: t.exposeString('failureText', {
      nullable: true,
      description: 'Why it failed: the words of the bank.',
    }),
    settledAt: t.expose('settledAt', { type: 'DateTime', nullable: true, description: 'When it was paid, or failed.' }),
  }),
});

const PaymentConnection = builder.connectionObject(
  {
    type: Payment,
    name: 'PaymentConnection',
    description: 'A page of payments.',
    authScopes: { roles: paymentReaders },
  },
  { description: 'A payment in a page.', authScopes: { roles: paymentReaders } },
);

const paymentOrder: PageOrder<typeof payment> = {
  name: 'payments',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('payments', (t) =>
  t.connection(
    {
      type: Payment,
      nullable: true,
      description: 'Payments, the latest first; agents see their own.',
      authScopes: { roles: paymentReaders },
      args: {
        agentCode: t.arg.string({ description: 'To this agent (code).' }),
        batchCode: t.arg.string({ description: 'Of this batch (code).' }),
        state: t.arg({ type: PaymentStateEnum, description: 'Only those that stand there.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { transaction } = context;
        const agents = await wantedAgent(transaction, args.agentCode);
        const { batchCode } = args;
        const batches =
          batchCode == null
            ? undefined
            : await transaction.query.paymentBatch.findMany({ columns: { id: true }, where: { code: batchCode } });
        return readConnection(Payment, paymentOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          among(
            table.batchId,
            batches?.map(({ id }) => id),
          ),
          equals(table.state, args.state),
        ]);
      },
    },
    PaymentConnection,
  ),
);

const Candidate = builder.objectRef<Claim>('PaymentCandidate').implement({
  description: 'Something that is due, and what keeps it from being paid, if anything does.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: PaymentKindEnum, description: 'What it is.' }),
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    reference: t.exposeString('reference', {
      description: 'The number of the statement, or the code of the settlement.',
    }),
    gross: t.field({
      type: 'Decimal',
      description: 'What is due, before anything goes into a deposit.',
      resolve: ({ gross, currency }) => moneyText(gross, currency),
    }),
    again: t.boolean({
      description: 'Whether a payment of it failed.',
      resolve: ({ retriesId }) => retriesId !== null,
    }),
    obstacle: t.expose('obstacle', {
      type: PaymentObstacleEnum,
      nullable: true,
      description: 'What keeps it from being paid; null: nothing does.',
    }),
    delayedUntil: t.expose('delayedUntil', {
      type: 'Date',
      nullable: true,
      description: 'DELAY: the first day on which it is paid.',
    }),
    batchCode: t.exposeString('batchCode', { nullable: true, description: 'ALREADY: the batch (code) that pays it.' }),
  }),
});

const mostCandidates = 1000;

const Candidates = builder.objectRef<PaymentCandidates>('PaymentCandidates').implement({
  description: 'What is due in a currency.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    payableCount: t.exposeInt('payableCount', { description: 'How many can be paid now.' }),
    payableGross: t.field({
      type: 'Decimal',
      description: 'What they come to.',
      resolve: ({ payableGross, currency }) => moneyText(payableGross, currency),
    }),
    blockedCount: t.exposeInt('blockedCount', { description: 'How many cannot.' }),
    blockedGross: t.field({
      type: 'Decimal',
      description: 'What these come to.',
      resolve: ({ blockedGross, currency }) => moneyText(blockedGross, currency),
    }),
    entries: t.field({
      type: [Candidate],
      description: 'All of them, by agent code.',
      args: {
        obstacle: t.arg({ type: PaymentObstacleEnum, description: 'Only those that this keeps from being paid.' }),
        first: t.arg.int({ defaultValue: 200, description: `How many, at most ${mostCandidates}.` }),
        skip: t.arg.int({ defaultValue: 0, description: 'How many are left out before.' }),
      },
      resolve: ({ claims }, { obstacle, first, skip }) => {
        const [count, start] = [first ?? 200, skip ?? 0];
        if (count < 0 || count > mostCandidates || start < 0) {
          throw new UserError('INPUT_INVALID', `Ask for 0 to ${mostCandidates} at once.`, 'first');
        }
        const wanted = obstacle == null ? claims : claims.filter((claim) => claim.obstacle === obstacle);
        return wanted.slice(start, start + count);
      },
    }),
  }),
});

builder.queryField('paymentCandidates', (t) =>
  t.field({
    type: Candidates,
    nullable: true,
    description: 'What is due in a currency and could be paid until a day, and what keeps the rest from being paid.',
    authScopes: { roles: moneyReaders },
    args: {
      currency: t.arg.string({ required: true, description: 'The currency (ISO 4217).' }),
      until: t.arg({
        type: 'Date',
        description: "The day up to which delays are over; the operator's today unless told.",
      }),
    },
    // With the owner's rights: requests do not see who has an account.
    resolve: (_root, { currency, until }, { databases, today }) =>
      databases.owner.transaction((transaction) => paymentCandidates(transaction, currency, until ?? today)),
  }),
);
