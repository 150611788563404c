import { fraction, roundToUnits } from './fraction.ts';
import { type Earning, type Item, item, itemOf, type Override } from './items.ts';
import { type AgentFacts, compareSales, digitsOf, type Known } from './known.ts';
import { compareOverrides } from './override.ts';
import { eventComponentsOf, type Rating } from './rating.ts';
import { allAgentFacts } from './volumes.ts';

/** A line that a cap can cut, with what caps have cut so far. */
type Cuttable = Item & { cut: bigint };

/** The lines that caps can cut, as one list: each with `cut`, in the order in which caps are used up. */
export type Cuttables = { earnings: Earning[]; overrides: Override[]; volumes: Cuttable[]; pools: Cuttable[] };

function moneyUnits(known: Known, text: string, currency: string): bigint {
  return roundToUnits(fraction(text), digitsOf(known, currency), 'DOWN');
}

/** Event lines by time, OVERRIDE lines of one event by source; earnings of one event by role (ratings are in order). */
function inOrder(lines: { earnings: Earning[]; overrides: Override[] }): (Earning | Override)[] {
  const earnings = [...lines.earnings].sort((a, b) => compareSales(a.credit.sale, b.credit.sale));
  const overrides = [...lines.overrides].sort(
    (a, b) => compareSales(a.credit.sale, b.credit.sale) || compareOverrides(a, b),
  );
  return [...earnings, ...overrides];
}

/** Takes the lines' positive amounts, net of earlier cuts, from the cap, one after another, and cuts what exceeds. */
function useUp(cap: bigint, lines: readonly Cuttable[]): void {
  let left = cap > 0n ? cap : 0n;
  for (const line of lines) {
    const net = line.units - line.cut;
    if (net <= 0n) continue;
    const kept = net < left ? net : left;
    line.cut += net - kept;
    left -= kept;
  }
}

/** Component caps by the agent facts of the plan (docs/commission.md §8.1). */
function applyComponentCaps(known: Known, facts: readonly AgentFacts[], lines: Cuttables): void {
  for (const { agent, agreement, version } of facts) {
    for (const component of version?.components ?? []) {
      const cap = 'cap' in component ? component.cap : undefined;
      if (!version || cap === undefined) continue;
      const own = [...inOrder(lines), ...lines.volumes].filter(
        (line) => line.agent === agent.code && line.plan === agreement.plan && line.component === component.code,
      );
      useUp(moneyUnits(known, cap, version.currency), own);
    }
  }
}

/** FLOOR lines: what lifts a component to its floor where a rule matched a credit (docs/commission.md §8.2). */
function floorItems(
  known: Known,
  facts: readonly AgentFacts[],
  ratings: readonly Rating[],
  lines: Cuttables,
): Cuttable[] {
  return facts.flatMap(({ agent, agreement, version, status }) => {
    if (!version || status !== 'ACTIVE') return [];
    return eventComponentsOf(version).flatMap(({ code, floor }) => {
      const hasMatched = ratings.some(
        ({ credit, matched }) =>
          credit.agent === agent && credit.agreement?.plan === agreement.plan && matched.includes(code),
      );
      if (floor === undefined || !hasMatched) return [];
      const own = lines.earnings.filter(
        (line) => line.agent === agent.code && line.plan === agreement.plan && line.component === code,
      );
      const earned = own.reduce((total, line) => total + line.units - line.cut, 0n);
      const units = moneyUnits(known, floor, version.currency) - earned;
      if (units <= 0n) return [];
      const { plan } = agreement;
      const { currency } = version;
      const given = { plan, component: code, cause: '', agent: agent.code, role: 'FLOOR', units, currency };
      return [{ ...item({ kind: 'FLOOR', ...given }), cut: 0n }];
    });
  });
}

/** Total caps, one per agreement, over what components left (docs/commission.md §8.3; pools as DOMAIN.md §9.9). */
function applyTotalCaps(
  known: Known,
  facts: readonly AgentFacts[],
  last: readonly AgentFacts[],
  lines: Cuttables,
  floors: readonly Cuttable[],
): void {
  const eventLines = inOrder(lines);
  for (const agreement of known.world.agreements) {
    const { agent, code, plan, terms } = agreement;
    if (terms?.totalCap === undefined) continue;
    const ofPlan = facts.find((each) => each.agent.code === agent && each.agreement.plan === plan);
    if (!ofPlan) continue;
    const own = eventLines.filter(
      (line) => line.agent === agent && ('agreement' in line ? line.agreement : line.credit.agreement?.code) === code,
    );
    const isFacts = ofPlan.agreement.code === code;
    const ofPeriod = [...lines.volumes, ...floors].filter(
      (line) => isFacts && line.agent === agent && line.plan === plan,
    );
    const currency = ofPlan.version?.currency ?? own[0]?.currency;
    if (currency === undefined) continue;
    const order = (ofPlan.version?.components ?? []).map((each) => each.code);
    const codes = [...own, ...ofPeriod].map((line) => line.component).filter((each) => !order.includes(each));
    const components = [...order, ...[...new Set(codes)].sort()];
    const inPlanOrder = components.flatMap((component) =>
      [...own, ...ofPeriod].filter((line) => line.component === component),
    );
    const isLast = last.some((each) => each.agent.code === agent && each.agreement.code === code);
    const pools = lines.pools.filter((line) => isLast && line.agent === agent && line.currency === currency);
    useUp(moneyUnits(known, terms.totalCap, currency), [...inPlanOrder, ...pools]);
  }
}

/** Cuts the period's lines by component caps and total caps; returns the CAP and FLOOR lines. */
export function limitItems(
  known: Known,
  period: string,
  ratings: readonly Rating[],
  lines: Cuttables,
  last: readonly AgentFacts[],
): Item[] {
  const facts = allAgentFacts(known, period);
  applyComponentCaps(known, facts, lines);
  const floors = floorItems(known, facts, ratings, lines);
  applyTotalCaps(known, facts, last, lines, floors);
  const all: Cuttable[] = [...lines.earnings, ...lines.overrides, ...lines.volumes, ...floors, ...lines.pools];
  const caps = all.filter((line) => line.cut > 0n).map((line) => itemOf(line, { kind: 'CAP', units: -line.cut }));
  return [...floors, ...caps];
}
