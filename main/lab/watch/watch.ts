import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import type { DeviceNumber } from '../../machine/index.ts';
import type { Privileges } from '../privileges/privileges.ts';

/** What is watched: a mounted filesystem and the thread that alone may change it. */
export interface Subject {
  readonly mountPoint: string;
  /** The kernel's name of the device (`loop3`). */
  readonly device: string;
  readonly fs: string;
  readonly hasJournal: boolean;
  readonly clusterBlocks: number;
  readonly ownThread: number;
  readonly deviceNumber: DeviceNumber;
  /** By which the kernel is looked at where that takes root. */
  readonly privileges: Privileges;
  /** False where looking at the buddies would initialise them, which the plan does not want. */
  readonly mayReadBuddies: boolean;
}

/** Takes one sentence that says what disturbed the run. */
export type Report = (reason: string) => void;

/** One watch over a mount's life; the calls come in the order in which they stand here. */
export interface Watch {
  beforeStep?(step: Step, index: number): Promise<void> | void;
  afterStep?(step: Step, index: number, record: StepRecord): Promise<void> | void;
  /** After the last step, before the layouts are read, which writes delayed data. */
  afterSteps?(): Promise<void> | void;
  /** Before the unmount. */
  finish?(): Promise<void> | void;
  close?(): Promise<void> | void;
}

/** How a reason names a step: as its place in the plan. */
export function stepName(step: Step, index: number): string {
  return `steps[${index}] (${step.op})`;
}
