import { localActor } from '../../src/db/transaction.ts';
import type { EventInput } from '../../src/sales/import.ts';
import { type Draw, decimal } from '../oracle/draw.ts';
import type { RoundingMode } from '../oracle/fraction.ts';
import { keysNamed } from '../partners/people.ts';
import type { Due, Terms } from './yearLedger.ts';

// A small operator that pays in two currencies, with a few agents whose terms and sales of a year chance decides.

/** Who proposes, and who approves. */
export const anna = localActor('anna');
export const ben = localActor('ben');
export const keys = keysNamed('first');

/** An instant on a day of the month after `month` (0 to 11), and that day. */
export const at = (month: number, day: number): Date => new Date(Date.UTC(2026, month + 1, day, 4));
export const dayOf = (month: number, day: number): string => at(month, day).toISOString().slice(0, 10);

export const periods = Array.from({ length: 12 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`);

const plans = {
  P: { currency: 'CNY', rounding: 'HALF_UP' },
  Q: { currency: 'CNY', rounding: 'HALF_EVEN' },
  K: { currency: 'KWD', rounding: 'DOWN' },
} as const satisfies Record<string, { currency: string; rounding: RoundingMode }>;
type Plan = keyof typeof plans;

export type YearAgent = {
  readonly code: string;
  readonly hasAccount: boolean;
  readonly terms: Terms;
  readonly plan: Plan;
  /** From that month (0 to 11) on another plan, perhaps in the other currency. */
  readonly change: { readonly month: number; readonly plan: Plan } | null;
  /** TERMINATED in the middle of that month. */
  readonly terminatedIn: number | null;
  /** Whether the agreement ends then, too. */
  readonly agreementEnds: boolean;
};

/** An event that is imported before the run of a month, perhaps later than its own. */
type YearEvent = EventInput & { readonly importedIn: number };

export type YearWorld = { readonly agents: readonly YearAgent[]; readonly events: readonly YearEvent[] };

export function drawWorld(draw: Draw): YearWorld {
  const agents = Array.from({ length: draw.integer(3, 6) }, (_, index) => drawAgent(draw, `A${index + 1}`));
  return { agents, events: agents.flatMap((agent) => drawEvents(draw, agent)) };
}

function drawAgent(draw: Draw, code: string): YearAgent {
  const plan = draw.one<Plan>(['P', 'Q', 'K']);
  return {
    code,
    hasAccount: !draw.chance(15),
    plan,
    change: draw.chance(35) ? { month: draw.integer(2, 9), plan: draw.one<Plan>(['P', 'Q', 'K']) } : null,
    terminatedIn: draw.chance(30) ? draw.integer(4, 9) : null,
    agreementEnds: draw.chance(50),
    terms: {
      minimumPayout: draw.one(['0', '0', '150', '400.5']),
      taxPercent: draw.one(['0', '6', '10', '17.35']),
      vatPercent: draw.one([null, '6', '13']),
      vatIncluded: draw.chance(50),
      invoiceRequired: draw.chance(25),
      depositTarget: draw.one(['100', '250', '1000']),
      depositPercent: draw.one(['0', '0', '12.5', '100']),
    },
  };
}

const dateOf = (month: number, day: number) => `${periods[month] ?? '2027-01'}-${String(day).padStart(2, '0')}`;

/** The plan of the agent's agreement in a month; undefined after it ended. */
function planIn({ plan, change, terminatedIn, agreementEnds }: YearAgent, month: number): Plan | undefined {
  if (agreementEnds && terminatedIn !== null && month > terminatedIn) return undefined;
  return change && month >= change.month ? change.plan : plan;
}

function drawEvents(draw: Draw, agent: YearAgent): YearEvent[] {
  const events: YearEvent[] = [];
  for (const month of periods.keys()) {
    const plan = planIn(agent, month);
    if (plan === undefined || (agent.terminatedIn !== null && month > agent.terminatedIn)) continue;
    for (let count = draw.integer(0, 3); count > 0; count -= 1) {
      const { currency } = plans[plan];
      const externalId = `${agent.code}-${month}-${count}`;
      const importedIn = Math.min(11, month + (draw.chance(4) ? draw.integer(1, 2) : 0));
      const common = { source: 'CRM', agentCode: agent.code, productCode: 'FIBER', quantity: '1', currency };
      const digits = currency === 'KWD' ? 3 : 2;
      const type = draw.one(['ACTIVATION', 'ACTIVATION', 'BILL']);
      const amount = decimal(draw.integer(1, 400_000), digits);
      const occurredAt = `${dateOf(month, draw.integer(1, 14))}T10:00:00+08:00`;
      events.push({ ...common, externalId, type, amount, occurredAt, subscriptionId: `S-${externalId}`, importedIn });
      const left = month + draw.integer(1, 4);
      if (type !== 'ACTIVATION' || left > 11 || !draw.chance(20)) continue;
      events.push({
        ...common,
        externalId: `${externalId}-C`,
        type: 'CHURN',
        amount: '0',
        subscriptionId: `S-${externalId}`,
        occurredAt: `${dateOf(left, 20)}T10:00:00+08:00`,
        importedIn: Math.max(left, importedIn),
      });
    }
  }
  return events;
}

/** The currencies an agent may have statements in. */
export const currencies = ['CNY', 'KWD'] as const;

/** What the agent's statements of a month go by: the terms of its last agreement, and how its plan rounds. */
export function dueOf(agent: YearAgent, month: number): Due & { readonly planCurrency: string } {
  const lastMonth = agent.agreementEnds && agent.terminatedIn !== null ? Math.min(month, agent.terminatedIn) : month;
  const { rounding, currency } = plans[planIn(agent, lastMonth) ?? agent.plan];
  const isFinal = agent.terminatedIn !== null && month >= agent.terminatedIn;
  return { terms: agent.terms, rounding, isFinal, planCurrency: currency };
}

/** Whether an agreement is in force on a day of a month, the middle of which is over. */
export const isBound = (agent: YearAgent, month: number): boolean =>
  !(agent.agreementEnds && agent.terminatedIn !== null && month >= agent.terminatedIn);

const components = `
          - code: ACT
            name: Activation
            kind: RATE
            events: [ACTIVATION]
            instalments: [{ percent: 50, month: 0 }, { percent: 30, month: 1 }, { percent: 20, month: 3 }]
            clawback: { events: [CHURN], method: FULL, months: 6 }
            rules: [{ code: ANY, percent: 17.77 }]
          - code: BILL
            name: Bills
            kind: RATE
            events: [BILL]
            holdback: { percent: 10, months: 2 }
            rules: [{ code: ANY, percent: 9.31 }]`;

/** The programme file of the operator and its agents. */
export function programmeOf(agents: readonly YearAgent[]): string {
  const planTexts = Object.entries(plans).map(
    ([code, { currency, rounding }]) => `
  - code: ${code}
    name: Plan ${code}
    versions:
      - from: 2026-01-01
        currency: ${currency}
        rounding: ${rounding}
        components:${components}`,
  );
  return `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
segments: [{ code: PUBLIC, name: Public }]
plans:${planTexts.join('')}
agents:
${agents.map((agent) => `  - ${JSON.stringify(agentRecord(agent))}`).join('\n')}
`;
}

function agentRecord(agent: YearAgent) {
  const { code, terms, plan, change, terminatedIn, agreementEnds } = agent;
  const { vatPercent, ...rest } = terms;
  const given = { ...rest, ...(vatPercent === null ? {} : { vatPercent }) };
  const terminated = terminatedIn === null ? null : dateOf(terminatedIn, 15);
  const end = agreementEnds ? terminated : null;
  const changeDate = change && dateOf(change.month, 1);
  const isChanged = change !== null && changeDate !== null && (end === null || changeDate < end);
  const first = { plan, from: '2026-01-01', ...given, ...(isChanged ? { to: changeDate } : end ? { to: end } : {}) };
  const second = isChanged ? [{ plan: change.plan, from: changeDate, ...given, ...(end ? { to: end } : {}) }] : [];
  const status = terminated
    ? [
        { status: 'ACTIVE', from: '2026-01-01', to: terminated },
        { status: 'TERMINATED', from: terminated },
      ]
    : 'ACTIVE';
  const agreements = [first, ...second];
  return { code, name: `Agent ${code}`, channelType: 'AGENT', region: 'ALL', status, agreements };
}

/** Accounts, bank files and books: what is booked stands on an account of its kind's name. */
export const policyOf = (entries: readonly string[]) => ({
  debtorAccounts: [
    { code: 'MAIN-CNY', currency: 'CNY', holderName: 'Demo', account: '6217000010001', clearingCode: '102100099996' },
    { code: 'MAIN-KWD', currency: 'KWD', holderName: 'Demo', account: '17' },
  ],
  bankLayouts: [
    {
      code: 'COLUMNS',
      columns: [
        { header: 'id', field: 'endToEndId' },
        { header: 'account', field: 'account' },
        { header: 'amount', field: 'amount' },
        { header: 'purpose', field: 'purpose' },
      ],
    },
  ],
  journal: entries.map((entry) => ({ entry, account: entry })),
});
