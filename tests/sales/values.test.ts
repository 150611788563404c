import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDecimal, parseDecimal } from '../../src/money.ts';
import { readCredits, readInstant, readNumber } from '../../src/sales/values.ts';

describe('readNumber', () => {
  it('agrees with parseDecimal and canonicalDecimal on every text of digits and points', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '0', '1', '9', '.'), maxLength: 45 });
    fc.assert(
      fc.property(text, (written) => {
        const decimal = parseDecimal(written);
        expect(readNumber(written)).toBe(decimal && canonicalDecimal(decimal));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '',
    'NaN',
    'Infinity',
    '1e5',
    '0x10',
    '+1',
    '1,5',
    '1.',
    '.5',
    ' 1',
    '1'.repeat(40),
    `0.${'1'.repeat(19)}`,
    '１',
  ])('refuses %j', (text) => expect(readNumber(text)).toBeUndefined());
});

describe('readInstant', () => {
  it.each([
    ['2026-10-28T10:00:00+08:00', '2026-10-28T02:00:00.000000Z'],
    ['2026-10-28T02:00:00Z', '2026-10-28T02:00:00.000000Z'],
    ['2026-10-28 02:00Z', '2026-10-28T02:00:00.000000Z'],
    ['2026-01-01T00:30:00.123456+0800', '2025-12-31T16:30:00.123456Z'],
    ['2026-12-31T23:30:00.5-02', '2027-01-01T01:30:00.500000Z'],
    ['2024-02-29T12:00:00+05:30', '2024-02-29T06:30:00.000000Z'],
    ['1990-01-01T00:00:00+14:00', '1989-12-31T10:00:00.000000Z'],
  ])('reads %s as %s', (text, instant) => expect(readInstant(text)).toMatchObject({ text: instant }));

  it.each(['2026-10-28T10:00:00', '2026-10-28', '2026-10-28 10:00'])('misses the offset of %s', (text) =>
    expect(readInstant(text)).toBe('DATE_WITHOUT_OFFSET'),
  );

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-10-00T10:00:00Z',
    '2026-10-28T24:00:00Z',
    '2026-10-28T10:60:00Z',
    '2026-10-28T10:00:60Z',
    '2026-10-28T10:00:00.1234567Z',
    '2026-10-28T10:00:00+14:30',
    '2026-10-28T10:00:00+08:60',
    '2026-10-28T10:00:00+08:',
    '2026-10-28Z',
    '1989-12-31T10:00:00Z',
    '0099-01-01T10:00:00Z',
    '28/10/2026',
    '1761616800',
    'yesterday',
  ])('refuses %s', (text) => expect(readInstant(text)).toBe('VALUE_INVALID'));

  it('gives the instant that JavaScript reads', () => {
    const date = fc.date({ min: new Date('1990-01-02'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (utc, offset) => {
        const local = new Date(utc.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        expect(readInstant(local + zone)).toEqual({
          epochMilliseconds: utc.getTime(),
          text: utc.toISOString().replace('Z', '000Z'),
        });
      }),
    );
  });
});

describe('readCredits', () => {
  const agents = new Map([
    ['A001', 1],
    ['A002', 2],
    ['A003', 3],
  ]);

  it('reads credits, by agent code and role whatever their order', () => {
    expect(readCredits('A002:REFERRER:0.30|A001:SELLER:0.7', agents)).toEqual([
      { agentCode: 'A001', agentId: 1, role: 'SELLER', share: '0.7' },
      { agentCode: 'A002', agentId: 2, role: 'REFERRER', share: '0.3' },
    ]);
  });

  it('takes SELLER for the role where none is given', () => {
    expect(readCredits('A001:0.5|A002::0.5', agents)).toMatchObject([{ role: 'SELLER' }, { role: 'SELLER' }]);
  });

  it('lets one agent have two roles', () => {
    expect(readCredits('A001:SELLER:0.5|A001:REFERRER:0.5', agents)).toHaveLength(2);
  });

  it.each([
    ['A001:SELLER:0.7|A002:SELLER:0.2', 'SHARES_NOT_ONE'],
    ['A001:SELLER:0.7|A002:SELLER:0.300000000000000001', 'SHARES_NOT_ONE'],
    [
      'A001:SELLER:0.333333333333333333|A002:SELLER:0.333333333333333333|A003:SELLER:0.333333333333333333',
      'SHARES_NOT_ONE',
    ],
    ['A009:SELLER:1', 'AGENT_UNKNOWN'],
    ['A001:SELLER:0.5|A001:SELLER:0.5', 'CREDITS_INVALID'],
    ['A001:seller:1', 'CREDITS_INVALID'],
    ['A001:SELLER:1|A002:SELLER:0', 'CREDITS_INVALID'],
    ['A001:SELLER:2', 'CREDITS_INVALID'],
    ['A001:SELLER:-1|A002:SELLER:2', 'CREDITS_INVALID'],
    ['A001:SELLER:NaN', 'CREDITS_INVALID'],
    ['A001', 'CREDITS_INVALID'],
    ['A001:SELLER:1|', 'CREDITS_INVALID'],
    ['A001:SELLER:1:2', 'CREDITS_INVALID'],
    [Array.from({ length: 101 }, () => 'A001:SELLER:0.01').join('|'), 'CREDITS_INVALID'],
  ])('refuses %s as %s', (text, code) => expect(readCredits(text, agents)).toMatchObject({ code }));
});
