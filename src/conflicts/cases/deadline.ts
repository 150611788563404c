import { Temporal } from 'temporal-polyfill';
import { localDate, localMidnight } from '../../period.ts';

/** The local midnight with which the window [today, today + days) of the instant ends (DOMAIN.md §9.1), as an instant. */
export function deadline(now: Date, days: number, timeZone: string): string {
  const end = Temporal.PlainDate.from(localDate(now, timeZone)).add({ days });
  return localMidnight(end.toString(), timeZone);
}
