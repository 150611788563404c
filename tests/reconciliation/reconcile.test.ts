import { beforeAll, describe, expect, it } from 'vitest';
import { rawSql, type Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { reconcileList } from '../../src/reconciliation/reconcile.ts';
import { resultCsv } from '../../src/reconciliation/results.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { type Answer, ask, data, makeWorld, now, type Person, type World } from '../schema/world.ts';
import { codeOf } from '../support/books.ts';

// October 2026 is approved. E1 earned 80 for A-E1 (S1, FIBER, 5 October) and 1.1 · 3.25 % of 100 = 3.575, rounded 3.58, for B-E1. E2 earned
// 80 for A-E2 and 30 % of 80 = 24 of A-SHARED, W1's. A-E3 is E3's, who has no agreement.

let world: World;
const clerk = localActor('clerk');
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => world.databases.owner.transaction(work);

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await owner(async (transaction) => {
    await publishSettlementPolicy(transaction, clerk, now, { validFrom: '2026-01-01', definition: {} });
    const [run] = await rawSql(transaction)<{ id: number }[]>`select id from commission_run where period = '2026-10'`;
    await issueStatements(transaction, clerk, now, run?.id ?? 0);
  });
});

const header = 'external_id,source,subscription,product,sold_on,amount\n';
const reconciliation = `{ __typename ... on UserError { code message } ... on ReconciliationPayload { reconciliation {
  code period fileName rowCount unlistedCount uploadedBy downloadPath agent { code } totals { verdict currency rowCount expected paid difference } } } }`;
const upload = async (person: Person, agentCode: string, csv: string) =>
  (
    await data(
      world,
      person,
      `mutation ($csv: String!, $agent: String!) { reconcile(agentCode: $agent, period: "2026-10", csv: $csv) ${reconciliation} }`,
      { csv, agent: agentCode },
    )
  ).reconcile;
/** `row verdict matchedBy paid reason` of each row of a list. */
const rowsOf = async (person: Person, code: string, rest = ''): Promise<string[]> => {
  const answer = await data(
    world,
    person,
    `{ reconciliationRows(code: "${code}" ${rest}) { nodes { row verdict matchedBy paidAmount reason } } }`,
  );
  return answer.reconciliationRows.nodes.map((row: Record<string, unknown>) =>
    [row.row, row.verdict, row.matchedBy ?? '-', row.paidAmount ?? '-', row.reason ?? '-'].join(' '),
  );
};
const verdicts = async (person: Person, agentCode: string, csv: string) => {
  const answer = await upload(person, agentCode, csv);
  if (answer.code) throw new Error(answer.message);
  return rowsOf(person, answer.reconciliation.code);
};
const asLocal = (content: Buffer | string, agentCode = 'E1', period = '2026-10') =>
  owner((transaction) =>
    reconcileList(transaction, clerk, now, { agentCode, period, fileName: 'list.csv', content: Buffer.from(content) }),
  );

describe('an agent’s own list', () => {
  it('gets each row back with its verdict, and totals', async () => {
    const csv = `${header}A-E1,CRM,,,,80\nB-E1,,,,,4.00\nA-E2,CRM,,,,80\nNONE,,,,,12.5\n,,S1,FIBER,2026-10-05,80\n`;
    const { reconciliation: found } = await upload('agentE1', 'E1', csv);
    expect(found).toMatchObject({
      period: '2026-10',
      fileName: 'list',
      rowCount: 5,
      unlistedCount: 0,
      uploadedBy: 'agente1@demo.example',
      downloadPath: `/reconciliations/${found.code}`,
      agent: { code: 'E1' },
      totals: [
        { verdict: 'MATCHED', currency: 'CNY', rowCount: 1, expected: '80.00', paid: '80.00', difference: '0.00' },
        { verdict: 'MISSING', currency: 'CNY', rowCount: 2, expected: '92.50', paid: '0.00', difference: '-92.50' },
        { verdict: 'UNDERPAID', currency: 'CNY', rowCount: 1, expected: '4.00', paid: '3.58', difference: '-0.42' },
        {
          verdict: 'DISQUALIFIED',
          currency: 'CNY',
          rowCount: 1,
          expected: '80.00',
          paid: '0.00',
          difference: '-80.00',
        },
      ],
    });
    // E2's sale looks like one that is not there.
    expect(await rowsOf('agentE1', found.code)).toEqual([
      '2 MATCHED ID 80.00 -',
      '3 UNDERPAID ID 3.58 -',
      '4 MISSING - - NOT_FOUND',
      '5 MISSING - - NOT_FOUND',
      '6 DISQUALIFIED - 0.00 LISTED_TWICE',
    ]);
    expect(await rowsOf('agentE1', found.code, 'verdict: MISSING')).toHaveLength(2);
  });

  it('is matched by subscription, those that say more first, and by id again where the subscription is another', async () => {
    expect(
      await verdicts('agentE1', 'E1', 'subscription,product,sold_on,amount\nS1,,,79.99\nS1,FIBER,2026-10-05,\n'),
    ).toEqual(['2 DISQUALIFIED - 0.00 LISTED_TWICE', '3 MATCHED SUBSCRIPTION 80.00 -']);
    expect(await verdicts('agentE1', 'E1', 'subscription,sold_on,amount\nS1,,79.99\n')).toEqual([
      '2 OVERPAID SUBSCRIPTION 80.00 -',
    ]);
    expect(await verdicts('agentE1', 'E1', 'subscription,sold_on,external_id\nS1,2026-10-06,\nS1,,MINE\n')).toEqual([
      '2 MISSING - - NOT_FOUND',
      '3 MATCHED SUBSCRIPTION 80.00 -',
    ]);
  });

  it('counts a share of a sale, and a sale without an agreement as disqualified with the reason', async () => {
    expect(await verdicts('agentE2', 'E2', 'external_id,amount\nA-SHARED,24\nA-SHARED,24\n')).toEqual([
      '2 MATCHED ID 24.00 -',
      '3 DISQUALIFIED ID 0.00 LISTED_TWICE',
    ]);
    expect(await verdicts('finance', 'E3', 'external_id,amount\nA-E3,80\n')).toEqual([
      '2 DISQUALIFIED ID 0.00 NO_AGREEMENT',
    ]);
  });

  it('tells what it leaves out', async () => {
    const { reconciliation: found } = await upload('agentE1', 'E1', 'external_id\nA-E1\n');
    expect(found.unlistedCount).toBe(1);
    const query = `{ unlistedSales(code: "${found.code}") { source externalId type paid currency reason } }`;
    expect((await data(world, 'agentE1', query)).unlistedSales).toEqual([
      { source: 'CRM', externalId: 'B-E1', type: 'BILL', paid: '3.58', currency: 'CNY', reason: null },
    ]);
  });

  it('names all faults and keeps nothing', async () => {
    const before = await owner((transaction) => rawSql(transaction)`select count(*) from reconciliation`);
    const csv = `${header}A-E1,,,,5.10.2026,80\n,CRM,,,,1\nX,,,,,1.005\nY\n${'z'.repeat(201)},,,,,\n`;
    const answer = await upload('agentE1', 'E1', csv);
    expect(answer.code).toBe('VALUE_INVALID');
    expect(answer.message.split('\n').map((text: string) => text.slice(0, 24))).toEqual([
      'row 2, sold_on: "5.10.20',
      'row 3, external_id: The ',
      'row 4, amount: "1.005" i',
      'row 5: The row has 1 fie',
      'row 6, external_id: exte',
    ]);
    expect(await codeOf(asLocal('external_id,colour\n'))).toBe('COLUMN_UNKNOWN');
    expect(await codeOf(asLocal('external_id\n'))).toBe('FILE_EMPTY');
    expect(await codeOf(asLocal('external_id\nX\n', 'E1', '2026-11'))).toBe('NO_RUN');
    expect(await codeOf(asLocal('external_id\nX\n', 'NONE'))).toBe('NOT_FOUND');
    expect(await owner((transaction) => rawSql(transaction)`select count(*) from reconciliation`)).toEqual(before);
  });

  it('may be GB18030, and gives back harmless CSV', async () => {
    // 张三 in GB18030
    const id = await asLocal(
      Buffer.concat([
        Buffer.from('external_id,amount\n=1+1'),
        Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]),
        Buffer.from(',5\nA-E1,81.5\n'),
      ]),
    );
    const csv = await owner(async (transaction) => {
      const pieces: Buffer[] = [];
      for await (const piece of resultCsv(transaction, id)) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    });
    expect(csv).toBe(
      `row,external_id,source,subscription,product,sold_on,amount,currency,verdict,matched_by,matched_source,matched_external_id,paid,difference,reason,dispute
2,'=1+1张三,,,,,5.00,CNY,MISSING,,,,,-5.00,NOT_FOUND,
3,A-E1,,,,,81.50,CNY,UNDERPAID,ID,CRM,A-E1,80.00,-1.50,,
`,
    );
  });
});

describe('who sees it', () => {
  it('agents their own and their descendants’, managers their region’s; others nothing', async () => {
    const { reconciliation: found } = await upload('agentE2', 'E2', 'external_id\nA-E2\n');
    const seen = async (person: Person) => {
      const answer: Answer = await ask(world, person, `{ reconciliations(code: "${found.code}") { nodes { code } } }`);
      return answer.data?.reconciliations?.nodes.length ?? answer.errors?.[0]?.extensions?.code;
    };
    expect(await seen('agentE2')).toBe(1);
    expect(await seen('agentE1')).toBe(1);
    expect(await seen('managerEast')).toBe(1);
    expect(await seen('auditor')).toBe(1);
    expect(await seen('managerWest')).toBe(0);
    expect(await seen('agentW1')).toBe(0);
    expect(await seen('nobody')).toBe('NOT_SIGNED_IN');
    const rows = await ask(world, 'agentW1', `{ reconciliationRows(code: "${found.code}") { nodes { row } } }`);
    expect(rows.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    expect((await upload('agentE1', 'E2', 'external_id\nA-E2\n')).code).toBe('FORBIDDEN');
    expect((await upload('agentE1', 'NONE', 'external_id\nA-E2\n')).code).toBe('FORBIDDEN');
  });
});

describe('disputes from rows', () => {
  const dispute = async (person: Person, code: string, rows: readonly number[]) =>
    (
      await data(
        world,
        person,
        `mutation { disputeReconciliationRows(code: "${code}", rows: [${rows}], reason: "too little") {
        ... on UserError { code message }
        ... on ReconciliationDisputesPayload { disputes { subject lineId externalId claimedAmount } } } }`,
      )
    ).disputeReconciliationRows;

  it('are about the line that paid, or the missing sale, once', async () => {
    const { reconciliation: found } = await upload('agentE1', 'E1', `${header}B-E1,CRM,,,,4\nNONE,,,,,12.5\n`);
    expect(await dispute('agentW1', found.code, [2])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await dispute('agentE1', found.code, [2, 7])).toMatchObject({ code: 'NOT_FOUND' });
    expect((await dispute('agentE1', found.code, [3, 2])).disputes).toEqual([
      {
        subject: 'LINE',
        lineId: expect.stringMatching(/^2026-10\.P\.RES\.E\d+\.E1\.SELLER$/),
        externalId: null,
        claimedAmount: '4.00',
      },
      { subject: 'MISSING_CREDIT', lineId: null, externalId: 'NONE', claimedAmount: '12.50' },
    ]);
    expect(await dispute('agentE1', found.code, [2])).toMatchObject({ code: 'RECORD_STATE' });
    expect(await rowsOf('agentE1', found.code, 'disputed: true')).toHaveLength(2);
  });
});
