import type { Transaction } from '../src/db/client.ts';
import { rawSql } from '../src/db/client.ts';
import type { ExplainedDetail, ShownItemScore } from '../src/scorecards/explainItem.ts';
import { groupsShownToAgent } from '../src/scorecards/ratings.ts';
import type { ItemScore, ScoreDetail, TemplateDefinition } from '../src/scorecards/template.ts';
import type { Context } from './context.ts';

// What of a score's kept detail somebody is shown: what raters said of an agent is not for everybody, and for nobody while they rate.

const openRoundsOf = new WeakMap<Transaction, Promise<ReadonlySet<string>>>();

const roundKey = (period: string, aspect: string) => `${period} ${aspect}`;

/** The rounds that have not closed: read once a request. */
function openRounds({ transaction, today }: Context): Promise<ReadonlySet<string>> {
  const rounds = openRoundsOf.get(transaction) ?? loadOpenRounds(transaction, today);
  openRoundsOf.set(transaction, rounds);
  return rounds;
}

async function loadOpenRounds(transaction: Transaction, today: string): Promise<ReadonlySet<string>> {
  const rows = await rawSql(transaction)<{ period: string; aspect: string }[]>`
    select period, aspect from rating_round where closes_on > ${today}::date`;
  return new Set(rows.map(({ period, aspect }) => roundKey(period, aspect)));
}

/**
 * The detail of a score without the figures of raters that the one who asks may not know (DOMAIN.md §5, §12): nobody sees them until the
 * round has closed, as figures that move with each answer tell who gave it; finance never does; an agent only where at least three rated
 * in each group. Points stay: they are in the total.
 */
export async function shownDetail(
  detail: ScoreDetail,
  definition: TemplateDefinition,
  period: string,
  context: Context,
): Promise<ExplainedDetail> {
  const aspects = new Map(
    definition.items.flatMap(({ code, method }) => (method.kind === 'RATED_360' ? [[code, method.aspect]] : [])),
  );
  if (aspects.size === 0) return detail;
  const open = await openRounds(context);
  const role = context.actor?.user?.role;
  const items = detail.items.map((item): ShownItemScore => {
    const aspect = aspects.get(item.code);
    if (aspect === undefined) return item;
    const isOpen = open.has(roundKey(period, aspect));
    const isSparse = role === 'AGENT' && groupsShownToAgent(item.groups ?? []).length < (item.groups ?? []).length;
    return isOpen || isSparse || role === 'FINANCE' ? withoutRatings(item) : item;
  });
  return { ...detail, items };
}

/** Keeps that it was rated, or that too few did, but no figure of theirs. */
function withoutRatings({ groups, ...item }: ItemScore): ShownItemScore {
  if (item.input !== null) return { ...item, input: null, withheld: 'RATED' };
  return groups ? { ...item, withheld: 'TOO_FEW_RATERS' } : item;
}
