import { checklistStates } from '../src/closing/automaticSteps.ts';
import { type ChecklistItem, isComplete, loadChecklist } from '../src/closing/checklist.ts';
import { closeActions } from '../src/closing/closeEvents.ts';
import { answerReopening, askReopening, lockPeriod } from '../src/closing/periodLock.ts';
import { periodLockState } from '../src/closing/tables.ts';
import { tickStep, untickStep } from '../src/closing/ticks.ts';
import type { Period } from '../src/period.ts';
import { builder, moneyReaders, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { AutomaticStepEnum } from './settlementPolicyInputs.ts';

const ItemStateEnum = describedEnum('CloseStepState', 'How a step of a close stands.', checklistStates, {
  DONE: 'It is done.',
  OPEN: 'It is to be done.',
  NOT_NEEDED: 'There is nothing to do.',
  FAILED: 'It was tried and failed.',
});

const LockStateEnum = describedEnum(
  'PeriodLockState',
  'Whether the books of a period are closed.',
  periodLockState.enumValues,
  {
    LOCKED: 'They are closed.',
    REOPENING: 'They are closed; somebody asked for them to be reopened.',
    REOPENED: 'They are open again.',
  },
);

const ActionEnum = describedEnum('CloseAction', 'What was done for a close.', closeActions, {
  TICKED: 'A step was ticked off.',
  UNTICKED: 'A tick was taken back.',
  LOCKED: 'The period was locked.',
  REOPEN_ASKED: 'Somebody asked for it to be reopened.',
  REOPEN_REFUSED: 'That was refused, or taken back.',
  REOPENED: 'Somebody else agreed.',
});

const CloseStep = builder.objectRef<ChecklistItem>('CloseStep').implement({
  description: 'A step of a period’s close.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code in the settlement policy.' }),
    name: t.exposeString('name', { description: 'What is to be done.' }),
    required: t.exposeBoolean('required', { description: 'Whether the period cannot be locked without it.' }),
    automatic: t.boolean({
      description: 'Whether the data tell it; else somebody ticks it off.',
      resolve: ({ toldBy }) => toldBy !== null,
    }),
    toldBy: t.expose('toldBy', {
      type: AutomaticStepEnum,
      nullable: true,
      description: 'What of the data tells it; null: somebody ticks it off.',
    }),
    state: t.expose('state', { type: ItemStateEnum, description: 'How it stands.' }),
    who: t.exposeString('who', { nullable: true, description: 'Who did it.' }),
    when: t.expose('when', { type: 'DateTime', nullable: true, description: 'When it was done.' }),
    detail: t.exposeString('detail', { nullable: true, description: 'What is missing, or what was noted.' }),
  }),
});

const PeriodLock = builder.drizzleObject('periodLock', {
  name: 'PeriodLock',
  description: 'That the books of a period are closed.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    state: t.expose('state', { type: LockStateEnum, description: 'Whether they are.' }),
    lockedBy: t.exposeString('lockedBy', { description: 'Who locked it last.' }),
    lockedAt: t.expose('lockedAt', { type: 'DateTime', description: 'When.' }),
    reopenReason: t.exposeString('reopenReason', { nullable: true, description: 'Why it is to be reopened.' }),
    reopenAskedBy: t.exposeString('reopenAskedBy', { nullable: true, description: 'Who asked for that.' }),
    reopenAskedAt: t.expose('reopenAskedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    reopenedBy: t.exposeString('reopenedBy', { nullable: true, description: 'Who agreed: never who asked.' }),
    reopenedAt: t.expose('reopenedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
  }),
});

const CloseEventType = builder.drizzleObject('closeEvent', {
  name: 'CloseEvent',
  description: 'Something that was done for a period’s close.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    action: t.field({
      type: ActionEnum,
      description: 'What.',
      select: { columns: { action: true } },
      resolve: ({ action }) => action as (typeof closeActions)[number],
    }),
    step: t.exposeString('step', { nullable: true, description: 'The code of the step.' }),
    note: t.exposeString('note', { nullable: true, description: 'What was noted.' }),
    by: t.exposeString('by', { description: 'Who.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

type Close = { readonly period: string; readonly items: readonly ChecklistItem[] };

const PeriodClose = builder.objectRef<Close>('PeriodClose').implement({
  description: 'How far the close of a period is.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    steps: t.field({ type: [CloseStep], description: 'Its steps, in order.', resolve: ({ items }) => [...items] }),
    complete: t.boolean({
      description: 'Whether everything that is required is done: then it can be locked.',
      resolve: ({ items }) => isComplete(items),
    }),
    lock: t.drizzleField({
      type: PeriodLock,
      nullable: true,
      description: 'Whether it is locked; null where it never was.',
      resolve: (query, { period }, _args, { transaction }) =>
        transaction.query.periodLock.findFirst(query({ where: { period } })),
    }),
    history: t.drizzleField({
      type: [CloseEventType],
      description: 'What was done by hand, in order.',
      resolve: (query, { period }, _args, { transaction }) =>
        transaction.query.closeEvent.findMany(query({ where: { period }, orderBy: { id: 'asc' } })),
    }),
  }),
});

builder.queryField('periodClose', (t) =>
  t.field({
    type: PeriodClose,
    nullable: true,
    description: 'The checklist of a period’s close: what is done, by whom, and what is missing.',
    authScopes: { roles: moneyReaders },
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    resolve: async (_root, { period }, { transaction, today }) => {
      return { period, items: await loadChecklist(transaction, period as Period, today) };
    },
  }),
);

const ClosePayload = builder.objectRef<{ readonly period: string }>('PeriodClosePayload').implement({
  description: 'The close of the period, and what became of it.',
  authScopes: { roles: moneyWriters },
  fields: (t) => ({
    close: t.field({
      type: PeriodClose,
      description: 'It as it is now.',
      resolve: async ({ period }, _args, { transaction, today }) => {
        return { period, items: await loadChecklist(transaction, period as Period, today) };
      },
    }),
  }),
});

const periodArgument = builder.args((t) => ({
  period: t.field({ type: 'Period', required: true, description: 'The period.' }),
}));
const tickArguments = builder.args((t) => ({
  period: t.field({ type: 'Period', required: true, description: 'The period.' }),
  step: t.string({ required: true, description: 'The code of the step.' }),
  note: t.string({ required: true, description: 'What was done, or why it is taken back.' }),
}));

builder.mutationFields((t) => ({
  tickCloseStep: t.field({
    type: ClosePayload,
    errors: resultUnion('tickCloseStep'),
    description: 'Ticks a step of a close off that the data do not tell.',
    authScopes: { roles: moneyWriters },
    args: { ...tickArguments, ...idempotencyKeyArgument },
    resolve: mutationResolver('tickCloseStep', async (transaction, actor, { period, step, note }, { now }) => {
      await tickStep(transaction, actor, now, { period: period as Period, step, note });
      return { period };
    }),
  }),
  untickCloseStep: t.field({
    type: ClosePayload,
    errors: resultUnion('untickCloseStep'),
    description: 'Takes a tick back.',
    authScopes: { roles: moneyWriters },
    args: { ...tickArguments, ...idempotencyKeyArgument },
    resolve: mutationResolver('untickCloseStep', async (transaction, actor, { period, step, note }, { now }) => {
      await untickStep(transaction, actor, now, { period: period as Period, step, note });
      return { period };
    }),
  }),
  lockPeriod: t.field({
    type: ClosePayload,
    errors: resultUnion('lockPeriod'),
    description:
      'Closes the books of a period whose required steps are done: nothing of it is voided, issued, ticked off or exported any more. Payments go on.',
    authScopes: { roles: moneyWriters },
    args: { ...periodArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('lockPeriod', async (transaction, actor, { period }, { now, today }) => {
      await lockPeriod(transaction, actor, now, { period: period as Period, today });
      return { period };
    }),
  }),
  askPeriodReopening: t.field({
    type: ClosePayload,
    errors: resultUnion('askPeriodReopening'),
    description: 'Asks for a locked period to be reopened. It stays locked until somebody else agrees.',
    authScopes: { roles: moneyWriters },
    args: {
      ...periodArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('askPeriodReopening', async (transaction, actor, { period, reason }, { now }) => {
      await askReopening(transaction, actor, now, { period: period as Period, reason });
      return { period };
    }),
  }),
  answerPeriodReopening: t.field({
    type: ClosePayload,
    errors: resultUnion('answerPeriodReopening'),
    description:
      'Agrees to a locked period being reopened, or refuses. Whoever asked cannot agree; refusing takes their wish back.',
    authScopes: { roles: moneyWriters },
    args: {
      ...periodArgument,
      agree: t.arg.boolean({ required: true, description: 'Whether it is reopened.' }),
      note: t.arg.string({ description: 'What is to be noted.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('answerPeriodReopening', async (transaction, actor, args, { now }) => {
      const { period, agree, note } = args;
      await answerReopening(transaction, actor, now, { period: period as Period, agree, note: note ?? undefined });
      return { period };
    }),
  }),
}));
