import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from '../schema/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const failure = '... on UserError { code message at faults { code at } }';
const publish = (name: string, code: string, from: string, definition: string) =>
  `mutation { answer: publish${name}(code: "${code}", name: "${code}", from: "${from}", definition: ${definition}) {
    ... on ${name}Payload { number } ${failure} } }`;
const ask = async (query: string, person: Person = 'admin') => (await data(world, person, query)).answer;

describe('rules over the API', () => {
  it('are published and read with all that they say', async () => {
    const territory = `{ kind: TERRITORY, effect: HOLD, scope: { events: [DEVICE_SALE, ACTIVATION], channelTypes: ["AGENT"] },
      dueDays: 10, appealDays: 5, tests: [OUTSIDE_OWN], withoutTerritory: HIT }`;
    const price = `{ kind: PRICE_FLOOR, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 1, appealDays: 0,
      enabled: false, percentOfListPrice: "80.50" }`;
    expect(await ask(publish('ConflictRule', 'AREA', '2026-01-01', territory))).toEqual({ number: 1 });
    expect(await ask(publish('ConflictRule', 'PRICE', '2026-01-01', price))).toEqual({ number: 1 });
    const fields = `kind effect scope { events channelTypes regions categories } dueDays appealDays enabled tests
      withoutTerritory protects windowDays same percentOfListPrice unlisted`;
    const nothing = { withoutTerritory: null, windowDays: null, same: null, percentOfListPrice: null, unlisted: null };
    expect(await ask(`{ answer: conflictRules { code versions { number from ${fields} } } }`, 'agentE1')).toEqual([
      {
        code: 'AREA',
        versions: [
          {
            number: 1,
            from: '2026-01-01',
            ...nothing,
            kind: 'TERRITORY',
            effect: 'HOLD',
            scope: { events: ['ACTIVATION', 'DEVICE_SALE'], channelTypes: ['AGENT'], regions: [], categories: [] },
            dueDays: 10,
            appealDays: 5,
            enabled: true,
            tests: ['OUTSIDE_OWN'],
            withoutTerritory: 'HIT',
            protects: [],
          },
        ],
      },
      {
        code: 'PRICE',
        versions: [
          {
            number: 1,
            from: '2026-01-01',
            ...nothing,
            kind: 'PRICE_FLOOR',
            effect: 'FLAG',
            scope: { events: ['ACTIVATION'], channelTypes: [], regions: [], categories: [] },
            dueDays: 1,
            appealDays: 0,
            enabled: false,
            tests: [],
            protects: [],
            percentOfListPrice: '80.5',
          },
        ],
      },
    ]);
    const wrong = `{ kind: DUPLICATE, effect: HOLD, scope: { events: [REFUND] }, dueDays: 0, appealDays: 5 }`;
    expect((await ask(publish('ConflictRule', 'BAD', '2026-01-01', wrong))).faults).toEqual([
      { code: 'INPUT_INVALID', at: 'definition.scope.events' },
      { code: 'INPUT_INVALID', at: 'definition.dueDays' },
      { code: 'INPUT_INVALID', at: 'definition.windowDays' },
    ]);
  });

  it('of shared credits and of registration too', async () => {
    const shared = `{ events: [ACTIVATION], source: CREDITS, priority: 1,
      shares: [{ role: "LEAD", percent: "30.0" }, { role: "SALE", percent: "70", channelTypes: ["AGENT"] }] }`;
    expect(await ask(publish('CreditRule', 'SHARED', '2026-01-01', shared))).toEqual({ number: 1 });
    expect((await ask(publish('CreditRule', 'OTHER', '2026-01-01', shared))).code).toBe('CREDIT_PRIORITY_TAKEN');
    expect(
      await ask(
        '{ answer: creditRules { code versions { events source shares { role percent channelTypes } priority enabled } } }',
      ),
    ).toEqual([
      {
        code: 'SHARED',
        versions: [
          {
            events: ['ACTIVATION'],
            source: 'CREDITS',
            shares: [
              { role: 'LEAD', percent: '30', channelTypes: [] },
              { role: 'SALE', percent: '70', channelTypes: ['AGENT'] },
            ],
            priority: 1,
            enabled: true,
          },
        ],
      },
    ]);
    const policy = '{ protectionDays: 30, mode: JUDGEMENT, clash: QUEUE, categories: ["BROADBAND"] }';
    expect(await ask(publish('RegistrationPolicy', 'DEALS', '2026-01-01', policy))).toEqual({ number: 1 });
    expect(
      await ask(
        '{ answer: registrationPolicies { versions { channelTypes categories protectionDays extensionDays maximumExtensions mode clash } } }',
      ),
    ).toEqual([
      {
        versions: [
          {
            channelTypes: [],
            categories: ['BROADBAND'],
            protectionDays: 30,
            extensionDays: 0,
            maximumExtensions: 0,
            mode: 'JUDGEMENT',
            clash: 'QUEUE',
          },
        ],
      },
    ]);
  });
});

describe('the CPC matrix and floor prices over the API', () => {
  it('are saved, read by day, and ended', async () => {
    const counts = '... on DatedRowsPayload { createdCount rejectedCount rejections { row column code } }';
    const saved = await data(
      world,
      'admin',
      `mutation {
        cells: saveMatrixCells(input: [
          { channelType: "AGENT", productCategory: "BROADBAND", allowed: true, validFrom: "2026-01-01" },
          { channelType: "AGENT", productCategory: "BROADBAND", segment: "PUBLIC", allowed: false, validFrom: "2026-06-01" },
          { channelType: "NONE", productCategory: "BROADBAND", allowed: true, validFrom: "soon" }]) { ${counts} ${failure} }
        floors: savePriceFloors(atomic: true, input: [
          { productCode: "FIBER", regionCode: "EAST", currency: "CNY", price: "99.90", validFrom: "2026-01-01" },
          { productCategory: "BROADBAND", currency: "CNY", price: "50", validFrom: "2026-06-01" }]) { ${counts} ${failure} } }`,
    );
    expect(saved).toEqual({
      cells: {
        createdCount: 2,
        rejectedCount: 1,
        rejections: [
          { row: 3, column: 'channelType', code: 'REFERENCE_UNKNOWN' },
          { row: 3, column: 'validFrom', code: 'VALUE_INVALID' },
        ],
      },
      floors: { createdCount: 2, rejectedCount: 0, rejections: [] },
    });
    const read = `{
      cells: matrixCells(onDate: "2026-05-31") { nodes { channelType { code } productCategory { code } segment { code } allowed from to } }
      ofSegment: matrixCells(segment: "PUBLIC", channelType: "AGENT", productCategory: "BROADBAND") { nodes { allowed } }
      coverage: matrixCoverage(onDate: "2026-06-01") { cellCount allowedCount refusedCount notListedCount coveredPercent
        cells(state: REFUSED) { channelType productCategory segment state fromGeneral } }
      file: matrixFile
      floors: priceFloors(onDate: "2026-05-31", currency: "CNY") { nodes { product { code } productCategory { code } region { code } channelType { code } price } }
      ofCategory: priceFloors(productCategory: "BROADBAND") { nodes { price } }
      ofProduct: priceFloors(productCode: "FIBER") { nodes { price } } }`;
    expect(await data(world, 'managerEast', read)).toEqual({
      cells: {
        nodes: [
          {
            channelType: { code: 'AGENT' },
            productCategory: { code: 'BROADBAND' },
            segment: null,
            allowed: true,
            from: '2026-01-01',
            to: null,
          },
        ],
      },
      ofSegment: { nodes: [{ allowed: false }] },
      coverage: {
        cellCount: 1,
        allowedCount: 0,
        refusedCount: 1,
        notListedCount: 0,
        coveredPercent: '100',
        cells: [
          {
            channelType: 'AGENT',
            productCategory: 'BROADBAND',
            segment: 'PUBLIC',
            state: 'REFUSED',
            fromGeneral: false,
          },
        ],
      },
      file:
        'channel_type,product_category,segment,allowed,valid_from,valid_to\r\n' +
        'AGENT,BROADBAND,,true,2026-01-01,\r\nAGENT,BROADBAND,PUBLIC,false,2026-06-01,\r\n',
      floors: {
        nodes: [
          {
            product: { code: 'FIBER' },
            productCategory: null,
            region: { code: 'EAST' },
            channelType: null,
            price: '99.9',
          },
        ],
      },
      ofCategory: { nodes: [{ price: '50' }] },
      ofProduct: { nodes: [{ price: '99.9' }] },
    });
    const ended = await data(
      world,
      'admin',
      `mutation {
        cell: endMatrixCell(channelType: "AGENT", productCategory: "BROADBAND", on: "2026-03-01") { ... on DatedRowEndPayload { endedOn } ${failure} }
        floor: endPriceFloor(productCode: "FIBER", regionCode: "EAST", currency: "CNY", on: "2026-03-01") { ... on DatedRowEndPayload { endedOn } ${failure} }
        again: endPriceFloor(productCode: "FIBER", currency: "CNY", on: "2026-03-01") { ... on DatedRowEndPayload { endedOn } ... on UserError { code } } }`,
    );
    expect(ended).toEqual({
      cell: { endedOn: '2026-03-01' },
      floor: { endedOn: '2026-03-01' },
      again: { code: 'NOT_FOUND' },
    });
    expect(await ask('{ answer: matrixCells(onDate: "2026-03-01") { nodes { allowed } } }')).toEqual({ nodes: [] });
  });
});
