/** One comparison: ours and what a user would take instead, measured by turns in one run. */
export interface Contest {
  readonly name: string;
  readonly ours: () => Promise<number>;
  readonly theirs: () => Promise<number>;
  readonly rival: string;
  readonly rounds: number;
}

/**
 * Runs both sides by turns and prints medians and the ratio of each pair; times are what the sides return, in ms. A first
 * round of both is told apart and not counted: in it our code is compiled and their files come into the cache.
 */
export async function hold({ name, ours, theirs, rival, rounds }: Contest): Promise<void> {
  const cold = [await ours(), await theirs()] as const;
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await ours(), await theirs()]);
  const ratios = pairs.map(([mine, its]) => its / mine);
  const ms = (values: number[]) => `${inMilliseconds(median(values))} ms`;
  console.log(
    `${name}: untorn ${ms(pairs.map(([mine]) => mine))}, ${rival} ${ms(pairs.map(([, its]) => its))}; ` +
      `untorn is ${median(ratios).toFixed(2)} times as fast (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, ${rounds} rounds; ${(cold[1] / cold[0]).toFixed(2)} in a first one)`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Whole milliseconds, or three digits where there are fewer. */
function inMilliseconds(value: number): string {
  return value < 100 ? value.toPrecision(3) : value.toFixed(0);
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
