import { rawSql, type Transaction } from '../../db/client.ts';
import { applies } from './scanRules.ts';
import { addFindings, type OnStep } from './scanText.ts';

// What an event breaks by itself (DOMAIN.md §8): territories, prices, the matrix, certificates. Each kind is one statement over
// scan_fact; candidates are found first, since they are few, and rules joined to them.

/** Adds what kinds find that look at one event alone. Kinds without a rule cost nothing. */
export async function writeBreaches(transaction: Transaction, onStep: OnStep): Promise<void> {
  const sql = rawSql(transaction);
  const wanted = await wantedTests(transaction);
  if (wanted.has('OUTSIDE_OWN') || wanted.has('INSIDE_EXCLUSIVE')) {
    onStep('territories', 20);
    await sql.unsafe(placeStatements);
    if (wanted.has('OUTSIDE_OWN')) await sql.unsafe(outsideOwn);
    if (wanted.has('INSIDE_EXCLUSIVE')) await sql.unsafe(insideExclusive);
  }
  onStep('prices', 40);
  if (wanted.has('PRICE_FLOOR')) await sql.unsafe(priceFloor);
  if (wanted.has('LIST_PRICE')) await sql.unsafe(listPrice);
  onStep('authorisation', 50);
  if (wanted.has('MATRIX')) await sql.unsafe(matrix);
  if (wanted.has('CERTIFICATION')) await sql.unsafe(certification);
}

/** The tests that some rule asks for. */
async function wantedTests(transaction: Transaction): Promise<ReadonlySet<string>> {
  const rows = await rawSql(transaction)<{ test: string }[]>`
    select jsonb_array_elements_text(definition -> 'tests') as test from scan_rule where definition ? 'tests'
    union select 'PRICE_FLOOR' from scan_rule where kind = 'PRICE_FLOOR'
    union select 'LIST_PRICE' from scan_rule where definition ->> 'percentOfListPrice' is not null`;
  return new Set(rows.map(({ test }) => test));
}

const holds = (days: string, date: string) =>
  `${days}.valid_from <= ${date} and (${days}.valid_to is null or ${days}.valid_to > ${date})`;
const within = (days: string) => `fact.local_date >= ${days}.from_date and fact.local_date < ${days}.to_date`;

// scan_chain: each agent and who stands above it, itself too, on [from_date, to_date). scan_place: where agents sold at all. scan_cover: the
// days on which a right of the agent, or of one above it, covers such a place.
const placeStatements = `
  create unlogged table scan_chain as
  with recursive chain as (
    select id as agent_id, id as above_id, '-infinity'::date as from_date, 'infinity'::date as to_date from agent
    union all
    select chain.agent_id, link.parent_id, greatest(chain.from_date, link.valid_from), least(chain.to_date, coalesce(link.valid_to, 'infinity'))
    from chain join agent_parent link on link.agent_id = chain.above_id
      and link.valid_from < chain.to_date and coalesce(link.valid_to, 'infinity') > chain.from_date
  )
  select * from chain;
  create index on scan_chain (agent_id, above_id);
  analyze scan_chain;
  create unlogged table scan_place as
  select distinct agent_id, region_id from scan_fact where region_id is not null;
  analyze scan_place;
  create unlogged table scan_cover as
  select place.agent_id, place.region_id, greatest(chain.from_date, own.valid_from) as from_date,
    least(chain.to_date, coalesce(own.valid_to, 'infinity')) as to_date
  from scan_place place join scan_chain chain on chain.agent_id = place.agent_id
  join territory own on own.agent_id = chain.above_id
  join scan_path path on path.region_id = place.region_id and path.above_id = own.region_id
  where greatest(chain.from_date, own.valid_from) < least(chain.to_date, coalesce(own.valid_to, 'infinity'));
  analyze scan_cover`;

const outsideOwn = `
  ${addFindings(
    'outside_own',
    'region_id',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'OUTSIDE_OWN', fact.region_id
  from (
    select fact.*, exists (
      select from scan_chain chain join territory own on own.agent_id = chain.above_id
      where chain.agent_id = fact.agent_id and ${within('chain')} and ${holds('own', 'fact.local_date')}) as holds_any
    from scan_fact fact
    where fact.region_id is not null and not exists (
      select from scan_cover cover where cover.agent_id = fact.agent_id and cover.region_id = fact.region_id and ${within('cover')})
  ) fact
  join scan_rule rule on ${applies('TERRITORY')}
  where rule.definition -> 'tests' ? 'OUTSIDE_OWN' and (fact.holds_any or rule.definition ->> 'withoutTerritory' = 'HIT')`,
  )}`;

/** SQL: whether two agents stand above one another on all of the right's days, or on the event's. */
const related = (one: string, other: string, days: string) =>
  `exists (select from scan_chain chain where chain.agent_id = ${one} and chain.above_id = ${other} and ${days})`;
const allDays =
  "chain.from_date <= exclusive.valid_from and chain.to_date >= coalesce(exclusive.valid_to, 'infinity'::date)";

const insideExclusive = `
  create unlogged table scan_foreign as
  select place.agent_id, place.region_id, exclusive.agent_id as holder_id, exclusive.valid_from as from_date,
    coalesce(exclusive.valid_to, 'infinity') as to_date
  from scan_place place join scan_path path on path.region_id = place.region_id
  join territory exclusive on exclusive.exclusive and exclusive.region_id = path.above_id and exclusive.agent_id <> place.agent_id
  where not ${related('place.agent_id', 'exclusive.agent_id', allDays)}
    and not ${related('exclusive.agent_id', 'place.agent_id', allDays)};
  analyze scan_foreign;
  ${addFindings(
    'inside_exclusive',
    'agent_id, region_id',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'INSIDE_EXCLUSIVE', fact.holder_id, fact.region_id
  from (
    select fact.*, foreign_right.holder_id
    from scan_fact fact join scan_foreign foreign_right
      on foreign_right.agent_id = fact.agent_id and foreign_right.region_id = fact.region_id and ${within('foreign_right')}
    where not ${related('fact.agent_id', 'foreign_right.holder_id', within('chain'))}
      and not ${related('foreign_right.holder_id', 'fact.agent_id', within('chain'))}
  ) fact
  join scan_rule rule on ${applies('TERRITORY')}
  where rule.definition -> 'tests' ? 'INSIDE_EXCLUSIVE'`,
  )}`;

// A price is looked at closely only where the highest floor of its product or category is above it: that leaves a few.
const floorCandidate = (condition: string) => `
  select fact.*, floor.price, floor.product_id is not null as is_product, coalesce(path.above_depth, 0) as depth,
    floor.channel_type_id is not null as is_channel
  from scan_low fact join price_floor floor on ${condition} and floor.currency = fact.currency
    and (floor.channel_type_id is null or floor.channel_type_id = fact.channel_type_id) and ${holds('floor', 'fact.local_date')}
  left join scan_path path on path.region_id = fact.region_id and path.above_id = floor.region_id
  where floor.region_id is null or path.above_id is not null`;
const highestFloor = (column: string) =>
  `(select ${column} as id, currency, max(price) as price from price_floor where ${column} is not null group by ${column}, currency)`;

const priceFloor = `
  create unlogged table scan_low as
  select fact.* from scan_fact fact
  left join ${highestFloor('product_id')} own on own.id = fact.product_id and own.currency = fact.currency
  left join ${highestFloor('product_category_id')} general on general.id = fact.category_id and general.currency = fact.currency
  where fact.quantity > 0 and fact.amount < fact.quantity * greatest(own.price, general.price);
  analyze scan_low;
  ${addFindings(
    'price_floor',
    'floor_price, currency',
    `
  with found as materialized (
    select distinct on (event_id) * from (
      ${floorCandidate('floor.product_id = fact.product_id')}
      union all
      ${floorCandidate('floor.product_category_id = fact.category_id')}
    ) candidate
    order by event_id, is_product desc, depth desc, is_channel desc
  )
  select rule.rule_id, rule.version_id, fact.event_id, 'PRICE_FLOOR', fact.price, fact.currency
  from found fact join scan_rule rule on ${applies('PRICE_FLOOR')}
  where fact.amount < fact.price * fact.quantity`,
  )}`;

const listPrice = `
  ${addFindings(
    'list_price',
    'currency',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'LIST_PRICE', fact.currency
  from scan_fact fact join scan_rule rule on ${applies('PRICE_FLOOR')}
  where fact.quantity > 0 and fact.list_price is not null
    and fact.amount * 100 < (rule.definition ->> 'percentOfListPrice')::numeric * fact.list_price * fact.quantity`,
  )}`;

const cellOf = (cell: string) =>
  `${cell}.channel_type_id = fact.channel_type_id and ${cell}.product_category_id = fact.category_id and ${holds(cell, 'fact.local_date')}`;

// Cells are looked up once for each combination and day that occurs, not for each event; few of these are not allowed.
const matrix = `
  create unlogged table scan_combination as
  select distinct channel_type_id, category_id, segment_id, local_date from scan_fact where category_id is not null;
  analyze scan_combination;
  create unlogged table scan_refused as
  select fact.*, coalesce(own.allowed, general.allowed) as allowed
  from scan_combination fact
  left join matrix_cell own on ${cellOf('own')} and own.segment_id = fact.segment_id
  left join matrix_cell general on ${cellOf('general')} and general.segment_id is null
  where coalesce(own.allowed, general.allowed) is distinct from true;
  analyze scan_refused;
  ${addFindings(
    'matrix',
    '',
    `
  select rule.rule_id, rule.version_id, fact.event_id, 'MATRIX'
  from scan_fact fact
  join scan_refused refused on refused.channel_type_id = fact.channel_type_id and refused.category_id = fact.category_id
    and refused.local_date = fact.local_date and coalesce(refused.segment_id, 0) = coalesce(fact.segment_id, 0)
  join scan_rule rule on ${applies('AUTHORISATION')}
  where rule.definition -> 'tests' ? 'MATRIX' and (not refused.allowed or refused.allowed is null and rule.definition ->> 'unlisted' = 'REFUSED')`,
  )}`;

const certification = `
  ${addFindings(
    'certification',
    'course_id',
    `
  select distinct rule.rule_id, rule.version_id, fact.event_id, 'CERTIFICATION', fact.course_id
  from (
    select fact.*, needed.course_id
    from scan_fact fact join course_requirement needed on needed.purpose = 'AUTHORISATION' and needed.product_category_id = fact.category_id
      and (needed.channel_type_id is null or needed.channel_type_id = fact.channel_type_id) and ${holds('needed', 'fact.local_date')}
    where not exists (
      select from training_result result where result.agent_id = fact.agent_id and result.course_id = needed.course_id and result.passed
        and result.taken_on <= fact.local_date and (result.expires_on is null or result.expires_on > fact.local_date))
  ) fact
  join scan_rule rule on ${applies('AUTHORISATION')}
  where rule.definition -> 'tests' ? 'CERTIFICATION'`,
  )}`;
