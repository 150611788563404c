// Made from Simulation.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A changed copy of a published version of a plan or pool: name exactly one of plan and pool, and of version and on. */
export type SimulateCopyInput = {
  /** The code of the plan or pool that gets the copy, a new one perhaps; without it the copied one. */
  as?: string | null | undefined;
  /** What differs, in YAML or JSON: fields as in a programme file; components and rules by their codes, as in {"components": {"ACT": {"rules": {"FIBER": {"flat": "90"}}}}}. null removes; a new entry names its code itself, too. */
  changes?: string | null | undefined;
  /** A day on which the version is in force. */
  on?: string | null | undefined;
  /** The plan (code) whose version is copied. */
  plan?: string | null | undefined;
  /** The pool (code) whose version is copied. */
  pool?: string | null | undefined;
  /** The number of the version. */
  version?: number | null | undefined;
};

/** A draft, and what to try it on. */
export type SimulateInput = {
  /** Only these agents; without it all that you may see. */
  agentCodes?: Array<string> | null | undefined;
  /** Changed copies of published versions, beside the document or without one. */
  copies?: Array<SimulateCopyInput> | null | undefined;
  /** A programme, in YAML or JSON, as applyProgramme takes it. Its versions of plans and pools supersede those published for their dates; they may be changed copies (copyOf, changes). A channel manager’s declares only plans. */
  document?: string | null | undefined;
  /** The first period. */
  from: string;
  /** The last period; without it the first. */
  to?: string | null | undefined;
};

export type SimulationPlansQueryVariables = Exact<{ [key: string]: never; }>;


export type SimulationPlansQuery = { plans: Array<{ code: string, name: string, versions: Array<{ number: number, from: string }> }> | null, pools: Array<{ code: string, name: string, versions: Array<{ number: number, from: string }> }> | null };

export type SimulationResultQueryVariables = Exact<{
  input: SimulateInput;
}>;


export type SimulationResultQuery = { simulate:
    | { __typename: 'Simulation', periods: Array<string>, winnerCount: number, loserCount: number, unchangedCount: number, unsettledCount: number, totals: Array<{ currency: string, paid: string, simulated: string, difference: string }>, components: Array<{ planCode: string | null, componentCode: string, currency: string, paid: string, simulated: string, difference: string }>, distribution: Array<{ currency: string, from: string, to: string, agentCount: number }>, gains: Array<{ agentCode: string, currency: string, paid: string, simulated: string, difference: string }>, losses: Array<{ agentCode: string, currency: string, paid: string, simulated: string, difference: string }>, pools: Array<{ poolCode: string, period: string, currency: string, carriedIn: string, fund: string, shared: string, remainder: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const SimulationPlansDocument = documentOf<SimulationPlansQuery, SimulationPlansQueryVariables>('SimulationPlans', `query SimulationPlans { plans { code name versions { number from } } pools { code name versions { number from } } }`);
export const SimulationResultDocument = documentOf<SimulationResultQuery, SimulationResultQueryVariables>('SimulationResult', `query SimulationResult($input: SimulateInput!) { simulate(input: $input) { __typename ... on Simulation { periods winnerCount loserCount unchangedCount unsettledCount totals { currency paid simulated difference } components { planCode componentCode currency paid simulated difference } distribution { currency from to agentCount } gains: agents(first: 10, order: GREATEST_GAIN) { agentCode currency paid simulated difference } losses: agents(first: 10, order: GREATEST_LOSS) { agentCode currency paid simulated difference } pools { poolCode period currency carriedIn fund shared remainder } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
