import path from 'node:path';
import { readlinkSync } from 'node:fs';
import { kernelDecisions, markers, type TraceLine } from '../../../core/experiment/decisions/index.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { Unable } from '../../failure.ts';
import type { DeviceNumber } from '../../machine/index.ts';
import type { WorkFolder } from '../folder.ts';
import { stepName } from '../watch/watch.ts';
import type { KernelTrace } from '../types.ts';
import { TraceInstance } from './instance.ts';
import { decisionsInstance, openTracefs, requireExt4Tracepoints, type Tracefs } from './tracefs.ts';

/** Often enough that a step which allocates without pause does not fill the buffers. */
const drainEveryMs = 10;

/** proc_ns.h, PROC_PID_INIT_INO: elsewhere a trace numbers threads otherwise than we do. */
const firstPidNamespace = 'pid:[4026531836]';

/** Records what the kernel's allocator decides while a plan runs. */
export class Recording {
  readonly #tracefs: Tracefs;
  readonly #instance: TraceInstance;
  readonly #timer: NodeJS.Timeout;
  readonly #lines: TraceLine[] = [];
  #isOpen = true;
  #lostMarkers = 0;
  #failure: { readonly error: unknown } | null = null;

  /** Starts to record the filesystem on `device`, from before its mount on. Throws Unable. */
  static async start(folder: WorkFolder, device: DeviceNumber): Promise<Recording> {
    const tracefs = await openTracefs(folder.path);
    try {
      requireExt4Tracepoints(tracefs.path);
      const name = decisionsInstance(folder.token);
      return new Recording(tracefs, new TraceInstance(path.join(tracefs.path, 'instances', name), device));
    } catch (error) {
      await tracefs.close();
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new Unable(`the kernel's decisions cannot be recorded here: ${error.message}`, null, {
        cause: error,
      });
    }
  }

  private constructor(tracefs: Tracefs, instance: TraceInstance) {
    this.#tracefs = tracefs;
    this.#instance = instance;
    this.#timer = setInterval(() => this.#drainAndGoOn(), drainEveryMs).unref();
    this.#mark(markers.begin);
  }

  /** The step's calls come next. */
  beginStep(index: number): void {
    this.#mark(markers.step(index));
  }

  /** The layouts are read next. */
  beginLayouts(): void {
    this.#mark(markers.layouts);
  }

  /** Nothing that comes next belongs to the plan. `ownThread` made its calls. */
  finish(steps: readonly Step[], ownThread: number): { trace: KernelTrace; disturbed: string[] } {
    this.#mark(markers.end);
    this.#instance.stop();
    clearInterval(this.#timer);
    this.#drain();
    if (this.#failure !== null) throw this.#failure.error;
    const lines = this.#lines.sort((left, right) => left.clock - right.clock);
    const numbersAgree = readlinkSync('/proc/self/ns/pid') === firstPidNamespace;
    const { trace, foreign } = kernelDecisions(
      lines,
      numbersAgree ? ownThread : null,
      steps.length,
      (index) => asksFlusher(steps[index]),
    );
    const disturbed = foreign.map(({ command, thread, step }) => {
      const what = step === null ? undefined : steps[step];
      const when = step === null || !what ? 'while layouts were read' : `during ${stepName(what, step)}`;
      return `the trace shows that ${command} (${thread}) wrote data back ${when}`;
    });
    return { trace: { decisions: trace, lost: this.#instance.lost() + this.#lostMarkers }, disturbed };
  }

  /** Removes everything that recording needs. Safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#instance.close();
    await this.#tracefs.close();
  }

  #mark(text: string): void {
    if (this.#instance.mark(text)) return;
    this.#drain();
    if (!this.#instance.mark(text)) this.#lostMarkers++;
  }

  #drain(): void {
    for (const line of this.#instance.drain()) this.#lines.push(line);
  }

  /** A timer has nobody who would catch an error. */
  #drainAndGoOn(): void {
    try {
      this.#drain();
    } catch (error) {
      this.#failure ??= { error };
      clearInterval(this.#timer);
    }
  }
}

/** Steps whose calls have the flusher thread write what is left of everything (syncfs(2), umount(2)). */
function asksFlusher(step: Step | undefined): boolean {
  if (step?.op === 'many') return step.how === 'buffered';
  return step?.op === 'sync' || step?.op === 'remount';
}
