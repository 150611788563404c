import { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { agent } from '../../src/agents/tables.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { region } from '../../src/reference/tables.ts';
import { importEventFile } from '../../src/sales/import.ts';
import { salesEvent } from '../../src/sales/tables.ts';
import { testDatabase } from '../database.ts';
import { file, importText, line, now, setUpProvince } from './fixture.ts';

let databases: Databases;
let eastId: number;
let agentId: number;

beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
  const [east] = await databases.owner.select().from(region).where(eq(region.code, 'R-EAST'));
  const [first] = await databases.owner.select().from(agent).where(eq(agent.code, 'A001'));
  eastId = east?.id ?? 0;
  agentId = first?.id ?? 0;
});

function user(role: Role): Actor {
  const claims = { regionId: role === 'CHANNEL_MANAGER' ? eastId : null, agentId: role === 'AGENT' ? agentId : null };
  return { name: `${role.toLowerCase()}@demo.example`, requestId: 'r1', user: { id: 1, role, ...claims } };
}

function importAs(role: Role, text: string) {
  return asRequest(databases.request, user(role), '2026-11-15', (transaction) =>
    importEventFile(
      transaction,
      user(role),
      now,
      { name: 'x', stream: Readable.from([Buffer.from(text)]) },
      { atomic: false },
    ),
  );
}

describe('import under row-level security', () => {
  it('takes events of the agents a manager sees; the others do not exist for it', async () => {
    const result = await importAs(
      'CHANNEL_MANAGER',
      file(
        line({ source: 'M', external_id: 'E1', credits: 'A001:SELLER:0.7|A002:REFERRER:0.3' }),
        line({ source: 'M', external_id: 'E2', agent_code: 'A004' }),
        line({ source: 'M', external_id: 'E3', agent_code: 'A005' }),
        line({ source: 'M', external_id: 'E4', credits: 'A001:SELLER:0.7|A004:REFERRER:0.3' }),
      ),
    );
    expect(result).toMatchObject({ acceptedCount: 1, rejectedCount: 3 });
    expect(result.rejections.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'agent_code', 'AGENT_UNKNOWN'],
      [3, 'agent_code', 'AGENT_UNKNOWN'],
      [4, 'credits', 'AGENT_UNKNOWN'],
    ]);
  });

  it('takes a key that an invisible agent has for changed', async () => {
    await importText(databases.owner, file(line({ source: 'N', agent_code: 'A004' })));
    const result = await importAs('CHANNEL_MANAGER', file(line({ source: 'N' })));
    expect(result).toMatchObject({ acceptedCount: 0, rejectedCount: 1, rejections: [{ code: 'EVENT_CHANGED' }] });
  });

  it('counts what other regions refunded and reversed', async () => {
    const other = { source: 'P', agent_code: 'A004' };
    await importText(
      databases.owner,
      file(
        line({ source: 'P', external_id: 'S1', amount: '100' }),
        line({ source: 'P', external_id: 'S2', amount: '100' }),
        line({ ...other, external_id: 'R1', type: 'REFUND', original_external_id: 'S1', amount: '70' }),
        line({ ...other, external_id: 'V1', type: 'REVERSAL', original_external_id: 'S2', amount: '0' }),
      ),
    );
    const result = await importAs(
      'CHANNEL_MANAGER',
      file(
        line({ source: 'P', external_id: 'R2', type: 'REFUND', original_external_id: 'S1', amount: '30.01' }),
        line({ source: 'P', external_id: 'R3', type: 'REFUND', original_external_id: 'S1', amount: '30' }),
        line({ source: 'P', external_id: 'V2', type: 'REVERSAL', original_external_id: 'S2', amount: '0' }),
      ),
    );
    expect(result).toMatchObject({ acceptedCount: 1, rejectedCount: 2 });
    expect(result.rejections.map(({ row, code }) => [row, code])).toEqual([
      [1, 'REFUND_TOO_LARGE'],
      [3, 'ALREADY_REVERSED'],
    ]);
  });

  it('tells a manager nothing about originals of agents that it does not see', async () => {
    await importText(
      databases.owner,
      file(
        line({ source: 'Q', external_id: 'S1', amount: '100' }),
        line({ source: 'Q', external_id: 'S4', agent_code: 'A004', amount: '100' }),
        line({
          source: 'Q',
          external_id: 'R4',
          agent_code: 'A004',
          type: 'REFUND',
          original_external_id: 'S4',
          amount: '1',
        }),
      ),
    );
    const stateOf = (transaction: Transaction) => rawSql(transaction)`
      select external_id, refunded from state_of_originals(array['Q', 'Q', 'Q'], array['S1', 'S4', 'unknown']) order by 1`;
    const seen = await asRequest(databases.request, user('CHANNEL_MANAGER'), '2026-11-15', stateOf);
    expect([...seen]).toEqual([{ external_id: 'S1', refunded: '0' }]);
    const agents = await asRequest(databases.request, user('AGENT'), '2026-11-15', stateOf);
    expect([...agents]).toEqual([{ external_id: 'S1', refunded: '0' }]);
    expect([...(await databases.owner.transaction(stateOf))]).toEqual([
      { external_id: 'S1', refunded: '0' },
      { external_id: 'S4', refunded: '1' },
    ]);
  });

  it('takes all events of an administrator', async () => {
    const result = await importAs(
      'ADMIN',
      file(line({ source: 'O', agent_code: 'A004' }), line({ source: 'O', external_id: 'E5', agent_code: 'A005' })),
    );
    expect(result).toMatchObject({ acceptedCount: 2, rejectedCount: 0 });
  });

  it.each(['AGENT', 'FINANCE', 'AUDITOR'] as const)('lets nothing of an %s land', async (role) => {
    const error = await importAs(role, file(line({ source: role }))).catch(asUserError);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    expect(await databases.owner.$count(salesEvent, eq(salesEvent.source, role))).toBe(0);
  });
});
