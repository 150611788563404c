import type { Period } from '../period.ts';
import type { EventInput } from '../sales/import.ts';

// Sales of a made-up province over which channels quarrel: one for each rule of examples/demo.yaml but NOT-ALLOWED, which the province's other
// sales hit; and an online order that a store fulfilled.

/** A deal that an agent registers on a day of the month; both are as in examples/demo.yaml. */
export type DemoDeal = {
  readonly agentCode: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly opportunity: string;
  readonly categoryCode: string;
  readonly day: string;
};

/** Deals that agents registered in the month. */
export function demoDeals(period: Period): DemoDeal[] {
  const broadband = { categoryCode: 'BROADBAND', day: `${period}-02` };
  return [
    {
      ...broadband,
      agentCode: 'W01',
      customerId: 'C-COOP',
      customerName: 'Hill cooperative',
      opportunity: 'Six villages',
    },
    { ...broadband, agentCode: 'E01', customerId: 'C-PORT', customerName: 'Port office', opportunity: 'The new quay' },
    {
      ...broadband,
      agentCode: 'E04',
      customerId: 'C-SCHOOL',
      customerName: 'Old town school',
      opportunity: 'Classrooms',
    },
  ];
}

/** Sales of the month that rules find, or share. */
export function conflictDemoEvents(period: Period): EventInput[] {
  const sale = (day: string, agentCode: string, name: string, more: Partial<EventInput>): EventInput => ({
    source: 'DEMO',
    externalId: `CONFLICT-${period}-${name}`,
    type: 'ACTIVATION',
    occurredAt: `${period}-${day}T10:30:00+08:00`,
    agentCode,
    productCode: 'FIBER-500',
    quantity: '1',
    amount: '89.00',
    currency: 'CNY',
    customerId: `C-${name}`,
    subscriptionId: `S-CONFLICT-${period}-${name}`,
    contractMonths: '12',
    monthlyFee: '89.00',
    ...more,
  });
  const mobile = { productCode: 'MOBILE-59', amount: '59.00', monthlyFee: '59.00' };
  const phone = {
    type: 'DEVICE_SALE',
    productCode: 'PHONE',
    monthlyFee: undefined,
    listPrice: '3299.00',
    cost: '2680.00',
  };
  const twice = { customerId: 'C-MILL', subscriptionId: undefined };
  const promoted = { subscriptionId: `S-CONFLICT-${period}-CAMPAIGN` };
  return [
    sale('18', 'W02', 'GROUND', { ...mobile, regionCode: 'HARBOUR' }),
    sale('20', 'W05', 'DEAL', {
      customerId: 'C-COOP',
      productCode: 'FIBER-1000',
      amount: '129.00',
      monthlyFee: '129.00',
    }),
    sale('23', 'E04', 'PORT', { customerId: 'C-PORT' }),
    sale('09', 'E04', 'CLAIM-1', twice),
    sale('16', 'E05', 'CLAIM-2', twice),
    sale('19', 'W03', 'PRICE', { ...phone, amount: '2699.00' }),
    sale('08', 'E03', 'CAMPAIGN-1', { ...mobile, ...promoted, campaignCode: 'AUTUMN-2026' }),
    sale('09', 'E03', 'CAMPAIGN-2', { ...phone, ...promoted, amount: '2999.00', campaignCode: 'HARBOUR-DAYS' }),
    sale('21', 'WEB', 'ONLINE', { regionCode: 'OLD-TOWN', credits: 'WEB:LEAD:0.5|E04:FULFILMENT:0.5' }),
  ];
}
