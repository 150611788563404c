import { type SQL, sql } from 'drizzle-orm';
import type { commissionLine, unpaidEvent } from '../src/commissions/lines.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { LineKindEnum } from './enums.ts';
import { CommissionLine } from './line.ts';
import { liveStatuses } from './lookups.ts';
import { moneyText } from './money.ts';
import { UnpaidEvent } from './unpaid.ts';

// What a sale paid, and what a statement is made up of: lines by their event, and added up by component.

builder.drizzleObject('runAgentTotal', {
  name: 'StatementTotal',
  description:
    'The lines of a statement of one component and kind, added up; of RETRO lines by the period they correct.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    component: t.relation('component', { description: 'The component, or the pool.' }),
    kind: t.expose('kind', { type: LineKindEnum, description: 'What the lines are.' }),
    originPeriod: t.expose('originPeriod', {
      type: 'Period',
      nullable: true,
      description: 'The closed period that RETRO lines correct.',
    }),
    lineCount: t.exposeInt('lineCount', { description: 'How many lines.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'What they add up to.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
  }),
});

builder.drizzleObjectField('statement', 'totals', (t) =>
  t.relation('totals', {
    description: 'Its lines added up by component and kind: together they are closing − opening.',
    query: { orderBy: { componentId: 'asc', kind: 'asc', originPeriod: 'asc' } },
  }),
);

/** A request may see at most so many lines of one event at once: a subscription's activation has some dozens. */
const mostOfOneEvent = 200;

type AboutEvent = { readonly runId: unknown; readonly agentId: unknown };

/**
 * Of runs that stand, and of who sold the event, came with a share of it or was awarded one (DOMAIN.md §8), of all above them on any day, who
 * may have overrides of it, and of who asks: lines are found by agent, so that no run is read through. Whom one may not see stays out by
 * row-level security.
 */
function aboutEvent({ runId, agentId }: AboutEvent, eventId: number, { actor }: Pick<Context, 'actor'>): SQL {
  return sql`${runId} in (select id from commission_run where status::text in ${[...liveStatuses]})
    and ${agentId} = any(array(
      with recursive concerned(id) as (
        select who.agent_id from (
          select agent_id from sales_event where id = ${eventId}
          union all select agent_id from event_credit where event_id = ${eventId}
          union all select agent_id from event_award where event_id = ${eventId}
          union all select ${actor?.user?.agentId ?? 0}::integer) who
        union select link.parent_id from concerned join agent_parent link on link.agent_id = concerned.id)
      select id from concerned))`;
}

builder.drizzleObjectFields('salesEvent', (t) => ({
  lines: t.drizzleField({
    type: [CommissionLine],
    description:
      'What it paid, in runs that stand, of those whose money you may see: its seller, whoever shares it or was awarded it, and the overrides of those above them; with what was withheld, released and taken back, by run. At most 200.',
    resolve: (query, event, _args, context) =>
      context.transaction.query.commissionLine.findMany(
        query({
          where: {
            RAW: (table: typeof commissionLine) => sql`${aboutEvent(table, event.id, context)}
            and (${table.causeId} = ${event.id} or ${table.originalId} = ${event.id}) and ${table.kind} not in ('POOL', 'ADJUSTMENT')`,
          },
          orderBy: { runId: 'asc', agentId: 'asc', componentId: 'asc', kind: 'asc', instalment: 'asc' },
          limit: mostOfOneEvent,
        }),
      ),
  }),
  unpaid: t.drizzleField({
    type: [UnpaidEvent],
    description:
      'The shares of it that paid nothing, or less than they could, in runs that stand, with the reason; of those whose money you may see. At most 200.',
    resolve: (query, event, _args, context) =>
      context.transaction.query.unpaidEvent.findMany(
        query({
          where: {
            RAW: (table: typeof unpaidEvent) =>
              sql`${aboutEvent(table, event.id, context)} and ${table.eventId} = ${event.id}`,
          },
          orderBy: { runId: 'asc', agentId: 'asc', role: 'asc' },
          limit: mostOfOneEvent,
        }),
      ),
  }),
}));
