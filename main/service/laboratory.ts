import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { DeviceList, SandboxList, Volume, WirePassport } from '../../core/rpc/index.ts';
import type { OnProgress } from '../failure.ts';
import type { Versus } from '../predict/index.ts';
import type { Privilege, RunReport } from '../run/index.ts';
import type { Installable } from '../sandbox/index.ts';

/** What the service needs from the rest of main; tests put a stand-in here. */
export interface Laboratory {
  /** Throws Failure, Cancelled. */
  predict(plan: Plan, work: Work): Promise<{ outcome: Outcome; volume: Volume | null }>;
  /**
   * Predicts, does it for real, compares; `kernel` is a sandbox's, null for this machine's. Throws Failure, Cancelled; by then
   * everything made is removed.
   */
  run(plan: Plan, work: Work): Promise<{ report: RunReport; volume: Volume | null; kernel: string | null }>;
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

export interface Work {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Serial number, WWN or path of a device that the user agrees to lose. */
  readonly destroy?: string;
}
