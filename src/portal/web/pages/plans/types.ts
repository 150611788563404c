import type { PlanVersionShownFragment } from './Plans.generated.ts';

/** A component of a plan's version, as the page asks for it. */
export type Component = PlanVersionShownFragment['components'][number];
