import { availableParallelism, machine, release, type } from 'node:os';
import type { RunRecord, TornRunRecord, TornRunResult } from '../../core/record/index.ts';
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

const titleMost = 500;

/** Keeps a torn run that began at `began` (milliseconds of the clock) and has just ended on this machine. */
export function keepTornRun(
  store: RunStore,
  run: {
    readonly title: string;
    /** What was asked: a request or a crash plan. */
    readonly asked: object;
    readonly began: number;
    readonly result: TornRunResult;
    /** Version of Untorn. */
    readonly untorn: string;
  },
): Promise<TornRunRecord> {
  const { title, asked, began, result, untorn } = run;
  const kernel = `${type()} ${release()}`;
  return store.addTorn({
    title: title.slice(0, titleMost),
    plan: JSON.stringify(asked),
    result,
    began: new Date(began).toISOString(),
    tookMs: Date.now() - began,
    host: { untorn, kernel, machine: machine(), cpus: availableParallelism() },
  });
}
