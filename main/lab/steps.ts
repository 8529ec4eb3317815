import type { Outcome, StepRecord } from '../../core/experiment/outcome.ts';
import type { Step } from '../../core/experiment/plan.ts';
import { throwIfCancelled } from '../failure.ts';
import { isSystemCallError, type Executor } from '../native/index.ts';
import { stepRecord } from './record.ts';
import type { ExecuteOptions } from './types.ts';

/** What runs beside the steps: watches, and waits for the kernel's threads. */
export interface Companion {
  /** The filesystem has just been mounted, or the plan begins. */
  begin(): Promise<void>;
  beforeStep(step: Step, index: number): Promise<void>;
  afterStep(step: Step, index: number, record: StepRecord): Promise<void>;
  /** No further step comes before the unmount. */
  afterSteps(): Promise<void>;
  /** The filesystem is about to be unmounted. */
  end(): Promise<void>;
}

/** Takes the filesystem away and back; a refusal of the kernel is a rejection with a SystemCallError. */
export interface Remount {
  unmount(): Promise<void>;
  mount(): Promise<void>;
  /** After an unmount that failed. */
  reenter(): Promise<void>;
}

/** Runs all steps in order; a step that the kernel refuses is recorded and the plan goes on. */
export async function runSteps(
  steps: readonly Step[],
  executor: Pick<Executor, 'run'>,
  companion: Companion,
  remount: Remount,
  { onProgress, signal }: ExecuteOptions,
): Promise<Outcome['steps']> {
  const records: StepRecord[] = [];
  await companion.begin();
  for (const [index, step] of steps.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ phase: 'running', done: index, total: steps.length });
    await companion.beforeStep(step, index);
    const record =
      step.op === 'remount'
        ? await remountStep(index, executor, companion, remount)
        : stepRecord(step.op, await executor.run(step));
    records.push(record);
    await companion.afterStep(step, index, record);
  }
  await companion.afterSteps();
  onProgress?.({ phase: 'running', done: steps.length, total: steps.length });
  return records;
}

async function remountStep(
  index: number,
  executor: Pick<Executor, 'run'>,
  companion: Companion,
  remount: Remount,
): Promise<StepRecord> {
  const sync: Step = { op: 'sync' };
  const synced = stepRecord('remount', await executor.run(sync));
  await companion.afterStep(sync, index, synced);
  await companion.afterSteps();
  await companion.end();
  try {
    await remount.unmount();
  } catch (error) {
    if (!isSystemCallError(error) || error.code === 'ECANCELED') throw error;
    await remount.reenter();
    await companion.begin();
    return stepRecord('remount', { value: -1, error: error.code });
  }
  await remount.mount();
  await companion.begin();
  return synced;
}
