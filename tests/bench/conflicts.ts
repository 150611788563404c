import { detectPending, detectPeriod } from '../../src/conflicts/detection/detect.ts';
import { publishConflictRule } from '../../src/conflicts/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { type Comparison, compare, StepClock, seconds } from './measure.ts';
import { actor, now } from './month.ts';
import { agentCount, period, territory } from './province.ts';

// All six kinds of conflicts over a month of one million sales by 10,000 agents, against one join over the same rows. Each kind hits a
// few of a thousand sales, all together a few of a hundred. A round finds everything anew: cases, parties, steps and notices are written each time.

const saleCount = 1_000_000;

const programme = JSON.stringify({
  ...territory,
  productCategories: [
    { code: 'BROADBAND', name: 'Broadband' },
    { code: 'DEVICES', name: 'Devices' },
  ],
  products: [
    { code: 'FIBER', name: 'Fibre', category: 'BROADBAND' },
    { code: 'DSL', name: 'Dsl', category: 'BROADBAND' },
    { code: 'BOX', name: 'Box', category: 'DEVICES' },
  ],
  campaigns: [
    { code: 'SUMMER', name: 'Summer', startsOn: '2026-01-01' },
    { code: 'AUTUMN', name: 'Autumn', startsOn: '2026-01-01' },
  ],
});

const common = { effect: 'FLAG', scope: { events: ['ACTIVATION', 'RENEWAL'] }, dueDays: 10, appealDays: 10 };
const rules = {
  TERRITORY: { kind: 'TERRITORY', tests: ['OUTSIDE_OWN', 'INSIDE_EXCLUSIVE'], withoutTerritory: 'HIT' },
  OWNERSHIP: { kind: 'OWNERSHIP', protects: ['REGISTRATION', 'CUSTOMER'], windowDays: 5 },
  DUPLICATE: { kind: 'DUPLICATE', windowDays: 20, same: 'PRODUCT' },
  PRICE_FLOOR: { kind: 'PRICE_FLOOR', percentOfListPrice: '50', effect: 'HOLD' },
  AUTHORISATION: { kind: 'AUTHORISATION', tests: ['MATRIX', 'CERTIFICATION'], unlisted: 'REFUSED' },
  CAMPAIGN_OVERLAP: { kind: 'CAMPAIGN_OVERLAP', windowDays: 20 },
};

// Agents: every tenth a master of the next nine, with a right in their region; those of the last ten regions have given theirs up for an
// exclusive one. Customers buy three times from the same agent; every two-hundredth sale is another agent's.
const facts = `
  insert into agent (code, name, channel_type_id)
  select 'A' || lpad(number::text, 5, '0'), 'Agent ' || number, (select id from channel_type) from generate_series(1, ${agentCount}) number;
  insert into agent_region (agent_id, region_id, valid_from)
  select agent.id, region.id, '2020-01-01' from agent join region on region.code = 'R-' || (agent.id / 10) % 290;
  insert into agent_parent (agent_id, parent_id, valid_from) select id, id - id % 10, '2020-01-01' from agent where id % 10 > 0 and id > 10;
  insert into territory (agent_id, region_id, valid_from)
  select agent_id, region_id, '2020-01-01' from agent_region where agent_id % 10 = 0 or agent_id < 10;
  insert into territory (agent_id, region_id, exclusive, valid_from)
  select 20 * (1 + number), region.id, true, '2020-01-01' from generate_series(1, 10) number join region on region.code = 'R-' || (289 + number);
  insert into matrix_cell (channel_type_id, product_category_id, allowed, valid_from)
  select channel_type.id, product_category.id, true, '2020-01-01' from channel_type, product_category;
  insert into segment (code, name) values ('CLOSED', 'Closed');
  insert into matrix_cell (channel_type_id, product_category_id, segment_id, allowed, valid_from)
  select channel_type.id, product_category.id, segment.id, false, '2020-01-01' from channel_type, product_category, segment where segment.code = 'CLOSED';
  insert into price_floor (product_category_id, currency, price, valid_from) select id, 'CNY', 90, '2020-01-01' from product_category;
  insert into price_floor (product_id, region_id, currency, price, valid_from)
  select product.id, region.id, 'CNY', 91, '2020-01-01' from product, region where product.code = 'FIBER' and region.code like 'R-1%';
  insert into course (code, name) values ('SALES', 'Sales');
  insert into course_requirement (course_id, purpose, product_category_id, valid_from)
  select course.id, 'AUTHORISATION', product_category.id, '2020-01-01' from course, product_category where product_category.code = 'DEVICES';
  insert into training_result (course_id, agent_id, taken_on, passed)
  select course.id, agent.id, '2020-01-01', true from course, agent where agent.id % 300 <> 0;
  insert into registration_policy (code, name) values ('P', 'Policy');
  insert into registration_policy_version (policy_id, number, valid_from, definition, published_by, published_at)
  select id, 1, '2020-01-01', '{}', 'bench', now() from registration_policy;
  insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, state, registered_by, registered_at, protected_from,
    protected_until, protected_until_day)
  select 1 + (number * 7) % ${agentCount}, (select id from registration_policy_version), 'C' || number * 150, 'Customer', 'PROTECTED', 'bench',
    '2026-09-01', '2026-09-01', '2026-10-20T16:00Z', '2026-10-21'
  from generate_series(1, 2200) number;
  insert into event_import (name, imported_by, imported_at, content_hash, row_count, accepted_count, duplicate_count, rejected_count, late_count)
  values ('bench', 'bench', now(), '', ${saleCount}, ${saleCount}, 0, 0, 0);
  insert into sales_event (source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, region_id, segment_id,
    customer_id, subscription_id, campaign_id, list_price, content_hash, import_id)
  select 'BSS', 'E' || number, (case number % 3 when 0 then 'ACTIVATION' else 'RENEWAL' end)::sales_event_type,
    '2026-10-01T00:00+08'::timestamptz + (number::bigint * 7919) % (30 * 86400) * interval '1 second', '${period}', agent.id,
    (array(select id from product order by id))[1 + number % 3], 1 + number % 2,
    (case when number % 211 = 0 then 80 else 100 + number % 50 end) * (1 + number % 2), 'CNY',
    case when number % 307 = 0 then (select id from region where code = 'R-295') when number % 311 = 0 then (select id from region where code = 'R-7') end,
    (select id from segment where code = case when number % 401 = 0 then 'CLOSED' else 'PUBLIC' end),
    'C' || number / 3, 'S' || number / 3, case when number % 290 < 3 then (array(select id from campaign order by id))[1 + (number / 2) % 2] end, 120,
    md5(number::text)::uuid, (select id from event_import)
  from generate_series(1, ${saleCount}) number
  join agent on agent.id = 1 + (case when number % 200 = 0 then number * 31 else number / 3 end) % ${agentCount};
  insert into conflict_scan select id, now() from event_import;
  vacuum analyze`;

async function prepareConflicts({ owner }: Databases): Promise<void> {
  await owner.transaction((transaction) => applyProgramme(transaction, actor, now, readProgramme(programme)));
  for (const statement of facts.split(';\n')) await owner.$client.unsafe(statement);
  await owner.transaction(async (transaction) => {
    for (const [code, definition] of Object.entries(rules)) {
      const rule = { code, name: code, validFrom: '2026-01-01', definition: { ...common, ...definition } };
      await publishConflictRule(transaction, actor, now, rule);
    }
  });
}

const written = ['notice', 'conflict_hit', 'event_award', 'event_crediting', 'conflict_case'];

/** Makes everything unfound, as fast as only a measurement may: without the triggers that keep what is written once. */
async function forget({ owner }: Databases): Promise<void> {
  const sql = owner.$client;
  const guards = await sql<{ table: string; name: string }[]>`
    select tgrelid::regclass::text as table, tgname as name from pg_trigger
    where not tgisinternal and tgfoid = 'refuse_change'::regproc and tgtype & 32 > 0`;
  const switchGuards = (to: string) =>
    guards.map(({ table, name }) => `alter table ${table} ${to} trigger ${name}`).join(';');
  await sql.unsafe(`${switchGuards('disable')}; truncate ${written.join(', ')} cascade; ${switchGuards('enable')}`);
}

export async function measureConflicts(databases: Databases, rounds: number): Promise<Comparison[]> {
  const { owner } = databases;
  const sql = owner.$client;
  await prepareConflicts(databases);
  const clock = new StepClock();
  const join = () =>
    seconds(
      () => sql`select event.agent_id, count(*), sum(other.amount), max(other.occurred_at)
        from sales_event event join sales_event other on other.customer_id = event.customer_id
        where event.period = ${period} group by event.agent_id`,
    );
  let found = 0;
  const detect = () =>
    seconds(async () => {
      clock.start();
      const result = await detectPeriod(databases, actor, now, period as Period, (step) => clock.next(step));
      clock.next('');
      found = result.found;
    });
  const floor = 'one join of the same events by customer, aggregated';
  const again = await sql`select from conflict_stale`;
  if (again.length > 0) await sql`delete from conflict_stale`;
  const name = 'conflicts of all six kinds';
  const first = await compare(
    { name: `${name}, found anew`, events: saleCount, floor, target: 5 },
    rounds,
    join,
    async () => {
      await forget(databases);
      return detect();
    },
  );
  const steps = clock.medians();
  const second = await compare(
    { name: `${name}, known already`, events: saleCount, floor, target: 5 },
    rounds,
    join,
    detect,
  );
  process.stderr.write(`${found} hits\n`);
  const importTime = await seconds(() => detectPending(databases, actor, now));
  process.stderr.write(`nothing pending: ${importTime.toFixed(3)} s\n`);
  return [{ ...first, steps }, second];
}
