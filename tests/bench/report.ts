import type { Comparison } from './measure.ts';

export type Report = {
  readonly measuredAt: string;
  readonly node: string;
  readonly cpus: number;
  readonly results: readonly Comparison[];
  readonly memory: readonly { step: string; events: number; mebibytes: number }[];
};

/** The report as docs/performance.md shows it. */
export function markdown({ measuredAt, node, cpus, results, memory }: Report): string {
  const rows = results.map(({ name, events, rounds, seconds, floorSeconds, floor, ratio, target }) => {
    const verdict =
      target === undefined ? 'no target yet' : ratio <= target ? `met (≤ ${target})` : `not met (≤ ${target})`;
    return `| ${name} | ${thousands(events)} | ${ratio.toFixed(2)} | ${verdict} | ${seconds.toFixed(3)} s | ${floorSeconds.toFixed(3)} s: ${floor} | ${rounds} |`;
  });
  const memoryRows = memory.map(
    ({ step, events, mebibytes }) => `| ${step} | ${thousands(events)} | ${mebibytes} MiB |`,
  );
  return `# Performance

Written by \`npm run bench\` on ${measuredAt.slice(0, 10)} (Node ${node}, ${cpus} cores, embedded PostgreSQL, 10,000 agents). Only the
ratios mean something on another machine: floor and work run in turn in one process, and the medians are compared.

| what | events | ratio | target | time | floor | rounds |
| --- | ---: | ---: | --- | ---: | --- | ---: |
${rows.join('\n')}

Growth: ${growth(results)}

Highest memory of the Node process (target: under 400 MiB whatever the size):

| step | events | resident |
| --- | ---: | ---: |
${memoryRows.join('\n')}
`;
}

/** How the time of each measure grows from the smallest to the largest number of events. */
function growth(results: readonly Comparison[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  return names
    .flatMap((name) => {
      const own = results.filter((result) => result.name === name).toSorted((a, b) => a.events - b.events);
      const [small, large] = [own[0], own.at(-1)];
      if (!small || !large || small === large) return [];
      return [
        `${name}: ${large.events / small.events} times the events take ${(large.seconds / small.seconds).toFixed(1)} times as long.`,
      ];
    })
    .join(' ');
}

function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
