import type { Databases, Transaction } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import { applyTiers, type EvaluationSummary, previewTiers } from '../tiers/evaluations.ts';
import { requirePeriod } from './commands.ts';
import { type Output, table } from './output.ts';

/** `tributary tiers preview|apply`: evaluates a scheme for a period, or applies the preview of it. */
export async function tiers(
  databases: Databases,
  output: Output,
  action: string,
  text: string,
  scheme: string,
  { as }: { readonly as: string },
): Promise<void> {
  if (action !== 'preview' && action !== 'apply') {
    throw new UserError('INPUT_INVALID', `"${action}" is neither preview nor apply.`, 'action');
  }
  const period = requirePeriod(text);
  const actor = localActor(as);
  const summary = await databases.owner.transaction(async (transaction) =>
    action === 'preview'
      ? previewTiers(transaction, actor, new Date(), { scheme, period })
      : applyTiers(transaction, actor, new Date(), await findPreview(transaction, scheme, period)),
  );
  output.answer(summary, () => describe(summary));
}

async function findPreview(transaction: Transaction, scheme: string, period: Period): Promise<number> {
  const found = await transaction.query.tierEvaluation.findFirst({
    columns: { id: true },
    where: { period, state: 'PREVIEW', scheme: { code: scheme } },
  });
  if (!found) throw new UserError('NOT_FOUND', `There is no preview of ${period} by ${scheme}.`, 'period');
  return found.id;
}

function describe({ counts, scheme, version, period, state, effectiveOn, agentCount }: EvaluationSummary): string {
  const rows = Object.entries(counts).map(([move, agents]) => ({ move, agents }));
  const said =
    state === 'APPLIED'
      ? `applied from ${effectiveOn} on`
      : `a preview; apply it to make it hold from ${effectiveOn} on`;
  const summary = `${period} by ${scheme} version ${version}: ${agentCount} agents, ${said}.`;
  return rows.length === 0 ? summary : `${table(rows, ['agents'])}\n${summary}`;
}
