import { readlinkSync } from 'node:fs';
import {
  kernelDecisions,
  markers,
  parseTraceLine,
  type TraceLine,
} from '../../../core/experiment/decisions/index.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { Unable } from '../../failure.ts';
import { possibleCpus, type DeviceNumber } from '../../machine/index.ts';
import type { Privileges, TraceSession } from '../privileges/privileges.ts';
import { stepName } from '../watch/watch.ts';
import type { KernelTrace } from '../types.ts';

/** Often enough that a step which allocates without pause does not fill the buffers. */
const drainEveryMs = 10;

/** proc_ns.h, PROC_PID_INIT_INO: elsewhere a trace numbers threads otherwise than we do. */
const firstPidNamespace = 'pid:[4026531836]';

/** What the mirror tells of too, what is read in meanwhile, and who writes back. Kernels may lack some of them. */
const events = [
  'ext4_request_blocks',
  'ext4_allocate_blocks',
  'ext4_mballoc_alloc',
  'ext4_mballoc_prealloc',
  'ext4_mballoc_discard',
  'ext4_mballoc_free',
  'ext4_mb_new_inode_pa',
  'ext4_mb_new_group_pa',
  'ext4_mb_release_inode_pa',
  'ext4_mb_release_group_pa',
  'ext4_discard_preallocations',
  'ext4_mb_discard_preallocations',
  'ext4_free_blocks',
  'ext4_mb_bitmap_load',
  'ext4_mb_buddy_bitmap_load',
  'ext4_writepages_result',
].map((name) => ({ name, isRequired: name === 'ext4_request_blocks', clauses: [] }));

/** The plan's thread runs on CPU 0: three quarters of 8 MiB are for it, the rest is shared by the others. */
const ownCpuKib = 6 * 1024;
const otherCpusKib = 2 * 1024;
const leastKib = 16;

/** Records what the kernel's allocator decides while a plan runs. */
export class Recording {
  readonly #session: TraceSession;
  readonly #timer: NodeJS.Timeout;
  readonly #lines: TraceLine[] = [];
  #isOpen = true;
  #isDraining = false;
  #lostMarkers = 0;
  #failure: { readonly error: unknown } | null = null;

  /** Starts to record the filesystem on `device`, from before its mount on. Throws Unable. */
  static async start(privileges: Privileges, device: DeviceNumber): Promise<Recording> {
    const recording = new Recording(await openSession(privileges, device));
    await recording.#mark(markers.begin);
    return recording;
  }

  private constructor(session: TraceSession) {
    this.#session = session;
    this.#timer = setInterval(() => void this.#drainAndGoOn(), drainEveryMs).unref();
  }

  /** The step's calls come next. */
  beginStep(index: number): Promise<void> {
    return this.#mark(markers.step(index));
  }

  /** The layouts are read next. */
  beginLayouts(): Promise<void> {
    return this.#mark(markers.layouts);
  }

  /** Nothing that comes next belongs to the plan. `ownThread` made its calls. */
  async finish(
    steps: readonly Step[],
    ownThread: number,
  ): Promise<{ trace: KernelTrace; disturbed: string[] }> {
    await this.#mark(markers.end);
    await this.#session.stop();
    clearInterval(this.#timer);
    await this.#drain();
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
    const lost = (await this.#session.lost()) + this.#lostMarkers;
    return { trace: { decisions: trace, lost }, disturbed };
  }

  /** Removes everything that recording needs. Safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#session.close();
  }

  async #mark(text: string): Promise<void> {
    if (await this.#session.mark(text)) return;
    await this.#drain();
    if (!(await this.#session.mark(text))) this.#lostMarkers++;
  }

  async #drain(): Promise<void> {
    for (const line of await this.#session.lines()) {
      const parsed = parseTraceLine(line);
      if (parsed) this.#lines.push(parsed);
    }
  }

  /** A timer has nobody who would catch an error. */
  async #drainAndGoOn(): Promise<void> {
    if (this.#isDraining || !this.#isOpen) return;
    this.#isDraining = true;
    try {
      await this.#drain();
    } catch (error) {
      this.#failure ??= { error };
      clearInterval(this.#timer);
    } finally {
      this.#isDraining = false;
    }
  }
}

async function openSession(privileges: Privileges, device: DeviceNumber): Promise<TraceSession> {
  const shared = Math.max(leastKib, Math.floor(otherCpusKib / possibleCpus()));
  const sizes = { firstCpuKib: ownCpuKib, otherCpusKib: shared };
  try {
    // What comes when the buffers are full is dropped and counted, rather than what came first.
    const wish = { purpose: 'decisions', device, events, ...sizes, overwrite: false } as const;
    const session = await privileges.openTrace(wish);
    if (session !== null) return session;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Unable(`the kernel's decisions cannot be recorded here: ${error.message}`, null, {
      cause: error,
    });
  }
  throw new Unable('this kernel offers no tracepoints of ext4 (CONFIG_FTRACE, or ext4 is not loaded)');
}

/** Steps whose calls have the flusher thread write what is left of everything (syncfs(2), umount(2)). */
function asksFlusher(step: Step | undefined): boolean {
  if (step?.op === 'many') return step.how === 'buffered';
  return step?.op === 'sync' || step?.op === 'remount';
}
