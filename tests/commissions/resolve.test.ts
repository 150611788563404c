import { describe, expect, it } from 'vitest';
import {
  type CreditCircumstances,
  type CreditClass,
  type EventComponent,
  type PlanVersion,
  type RateRule,
  resolveCombination,
} from '../../src/commissions/engine/resolve.ts';
import type { CreditDimensions } from '../../src/commissions/engine/rules.ts';
import { Decimal } from '../../src/money.ts';

const rule = (id: number, rest: Partial<RateRule> = {}): RateRule => ({
  id,
  code: `R${id}`,
  percent: new Decimal(0),
  flat: new Decimal(0),
  minimum: null,
  maximum: null,
  ...rest,
});

const component = (
  componentId: number,
  rest: Partial<Extract<EventComponent, { kind: 'RATE' }>> = {},
): EventComponent => ({
  kind: 'RATE',
  componentId,
  position: componentId,
  code: `C${componentId}`,
  definition: { eventTypes: ['ACTIVATION'], base: 'AMOUNT', multiplyByTier: false },
  rules: [rule(componentId * 10)],
  ...rest,
});

const version = (...components: EventComponent[]): PlanVersion => ({
  id: 1,
  planId: 1,
  plan: 'P',
  currency: 'CNY',
  rounding: 'HALF_EVEN',
  components,
});

const creditClass = (rest: Partial<CreditClass> = {}): CreditClass => ({
  status: 'ACTIVE',
  hasAgreement: true,
  version: version(component(1)),
  channelType: 'AGENT',
  tier: 'STAR_5',
  tierMultiplier: new Decimal('1.25'),
  trailing: undefined,
  scores: { SAME: undefined, PREVIOUS: undefined },
  ...rest,
});

const circumstances = (currency = 'CNY', rest: Partial<CreditCircumstances> = {}): CreditCircumstances => ({
  currency,
  exchangeRate: (planCurrency) => (planCurrency === currency ? '1' : undefined),
  isInCampaign: () => true,
  isWithinMonths: () => true,
  ...rest,
});

const dimensions: CreditDimensions = { product: 'FIBER', event: 'ACTIVATION', channelType: 'AGENT', regionPath: [] };
const reasonOf = (rest: Partial<CreditClass>, currency = 'CNY', event = 'ACTIVATION') => {
  const { paid, reason } = resolveCombination(creditClass(rest), { ...dimensions, event }, circumstances(currency));
  expect(paid).toEqual([]);
  return reason;
};

describe('why a combination pays nothing', () => {
  it.each([
    ['NO_AGREEMENT', { hasAgreement: false, version: undefined }],
    ['NO_PLAN_VERSION', { version: undefined }],
    ['AGENT_SUSPENDED', { status: 'SUSPENDED' }],
    ['AGENT_TERMINATED', { status: 'TERMINATED' }],
    ['AGENT_TERMINATED', { status: undefined }],
    [
      'NO_COMPONENT',
      {
        version: version(component(1, { definition: { eventTypes: ['BILL'], base: 'AMOUNT', multiplyByTier: false } })),
      },
    ],
    ['NO_MATCHING_RULE', { version: version(component(1, { rules: [rule(1, { product: 'DSL' })] })) }],
  ] as const)('%s', (reason, rest) => {
    expect(reasonOf(rest)).toBe(reason);
  });

  it('NO_EXCHANGE_RATE, but only where a rule would have paid', () => {
    expect(reasonOf({}, 'USD')).toBe('NO_EXCHANGE_RATE');
    expect(reasonOf({ version: version(component(1, { rules: [rule(1, { product: 'DSL' })] })) }, 'USD')).toBe(
      'NO_MATCHING_RULE',
    );
  });

  it('what hinders first is said: no agreement before the suspension, the suspension before the component', () => {
    expect(reasonOf({ hasAgreement: false, version: undefined, status: 'SUSPENDED' })).toBe('NO_AGREEMENT');
    expect(reasonOf({ status: 'SUSPENDED' }, 'USD', 'BILL')).toBe('AGENT_SUSPENDED');
  });

  it.each(['REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE'] as const)(
    '%s never earns, even where a component lists it',
    (event) => {
      const reading = component(1, { definition: { eventTypes: [event], base: 'AMOUNT', multiplyByTier: false } });
      expect(reasonOf({ version: version(reading) }, 'CNY', event)).toBe('NO_COMPONENT');
    },
  );
});

describe('after termination', () => {
  const reading = { eventTypes: ['BILL'], base: 'AMOUNT', multiplyByTier: false } as const;
  const residual = { ...component(2), kind: 'RESIDUAL', definition: { ...reading, months: 12 } } as EventComponent;
  const resolved = (isWithin: boolean, ...components: EventComponent[]) =>
    resolveCombination(
      creditClass({ status: 'TERMINATED', trailing: 'CONTINUE', version: version(...components) }),
      { ...dimensions, event: 'BILL' },
      circumstances('CNY', { isWithinMonths: () => isWithin }),
    );

  it('RESIDUAL goes on where the agreement says so, and what others miss is said', () => {
    const both = resolved(true, component(1, { definition: reading }), residual);
    expect(both).toMatchObject({ paid: [{ componentId: 2 }], reason: 'AGENT_TERMINATED', isMild: false, matched: [2] });
    expect(resolved(true, residual)).toMatchObject({ paid: [{ componentId: 2 }], reason: undefined });
  });

  it('says so even where the RESIDUAL is over', () => {
    expect(resolved(false, component(1, { definition: reading }), residual)).toMatchObject({
      paid: [],
      reason: 'AGENT_TERMINATED',
    });
    expect(resolved(false, residual)).toMatchObject({ paid: [], reason: 'MONTH_OUT_OF_RANGE' });
  });
});

describe('what a combination is paid', () => {
  it('is the figures of the winning rule, exact, as text', () => {
    const paying = component(7, {
      definition: { eventTypes: ['ACTIVATION'], base: 'MARGIN', multiplyByTier: true },
      rules: [
        rule(1, { percent: new Decimal('99') }),
        rule(2, {
          product: 'FIBER',
          percent: new Decimal('0.0000000000000001'),
          flat: new Decimal('12.50'),
          minimum: new Decimal('1'),
          maximum: new Decimal('9.90'),
        }),
      ],
    });
    expect(resolveCombination(creditClass({ version: version(paying) }), dimensions, circumstances())).toEqual({
      paid: [
        {
          componentId: 7,
          ruleId: 2,
          range: null,
          base: 'MARGIN',
          // percent / 100
          rate: '0.000000000000000001',
          flat: '12.5',
          minimum: '1',
          maximum: '9.9',
          factor: '1.25',
          exchange: '1',
          digits: 2,
          rounding: 'HALF_EVEN',
          currency: 'CNY',
        },
      ],
      reason: undefined,
      isMild: true,
      matched: [7],
    });
  });

  it('has no multiplier where the component does not multiply', () => {
    expect(resolveCombination(creditClass(), dimensions, circumstances()).paid).toMatchObject([{ factor: '1' }]);
  });

  it('has the minor unit of the plan’s currency', () => {
    const dinar = { ...version(component(1)), currency: 'KWD' };
    expect(resolveCombination(creditClass({ version: dinar }), dimensions, circumstances('KWD')).paid).toMatchObject([
      { digits: 3 },
    ]);
  });

  it('is one resolution for each component and stretch, and says that some bases match no rule', () => {
    const both = version(
      component(1, { rules: [rule(11, { baseFrom: new Decimal(10) }), rule(12, { baseTo: new Decimal(5) })] }),
      component(2),
    );
    const { paid, reason } = resolveCombination(creditClass({ version: both }), dimensions, circumstances());
    expect(paid.map(({ componentId, ruleId, range }) => [componentId, ruleId, range])).toEqual([
      [1, 12, '(,5)'],
      [1, 11, '[10,)'],
      [2, 20, null],
    ]);
    expect(reason).toBe('NO_MATCHING_RULE');
  });
});
