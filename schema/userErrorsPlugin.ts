import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import { GraphQLError, type GraphQLFieldResolver } from 'graphql';
import { asUserError } from '../src/db/constraints.ts';
import { UserError, UserErrors } from '../src/errors.ts';

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      userErrors: UserErrorsPlugin<Types>;
    }
  }
}

/** A user's error as GraphQL gives it where a field has no typed result for it: its code and remedy as extensions. */
export function asGraphQLError(error: UserError): GraphQLError {
  const faults = error instanceof UserErrors ? error.errors : [error];
  return new GraphQLError(error.message, {
    extensions: {
      code: error.code,
      at: error.at,
      remedy: error.remedy,
      faults: faults.map(({ code, message, at, remedy }) => ({ code, message, at, remedy })),
    },
  });
}

function translated(error: unknown): unknown {
  const known = asUserError(error);
  return known instanceof UserError ? asGraphQLError(known) : error;
}

type AnyResolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

/**
 * Gives a user's errors their codes on every field; whatever else is thrown passes unchanged, for the server to mask.
 * Refuses the character NUL in arguments: PostgreSQL's text cannot hold it, and its error would end the whole request.
 */
class UserErrorsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: AnyResolver<Types>,
    { args: declared }: PothosOutputFieldConfig<Types>,
  ): AnyResolver<Types> {
    if (Object.keys(declared).length === 0) return translating(resolver);
    return translating((parent, args, context, info) => {
      if (holdsNul(args)) throw new UserError('INPUT_INVALID', 'Text cannot hold the character NUL.', info.fieldName);
      return resolver(parent, args, context, info);
    });
  }

  override wrapSubscribe(subscriber: AnyResolver<Types> | undefined): AnyResolver<Types> | undefined {
    return subscriber && translating(subscriber);
  }
}

function translating<Types extends SchemaTypes>(resolver: AnyResolver<Types>): AnyResolver<Types> {
  return (parent, args, context, info) => {
    try {
      const result = resolver(parent, args, context, info);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw translated(error);
      });
    } catch (error) {
      throw translated(error);
    }
  };
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul);
}

/** The plugin's name in the builder's list. */
export const userErrorsPlugin = 'userErrors';

SchemaBuilder.registerPlugin(userErrorsPlugin, UserErrorsPlugin);
