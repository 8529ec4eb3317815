import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { Cleanup } from '../cleanup.ts';
import { JournalView } from '../journal.ts';
import type { Companion } from '../steps.ts';
import { watchCommits } from './commits.ts';
import { watchDelayedData } from './delayed-data.ts';
import { watchForeignWriters } from './foreign.ts';
import { watchLowSpace } from './low-space.ts';
import { watchRoom } from './room.ts';
import { watchSpace } from './space.ts';
import type { Report, Subject, Watch } from './watch.ts';
import { watchTimeWithoutJournal } from './without-journal.ts';
import { watchOthersWork } from './others-work.ts';

/** Everything that looks over a run's shoulder; collects the reasons why its result may not be the plan's alone. */
export class Watches implements Companion {
  readonly #subject: () => Promise<Subject | null>;
  readonly #isAlone: boolean;
  readonly #reasons = new Set<string>();
  readonly #doubts = new Set<string>();
  #watches: Watch[] = [];
  #journal: JournalView | null = null;
  /** Runs on over a remount. */
  #clock: Watch | null = null;

  /**
   * `subject` is asked for after each mount; null where there is no filesystem to watch. `isAlone` is false where
   * others may use the filesystem without changing what the plan gets (a mounted target's free space).
   */
  constructor(subject: () => Promise<Subject | null>, isAlone: boolean) {
    this.#subject = subject;
    this.#isAlone = isAlone;
  }

  /** The reasons so far, each once. */
  get disturbed(): readonly string[] {
    return [...this.#reasons];
  }

  /** What may have made a difference but usually does not. */
  get doubts(): readonly string[] {
    return [...this.#doubts];
  }

  async begin(): Promise<void> {
    const subject = await this.#subject();
    if (subject === null) return;
    const report: Report = (reason) => this.#reasons.add(reason);
    this.#watches = [await watchForeignWriters(subject, report)];
    const doubt: Report = (reason) => this.#doubts.add(reason);
    this.#watches.push(watchRoom(subject, doubt));
    if (subject.fs !== 'ext4') return;
    if (this.#isAlone) {
      this.#watches.push(watchSpace(subject, report), await watchOthersWork(subject, report, doubt));
    }
    // Before the others, which look at the filesystem once the flusher is done.
    this.#watches.push(watchLowSpace(subject, report), watchDelayedData(subject, report));
    if (subject.hasJournal) {
      this.#journal = new JournalView(subject.device, { privileges: subject.privileges });
      await this.#journal.idle();
      this.#watches.push(watchCommits(subject, this.#journal, report, doubt));
    } else {
      this.#clock ??= await watchTimeWithoutJournal(report);
      this.#watches.push(this.#clock);
    }
  }

  async beforeStep(step: Step, index: number): Promise<void> {
    for (const watch of this.#watches) await watch.beforeStep?.(step, index);
  }

  async afterStep(step: Step, index: number, record: StepRecord): Promise<void> {
    await this.#journal?.idle();
    for (const watch of this.#watches) await watch.afterStep?.(step, index, record);
  }

  async afterSteps(): Promise<void> {
    for (const watch of this.#watches) await watch.afterSteps?.();
  }

  async end(): Promise<void> {
    await this.#journal?.idle();
    for (const watch of this.#watches) {
      await watch.finish?.();
      await watch.close?.();
    }
    this.#watches = [];
    this.#journal = null;
  }

  /** Lets go of everything after a run that broke off. */
  async close(): Promise<void> {
    const cleanup = new Cleanup();
    for (const watch of this.#watches) cleanup.add(() => watch.close?.());
    this.#watches = [];
    await cleanup.run();
  }
}
