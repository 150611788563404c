import { rawSql, type Transaction } from '../db/client.ts';
import type { RegistrationPolicyDefinition } from './policy.ts';

export type OfferedPolicy = {
  readonly code: string;
  readonly versionId: number;
  readonly definition: RegistrationPolicyDefinition;
};

/** What is registered: the category of the product or category named, if any, and the channel type of the agent (codes). */
type Claim = { readonly category: string | null; readonly channelType: string };

const fits = (codes: readonly string[] | undefined, code: string | null) =>
  codes === undefined || codes.length === 0 || (code !== null && codes.includes(code));

/** One that names categories before one that does not, then one that names channel types. */
const specificity = ({ definition: { categories = [], channelTypes = [] } }: OfferedPolicy) =>
  (categories.length > 0 ? 2 : 0) + (channelTypes.length > 0 ? 1 : 0);

/** Of the policies that fit the most specific one; of several, the first by code. */
export function choosePolicy(
  policies: readonly OfferedPolicy[],
  { category, channelType }: Claim,
): OfferedPolicy | undefined {
  const fitting = policies.filter(
    ({ definition }) => fits(definition.categories, category) && fits(definition.channelTypes, channelType),
  );
  fitting.sort((a, b) => specificity(b) - specificity(a) || (a.code < b.code ? -1 : 1));
  return fitting[0];
}

/** The version of each policy that is in force on a local day. */
export async function loadPolicies(transaction: Transaction, day: string): Promise<readonly OfferedPolicy[]> {
  return rawSql(transaction)<OfferedPolicy[]>`
    select distinct on (policy.id) policy.code, version.id as "versionId", version.definition
    from registration_policy policy join registration_policy_version version on version.policy_id = policy.id
    where version.valid_from <= ${day} order by policy.id, version.valid_from desc, version.number desc`;
}
