import { localDate } from './facts.ts';
import { compare, compareText, type Fraction, fraction, ONE, sum } from './fraction.ts';
import type { Agent, OracleInput, Reason, Refusal, SalesEvent } from './model.ts';

/** One credit of one event of the period, with what everybody asks of it. */
export type PeriodCredit = {
  event: SalesEvent;
  agent: Agent;
  role: string;
  share: Fraction;
  /** The event's local date. */
  date: string;
  isReversed: boolean;
};

export function causeOf(event: SalesEvent): string {
  return `${event.source}:${event.externalId}`;
}

export function eventsOfPeriod(input: OracleInput): SalesEvent[] {
  return input.events.filter((event) => localDate(event.occurredAt, input.timeZone).slice(0, 7) === input.period);
}

/**
 * The credits of the events that occurred in the period (DOMAIN.md §3.4), ordered by cause, agent, role.
 * An event that any REVERSAL names, in whatever period, is marked as reversed (§9.5).
 */
export function creditsOfPeriod(input: OracleInput): PeriodCredit[] {
  const agents = new Map(input.agents.map((agent) => [agent.code, agent]));
  const reversed = new Set(
    input.events.filter((event) => event.type === 'REVERSAL').map((event) => `${event.source}:${event.original}`),
  );
  const credits = eventsOfPeriod(input).flatMap((event) => {
    const rows = event.credits ?? [{ agent: event.agent, role: 'SELLER', share: '1' }];
    if (compare(sum(rows.map((row) => fraction(row.share))), ONE) !== 0) {
      throw new Error(`shares of ${causeOf(event)} do not total 1`);
    }
    return rows.map((row) => {
      const agent = agents.get(row.agent);
      if (!agent) throw new Error(`unknown agent ${row.agent}`);
      return {
        event,
        agent,
        role: row.role,
        share: fraction(row.share),
        date: localDate(event.occurredAt, input.timeZone),
        isReversed: reversed.has(causeOf(event)),
      };
    });
  });
  return credits.sort(
    (a, b) =>
      compareText(causeOf(a.event), causeOf(b.event)) ||
      compareText(a.agent.code, b.agent.code) ||
      compareText(a.role, b.role),
  );
}

export function refusal(credit: PeriodCredit, component: string, reason: Reason): Refusal {
  const { source, externalId } = credit.event;
  return { source, externalId, agent: credit.agent.code, role: credit.role, reason, component };
}
