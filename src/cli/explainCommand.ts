import { type ComponentOutcome, explainRule, type RuleExplanation } from '../commissions/explainRule.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Output } from './output.ts';

/** `explain-rule SOURCE/ID`: which rules pay an event, and why the others do not. */
export async function explainEventRules(databases: Databases, output: Output, event: string): Promise<void> {
  const slash = event.indexOf('/');
  if (slash < 1) throw new UserError('INPUT_INVALID', `"${event}" is no SOURCE/ID of an event.`, event);
  const key = { source: event.slice(0, slash), externalId: event.slice(slash + 1) };
  const explanation = await databases.owner.transaction((transaction) => explainRule(transaction, key));
  output.answer(explanation, describe);
}

function describe({ source, externalId, type, period, isReversed, credits }: RuleExplanation): string {
  const lines = credits.flatMap((credit) => {
    const plan = credit.plan === null ? 'no plan' : `${credit.plan} version ${credit.version} from ${credit.from}`;
    const reason = credit.reason === null ? '' : `: ${credit.reason}`;
    return [
      '',
      `${credit.agent} ${credit.role} ${credit.share}, ${plan}${reason}`,
      ...credit.components.flatMap(describeComponent),
    ];
  });
  return [`${type} ${source}/${externalId} of ${period}${isReversed ? ', reversed' : ''}`, ...lines].join('\n');
}

function describeComponent({ sentenceEn, sentenceZh, rules }: ComponentOutcome): string[] {
  const others = rules.map(({ rule, outcome, dimension, wanted, given }) => {
    if (outcome === 'WINS') return `    ${rule} applies`;
    if (outcome === 'LESS_SPECIFIC') return `    ${rule} is less specific in ${dimension} than ${given}`;
    return `    ${rule} asks for ${dimension} ${wanted ?? 'any'}, given ${given ?? 'none'}`;
  });
  return [`  ${sentenceEn}`, `  ${sentenceZh}`, ...others];
}
