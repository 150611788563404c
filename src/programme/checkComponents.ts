import type { PlanComponentKind } from '../commissions/definitions.ts';
import { findTies, type RuleMatch } from '../commissions/engine/rules.ts';
import { Decimal } from '../money.ts';
import { checkCodes } from './codes.ts';
import { ruleCode, rulesOf } from './content.ts';
import { number } from './fields.ts';
import type { Fault, Path } from './paths.ts';
import type { ProgrammeComponent, ProgrammePlanVersion, ProgrammeRateComponent, ProgrammeRule } from './schema.ts';

// What the fields of a component mean together: parts that total, brackets that follow one another, dates given once. Pure.

type Of<Kind extends PlanComponentKind> = Extract<ProgrammeComponent, { readonly kind: Kind }>;

/** Every fault of a version's components. `knownKind` tells the kind of a component that earlier versions declare. */
export function checkComponents(
  { components }: ProgrammePlanVersion,
  path: Path,
  knownKind: (code: string) => PlanComponentKind | undefined,
): Fault[] {
  const at = [...path, 'components'];
  return [
    ...checkCodes(components, at),
    ...secondDraws(components, at),
    ...components.flatMap((component, index) => [
      ...changedKind(component, [...at, index, 'kind'], knownKind(component.code)),
      ...checkComponent(component, [...at, index]),
    ]),
  ];
}

/** Every fault of one component that can be told from it alone. */
export function checkComponent(component: ProgrammeComponent, path: Path): Fault[] {
  return [...kindFaults(component, path), ...ruleFaults(rulesOf(component), [...path, 'rules'])];
}

function invalid(path: Path, message: string): Fault {
  return { code: 'PROGRAMME_INVALID', path, message };
}

function secondDraws(components: readonly ProgrammeComponent[], path: Path): Fault[] {
  const first = components.findIndex(({ kind }) => kind === 'DRAW');
  return components.flatMap(({ kind }, index) =>
    kind !== 'DRAW' || index === first
      ? []
      : [invalid([...path, index, 'kind'], 'a plan version has at most one DRAW: remove this one or the other')],
  );
}

function changedKind({ kind, code }: ProgrammeComponent, path: Path, known: PlanComponentKind | undefined): Fault[] {
  if (known === undefined || known === kind) return [];
  return [invalid(path, `${code} is ${known} in another version of the plan: give this component another code`)];
}

function kindFaults(component: ProgrammeComponent, path: Path): Fault[] {
  switch (component.kind) {
    case 'RATE':
    case 'RESIDUAL':
    case 'SPIFF':
      return rateFaults(component, path);
    case 'BRACKET':
      return bracketFaults(component, path);
    case 'QUOTA_BONUS':
      return quotaFaults(component, path);
    case 'OVERRIDE':
      return component.method === 'DIFFERENTIAL'
        ? contiguityFaults(component.table, [...path, 'table'])
        : levelFaults(component.levels, [...path, 'levels']);
    case 'DRAW':
      return [];
  }
}

function rateFaults(component: ProgrammeRateComponent, path: Path): Fault[] {
  return [
    ...multiplierFaults(component, path),
    ...instalmentFaults(component, path),
    ...holdbackFaults(component.holdback, [...path, 'holdback']),
    ...clawbackFaults(component.clawback, [...path, 'clawback']),
    ...component.rules.flatMap(({ event }, index) =>
      event === undefined || component.events.some((type) => type === event)
        ? []
        : [
            invalid(
              [...path, 'rules', index, 'event'],
              `the component does not read ${event} events: add it to events, or remove the rule`,
            ),
          ],
    ),
  ];
}

type Multiplied = Pick<ProgrammeRateComponent, 'multiplyBy' | 'scoreFactor'>;

function multiplierFaults({ multiplyBy, scoreFactor }: Multiplied, path: Path): Fault[] {
  const doubled = multiplyBy.findIndex((factor, index) => multiplyBy.indexOf(factor) !== index);
  return [
    ...(doubled < 0 ? [] : [invalid([...path, 'multiplyBy', doubled], `${multiplyBy[doubled]} is named twice`)]),
    ...(multiplyBy.includes('SCORE') && !scoreFactor
      ? [invalid([...path, 'multiplyBy'], 'SCORE needs scoreFactor: declare its steps')]
      : []),
    ...ascendingFaults(scoreFactor?.steps ?? [], (step) => step.from, [...path, 'scoreFactor', 'steps'], 'from'),
  ];
}

function instalmentFaults({ instalments, onBill }: ProgrammeRateComponent, path: Path): Fault[] {
  const parts = instalments ?? [];
  const total = parts.reduce((sum, { percent }) => sum.plus(percent), new Decimal(0));
  const dueFaults = parts.flatMap(({ month, days, paidBill }, index) =>
    [month, days, paidBill].filter((due) => due !== undefined).length === 1
      ? []
      : [invalid([...path, 'instalments', index], 'falls due by exactly one of month, days and paidBill: give one')],
  );
  return [
    ...dueFaults,
    ...(instalments && !total.eq(100)
      ? [invalid([...path, 'instalments'], `percents must total exactly 100; they total ${total.toFixed()}`)]
      : []),
    ...(onBill && !parts.some(({ paidBill }) => paidBill !== undefined)
      ? [invalid([...path, 'onBill'], 'counts bills for instalments with paidBill, and there is none: remove it')]
      : []),
  ];
}

function holdbackFaults(holdback: ProgrammeRateComponent['holdback'], path: Path): Fault[] {
  if (!holdback?.condition) return [];
  const { atLeast, below } = holdback.condition;
  const at = [...path, 'condition'];
  if (atLeast === undefined && below === undefined) return [invalid(at, 'tests nothing: give atLeast, below or both')];
  if (atLeast === undefined || below === undefined || number(atLeast).lt(below)) return [];
  return [invalid([...at, 'below'], 'must be more than atLeast: no value could pass')];
}

function clawbackFaults(clawback: ProgrammeRateComponent['clawback'], path: Path): Fault[] {
  if (!clawback || (clawback.months === undefined) !== (clawback.days === undefined)) return [];
  return [invalid(path, 'lasts exactly one of months and days: give one')];
}

function bracketFaults(component: Of<'BRACKET'>, path: Path): Fault[] {
  const { bounds, target, brackets } = component;
  return [
    ...multiplierFaults(component, path),
    ...contiguityFaults(brackets, [...path, 'brackets']),
    ...(bounds === 'ATTAINMENT' && target === undefined
      ? [invalid([...path, 'target'], 'bounds ATTAINMENT needs the metric that holds the target')]
      : []),
    ...(bounds === 'VOLUME' && target !== undefined
      ? [invalid([...path, 'target'], 'is read with bounds ATTAINMENT only: say so, or remove it')]
      : []),
  ];
}

function quotaFaults(component: Of<'QUOTA_BONUS'>, path: Path): Fault[] {
  const { points, maximumAttainment } = component;
  const [first] = points;
  return [
    ...multiplierFaults(component, path),
    ...ascendingFaults(points, (point) => point.attainment, [...path, 'points'], 'attainment'),
    ...(maximumAttainment !== undefined && first && number(maximumAttainment).lt(first.attainment)
      ? [invalid([...path, 'maximumAttainment'], 'must not be below the first point: nothing would ever be paid')]
      : []),
  ];
}

function levelFaults(levels: readonly { readonly level: number }[], path: Path): Fault[] {
  return levels.flatMap(({ level }, index) =>
    levels.findIndex((other) => other.level === level) === index
      ? []
      : [invalid([...path, index, 'level'], `level ${level} is given twice: remove one`)],
  );
}

/** [from, to) one after the other without gaps; only the last may have no end. */
function contiguityFaults(ranges: readonly { readonly from: string; readonly to?: string }[], path: Path): Fault[] {
  return ranges.flatMap(({ from, to }, index) => {
    const before = ranges[index - 1];
    const isLast = index === ranges.length - 1;
    return [
      ...(before?.to !== undefined && before.to !== from
        ? [invalid([...path, index, 'from'], `must be ${before.to}, where the one before ends`)]
        : []),
      ...(to === undefined && !isLast
        ? [invalid([...path, index, 'to'], 'is missing: only the last may have no end')]
        : []),
      ...(to !== undefined && number(to).lte(from) ? [invalid([...path, index, 'to'], 'must be more than from')] : []),
    ];
  });
}

function ascendingFaults<Entry>(
  entries: readonly Entry[],
  figureOf: (entry: Entry) => string,
  path: Path,
  field: string,
): Fault[] {
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1];
    if (before === undefined || number(figureOf(before)).lt(figureOf(entry))) return [];
    return [
      invalid([...path, index, field], `must be more than ${figureOf(before)}, the one before: put them in order`),
    ];
  });
}

function ruleFaults(rules: readonly ProgrammeRule[], path: Path): Fault[] {
  const coded = rules.map((rule, index) => ({ ...rule, code: ruleCode(rule, index) }));
  const doubled = checkCodes(coded, path);
  if (doubled.length > 0) return doubled;
  return findTies(coded.map(ruleMatch)).map(({ first, second }) => ({
    code: 'RULES_TIE',
    path: [...path, coded.findIndex((rule) => rule.code === second)],
    message: `the rules ${first} and ${second} could both win for the same event`,
  }));
}

function ruleMatch(rule: ProgrammeRule & { readonly code: string }): RuleMatch {
  const decimal = (text: string | undefined) => (text === undefined ? undefined : new Decimal(text));
  const { percent: _percent, flat: _flat, minimum: _minimum, maximum: _maximum, ...named } = rule;
  return {
    ...named,
    baseFrom: decimal(rule.baseFrom),
    baseTo: decimal(rule.baseTo),
    baseUpTo: decimal(rule.baseUpTo),
  };
}
