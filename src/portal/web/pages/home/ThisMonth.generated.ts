// Made from ThisMonth.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type HomeThisMonthQueryVariables = Exact<{
  agent: string;
}>;


export type HomeThisMonthQuery = { estimate:
    | { __typename: 'Estimate', period: string, unpaidCount: number, leftOut: Array<string>, totals: Array<{ currency: string, amount: string }>, components: Array<{ planCode: string | null, componentCode: string, currency: string, amount: string, lineCount: number, bracket: { volume: string, rate: string | null, next: { from: string, rate: string, missing: string } | null } | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const HomeThisMonthDocument = documentOf<HomeThisMonthQuery, HomeThisMonthQueryVariables>('HomeThisMonth', `query HomeThisMonth($agent: String!) { estimate(agent: $agent) { __typename ... on Estimate { period totals { currency amount } unpaidCount leftOut components { planCode componentCode currency amount lineCount bracket { volume rate next { from rate missing } } } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
