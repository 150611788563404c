import { type Accrual, accrualKinds, loadAccruals } from '../src/accruals/accruals.ts';
import { builder, moneyReaders } from './builder.ts';
import { describedEnum } from './enums.ts';
import { moneyText } from './money.ts';

const authScopes = { roles: moneyReaders };

const AccrualKindEnum = describedEnum('AccrualKind', 'Why something earned is not due yet.', accrualKinds, {
  INSTALMENT: 'A later part of an amount.',
  HOLDBACK: 'A part held back until the customer has stayed.',
  RESIDUAL_EXPECTED:
    'An estimate: what live subscriptions bring if each month that is left pays as much as the last one.',
});

const AccrualType = builder.objectRef<Accrual>('Accrual').implement({
  description: 'What is earned but not due: of one kind, component, month of the sale and month in which it falls due.',
  authScopes,
  fields: (t) => ({
    kind: t.expose('kind', { type: AccrualKindEnum, description: 'Why it is not due yet.' }),
    planCode: t.exposeString('plan', { description: 'The plan (code).' }),
    componentCode: t.exposeString('component', { description: 'The component (code).' }),
    earnedPeriod: t.exposeString('earnedPeriod', {
      description: 'The month of the sale; of RESIDUAL_EXPECTED that in which the subscriptions began.',
    }),
    ageMonths: t.exposeInt('ageMonths', { description: 'Months from then.' }),
    ageBucket: t.exposeString('ageBucket', { description: 'The age in months: 0-3, 4-6, 7-12 or 13+.' }),
    duePeriod: t.exposeString('duePeriod', {
      description: 'The month in which it falls due; ON_BILL where it waits for bills.',
    }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents have a part in it.' }),
    itemCount: t.exposeInt('itemCount', { description: 'How many parts; of RESIDUAL_EXPECTED subscriptions.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'The amount.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
  }),
});

builder.queryField('accruals', (t) =>
  t.field({
    type: [AccrualType],
    nullable: true,
    description:
      'What is earned but not due at the end of a period whose run is approved, as accruals.csv has it. NO_RUN where none is.',
    authScopes,
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    resolve: (_root, { period }, { transaction }) => loadAccruals(transaction, period),
  }),
);
