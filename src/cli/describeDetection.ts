import type { DetectionResult } from '../conflicts/detection/detect.ts';

/** What a detection did, in words. */
export function describeDetection({ scanned, found, opened, reopened, closed }: DetectionResult): string {
  return `${scanned} events looked through: ${found} hits; ${opened} cases opened, ${reopened} opened again, ${closed} closed.`;
}
