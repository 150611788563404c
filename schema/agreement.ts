import { sql } from 'drizzle-orm';
import { endAgreement } from '../src/agents/agreementEnds.ts';
import { findAgreement } from '../src/agents/agreementRows.ts';
import { changeAgreement, changedTerms, openAgreement, renewAgreement } from '../src/agents/agreements.ts';
import { terminateAgent } from '../src/agents/life.ts';
import type { agreement } from '../src/agents/tables.ts';
import type { Transaction } from '../src/db/client.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { UserError } from '../src/errors.ts';
import { builder, managers } from './builder.ts';
import { TrailingEnum } from './definitionEnums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, readConnection } from './pages.ts';

builder.drizzleObject('agreementPaper', {
  name: 'AgreementPaper',
  description: 'What an agreement is besides its dates and terms.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    renews: t.relation('renews', { nullable: true, description: 'The agreement it follows.' }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'The SHA-256 of the signed document.' }),
    signedOn: t.expose('signedOn', { type: 'Date', nullable: true, description: 'The day on which it was signed.' }),
    remindDays: t.exposeInt('remindDays', { description: 'How many days before its end somebody is reminded.' }),
    paymentDelayDays: t.exposeInt('paymentDelayDays', {
      description: 'How many days after a statement is confirmed it is paid.',
    }),
    endedEarlyBy: t.exposeString('endedEarlyBy', { nullable: true, description: 'Who ended it before its time.' }),
    endReason: t.exposeString('endReason', { nullable: true, description: 'Why it was ended before its time.' }),
  }),
});

const Agreement = builder.drizzleNode('agreement', {
  name: 'Agreement',
  description: 'A dated contract that binds an agent to a commission plan.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files.' }),
    agent: t.relation('agent', { description: 'The agent it binds.' }),
    plan: t.relation('plan', {
      description: 'The plan it binds the agent to.',
      // Whoever sees an agreement sees its plan; other plans are the operator's business.
      grantScopes: ['agreedPlan'],
    }),
    from: t.expose('validFrom', { type: 'Date', description: 'Its first day.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day after it; null: no end.' }),
    totalCap: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Most commission of a period, over all components, pools last.',
      resolve: ({ terms }) => terms.totalCap,
    }),
    minimumPayout: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Less than this is not paid out but carried forward.',
      resolve: ({ terms }) => terms.minimumPayout,
    }),
    taxPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Percent of what is payable that is withheld as tax.',
      resolve: ({ terms }) => terms.taxPercent,
    }),
    trailing: t.field({
      type: TrailingEnum,
      description: 'What becomes of RESIDUAL after termination.',
      resolve: ({ terms }) => terms.trailing ?? 'STOP',
    }),
    vatPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Percent of value-added tax on the agent’s invoices; null: it charges none.',
      resolve: ({ terms }) => terms.vatPercent,
    }),
    vatIncluded: t.boolean({
      description: 'Whether what is payable contains value-added tax; else it is paid on top.',
      resolve: ({ terms }) => terms.vatIncluded ?? false,
    }),
    invoiceRequired: t.boolean({
      description: 'Whether an accepted invoice is needed before payment.',
      resolve: ({ terms }) => terms.invoiceRequired ?? false,
    }),
    depositTarget: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The deposit to be kept, in the plan’s currency.',
      resolve: ({ terms }) => terms.depositTarget,
    }),
    depositPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Percent of each payment that goes into the deposit until it is full.',
      resolve: ({ terms }) => terms.depositPercent,
    }),
    paper: t.relation('paper', {
      nullable: true,
      description: 'Its paper and what was agreed besides; null where it was declared without.',
    }),
  }),
});

const AgreementConnection = builder.connectionObject(
  {
    type: Agreement,
    name: 'AgreementConnection',
    description: 'A page of agreements.',
    authScopes: { signedIn: true },
  },
  { description: 'An agreement in a page.', authScopes: { signedIn: true } },
);

const agreementOrder: PageOrder<typeof agreement> = {
  name: 'agreements',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

builder.queryField('agreements', (t) =>
  t.connection(
    {
      type: Agreement,
      nullable: true,
      description: 'The agreements you may see, by code.',
      authScopes: { signedIn: true },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        on: t.arg({ type: 'Date', description: 'In force on this day.' }),
        endsWithinDays: t.arg.int({
          description:
            'That end within so many days from today and are not followed by another agreement of the agent.',
        }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        const { today } = context;
        const days = args.endsWithinDays;
        if (days != null && (days < 0 || days > 3650)) {
          throw new UserError('INPUT_INVALID', 'Ask for 0 to 3650 days.', 'endsWithinDays');
        }
        return readConnection(Agreement, agreementOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          args.on == null ? undefined : sql`daterange(${table.validFrom}, ${table.validTo}) @> ${args.on}::date`,
          days == null
            ? undefined
            : sql`${table.validTo} between ${today}::date and ${today}::date + ${days}::integer and not exists (
                select from agreement later where later.agent_id = ${table.agentId} and later.valid_from >= ${table.validTo})`,
        ]);
      },
    },
    AgreementConnection,
  ),
);

const AgreementTermsInput = builder.inputType('AgreementTermsInput', {
  description:
    'Terms of an agreement. Where it follows another, what is left out stays as it was, and null takes an amount away.',
  fields: (t) => ({
    totalCap: t.field({
      type: 'Decimal',
      description: 'Most commission of a period, over all components, pools last.',
    }),
    minimumPayout: t.field({ type: 'Decimal', description: 'Less than this is not paid out but carried forward.' }),
    taxPercent: t.field({ type: 'Decimal', description: 'Percent of what is payable that is withheld as tax.' }),
    trailing: t.field({
      type: TrailingEnum,
      description: 'What becomes of RESIDUAL after termination; STOP without it.',
    }),
    vatPercent: t.field({ type: 'Decimal', description: 'Percent of value-added tax on the agent’s invoices.' }),
    vatIncluded: t.boolean({
      description: 'Whether what is payable contains value-added tax; false without it: it is paid on top.',
    }),
    invoiceRequired: t.boolean({
      description: 'Whether an accepted invoice is needed before payment; false without it.',
    }),
    depositTarget: t.field({ type: 'Decimal', description: 'The deposit to be kept, in the plan’s currency.' }),
    depositPercent: t.field({
      type: 'Decimal',
      description: 'Percent of each payment that goes into the deposit until it is full.',
    }),
    paymentDelayDays: t.int({ description: 'How many days after a statement is confirmed it is paid; 0 without it.' }),
    remindDays: t.int({ description: 'How many days before its end somebody is reminded; 60 without it.' }),
  }),
});

const SignatureInput = builder.inputType('AgreementSignatureInput', {
  description: 'The paper that was signed.',
  fields: (t) => ({
    documentId: t.id({ description: 'The id of the stored document.' }),
    sha256: t.string({ description: 'The SHA-256 of the document, in hexadecimal.' }),
    signedOn: t.field({ type: 'Date', description: 'The day on which it was signed.' }),
  }),
});

/** The paper as the service knows it. */
function signatureOf(input: typeof SignatureInput.$inferInput | null | undefined) {
  const { documentId, sha256, signedOn } = input ?? {};
  const document = documentId == null ? null : keyOfNode('Document', documentId, 'signature.documentId');
  return { documentId: document, sha256: sha256 ?? null, signedOn: signedOn ?? null };
}

async function requireAgent(transaction: Transaction, code: string): Promise<number> {
  const found = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('NOT_FOUND', `There is no agent ${code}.`, 'agentCode');
  return found.id;
}

async function requirePlan(transaction: Transaction, code: string): Promise<number> {
  const found = await transaction.query.plan.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('NOT_FOUND', `There is no plan ${code}.`, 'plan');
  return found.id;
}

const AgreementPayload = builder.objectRef<{ readonly code: string }>('AgreementPayload').implement({
  description: 'The agreement that was opened, changed or ended.',
  authScopes: { roles: managers },
  fields: (t) => ({
    agreement: t.drizzleField({
      type: Agreement,
      nullable: true,
      description: 'The agreement as it is now; null where it never came into force.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.agreement.findFirst(query({ where: { code } })),
    }),
  }),
});

async function codeOf(transaction: Transaction, id: number): Promise<{ code: string }> {
  const found = await transaction.query.agreement.findFirst({ columns: { code: true }, where: { id } });
  if (!found) throw new Error('the new agreement is not seen');
  return { code: found.code };
}

const toDescription = 'The first day on which it no longer holds; without it, no end.';

builder.mutationFields((t) => ({
  openAgreement: t.field({
    type: AgreementPayload,
    errors: resultUnion('openAgreement'),
    description: 'Opens an agreement that binds an agent to a plan.',
    authScopes: { roles: managers },
    args: {
      code: t.arg.string({ required: true, description: 'Its code.' }),
      agentCode: t.arg.string({ required: true, description: 'The agent (code) it binds.' }),
      plan: t.arg.string({ required: true, description: 'The plan (code) it binds the agent to.' }),
      from: t.arg({ type: 'Date', required: true, description: 'Its first day.' }),
      to: t.arg({ type: 'Date', description: toDescription }),
      terms: t.arg({ type: AgreementTermsInput, description: 'Its terms.' }),
      signature: t.arg({ type: SignatureInput, description: 'The paper that was signed.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('openAgreement', async (transaction, actor, args, { now }) => {
      const { paymentDelayDays, remindDays, ...terms } = args.terms ?? {};
      await openAgreement(transaction, actor, now, {
        code: args.code,
        agentId: await requireAgent(transaction, args.agentCode),
        planId: await requirePlan(transaction, args.plan),
        from: args.from,
        to: args.to ?? null,
        terms: changedTerms({}, terms),
        ...signatureOf(args.signature),
        ...(paymentDelayDays == null ? {} : { paymentDelayDays }),
        ...(remindDays == null ? {} : { remindDays }),
      });
      return { code: args.code };
    }),
  }),
  renewAgreement: t.field({
    type: AgreementPayload,
    errors: resultUnion('renewAgreement'),
    description: 'Lets an agreement that ends be followed by another one from there on; answers with the new one.',
    authScopes: { roles: managers },
    args: {
      renews: t.arg.string({ required: true, description: 'The agreement (code) that ends.' }),
      code: t.arg.string({ description: 'The code of the new one; AGREEMENT-2, AGREEMENT-3 … without it.' }),
      to: t.arg({ type: 'Date', description: toDescription }),
      plan: t.arg.string({ description: 'Another plan (code).' }),
      terms: t.arg({ type: AgreementTermsInput, description: 'What becomes different.' }),
      signature: t.arg({ type: SignatureInput, description: 'The paper that was signed.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('renewAgreement', async (transaction, actor, args, { now }) => {
      const planId = args.plan == null ? undefined : await requirePlan(transaction, args.plan);
      const id = await renewAgreement(transaction, actor, now, {
        renews: args.renews,
        code: args.code,
        to: args.to ?? null,
        change: { ...args.terms, planId },
        signature: signatureOf(args.signature),
      });
      return codeOf(transaction, id);
    }),
  }),
  changeAgreement: t.field({
    type: AgreementPayload,
    errors: resultUnion('changeAgreement'),
    description:
      'Changes the terms or the plan of an agreement from a day on: it ends there, and a new version of it, the answer, runs until its end.',
    authScopes: { roles: managers },
    args: {
      changes: t.arg.string({ required: true, description: 'The agreement (code) that changes.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day of the new terms.' }),
      code: t.arg.string({ description: 'The code of the new version; AGREEMENT-2, AGREEMENT-3 … without it.' }),
      plan: t.arg.string({ description: 'Another plan (code).' }),
      terms: t.arg({ type: AgreementTermsInput, description: 'What becomes different.' }),
      signature: t.arg({ type: SignatureInput, description: 'The paper that was signed.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('changeAgreement', async (transaction, actor, args, { now }) => {
      const planId = args.plan == null ? undefined : await requirePlan(transaction, args.plan);
      const id = await changeAgreement(transaction, actor, now, {
        changes: args.changes,
        from: args.from,
        code: args.code,
        change: { ...args.terms, planId },
        signature: signatureOf(args.signature),
        reason: args.reason,
      });
      return codeOf(transaction, id);
    }),
  }),
  endAgreement: t.field({
    type: AgreementPayload,
    errors: resultUnion('endAgreement'),
    description:
      'Ends an agreement before its time. With a final settlement its agent is terminated on that day, as terminateAgent does.',
    authScopes: { roles: managers },
    args: {
      code: t.arg.string({ required: true, description: 'The agreement (code).' }),
      on: t.arg({ type: 'Date', required: true, description: 'The first day on which it no longer holds.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      finalSettlement: t.arg.boolean({
        defaultValue: false,
        description: 'Whether the agent is terminated with it and settled finally.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('endAgreement', async (transaction, actor, args, { now, today }) => {
      const { code, on, reason } = args;
      if (args.finalSettlement) {
        const { agentCode } = await findAgreement(transaction, code);
        await terminateAgent(transaction, actor, now, { agentCode, from: on, reason, forCause: false });
      } else {
        await endAgreement(transaction, actor, now, { code, on, today, reason });
      }
      return { code };
    }),
  }),
}));
