import { unitsToText } from './fraction.ts';
import type { EventComponent, PlanVersion } from './historyModel.ts';
import type { Line, LineKind } from './historyOutput.ts';
import { digitsOf, type Known } from './known.ts';
import type { Credit } from './sales.ts';

/** A line while the period is being calculated: its amount in minor units, and what later steps ask of it. */
export type Item = {
  kind: LineKind;
  plan: string;
  component: string;
  cause: string;
  original: string;
  agent: string;
  role: string;
  rule: string;
  instalment: number;
  sourceAgent: string;
  sourceComponent: string;
  base: string;
  factor: string;
  units: bigint;
  currency: string;
};

/** Lines that come from a credit; `cut` is what caps take from them (not negative). */
export type Earning = Item & { credit: Credit; version: PlanVersion; definition: EventComponent; cut: bigint };
/** `credit` is the child's; `version` the payee's, `agreement` the payee's agreement at the event. */
export type Override = Item & { credit: Credit; version: PlanVersion; agreement: string; cut: bigint };

const NOTHING = {
  original: '',
  rule: '',
  instalment: 0,
  sourceAgent: '',
  sourceComponent: '',
  base: '',
  factor: '',
};

type Given = Pick<Item, 'kind' | 'plan' | 'component' | 'cause' | 'agent' | 'role' | 'units' | 'currency'>;

export function item(given: Given & Partial<Item>): Item {
  return { ...NOTHING, ...given };
}

/** The same key as another line, for a CAP, CLAWBACK, WITHHOLDING … of it. */
export function itemOf(of: Item, given: Pick<Item, 'kind' | 'units'> & Partial<Item>): Item {
  const { plan, component, cause, agent, role, sourceAgent, sourceComponent, currency } = of;
  return item({ plan, component, cause, agent, role, sourceAgent, sourceComponent, currency, ...given });
}

export function lineOf(known: Known, of: Item, origin = ''): Line {
  return {
    kind: of.kind,
    plan: of.plan,
    component: of.component,
    cause: of.cause,
    original: of.original,
    agent: of.agent,
    role: of.role,
    rule: of.rule,
    instalment: of.instalment,
    sourceAgent: of.sourceAgent,
    sourceComponent: of.sourceComponent,
    origin,
    base: of.base,
    factor: of.factor,
    amount: unitsToText(of.units, digitsOf(known, of.currency)),
    currency: of.currency,
  };
}

export function totalUnits(items: readonly { units: bigint }[]): bigint {
  return items.reduce((total, each) => total + each.units, 0n);
}
