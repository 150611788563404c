import { desc, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import type { UserError } from '../../src/errors.ts';
import { territory } from '../../src/territories/tables.ts';
import { endTerritoriesOf, endTerritory, grantTerritory } from '../../src/territories/territories.ts';
import { testDatabase } from '../database.ts';
import { clerk, now, type Province, setUpTerritories } from './province.ts';

let databases: Databases;
let province: Province;

beforeAll(async () => {
  databases = await testDatabase();
  province = await setUpTerritories(databases);
});
beforeEach(async () => {
  await databases.owner.delete(territory);
});

type Grant = { agent: string; region: string; exclusive?: boolean; from?: string; to?: string | null };

const wanted = ({ agent, region, exclusive = false, from = '2026-01-01', to = null }: Grant) => ({
  agentId: province.agents.get(agent) ?? 0,
  regionId: province.regions.get(region) ?? 0,
  exclusive,
  from,
  to,
});
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
const grant = (given: Grant) => owner((transaction) => grantTerritory(transaction, clerk, now, wanted(given)));
const end = (territoryId: number, to: string) =>
  owner((transaction) => endTerritory(transaction, clerk, now, { territoryId, to, reason: 'test' }));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => asUserError(error) as UserError,
  );
const stored = () =>
  databases.owner
    .select({ from: territory.validFrom, to: territory.validTo, exclusive: territory.exclusive })
    .from(territory)
    .orderBy(territory.validFrom);
const lastRecord = async () =>
  (await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1))[0];

describe('grantTerritory', () => {
  it('grants a right, with its audit record', async () => {
    await grant({ agent: 'M', region: 'NORTH', exclusive: true, to: '2027-01-01' });
    expect(await stored()).toEqual([{ from: '2026-01-01', to: '2027-01-01', exclusive: true }]);
    expect(await lastRecord()).toMatchObject({
      action: 'territory.granted',
      entity: 'agent',
      entityKey: 'M',
      after: { region: 'NORTH', exclusive: true, from: '2026-01-01', to: '2027-01-01' },
    });
  });

  // What M has exclusively in NORTH from February to July, and what others then want.
  it.each([
    ['the same region', { agent: 'X', region: 'NORTH' }],
    ['one under it', { agent: 'X', region: 'N1' }],
    ['one above it', { agent: 'Y', region: 'ALL' }],
    ['its last day', { agent: 'X', region: 'N2', from: '2026-06-30', to: '2026-07-01' }],
    ['a day more than the parent link of C lasts', { agent: 'C', region: 'N1', from: '2025-12-31' }, '2025-01-01'],
  ] satisfies [string, Grant, string?][])('refuses %s, naming both', async (_, given: Grant, from = '2026-02-01') => {
    await grant({ agent: 'M', region: 'NORTH', exclusive: true, from, to: '2026-07-01' });
    const error = await failure(grant(given));
    expect(error).toMatchObject({ code: 'TERRITORY_EXCLUSIVE', at: 'region' });
    expect(error?.message).toContain(`Agent ${given.agent} cannot have region ${given.region} from`);
    expect(error?.message).toContain(`agent M has region NORTH exclusively from ${from} to 2026-07-01`);
    expect(await stored()).toHaveLength(1);
  });

  it.each([
    ['a region beside it', { agent: 'Y', region: 'SOUTH', exclusive: true }],
    ['the days before', { agent: 'X', region: 'NORTH', from: '2026-01-01', to: '2026-02-01' }],
    ['the days after', { agent: 'X', region: 'NORTH', from: '2026-07-01' }],
    ['an agent below its holder', { agent: 'C', region: 'N1' }],
    ['its holder itself', { agent: 'M', region: 'N1' }],
  ] satisfies [string, Grant][])('leaves open %s', async (_, given: Grant) => {
    await grant({ agent: 'M', region: 'NORTH', exclusive: true, from: '2026-02-01', to: '2026-07-01' });
    await grant(given);
    expect(await stored()).toHaveLength(2);
  });

  it('does not grant exclusively where others have rights, nor to who is below no longer', async () => {
    await grant({ agent: 'X', region: 'N1' });
    const error = await failure(grant({ agent: 'M', region: 'NORTH', exclusive: true }));
    expect(error?.message).toBe(
      'Agent M cannot have region NORTH exclusively from 2026-01-01: agent X has region N1 from 2026-01-01.',
    );
    await databases.owner.delete(territory);
    // C is below M until the end of 2026 only
    await grant({ agent: 'M', region: 'NORTH', exclusive: true });
    expect(await failure(grant({ agent: 'C', region: 'N1' }))).toMatchObject({ code: 'TERRITORY_EXCLUSIVE' });
    await grant({ agent: 'C', region: 'N1', to: '2027-01-01' });
  });

  it.each([
    ['INPUT_INVALID', 'to', { agent: 'X', region: 'N1', from: '2026-05-01', to: '2026-05-01' }],
    ['INPUT_INVALID', 'from', { agent: 'X', region: 'N1', from: '2026-02-30' }],
    ['NOT_FOUND', 'agent', { agent: 'NONE', region: 'N1' }],
    ['NOT_FOUND', 'region', { agent: 'X', region: 'NONE' }],
    ['DATES_OVERLAP', 'from', { agent: 'X', region: 'N2', from: '2026-06-30' }],
  ] satisfies [string, string, Grant][])('refuses with %s at %s', async (code, at, given: Grant) => {
    await grant({ agent: 'X', region: 'N2', to: '2026-07-01' });
    expect(await failure(grant(given))).toMatchObject({ code, at });
    expect(await stored()).toHaveLength(1);
  });

  it('of two at once lets one have it', async () => {
    const both = ['X', 'Y'].map((agent) => failure(grant({ agent, region: 'ALL', exclusive: true })));
    const failures = (await Promise.all(both)).filter((error) => error !== undefined);
    expect(failures).toMatchObject([{ code: 'TERRITORY_EXCLUSIVE' }]);
    expect(await stored()).toHaveLength(1);
  });

  it('is kept to by the database, whatever writes', async () => {
    await grant({ agent: 'M', region: 'NORTH', exclusive: true });
    const past = databases.owner.insert(territory).values({
      agentId: province.agents.get('X') ?? 0,
      regionId: province.regions.get('N1') ?? 0,
      validFrom: '2026-01-01',
    });
    expect(await failure(past.then())).toMatchObject({ code: 'TERRITORY_EXCLUSIVE' });
  });
});

describe('endTerritory', () => {
  it('ends a right on a day, after which others may have it', async () => {
    const id = await grant({ agent: 'M', region: 'NORTH', exclusive: true });
    await end(id, '2026-12-31');
    expect(await stored()).toMatchObject([{ to: '2026-12-31' }]);
    expect(await lastRecord()).toMatchObject({
      action: 'territory.ended',
      entityKey: 'M',
      before: { region: 'NORTH', to: null },
      after: { region: 'NORTH', to: '2026-12-31' },
      reason: 'test',
    });
    await grant({ agent: 'X', region: 'NORTH', exclusive: true, from: '2026-12-31' });
  });

  it('takes away what has not begun, and not what has', async () => {
    const future = await grant({ agent: 'M', region: 'NORTH', from: '2026-12-06' });
    await end(future, '2026-12-06');
    expect(await stored()).toEqual([]);
    expect(await lastRecord()).toMatchObject({ action: 'territory.withdrawn', after: null });
    // today, in Shanghai
    const begun = await grant({ agent: 'M', region: 'NORTH', from: '2026-12-05' });
    expect(await failure(end(begun, '2026-12-05'))).toMatchObject({ code: 'INPUT_INVALID', at: 'to' });
  });

  it('does not make a right longer, and knows what there is', async () => {
    const id = await grant({ agent: 'M', region: 'NORTH', to: '2026-06-01' });
    expect(await failure(end(id, '2026-06-02'))).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await failure(end(999_999, '2026-06-02'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await stored()).toMatchObject([{ to: '2026-06-01' }]);
  });

  it('ends all rights of an agent at once', async () => {
    await grant({ agent: 'M', region: 'NORTH', to: '2026-03-01' });
    await grant({ agent: 'M', region: 'N1', from: '2026-02-01' });
    await grant({ agent: 'M', region: 'SOUTH', from: '2026-09-01' });
    await grant({ agent: 'X', region: 'N2', from: '2026-02-02' });
    const agentId = province.agents.get('M') ?? 0;
    const count = await owner((transaction) =>
      endTerritoriesOf(transaction, clerk, now, { agentId, to: '2026-06-01', reason: 'test' }),
    );
    expect(count).toBe(2);
    expect(await stored()).toMatchObject([{ to: '2026-03-01' }, { to: '2026-06-01' }, { to: null }]);
  });
});

describe('under row-level security', () => {
  const as = <Result>(
    role: Role,
    region: string | null,
    work: (transaction: Transaction, actor: Actor) => Promise<Result>,
  ) => {
    const regionId = region === null ? null : (province.regions.get(region) ?? 0);
    const actor: Actor = {
      name: `${role}@demo.example`,
      requestId: null,
      user: { id: 1, role, agentId: null, regionId },
    };
    return asRequest(databases.request, actor, '2026-12-05', (transaction) => work(transaction, actor));
  };
  const grantAs = (role: Role, region: string | null, given: Grant) =>
    failure(as(role, region, (transaction, actor) => grantTerritory(transaction, actor, now, wanted(given))));

  it('a manager grants its agents rights in its regions, and no others', async () => {
    expect(await grantAs('CHANNEL_MANAGER', 'NORTH', { agent: 'X', region: 'N1' })).toBeUndefined();
    expect(await grantAs('CHANNEL_MANAGER', 'NORTH', { agent: 'X', region: 'S1' })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await grantAs('CHANNEL_MANAGER', 'NORTH', { agent: 'Y', region: 'N2' })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await grantAs('AUDITOR', null, { agent: 'X', region: 'N2' })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stored()).toHaveLength(1);
  });

  it('nor does the database let it, should the service forget', async () => {
    const past = as('CHANNEL_MANAGER', 'NORTH', (transaction) => {
      const { agentId, regionId, from } = wanted({ agent: 'X', region: 'SOUTH' });
      return transaction.insert(territory).values({ agentId, regionId, validFrom: from }).then();
    });
    expect(await failure(past)).toMatchObject({ code: 'FORBIDDEN' });
    await grant({ agent: 'X', region: 'N1' });
    const moved = as('CHANNEL_MANAGER', 'NORTH', (transaction) =>
      transaction
        .update(territory)
        .set({ regionId: province.regions.get('SOUTH') ?? 0 })
        .then(),
    );
    expect(await failure(moved)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it("is refused against rights of other regions' agents, by name", async () => {
    await grant({ agent: 'Y', region: 'ALL' });
    const error = await grantAs('CHANNEL_MANAGER', 'NORTH', { agent: 'X', region: 'N1', exclusive: true });
    expect(error).toMatchObject({ code: 'TERRITORY_EXCLUSIVE' });
    expect(error?.message).toContain('agent Y has region ALL');
  });

  it('a manager ends rights of its own agents only', async () => {
    const other = await grant({ agent: 'Y', region: 'N1' });
    const own = await grant({ agent: 'X', region: 'SOUTH' });
    const endAs = (territoryId: number, role: Role) =>
      failure(
        as(role, 'NORTH', (transaction, actor) =>
          endTerritory(transaction, actor, now, { territoryId, to: '2027-01-01', reason: 'test' }),
        ),
      );
    expect(await endAs(other, 'CHANNEL_MANAGER')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await endAs(own, 'AUDITOR')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await endAs(own, 'CHANNEL_MANAGER')).toBeUndefined();
    const [row] = await databases.owner.select().from(territory).where(eq(territory.id, own));
    expect(row?.validTo).toBe('2027-01-01');
  });
});
