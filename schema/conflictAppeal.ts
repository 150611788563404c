import { decideCaseAppeal, fileCaseAppeal, withdrawCaseAppeal } from '../src/conflicts/cases/appeals.ts';
import { caseAppealStates } from '../src/conflicts/cases/caseStates.ts';
import { builder, managers } from './builder.ts';
import { type CaseAnswer, ConflictCase, ConflictCasePayload, caseIdArgument } from './conflictCase.ts';
import { caseReaders, isStaff } from './conflictCaseLoaders.ts';
import { caseKeyOf } from './conflictCaseMutations.ts';
import { codeOfSide } from './conflictCaseParts.ts';
import { ConflictDecisionInput, decisionOf } from './conflictDecision.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

const AppealStateEnum = describedEnum('ConflictAppealState', 'Where an appeal about a case stands.', caseAppealStates, {
  FILED: 'Another person than decided has to decide about it.',
  UPHELD: 'The decision stays.',
  CHANGED: 'Another decision took its place.',
  WITHDRAWN: 'The party took it back.',
});

const ConflictAppeal = builder.drizzleNode('conflictAppeal', {
  name: 'ConflictAppeal',
  description: "A party's objection to the decision of a case. Agents see their own.",
  authScopes: { roles: caseReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { caseId: true, agentId: true, decidedBy: true } },
  fields: (t) => ({
    agentCode: t.string({
      nullable: true,
      description: 'The party (code).',
      resolve: ({ caseId, agentId }, _args, context) => codeOfSide(context, caseId, agentId),
    }),
    state: t.expose('state', { type: AppealStateEnum, description: 'Where it stands.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    filedBy: t.exposeString('filedBy', { description: 'Who filed it.' }),
    filedAt: t.expose('filedAt', { type: 'DateTime', description: 'When.' }),
    decidedBy: t.string({
      nullable: true,
      description: 'Who decided, or took it back; null for agents.',
      resolve: ({ decidedBy }, _args, context) => (isStaff(context) ? decidedBy : null),
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'What the party was told.' }),
  }),
});

builder.drizzleObjectField(ConflictCase, 'appeals', (t) =>
  t.relation('appeals', {
    type: ConflictAppeal,
    description: 'The appeals against its decisions; agents see their own.',
    query: { orderBy: { id: 'asc' } },
  }),
);

const appealIdArgument = builder.args((t) => ({ appealId: t.id({ required: true, description: 'Which appeal.' }) }));
const appealKeyOf = (id: string | number) => keyOfNode('ConflictAppeal', String(id), 'appealId');

builder.mutationFields((t) => ({
  fileConflictAppeal: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('fileConflictAppeal'),
    description:
      'Appeals against the decision of a case that your agent is a party of, within the days for it. The decision stays in force meanwhile.',
    authScopes: { roles: ['AGENT'] },
    args: {
      ...caseIdArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'fileConflictAppeal',
      async (transaction, actor, { caseId, reason }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await fileCaseAppeal(transaction, actor, now, id, reason);
        return { caseId: id };
      },
    ),
  }),
  withdrawConflictAppeal: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('withdrawConflictAppeal'),
    description: "Takes your agent's own appeal back while nobody has decided about it.",
    authScopes: { roles: ['AGENT'] },
    args: { ...appealIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'withdrawConflictAppeal',
      async (transaction, actor, { appealId }, { now }): Promise<CaseAnswer> => ({
        caseId: await withdrawCaseAppeal(transaction, actor, now, appealKeyOf(appealId)),
      }),
    ),
  }),
  decideConflictAppeal: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('decideConflictAppeal'),
    description:
      'Decides an appeal, as another person than decided before: the decision stays, or another takes its place. The case is closed with it.',
    authScopes: { roles: managers },
    args: {
      ...appealIdArgument,
      answer: t.arg.string({ required: true, description: 'What the party is told.' }),
      decision: t.arg({ type: ConflictDecisionInput, description: 'The new decision; without it the old one stays.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'decideConflictAppeal',
      async (transaction, actor, { appealId, answer, decision }, { now }): Promise<CaseAnswer> => ({
        caseId: await decideCaseAppeal(transaction, actor, now, appealKeyOf(appealId), {
          answer,
          decision: decision ? decisionOf(decision) : undefined,
        }),
      }),
    ),
  }),
}));
