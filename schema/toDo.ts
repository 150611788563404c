import { loadOperator } from '../src/reference/operator.ts';
import { loadToDo, type ToDoItem, type ToDoKind, toDoKinds } from '../src/reminders/toDo.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';
import { requireActor } from './mutations.ts';

const ToDoKindEnum = describedEnum<ToDoKind>('ToDoKind', 'What waits to be done.', toDoKinds, {
  STATEMENT_TO_CONFIRM: 'Statements of yours are issued: agree, or dispute.',
  INVOICE_TO_SEND: 'Confirmed statements of yours are paid once their invoice is there.',
  DISPUTE_ANSWERED: 'Disputes of yours were answered or decided, and you have not read it.',
  CONFLICT_TO_ANSWER: 'Conflicts concern you, and you have not said or shown anything.',
  TRAINING_DUE: 'Mandatory courses that you have not passed.',
  CERTIFICATE_ENDS: 'Certificates of yours run out, or have.',
  AGREEMENT_ENDS: 'Agreements end and no others follow.',
  APPLICATION_TO_DECIDE: 'Applications wait to be screened and decided.',
  APPLICATION_TO_ACTIVATE: 'Approved applications wait for their contract or activation.',
  CASE_TO_MEDIATE: 'Conflicts wait to be settled.',
  CASE_APPEALED: 'Decisions about conflicts were appealed against.',
  DEAL_TO_JUDGE: 'Registered deals wait to be judged.',
  SCORE_APPEAL_TO_DECIDE: 'Appeals about scores wait to be decided.',
  TIER_OVERRIDE_TO_DECIDE: 'Tiers were asked for by hand.',
  PLAN_CORRECTION_TO_APPROVE: 'Corrections of plans wait for approvals.',
  DISPUTE_TO_DECIDE: 'Disputes of agents wait to be decided.',
  RUN_TO_APPROVE: 'Calculated runs wait to be approved.',
  STATEMENTS_TO_ISSUE: 'The statements of approved runs wait to be issued.',
  ADJUSTMENT_TO_APPROVE: 'Adjustments by hand wait for a second person.',
  PAYEE_TO_APPROVE: 'Payees wait for a second person.',
  OFF_CYCLE_TO_APPROVE: 'Payments outside the cycle wait for a second person.',
  DEPOSIT_TO_APPROVE: 'Movements of deposits wait for a second person.',
  REPAYMENT_TO_APPROVE: 'Repayments wait for a second person.',
  INVOICE_TO_DECIDE: 'Invoices wait to be accepted.',
  BATCH_TO_APPROVE: 'Batches of payments wait for a second person.',
  BATCH_TO_CANCEL: 'Batches whose file was fetched are to be cancelled: a second person agrees.',
  PERIOD_TO_REOPEN: 'Locked periods are to be reopened: a second person answers.',
});

const ToDoItemType = builder.objectRef<ToDoItem>('ToDoItem').implement({
  description: 'Things of one kind that wait for you.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: ToDoKindEnum, description: 'What they are.' }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
    dueOn: t.expose('dueOn', {
      type: 'Date',
      nullable: true,
      description: 'The nearest day on which one of them is, or was, due.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'What it is about (its code, number or period), where there is just one.',
    }),
  }),
});

builder.queryField('toDo', (t) =>
  t.field({
    type: [ToDoItemType],
    nullable: true,
    description:
      'What waits for you to be done, of what you may see, by kind; kinds of which there is nothing are left out, and what you began yourself and somebody else has to decide.',
    authScopes: { signedIn: true },
    resolve: async (_root, _args, context) => {
      const { transaction, today } = context;
      const { timeZone } = await loadOperator(transaction);
      const { name, user } = requireActor(context);
      return loadToDo(transaction, { role: user?.role ?? 'COMPLIANCE', name }, { today, timeZone });
    },
  }),
);
