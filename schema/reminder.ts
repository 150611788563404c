import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { finishReminder } from '../src/reminders/reminders.ts';
import { type reminder, reminderKind } from '../src/reminders/tables.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** Reminders are about papers, which are none of finance's business. */
const readers: readonly Role[] = [...managers, 'AUDITOR', 'AGENT'];

const ReminderKindEnum = describedEnum('ReminderKind', 'What a reminder is about.', reminderKind.enumValues, {
  APPLICATION_OVERDUE: 'An application stands longer in its state than it should.',
  AGREEMENT_ENDS: 'An agreement ends and no other follows.',
  CERTIFICATE_EXPIRES: 'A certificate runs out within 30 days.',
  CERTIFICATE_EXPIRED: 'A certificate has run out.',
});

const Reminder = builder.drizzleNode('reminder', {
  name: 'Reminder',
  description: 'Something that wants doing.',
  authScopes: { roles: readers },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    kind: t.expose('kind', { type: ReminderKindEnum, description: 'What it is about.' }),
    subject: t.exposeString('subject', {
      description: "The code of the application or agreement; for a certificate the holder's and the course's.",
    }),
    dueOn: t.expose('dueOn', { type: 'Date', description: 'The day on which it is, or was, due.' }),
    agentCode: t.string({
      nullable: true,
      description: 'The agent (code) it is about.',
      select: {
        extras: {
          agentCode: (table) => sql<string | null>`(select code from agent where agent.id = ${table.agentId})`,
        },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was found.' }),
    doneBy: t.exposeString('doneBy', {
      nullable: true,
      description: 'Who marked it as done; clock: it was due no longer.',
    }),
    doneAt: t.expose('doneAt', { type: 'DateTime', nullable: true, description: 'When it was done; null: it is not.' }),
  }),
});

const ReminderConnection = builder.connectionObject(
  { type: Reminder, name: 'ReminderConnection', description: 'A page of reminders.', authScopes: { roles: readers } },
  { description: 'A reminder in a page.', authScopes: { roles: readers } },
);

const reminderOrder: PageOrder<typeof reminder> = {
  name: 'reminders',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('reminders', (t) =>
  t.connection(
    {
      type: Reminder,
      nullable: true,
      description: 'What wants doing about agents and applicants you may see, the latest found first.',
      authScopes: { roles: readers },
      args: {
        kind: t.arg({ type: ReminderKindEnum, description: 'About this.' }),
        agentCode: t.arg.string({ description: 'About this agent (code).' }),
        done: t.arg.boolean({ defaultValue: false, description: 'What is done already; otherwise what is not.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Reminder, reminderOrder, { args, context, info }, (table) => [
          equals(table.kind, args.kind),
          among(table.agentId, agents),
          sql`(${table.doneAt} is not null) = ${args.done ?? false}`,
        ]);
      },
    },
    ReminderConnection,
  ),
);

const ReminderPayload = builder.objectRef<{ readonly id: number }>('ReminderPayload').implement({
  description: 'The reminder that was marked.',
  authScopes: { roles: managers },
  fields: (t) => ({
    reminder: t.drizzleField({
      type: Reminder,
      nullable: true,
      description: 'The reminder as it is now.',
      resolve: (query, { id }, _args, { transaction }) =>
        transaction.query.reminder.findFirst(query({ where: { id } })),
    }),
  }),
});

builder.mutationField('finishReminder', (t) =>
  t.field({
    type: ReminderPayload,
    errors: resultUnion('finishReminder'),
    description: 'Marks a reminder as done.',
    authScopes: { roles: managers },
    args: {
      reminderId: t.arg.id({ required: true, description: 'The id of the reminder.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('finishReminder', async (transaction, actor, { reminderId }, { now }) => {
      const id = keyOfNode('Reminder', reminderId, 'reminderId');
      await finishReminder(transaction, actor, now, id);
      return { id };
    }),
  }),
);
