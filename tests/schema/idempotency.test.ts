import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { onceOnly } from '../../src/auth/idempotency.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { execute, parse } from './graphql.ts';
import { ask, data, makeWorld, now, today, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

let key = 'key 0';
beforeEach(() => {
  key = `key ${Number(key.slice(4)) + 1}`;
});

const save = (name: string, from: string, more = '') =>
  `saveRegions(regions: [{ code: "${name}", name: "${from}" }], idempotencyKey: "${key}" ${more}) { __typename ... on ProgrammePayload { changeCount changes { action key } } ... on UserError { code } }`;

describe('a mutation with an idempotency key', () => {
  it('sent again gives the first answer and does nothing', async () => {
    const text = `mutation { ${save('A', 'First')} }`;
    const first = await data(world, 'admin', text);
    expect(first.saveRegions).toEqual({
      __typename: 'ProgrammePayload',
      changeCount: 1,
      changes: [{ action: 'CREATE', key: 'A' }],
    });
    await data(
      world,
      'admin',
      'mutation { saveRegions(regions: [{ code: "A", name: "Changed since" }]) { __typename } }',
    );
    expect(await data(world, 'admin', text)).toEqual(first);
    const { regions } = await data(world, 'admin', '{ regions { code name } }');
    expect(regions).toContainEqual({ code: 'A', name: 'Changed since' });
  });

  it('with another input, or of another field, is an error', async () => {
    await data(world, 'admin', `mutation { ${save('B', 'First')} }`);
    const answer = await data(
      world,
      'admin',
      `mutation { input: ${save('B', 'Second')}
        field: saveTiers(tiers: [], idempotencyKey: "${key}") { ... on UserError { code } } }`,
    );
    expect([answer.input.code, answer.field.code]).toEqual(['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('twice in one request is done once', async () => {
    const answer = await data(world, 'admin', `mutation { one: ${save('C', 'C')} two: ${save('C', 'C')} }`);
    expect(answer.two).toEqual(answer.one);
    expect(answer.one.changeCount).toBe(1);
  });

  it('that failed leaves no key behind', async () => {
    const failed = await data(world, 'admin', `mutation { ${save('D', '')} }`);
    expect(failed.saveRegions.code).toBe('PROGRAMME_INVALID');
    expect((await data(world, 'admin', `mutation { ${save('D', 'Corrected')} }`)).saveRegions.changeCount).toBe(1);
  });

  it('of one person is not that of another', async () => {
    const close = `mutation { closePeriod(period: "2026-12", idempotencyKey: "${key}") { ... on UserError { code } } }`;
    const pay = `mutation { markRunPaid(runId: "UnVuOjk5OQ", idempotencyKey: "${key}") { ... on UserError { code } } }`;
    await data(world, 'admin', `mutation { ${save('E', 'E')} }`);
    expect((await data(world, 'finance', pay)).markRunPaid.code).toBe('NOT_FOUND');
    expect((await data(world, 'finance', close)).closePeriod.code).toBe('PERIOD_NOT_OVER');
    expect((await data(world, 'admin', close)).closePeriod.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it.each(['', 'a\\nb', 'x'.repeat(201)])('of %j is no key', async (bad) => {
    const answer = await data(
      world,
      'admin',
      `mutation { saveTiers(tiers: [], idempotencyKey: "${bad}") { ... on UserError { code at } } }`,
    );
    expect(answer.saveTiers).toEqual({ code: 'INPUT_INVALID', at: 'idempotencyKey' });
  });

  it('keeps its answer only if the request commits', async () => {
    const text = `mutation { ${save('F', 'F')} }`;
    const actor = world.actors.admin;
    if (!actor) throw new Error('no admin');
    const undone = asRequest(world.databases.request, actor, today, async (transaction) => {
      const contextValue = { actor, now, today, databases: world.databases, transaction };
      const answer = await execute({ schema, document: parse(text), contextValue });
      expect(answer.errors).toBeUndefined();
      throw new Error('the connection broke');
    });
    await expect(undone).rejects.toThrow('the connection broke');
    expect((await data(world, 'admin', text)).saveRegions.changeCount).toBe(1);
  });

  it('sent by many at once is done once, and all get the first answer', async () => {
    const text = `mutation { importSalesEvents(events: [{ source: "K", externalId: "1", type: "BILL", occurredAt: "2026-12-01T00:00:00Z", agentCode: "E1", productCode: "FIBER", quantity: "1", amount: "1", currency: "CNY" }], idempotencyKey: "${key}") { ... on ImportPayload { acceptedCount duplicateCount } ... on UserError { code message } } }`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => data(world, 'managerEast', text)));
    for (const answer of answers) expect(answer.importSalesEvents).toEqual({ acceptedCount: 1, duplicateCount: 0 });
  });

  it('needs no signing in to be refused', async () => {
    const answer = await ask(world, 'nobody', `mutation { ${save('G', 'G')} }`);
    expect(answer.data?.saveRegions).toEqual({ __typename: 'UserError', code: 'NOT_SIGNED_IN' });
  });
});

describe('onceOnly', () => {
  it('makes the second wait for the first, and lets it work where the first fails', async () => {
    const actor = world.actors.admin;
    if (!actor) throw new Error('no admin');
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const attempt = (name: string, work: () => Promise<string>) =>
      asRequest(world.databases.request, actor, today, (transaction) =>
        onceOnly(transaction, actor, now, { key, operation: 'test', input: { a: 1, b: [2] } }, async () => {
          order.push(`${name} works`);
          return work();
        }),
      );
    const first = attempt('first', async () => {
      await held;
      throw new Error('first fails');
    });
    while (order.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = attempt('second', async () => 'done');
    await untilSomebodyWaits(world.databases);
    expect(order).toEqual(['first works']);
    release();
    await expect(first).rejects.toThrow('first fails');
    expect(await second).toBe('done');
    expect(order).toEqual(['first works', 'second works']);
    expect(await attempt('third', async () => 'again')).toBe('done');
  });

  it('sees the same input whatever the order of its keys', async () => {
    const actor = world.actors.admin;
    if (!actor) throw new Error('no admin');
    const once = (input: unknown) =>
      asRequest(world.databases.request, actor, today, (transaction) =>
        onceOnly(transaction, actor, now, { key, operation: 'test', input }, async () => 'answer'),
      );
    await once({ a: 1, b: { c: 2, d: undefined } });
    expect(await once({ b: { c: 2 }, a: 1 })).toBe('answer');
    await expect(once({ b: { c: 3 }, a: 1 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});
