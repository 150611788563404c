import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from './world.ts';

// October 2026 is approved: E1, E2 of the east (E2 below E1), W1 of the west.

let world: World;
const error = '__typename ... on UserError { code message }';
const issue = (period: string) =>
  `mutation { issueStatements(period: "${period}") { ${error} ... on IssueStatementsPayload { issued } } }`;
const confirm = (id: string) =>
  `mutation { confirmStatement(statementId: "${id}") { ${error} ... on StatementPayload { statement { issued { state confirmation } } } } }`;
const listed = async (person: Person, filter = 'period: "2026-10"') =>
  (
    await data(
      world,
      person,
      `{ statements(${filter}) { nodes { id payable returned agent { code } issued { number state net vat gross returned invoiceNet invoiceGross confirmsOn disputableUntil } steps { action } } } }`,
    )
  ).statements.nodes;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

describe('statements over GraphQL', () => {
  it('are issued by finance, once, and only of an approved run', async () => {
    expect((await listed('finance'))[0]).toMatchObject({ issued: null, steps: [] });
    expect((await data(world, 'finance', issue('2026-11'))).issueStatements).toMatchObject({ code: 'RUN_STATE' });
    expect((await data(world, 'finance', issue('2026-09'))).issueStatements).toMatchObject({ code: 'NO_RUN' });
    expect((await data(world, 'finance', issue('2026-10'))).issueStatements).toMatchObject({ issued: 3 });
    expect((await data(world, 'finance', issue('2026-10'))).issueStatements).toMatchObject({ issued: 0 });
    const [first] = await listed('finance', 'period: "2026-10", agent: "E1"');
    expect(first).toMatchObject({
      returned: '0.00',
      issued: {
        number: 'S-2026-10-E1-CNY',
        state: 'ISSUED',
        net: first.payable,
        vat: '0.00',
        gross: first.payable,
        returned: '0.00',
        invoiceNet: first.payable,
        invoiceGross: first.payable,
        confirmsOn: '2026-12-12',
        disputableUntil: '2027-01-04',
      },
      steps: [{ action: 'ISSUED' }],
    });
  });

  it('are seen by the agent, those above it, its managers and staff of the whole', async () => {
    const seen = async (person: Person) =>
      (await listed(person))
        .map((row: { agent: { code: string }; issued: unknown }) => `${row.agent.code}${row.issued ? '' : '?'}`)
        .sort();
    expect(await seen('agentE1')).toEqual(['E1', 'E2']);
    expect(await seen('agentE2')).toEqual(['E2']);
    expect(await seen('managerEast')).toEqual(['E1', 'E2']);
    expect(await seen('auditor')).toEqual(['E1', 'E2', 'W1']);
    const { notices } = await data(world, 'agentE2', '{ notices { nodes { kind textEn } } }');
    expect(notices.nodes[0]).toMatchObject({ kind: 'STATEMENT_ISSUED' });
    expect(notices.nodes[0].textEn).toContain('S-2026-10-E2-CNY');
  });

  it('are confirmed by their agent itself, not by one above it', async () => {
    const [mine] = await listed('agentE2');
    expect((await data(world, 'agentE1', confirm(mine.id))).confirmStatement).toMatchObject({ code: 'FORBIDDEN' });
    expect((await data(world, 'agentE2', confirm(mine.id))).confirmStatement.statement.issued).toEqual({
      state: 'CONFIRMED',
      confirmation: 'AGENT',
    });
    expect((await data(world, 'agentE2', confirm(mine.id))).confirmStatement).toMatchObject({ code: 'RECORD_STATE' });
    expect((await data(world, 'agentE2', confirm('UnVuOjE'))).confirmStatement).toMatchObject({
      code: 'INPUT_INVALID',
    });
    const confirmed = await listed('finance', 'period: "2026-10", state: CONFIRMED');
    expect(confirmed.map((row: { agent: { code: string } }) => row.agent.code)).toEqual(['E2']);
    const by = '{ statements(agent: "E2", period: "2026-10") { nodes { issued { confirmedBy } } } }';
    expect((await data(world, 'finance', by)).statements.nodes[0].issued.confirmedBy).toBe('agente2@demo.example');
    expect((await ask(world, 'agentE2', by)).errors).toHaveLength(1);
  });
});

describe('the close over GraphQL', () => {
  it('shows its steps, and is ticked off, but not locked before all is done', async () => {
    const close = 'close { complete steps { code state who } history { action step by } lock { state } }';
    const tick = `mutation { tickCloseStep(period: "2026-10", step: "EVENTS", note: "all in") { ${error} ... on PeriodClosePayload { ${close} } } }`;
    const { tickCloseStep } = await data(world, 'finance', tick);
    expect(tickCloseStep.close.steps.slice(0, 2)).toEqual([
      { code: 'EVENTS', state: 'DONE', who: 'finance@demo.example' },
      { code: 'CONFLICTS', state: 'DONE', who: null },
    ]);
    expect(tickCloseStep.close).toMatchObject({
      complete: false,
      history: [{ action: 'TICKED', step: 'EVENTS', by: 'finance@demo.example' }],
      lock: null,
    });
    const lock = `mutation { lockPeriod(period: "2026-10") { ${error} } }`;
    expect((await data(world, 'finance', lock)).lockPeriod).toMatchObject({ code: 'CLOSE_INCOMPLETE' });
    const untick = `mutation { untickCloseStep(period: "2026-10", step: "EVENTS", note: "no") { ${error} ... on PeriodClosePayload { close { steps { state } } } } }`;
    expect((await data(world, 'finance', untick)).untickCloseStep.close.steps[0]).toEqual({ state: 'OPEN' });
  });

  it('is locked and reopened by two people', async () => {
    const only = `mutation { publishSettlementPolicy(from: "2026-10-01", definition: { checklist: [{ code: "ONLY", name: "Only", automatic: RUN_APPROVED }] }) { ${error} ... on SettlementPolicyPayload { number policy { checklist { code automatic required } } } } }`;
    expect((await data(world, 'admin', only)).publishSettlementPolicy).toMatchObject({
      number: 1,
      policy: { checklist: [{ code: 'ONLY', automatic: 'RUN_APPROVED', required: true }] },
    });
    const payload = `{ ${error} ... on PeriodClosePayload { close { lock { state reopenAskedBy reopenedBy } } } }`;
    const lock = `mutation { lockPeriod(period: "2026-10") ${payload} }`;
    expect((await data(world, 'finance', lock)).lockPeriod.close.lock.state).toBe('LOCKED');
    expect((await data(world, 'finance', issue('2026-10'))).issueStatements).toMatchObject({ code: 'PERIOD_LOCKED' });
    const asked = `mutation { askPeriodReopening(period: "2026-10", reason: "a wrong tick") ${payload} }`;
    expect((await data(world, 'finance', asked)).askPeriodReopening.close.lock.state).toBe('REOPENING');
    const agree = `mutation { answerPeriodReopening(period: "2026-10", agree: true) ${payload} }`;
    expect((await data(world, 'finance', agree)).answerPeriodReopening).toMatchObject({ code: 'SAME_PERSON' });
    expect((await data(world, 'admin', agree)).answerPeriodReopening.close.lock).toEqual({
      state: 'REOPENED',
      reopenAskedBy: 'finance@demo.example',
      reopenedBy: 'admin@demo.example',
    });
  });
});
