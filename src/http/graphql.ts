import type { IncomingMessage, ServerResponse } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Request, RequestHandler } from 'express';
import { type ExecutionArgs, type ExecutionResult, type GraphQLSchema, getOperationAST } from 'graphql';
import { createYoga, type Plugin, type YogaServerOptions } from 'graphql-yoga';
import { resolveActor } from '../auth/sessions.ts';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { localDate } from '../period.ts';
import { findOperator } from '../reference/operator.ts';
import { anonymousOperations, type ClientCounter } from './anonymous.ts';
import { type Context, requestTransaction } from './context.ts';
import { largestBodyBytes, operationLimits } from './limits.ts';
import { currentRequest, isAnonymous } from './log.ts';
import { maskError } from './masking.ts';
import type { Metrics } from './metrics.ts';
import { credentialsOf } from './signIn.ts';
import { type OpenStreams, watchStream } from './streams.ts';

export const graphqlPath = '/graphql';

export type GraphqlOptions = {
  readonly schema: GraphQLSchema;
  /** Further yoga plugins. */
  readonly plugins?: readonly Plugin[];
  /** Makes GraphiQL's page; by default one that loads its parts from its publisher's site. */
  readonly renderGraphiQL?: YogaServerOptions<object, object>['renderGraphiQL'];
};

type ServerContext = { readonly req: IncomingMessage; readonly res: ServerResponse };
type UserContext = Omit<Context, 'transaction'>;

/** The GraphQL endpoint: queries over GET and POST, mutations over POST, subscriptions as server-sent events. */
export function graphqlRoute(
  config: Pick<Config, 'graphiql'>,
  databases: Databases,
  graphql: GraphqlOptions,
  clock: () => Date,
  metrics: Metrics,
  streams: OpenStreams,
  envelopeKeys: EnvelopeKeys,
  countFor: ClientCounter,
): RequestHandler {
  const timeZone = operatorTimeZone(databases, clock);
  const yoga = createYoga<ServerContext, UserContext>({
    schema: graphql.schema,
    graphqlEndpoint: graphqlPath,
    graphiql: config.graphiql && { title: 'Tributary', headers: '{"x-graphql-yoga-csrf": "1"}' },
    renderGraphiQL: graphql.renderGraphiQL,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: largestBodyBytes,
    maskedErrors: { maskError, errorMessage: 'Something went wrong on the server.', isDev: false },
    logging: yogaLog,
    context: async ({ req }) => {
      const request = req as Request;
      const now = clock();
      const actor = isAnonymous(request) ? null : await resolveActor(databases, credentialsOf(request), now);
      return { actor, now, today: localDate(now, await timeZone()), databases, logger: request.log, envelopeKeys };
    },
    plugins: [
      // A POST of JSON or one of these headers makes a browser ask before it sends anything across sites.
      useCSRFPrevention({ requestHeaders: ['x-graphql-yoga-csrf', 'authorization'] }),
      anonymousOperations(countFor),
      ...operationLimits({ introspection: config.graphiql }),
      countRefusals(metrics),
      inTransactions(metrics),
      watchSubscriptions(databases, clock, metrics, streams),
      ...(graphql.plugins ?? []),
    ],
  });
  return (request, response) =>
    currentRequest.run({ request, id: String(request.id), logger: request.log }, () => yoga(request, response));
}

/** What yoga says while it works. It also says what {@link maskError} has logged already, with all its particulars. */
const yogaLog = {
  debug: () => {},
  info: () => {},
  warn: (...args: unknown[]) => currentRequest.getStore()?.logger.warn(String(args[0])),
  error: () => {},
};

/** The operator's time zone, read at most once a minute; UTC before an operator is declared. */
export function operatorTimeZone(databases: Databases, clock: () => Date): () => Promise<string> {
  let known: { zone: string; at: number } | undefined;
  return async () => {
    const at = clock().getTime();
    if (known && Math.abs(at - known.at) < 60_000) return known.zone;
    const operator = await findOperator(databases.owner);
    if (operator) known = { zone: operator.timeZone, at };
    return operator?.timeZone ?? 'UTC';
  };
}

function operationOf(args: ExecutionArgs): string {
  return getOperationAST(args.document, args.operationName)?.operation ?? 'unknown';
}

/** Operations that are not executed because they cannot be parsed or are not valid. */
function countRefusals(metrics: Metrics): Plugin {
  return {
    onParse: () => (payload) => {
      if (payload.result instanceof Error || payload.result === null) metrics.countOperation('unknown', 'refused');
    },
    onValidate:
      () =>
      ({ valid }) => {
        if (!valid) metrics.countOperation('unknown', 'refused');
      },
  };
}

/** Each query or mutation is executed in one transaction and answered once that has committed. */
function inTransactions(metrics: Metrics): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args: ExecutionArgs) => {
        const operation = operationOf(args);
        try {
          const result = await executeInTransaction(args, operation, executeFn);
          metrics.countOperation(operation, result.errors ? 'error' : 'ok');
          return result;
        } catch (error) {
          metrics.countOperation(operation, 'error');
          throw error;
        }
      });
    },
  };
}

async function executeInTransaction(
  args: ExecutionArgs,
  operation: string,
  execute: (args: ExecutionArgs) => unknown,
): Promise<ExecutionResult> {
  const context = args.contextValue as UserContext;
  const requestId = currentRequest.getStore()?.id ?? null;
  let result: ExecutionResult | undefined;
  try {
    return await requestTransaction({ ...context, requestId }, async (transaction) => {
      result = (await execute({ ...args, contextValue: { ...context, transaction } })) as ExecutionResult;
      return result;
    });
  } catch (error) {
    // The driver fails the transaction in which any statement failed. A query has nothing to commit: what its other
    // fields found still stands, and the error is in the result.
    if (operation === 'query' && result?.errors) return result;
    throw error;
  }
}

/** Subscriptions hold no transaction, end with the server, and end when whoever asked may no longer. */
function watchSubscriptions(databases: Databases, clock: () => Date, metrics: Metrics, streams: OpenStreams): Plugin {
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const context = args.contextValue as unknown as UserContext & ServerContext;
      Object.defineProperty(context, 'transaction', {
        get: () => {
          throw new Error('A subscription holds no transaction: use requestTransaction(context, …) for each event.');
        },
      });
      const mayGoOn = async () => {
        if (!context.actor) return true;
        const actor = await resolveActor(databases, credentialsOf(context.req as Request), clock());
        return actor?.user?.id === context.actor.user?.id;
      };
      setSubscribeFn(async (subscribeArgs: ExecutionArgs) => {
        const result: unknown = await subscribeFn(subscribeArgs);
        const isStream = typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
        metrics.countOperation('subscription', isStream ? 'ok' : 'error');
        return isStream ? watchStream(result as AsyncIterable<unknown>, mayGoOn, streams) : result;
      });
    },
  };
}
