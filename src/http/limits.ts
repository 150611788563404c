import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { errorCatalogue } from '../errors.ts';

/** The largest body of a GraphQL request: a batch of 1,000 events has about 500 KB. */
export const largestBodyBytes = 2_000_000;
const longestQueryCharacters = 50_000;

/** What one operation may ask for. Pages count in the cost: each object once for every row of `first` or `last`. */
const mostDepth = 12;
const mostAliases = 30;
const mostTokens = 2000;
const mostDirectives = 20;
const mostCost = 250_000;

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message.replace(/^Syntax Error: /, ''), {
    extensions: {
      code: 'QUERY_TOO_COMPLEX',
      remedy: errorCatalogue.QUERY_TOO_COMPLEX,
      http: { status: 400, spec: true },
    },
  });
}

/** As a fault of the validation, which ends in status 400; by itself the library would throw through it. */
const report = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) => context?.reportError(tooComplex(error.message)),
  ],
};

/** Yoga plugins that refuse operations that ask for too much, and in production questions about the schema. */
export function operationLimits(options: { introspection: boolean }): Plugin[] {
  const limits = EnvelopArmorPlugin({
    maxDepth: { n: mostDepth, ...report },
    maxAliases: { n: mostAliases, ...report },
    maxDirectives: { n: mostDirectives, ...report },
    costLimit: { maxCost: mostCost, ...report },
    maxTokens: {
      n: mostTokens,
      propagateOnRejection: false,
      // The parser must stop at once.
      onReject: [
        (_context, error) => {
          throw tooComplex(error.message);
        },
      ],
    },
    blockFieldSuggestion: { enabled: !options.introspection },
  });
  const queryLength: Plugin = {
    onParams({ params }) {
      if ((params.query?.length ?? 0) > longestQueryCharacters) {
        throw tooComplex(`A query has at most ${longestQueryCharacters} characters.`);
      }
    },
  };
  const noIntrospection: Plugin = {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
  return [limits as Plugin, queryLength, ...(options.introspection ? [] : [noIntrospection])];
}
