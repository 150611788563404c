import { and, desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { agent, metricValue } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { award } from '../../src/awards/tables.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { notice } from '../../src/notices/tables.ts';
import type { Period } from '../../src/period.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from '../schema/world.ts';
import { apply, asOwner, calculate, clerk, codeOf, controller, now } from '../support/books.ts';

// The clock of this world stands at 5 December 2026; October is approved, November calculated. EAST: E1, E2, E3; WEST: W1.
let world: World;
const november = '2026-11' as Period;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await apply(
    world.databases,
    `pools:
  - { code: PRIZE, name: Prize, versions: [{ from: 2026-11-01, currency: CNY, fund: { fixed: 1000 }, weight: [{ factor: METRIC, metric: AWARD_TOP }], remainder: RETURN }] }
  - { code: QUARTERLY, name: Quarterly, versions: [{ from: 2026-11-01, currency: CNY, fund: { fixed: 10 }, period: QUARTER, weight: [{ factor: METRIC, metric: AWARD_QUARTERLY }], remainder: RETURN }] }
  - { code: AFTER, name: After, versions: [{ from: 2026-11-01, currency: CNY, fund: { fixed: 10 }, weight: [{ factor: METRIC, metric: AWARD_AFTER }], remainder: RETURN }] }`,
  );
  await asOwner(world.databases, async (transaction) => {
    for (const code of ['UNITS', 'SALES']) {
      await saveMetricDefinition(transaction, clerk, now, { code, name: code, definition: { source: 'IMPORTED' } });
    }
  });
  await setMetric('UNITS', '2026-11', { E1: '5', E2: '9', E3: '5', W1: '7' });
});

async function setMetric(metric: string, period: string, values: Record<string, string>) {
  const agents = new Map((await world.databases.owner.select().from(agent)).map(({ code, id }) => [code, id]));
  await world.databases.owner
    .insert(metricValue)
    .values(Object.entries(values).map(([code, value]) => ({ agentId: agents.get(code) ?? 0, metric, period, value })));
}

const orError = '... on UserError { code message at }';
const publishText = `mutation ($code: String!, $from: Date!, $definition: AwardRuleDefinitionInput!) {
  answer: publishAwardRule(code: $code, name: "The best", from: $from, definition: $definition) { ... on AwardRulePayload { number rule { name } } ${orError} } }`;
const winnersText = 'winners { agentCode rankedAmong place value }';
const grantText = `mutation ($rule: String!, $period: String!) { answer: grantAwards(rule: $rule, period: $period) {
  ... on AwardsPayload { version ${winnersText} } ${orError} } }`;

const cup = { kind: 'NON_CASH', text: 'a cup' };
const byUnits = { measure: { metric: 'UNITS' }, places: 2, prize: cup };
const publish = async (code: string, definition: object, from = '2026-01-01', person: Person = 'admin') =>
  (await data(world, person, publishText, { code, from, definition })).answer;
const grant = async (rule: string, period: string = november) =>
  (await data(world, 'admin', grantText, { rule, period })).answer;
const preview = async (rule: string, period: string = november) =>
  (await data(world, 'admin', `{ previewAwards(rule: "${rule}", period: "${period}") { version ${winnersText} } }`))
    .previewAwards;
type Winner = { agentCode: string; rankedAmong: string; place: number; value: string };
const brief = ({ winners }: { winners: Winner[] }) =>
  winners.map(({ agentCode, rankedAmong, place, value }) => [rankedAmong, place, agentCode, value].join(' ').trim());

describe('award rules', () => {
  it('are published in versions by administrators, and read by everybody who has to do with agents', async () => {
    expect(await publish('TEXT', byUnits)).toEqual({ number: 1, rule: { name: 'The best' } });
    expect(await publish('TEXT', byUnits)).toMatchObject({ number: 1 });
    expect(await publish('TEXT', { ...byUnits, places: 3, minimum: '1.50' }, '2026-11-01')).toMatchObject({
      number: 2,
    });
    expect(await publish('TEXT', byUnits, '2026-10-01')).toMatchObject({ code: 'VERSION_TOO_EARLY' });
    const asked = `{ awardRules { code versions { number from places lowestFirst minimum per measure { metric months aggregate }
      prize { kind text pool weights } } } }`;
    const { awardRules } = await data(world, 'agentW1', asked);
    expect(awardRules[0].versions[0]).toEqual({
      number: 2,
      from: '2026-11-01',
      places: 3,
      lowestFirst: false,
      minimum: '1.5',
      per: 'ALL',
      measure: { metric: 'UNITS', months: 1, aggregate: 'LATEST' },
      prize: { kind: 'NON_CASH', text: 'a cup', pool: null, weights: [] },
    });
  });

  it('may rank by what no catalogue lists: scores, ratings and what other awards gave', async () => {
    for (const metric of ['SCORE', 'RATING_SERVICE', 'AWARD_TEXT']) {
      expect(await publish(`BY-${metric}`, { ...byUnits, measure: { metric } })).toMatchObject({ number: 1 });
    }
  });

  it('are refused where they say too little or too much', async () => {
    const pool = { kind: 'POOL', pool: 'PRIZE', weights: [] };
    expect(await publish('BAD', { ...byUnits, prize: pool })).toMatchObject({
      code: 'INPUT_INVALID',
      at: 'definition.prize.weights',
    });
    expect(await publish('BAD', { ...byUnits, regionLevel: 2 })).toMatchObject({ at: 'definition.regionLevel' });
    expect(await publish('BAD', { ...byUnits, places: 0 })).toMatchObject({ at: 'definition.places' });
    expect(await publish('BAD', { ...byUnits, channelTypes: ['NONE'] })).toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect(await publish('B'.repeat(59), byUnits)).toMatchObject({ at: 'rule.code' });
    expect(await publish('BAD', { ...byUnits, measure: { metric: 'UNIT' } })).toEqual({
      code: 'METRIC_UNKNOWN',
      message: 'The catalogue has no metric UNIT.',
      at: 'definition.measure.metric',
    });
    expect(await world.databases.owner.query.awardRule.findFirst({ where: { code: 'BAD' } })).toBeUndefined();
  });
});

describe('previewing and granting', () => {
  it('ranks by all, by region and by a level of regions; a preview writes nothing', async () => {
    await publish('ALL', byUnits);
    expect(brief(await preview('ALL'))).toEqual(['1 E2 9', '2 W1 7']);
    await publish('REGION', { ...byUnits, per: 'REGION' });
    // E1 and E3 tie for the second place of EAST.
    expect(brief(await preview('REGION'))).toEqual(['EAST 1 E2 9', 'EAST 2 E1 5', 'EAST 2 E3 5', 'WEST 1 W1 7']);
    await publish('ROOTS', { ...byUnits, per: 'REGION_AND_CHANNEL_TYPE', regionLevel: 1, places: 1 });
    expect(brief(await preview('ROOTS'))).toEqual(['ROOT AGENT 1 E2 9']);
    await publish('DEEP', { ...byUnits, per: 'REGION', regionLevel: 3 });
    expect(brief(await preview('DEEP'))).toEqual([]);
    expect(await world.databases.owner.$count(award)).toBe(0);
  });

  it('grants once: rows, notices and one audit record; the same again changes nothing, other winners are refused', async () => {
    await publish('ONCE', { ...byUnits, per: 'REGION', places: 1 });
    expect(brief(await grant('ONCE'))).toEqual(['EAST 1 E2 9', 'WEST 1 W1 7']);
    const { owner } = world.databases;
    const records = () => owner.$count(auditRecord, eq(auditRecord.action, 'awards.granted'));
    const [record] = await owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({ action: 'awards.granted', entityKey: 'ONCE 2026-11', after: { winnerCount: 2 } });
    const told = await owner.select().from(notice).where(eq(notice.kind, 'AWARD_GRANTED'));
    expect(told.map(({ subject, details }) => [subject, details])).toContainEqual([
      'ONCE 2026-11',
      { award: 'The best', period: '2026-11', place: '1', value: '7', among: 'WEST', prize: 'a cup' },
    ]);
    const before = [await records(), await owner.$count(award)];
    expect(brief(await grant('ONCE'))).toEqual(['EAST 1 E2 9', 'WEST 1 W1 7']);
    expect([await records(), await owner.$count(award)]).toEqual(before);
    await owner.update(metricValue).set({ value: '10' }).where(eq(metricValue.value, '5'));
    expect(await grant('ONCE')).toMatchObject({ code: 'AWARDS_GRANTED', at: 'rule' });
    await owner.update(metricValue).set({ value: '5' }).where(eq(metricValue.value, '10'));
    expect([await records(), await owner.$count(award)]).toEqual(before);
  });

  it('is read by whom it concerns', async () => {
    const list = async (person: Person, args: string) => {
      const { awards } = await data(
        world,
        person,
        `{ awards(${args}) { nodes { agentCode period place prize { text } rule { code } } } }`,
      );
      return awards.nodes.map(({ agentCode }: { agentCode: string }) => agentCode);
    };
    expect(await list('auditor', 'rule: "ONCE"')).toEqual(expect.arrayContaining(['E2', 'W1']));
    expect(await list('agentE1', 'period: "2026-11"')).toEqual(['E2']);
    expect(await list('agentW1', 'agentCode: "E2"')).toEqual([]);
    expect(await list('managerWest', 'rule: "ONCE"')).toEqual(['W1']);
    expect(await list('admin', 'rule: "ALL"')).toEqual([]);
  });

  it('is refused before the month is over, without a version, and for what is not known', async () => {
    expect(await grant('ONCE', '2026-12')).toMatchObject({ code: 'PERIOD_NOT_OVER' });
    expect(await grant('ONCE', '2025-12')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await grant('NONE')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await grant('ONCE', '2026-1')).toMatchObject({ code: 'PERIOD_INVALID' });
    const { errors } = await ask(
      world,
      'managerEast',
      '{ previewAwards(rule: "ONCE", period: "2026-11") { version } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('what is not there yet', () => {
  it('wins nothing: scores before they are published, and figures that nobody has', async () => {
    await publish('SCORERS', { ...byUnits, measure: { metric: 'SCORE' } });
    await setMetric('SCORE', '2026-11', { E1: '80' });
    await world.databases.owner.$client`insert into score_round (period, state) values ('2026-11', 'CALCULATED')`;
    expect(await grant('SCORERS')).toMatchObject({ code: 'SCORES_NOT_PUBLISHED', at: 'period' });
    await world.databases.owner.$client`update score_round set state = 'PUBLISHED'`;
    expect(brief(await grant('SCORERS'))).toEqual(['1 E1 80']);
    await publish('TOO-HIGH', { ...byUnits, minimum: '1000' });
    expect(await grant('TOO-HIGH')).toMatchObject({ code: 'AWARDS_WITHOUT_WINNER' });
  });
});

describe('the prize of a pool', () => {
  const prize = { kind: 'POOL', pool: 'PRIZE', weights: ['3', '2', '1'] };

  it('needs a factor METRIC of the pool, which GraphQL publishes and shows', async () => {
    const publishPool = async (weight: object) => {
      const version = {
        from: '2026-11-01',
        currency: 'CNY',
        fund: { fixed: '5' },
        remainder: 'KEEP',
        weight: [weight],
      };
      const text = `mutation ($version: PoolVersionInput!) { answer: publishPoolVersion(pool: { code: "NEW", name: "New" }, version: $version) {
        __typename ${orError} } }`;
      return (await data(world, 'admin', text, { version })).answer;
    };
    expect(await publishPool({ factor: 'METRIC' })).toMatchObject({ code: 'PROGRAMME_INVALID' });
    expect(await publishPool({ factor: 'SCORE', metric: 'X' })).toMatchObject({ code: 'PROGRAMME_INVALID' });
    expect(await publishPool({ factor: 'METRIC', metric: 'AWARD_NEW' })).not.toHaveProperty('code');
    const { pools } = await data(
      world,
      'finance',
      '{ pools { code versions { weight { factor metric eventTypes } } } }',
    );
    const shown = pools.find(({ code }: { code: string }) => code === 'NEW').versions[0].weight;
    expect(shown).toEqual([{ factor: 'METRIC', metric: 'AWARD_NEW', eventTypes: [] }]);
  });

  it('is refused where the pool does not weigh by the award, or was shared already', async () => {
    await publish('OTHER', { ...byUnits, prize });
    expect(await grant('OTHER')).toMatchObject({ code: 'AWARD_POOL', at: 'PRIZE' });
    const noPool = await publish('NOPOOL', { ...byUnits, prize: { ...prize, pool: 'NONE' } });
    expect(noPool).toMatchObject({ code: 'REFERENCE_UNKNOWN', at: 'definition.prize.pool' });
    await publish('QUARTERLY', { ...byUnits, prize: { ...prize, pool: 'QUARTERLY' } });
    expect(await grant('QUARTERLY')).toMatchObject({ code: 'AWARD_POOL', at: 'QUARTERLY' });
    expect(await world.databases.owner.$count(metricValue, eq(metricValue.source, 'AWARDED'))).toBe(0);
  });

  it('is shared by the places: 1000.00 by 3 : 2 : 1 is 500.00, 333.33 and 166.67', async () => {
    // Of PRIZE only E1, E2 and W1 are members (E3 has no agreement). Units 8, 9 and 7: E2 first, E1 second, W1 third.
    await setMetric('SALES', '2026-11', { E1: '8', E2: '9', W1: '7', E3: '1' });
    await publish('TOP', { ...byUnits, measure: { metric: 'SALES' }, places: 3, prize });
    // What somebody imported under the name of the award does not share in the pool.
    await setMetric('AWARD_TOP', '2026-11', { E3: '50', W1: '60' });
    expect(brief(await grant('TOP'))).toEqual(['1 E2 9', '2 E1 8', '3 W1 7']);
    const run = await calculate(world.databases, november);
    const { owner } = world.databases;
    const lines = await owner.$client<{ text: string }[]>`
      select agent.code || ' ' || line.amount as text from commission_line line join agent on agent.id = line.agent_id
      join component on component.id = line.component_id
      where line.run_id = ${run.id} and line.kind = 'POOL' and component.code = 'PRIZE' order by agent.code`;
    expect(lines.map(({ text }) => text)).toEqual(['E1 333.33', 'E2 500.00', 'W1 166.67']);
    const explained = await data(
      world,
      'admin',
      '{ explainLine(lineId: "2026-11.POOL.PRIZE.PRIZE.E2.MEMBER") { __typename ... on Explanation { steps { label value } } } }',
    );
    expect(explained.explainLine.steps).toContainEqual({ label: 'weight', value: '3 = AWARD_TOP 3' });
    // The metric is an input of the run.
    const ofWinner = and(eq(metricValue.metric, 'AWARD_TOP'), eq(metricValue.value, '3'));
    const approve = () => asOwner(world.databases, (transaction) => approveRun(transaction, controller, now, run.id));
    await owner.update(metricValue).set({ value: '4' }).where(ofWinner);
    expect(await codeOf(approve())).toBe('RUN_STALE');
    const wasRaised = and(eq(metricValue.metric, 'AWARD_TOP'), eq(metricValue.value, '4'));
    await owner.update(metricValue).set({ value: '3' }).where(wasRaised);
    await approve();
    await publish('TOP', { ...byUnits, measure: { metric: 'SALES' }, places: 1, prize }, '2026-11-01');
    expect(await grant('TOP')).toMatchObject({ code: 'AWARDS_GRANTED' });
    await apply(
      world.databases,
      'pools: [{ code: LATEPOOL, name: L, versions: [{ from: 2026-12-01, currency: CNY, fund: { fixed: 1 }, weight: [{ factor: METRIC, metric: AWARD_LATE }], remainder: KEEP }] }]',
    );
    await publish('LATE', { ...byUnits, prize: { ...prize, pool: 'LATEPOOL' } });
    expect(await grant('LATE')).toMatchObject({ code: 'AWARD_POOL', at: 'LATEPOOL' });
    await publish('AFTER', { ...byUnits, prize: { ...prize, pool: 'AFTER' } });
    expect(await grant('AFTER')).toMatchObject({ code: 'PERIOD_APPROVED', at: 'AFTER' });
  });
});
