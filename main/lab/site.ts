import type { Executor, ExecutorStep, StepAnswer } from '../native/index.ts';
import type { Remount } from './steps.ts';
import type { Observation } from './types.ts';
import type { Subject } from './watch/watch.ts';

/** Where the steps of a plan happen. */
export interface Site extends Remount {
  /** What can be watched there once it is entered; null for a bare device. */
  subject(executor: Executor): Promise<Subject | null>;
  /** Whether nobody else has any business there. */
  readonly isAlone: boolean;
  /** Whether there are files whose layouts can be read. */
  readonly hasFiles: boolean;
  /** {@link import('./types.ts').Lab.observe}; before {@link enter}, where it is there. */
  observe?(): Promise<Observation>;
  /** Before the first step. */
  enter(signal?: AbortSignal): Promise<void>;
  /** Makes a call of the plan's where that is not the executor's to make; it makes it where this is left out. */
  run?(step: ExecutorStep): Promise<StepAnswer>;
  /** After the last layout. Throws where somebody else keeps it in use. */
  leave(): Promise<void>;
}
