import { agentStatusCode } from '../src/agents/tables.ts';
import { rateBases } from '../src/commissions/definitions.ts';
import { lineKind } from '../src/commissions/lines.ts';
import { componentKind, roundingMode, runStatus } from '../src/commissions/tables.ts';
import { conflictEffect, conflictKind } from '../src/conflicts/tables.ts';
import { type CompanyRight, companyRights, type Role, roles } from '../src/db/transaction.ts';
import { salesEventType } from '../src/sales/eventTypes.ts';
import { raterGroups } from '../src/scorecards/template.ts';
import { builder } from './builder.ts';

type Values<Value extends string> = Record<Value, string>;

/** An enum whose values are the database's, each with a description; a value without one does not compile. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  values: readonly Value[],
  descriptions: Values<Value>,
) {
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(values.map((value) => [value, { description: descriptions[value] }])) as Record<
      Value,
      { description: string }
    >,
  });
}

export const RoleEnum = describedEnum<Role>('Role', 'What somebody who signs in may do.', roles, {
  ADMIN: 'Sets everything up.',
  CHANNEL_MANAGER: 'Looks after the agents of a region and the regions under it.',
  FINANCE: 'Closes, approves and pays.',
  AUDITOR: 'Reads everything, changes nothing.',
  AGENT: 'Sees what concerns its own agent and the agents below it.',
  COMPLIANCE: 'Reads reports of misconduct, and nothing else that is about somebody.',
});

export const CompanyRightEnum = describedEnum<CompanyRight>(
  'CompanyRight',
  'What one of the people of an agent may do of what the agent may.',
  companyRights,
  { FULL: 'All of it.', READ: 'Sees all of it, and changes nothing.' },
);

export const AgentStatusEnum = describedEnum(
  'AgentStatusCode',
  'Whether an agent may sell.',
  agentStatusCode.enumValues,
  {
    ACTIVE: 'It sells and earns.',
    SUSPENDED: 'It earns nothing for now.',
    TERMINATED: 'Its agreement is over.',
  },
);

export const SalesEventTypeEnum = describedEnum('SalesEventType', 'What happened.', salesEventType.enumValues, {
  ACTIVATION: 'A subscription began.',
  RECHARGE: 'Prepaid money was added.',
  BILL: 'A customer was billed.',
  PAYMENT: 'A customer paid.',
  DEVICE_SALE: 'A device was sold.',
  RENEWAL: 'A contract was renewed.',
  CHURN: 'A customer left.',
  REACTIVATION: 'A customer came back.',
  PLAN_CHANGE: 'A customer changed the tariff.',
  TRANSFER: 'A subscription changed hands.',
  REFUND: 'Money was given back for another event.',
  REVERSAL: 'Another event is undone.',
});

export const RoundingModeEnum = describedEnum(
  'RoundingMode',
  'How an amount is rounded to the minor unit of its currency, once.',
  roundingMode.enumValues,
  {
    HALF_UP: 'To the nearest, halves away from zero.',
    HALF_EVEN: 'To the nearest, halves to the even neighbour.',
    DOWN: 'Towards zero.',
  },
);

export const ComponentKindEnum = describedEnum('ComponentKind', 'How a component pays.', componentKind.enumValues, {
  RATE: 'A rate per credit of a sales event.',
  RESIDUAL: "A rate per bill in a subscription's first months.",
  SPIFF: "A rate within a campaign's dates until its budget is used up.",
  BRACKET: "By brackets of an agent's volume.",
  QUOTA_BONUS: "For an agent's attainment of its target.",
  OVERRIDE: 'To agents for the sales of those below them.',
  DRAW: 'A top-up to a minimum, recovered later.',
  POOL: 'A share of a pool.',
  TAX: 'Tax that is withheld.',
  ADJUSTMENT: 'Penalties, price differences and other amounts that were decided.',
});

export const LineKindEnum = describedEnum('LineKind', 'What a line is.', lineKind.enumValues, {
  EARNING: 'Commission for a sales event, whole, before caps and instalments.',
  VOLUME: 'Commission for a volume or an attainment.',
  OVERRIDE: 'A part in the sales of agents below.',
  POOL: 'A share of a pool.',
  CAP: 'What a cap cuts; negative.',
  FLOOR: 'What lifts a component to its floor.',
  DRAW: 'A top-up to the minimum, or its recovery.',
  WITHHOLDING: 'A part that is not yet due; negative.',
  RELEASE: 'A part that has fallen due.',
  CLAWBACK: 'What is taken back after a churn or refund, or given back after a reactivation.',
  RETRO: 'The difference that what came to light later makes to a closed period.',
  TAX: 'Tax that is withheld; negative.',
  ADJUSTMENT: 'A penalty, a price difference, or what takes one back.',
});

export const ConflictKindEnum = describedEnum('ConflictKind', 'What a conflict is about.', conflictKind.enumValues, {
  TERRITORY: "Sold outside the agent's territory, or inside another's exclusive one.",
  OWNERSHIP: 'Sold to a customer who is protected for another agent.',
  DUPLICATE: 'Two agents claim one customer and product.',
  PRICE_FLOOR: 'Sold below the floor price.',
  AUTHORISATION: 'Sold what the channel or the agent may not sell.',
  CAMPAIGN_OVERLAP: 'One sale claimed under two campaigns.',
});

export const ConflictEffectEnum = describedEnum(
  'ConflictEffect',
  'What a conflict does to the commission until it is settled.',
  conflictEffect.enumValues,
  {
    FLAG: 'Nothing.',
    HOLD: 'It is not paid, and shown as held.',
    REJECT: 'It is not paid.',
  },
);

const ruleOutcomes = ['WINS', 'OTHER_DIMENSION', 'OUTSIDE_BASE_RANGE', 'LESS_SPECIFIC'] as const;
export const RuleOutcomeEnum = describedEnum('RuleOutcomeCode', 'What became of a rule for a credit.', ruleOutcomes, {
  WINS: 'It applies.',
  OTHER_DIMENSION: 'It is about something else.',
  OUTSIDE_BASE_RANGE: 'The base lies outside its range.',
  LESS_SPECIFIC: 'Another rule that matches is more specific.',
});

export const RateBaseEnum = describedEnum('RateBase', 'What the percent of a rule applies to.', rateBases, {
  AMOUNT: 'The amount of the event.',
  MONTHLY_FEE: 'The monthly fee of the subscription.',
  MARGIN: 'Amount − cost · quantity.',
  QUANTITY: 'The quantity of the event.',
});

export const RunStatusEnum = describedEnum('RunStatus', 'Where a run stands.', runStatus.enumValues, {
  CALCULATING: 'It is being calculated.',
  CALCULATED: 'Its result waits for approval.',
  APPROVED: 'Its period is locked.',
  PAID: 'Its statements were paid.',
  VOIDED: 'Its result no longer counts.',
  FAILED: 'The calculation stopped with an error; nothing was published.',
});

const poolFundBases = ['AMOUNT', 'QUANTITY'] as const;
export const PoolFundBaseEnum = describedEnum(
  'PoolFundBase',
  'What of the events makes the base of a pool.',
  poolFundBases,
  { AMOUNT: 'Their amounts.', QUANTITY: 'Their quantities.' },
);

const poolFactors = ['UNITS', 'VOLUME', 'TIER_MULTIPLIER', 'SCORE', 'MONTHS_OF_SERVICE', 'METRIC'] as const;
export const PoolFactorEnum = describedEnum('PoolFactor', 'A factor of the weight in a pool.', poolFactors, {
  UNITS: 'The quantity of the named events.',
  VOLUME: 'The amount of the named events.',
  TIER_MULTIPLIER: "The multiplier of the agent's tier.",
  SCORE: "The agent's score of the pool's last month.",
  MONTHS_OF_SERVICE: "The part of the pool's months in which the agent was active.",
  METRIC: "The agent's value of the named metric of the pool's last month; without one 0.",
});

const poolRemainders = ['CARRY_OVER', 'RETURN', 'KEEP'] as const;
export const PoolRemainderEnum = describedEnum(
  'PoolRemainder',
  'What happens to money of a pool that nobody gets.',
  poolRemainders,
  {
    CARRY_OVER: "It goes into the next period's pool.",
    RETURN: 'It goes back to the budget.',
    KEEP: 'It is kept.',
  },
);

const changeActions = ['create', 'change'] as const;
export const ChangeActionEnum = builder.enumType('ChangeAction', {
  description: 'What applying does to an entry.',
  values: {
    CREATE: { value: changeActions[0], description: 'It is new.' },
    CHANGE: { value: changeActions[1], description: 'It exists and becomes different.' },
  },
});

export const RaterGroupEnum = describedEnum('RaterGroup', 'As whom somebody rates an agent.', raterGroups, {
  MANAGER: 'Who manages it.',
  CUSTOMER_SERVICE: 'Customer service.',
  PEER: 'Another agent.',
  CUSTOMER: 'A customer.',
});
