import { expect, it } from 'vitest';
import { dayBeside, endOfDay, startOfDay } from '../../src/portal/web/shared/format.ts';

it("days begin and end at the zone's midnight, also where clocks are changed", () => {
  expect(startOfDay('2026-11-01', 'Asia/Shanghai')).toBe('2026-10-31T16:00:00.000Z');
  expect(endOfDay('2026-12-31', 'Asia/Shanghai')).toBe('2026-12-31T16:00:00.000Z');
  // New York is four hours behind UTC until 06:00 UTC of 1 November, then five: the day has 25 hours.
  expect(startOfDay('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z');
  expect(endOfDay('2026-11-01', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z');
  // Auckland goes from 12 to 13 hours ahead at 14:00 UTC of 26 September: midnight of the 27th is before that.
  expect(startOfDay('2026-09-27', 'Pacific/Auckland')).toBe('2026-09-26T12:00:00.000Z');
  expect(endOfDay('2026-09-27', 'Pacific/Auckland')).toBe('2026-09-27T11:00:00.000Z');
});

it('days beside a day go over months, years and the 29th of February', () => {
  expect(dayBeside('2026-12-31', 1)).toBe('2027-01-01');
  expect(dayBeside('2028-03-01', -1)).toBe('2028-02-29');
});
