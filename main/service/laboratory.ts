import type { LayersWanted } from '../../core/experiment/layers/index.ts';
import type { Replay } from '../../core/experiment/replay/index.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { DeviceList, SandboxList, Volume, WirePassport } from '../../core/rpc/index.ts';
import type { OnProgress } from '../failure.ts';
import type { Prediction, Versus } from '../predict/index.ts';
import type { Privilege, RunReport } from '../run/index.ts';
import type { Installable } from '../sandbox/index.ts';

/** What the service needs from the rest of main; tests put a stand-in here. */
export interface Laboratory {
  /** Predicts, with what is asked for beside. Throws Failure, Cancelled. */
  predict(plan: Plan, work: PredictWork): Promise<Predicted>;
  /**
   * Predicts, does it for real, compares; `kernel` is a sandbox's, null for this machine's. Throws Failure, Cancelled; by then
   * everything made is removed.
   */
  run(
    plan: Plan,
    work: RunWork,
  ): Promise<{ report: RunReport; volume: Volume | null; kernel: string | null; replay?: Replay }>;
  /** Predicts with each of the allocators. Throws Failure, Cancelled. */
  versus(plan: Plan, allocators: readonly string[], unitBytes: number | null, work: Work): Promise<Versus>;
  /** Throws Failure. */
  probe(path: string): Promise<WirePassport>;
  /** Drives and mounted filesystems. */
  devices(): DeviceList;
  /** Whether real runs are possible here, why not, and what to do about it. */
  privilege(): Privilege;
  /** Kernels that plans can run on in a guest, and what can be installed. */
  sandboxes(): SandboxList;
  /** Throws Failure, Cancelled. */
  installSandbox(what: Installable, version: string | null, work: Work): Promise<void>;
}

/** What may be asked of a prediction beside the outcome. */
export interface PredictWork extends Work {
  /** The allocator's decisions. */
  readonly explain?: boolean;
  /** How the layouts come about. */
  readonly replay?: boolean;
  /** What the allocator knows at one moment, behind which the plan has no steps then. */
  readonly layers?: LayersWanted;
}

export type Predicted = Pick<Prediction, 'outcome' | 'volume' | 'decisions' | 'replay' | 'layers'>;

export interface RunWork extends Work {
  readonly replay?: boolean;
  /** Records the kernel's tracepoints, and lays its decisions beside the mirror's. */
  readonly trace?: boolean;
}

export interface Work {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Serial number, WWN or path of a device that the user agrees to lose. */
  readonly destroy?: string;
}
