import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { UserErrors } from '../../src/errors.ts';
import { channelType, tier } from '../../src/reference/tables.ts';
import { metricDefinition, scoreTemplateVersion } from '../../src/scorecards/tables.ts';
import { templateDefinitionSchema } from '../../src/scorecards/templateSchema.ts';
import { copyTemplate, publishTemplate, type TemplateInput } from '../../src/scorecards/templates.ts';
import { testDatabase } from '../database.ts';
import { actor, now } from '../sales/fixture.ts';

const item = (code: string, weight: string, more: object = {}) => ({
  code,
  name: 'Item',
  metric: 'SALES',
  weight,
  method: { kind: 'LINEAR', target: '100' },
  missing: 'ZERO',
  ...more,
});
const points = (more: object = {}) => ({ code: 'P', name: 'P', metric: 'SALES', maximum: '5', perUnit: '1', ...more });
const veto = (more: object = {}) => ({ code: 'V', name: 'V', metric: 'SALES', atLeast: '1', cap: '59', ...more });
const method = (given: object, more: object = {}) => ({ items: [item('A', '100', { method: given, ...more })] });
const rated = (given: object) =>
  method(
    { kind: 'RATED_360', aspect: 'SERVICE', groups: [{ group: 'PEER', weight: '1' }], ...given },
    { metric: undefined },
  );
const steps = (...froms: string[]) => froms.map((from) => ({ from, points: '10' }));

const faultsIn = (given: object) =>
  templateDefinitionSchema
    .safeParse({ items: [item('A', '100')], ...given })
    .error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('a template', () => {
  it.each([
    ['one item of 100', {}, []],
    ['weights of exactly 100', { items: [item('A', '33.33'), item('B', '66.67')] }, []],
    ['a hair below 100', { items: [item('A', '33.33'), item('B', '66.669999999999999999')] }, ['items']],
    ['more than 100', { items: [item('A', '60'), item('B', '40.01')] }, ['items']],
    ['a weight of nothing', { items: [item('A', '100'), item('B', '0')] }, ['items.1.weight']],
    ['a code twice', { items: [item('A', '50'), item('A', '50')] }, ['items.1.code']],
    ['a code of another list', { bonuses: [points({ code: 'A' })] }, ['bonuses.0.code']],
    ['a cap of 150', { items: [item('A', '100', { cap: '150' })] }, []],
    ['a cap above 150', { items: [item('A', '100', { cap: '150.01' })] }, ['items.0.cap']],
    ['a cap below 1', { items: [item('A', '100', { cap: '0.5' })] }, ['items.0.cap']],
    ['no metric', { items: [item('A', '100', { metric: undefined })] }, ['items.0.metric']],
    ['no policy', { items: [item('A', '100', { missing: undefined })] }, ['items.0.missing']],
    ['no such method', method({ kind: 'MEDIAN' }), ['items.0.method.kind']],
    ['a field of another method', method({ kind: 'RANK', target: '1' }), ['items.0.method']],
    ['two floors', method({ kind: 'LINEAR', floor: '1', floorPercent: '80' }), ['items.0.method.floorPercent']],
    ['steps that rise', method({ kind: 'STEP', steps: steps('-1', '0', '2') }), []],
    ['steps that do not rise', method({ kind: 'STEP', steps: steps('0', '2', '2') }), ['items.0.method.steps.2.from']],
    ['no steps', method({ kind: 'STEP', steps: [] }), ['items.0.method.steps']],
    [
      'a step above the cap',
      method({ kind: 'STEP', steps: [{ from: '0', points: '101' }] }),
      ['items.0.method.steps.0.points'],
    ],
    ['raters', rated({}), []],
    ['raters and a metric', { items: [item('A', '100', { method: rated({}).items[0]?.method })] }, ['items.0.metric']],
    ['a group of no weight', rated({ groups: [{ group: 'PEER', weight: '0' }] }), ['items.0.method.groups.0.weight']],
    ['no groups', rated({ groups: [] }), ['items.0.method.groups']],
    [
      'a group twice',
      rated({
        groups: [
          { group: 'PEER', weight: '1' },
          { group: 'PEER', weight: '2' },
        ],
      }),
      ['items.0.method.groups'],
    ],
    ['no raters needed', rated({ minimumRaters: 0 }), ['items.0.method.minimumRaters']],
    ['a bonus and a deduction', { bonuses: [points()], deductions: [points({ code: 'D' })] }, []],
    ['points both ways', { bonuses: [points({ steps: steps('0') })] }, ['bonuses.0.perUnit']],
    ['points no way', { bonuses: [points({ perUnit: undefined })] }, ['bonuses.0.perUnit']],
    ['a veto', { vetoes: [veto()] }, []],
    ['a veto without a mark', { vetoes: [veto({ atLeast: undefined })] }, ['vetoes.0.atLeast']],
    ['a maximum of nothing', { maximum: '0' }, ['maximum']],
  ])('with %s', (_what, given, faults) => {
    expect(faultsIn(given)).toEqual(faults);
  });

  it('says what its weights total, and writes decimals in one notation', () => {
    const short = templateDefinitionSchema.safeParse({ items: [item('A', '60'), item('B', '39.50')] });
    expect(short.error?.issues[0]?.message).toBe('weights must total exactly 100, they total 99.5');
    expect(templateDefinitionSchema.parse({ items: [item('A', '100.00')] })).toMatchObject({
      items: [{ weight: '100', cap: '100' }],
      bonuses: [],
      maximum: '100',
    });
  });
});

let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await databases.owner.insert(channelType).values({ code: 'AGENT', name: 'Agent' });
  await databases.owner.insert(tier).values({ code: 'T1', name: 'One', rank: 1 });
  const definition = { source: 'IMPORTED' as const };
  await databases.owner.insert(metricDefinition).values({ code: 'SALES', name: 'Sales', definition });
});

const undo = new Error('undo');
async function trial(work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const done = databases.owner.transaction(async (transaction) => {
    await work(transaction);
    throw undo;
  });
  await expect(done).rejects.toBe(undo);
}
const template = (more: Partial<TemplateInput> = {}): TemplateInput => ({
  code: 'T',
  name: 'Template',
  validFrom: '2026-09-01',
  definition: { items: [item('A', '60'), item('B', '40')] },
  ...more,
});
/** Publishes in a savepoint. @returns the number, or the code and place of what is wrong. */
const publish = (transaction: Transaction, more: Partial<TemplateInput> = {}) =>
  transaction
    .transaction((savepoint) => publishTemplate(savepoint, actor, now, template(more)))
    .catch((error) =>
      error instanceof UserErrors ? error.errors.map(({ code, at }) => [code, at]) : [error.code, error.at],
    );

describe('publishTemplate', () => {
  it('publishes what is new, and each version once', async () => {
    await trial(async (transaction) => {
      expect(await publish(transaction)).toBe(1);
      const before = await transaction.$count(auditRecord);
      expect(await publish(transaction, { definition: { items: [item('A', '60.0'), item('B', '40')] } })).toBe(1);
      expect(await transaction.$count(auditRecord)).toBe(before);
      expect(await publish(transaction, { validFrom: '2026-10-01' })).toBe(2);
      expect(await publish(transaction, { name: 'Other', validFrom: '2026-10-01' })).toBe(2);
      expect(await transaction.$count(auditRecord)).toBe(before + 2);
      expect(await publish(transaction, { validFrom: '2026-08-01' })).toEqual(['VERSION_TOO_EARLY', 'validFrom']);
    });
  });

  it('has one template for a channel type and tier', async () => {
    await trial(async (transaction) => {
      expect(await publish(transaction)).toBe(1);
      expect(await publish(transaction, { code: 'U' })).toEqual(['TEMPLATE_SCOPE_TAKEN', 'template']);
      expect(await publish(transaction, { code: 'U', channelType: 'AGENT' })).toBe(1);
      expect(await publish(transaction, { code: 'W', tier: 'T1' })).toBe(1);
      expect(await publish(transaction, { code: 'X', channelType: 'AGENT', tier: 'T1' })).toBe(1);
      expect(await publish(transaction, { code: 'Y', channelType: 'AGENT', tier: 'T1' })).toEqual([
        'TEMPLATE_SCOPE_TAKEN',
        'template',
      ]);
      expect(await publish(transaction, { code: 'W', tier: null })).toEqual(['INPUT_INVALID', 'template']);
      expect(await publish(transaction, { code: 'Z', channelType: 'NONE' })).toEqual([
        'REFERENCE_UNKNOWN',
        'channelType',
      ]);
      expect(await publish(transaction, { code: 'Z', tier: 'NONE' })).toEqual(['REFERENCE_UNKNOWN', 'tier']);
    });
  });

  it('measures what the catalogue has, and begins with a month that is not scored', async () => {
    await trial(async (transaction) => {
      const definition = {
        items: [item('A', '100', { metric: 'NONE' })],
        vetoes: [veto({ metric: 'GONE' })],
      };
      expect(await publish(transaction, { definition })).toEqual([
        ['METRIC_UNKNOWN', 'definition.items[0].metric'],
        ['METRIC_UNKNOWN', 'definition.vetoes[0].metric'],
      ]);
      const surveyed = rated({ groups: [{ group: 'CUSTOMER', weight: '1', survey: 'NONE' }] });
      expect(await publish(transaction, { definition: surveyed })).toEqual([
        ['REFERENCE_UNKNOWN', 'definition.items[0].method.groups'],
      ]);
      expect(await publish(transaction, { validFrom: '2026-09-02' })).toEqual(['INPUT_INVALID', 'validFrom']);
      expect(await publish(transaction, { validFrom: '2026-9-01' })).toEqual(['INPUT_INVALID', 'validFrom']);
      expect(await publish(transaction)).toBe(1);
      await rawSql(
        transaction,
      )`insert into score_round (period, state) values ('2026-10', 'PUBLISHED'), ('2026-11', 'CALCULATED')`;
      const other = { items: [item('A', '50'), item('B', '50')] };
      expect(await publish(transaction, { definition: other })).toEqual(['TEMPLATE_SETTLED', 'validFrom']);
      expect(await publish(transaction, { definition: other, validFrom: '2026-10-01' })).toEqual([
        'TEMPLATE_SETTLED',
        'validFrom',
      ]);
      expect(await publish(transaction)).toBe(1);
      expect(await publish(transaction, { definition: other, validFrom: '2026-11-01' })).toBe(2);
    });
  });
});

describe('copyTemplate', () => {
  it('makes a new version, or a template of its own, with other weights', async () => {
    await trial(async (transaction) => {
      await publish(transaction);
      const weights = [
        { item: 'A', weight: '70' },
        { item: 'B', weight: '30' },
      ];
      const validFrom = '2026-10-01';
      expect(await copyTemplate(transaction, actor, now, { code: 'T', validFrom, weights })).toEqual({
        code: 'T',
        number: 2,
      });
      const copy = { code: 'U', name: 'Copy', tier: 'T1' };
      expect(await copyTemplate(transaction, actor, now, { code: 'T', fromVersion: 1, copy, validFrom })).toEqual({
        code: 'U',
        number: 1,
      });
      const versions = await transaction.select().from(scoreTemplateVersion).orderBy(scoreTemplateVersion.id);
      expect(versions.map(({ definition }) => definition.items.map(({ weight }) => weight))).toEqual([
        ['60', '40'],
        ['70', '30'],
        ['60', '40'],
      ]);
      const failing = (changes: object) =>
        transaction
          .transaction((savepoint) => copyTemplate(savepoint, actor, now, { code: 'T', validFrom, ...changes }))
          .catch(({ code }) => code);
      expect(await failing({ weights: [{ item: 'A', weight: '71' }] })).toBe('INPUT_INVALID');
      expect(await failing({ weights: [{ item: 'Z', weight: '70' }] })).toBe('NOT_FOUND');
      expect(await failing({ fromVersion: 9 })).toBe('NOT_FOUND');
      expect(await failing({ code: 'NONE' })).toBe('NOT_FOUND');
    });
  });
});
