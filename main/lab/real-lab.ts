import os from 'node:os';
import { assert } from '../../core/assert.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import { Cancelled, Unable } from '../failure.ts';
import { isSystemCallError, type Executor } from '../native/index.ts';
import type { Cleanup } from './cleanup.ts';
import { countingWrites } from './count-writes.ts';
import { finalLayouts } from './layouts.ts';
import type { DeviceNumber } from '../machine/index.ts';
import type { Privileges } from './privileges/privileges.ts';
import type { ReadBytes } from './privileges/whole.ts';
import type { Site } from './site.ts';
import { runSteps } from './steps.ts';
import { recorded } from './trace/companion.ts';
import type { Recording } from './trace/recording.ts';
import type { ExecuteOptions, Lab, LabMachine, Observation, RealRun } from './types.ts';
import { Watches } from './watch/watches.ts';

export interface LabParts {
  readonly plan: Plan;
  readonly image: string | null;
  readonly machine: LabMachine;
  readonly mountOptions: string;
  readonly executor: Executor;
  readonly site: Site;
  readonly cleanup: Cleanup;
  /** What is not seen on this way to the filesystem ({@link Privileges.unwatched}); asked when the run is over. */
  readonly unwatched?: () => readonly string[];
  /** Which ext4 filesystem's decisions can be recorded; null where there is none. */
  /** How the image is read where this process may not open it itself. */
  readonly read?: ReadBytes;
  readonly traceable: { readonly privileges: Privileges; readonly device: DeviceNumber } | null;
}

export class RealLab implements Lab {
  readonly image: string | null;
  readonly read: ReadBytes | null;
  readonly machine: LabMachine;
  readonly mountOptions: string;
  readonly #parts: LabParts;
  readonly #watches: Watches;
  #running: Promise<unknown> | null = null;

  constructor(parts: LabParts) {
    this.#parts = parts;
    this.image = parts.image;
    this.read = parts.read ?? null;
    this.machine = parts.machine;
    this.mountOptions = parts.mountOptions;
    this.#watches = new Watches(() => parts.site.subject(parts.executor), parts.site.isAlone);
  }

  async observe(): Promise<Observation | null> {
    return (await this.#parts.site.observe?.()) ?? null;
  }

  async execute(options: ExecuteOptions = {}): Promise<RealRun> {
    assert(this.#running === null, 'a lab runs its plan once');
    const { executor } = this.#parts;
    const stop = (): void => executor.cancel();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop);
    const running = this.#execute(options);
    this.#running = running.catch(() => null);
    try {
      return await running;
    } catch (error) {
      throw isSystemCallError(error) && error.code === 'ECANCELED' ? new Cancelled('cancelled') : error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
  }

  async dispose(): Promise<void> {
    this.#parts.executor.cancel();
    await this.#running;
    try {
      await this.#watches.close();
    } finally {
      await this.#parts.cleanup.run();
    }
  }

  async #execute(options: ExecuteOptions): Promise<RealRun> {
    const { plan, site, executor } = this.#parts;
    options.onProgress?.({ phase: 'mounting' });
    const recording = options.trace ? await this.#record() : null;
    await site.enter(options.signal);
    const watched = recorded(this.#watches, recording);
    const counting = options.countWritesOf ? countingWrites(watched, options.countWritesOf) : null;
    const companion = counting ?? watched;
    const runner = site.run ? { run: site.run } : executor;
    const steps = await runSteps(plan.steps, runner, companion, site, options);
    await recording?.beginLayouts();
    options.onProgress?.({ phase: 'reading layouts' });
    const files = site.hasFiles ? await finalLayouts(executor, plan.steps) : {};
    const recordings = await recording?.finish(plan.steps, executor.threadId);
    await this.#watches.end();
    await site.leave();
    const outcome: Outcome = { allocator: `linux-${kernelVersion(os.release())}`, steps, files };
    const { disturbed, doubts } = this.#watches;
    const unwatched = this.#parts.unwatched?.() ?? [];
    const run = { outcome, disturbed, doubts, unwatched, ...(counting ? { writes: counting.writes } : {}) };
    if (!recordings) return run;
    return { ...run, disturbed: [...disturbed, ...recordings.disturbed], trace: recordings.trace };
  }

  async #record(): Promise<Recording> {
    const { traceable, cleanup } = this.#parts;
    if (traceable === null) throw new Unable("there is no trace of this target: the tracepoints are ext4's");
    // Behind it stands the whole mirror, which a run without a trace, in a guest above all, should not have to load.
    const { Recording } = await import('./trace/recording.ts');
    const recording = await Recording.start(traceable.privileges, traceable.device);
    cleanup.add(() => recording.close());
    return recording;
  }
}

/** `6.18.44` of `6.18.44-cloud-amd64`. */
function kernelVersion(release: string): string {
  return /^\d+(\.\d+)*/.exec(release)?.[0] ?? release;
}
