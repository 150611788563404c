import { expect, it } from 'vitest';
import { Decimal } from '../../src/money.ts';
import { type PaymentTerms, type StatementParts, statementAmounts } from '../../src/statements/statement.ts';
import { vatAmounts } from '../../src/statements/vat.ts';

const d = (text: string) => new Decimal(text);

const parts = (given: Record<string, string>): StatementParts => {
  const of = (name: string) => d(given[name] ?? '0');
  return {
    opening: of('opening'),
    returned: of('returned'),
    earned: of('earned'),
    released: of('released'),
    withheld: of('withheld'),
    clawedBack: of('clawedBack'),
    adjustments: of('adjustments'),
  };
};

const terms = (given: Partial<PaymentTerms> = {}): PaymentTerms => ({
  minimumPayout: d('0'),
  taxPercent: d('10'),
  isFinal: false,
  digits: 2,
  rounding: 'HALF_UP',
  ...given,
});

it.each([
  // 100 came back from the bank, 50 earned: tax only of the 50.
  ['returned', { opening: '100', returned: '100', earned: '50' }, {}, { tax: '5', closing: '145', payable: '145' }],
  // −100 + 100 set off from the deposit = 0, 50 earned: no part of it was taxed before.
  ['set off', { opening: '0', earned: '50' }, {}, { tax: '5', closing: '45', payable: '45' }],
  // 100 came back, 80 are clawed back: B = 20, of which nothing is taxed.
  [
    'returned and clawed back',
    { opening: '100', returned: '100', clawedBack: '80' },
    {},
    { tax: '0', closing: '20', payable: '20' },
  ],
  // 100 came back, −30 adjusted, 50 earned: B = 120, base 20.
  [
    'adjusted',
    { opening: '100', returned: '100', adjustments: '-30', earned: '50' },
    {},
    { tax: '2', closing: '118', payable: '118' },
  ],
  // Below the minimum of 200 nothing is taxed and nothing paid.
  [
    'below the minimum',
    { opening: '100', returned: '100', earned: '50' },
    { minimumPayout: d('200') },
    { tax: '0', closing: '150', payable: '0' },
  ],
  [
    'final',
    { opening: '100', returned: '100', earned: '50' },
    { minimumPayout: d('200'), isFinal: true },
    { tax: '5', closing: '145', payable: '145' },
  ],
  ['a debt', { opening: '-60', earned: '50' }, {}, { tax: '0', closing: '-10', payable: '0' }],
  // 0.25 at 10 percent = 0.025.
  ['half up', { earned: '0.25' }, {}, { tax: '0.03', closing: '0.22', payable: '0.22' }],
  ['half even', { earned: '0.25' }, { rounding: 'HALF_EVEN' }, { tax: '0.02', closing: '0.23', payable: '0.23' }],
] as const)('%s', (_name, given, rest, expected) => {
  const { tax, closing, payable } = statementAmounts(parts(given), terms(rest));
  expect({ tax: tax.toFixed(), closing: closing.toFixed(), payable: payable.toFixed() }).toEqual(expected);
});

it.each([
  // On top: 6 percent of 1,000.00.
  ['1000', '0', '6', false, 'HALF_UP', '1000 60 1060'],
  // Included: 1,000.00 · 6 / 106 = 56.603…
  ['1000', '0', '6', true, 'HALF_UP', '943.4 56.6 1000'],
  // Of 1,560.00 the bank returned 1,060.00, which has its tax in it: 6 percent of 500.00.
  ['1560', '1060', '6', false, 'HALF_UP', '1560 30 1590'],
  // Included: 500.00 · 6 / 106 = 28.301…
  ['1560', '1060', '6', true, 'HALF_UP', '1531.7 28.3 1560'],
  // More was returned than is payable.
  ['20', '100', '6', false, 'HALF_UP', '20 0 20'],
  ['20', '100', '6', true, 'HALF_UP', '20 0 20'],
  // 0.75 at 6 percent = 0.045.
  ['0.75', '0', '6', false, 'HALF_UP', '0.75 0.05 0.8'],
  ['0.75', '0', '6', false, 'HALF_EVEN', '0.75 0.04 0.79'],
  ['0.75', '0', '6', false, 'DOWN', '0.75 0.04 0.79'],
  ['1000', '0', undefined, true, 'HALF_UP', '1000 0 1000'],
] as const)(
  'value-added tax of %s, %s of it returned, at %s percent, included %s, %s',
  (payable, returned, vatPercent, vatIncluded, rounding, expected) => {
    const { net, vat, gross } = vatAmounts(d(payable), d(returned), { vatPercent, vatIncluded, digits: 2, rounding });
    expect([net, vat, gross].map((amount) => amount.toFixed()).join(' ')).toBe(expected);
  },
);
