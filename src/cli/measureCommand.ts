import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { measureMetrics } from '../scorecards/measure.ts';
import { requirePeriod } from './commands.ts';
import { type Output, table } from './output.ts';

/** `tributary measure`: computes the catalogue's metrics of a period, and shows how far it is. */
export async function measure(
  databases: Databases,
  output: Output,
  text: string,
  options: { readonly as: string },
): Promise<void> {
  const period = requirePeriod(text);
  const bar = output.progress(`measure ${period}`);
  const metrics = await databases.owner
    .transaction((transaction) =>
      measureMetrics(transaction, localActor(options.as), new Date(), period, (metric, percent) =>
        bar.update(percent, metric),
      ),
    )
    .finally(() => bar.end());
  output.answer({ period, metrics }, () => {
    if (metrics.length === 0) return 'The catalogue computes no metrics. Declare some first.';
    const rows = metrics.map(({ metric, agentCount, isKept }) => {
      return { metric, agents: agentCount, '': isKept ? 'kept: published scores read it' : '' };
    });
    const keptCount = metrics.filter(({ isKept }) => isKept).length;
    const kept = keptCount === 0 ? '' : `, ${keptCount} kept`;
    return `${table(rows, ['agents'])}\n${metrics.length - keptCount} metrics of ${period} are measured${kept}.`;
  });
}
