/** What one side took: milliseconds by the clock, and, where it can tell, of processors: they say more on a busy machine. */
export type Taken = number | { readonly ms: number; readonly processorMs: number };

/** One comparison: ours and what a user would take instead, measured by turns in one run. */
export interface Contest {
  readonly name: string;
  readonly ours: () => Promise<Taken>;
  readonly theirs: () => Promise<Taken>;
  readonly rival: string;
  readonly rounds: number;
}

/**
 * Runs both sides by turns and prints medians and the ratio of each pair. A first round of both is told apart and not
 * counted: in it our code is compiled and their files come into the cache.
 */
export async function hold({ name, ours, theirs, rival, rounds }: Contest): Promise<void> {
  const cold = clock(await theirs()) / clock(await ours());
  const pairs: [Taken, Taken][] = [];
  for (let round = 0; round < rounds; round++) {
    // Each as often first as second: what one leaves behind, the other finds.
    const first = round % 2 === 0 ? await ours() : null;
    const its = await theirs();
    pairs.push([first ?? (await ours()), its]);
  }
  const took = (side: 0 | 1) => `${median(pairs.map((pair) => clock(pair[side]))).toFixed(0)} ms`;
  const byClock = pairs.map(([mine, its]) => clock(its) / clock(mine));
  const byProcessor = pairs.map(([mine, its]) => processor(its) / processor(mine));
  console.log(
    `${name}: untorn ${took(0)}, ${rival} ${took(1)}; untorn is ${spread(byClock)} times as fast` +
      (byProcessor.some(Number.isNaN) ? '' : `, ${spread(byProcessor)} by the time of processors`) +
      `; ${rounds} rounds, ${cold.toFixed(2)} in one before them`,
  );
}

function clock(taken: Taken): number {
  return typeof taken === 'number' ? taken : taken.ms;
}

function processor(taken: Taken): number {
  return typeof taken === 'number' ? NaN : taken.processorMs;
}

function spread(ratios: readonly number[]): string {
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** What `work` takes of this process, by the clock and of processors: all threads, those of compiler and collector too. */
export function timedHere(work: () => void): Taken {
  const before = process.cpuUsage();
  const began = performance.now();
  work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, processorMs: (user + system) / 1000 };
}
