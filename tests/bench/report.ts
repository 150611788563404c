import type { Comparison } from './measure.ts';

export type Report = {
  readonly measuredAt: string;
  readonly node: string;
  readonly cpus: number;
  /** The machine's load when it began and when it ended (1 minute); the latter is mostly the bench's own. */
  readonly loads: readonly number[];
  readonly results: readonly Comparison[];
  readonly memory: readonly { step: string; events: number; mebibytes: number }[];
};

/** The report as docs/performance.md shows it. */
export function markdown({ measuredAt, node, cpus, loads, results, memory }: Report): string {
  const rows = results.map(({ name, events, rounds, seconds, floorSeconds, floor, ratio, target }) => {
    const verdict = target === undefined ? 'none' : ratio <= target ? `met (≤ ${target})` : `not met (≤ ${target})`;
    return `| ${name} | ${thousands(events)} | ${ratio.toFixed(2)} | ${verdict} | ${seconds.toFixed(3)} s | ${floorSeconds.toFixed(3)} s: ${floor} | ${rounds} |`;
  });
  const memoryRows = memory.map(
    ({ step, events, mebibytes }) => `| ${step} | ${thousands(events)} | ${mebibytes} MiB |`,
  );
  return `# Performance

Written by \`npm run bench\` on ${measuredAt.slice(0, 10)} (Node ${node}, ${cpus} cores, embedded PostgreSQL, 10,000 agents). Only the
ratios mean something on another machine: floor and work run in turn in one process, and the medians are compared. The machine's
load was ${loads[0]?.toFixed(1)} before and ${loads[1]?.toFixed(1)} after; what others do on it at the same time makes all times longer.
"Every kind" is a programme with all kinds of components, on the same events and agents (tests/bench/everyKind.ts). What concerns
one agent is compared with the full run: a ratio of 0.1 is a tenth of its time.

| what | events | ratio | target | time | floor | rounds |
| --- | ---: | ---: | --- | ---: | --- | ---: |
${rows.join('\n')}

${growth(results)}Where the runs' time goes:

| run | events | lines | steps, the slowest first |
| --- | ---: | ---: | --- |
${stepRows(results).join('\n')}

Highest memory of the Node process of the command that does it (target: under 400 MiB whatever the size):

| step | events | resident |
| --- | ---: | ---: |
${memoryRows.join('\n')}
`;
}

/** How the time of each measure grows from the smallest to the largest number of events; empty for one size alone. */
function growth(results: readonly Comparison[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const sentences = names
    .flatMap((name) => {
      const own = results.filter((result) => result.name === name).toSorted((a, b) => a.events - b.events);
      const [small, large] = [own[0], own.at(-1)];
      if (!small || !large || small === large) return [];
      return [
        `${name}: ${large.events / small.events} times the events take ${(large.seconds / small.seconds).toFixed(1)} times as long.`,
      ];
    })
    .join(' ');
  return sentences && `Growth: ${sentences}\n\n`;
}

/** The steps that take at least a fiftieth of their run's time; the JSON has all. */
function stepRows(results: readonly Comparison[]): string[] {
  return results.flatMap(({ name, events, lines, seconds, steps }) => {
    if (!steps) return [];
    const slowest = steps
      .filter((step) => step.seconds >= seconds / 50)
      .toSorted((a, b) => b.seconds - a.seconds)
      .map((step) => `${step.step} ${step.seconds.toFixed(2)} s`);
    return `| ${name} | ${thousands(events)} | ${lines === undefined ? '' : thousands(lines)} | ${slowest.join(', ')} |`;
  });
}

function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
