import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectImport, detectPending, detectPeriod } from '../../src/conflicts/detection/detect.ts';
import type { Databases } from '../../src/db/client.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { clerk, now, october, september } from '../support/books.ts';
import { allowEmptying } from '../support/reset.ts';
import { expectedHits } from './detectionOracle.ts';
import { loadHits, loadWorld, setUpDetection } from './detectionWorld.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpDetection(databases);
  await allowEmptying(databases);
});

const emptied = [
  ...[
    'conflict_step',
    'conflict_party',
    'conflict_hit',
    'event_award',
    'event_crediting',
    'conflict_case',
    'conflict_rule_version',
  ],
  ...[
    'conflict_rule',
    'conflict_scan',
    'notice',
    'deal_registration',
    'training_result',
    'course_requirement',
    'price_floor',
    'matrix_cell',
  ],
  ...['territory', 'agent_parent', 'agent_region', 'event_credit', 'sales_event', 'event_import', 'conflict_stale'],
];
const empty = () => databases.owner.$client.unsafe(emptied.map((table) => `delete from ${table}`).join(';'));

const days = [
  '2026-09-26',
  '2026-09-28',
  '2026-09-29',
  '2026-09-30',
  '2026-10-01',
  '2026-10-02',
  '2026-10-04',
  '2026-10-05',
];
const day = fc.constantFrom(...days);
const someDay = fc.option(day, { nil: null, freq: 2 });
const agent = fc.constantFrom('A', 'B', 'C', 'D', 'M');
const seller = fc.constantFrom('A', 'B', 'C', 'D');
const region = fc.constantFrom('ALL', 'NORTH', 'N1', 'N2', 'SOUTH', 'S1');
const product = fc.constantFrom('FIBER', 'DSL', 'BOX', 'VOICE');
const category = fc.constantFrom('BB', 'TV');
const channel = fc.constantFrom('AGENT', 'ONLINE');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 3 });

const sale = fc.record({
  type: fc.constantFrom('ACTIVATION', 'ACTIVATION', 'RENEWAL', 'BILL'),
  at: fc.tuple(day, fc.constantFrom('00:00:00', '00:00:00.000001', '10:00:00', '23:59:59.999999')),
  agentCode: seller,
  productCode: product,
  quantity: fc.constantFrom('1', '2', '0'),
  amount: fc.constantFrom('10', '19.99', '20', '30'),
  currency: fc.constantFrom('CNY', 'CNY', 'CNY', 'USD'),
  regionCode: maybe(region),
  segment: maybe(fc.constantFrom('PUB', 'ENT')),
  customerId: fc.constantFrom('K1', 'K2', 'K3', null),
  subscriptionId: fc.option(fc.constantFrom('S1', 'S2'), { nil: null, freq: 1 }),
  campaignCode: fc.option(fc.constantFrom('K1', 'K2'), { nil: null, freq: 1 }),
  listPrice: maybe(fc.constantFrom('20', '25')),
  isReversed: fc.constantFrom(true, false, false),
});

const scope = fc.record({
  events: fc.constantFrom(['ACTIVATION'], ['ACTIVATION', 'RENEWAL'], ['ACTIVATION', 'RENEWAL', 'BILL']),
  channelTypes: fc.constantFrom([], [], ['AGENT']),
  regions: fc.constantFrom([], [], ['NORTH'], ['S1', 'N2']),
  categories: fc.constantFrom([], [], ['BB'], ['BB', 'TV']),
});
const windowDays = fc.constantFrom(1, 2, 4, 7);
const some = <Value>(...values: Value[]) => fc.subarray(values, { minLength: 1 });
const kinds = [
  fc.record({
    kind: fc.constant('TERRITORY'),
    tests: some('OUTSIDE_OWN', 'INSIDE_EXCLUSIVE'),
    withoutTerritory: fc.constantFrom('HIT', 'IGNORE'),
  }),
  fc.record({ kind: fc.constant('OWNERSHIP'), protects: some('REGISTRATION', 'CUSTOMER'), windowDays }),
  fc.record({ kind: fc.constant('DUPLICATE'), windowDays, same: fc.constantFrom('PRODUCT', 'CATEGORY') }),
  fc.record({ kind: fc.constant('PRICE_FLOOR'), percentOfListPrice: fc.constantFrom(undefined, '80') }),
  fc.record({
    kind: fc.constant('AUTHORISATION'),
    tests: some('MATRIX', 'CERTIFICATION'),
    unlisted: fc.constantFrom('ALLOWED', 'REFUSED'),
  }),
  fc.record({ kind: fc.constant('CAMPAIGN_OVERLAP'), windowDays }),
];
/** Versions of a rule of each kind. */
const versions = kinds.map((kind: fc.Arbitrary<{ kind: string }>) =>
  fc.record({
    validFrom: fc.constantFrom('2026-01-01', '2026-01-01', '2026-09-29', '2026-10-01'),
    definition: fc
      .tuple(kind, scope, fc.constantFrom('FLAG', 'HOLD', 'REJECT'), fc.constantFrom(true, true, true, false))
      .map(([rest, within, effect, enabled]) => ({
        ...rest,
        scope: within,
        effect,
        enabled,
        dueDays: 5,
        appealDays: 5,
      })),
  }),
);

const idOf = (table: string, code: string | null) =>
  code === null ? 'null' : `(select id from ${table} where code = '${code}')`;
const date = (text: string | null) => (text === null ? 'null' : `'${text}'::date`);

const publications = versions.map((version) =>
  version.map(
    ({ validFrom, definition }) =>
      `with known as (
         insert into conflict_rule (code, name) values ('${definition.kind}', 'Rule') on conflict (code) do update set name = excluded.name returning id
       )
       insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
       select known.id, 1 + count(version.id), '${validFrom}', '${JSON.stringify(definition)}', 'anna', now()
       from known left join conflict_rule_version version on version.rule_id = known.id
       group by known.id having coalesce(max(version.valid_from), '${validFrom}') <= '${validFrom}'`,
  ),
);

/** Changes of facts, as statements; those that the database refuses leave everything as it is. */
const change = fc.oneof(
  fc.tuple(agent, region, fc.boolean(), day, someDay).map(
    ([who, where, exclusive, from, to]) =>
      `insert into territory (agent_id, region_id, exclusive, valid_from, valid_to)
       values (${idOf('agent', who)}, ${idOf('region', where)}, ${exclusive}, ${date(from)}, ${date(to)})`,
  ),
  fc.tuple(seller, agent, day, someDay).map(
    ([who, above, from, to]) =>
      `insert into agent_parent (agent_id, parent_id, valid_from, valid_to)
       values (${idOf('agent', who)}, ${idOf('agent', above)}, ${date(from)}, ${date(to)})`,
  ),
  fc.tuple(seller, region, day, someDay).map(
    ([who, where, from, to]) =>
      `insert into agent_region (agent_id, region_id, valid_from, valid_to)
       values (${idOf('agent', who)}, ${idOf('region', where)}, ${date(from)}, ${date(to)})`,
  ),
  fc
    .tuple(
      fc.boolean(),
      product,
      category,
      maybe(region),
      maybe(channel),
      fc.constantFrom('15', '20.00', '25'),
      day,
      someDay,
    )
    .map(
      ([byProduct, what, of, where, through, price, from, to]) =>
        `insert into price_floor (product_id, product_category_id, region_id, channel_type_id, currency, price, valid_from, valid_to)
       values (${idOf('product', byProduct ? what : null)}, ${idOf('product_category', byProduct ? null : of)}, ${idOf('region', where)},
         ${idOf('channel_type', through)}, 'CNY', ${price}, ${date(from)}, ${date(to)})`,
    ),
  fc.tuple(channel, category, maybe(fc.constantFrom('PUB', 'ENT')), fc.boolean(), day, someDay).map(
    ([through, of, segment, allowed, from, to]) =>
      `insert into matrix_cell (channel_type_id, product_category_id, segment_id, allowed, valid_from, valid_to)
       values (${idOf('channel_type', through)}, ${idOf('product_category', of)}, ${idOf('segment', segment)}, ${allowed}, ${date(from)}, ${date(to)})`,
  ),
  fc.tuple(fc.constantFrom('C1', 'C2'), maybe(channel), category, day, someDay).map(
    ([course, through, of, from, to]) =>
      `insert into course_requirement (course_id, purpose, channel_type_id, product_category_id, valid_from, valid_to)
       values (${idOf('course', course)}, 'AUTHORISATION', ${idOf('channel_type', through)}, ${idOf('product_category', of)}, ${date(from)}, ${date(to)})`,
  ),
  fc.tuple(fc.constantFrom('C1', 'C2'), seller, fc.constantFrom(true, true, false), day, someDay).map(
    ([course, who, passed, from, to]) =>
      `insert into training_result (course_id, agent_id, passed, taken_on, expires_on)
       values (${idOf('course', course)}, ${idOf('agent', who)}, ${passed}, ${date(from)}, ${date(to)})`,
  ),
  fc
    .tuple(
      seller,
      fc.constantFrom('K1', 'K2', 'K3'),
      maybe(product),
      maybe(category),
      fc.constantFrom('PROTECTED', 'WON', 'WITHDRAWN', 'QUEUED'),
      day,
      day,
    )
    .map(
      ([who, customer, what, of, state, from, until]) =>
        `insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, product_id, product_category_id, state,
           registered_by, registered_at, protected_from, protected_until, protected_until_day)
         values (${idOf('agent', who)}, (select min(id) from registration_policy_version), '${customer}', 'Customer', ${idOf('product', what)},
           ${idOf('product_category', what === null ? of : null)}, '${state}', 'anna', '2026-09-01',
           ${state === 'QUEUED' ? 'null, null, null' : `'${from}T00:00+08'::timestamptz, '${until}T00:00+08'::timestamptz, '${until}'`})`,
    ),
  fc
    .constantFrom('territory', 'agent_parent', 'agent_region', 'price_floor', 'matrix_cell', 'course_requirement')
    .map((table) => `delete from ${table} where id = (select max(id) from ${table})`),
  fc
    .constantFrom('territory', 'agent_parent', 'agent_region', 'price_floor', 'matrix_cell', 'course_requirement')
    .chain((table) =>
      day.map((to) => `update ${table} set valid_to = '${to}' where id = (select min(id) from ${table})`),
    ),
  fc
    .constantFrom('LOST', 'PROTECTED')
    .map(
      (state) =>
        `update deal_registration set state = '${state}' where id = (select max(id) from deal_registration where protected_from is not null)`,
    ),
  ...publications,
);

type Action =
  | { readonly kind: 'change'; readonly statement: string }
  | { readonly kind: 'import'; readonly count: number; readonly detects: boolean }
  | { readonly kind: 'detect' };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: change.map((statement) => ({ kind: 'change', statement }) as const) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.nat({ max: 12 }), fc.boolean())
      .map(([count, detects]) => ({ kind: 'import', count: count + 1, detects }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'detect' } as const) },
);

/** Rules and some facts, in any order, before anything else happens. */
const beginning: fc.Arbitrary<Action[]> = fc
  .tuple(fc.tuple(...publications), fc.array(change, { minLength: 10, maxLength: 30, size: 'max' }))
  .chain(([rules, facts]) => fc.shuffledSubarray([...rules, ...facts], { minLength: rules.length + facts.length }))
  .map((statements) => statements.map((statement) => ({ kind: 'change', statement }) as const));

type Sale = typeof sale extends fc.Arbitrary<infer Value> ? Value : never;

/** Events in the order in which they are brought in: a reversal anywhere after its original. */
function toInputs(sales: readonly Sale[]): EventInput[] {
  const inputs = sales.map(({ at: [on, time], isReversed: _, ...rest }, index) => ({
    ...rest,
    source: index % 3 === 0 ? 'B' : 'A',
    externalId: `E${index}`,
    occurredAt: `${on}T${time}+08:00`,
  }));
  const reversals = sales.flatMap(({ at: [on], isReversed }, index) =>
    isReversed && index % 2 === 0
      ? [
          {
            source: index % 3 === 0 ? 'B' : 'A',
            externalId: `R${index}`,
            type: 'REVERSAL',
            occurredAt: `${on}T23:59:59.999999+08:00`,
            agentCode: 'A',
            productCode: 'FIBER',
            quantity: '1',
            amount: '0',
            currency: 'CNY',
            originalExternalId: `E${index}`,
          },
        ]
      : [],
  );
  return [...inputs, ...reversals];
}

async function play(actions: readonly Action[], events: readonly EventInput[]): Promise<void> {
  const { owner } = databases;
  const waiting = [...events];
  const bring = (count: number, detects: boolean) =>
    owner.transaction(async (transaction) => {
      const { importId, rejections } = await importEventBatch(transaction, clerk, now, waiting.splice(0, count), {
        atomic: true,
      });
      if (rejections.length > 0) throw new Error(JSON.stringify(rejections));
      if (detects && importId !== null) await detectImport(transaction, clerk, now, importId);
    });
  for (const each of actions) {
    if (each.kind === 'change') await owner.$client.unsafe(each.statement).catch(refusedOnly);
    else if (each.kind === 'detect') await detectPending(databases, clerk, now);
    else if (waiting.length > 0) await bring(each.count, each.detects);
  }
  if (waiting.length > 0) await bring(waiting.length, false);
  await detectPending(databases, clerk, now);
}

const refusedOnly = (error: { code?: string }) => {
  if (!error.code?.startsWith('23') && error.code !== 'P0001') throw error;
};

/** Worlds are tried for so long; a scan is many small statements, slow where others work on the same server. */
const milliseconds = Number(process.env.DETECTION_SECONDS ?? 3) * 1000;

describe('detection', () => {
  it('finds what the facts say, in whatever order and batches they came, and nothing new when it is repeated', {
    timeout: 280_000,
  }, async () => {
    let worldCount = 0;
    let hitCount = 0;
    await fc.assert(
      fc.asyncProperty(
        beginning,
        fc.array(action, { minLength: 5, maxLength: 20 }),
        fc.array(sale, { minLength: 20, maxLength: 50, size: 'max' }),
        async (first, actions, sales) => {
          await empty();
          await play([...first, ...actions], toInputs(sales));
          const expected = expectedHits(await loadWorld(databases));
          const found = await loadHits(databases);
          const standing = found.filter(({ gone }) => !gone);
          expect(Object.fromEntries(standing.map(({ key, findings }) => [key, findings]))).toEqual(
            Object.fromEntries(expected),
          );
          expect(standing.every(({ state }) => state === 'OPEN')).toBe(true);
          expect(found.every(({ gone, state }) => !gone || state === 'CLOSED')).toBe(true);
          worldCount += 1;
          hitCount += expected.size;

          for (const period of [september, october]) {
            expect(await detectPeriod(databases, clerk, now, period)).toMatchObject({
              opened: 0,
              reopened: 0,
              closed: 0,
            });
          }
          expect(await loadHits(databases)).toEqual(found);
          expect(await detectPending(databases, clerk, now)).toMatchObject({ scanned: 0 });
        },
      ),
      {
        numRuns: 10_000,
        interruptAfterTimeLimit: milliseconds,
        ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
      },
    );
    if (process.env.DETECTION_SECONDS) process.stderr.write(`${worldCount} worlds, ${hitCount} hits\n`);
    expect(hitCount).toBeGreaterThan(0);
  });
});
