import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../src/programme/content.ts';
import { parseProgramme, readProgramme } from '../../src/programme/read.ts';
import { programmeJsonSchema } from '../../src/programme/schema.ts';
import { faultsOf, smallProgramme } from './programmes.ts';

const rule = (fields: string) => `
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: ACT
            name: Activation
            kind: RATE
            events: [ACTIVATION]
            rules:
              - { flat: 1 }
              - { ${fields} }
`;
const atRule = 'plans[P].versions[0].components[ACT].rules[1]';
const decimalMessage =
  'must be a plain decimal number that is not negative: at most 20 digits before and 18 after the point';

describe('reading a programme file', () => {
  it('takes numbers as they are written, in quotes or not', () => {
    const { plans } = readProgramme(
      rule('percent: 0.1, flat: "3.250", maximum: 12345678901234567890.123456789012345678'),
    );
    const component = plans[0]?.versions[0]?.components[0];
    expect(component && rulesOf(component)[1]).toEqual({
      percent: '0.1',
      flat: '3.25',
      maximum: '12345678901234567890.123456789012345678',
    });
  });

  it('keeps every decimal exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n - 1n), fc.stringMatching(/^\d{0,17}[1-9]$/), (whole, fraction) => {
        const { tiers } = readProgramme(`tiers: [{ code: T, name: T, rank: 1, multiplier: ${whole}.${fraction} }]`);
        expect(tiers[0]?.multiplier).toBe(`${whole}.${fraction}`);
      }),
      { numRuns: 200 },
    );
  });

  it('fills in defaults', () => {
    const { plans, agents } = readProgramme(smallProgramme);
    expect(plans[0]?.versions[0]).toMatchObject({ rounding: 'HALF_UP', components: [{ base: 'AMOUNT' }] });
    expect(agents[1]).toMatchObject({ code: 'S', parent: 'M', agreements: [] });
    expect(agents[1]?.status).toBeUndefined();
  });

  it('names line and column where the file is no YAML', async () => {
    expect(await faultsOf(() => readProgramme('regions:\n  - { code: A\n'))).toEqual([
      expect.stringMatching(/^PROGRAMME_UNREADABLE line 3, column 1: /),
    ]);
    expect(await faultsOf(() => readProgramme('tiers: []\ntiers: []\n'))).toEqual([
      'PROGRAMME_UNREADABLE line 2, column 1: Map keys must be unique',
    ]);
    expect(await faultsOf(() => readProgramme('regions: *nothing\n'))).toEqual([
      expect.stringMatching(/^PROGRAMME_UNREADABLE .*Unresolved alias/),
    ]);
    expect(await faultsOf(() => readProgramme('['.repeat(20_000)))).toContainEqual(
      expect.stringMatching(/^PROGRAMME_UNREADABLE /),
    );
  });

  it('refuses an alias bomb quickly', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `  - &l${n} [${Array(9)
          .fill(n ? `*l${n - 1}` : 'x')
          .join(', ')}]`,
    );
    expect(await faultsOf(() => readProgramme(`regions:\n${levels.join('\n')}\n`))).toEqual([
      expect.stringMatching(/^PROGRAMME_UNREADABLE .*alias/),
    ]);
  });

  it('refuses an empty file and one that is no mapping', async () => {
    expect(await faultsOf(() => readProgramme(''))).toEqual(['PROGRAMME_INVALID undefined: the programme is empty']);
    expect(await faultsOf(() => readProgramme('- a'))).toEqual([
      'PROGRAMME_INVALID (line 1): expected object, received array',
    ]);
  });

  it('reports every fault at once, each with its place and line', async () => {
    const text = `
tiers:
  - { code: T1, name: One, rank: 1.5, multiplier: 1 }
  - { code: "a b", nam: Two, rank: 2, multiplier: 1 }
agents:
  - code: A
    name:
    channelType: AGENT
    tier: [{ tier: T1, from: 2026-02-30 }]
    status: SLEEPING
operator: { code: X, name: X, timeZone: Nowhere/City, currency: XXX }
`;
    expect(await faultsOf(() => readProgramme(text))).toEqual([
      'PROGRAMME_INVALID operator.timeZone (line 11): must be an IANA time zone such as Asia/Shanghai',
      'PROGRAMME_INVALID operator.currency (line 11): must be an ISO 4217 currency code such as CNY',
      'PROGRAMME_INVALID tiers[T1].rank (line 3): must be a whole number from 0 to 32767',
      'PROGRAMME_INVALID tiers[1].code (line 4): must be a code: 1 to 64 letters, digits, "-" or "_", beginning with a letter or digit',
      'PROGRAMME_INVALID tiers[1].name (line 4): is missing',
      'PROGRAMME_INVALID tiers[1].nam (line 4): is not a field that belongs here',
      'PROGRAMME_INVALID agents[A].name (line 7): has no value',
      'PROGRAMME_INVALID agents[A].status (line 10): expected one of "ACTIVE"|"SUSPENDED"|"TERMINATED"',
      'PROGRAMME_INVALID agents[A].tier[0].from (line 9): must be a real calendar date YYYY-MM-DD, not before 1900-01-01',
    ]);
  });

  it.each([
    ['flat: .nan', 'flat', decimalMessage],
    ['flat: NaN', 'flat', decimalMessage],
    ['flat: -1', 'flat', decimalMessage],
    ['flat: 1e5', 'flat', decimalMessage],
    ['flat: .inf', 'flat', decimalMessage],
    ['flat: 0x1F', 'flat', decimalMessage],
    [`flat: ${'1'.repeat(40)}`, 'flat', decimalMessage],
    [`percent: 0.${'1'.repeat(19)}`, 'percent', decimalMessage],
    ['product: A, category: B, flat: 1', 'category', 'a rule names a product or a category, not both'],
    ['flat: 1, minimum: 2, maximum: 1.5', 'minimum', 'must not be more than maximum'],
    ['flat: 1, baseFrom: 10, baseTo: 10', 'baseTo', 'must be more than baseFrom (0 without one)'],
    ['flat: 1, baseFrom: 10, baseUpTo: 9', 'baseUpTo', 'must not be less than baseFrom'],
    ['flat: 1, baseTo: 5, baseUpTo: 5', 'baseUpTo', 'a base range has one end: baseTo or baseUpTo, not both'],
    ['product: A', 'percent', expect.stringContaining('a rule pays something')],
    ['flat: 1, contractMonths: 601', 'contractMonths', 'must be at most 600'],
    ['flat: 1, colour: red', 'colour', 'is not a field that belongs here'],
  ])('refuses the rule { %s }', async (fields, field, message) => {
    await expect(Promise.resolve().then(() => readProgramme(rule(fields)))).rejects.toMatchObject({
      errors: [{ code: 'PROGRAMME_INVALID', at: `${atRule}.${field} (line 15)`, message }],
    });
  });

  it.each([
    ['regions: [{ code: A, name: "\\0" }]', 'regions[A].name'],
    ['regions: [{ code: A, name: "\\ud800" }]', 'regions[A].name'],
    ['regions: [{ code: A, name: "  " }]', 'regions[A].name'],
    ['regions: [{ code: A, name: true }]', 'regions[A].name'],
    ['campaigns: [{ code: A, name: A, startsOn: 2026-02-01, endsOn: 2026-02-01 }]', 'campaigns[A].endsOn'],
    ['agreements: [{ agent: A, plan: P, from: 2026-02-01, to: 2026-01-01 }]', 'agreements[0].to'],
    ['agents: [{ code: A, name: A, channelType: C, region: { region: R } }]', 'agents[A].region'],
    [
      'agents: [{ code: A, name: A, channelType: C, tier: [{ tier: T, from: 2026-02-01, to: 2026-01-01 }] }]',
      'agents[A].tier[0].to',
    ],
  ])('refuses %s', async (text, at) => {
    expect(await faultsOf(() => readProgramme(text))).toEqual([
      expect.stringContaining(`PROGRAMME_INVALID ${at} (line 1): `),
    ]);
  });

  it('says what is wrong with a pool', async () => {
    const pool = (fields: string) =>
      `pools: [{ code: P, name: P, versions: [{ from: 2026-01-01, currency: CNY, remainder: KEEP, ${fields} }] }]`;
    const faults = (fields: string) => faultsOf(() => readProgramme(pool(fields)));
    const at = 'PROGRAMME_INVALID pools[P].versions[0]';
    expect(await faults('fund: { percent: 1 }, weight: [{ factor: TIER_MULTIPLIER }]')).toEqual([
      `${at}.fund.events (line 1): is missing`,
    ]);
    expect(await faults('fund: { fixed: -1 }, weight: [{ factor: LUCK }]')).toEqual([
      `${at}.fund.fixed (line 1): ${decimalMessage}`,
      `${at}.weight[0].factor (line 1): expected one of "UNITS"|"VOLUME"|"TIER_MULTIPLIER"|"SCORE"|"MONTHS_OF_SERVICE"|"METRIC"`,
    ]);
    const weight = 'weight: [{ factor: TIER_MULTIPLIER }]';
    expect(await faults(`fund: { fixed: 1 }, ${weight}, reservePercent: 100.5`)).toEqual([
      `${at}.reservePercent (line 1): must be at most 100`,
    ]);
  });

  it('checks a fragment that is no file by the same rules', async () => {
    expect(parseProgramme({ regions: [{ code: 'A', name: 'A' }] }).regions).toEqual([{ code: 'A', name: 'A' }]);
    expect(await faultsOf(() => parseProgramme({ regions: [{ code: 'A!', name: 'A' }] }))).toEqual([
      expect.stringMatching(/^PROGRAMME_INVALID regions\[0\]\.code: must be a code/),
    ]);
  });
});

describe('the JSON Schema', () => {
  it('is the one in the repository', () => {
    const file = new URL('../../programme.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(programmeJsonSchema());
  });

  it('describes every field', () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties, ...rest } = schema as { properties?: Record<string, { description?: string }> };
      for (const [name, property] of Object.entries(properties ?? {})) {
        if (!property.description) undescribed.push(`${path}.${name}`);
        visit(property, `${path}.${name}`);
      }
      for (const [key, value] of Object.entries(rest)) visit(value, `${path}/${key}`);
    };
    visit(programmeJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
