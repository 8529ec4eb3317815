import { availableParallelism, machine, release, type } from 'node:os';
import type { RunRecord } from '../../core/record/index.ts';
import type { RunResult } from '../../core/rpc/index.ts';
import type { RunStore } from './store.ts';

/** Keeps what came of a plan that began at `began` (milliseconds of the clock) and has just ended on this machine. */
export function keepRun(
  store: RunStore,
  run: {
    readonly title: string;
    readonly plan: string;
    readonly began: number;
    readonly result: RunResult;
    /** Version of Untorn. */
    readonly untorn: string;
    /** Release of the sandbox's kernel that it ran on; null where it was this machine's. */
    readonly guest: string | null;
  },
): Promise<RunRecord> {
  const { title, plan, began, result, untorn, guest } = run;
  const kernel = guest === null ? `${type()} ${release()}` : `Linux ${guest} in a sandbox`;
  return store.add({
    title,
    plan,
    result,
    began: new Date(began).toISOString(),
    tookMs: Date.now() - began,
    host: { untorn, kernel, machine: machine(), cpus: availableParallelism() },
  });
}
