import { sql } from 'drizzle-orm';
import { addContact, changeContact, removeContact } from '../src/partners/contacts.ts';
import { builder, managers } from './builder.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals } from './pages.ts';

const AgentContact = builder.drizzleNode('agentContact', {
  name: 'AgentContact',
  description: 'Somebody to talk to at an agent.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    name: t.exposeString('name', { description: 'The name.' }),
    responsibility: t.exposeString('responsibility', { description: 'What to talk about: OWNER, FINANCE, SALES …' }),
    phone: t.exposeString('phone', { nullable: true, description: 'The phone number.' }),
    email: t.exposeString('email', { nullable: true, description: 'The e-mail address.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
  }),
});

builder.queryField('agentContacts', (t) =>
  t.drizzleField({
    type: [AgentContact],
    nullable: true,
    description: 'The people to talk to at an agent, by responsibility and name.',
    authScopes: { signedIn: true },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      on: t.arg({ type: 'Date', description: 'Only those of this day; without it those of all times.' }),
      responsibility: t.arg.string({ description: 'Only those with this responsibility.' }),
    },
    resolve: async (query, _root, { agentCode, on, responsibility }, { transaction }) => {
      const agents = await wantedAgent(transaction, agentCode);
      return transaction.query.agentContact.findMany(
        query({
          where: {
            RAW: (table) =>
              sql.join(
                [
                  among(table.agentId, agents),
                  equals(table.responsibility, responsibility),
                  on == null ? undefined : sql`daterange(${table.validFrom}, ${table.validTo}) @> ${on}::date`,
                ].filter((condition) => condition !== undefined),
                sql` and `,
              ),
          },
          orderBy: { responsibility: 'asc', name: 'asc', validFrom: 'asc', id: 'asc' },
        }),
      );
    },
  }),
);

const AgentContactInput = builder.inputType('AgentContactInput', {
  description: 'Somebody to talk to at an agent.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name.' }),
    responsibility: t.string({ required: true, description: 'What to talk about: OWNER, FINANCE, SALES …' }),
    phone: t.string({ description: 'The phone number.' }),
    email: t.string({ description: 'The e-mail address.' }),
    from: t.field({ type: 'Date', required: true, description: 'The first day on which it holds.' }),
    to: t.field({ type: 'Date', description: 'The first day on which it no longer holds; without it no end.' }),
  }),
});

const AgentContactPayload = builder.objectRef<{ readonly contactId: number }>('AgentContactPayload').implement({
  description: 'The contact that was added, changed or removed.',
  authScopes: { roles: managers },
  fields: (t) => ({
    contact: t.drizzleField({
      type: AgentContact,
      nullable: true,
      description: 'The contact as it is now; null where it was removed.',
      resolve: (query, { contactId }, _args, { transaction }) =>
        transaction.query.agentContact.findFirst(query({ where: { id: contactId } })),
    }),
  }),
});

const contactIdDescription = 'The id of the contact.';

builder.mutationFields((t) => ({
  addAgentContact: t.field({
    type: AgentContactPayload,
    errors: resultUnion('addAgentContact'),
    description: 'Adds somebody to talk to at an agent.',
    authScopes: { roles: managers },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      contact: t.arg({ type: AgentContactInput, required: true, description: 'The contact.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('addAgentContact', async (transaction, actor, { agentCode, contact }, { now }) => ({
      contactId: await addContact(transaction, actor, now, agentCode, contact),
    })),
  }),
  changeAgentContact: t.field({
    type: AgentContactPayload,
    errors: resultUnion('changeAgentContact'),
    description: 'Changes somebody to talk to, or ends it by a last day; what is left out is empty afterwards.',
    authScopes: { roles: managers },
    args: {
      contactId: t.arg.id({ required: true, description: contactIdDescription }),
      contact: t.arg({ type: AgentContactInput, required: true, description: 'The contact as it shall be.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'changeAgentContact',
      async (transaction, actor, { contactId: nodeId, contact }, { now }) => {
        const contactId = keyOfNode('AgentContact', nodeId, 'contactId');
        await changeContact(transaction, actor, now, contactId, contact);
        return { contactId };
      },
    ),
  }),
  removeAgentContact: t.field({
    type: AgentContactPayload,
    errors: resultUnion('removeAgentContact'),
    description: 'Removes a contact that was entered by mistake; who leaves gets a last day instead.',
    authScopes: { roles: managers },
    args: {
      contactId: t.arg.id({ required: true, description: contactIdDescription }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'removeAgentContact',
      async (transaction, actor, { contactId: nodeId, reason }, { now }) => {
        const contactId = keyOfNode('AgentContact', nodeId, 'contactId');
        await removeContact(transaction, actor, now, contactId, reason);
        return { contactId };
      },
    ),
  }),
}));
