import { sql } from 'drizzle-orm';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { apply, asOwner, clerk, controller, importEvents, now } from '../support/books.ts';

// Four agents of one plan that pays 100 an activation, with different tax profiles.

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
        components: [{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ code: ALL, flat: 100 }] }]
agents:
  - { code: A1, name: One, channelType: AGENT, since: 2026-01-01, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A2, name: Two, channelType: AGENT, since: 2026-01-01, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A3, name: Three, channelType: AGENT, since: 2026-01-01, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: A4, name: Four, channelType: AGENT, since: 2026-01-01, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

const sale = (agentCode: string, period: string) => ({
  source: 'CRM',
  externalId: `${agentCode}-${period}`,
  type: 'ACTIVATION',
  occurredAt: `${period}-10T10:00:00+08:00`,
  agentCode,
  productCode: 'FIBER',
  quantity: '10',
  amount: '0',
  currency: 'CNY',
});

export type StatementBooks = {
  readonly databases: Databases;
  readonly ids: Readonly<Record<string, number>>;
  runId: number;
  calculate(period: Period): Promise<number>;
  /** Each statement of the run: agent, state, and by what and whom it was confirmed. */
  states(): Promise<string[]>;
  /** Files an open dispute about an agent's statement. */
  dispute(agent: string): Promise<void>;
};

/** Agents with sales of ten each in October and November 2026, but A4, who sold nothing. */
export async function makeAgents(databases: Databases): Promise<StatementBooks> {
  await apply(databases, programme);
  const terms = { A2: { vatPercent: '6', vatIncluded: true }, A3: { vatPercent: '6', invoiceRequired: true } };
  for (const [code, own] of Object.entries(terms)) {
    await databases.owner.execute(sql`
      update agreement set terms = terms || ${JSON.stringify(own)}::text::jsonb from agent where agent.id = agent_id and agent.code = ${code}`);
  }
  await databases.owner.execute(sql`
    insert into agreement_paper (agreement_id, payment_delay_days)
    select agreement.id, 15 from agreement join agent on agent.id = agent_id where agent.code = 'A3'
    on conflict (agreement_id) do update set payment_delay_days = 15`);
  const periods = ['2026-10', '2026-11'];
  await importEvents(
    databases,
    periods.flatMap((period) => ['A1', 'A2', 'A3'].map((agent) => sale(agent, period))),
  );
  const agents = await databases.owner.execute<{ id: number; code: string }>(sql`select id, code from agent`);
  const books: StatementBooks = {
    databases,
    ids: Object.fromEntries(agents.map(({ id, code }) => [code, id])),
    runId: 0,
    calculate: async (period) => (await calculatePeriod(databases, clerk, period, now)).id,
    states: async () => {
      const rows = await databases.owner.execute<{ text: string }>(sql`
        select concat_ws(' ', agent.code, state, confirmation, confirmed_by) as text
        from issued_statement join agent on agent.id = agent_id where run_id = ${books.runId} order by agent.code`);
      return rows.map(({ text }) => text);
    },
    dispute: async (agent) => {
      await databases.owner.execute(sql`
        insert into dispute (agent_id, subject, run_id, currency, reason, state, due_at, filed_by, filed_at)
        values (${books.ids[agent] ?? 0}, 'STATEMENT', ${books.runId}, 'CNY', 'r', 'OPEN', ${now.toISOString()}, 'anna', ${now.toISOString()})`);
    },
  };
  return books;
}

/** Calculates and approves a period. @returns its run. */
export async function approved(databases: Databases, period: Period): Promise<number> {
  const { id } = await calculatePeriod(databases, clerk, period, now);
  await asOwner(databases, (transaction) => approveRun(transaction, controller, now, id));
  return id;
}

/** What was issued of a run, by number. */
export async function issuedRows({ owner }: Databases, runId: number) {
  return owner.execute(sql`
    select number, state::text, confirms_on::text, disputable_until::text, trim_scale(net)::text as net, trim_scale(vat)::text as vat,
      trim_scale(gross)::text as gross, invoice_required, payment_delay_days as delay
    from issued_statement where run_id = ${runId} order by number`);
}
