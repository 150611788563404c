import type { HitFinding } from '../../src/conflicts/facts.ts';
import type { Databases } from '../../src/db/client.ts';
import { apply } from '../support/books.ts';
import type { World } from './detectionOracle.ts';

// A small operator for tests of detection: ALL ─ NORTH ─ N1, N2 ─ SOUTH ─ S1. A and B below M, C and D alone.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ALL, name: All }
  - { code: NORTH, name: North, parent: ALL }
  - { code: N1, name: North one, parent: NORTH }
  - { code: N2, name: North two, parent: NORTH }
  - { code: SOUTH, name: South, parent: ALL }
  - { code: S1, name: South one, parent: SOUTH }
channelTypes: [{ code: AGENT, name: Agents }, { code: ONLINE, name: Online }]
productCategories: [{ code: BB, name: Broadband }, { code: TV, name: Television }]
products:
  - { code: FIBER, name: Fibre, category: BB }
  - { code: DSL, name: Dsl, category: BB }
  - { code: BOX, name: Box, category: TV }
  - { code: VOICE, name: Voice }
segments: [{ code: PUB, name: Public }, { code: ENT, name: Enterprise }]
campaigns: [{ code: K1, name: One, startsOn: 2026-01-01 }, { code: K2, name: Two, startsOn: 2026-01-01 }]
agents:
  - { code: M, name: Master, channelType: AGENT, since: 2026-01-01 }
  - { code: A, name: Agent A, channelType: AGENT, since: 2026-01-01 }
  - { code: B, name: Agent B, channelType: ONLINE, since: 2026-01-01 }
  - { code: C, name: Agent C, channelType: AGENT, since: 2026-01-01 }
  - { code: D, name: Agent D, channelType: ONLINE, since: 2026-01-01 }
`;

/** Declares the operator, two courses and a registration policy. */
export async function setUpDetection(databases: Databases): Promise<void> {
  await apply(databases, programme);
  await databases.owner.$client.unsafe(`
    insert into course (code, name) values ('C1', 'One'), ('C2', 'Two');
    insert into registration_policy (code, name) values ('RP', 'Policy');
    insert into registration_policy_version (policy_id, number, valid_from, definition, published_by, published_at)
    select id, 1, '2026-01-01', '{}', 'anna', now() from registration_policy`);
}

const dated = `valid_from::text as "from", valid_to::text as "to"`;
const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const codeOf = (table: string, id: string) => `(select code from ${table} where id = ${id})`;

/** All facts that stand in the database, by code. */
export async function loadWorld({ owner }: Databases): Promise<World> {
  const read = async <Name extends keyof World>(query: string) =>
    (await owner.$client.unsafe(query)) as unknown as World[Name];
  return {
    regions: await read<'regions'>(`select code, ${codeOf('region above', 'region.parent_id')} as parent from region`),
    agents: await read<'agents'>(`select code, ${codeOf('channel_type', 'channel_type_id')} as channel from agent`),
    links: await read<'links'>(
      `select ${codeOf('agent', 'agent_id')} as agent, ${codeOf('agent', 'parent_id')} as parent, ${dated} from agent_parent`,
    ),
    places: await read<'places'>(
      `select ${codeOf('agent', 'agent_id')} as agent, ${codeOf('region', 'region_id')} as region, ${dated} from agent_region`,
    ),
    territories: await read<'territories'>(
      `select ${codeOf('agent', 'agent_id')} as agent, ${codeOf('region', 'region_id')} as region, exclusive, ${dated} from territory`,
    ),
    products: await read<'products'>(
      `select code, ${codeOf('product_category', 'category_id')} as category from product`,
    ),
    floors: await read<'floors'>(`select ${codeOf('product', 'product_id')} as product,
      ${codeOf('product_category', 'product_category_id')} as category, ${codeOf('region', 'region_id')} as region,
      ${codeOf('channel_type', 'channel_type_id')} as channel, currency, price, ${dated} from price_floor`),
    cells: await read<'cells'>(`select ${codeOf('channel_type', 'channel_type_id')} as channel,
      ${codeOf('product_category', 'product_category_id')} as category, ${codeOf('segment', 'segment_id')} as segment, allowed, ${dated}
      from matrix_cell`),
    requirements: await read<'requirements'>(`select ${codeOf('course', 'course_id')} as course,
      ${codeOf('channel_type', 'channel_type_id')} as channel, ${codeOf('product_category', 'product_category_id')} as category, ${dated}
      from course_requirement where purpose = 'AUTHORISATION'`),
    results:
      await read<'results'>(`select ${codeOf('course', 'course_id')} as course, ${codeOf('agent', 'agent_id')} as agent, passed,
      taken_on::text as "from", expires_on::text as "to" from training_result`),
    deals: await read<'deals'>(`select code, ${codeOf('agent', 'agent_id')} as agent, customer_id as customer,
      ${codeOf('product', 'product_id')} as product, ${codeOf('product_category', 'product_category_id')} as category, state::text,
      ${instantText('protected_from')} as "from", ${instantText('protected_until')} as until from deal_registration`),
    versions:
      await read<'versions'>(`select ${codeOf('conflict_rule', 'rule_id')} as rule, number, valid_from::text as "validFrom", definition
      from conflict_rule_version`),
    events:
      await read<'events'>(`select source || '/' || external_id as key, source, external_id as "externalId", type::text,
      ${instantText('occurred_at')} as at, ${codeOf('agent', 'agent_id')} as agent, ${codeOf('product', 'product_id')} as product, quantity, amount,
      currency, ${codeOf('region', 'region_id')} as region, ${codeOf('segment', 'segment_id')} as segment, customer_id as customer,
      subscription_id as subscription, ${codeOf('campaign', 'campaign_id')} as campaign, list_price as "listPrice",
      original_external_id as original from sales_event`),
  };
}

type Found = { readonly key: string; readonly state: string; readonly gone: boolean; readonly findings: HitFinding[] };

/** All cases, as `rule source/external_id`. */
export async function loadHits({ owner }: Databases): Promise<Found[]> {
  return owner.$client<Found[]>`
    select rule.code || ' ' || event.source || '/' || event.external_id as key, found.state, hit.gone_at is not null as gone,
      hit.facts -> 'findings' as findings
    from conflict_hit hit join conflict_case found on found.id = hit.case_id join conflict_rule rule on rule.id = hit.rule_id
    join sales_event event on event.id = hit.event_id order by 1`;
}
