import type { Databases } from '../../src/db/client.ts';
import { apply, calculate, close, event, importEvents, november, october } from './books.ts';

/** A plan that makes lines of nearly every kind, for a parent and a child, and one that pays in yen. */
const everyKind = `
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
          - code: SALE
            name: Sales
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 50, month: 1 }]
            clawback: { events: [CHURN], method: FULL, months: 6 }
            cap: 120
            rules: [{ code: ANY, percent: 100 }]
          - { code: TEAM, name: Team, kind: OVERRIDE, method: PERCENT_OF_COMMISSION, levels: [{ level: 1, percent: 5 }] }
          - code: VOLUME
            name: Volume
            kind: BRACKET
            events: [ACTIVATION]
            measure: UNITS
            method: MARGINAL
            brackets: [{ from: 0, to: 1, rate: 1.5 }, { from: 1, rate: 2.25 }]
          - { code: MINIMUM, name: Minimum, kind: DRAW, minimum: 300 }
  - code: YEN
    name: In yen
    versions:
      - from: 2026-01-01
        currency: JPY
        components:
          - { code: SALE, name: Sales, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, percent: 12.5 }] }
agents:
  - { code: TOP, name: Top, channelType: AGENT, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 6 }] }
  - { code: SUB, name: Sub, channelType: AGENT, parent: TOP, agreements: [{ plan: P, from: 2026-01-01, taxPercent: 6 }] }
  - { code: YEN, name: Yen, channelType: AGENT, agreements: [{ plan: YEN, from: 2026-01-01 }] }
`;

/** October approved and November calculated: sales, a churn, and a sale of October that came late. */
export async function runEveryKind(databases: Databases): Promise<void> {
  await apply(databases, everyKind);
  await importEvents(databases, [
    event('S1', { agentCode: 'SUB', subscriptionId: 'A' }),
    event('S2', { agentCode: 'SUB', subscriptionId: 'B', occurredAt: '2026-10-11T10:00:00+08:00' }),
    event('Y1', { agentCode: 'YEN', currency: 'JPY', amount: '1003' }),
    event('C1', { agentCode: 'SUB', type: 'CHURN', subscriptionId: 'A', occurredAt: '2026-11-05T10:00:00+08:00' }),
  ]);
  await close(databases, october);
  await importEvents(databases, [event('LATE', { agentCode: 'TOP' })]);
  await calculate(databases, november);
}
