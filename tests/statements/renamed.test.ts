import { expect, it } from 'vitest';
import { makeFiles } from '../../src/exports/run.ts';
import { writeStatementFile } from '../../src/exports/statementFiles.ts';
import type { Period } from '../../src/period.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { statementsOfAgent } from '../../src/statements/statementDocument.ts';
import { renderStatementPdf } from '../../src/statements/statementPdf.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, now, october } from '../support/books.ts';
import { approved, makeAgents } from './issueFixture.ts';

const settings = { encoding: 'UTF-8', byteOrderMark: false } as const;
const pot = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
pools:
  - code: POT
    name: Pot
    versions: [{ from: 2026-01-01, currency: CNY, fund: { fixed: 30 }, weight: [{ factor: UNITS, events: [ACTIVATION] }], remainder: KEEP }]
`;
const november = '2026-11' as Period;

async function collect(pieces: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString('latin1');
}

it('an issued statement keeps the names of its agent, the operator and pools, on paper and in its files; the next one has the new ones', async () => {
  const databases = await testDatabase();
  const books = await makeAgents(databases);
  await apply(databases, pot);
  const runId = await approved(databases, october);
  await asOwner(databases, (transaction) => issueStatements(transaction, clerk, now, runId));
  const modelOf = async (period: Period) => {
    const [model] = await asOwner(databases, (transaction) => statementsOfAgent(transaction, period, 'A1'));
    if (!model) throw new Error('A1 has no statement');
    return model;
  };
  const files = async () => {
    const model = await modelOf(october);
    const id = { runId, agentId: books.ids.A1 ?? 0, currency: 'CNY' };
    const made = [await collect(renderStatementPdf(model, 'zh')), await collect(renderStatementPdf(model, 'en'))];
    await writeStatementFile(databases, { id, model }, 'xlsx', settings, async (bytes) => {
      made.push(await collect(bytes));
    });
    const target = {
      write: async (_: string, bytes: AsyncIterable<Buffer>) => {
        made.push(await collect(bytes));
      },
      read: () => {
        throw new Error('nothing is read');
      },
    };
    await makeFiles(databases, target, { period: october, kinds: ['STATEMENTS_CSV'], settings, onProgress: () => {} });
    return made;
  };
  const before = await files();
  expect((await modelOf(october)).components.map(({ name }) => name)).toEqual(['Activation', 'Pot']);
  await databases.owner.$client`update agent set name = 'Renamed' where code = 'A1'`;
  await databases.owner.$client`update operator set name = 'Renamed Telecom'`;
  await databases.owner.$client`update pool set name = 'Renamed pool'`;
  expect((await files()).map((file, index) => file === before[index])).toEqual([true, true, true, true]);
  await approved(databases, november);
  const next = await modelOf(november);
  expect([next.agentName, next.letterhead.name]).toEqual(['Renamed', 'Renamed Telecom']);
  expect(next.components.map(({ name }) => name)).toEqual(['Activation', 'Renamed pool']);
});
