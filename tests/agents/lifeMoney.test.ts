import { beforeAll, describe, expect, it } from 'vitest';
import { suspendAgent, terminateAgent } from '../../src/agents/life.ts';
import { type Databases, rawSql } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, close, event, importEvents, november, now, october } from '../support/books.ts';

// What suspending and terminating do to money (DOMAIN.md §4, §9.12), from the decision to the statement of the month.

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }]
products: [{ code: FIBER, name: Fibre }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 100 }],
              holdback: { percent: 20, months: 3 } }
          - { code: RES, name: Residual, kind: RESIDUAL, events: [BILL], months: 12, rules: [{ code: ANY, percent: 5 }] }
  - code: D
    name: Guaranteed
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: DRAW, name: Guarantee, kind: DRAW, minimum: 1000 }]
agents:
  - { code: KEPT, name: Untouched, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, minimumPayout: 1000 }] }
  - { code: PAUSED, name: Suspended for days, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, minimumPayout: 1000 }] }
  - { code: STOPS, name: Trailing stops, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, minimumPayout: 1000 }] }
  - { code: GOES-ON, name: Trailing goes on, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, minimumPayout: 1000, trailing: CONTINUE }] }
  - { code: OWES, name: Owes a draw, channelType: AGENT, agreements: [{ plan: D, from: 2026-01-01 }] }
  - { code: LATE, name: Suspended too late, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, minimumPayout: 1000 }] }
`;

const agents = ['KEPT', 'PAUSED', 'STOPS', 'GOES-ON', 'LATE'];

/** Each sells on the 5th, 15th and 25th of October and has bills on the 12th and 26th, and one of 200 on 10 November. */
const events = agents.flatMap((agentCode) => {
  const sale = (day: string) =>
    event(`${agentCode} SALE ${day}`, {
      agentCode,
      occurredAt: `2026-10-${day}T10:00:00+08:00`,
      subscriptionId: `${agentCode}-${day}`,
    });
  const bill = (date: string, amount: string) =>
    event(`${agentCode} BILL ${date}`, {
      agentCode,
      type: 'BILL',
      occurredAt: `${date}T10:00:00+08:00`,
      amount,
      subscriptionId: `${agentCode}-05`,
    });
  return [
    sale('05'),
    sale('15'),
    sale('25'),
    bill('2026-10-12', '100'),
    bill('2026-10-26', '200'),
    bill('2026-11-10', '200'),
  ];
});

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme);
  await importEvents(databases, events);
  await asOwner(databases, async (transaction) => {
    await suspendAgent(transaction, clerk, now, {
      agentCode: 'PAUSED',
      from: '2026-10-10',
      until: '2026-10-20',
      reason: 'Papers were missing.',
    });
    for (const agentCode of ['STOPS', 'GOES-ON']) {
      await terminateAgent(transaction, clerk, now, {
        agentCode,
        from: '2026-10-16',
        reason: 'It closed.',
        forCause: false,
      });
    }
    await terminateAgent(transaction, clerk, now, {
      agentCode: 'OWES',
      from: '2026-11-01',
      reason: 'It left.',
      forCause: false,
    });
  });
  await close(databases, october);
  await asOwner(databases, (transaction) =>
    suspendAgent(transaction, clerk, now, { agentCode: 'LATE', from: '2026-10-20', reason: 'It came to light.' }),
  );
  await close(databases, november);
});

type Figures = Record<'earned' | 'withheld' | 'released' | 'adjustments' | 'closing' | 'payable', string>;

async function statementOf(agentCode: string, period: Period): Promise<Partial<Figures>> {
  return asOwner(databases, async (transaction) => {
    const [row] = await rawSql(transaction)<Figures[]>`
      select trim_scale(earned)::text as earned, trim_scale(withheld)::text as withheld, trim_scale(released)::text as released,
        trim_scale(adjustments)::text as adjustments, trim_scale(closing)::text as closing, trim_scale(payable)::text as payable
      from statement join agent on agent.id = statement.agent_id join commission_run run on run.id = statement.run_id
      where agent.code = ${agentCode} and run.period = ${period} and run.status = 'APPROVED'`;
    return row ?? {};
  });
}

async function unpaidOf(agentCode: string): Promise<string[]> {
  return asOwner(databases, async (transaction) => {
    const rows = await rawSql(transaction)<{ text: string }[]>`
      select event.external_id || ' ' || unpaid.reason as text from unpaid_event unpaid
      join agent on agent.id = unpaid.agent_id join sales_event event on event.id = unpaid.event_id
      where agent.code = ${agentCode} order by event.occurred_at`;
    return rows.map(({ text }) => text.slice(agentCode.length + 1));
  });
}

describe('October', () => {
  it('pays who is left alone: 3 · 100 + 5 % of 300, a fifth of the 300 withheld, below the minimum', async () => {
    expect(await statementOf('KEPT', october)).toMatchObject({
      earned: '315',
      withheld: '60',
      closing: '255',
      payable: '0',
    });
  });

  it('pays nothing for the days of a suspension: sale of the 15th and bill of the 12th', async () => {
    // 2 · 100 + 5 % of 200 = 210; 40 withheld; 170 is below the minimum of 1000.
    expect(await statementOf('PAUSED', october)).toMatchObject({
      earned: '210',
      withheld: '40',
      closing: '170',
      payable: '0',
    });
    expect(await unpaidOf('PAUSED')).toEqual(['BILL 2026-10-12 AGENT_SUSPENDED', 'SALE 15 AGENT_SUSPENDED']);
  });

  it('settles finally at a termination: nothing withheld, no minimum, nothing earned from the day on', async () => {
    // 2 · 100 + 5 % of 100 = 205, all of it paid.
    expect(await statementOf('STOPS', october)).toMatchObject({
      earned: '205',
      withheld: '0',
      closing: '205',
      payable: '205',
    });
    expect(await unpaidOf('STOPS')).toEqual([
      'SALE 25 NO_AGREEMENT',
      'BILL 2026-10-26 NO_AGREEMENT',
      'BILL 2026-11-10 NO_AGREEMENT',
    ]);
  });

  it('goes on with trailing commission where the agreement says so', async () => {
    // 2 · 100 + 5 % of 300 = 215; the sale of the 25th earns nothing.
    expect(await statementOf('GOES-ON', october)).toMatchObject({
      earned: '215',
      withheld: '0',
      closing: '215',
      payable: '215',
    });
    expect(await unpaidOf('GOES-ON')).toEqual(['SALE 25 AGENT_TERMINATED']);
  });

  it('tops up to the guaranteed minimum', async () => {
    expect(await statementOf('OWES', october)).toMatchObject({ earned: '1000', payable: '1000' });
  });
});

describe('November', () => {
  it('pays 5 % of 200 where trailing commission goes on, and nothing where it stops', async () => {
    expect(await statementOf('GOES-ON', november)).toMatchObject({ earned: '10', closing: '10', payable: '10' });
    expect(await statementOf('STOPS', november)).toEqual({});
  });

  it('makes what is unrecovered of a draw a debt, also where the termination begins with the month', async () => {
    expect(await statementOf('OWES', november)).toMatchObject({ earned: '-1000', closing: '-1000', payable: '0' });
  });

  it('takes back by RETRO what a closed month paid to who was suspended then', async () => {
    // Suspended from 20 October on: the sale of the 25th (100, of which 20 was withheld) and 5 % of 200 of the 26th: −80 − 10.
    expect(await statementOf('LATE', october)).toMatchObject({ earned: '315', closing: '255' });
    expect(await statementOf('LATE', november)).toMatchObject({ earned: '0', adjustments: '-90', closing: '165' });
  });
});
