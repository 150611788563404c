import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineKind } from '../../src/commissions/lineId.ts';
import { balancedTotals, type JournalEntry, journalOf, type Posting, ruleFor } from '../../src/journal/entries.ts';
import {
  type AgentTotal,
  debtPostings,
  linePostings,
  type StatementPart,
  vatPostings,
} from '../../src/journal/postings.ts';
import { Decimal } from '../../src/money.ts';
import { type JournalRule, journalEntryKinds } from '../../src/settlement/policy.ts';

const rules: readonly JournalRule[] = journalEntryKinds.map((entry) => ({ entry, account: entry }));

function booked(postings: readonly Posting[], by: readonly JournalRule[] = rules): string[] {
  const { add, journal } = journalOf(by);
  postings.forEach(add);
  const { entries } = journal();
  balancedTotals(entries);
  return entries.map(shown);
}

const shown = ({ account, agent, component, debit, credit, currency }: JournalEntry) =>
  [account, agent, component, debit.isZero() ? `Cr ${credit.toFixed()}` : `Dr ${debit.toFixed()}`, currency]
    .filter((part) => part !== '')
    .join(' ');

const total = (kind: LineKind, amount: string, rest: Partial<AgentTotal> = {}): AgentTotal => ({
  agent: 'A1',
  channelType: 'AGENT',
  plan: 'P',
  component: 'ACT',
  currency: 'CNY',
  kind,
  amount: new Decimal(amount),
  isPenalty: false,
  ...rest,
});

const part = (
  amounts: Partial<Record<'opening' | 'closing' | 'moved' | 'paidOff' | 'vat', string>>,
): StatementPart => ({
  agent: 'A1',
  channelType: 'AGENT',
  currency: 'CNY',
  opening: new Decimal(amounts.opening ?? 0),
  closing: new Decimal(amounts.closing ?? 0),
  moved: new Decimal(amounts.moved ?? 0),
  paidOff: new Decimal(amounts.paidOff ?? 0),
  vat: new Decimal(amounts.vat ?? 0),
  vatIncluded: false,
});

describe('what lines are in the books', () => {
  it.each<[string, AgentTotal, string[]]>([
    ['commission', total('EARNING', '100'), ['EXPENSE P.ACT Dr 100 CNY', 'PAYABLE A1 Cr 100 CNY']],
    ['what a cap cuts', total('CAP', '-40'), ['EXPENSE P.ACT Cr 40 CNY', 'PAYABLE A1 Dr 40 CNY']],
    ['withheld', total('WITHHOLDING', '-30'), ['PAYABLE A1 Dr 30 CNY', 'WITHHELD P.ACT Cr 30 CNY']],
    ['released', total('RELEASE', '30'), ['PAYABLE A1 Cr 30 CNY', 'WITHHELD P.ACT Dr 30 CNY']],
    ['clawed back', total('CLAWBACK', '-20'), ['CLAWBACK P.ACT Cr 20 CNY', 'PAYABLE A1 Dr 20 CNY']],
    ['a correction', total('RETRO', '5'), ['PAYABLE A1 Cr 5 CNY', 'RETRO P.ACT Dr 5 CNY']],
    ['an adjustment', total('ADJUSTMENT', '7'), ['ADJUSTMENT Dr 7 CNY', 'PAYABLE A1 Cr 7 CNY']],
    ['a penalty', total('ADJUSTMENT', '-50', { isPenalty: true }), ['PAYABLE A1 Dr 50 CNY', 'PENALTY Cr 50 CNY']],
    [
      'a penalty taken back',
      total('ADJUSTMENT', '50', { isPenalty: true }),
      ['PAYABLE A1 Cr 50 CNY', 'PENALTY Dr 50 CNY'],
    ],
    ['tax', total('TAX', '-6'), ['PAYABLE A1 Dr 6 CNY', 'TAX Cr 6 CNY']],
    ['a pool', total('POOL', '9', { plan: null, component: 'POT' }), ['EXPENSE POT Dr 9 CNY', 'PAYABLE A1 Cr 9 CNY']],
  ])('%s', (_name, given, expected) => {
    expect(booked(linePostings(given))).toEqual(expected);
  });

  it('are set off by account, component and agent; what comes to nothing is left out', () => {
    // 100.00 earned and 40.00 cut: 60.00; another agent's 10.00 and −10.00 leave no entry of that agent
    const all = [
      total('EARNING', '100'),
      total('CAP', '-40'),
      total('EARNING', '10', { agent: 'A2' }),
      total('CLAWBACK', '-10', { agent: 'A2' }),
    ];
    expect(booked(all.flatMap(linePostings))).toEqual([
      'CLAWBACK P.ACT Cr 10 CNY',
      'EXPENSE P.ACT Dr 70 CNY',
      'PAYABLE A1 Cr 60 CNY',
    ]);
  });
});

describe('value-added tax', () => {
  it('on top is due to the agent, too', () => {
    expect(booked(vatPostings(part({ vat: '60' })))).toEqual(['INPUT_VAT Dr 60 CNY', 'PAYABLE A1 Cr 60 CNY']);
  });

  it('included in what is payable is no expense', () => {
    const included = { ...part({ vat: '56.60' }), vatIncluded: true };
    expect(booked(vatPostings(included))).toEqual(['EXPENSE Cr 56.6 CNY', 'INPUT_VAT Dr 56.6 CNY']);
  });
});

describe('what an agent owes', () => {
  it.each<[string, StatementPart, string[]]>([
    // nothing before, −80.00 after
    ['becomes a receivable', part({ closing: '-80' }), ['PAYABLE A1 Cr 80 CNY', 'RECEIVABLE A1 Dr 80 CNY']],
    // −80.00 before, −30.00 after: 50.00 less is owed
    ['is less', part({ opening: '-80', closing: '-30' }), ['PAYABLE A1 Dr 50 CNY', 'RECEIVABLE A1 Cr 50 CNY']],
    ['is settled', part({ opening: '-80', closing: '100' }), ['PAYABLE A1 Dr 80 CNY', 'RECEIVABLE A1 Cr 80 CNY']],
    ['never was', part({ opening: '10', closing: '20' }), []],
    // 80.00 owed, of which 50.00 were set off and booked then (opening −30.00): 30.00 are left to settle
    [
      'was partly paid off',
      part({ opening: '-30', moved: '50', paidOff: '50', closing: '0' }),
      ['PAYABLE A1 Dr 30 CNY', 'RECEIVABLE A1 Cr 30 CNY'],
    ],
    // 100.00 paid ahead stand on the payable account already; the month earned 40.00: 60.00 are owed
    [
      'was paid ahead',
      part({ opening: '-100', moved: '-100', closing: '-60' }),
      ['PAYABLE A1 Cr 60 CNY', 'RECEIVABLE A1 Dr 60 CNY'],
    ],
  ])('%s', (_name, given, expected) => {
    expect(booked(debtPostings(given))).toEqual(expected);
  });
});

describe('accounts', () => {
  const posted = { plan: 'P', component: 'ACT', channelType: 'AGENT', currency: 'CNY' };

  it('are those of the first rule that fits', () => {
    const some: JournalRule[] = [
      { entry: 'EXPENSE', account: '1', plan: 'P', component: 'RES' },
      { entry: 'EXPENSE', account: '2', channelType: 'ONLINE' },
      { entry: 'EXPENSE', account: '3', currency: 'CNY', costCentre: 'C' },
      { entry: 'EXPENSE', account: '4' },
    ];
    expect(ruleFor(some, 'EXPENSE', posted)?.account).toBe('3');
    expect(ruleFor(some, 'EXPENSE', { ...posted, component: 'RES' })?.account).toBe('1');
    expect(ruleFor(some, 'EXPENSE', { ...posted, channelType: 'ONLINE', currency: 'USD' })?.account).toBe('2');
    expect(ruleFor(some, 'EXPENSE', { ...posted, currency: 'USD' })?.account).toBe('4');
    // a rule of a component does not fit what belongs to none
    expect(ruleFor(some.slice(0, 1), 'EXPENSE', { ...posted, plan: null, component: null })).toBeUndefined();
  });

  it('that are missing are told, each once', () => {
    const { add, journal } = journalOf([{ entry: 'PAYABLE', account: '2202' }]);
    for (const given of [total('EARNING', '1'), total('EARNING', '2', { agent: 'A2' }), total('TAX', '-1')]) {
      linePostings(given).forEach(add);
    }
    expect(journal().missing).toEqual([
      { entry: 'EXPENSE', plan: 'P', component: 'ACT', channelType: 'AGENT', currency: 'CNY' },
      { entry: 'TAX', plan: null, component: null, channelType: 'AGENT', currency: 'CNY' },
    ]);
  });
});

describe('the journal of any month', () => {
  const kinds: LineKind[] = [
    'EARNING',
    'VOLUME',
    'OVERRIDE',
    'POOL',
    'CAP',
    'FLOOR',
    'DRAW',
    'WITHHOLDING',
    'RELEASE',
    'CLAWBACK',
    'RETRO',
    'TAX',
    'ADJUSTMENT',
  ];
  const fen = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((units) => new Decimal(units).div(100));
  const names = {
    agent: fc.constantFrom('A1', 'A2', 'A3'),
    channelType: fc.constantFrom('AGENT', 'ONLINE'),
    currency: fc.constantFrom('CNY', 'USD'),
  };
  const totals = fc.array(
    fc.record({
      ...names,
      plan: fc.constantFrom('P', null),
      component: fc.constantFrom('ACT', 'RES'),
      kind: fc.constantFrom(...kinds),
      amount: fen,
      isPenalty: fc.boolean(),
    }),
  );
  const parts = fc.array(
    fc.record({ ...names, opening: fen, closing: fen, moved: fen, paidOff: fen, vat: fen, vatIncluded: fc.boolean() }),
  );

  it('is balanced in each currency, and each entry stands on one side', () => {
    fc.assert(
      fc.property(totals, parts, (someTotals, someParts) => {
        const { add, journal } = journalOf(rules);
        for (const one of someTotals) linePostings(one).forEach(add);
        for (const one of someParts) [...debtPostings(one), ...vatPostings(one)].forEach(add);
        const { entries, missing } = journal();
        balancedTotals(entries);
        expect(missing).toEqual([]);
        for (const { debit, credit } of entries) {
          expect([debit, credit].filter((side) => side.gt(0))).toHaveLength(1);
          expect([debit, credit].filter((side) => side.isZero())).toHaveLength(1);
        }
      }),
    );
  });

  it('leaves on each agent’s accounts what its statement says, whatever moved the balance before', () => {
    // over months: payable account + receivable account = closing
    const month = fc.record({
      earned: fen,
      paidOff: fen.map((amount) => amount.abs()),
      returned: fen.map((amount) => amount.abs()),
    });
    fc.assert(
      fc.property(fc.array(month, { maxLength: 12 }), (months) => {
        let closing = new Decimal(0);
        let payable = new Decimal(0);
        let receivable = new Decimal(0);
        for (const { earned, paidOff, returned } of months) {
          // what moved meanwhile was booked then: set-offs against the debt, returns to what is payable
          receivable = receivable.minus(paidOff);
          payable = payable.plus(returned);
          const moved = paidOff.plus(returned);
          const opening = closing.plus(moved);
          closing = opening.plus(earned);
          const statement = { ...part({}), opening, closing, moved, paidOff };
          for (const posting of [...linePostings(total('EARNING', earned.toFixed())), ...debtPostings(statement)]) {
            if (posting.entry === 'PAYABLE') payable = payable.minus(posting.amount);
            if (posting.entry === 'RECEIVABLE') receivable = receivable.plus(posting.amount);
          }
          expect(receivable.toFixed()).toBe(Decimal.max(0, closing.negated()).toFixed());
          expect(payable.toFixed()).toBe(Decimal.max(0, closing).toFixed());
        }
      }),
    );
  });
});
