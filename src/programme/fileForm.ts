import type { PoolDefinition } from '../commissions/definitions.ts';
import type { ComponentContent, PlanVersionContent, PoolVersionContent, RuleContent } from './content.ts';

// Contents of published versions → entries as a programme file says them: the way back of content.ts and definition.ts.

/** An entry of a programme file, not yet checked. */
export type FileEntry = { readonly [field: string]: unknown };

/** A plan version as a file declares it, without whether it corrects: declared again, it has the same content. */
export function planVersionEntry({ corrects: _own, components, ...version }: PlanVersionContent): FileEntry {
  return { ...version, components: components.map(componentEntry) };
}

/** A pool version as a file declares it: declared again, it has the same content. */
export function poolVersionEntry({ definition, ...version }: PoolVersionContent): FileEntry {
  const { fund, weight, ...rest } = definition;
  return declared({ ...version, ...rest, fund: withEvents(fund), weight: weight.map(withEvents) });
}

function componentEntry({ code, name, kind, definition, rules }: ComponentContent): FileEntry {
  const { multiplyByTier, ...rest }: FileEntry = definition;
  return declared({
    code,
    name,
    kind,
    ...withEvents(rest),
    multiplyBy: multiplyByTier === undefined ? undefined : multiplyByTier ? ['TIER'] : [],
    rules: rules.length > 0 ? rules.map(ruleEntry) : undefined,
  });
}

/** Of percent and flat, content always holds both: a file names what pays, or `flat: 0`. */
function ruleEntry({ percent, flat, ...rule }: RuleContent): FileEntry {
  return declared({
    ...rule,
    percent: percent === '0' ? undefined : percent,
    flat: flat === '0' && (percent !== '0' || rule.minimum !== undefined) ? undefined : flat,
  });
}

function withEvents(entry: FileEntry | PoolDefinition['fund']): FileEntry {
  const { eventTypes, ...rest }: FileEntry = entry;
  return eventTypes === undefined ? rest : { ...rest, events: eventTypes };
}

/** Without fields that say nothing. */
function declared(entry: FileEntry): FileEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined && value !== null));
}
