import SchemaBuilder from '@pothos/core';
import DrizzlePlugin from '@pothos/plugin-drizzle';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin, { resolveNodes } from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { GraphQLResolveInfo } from 'graphql';
import { relations } from '../src/db/schema.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import type { Context } from './context.ts';
import { decodeNodeId, encodeNodeId, type NodeKey } from './ids.ts';
import { userErrorsPlugin } from './userErrorsPlugin.ts';

/** What the fields of the schema may ask for: see `scopes` below. */
type Scopes = {
  public: boolean;
  signedIn: boolean;
  roles: readonly Role[];
};

type Scalar<Shape> = { Input: Shape; Output: Shape };

export const builder = new SchemaBuilder<{
  Context: Context;
  DrizzleRelations: typeof relations;
  AuthScopes: Scopes;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string | number };
    Decimal: Scalar<string>;
    Date: Scalar<string>;
    DateTime: Scalar<string>;
    Period: Scalar<string>;
    Json: Scalar<unknown>;
  };
}>({
  // The first is the outermost: what it sees, the ones after it have done.
  plugins: [userErrorsPlugin, ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, DrizzlePlugin],
  defaultFieldNullability: false,
  drizzle: {
    client: (context: Context) => context.transaction,
    getTableConfig,
    relations,
  },
  errors: { defaultTypes: [UserError], directResult: true },
  relay: {
    encodeGlobalID: encodeNodeId,
    decodeGlobalID: decodeNodeId,
    idFieldOptions: { description: 'The opaque id of this object, for `node`.' },
    nodesOnConnection: { description: 'The objects of this page, without their cursors.' },
    nodeTypeOptions: { description: 'An object with an opaque id of its own.' },
    nodeQueryOptions: {
      description: 'The object with this id; null where there is none, or you may not see it.',
      authScopes: { signedIn: true },
      args: { id: { description: 'An id that an earlier answer gave.' } },
      resolve: (_root, { id }, _context, _info, resolveNode) => nullWhereMissing(resolveNode(id)),
    },
    nodesQueryOptions: {
      description: 'The objects with these ids, in the same order; null where there is none, or you may not see it.',
      authScopes: { signedIn: true },
      args: { ids: { description: 'Ids that earlier answers gave, at most 200.' } },
      // One by one, so that a missing one takes no other with it; the drizzle plugin still reads all of a type at once.
      resolve: (_root, { ids }, context, info) => {
        if (ids.length > 200) throw new UserError('INPUT_INVALID', 'At most 200 ids can be asked for at once.', 'ids');
        return ids.map((id) => nullWhereMissing(resolveNode(context, info, id)));
      },
    },
    edgesFieldOptions: { description: 'The objects of this page, each with its cursor.' },
    pageInfoFieldOptions: { description: 'Whether there is more, and from where.' },
    cursorFieldOptions: { description: 'Where this object stands in the list: pass it as `after` or `before`.' },
    nodeFieldOptions: { description: 'The object itself.' },
    pageInfoTypeOptions: { description: 'Where a page begins and ends, and whether there is more.' },
    hasNextPageFieldOptions: { description: 'Whether there are more objects after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are more objects before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first object of this page.' },
    endCursorFieldOptions: { description: 'The cursor of the last object of this page.' },
    firstArgOptions: {
      description: 'How many objects, from the beginning or after `after`: 50 unless told, at most 200.',
    },
    afterArgOptions: { description: 'Only what comes after this cursor.' },
    lastArgOptions: { description: 'How many objects, from the end or before `before`: at most 200.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, context) =>
      context.actor
        ? new UserError('FORBIDDEN', 'Your role may not do or see this.')
        : new UserError('NOT_SIGNED_IN', 'You are not signed in.'),
    authScopes: (context) => ({
      public: true,
      signedIn: context.actor?.user != null,
      roles: (wanted) => context.actor?.user != null && wanted.includes(context.actor.user.role),
    }),
  },
});

async function resolveNode(context: Context, info: GraphQLResolveInfo, id: NodeKey): Promise<unknown> {
  return (await resolveNodes(builder, context, info, [id]))[0];
}

/** The drizzle plugin rejects with an Error of its own for a row that does not exist, or that the request may not see. */
async function nullWhereMissing(node: unknown): Promise<unknown> {
  try {
    return await node;
  } catch (error) {
    if (error instanceof Error && /^Model \w+\(.*\) not found$/s.test(error.message)) return null;
    throw error;
  }
}

/** Who works for the operator; everybody but the agents. */
export const staff: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'];
/** Who sees the money of the whole operator. */
export const moneyReaders: readonly Role[] = ['ADMIN', 'FINANCE', 'AUDITOR'];
/** Who closes, approves and pays. */
export const moneyWriters: readonly Role[] = ['ADMIN', 'FINANCE'];
/** Who looks after agents and their sales. */
export const managers: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER'];
/** Who reads what administrators did. */
export const auditors: readonly Role[] = ['ADMIN', 'AUDITOR'];

// Whatever a role may be refused, or an argument may spoil, is nullable: it takes nothing else of the answer with it.
builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description:
    'Everything that can be changed. Each field is done whole or not at all, on its own; its answer is either the ' +
    'result or a UserError. With an idempotency key a field can be sent again safely.',
});
builder.subscriptionType({ description: 'What can be watched.' });
