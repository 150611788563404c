import { detectPending, detectPeriod } from '../conflicts/detection/detect.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { requirePeriod } from './commands.ts';
import { describeDetection } from './describeDetection.ts';
import type { Output } from './output.ts';

/** `tributary detect`: looks through a period for conflicts, or through all that has not been, and shows how far it is. */
export async function detect(
  databases: Databases,
  output: Output,
  text: string | undefined,
  options: { readonly as: string },
): Promise<void> {
  const actor = localActor(options.as);
  const bar = output.progress(`detect ${text ?? ''}`.trim());
  const onProgress = (step: string, percent: number) => bar.update(percent, step);
  const period = text === undefined ? undefined : requirePeriod(text);
  const work = period
    ? detectPeriod(databases, actor, new Date(), period, onProgress)
    : detectPending(databases, actor, new Date(), onProgress);
  const result = await work.finally(() => bar.end());
  output.answer({ period: period ?? null, ...result }, () => describeDetection(result));
}
