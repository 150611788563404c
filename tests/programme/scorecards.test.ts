import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { applyProgramme, type ProgrammeChange } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, now, smallProgramme } from './programmes.ts';

const scorecards = `
metrics:
  - code: REVENUE
    name: Revenue
    definition:
      source: COMPUTED
      unit: CNY
      formula: { kind: TOTAL, terms: [{ measure: AMOUNT, events: [BILL], products: [FIBER] }] }
  - { code: COMPLAINTS, name: Complaints, definition: { source: IMPORTED } }
scoreTemplates:
  - code: DEALER
    name: Dealers
    channelType: AGENT
    versions:
      - validFrom: 2026-01-01
        definition:
          items:
            - { code: MONEY, name: Money, metric: REVENUE, weight: 60, method: { kind: LINEAR, target: 10000 }, missing: ZERO }
            - { code: CALM, name: Calm, metric: COMPLAINTS, weight: 40, method: { kind: RANK, lowestFirst: true }, missing: EXCLUDE }
scoreTargets:
  - { metric: REVENUE, region: NORTH, validFrom: 2026-01-01, value: 8000 }
  - { metric: REVENUE, agent: M, validFrom: 2026-01-01, value: 12000.50 }
  - { metric: REVENUE, agent: M, validFrom: 2026-07-01, value: 15000 }
tierSchemes:
  - code: STARS
    name: Stars
    versions:
      - validFrom: 2026-01-01
        definition:
          evaluation: MONTHLY
          maxSteps: 1
          grace: 2
          protectionMonths: 3
          tiers:
            - { tier: T1 }
            - { tier: T2, entry: [{ kind: METRIC, metric: SCORE, months: 1, atLeast: 80 }], keep: [{ kind: METRIC, metric: SCORE, months: 1, atLeast: 60 }] }
loyaltyGrids:
  - code: GRID
    name: Grid
    versions:
      - validFrom: 2026-01-01
        definition:
          loyalty: { measure: { kind: MONTHS_OF_SERVICE }, bands: [{ code: NEW, name: New }, { code: OLD, name: Old, from: 12 }] }
          contribution: { measure: { kind: METRIC, metric: REVENUE, months: 3, aggregate: SUM }, bands: [{ code: ANY, name: Any }] }
awardRules:
  - code: BEST
    name: Best
    versions:
      - validFrom: 2026-01-01
        definition: { measure: { metric: SCORE }, per: REGION, places: 3, prize: { kind: NON_CASH, text: A cup } }
`;

let databases: Databases;
const rows = async (text: string) => [...(await databases.owner.execute(sql.raw(text)))];
const named = (changes: readonly ProgrammeChange[]) =>
  changes.map(({ action, entity, key }) => `${action} ${entity} ${key}`);
const replaced = (...pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the text does not hold ${from}`);
    return text.replace(from, to);
  }, scorecards);
const rehearse = (text: string) =>
  databases.owner.transaction((transaction) =>
    applyProgramme(transaction, localActor('tester'), now, readProgramme(text), { dryRun: true }),
  );

beforeEach(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

describe('the sections of a programme about scorecards', () => {
  it('create what they declare, each with its audit record, and nothing the second time', async () => {
    const expected = [
      'create metric REVENUE',
      'create metric COMPLAINTS',
      'create scoreTarget REVENUE region NORTH@2026-01-01',
      'create scoreTarget REVENUE agent M@2026-01-01',
      'create scoreTarget REVENUE agent M@2026-07-01',
      'create scoreTemplate DEALER',
      'create scoreTemplateVersion DEALER@2026-01-01',
      'create tierScheme STARS',
      'create tierSchemeVersion STARS@2026-01-01',
      'create loyaltyGrid GRID',
      'create loyaltyGridVersion GRID@2026-01-01',
      'create awardRule BEST',
      'create awardRuleVersion BEST@2026-01-01',
    ];
    expect(named((await rehearse(scorecards)).changes)).toEqual(expected);
    expect(await rows('select code from metric_definition')).toEqual([]);
    expect(named(await apply(databases, scorecards))).toEqual(expected);
    expect(await apply(databases, scorecards)).toEqual([]);
    expect(
      await rows(`
        select agent.code as agent, region.code as region, value, target.valid_to::text as to from score_target target
        left join agent on agent.id = agent_id left join region on region.id = region_id order by target.id`),
    ).toEqual([
      { agent: null, region: 'NORTH', value: '8000', to: null },
      { agent: 'M', region: null, value: '12000.5', to: '2026-07-01' },
      { agent: 'M', region: null, value: '15000', to: null },
    ]);
    expect(
      await rows(`
        select definition -> 'items' -> 0 ->> 'weight' as weight, definition ->> 'maximum' as most, channel_type_id is not null as own
        from score_template_version join score_template template on template.id = template_id`),
    ).toEqual([{ weight: '60', most: '100', own: true }]);
    const actions = await rows(`
      select action, count(*)::integer from audit_record where entity similar to '(metric|score|tier|loyalty|award)%_%' group by 1 order by 1`);
    expect(actions).toEqual([
      { action: 'award_rule.declared', count: 1 },
      { action: 'award_rule.published', count: 1 },
      { action: 'loyalty_grid.declared', count: 1 },
      { action: 'loyalty_grid.published', count: 1 },
      { action: 'metric_definition.created', count: 2 },
      { action: 'score_template.declared', count: 1 },
      { action: 'score_template.published', count: 1 },
      { action: 'targets.saved', count: 1 },
      { action: 'tier_scheme.declared', count: 1 },
      { action: 'tier_scheme.published', count: 1 },
    ]);
  });

  it('rename, change metrics and targets, and publish further versions', async () => {
    await apply(databases, scorecards);
    const changed = replaced(
      ['name: Revenue', 'name: Turnover'],
      ['value: 15000', 'value: 16000'],
      ['name: Stars', 'name: Star tiers'],
      [
        'loyaltyGrids:',
        `      - validFrom: 2026-07-01
        definition: { evaluation: QUARTERLY, maxSteps: 1, grace: 1, protectionMonths: 0, tiers: [{ tier: T1 }, { tier: T2 }] }
loyaltyGrids:`,
      ],
    );
    const changes = await apply(databases, changed);
    expect(changes).toMatchObject([
      { action: 'change', entity: 'metric', key: 'REVENUE', before: { name: 'Revenue' }, after: { name: 'Turnover' } },
      { action: 'change', entity: 'scoreTarget', before: { value: '15000' }, after: { value: '16000' } },
      { action: 'change', entity: 'tierScheme', key: 'STARS', after: { name: 'Star tiers' } },
      { action: 'create', entity: 'tierSchemeVersion', key: 'STARS@2026-07-01' },
    ]);
    expect(await apply(databases, changed)).toEqual([]);
    // A file that still lists the first version only takes the second one not away.
    expect(named(await apply(databases, scorecards.replace('name: Stars', 'name: Tiers')))).toContain(
      'change tierScheme STARS',
    );
    expect(await rows('select name from tier_scheme')).toEqual([{ name: 'Tiers' }]);
    expect(await rows('select number from tier_scheme_version order by number')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
  });

  it('may refer to what the same file declares', async () => {
    databases = await testDatabase();
    expect(await apply(databases, smallProgramme + scorecards)).not.toEqual([]);
    expect(await apply(databases, smallProgramme + scorecards)).toEqual([]);
  });

  it('report all faults at once, each at its place', async () => {
    await apply(databases, scorecards);
    const faulty = replaced(
      ['products: [FIBER]', 'products: [GONE]'],
      ['metric: REVENUE, weight: 60', 'metric: REVENEU, weight: 60'],
      ['agent: M, validFrom: 2026-07-01', 'agent: X, validFrom: 2026-07-01'],
      ['tier: T2, entry', 'tier: T9, entry'],
      ['region: NORTH, validFrom', 'region: SOUTH, validFrom'],
      [
        'tierSchemes:',
        `  - { metric: REVENUE, agent: M, validFrom: 2026-01-01, value: 1 }
tierSchemes:`,
      ],
      ['validFrom: 2026-01-01\n        definition: { measure', 'validFrom: 2025-12-01\n        definition: { measure'],
      [
        'scoreTargets:',
        `  - code: TWIN
    name: Twin
    channelType: AGENT
    versions:
      - validFrom: 2026-01-01
        definition:
          items: [{ code: A, name: A, metric: REVENUE, weight: 100, method: { kind: RANK }, missing: ZERO }]
scoreTargets:`,
      ],
    );
    expect((await faultsOf(() => apply(databases, faulty))).map((fault) => fault.replace(/ \(line \d+\)/, ''))).toEqual(
      [
        'REFERENCE_UNKNOWN metrics[REVENUE].definition.formula.terms[0].products: there is no product GONE',
        'REFERENCE_UNKNOWN scoreTargets[0].region: there is no region SOUTH',
        'REFERENCE_UNKNOWN scoreTargets[2].agent: there is no agent X',
        'REFERENCE_UNKNOWN tierSchemes[STARS].versions[0].definition.tiers[1].tier: there is no tier T9',
        'METRIC_UNKNOWN scoreTemplates[DEALER].versions[0].definition.items[MONEY].metric: the catalogue has no metric REVENEU',
        'TEMPLATE_SCOPE_TAKEN scoreTemplates[TWIN]: template DEALER is for the same channel type and tier as TWIN',
        'TARGET_DOUBLED scoreTargets[3]: the target of REVENUE agent M@2026-01-01 is there twice',
        'DEFINITION_PUBLISHED scoreTemplates[DEALER].versions[0]: the version of scorecard template DEALER from 2026-01-01 is published with other content: items[MONEY].metric is REVENUE, the programme says REVENEU',
        expect.stringMatching(
          /^DEFINITION_PUBLISHED tierSchemes\[STARS\]\.versions\[0\]: .*is published with other content: tiers/,
        ),
        'VERSION_TOO_EARLY awardRules[BEST].versions[0].validFrom: a new version of award BEST must begin after the published one of 2026-01-01',
      ],
    );
  });

  it('are refused by a dry run too for what only writing tells', async () => {
    await apply(databases, scorecards);
    await databases.owner.execute(sql`insert into score_round (period, state) values ('2026-07', 'PUBLISHED')`);
    const later = replaced([
      'scoreTargets:',
      `      - validFrom: 2026-07-01
        definition:
          items: [{ code: A, name: A, metric: REVENUE, weight: 100, method: { kind: RANK }, missing: ZERO }]
scoreTargets:`,
    ]);
    const refusal = [
      expect.stringMatching(
        /^TEMPLATE_SETTLED scoreTemplates\[DEALER\] \(line \d+\): The scores of 2026-07 are PUBLISHED/,
      ),
    ];
    expect(await faultsOf(() => rehearse(later))).toEqual(refusal);
    expect(await faultsOf(() => apply(databases, later))).toEqual(refusal);
  });

  it('refuse figures that published scores are, or were made of', async () => {
    const figures = `metricValues:
  - { agent: M, metric: COMPLAINTS, period: 2026-07, value: 3 }
  - { agent: M, metric: SCORE, period: 2026-07, value: 80 }`;
    await apply(databases, `${scorecards}${figures}`);
    await databases.owner.execute(sql`insert into score_round (period, state) values ('2026-07', 'CALCULATED')`);
    await databases.owner.execute(sql`
      insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)
      select '2026-07', agent.id, version.id, agent.channel_type_id, 80, '[]', '{}' from agent, score_template_version version where agent.code = 'M'`);
    await databases.owner.execute(sql`update score_round set state = 'PUBLISHED'`);
    await apply(databases, `${scorecards}${figures}`);
    const changed = figures.replace('value: 3', 'value: 4').replace('value: 80', 'value: 90');
    expect(await faultsOf(() => apply(databases, `${scorecards}${changed}`))).toEqual([
      expect.stringMatching(/^METRIC_SCORED metricValues\[0\]\.value.*COMPLAINTS$/),
      expect.stringMatching(/^METRIC_SCORED metricValues\[1\]\.value.*SCORE$/),
    ]);
  });

  it('refuse weights that do not total exactly 100, and targets of nobody', async () => {
    const text = replaced(
      ['weight: 40', 'weight: 39.99'],
      ['{ metric: REVENUE, region: NORTH,', '{ metric: REVENUE, region: NORTH, agent: M,'],
    );
    expect(await faultsOf(() => apply(databases, text))).toEqual([
      expect.stringMatching(
        /^PROGRAMME_INVALID scoreTemplates.*items.*weights must total exactly 100, they total 99.99$/,
      ),
      expect.stringMatching(/^PROGRAMME_INVALID scoreTargets\[0\].*exactly one of the three$/),
    ]);
  });
});
