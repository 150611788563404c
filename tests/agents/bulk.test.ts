import { Readable } from 'node:stream';
import { desc, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentImportResult, importAgentFile } from '../../src/agents/bulk.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { plan } from '../../src/commissions/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { tier } from '../../src/reference/tables.ts';
import type { RowError } from '../../src/sales/rejections.ts';
import { testDatabase } from '../database.ts';
import { actor, now, setUpProvince } from '../sales/fixture.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
  await databases.owner.insert(tier).values({ code: 'GOLD', name: 'Gold', rank: 1 });
  await databases.owner.insert(plan).values({ code: 'P', name: 'Plan' });
});

const importText = (text: string, atomic = false): Promise<AgentImportResult> =>
  databases.owner.transaction((transaction) =>
    importAgentFile(
      transaction,
      actor,
      now,
      { name: 'agents.csv', stream: Readable.from([Buffer.from(text)]) },
      { atomic },
    ),
  );
const counts = ({ rejections: _rejections, ...rest }: AgentImportResult) => rest;
const faults = (errors: readonly RowError[]) => errors.map(({ row, column, code }) => [row, column, code]);
const rows = async (query: string) => [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(query)))];

const full =
  'code,name,channel_type,region,parent,tier,plan,agreement_code,agreement_from,agreement_to,status_from,contact_name,phone,email';
const plain = 'code,name,channel_type,region,parent';

describe('importAgentFile', () => {
  it('adds agents with their dated facts, parents in any order', async () => {
    const result = await importText(
      [
        full,
        'N2,Sub,AGENT,R-WEST,N1,,,,,,2026-12-01,,,',
        'N1,"Master, east",AGENT,R-EAST,A001,GOLD,P,AG-1,2026-11-01,2028-01-01,2026-10-01,Anna,+86 20 1234,anna@example.org',
        'N3,No parent,AGENT,R-EAST,,GOLD,P,,,,,,,',
      ].join('\n'),
    );
    expect(counts(result)).toEqual({
      rowCount: 3,
      createdCount: 3,
      changedCount: 0,
      unchangedCount: 0,
      rejectedCount: 0,
    });
    expect(
      await rows(`
        select agent.code, agent.name, channel.code as channel, region.code as region, placed.valid_from::text as placed,
          above.code as parent, link.valid_from::text as linked, tier.code as tier, state.status || ' ' || state.valid_from as status,
          bound.code || ' ' || bound.valid_from || ' ' || coalesce(bound.valid_to::text, '') as agreement,
          concat_ws(' ', contact.name, contact.phone, contact.email) as contact
        from agent join channel_type channel on channel.id = agent.channel_type_id
        join agent_region placed on placed.agent_id = agent.id join region on region.id = placed.region_id
        join agent_status state on state.agent_id = agent.id
        left join agent_parent link on link.agent_id = agent.id left join agent above on above.id = link.parent_id
        left join agent_tier graded on graded.agent_id = agent.id left join tier on tier.id = graded.tier_id
        left join agreement bound on bound.agent_id = agent.id left join agent_contact contact on contact.agent_id = agent.id
        where agent.code like 'N%' order by agent.code`),
    ).toEqual([
      {
        code: 'N1',
        name: 'Master, east',
        channel: 'AGENT',
        region: 'R-EAST',
        placed: '2026-10-01',
        parent: 'A001',
        linked: '2026-10-01',
        tier: 'GOLD',
        status: 'ACTIVE 2026-10-01',
        agreement: 'AG-1 2026-11-01 2028-01-01',
        contact: 'Anna +86 20 1234 anna@example.org',
      },
      {
        code: 'N2',
        name: 'Sub',
        channel: 'AGENT',
        region: 'R-WEST',
        placed: '2026-12-01',
        parent: 'N1',
        linked: '2026-12-01',
        tier: null,
        status: 'ACTIVE 2026-12-01',
        agreement: null,
        contact: '',
      },
      // Without status_from facts hold from the operator's today on.
      expect.objectContaining({
        code: 'N3',
        parent: null,
        status: 'ACTIVE 2026-11-15',
        agreement: 'N3-P-2026-11-15 2026-11-15 ',
      }),
    ]);
  });

  it('changes nothing the second time, corrects names, and refuses other differences', async () => {
    const first = `${full}\nN1,One,AGENT,R-EAST,A001,GOLD,P,,,,2026-11-01,Anna,,\nN2,Two,AGENT,R-EAST,N1,,P,,,,,,,`;
    await importText(first);
    const audits = () => databases.owner.$count(auditRecord);
    const before = await audits();
    expect(counts(await importText(first))).toMatchObject({ createdCount: 0, changedCount: 0, unchangedCount: 2 });
    expect(await audits()).toBe(before);

    const renamed = await importText(`${plain}\nN1,Uno,AGENT,R-EAST,\nN2,Two,AGENT,R-EAST,N1`);
    expect(counts(renamed)).toMatchObject({ createdCount: 0, changedCount: 1, unchangedCount: 1, rejectedCount: 0 });
    expect(await rows("select name from agent where code = 'N1'")).toEqual([{ name: 'Uno' }]);

    const other = await importText(
      `${full}\nN1,Eins,AGENT,R-WEST,N2,,,,,,2026-11-20,Ben,,\nN2,Zwei,AGENT,R-EAST,,GOLD,P,OTHER,,,,,,\nA001,A001,AGENT,R-EAST,,,,,,,2026-01-01,,,`,
    );
    expect(faults(other.rejections)).toEqual([
      [1, 'region', 'AGENT_DIFFERS'],
      [1, 'parent', 'AGENT_DIFFERS'],
      [1, 'contact_name', 'AGENT_DIFFERS'],
      [2, 'tier', 'AGENT_DIFFERS'],
      [2, 'plan', 'AGENT_DIFFERS'],
      [3, 'status_from', 'AGENT_DIFFERS'],
    ]);
    expect(other.rejections[0]?.message).toBe('The agent exists and has R-EAST; an import changes only its name.');
    expect(await rows("select name from agent where code in ('N1', 'N2') order by code")).toEqual([
      { name: 'Uno' },
      { name: 'Two' },
    ]);
  });

  it('writes one audit record with counts and a hash', async () => {
    await importText(`${plain}\nN1,One,AGENT,R-EAST,\nN2,Two,AGENT,NOWHERE,`);
    const [record] = await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1);
    expect(record).toMatchObject({
      action: 'agents.imported',
      entityKey: 'agents.csv',
      actor: 'clerk',
      after: { rowCount: 2, createdCount: 1, rejectedCount: 1, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('reports every fault of a row by its column, with line and key, and lands the others', async () => {
    const result = await importText(
      [
        full,
        ',,NONE,NOWHERE,bad parent,NONE,NONE,b d,2026-02-30,x,1899-01-01,,abc,nobody',
        'N1,One,AGENT,R-EAST,N1,,,AG,,,,,123456,',
        'N2,Two,AGENT,R-EAST,,,P,,2026-11-01,2026-11-01,,,,',
        'N3,Three,AGENT,R-EAST,,,,,,,,,,',
        'N3,Third,AGENT,R-EAST,,,,,,,,,,',
        'N4,Four,AGENT,R-EAST,,,P,AG,,,,,,',
        'N5,Five,AGENT,R-EAST,N6,,P,AG,,,,,,',
        'N6,Six,AGENT,R-EAST,N7,,,,,,,,,',
        'N7,Seven,AGENT,R-EAST,N6,,,,,,,,,',
        'N8,Eight,AGENT,R-EAST,GONE,,,,,,,,,',
      ].join('\n'),
    );
    expect(faults(result.rejections)).toEqual([
      [1, 'status_from', 'VALUE_INVALID'],
      [1, 'code', 'VALUE_MISSING'],
      [1, 'name', 'VALUE_MISSING'],
      [1, 'channel_type', 'REFERENCE_UNKNOWN'],
      [1, 'region', 'REGION_UNKNOWN'],
      [1, 'parent', 'VALUE_INVALID'],
      [1, 'tier', 'REFERENCE_UNKNOWN'],
      [1, 'plan', 'REFERENCE_UNKNOWN'],
      [1, 'agreement_code', 'VALUE_INVALID'],
      [1, 'agreement_from', 'VALUE_INVALID'],
      [1, 'agreement_to', 'VALUE_INVALID'],
      [1, 'phone', 'VALUE_INVALID'],
      [1, 'email', 'VALUE_INVALID'],
      [2, 'parent', 'PARENT_CIRCLE'],
      [2, 'plan', 'VALUE_MISSING'],
      [2, 'contact_name', 'VALUE_MISSING'],
      [3, 'agreement_to', 'VALUE_INVALID'],
      [5, 'code', 'CODE_DUPLICATE'],
      [7, 'agreement_code', 'CODE_DUPLICATE'],
      [8, 'parent', 'PARENT_CIRCLE'],
      [9, 'parent', 'PARENT_CIRCLE'],
      [10, 'parent', 'AGENT_UNKNOWN'],
    ]);
    expect(result.rejections.find(({ row }) => row === 5)).toMatchObject({ line: 6, key: 'N3' });
    expect(await rows("select code from agent where code like 'N%' order by code")).toEqual([
      { code: 'N3' },
      { code: 'N4' },
    ]);
  });

  it('lands nothing under atomic where one row is rejected', async () => {
    const result = await importText(`${plain}\nN1,One,AGENT,R-EAST,\nN2,Two,AGENT,R-EAST,GONE`, true);
    expect(counts(result)).toMatchObject({ rowCount: 2, createdCount: 0, rejectedCount: 1 });
    expect(await rows("select code from agent where code like 'N%'")).toEqual([]);
  });

  it('refuses a header it does not know', async () => {
    await expect(importText('code,name,channel_type\n')).rejects.toMatchObject({ code: 'COLUMN_MISSING' });
    await expect(importText('')).rejects.toMatchObject({ code: 'FILE_EMPTY' });
  });
});
