import type { PlanProfileName } from '../../core/experiment/generate/index.ts';
import type { TraceReport } from '../../main/run/index.ts';

/** `undetermined`: the kernel itself did two things in two runs. */
const verdicts = ['exact', 'different', 'undetermined', 'disturbed', 'failed'] as const;
type Verdict = (typeof verdicts)[number];

/** Counts what became of the plans, profile by profile. */
export class Tally {
  readonly #counts = new Map<PlanProfileName, Record<Verdict, number>>();
  #traces = 0;
  #decisions = 0;
  #lost = 0;

  count(profile: PlanProfileName, verdict: Verdict): void {
    const counts = this.#counts.get(profile) ?? {
      exact: 0,
      different: 0,
      undetermined: 0,
      disturbed: 0,
      failed: 0,
    };
    counts[verdict]++;
    this.#counts.set(profile, counts);
  }

  /** Counts what the kernel's trace told, where there is one. */
  countTrace(trace: TraceReport | null): void {
    if (trace === null) return;
    const parts = [trace.mount, ...trace.steps, trace.layouts];
    this.#decisions += parts.reduce((sum, { actual }) => sum + actual.length, 0);
    this.#lost += trace.lost;
    this.#traces++;
  }

  /** One line about the traces; null where none was compared. */
  traces(): string | null {
    if (this.#traces === 0) return null;
    return `${this.#traces} traces compared: ${this.#decisions} decisions, ${this.#lost} events lost`;
  }

  /** Plans that showed a difference, or that could not be tried. */
  get differing(): number {
    return this.#sum('different') + this.#sum('failed');
  }

  #sum(verdict: Verdict): number {
    return [...this.#counts.values()].reduce((sum, counts) => sum + counts[verdict], 0);
  }

  /** One line a profile, and their sums. */
  table(): string {
    const rows = [...this.#counts].map(([profile, counts]) => [
      profile,
      ...verdicts.map((verdict) => counts[verdict]),
    ]);
    const sums = ['all', ...verdicts.map((verdict) => this.#sum(verdict))];
    return [['profile', ...verdicts], ...rows, sums]
      .map(
        ([name, ...cells]) =>
          `${String(name).padEnd(20)}${cells.map((cell) => String(cell).padStart(13)).join('')}`,
      )
      .join('\n');
  }
}
