import { sql } from 'drizzle-orm';
import { canonicalEmail, createAccount, disableAccount, enableAccount, setPassword } from '../src/auth/accounts.ts';
import { createApiKey, revokeApiKey } from '../src/auth/apiKeys.ts';
import type { userAccount } from '../src/auth/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { auditors, builder } from './builder.ts';
import type { Context } from './context.ts';
import { CompanyRightEnum, RoleEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import {
  idempotencyKeyArgument,
  mutationResolver,
  ownerMutationResolver,
  requireActor,
  resultUnion,
} from './mutations.ts';
import { contains, equals, readConnection } from './pages.ts';

const Account = builder.drizzleNode('userAccount', {
  name: 'Account',
  description: 'Somebody who can sign in. Everybody sees the own one, administrators and auditors all.',
  authScopes: { signedIn: true },
  // Named one by one: nobody may read the password's hash.
  select: { columns: { id: true, email: true } },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The e-mail address; it names who did something.' }),
    name: t.exposeString('name', { description: 'The name.' }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do.' }),
    // Not as relations: drizzle reads every column of a table whose rows it joins to others, the password's hash too.
    agentCode: t.string({
      nullable: true,
      description: 'The code of the agent it belongs to, for the role AGENT.',
      select: {
        extras: {
          agentCode: (table) => sql<string | null>`(select code from agent where id = ${table.agentId})`,
        },
      },
      resolve: (row) => row.agentCode,
    }),
    regionCode: t.string({
      nullable: true,
      description: 'The code of the region it looks after, for the role CHANNEL_MANAGER.',
      select: {
        extras: {
          regionCode: (table) => sql<string | null>`(select code from region where id = ${table.regionId})`,
        },
      },
      resolve: (row) => row.regionCode,
    }),
    companyRight: t.field({
      type: CompanyRightEnum,
      nullable: true,
      description:
        'What it may do for its agent; null for other roles. Whose right is READ is refused every change with FORBIDDEN.',
      select: { columns: { role: true, companyRight: true } },
      resolve: ({ role, companyRight }) => (role === 'AGENT' ? companyRight : null),
    }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether it is shut out.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
});

const ApiKey = builder.drizzleNode('apiKey', {
  name: 'ApiKey',
  description: 'A key with which a machine acts as you. The key itself is shown once, when it is created.',
  authScopes: { signedIn: true },
  select: { columns: { id: true } },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it ends; null: never.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was revoked.' }),
  }),
});

const AccountConnection = builder.connectionObject(
  { type: Account, name: 'AccountConnection', description: 'A page of accounts.', authScopes: { roles: auditors } },
  { description: 'An account in a page.', authScopes: { roles: auditors } },
);

const accountOrder: PageOrder<typeof userAccount> = {
  name: 'accounts',
  direction: 'asc',
  keys: [{ column: 'email', type: 'text' }],
};

builder.queryFields((t) => ({
  me: t.drizzleField({
    type: Account,
    nullable: true,
    description: 'Your own account.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, context) =>
      context.transaction.query.userAccount.findFirst(query({ where: { id: requireActor(context).user?.id ?? 0 } })),
  }),
  accounts: t.connection(
    {
      type: Account,
      nullable: true,
      description: 'All accounts, by e-mail address.',
      authScopes: { roles: auditors },
      args: {
        search: t.arg.string({
          description: 'Part of the name, the e-mail address or the code of the agent, in any case.',
        }),
        role: t.arg({ type: RoleEnum, description: 'Only those of this role.' }),
        disabled: t.arg.boolean({ description: 'Only those that are shut out, or only those that are not.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(Account, accountOrder, { args, context, info }, (table) => [
          equals(table.role, args.role),
          equals(table.disabled, args.disabled),
          contains([table.email, table.name, sql`(select code from agent where id = ${table.agentId})`], args.search),
        ]),
    },
    AccountConnection,
  ),
  apiKeys: t.drizzleField({
    type: [ApiKey],
    description: 'Your own API keys, the latest first.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, context) =>
      context.transaction.query.apiKey.findMany(
        query({ where: { userId: requireActor(context).user?.id ?? 0 }, orderBy: { id: 'desc' } }),
      ),
  }),
}));

const AccountPayload = builder.objectRef<{ readonly email: string }>('AccountPayload').implement({
  description: 'The account that was created or changed.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    account: t.drizzleField({
      type: Account,
      nullable: true,
      description: 'The account as it is now.',
      resolve: (query, { email }, _args, { transaction }) =>
        transaction.query.userAccount.findFirst(query({ where: { email } })),
    }),
  }),
});

const ApiKeyPayload = builder
  .objectRef<{ readonly keyId: number; readonly token: string | null }>('ApiKeyPayload')
  .implement({
    description: 'The API key that was created or revoked.',
    authScopes: { signedIn: true },
    fields: (t) => ({
      apiKey: t.drizzleField({
        type: ApiKey,
        nullable: true,
        description: 'The key as it is now; null where it is not your own.',
        resolve: (query, { keyId }, _args, { transaction }) =>
          transaction.query.apiKey.findFirst(query({ where: { id: keyId } })),
      }),
      token: t.exposeString('token', {
        nullable: true,
        description: 'What to send as a bearer token. Only in the first answer to createApiKey: it is kept nowhere.',
      }),
    }),
  });

type NewKeyArgs = {
  readonly name: string;
  readonly expiresAt?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
};

/** The token goes to the client past the stored answer: a repeated request gets the key, but never the token again. */
async function createKey(root: unknown, args: NewKeyArgs, context: Context) {
  let token: string | null = null;
  const create = mutationResolver(
    'createApiKey',
    async (transaction, actor, { name, expiresAt }: NewKeyArgs, { now }) => {
      const expiry = expiresAt == null ? null : new Date(expiresAt);
      const key = await createApiKey(transaction, actor, now, { name, expiresAt: expiry });
      token = key.token;
      return { keyId: key.id };
    },
  );
  const { keyId } = await create(root, args, context);
  return { keyId, token };
}

// Accounts are written with the owner's rights; their mutations stand by themselves (see ownerMutationResolver). Passwords
// leave no trace in the idempotency key, tokens none in its answer.
builder.mutationFields((t) => ({
  createAccount: t.field({
    type: AccountPayload,
    errors: resultUnion('createAccount'),
    description: 'Creates an account. It stands even where another field of the same request fails.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      email: t.arg.string({ required: true, description: 'The e-mail address.' }),
      name: t.arg.string({ required: true, description: 'The name.' }),
      role: t.arg({ type: RoleEnum, required: true, description: 'What the person may do.' }),
      agentCode: t.arg.string({ description: 'The agent it belongs to; for the role AGENT and no other.' }),
      regionCode: t.arg.string({
        description: 'The region it looks after; for the role CHANNEL_MANAGER and no other.',
      }),
      password: t.arg.string({ required: true, description: 'The password, of 10 to 200 characters.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'createAccount',
      async (transaction, actor, { email, name, role, agentCode, regionCode, password }, { now }) => {
        const account = { email, name, role, agentCode, regionCode, password };
        return { email: (await createAccount(transaction, actor, now, account)).email };
      },
      { secrets: ['password'] },
    ),
  }),
  disableAccount: t.field({
    type: AccountPayload,
    errors: resultUnion('disableAccount'),
    description:
      'Shuts an account out at once: sign-in, sessions and API keys. It stands even where another field of the same request fails.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      email: t.arg.string({ required: true, description: 'The e-mail address of the account.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('disableAccount', async (transaction, actor, { email, reason }, { now }) => {
      await disableAccount(transaction, actor, now, { email, reason });
      return { email: canonicalEmail(email) };
    }),
  }),
  enableAccount: t.field({
    type: AccountPayload,
    errors: resultUnion('enableAccount'),
    description:
      'Lets an account in again that was shut out, with the password it had; its API keys stay revoked. It stands even where another field of the same request fails.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      email: t.arg.string({ required: true, description: 'The e-mail address of the account.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('enableAccount', async (transaction, actor, { email, reason }, { now }) => {
      await enableAccount(transaction, actor, now, { email, reason });
      return { email: canonicalEmail(email) };
    }),
  }),
  setPassword: t.field({
    type: AccountPayload,
    errors: resultUnion('setPassword'),
    description:
      'Gives somebody else, who forgot it, a new password, and ends all sessions of the account. Everybody changes the own one by POST /auth/password. It stands even where another field of the same request fails.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      email: t.arg.string({ required: true, description: 'The e-mail address of the account.' }),
      password: t.arg.string({ required: true, description: 'The new password, of 10 to 200 characters.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'setPassword',
      async (transaction, actor, { email, password, reason }, { now }) => {
        await setPassword(transaction, actor, now, { email, password, reason });
        return { email: canonicalEmail(email) };
      },
      { secrets: ['password'] },
    ),
  }),
  createApiKey: t.field({
    type: ApiKeyPayload,
    errors: resultUnion('createApiKey'),
    description: 'Creates a key with which a machine acts as you.',
    authScopes: { signedIn: true },
    args: {
      name: t.arg.string({ required: true, description: 'What it is for.' }),
      expiresAt: t.arg({ type: 'DateTime', description: 'When it ends; never without it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: createKey,
  }),
  revokeApiKey: t.field({
    type: ApiKeyPayload,
    errors: resultUnion('revokeApiKey'),
    description: 'Ends one of your API keys.',
    authScopes: { signedIn: true },
    args: {
      keyId: t.arg.id({ required: true, description: 'The id of the key.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('revokeApiKey', async (transaction, actor, args, { now }) => {
      const keyId = keyOfNode('ApiKey', String(args.keyId), 'keyId');
      await revokeApiKey(transaction, actor, now, keyId);
      return { keyId, token: null };
    }),
  }),
}));
