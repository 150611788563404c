import { shiftPeriod } from './dates.ts';
import { compare, compareText, type Fraction, fraction, multiply, ONE } from './fraction.ts';
import type { Agent, ScoreFactor } from './historyModel.ts';
import { type Known, metricOf, multiplierOn } from './known.ts';

const SCORE = 'SCORE';

/** An agent whose score a period needs and does not have; all of them fail the run together, by name. */
class ScoreMissing extends Error {
  readonly agents: readonly string[];

  constructor(agents: readonly string[]) {
    const codes = [...new Set(agents)].sort(compareText);
    super(`SCORE_MISSING ${codes.join(', ')}`);
    this.agents = codes;
  }
}

export function scoreOf(known: Known, agent: string, period: string): Fraction {
  const score = metricOf(known, agent, SCORE, period);
  if (score === undefined) throw new ScoreMissing([agent]);
  return score;
}

/** The factor of the highest step the score reaches, 0 below the first (docs/commission.md §4). */
function scoreFactorOf(known: Known, agent: string, period: string, table: ScoreFactor): Fraction {
  const score = scoreOf(known, agent, table.period === 'SAME' ? period : shiftPeriod(period, -1));
  const reached = table.steps.filter((step) => compare(fraction(step.from), score) <= 0);
  const ordered = reached.sort((a, b) => compare(fraction(a.from), fraction(b.from)));
  return fraction(ordered.at(-1)?.factor ?? '0');
}

type Multipliers = { multiplyByTier: boolean; scoreFactor?: ScoreFactor };

/** Tier multiplier on the date times score factor of the period, each where the component asks for it. */
export function multiplierOf(known: Known, of: Multipliers, agent: Agent, date: string, period: string): Fraction {
  const tier = of.multiplyByTier ? multiplierOn(known, agent, date) : ONE;
  return of.scoreFactor ? multiply(tier, scoreFactorOf(known, agent.code, period, of.scoreFactor)) : tier;
}

/** Runs `ask` for each; where scores are missing, throws once with the names of all. */
export function collectMissing<T, R>(rows: readonly T[], ask: (row: T) => R): R[] {
  const missing: string[] = [];
  const results: R[] = [];
  for (const row of rows) {
    try {
      results.push(ask(row));
    } catch (error) {
      if (!(error instanceof ScoreMissing)) throw error;
      missing.push(...error.agents);
    }
  }
  if (missing.length > 0) throw new ScoreMissing(missing);
  return results;
}
