import { type Period, periodsBetween, shiftPeriod } from '../period.ts';
import type { EventInput } from '../sales/import.ts';

// Sales of a made-up province for a year: always the same for the same month, nothing random. Few come before the last three
// months, so that the first start stays quick. Customers activate,
// are billed at the month's end, renew, buy phones, leave; some sales are refunded, reversed, shared between two agents or
// reported late.

export type DemoAgent = { readonly code: string; readonly region: string };

const plans = [
  { product: 'FIBER-500', fee: '89.00' },
  { product: 'FIBER-1000', fee: '129.00' },
  { product: 'MOBILE-59', fee: '59.00' },
  { product: 'MOBILE-129', fee: '129.00' },
] as const;
const segments = ['PUBLIC', 'PUBLIC', 'PUBLIC', 'SENIOR', 'BUSINESS'] as const;
const salesPerAgent = 14;

/** When the demo's customers begin to come, and when they begin to come in numbers. */
export type DemoSpan = { readonly first: Period; readonly busy: Period };

type Customer = { readonly agent: DemoAgent; readonly number: number; readonly start: Period; readonly offset: number };

/** The events of one month. */
export function demoEvents(agents: readonly DemoAgent[], span: DemoSpan, period: Period): EventInput[] {
  const customers = customersUpTo(agents, span, period);
  return customers.flatMap((customer) => [
    ...(customer.start === period ? saleEvents(customer, agents, period) : []),
    ...billEvents(customer, period),
  ]);
}

/** Sales of `period` that are reported only after it was closed. */
export function lateDemoEvents(agents: readonly DemoAgent[], period: Period): EventInput[] {
  return agents.slice(0, 3).map((agent, index) => ({
    ...event(period, 20 + index, 'ACTIVATION', agent, `${period}-LATE-${agent.code}`, plans[2]),
    contractMonths: '12',
  }));
}

function customersUpTo(agents: readonly DemoAgent[], { first, busy }: DemoSpan, period: Period): Customer[] {
  const customers: Customer[] = [];
  for (const [age, start] of periodsBetween(first, period).entries()) {
    const month = Number(start.slice(5));
    for (const [index, agent] of agents.entries()) {
      const sales =
        start < busy ? 1 + Math.floor(age / 3) + ((index + month) % 2) : salesPerAgent + ((index * 5 + month * 3) % 9);
      for (let number = 1; number <= sales; number += 1)
        customers.push({ agent, number, start, offset: index + number + month });
    }
  }
  return customers;
}

const customerId = ({ agent, number, start }: Customer) => `${start}-${agent.code}-${number}`;
const planOf = ({ offset }: Customer) => plans[offset % plans.length] ?? plans[0];
const leaves = ({ offset }: Customer) => offset % 11 === 0;

function saleEvents(customer: Customer, agents: readonly DemoAgent[], period: Period): EventInput[] {
  const { agent, offset } = customer;
  const id = customerId(customer);
  const day = 1 + (offset % 26);
  const referrer = agents[(agents.indexOf(agent) + 1) % agents.length];
  const shared = offset % 13 === 0 && referrer !== undefined && referrer !== agent;
  const sale: EventInput = {
    ...event(period, day, 'ACTIVATION', agent, id, planOf(customer)),
    contractMonths: offset % 3 === 0 ? '24' : '12',
    segment: segments[offset % segments.length],
    campaignCode: offset % 4 === 0 ? 'AUTUMN-2026' : undefined,
    credits: shared ? `${agent.code}:SELLER:0.7|${referrer.code}:REFERRER:0.3` : undefined,
  };
  const phone = { product: 'PHONE', fee: '2999.00' };
  const device: EventInput = {
    ...event(period, day, 'DEVICE_SALE', agent, id, phone),
    listPrice: '3299.00',
    cost: offset % 2 === 0 ? '2680.00' : '2940.00',
  };
  const reversal: EventInput = {
    ...event(period, 27, 'REVERSAL', agent, id, planOf(customer)),
    originalExternalId: sale.externalId,
  };
  return [sale, ...(offset % 6 === 0 ? [device] : []), ...(offset % 29 === 0 ? [reversal] : [])];
}

function billEvents(customer: Customer, period: Period): EventInput[] {
  const id = customerId(customer);
  const left = leaves(customer) && period > shiftPeriod(customer.start, 1);
  if (left) return [];
  const ofCustomer = (type: string): EventInput => ({
    ...event(period, 28, type, customer.agent, `${id}-${period}`, planOf(customer)),
    customerId: `C-${id}`,
    subscriptionId: `S-${id}`,
  });
  const leavesNow = leaves(customer) && period === shiftPeriod(customer.start, 1);
  return leavesNow ? [ofCustomer('BILL'), ofCustomer('CHURN')] : [ofCustomer('BILL')];
}

function event(
  period: Period,
  day: number,
  type: string,
  agent: DemoAgent,
  id: string,
  { product, fee }: { product: string; fee: string },
): EventInput {
  return {
    source: 'DEMO',
    externalId: `${type}-${id}`,
    type,
    occurredAt: `${period}-${String(day).padStart(2, '0')}T${String(9 + (day % 9)).padStart(2, '0')}:15:00+08:00`,
    agentCode: agent.code,
    productCode: product,
    quantity: '1',
    amount: fee,
    currency: 'CNY',
    regionCode: agent.region,
    customerId: `C-${id.slice(0, 40)}`,
    subscriptionId: `S-${id.slice(0, 40)}`,
    monthlyFee: type === 'DEVICE_SALE' ? undefined : fee,
  };
}
