import { divide, multiply, roundToUnits } from './fraction.ts';
import { type Earning, type Item, itemOf, type Override } from './items.ts';
import type { Known } from './known.ts';
import { type Life, refundedBy } from './life.ts';

/** An EARNING line with what became of it. */
export type Told = { earning: Earning; life: Life };

/** The EARNING lines whose fate an OVERRIDE line shares: the child line, or all of the credit's own. */
export function childrenOf(override: Override, told: readonly Told[]): Told[] {
  const { credit, sourceComponent } = override;
  return told.filter(
    ({ earning }) =>
      earning.cause === override.cause &&
      earning.agent === credit.agent.code &&
      earning.role === credit.role &&
      (sourceComponent === '' || earning.component === sourceComponent),
  );
}

/** What of the override is clawed back in total by a period's end, and the cause of the last change in it (§9.8). */
function lostBy(known: Known, override: Override, children: readonly Told[], period: string) {
  const { version, units, cut, credit } = override;
  const own = { numerator: units - cut, denominator: 1n };
  if (children.length === 0) {
    const { part, cause } = refundedBy(known, credit.sale, period);
    return { units: roundToUnits(multiply(own, part), 0, version.rounding), causes: cause ? [cause] : [] };
  }
  const whole = children.reduce((total, { earning }) => total + earning.units - earning.cut, 0n);
  const standings = children.flatMap(({ life }) => life.standing.get(period) ?? []);
  const lost = standings.reduce((total, each) => total + each.lost, 0n);
  if (whole === 0n) return { units: 0n, causes: [] };
  const part = divide({ numerator: lost, denominator: 1n }, { numerator: whole, denominator: 1n });
  return {
    units: roundToUnits(multiply(own, part), 0, version.rounding),
    causes: standings.flatMap((each) => each.cause ?? []),
  };
}

/** The CLAWBACK line by which an OVERRIDE follows its child in a period; undefined where nothing changed. */
export function followItem(
  known: Known,
  override: Override,
  children: readonly Told[],
  period: string,
  previous: string,
): Item | undefined {
  const now = lostBy(known, override, children, period);
  const isFirst = override.credit.sale.period === period;
  const before = isFirst ? 0n : lostBy(known, override, children, previous).units;
  const units = before - now.units;
  if (units === 0n) return undefined;
  const order = (key: string) => known.sales.findIndex((sale) => sale.key === key);
  const causes = now.causes.map((sale) => sale.key).sort((a, b) => order(a) - order(b));
  return itemOf(override, {
    kind: 'CLAWBACK',
    units,
    cause: causes.at(-1) ?? override.cause,
    original: override.cause,
  });
}
