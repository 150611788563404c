import type { Period } from '../src/period.ts';
import { confirmStatement, type StatementKey } from '../src/statements/confirm.ts';
import { issueStatements, runToIssue } from '../src/statements/issue.ts';
import { builder, moneyWriters } from './builder.ts';
import { statementOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { Statement } from './statement.ts';

type IssueAnswer = { readonly period: string; readonly issued: number };

const IssuePayload = builder.objectRef<IssueAnswer>('IssueStatementsPayload').implement({
  description: 'How many statements were issued.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    issued: t.exposeInt('issued', { description: 'How many were issued now: 0 where all were issued before.' }),
  }),
});

const StatementPayload = builder.objectRef<StatementKey>('StatementPayload').implement({
  description: 'The statement, and what became of it.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    statement: t.drizzleField({
      type: Statement,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { runId, agentId, currency }, _args, { transaction }) =>
        transaction.query.statement.findFirst(query({ where: { runId, agentId, currency } })),
    }),
  }),
});

builder.mutationFields((t) => ({
  issueStatements: t.field({
    type: IssuePayload,
    errors: resultUnion('issueStatements'),
    description:
      'Issues the statements of a period’s approved run, all at once: agents are told, and nothing in them changes any more. Those that are ' +
      'issued already stay as they are.',
    authScopes: { roles: moneyWriters },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The period.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('issueStatements', async (transaction, actor, { period }, { now }) => {
      const runId = await runToIssue(transaction, period as Period);
      return { period, ...(await issueStatements(transaction, actor, now, runId)) };
    }),
  }),
  confirmStatement: t.field({
    type: StatementPayload,
    errors: resultUnion('confirmStatement'),
    description: 'Agrees to an issued statement of your own.',
    authScopes: { roles: ['AGENT'] },
    args: {
      statementId: t.arg.id({ required: true, description: 'The id of the statement.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('confirmStatement', async (transaction, actor, args, { now }) => {
      const key = statementOfNode(String(args.statementId), 'statementId');
      await confirmStatement(transaction, actor, now, key);
      return key;
    }),
  }),
}));
