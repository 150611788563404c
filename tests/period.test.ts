import { describe, expect, it } from 'vitest';
import {
  endDate,
  firstDate,
  isDate,
  isTimeZone,
  lastDate,
  localDate,
  localMidnight,
  nextPeriod,
  type Period,
  parsePeriod,
  periodEnd,
  periodOf,
  periodsBetween,
  previousPeriod,
  shiftPeriod,
} from '../src/period.ts';

const period = (text: string) => text as Period;

describe('a period', () => {
  it('is YYYY-MM and nothing else', () => {
    expect(parsePeriod('2026-10')).toBe('2026-10');
    for (const text of [
      '2026-1',
      '2026-13',
      '2026-00',
      '26-10',
      '2026-10-01',
      ' 2026-10',
      '2026-10\n',
      '2026/10',
      '',
    ]) {
      expect(parsePeriod(text)).toBeUndefined();
    }
  });

  it.each([
    ['2026-01', '2026-01-01', '2026-01-31', '2026-02-01'],
    ['2026-02', '2026-02-01', '2026-02-28', '2026-03-01'],
    ['2028-02', '2028-02-01', '2028-02-29', '2028-03-01'],
    ['2100-02', '2100-02-01', '2100-02-28', '2100-03-01'],
    ['2026-04', '2026-04-01', '2026-04-30', '2026-05-01'],
    ['2026-12', '2026-12-01', '2026-12-31', '2027-01-01'],
  ])('%s goes from %s to %s', (text, first, last, end) => {
    expect([firstDate(period(text)), lastDate(period(text)), endDate(period(text))]).toEqual([first, last, end]);
  });

  it('has neighbours over the turn of the year', () => {
    expect(nextPeriod(period('2026-12'))).toBe('2027-01');
    expect(previousPeriod(period('2027-01'))).toBe('2026-12');
    expect(shiftPeriod(period('2026-10'), 15)).toBe('2028-01');
    expect(shiftPeriod(period('2026-10'), -22)).toBe('2024-12');
    expect(shiftPeriod(period('2026-10'), 0)).toBe('2026-10');
  });

  it('lies between others, both included', () => {
    expect(periodsBetween(period('2026-11'), period('2027-02'))).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    expect(periodsBetween(period('2026-11'), period('2026-11'))).toEqual(['2026-11']);
    expect(periodsBetween(period('2026-11'), period('2026-10'))).toEqual([]);
  });
});

describe('local midnight', () => {
  it.each([
    ['2026-10-01', 'Asia/Shanghai', '2026-09-30T16:00:00Z'],
    ['2026-10-01', 'UTC', '2026-10-01T00:00:00Z'],
    ['2026-10-01', 'Asia/Kathmandu', '2026-09-30T18:15:00Z'],
    // Summer time: Berlin is at +02:00 until 25 October 2026 and at +01:00 after it.
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00Z'],
    ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00Z'],
    // Clocks that go forward at midnight: the day begins at one o'clock.
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    // 30 December 2011 never was in Samoa; the 31st began where the 29th ended.
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('of %s in %s is %s', (date, zone, instant) => {
    expect(localMidnight(date, zone)).toBe(instant);
  });

  it('ends a period', () => {
    expect(periodEnd(period('2026-10'), 'Asia/Shanghai').toISOString()).toBe('2026-10-31T16:00:00.000Z');
    expect(periodEnd(period('2026-10'), 'Europe/Berlin').toISOString()).toBe('2026-10-31T23:00:00.000Z');
    expect(periodEnd(period('2026-12'), 'America/New_York').toISOString()).toBe('2027-01-01T05:00:00.000Z');
  });
});

describe('the period of an instant', () => {
  it.each([
    // DOMAIN.md §3.4: half open, in the operator's zone.
    ['2026-09-30T15:59:59.999999Z', 'Asia/Shanghai', '2026-09'],
    ['2026-09-30T16:00:00Z', 'Asia/Shanghai', '2026-10'],
    ['2026-10-01T00:30:00+09:00', 'Asia/Shanghai', '2026-09'],
    ['2026-10-31T15:59:59.999999Z', 'Asia/Shanghai', '2026-10'],
    ['2026-10-31T16:00:00Z', 'Asia/Shanghai', '2026-11'],
    ['2026-10-31T22:59:59Z', 'Europe/Berlin', '2026-10'],
    ['2026-10-31T23:00:00Z', 'Europe/Berlin', '2026-11'],
    // The hour that happens twice is in the same month both times.
    ['2026-11-01T03:59:59Z', 'America/New_York', '2026-10'],
    ['2026-11-01T04:00:00Z', 'America/New_York', '2026-11'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(periodOf(instant, zone)).toBe(expected);
  });

  it('takes a Date, too', () => {
    expect(periodOf(new Date('2026-12-31T16:00:00Z'), 'Asia/Shanghai')).toBe('2027-01');
    expect(localDate(new Date('2026-12-31T16:00:00Z'), 'Asia/Shanghai')).toBe('2027-01-01');
    expect(localDate('2026-12-31T16:00:00Z', 'America/New_York')).toBe('2026-12-31');
  });
});

describe('dates and zones', () => {
  it('knows real calendar dates', () => {
    for (const text of ['2026-02-28', '2028-02-29', '2000-02-29', '2026-12-31']) expect(isDate(text)).toBe(true);
    for (const text of [
      '2026-02-29',
      '2100-02-29',
      '2026-02-30',
      '2026-04-31',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '20261001',
      '',
    ]) {
      expect(isDate(text)).toBe(false);
    }
  });

  it('knows IANA zones', () => {
    for (const zone of ['Asia/Shanghai', 'UTC', 'America/Argentina/Buenos_Aires']) expect(isTimeZone(zone)).toBe(true);
    for (const zone of ['Asia/Nowhere', 'CST+8', '', 'Asia/Shanghai ']) expect(isTimeZone(zone)).toBe(false);
  });
});
