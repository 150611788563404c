/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A row of the report: what was measured, against what, both as medians of rounds that were run in turn. */
export type Comparison = {
  readonly name: string;
  readonly events: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly floorSeconds: number;
  readonly floor: string;
  readonly ratio: number;
  /** The target of the design, or undefined where there is none yet. */
  readonly target?: number;
  /** Of a run: how many lines it has. */
  readonly lines?: number;
  /** Of a run: how long each of its steps took, as medians over the rounds, in the order of the steps. */
  readonly steps?: readonly StepTime[];
};

export type StepTime = { readonly step: string; readonly seconds: number };

/**
 * Runs floor and work in turn, `rounds` times, and compares the medians: whatever else the machine does meets both.
 * Either may prepare itself outside the measurement.
 */
export async function compare(
  about: { name: string; events: number; floor: string; target?: number },
  rounds: number,
  floor: () => Promise<number>,
  work: () => Promise<number>,
): Promise<Comparison> {
  const floors: number[] = [];
  const works: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floors.push(await floor());
    works.push(await work());
    process.stderr.write(
      `${about.name}, ${about.events} events, round ${round + 1}: ${works.at(-1)?.toFixed(2)} s, floor ${floors.at(-1)?.toFixed(2)} s\n`,
    );
  }
  const [workMedian, floorMedian] = [median(works), median(floors)];
  return { ...about, rounds, seconds: workMedian, floorSeconds: floorMedian, ratio: workMedian / floorMedian };
}

/** Times the steps of the same work over several rounds by the progress it tells; steps of one name are added up. */
export class StepClock {
  readonly #rounds: Map<string, number>[] = [];
  #step = '';
  #since = 0n;

  /** Starts a round. */
  start(): void {
    this.#rounds.push(new Map());
    this.#step = 'beginning';
    this.#since = process.hrtime.bigint();
  }

  /** Hears that a step begins, and so that the one before has ended. */
  next(step: string): void {
    const now = process.hrtime.bigint();
    const round = this.#rounds.at(-1);
    round?.set(this.#step, (round.get(this.#step) ?? 0) + Number(now - this.#since) / 1e9);
    this.#step = step;
    this.#since = now;
  }

  medians(): StepTime[] {
    const steps = new Set(this.#rounds.flatMap((round) => [...round.keys()]));
    return [...steps].map((step) => ({ step, seconds: median(this.#rounds.map((round) => round.get(step) ?? 0)) }));
  }
}
