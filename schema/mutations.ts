import { type Json, onceOnly } from '../src/auth/idempotency.ts';
import type { Transaction } from '../src/db/client.ts';
import { asUserError } from '../src/db/constraints.ts';
import { type Actor, asOwner, requireWriting } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

// Every mutation field runs the same way: in a savepoint of its own, so that a field that fails takes nothing else with it;
// with a user's errors as its typed result; and once only, where the client names an idempotency key. Whose right is READ does nothing.

type MutationArgs = { readonly idempotencyKey?: string | null | undefined };

type Work<Args, Answer> = (transaction: Transaction, actor: Actor, args: Args, context: Context) => Promise<Answer>;

type Options<Args> = {
  /** Arguments that must leave no trace, not even hashed: they are left out of the hash of the input. */
  readonly secrets?: readonly (keyof Args & string)[];
};

/** Who asks; scopes let nobody else come here. */
export function requireActor(context: Context): Actor {
  if (!context.actor) throw new UserError('NOT_SIGNED_IN', 'You are not signed in.');
  return context.actor;
}

/**
 * The resolver of the mutation field `operation`: `work` runs as the request role in a savepoint of the request's
 * transaction. It answers with what can be written as JSON and read again later: numbers of rows, not rows.
 */
export function mutationResolver<Args extends object, Answer extends Json>(
  operation: string,
  work: Work<Args, Answer>,
  options: Options<Args> = {},
) {
  return (_root: unknown, args: Args & MutationArgs, context: Context): Promise<Answer> =>
    attempt((run) => context.transaction.transaction(run), operation, work, options, args, context);
}

/**
 * As mutationResolver, but in a transaction of its own with the owner's rights, for what the request role may not touch
 * (accounts): the work must check the actor's rights itself. Once it has answered it stands, whatever becomes of the other
 * fields of the request; its idempotency key is kept in that same transaction.
 */
export function ownerMutationResolver<Args extends object, Answer extends Json>(
  operation: string,
  work: Work<Args, Answer>,
  options: Options<Args> = {},
) {
  return (_root: unknown, args: Args & MutationArgs, context: Context): Promise<Answer> =>
    attempt(
      (run) => asOwner(context.databases.owner, requireActor(context), run),
      operation,
      work,
      options,
      args,
      context,
    );
}

async function attempt<Args extends object, Answer extends Json>(
  inTransaction: (run: (transaction: Transaction) => Promise<Answer>) => Promise<Answer>,
  operation: string,
  work: Work<Args, Answer>,
  { secrets = [] }: Options<Args>,
  args: Args & MutationArgs,
  context: Context,
): Promise<Answer> {
  const actor = requireActor(context);
  requireWriting(actor);
  const { idempotencyKey: key, ...given } = args;
  const input = Object.fromEntries(
    Object.entries(given).filter(([name]) => !secrets.some((secret) => secret === name)),
  );
  try {
    return await inTransaction((transaction) =>
      onceOnly(transaction, actor, context.now, { key, operation, input }, () =>
        work(transaction, actor, args, context),
      ),
    );
  } catch (error) {
    throw asUserError(error);
  }
}

/** The union that a mutation field answers with, named after the field. */
export function resultUnion(operation: string) {
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  return {
    union: { name: `${name}Result`, description: `What ${operation} answers: what was done, or why nothing was.` },
  };
}

/** The argument that every mutation takes. */
export const idempotencyKeyArgument = builder.args((t) => ({
  idempotencyKey: t.string({
    description:
      'A key of your choice for this attempt. Sent again with the same input, the first answer is given again and nothing is done twice; with another input it is an error.',
  }),
}));
