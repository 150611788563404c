import { Readable } from 'node:stream';
import { desc, eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { agent, agentParent } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { region } from '../../src/reference/tables.ts';
import type { RowError } from '../../src/sales/rejections.ts';
import { importTerritoryFile, type TerritoryImportResult } from '../../src/territories/bulk.ts';
import { testDatabase } from '../database.ts';
import { actor, now, setUpProvince } from '../sales/fixture.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
  const { owner } = databases;
  const [east] = await owner.select().from(region).where(eq(region.code, 'R-EAST'));
  await owner.insert(region).values({ code: 'HARBOUR', name: 'Harbour', parentId: east?.id ?? 0 });
});

const header = 'agent_code,region_code,exclusive,from,to';
const importRows = (rows: readonly string[], atomic = false): Promise<TerritoryImportResult> =>
  databases.owner.transaction((transaction) =>
    importTerritoryFile(
      transaction,
      actor,
      now,
      { name: 'territories.csv', stream: Readable.from([Buffer.from([header, ...rows].join('\n'))]) },
      { atomic },
    ),
  );
const counts = ({ rejections: _rejections, ...rest }: TerritoryImportResult) => rest;
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);
const stored = async () => [
  ...(await databases.owner.execute<Record<string, unknown>>(sql`
    select concat_ws(' ', agent.code, region.code, exclusive, valid_from, valid_to) as right
    from territory join agent on agent.id = agent_id join region on region.id = region_id order by 1`)),
];
const idOf = async (code: string) => {
  const [found] = await databases.owner.select().from(agent).where(eq(agent.code, code));
  return found?.id ?? 0;
};

describe('importTerritoryFile', () => {
  it('grants rights once: the same file again changes nothing', async () => {
    const rows = [
      'A001,R-EAST,false,2026-01-01,',
      'A002,R-EAST,No,2026-01-01,2027-01-01',
      'A004,R-WEST,true,2026-01-01,',
    ];
    expect(counts(await importRows(rows))).toEqual({
      rowCount: 3,
      createdCount: 3,
      unchangedCount: 0,
      rejectedCount: 0,
    });
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'territories.imported',
      entityKey: 'territories.csv',
      after: { createdCount: 3, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const audits = await databases.owner.$count(auditRecord);
    expect(counts(await importRows(rows))).toMatchObject({ createdCount: 0, unchangedCount: 3, rejectedCount: 0 });
    expect(await databases.owner.$count(auditRecord)).toBe(audits);
    expect(await stored()).toEqual([
      { right: 'A001 R-EAST f 2026-01-01' },
      { right: 'A002 R-EAST f 2026-01-01 2027-01-01' },
      { right: 'A004 R-WEST t 2026-01-01' },
    ]);
  });

  it('reports every fault of a row by its column, and lands the others', async () => {
    const result = await importRows([
      'A999,NOWHERE,maybe,2026-02-30,soon',
      ',,,,',
      'A001,R-EAST,true,2026-01-01,2026-01-01',
      'A001,,false,,',
      'A001,R-EAST,false,2026-01-01,',
      'A001,R-EAST,true,2026-06-01,',
      'A001,R-EAST,false,2026-01-01,',
    ]);
    expect(faults(result.rejections)).toEqual([
      [1, 'agent_code', 'AGENT_UNKNOWN'],
      [1, 'region_code', 'REGION_UNKNOWN'],
      [1, 'exclusive', 'VALUE_INVALID'],
      [1, 'from', 'VALUE_INVALID'],
      [1, 'to', 'VALUE_INVALID'],
      [2, 'to', 'VALUE_INVALID'],
      [3, 'region_code', 'VALUE_MISSING'],
      [3, 'from', 'VALUE_MISSING'],
      [5, 'from', 'DATES_OVERLAP'],
      [6, 'from', 'DATES_OVERLAP'],
    ]);
    // The line with nothing but commas is no row.
    expect(result.rejections.at(-2)).toMatchObject({
      line: 7,
      key: 'A001 R-EAST',
      message: 'Agent A001 has a right in region R-EAST from 2026-01-01 already (line 6 of the file).',
    });
    expect(await stored()).toEqual([{ right: 'A001 R-EAST f 2026-01-01' }]);
  });

  it('names both where exclusivity stands against a row: in the region, above it and below it', async () => {
    await importRows(['A001,HARBOUR,true,2026-01-01,2027-01-01', 'A004,R-WEST,false,2026-01-01,']);
    const result = await importRows([
      'A002,HARBOUR,false,2026-06-01,',
      'A002,R-EAST,false,2026-12-31,',
      'A003,R-WEST,true,2026-01-01,',
      'A002,R-EAST,true,2027-01-01,',
      'A003,HARBOUR,false,2028-01-01,',
      'A003,R-EAST,false,2026-01-01,2026-01-02',
      'A005,R-WEST,false,2026-01-01,',
    ]);
    expect(faults(result.rejections)).toEqual(
      [1, 2, 3, 5, 6].map((row) => [row, 'region_code', 'TERRITORY_EXCLUSIVE']),
    );
    expect(result.rejections.map(({ message }) => message)).toEqual([
      'Agent A002 cannot have region HARBOUR from 2026-06-01: agent A001 has region HARBOUR exclusively from 2026-01-01 to 2027-01-01.',
      'Agent A002 cannot have region R-EAST from 2026-12-31: agent A001 has region HARBOUR exclusively from 2026-01-01 to 2027-01-01.',
      'Agent A003 cannot have region R-WEST exclusively from 2026-01-01: agent A004 has region R-WEST from 2026-01-01.',
      'Agent A003 cannot have region HARBOUR from 2028-01-01: agent A002 has region R-EAST exclusively from 2027-01-01 (line 5 of the file).',
      'Agent A003 cannot have region R-EAST from 2026-01-01 to 2026-01-02: agent A001 has region HARBOUR exclusively from 2026-01-01 to 2027-01-01.',
    ]);
    expect(await stored()).toHaveLength(4);
  });

  it('lets those below the holder in, on the days on which they are', async () => {
    await databases.owner.insert(agentParent).values([
      { agentId: await idOf('A003'), parentId: await idOf('A002'), validFrom: '2020-01-01' },
      { agentId: await idOf('A002'), parentId: await idOf('A001'), validFrom: '2020-01-01', validTo: '2026-07-01' },
    ]);
    const result = await importRows([
      'A001,R-EAST,true,2026-01-01,',
      'A003,HARBOUR,false,2026-01-01,2026-07-01',
      'A002,HARBOUR,false,2026-01-01,2026-07-02',
    ]);
    expect(faults(result.rejections)).toEqual([[3, 'region_code', 'TERRITORY_EXCLUSIVE']]);
  });

  it('lands nothing under atomic where one row is rejected', async () => {
    const result = await importRows(['A001,R-EAST,true,2026-01-01,', 'A002,R-EAST,true,2026-01-01,'], true);
    expect(counts(result)).toEqual({ rowCount: 2, createdCount: 0, unchangedCount: 0, rejectedCount: 1 });
    expect(await stored()).toEqual([]);
  });
});
