import type { PlanProfileName } from '../../core/experiment/generate/index.ts';

const verdicts = ['exact', 'different', 'disturbed', 'failed'] as const;
type Verdict = (typeof verdicts)[number];

/** Counts what became of the plans, profile by profile. */
export class Tally {
  readonly #counts = new Map<PlanProfileName, Record<Verdict, number>>();

  count(profile: PlanProfileName, verdict: Verdict): void {
    const counts = this.#counts.get(profile) ?? { exact: 0, different: 0, disturbed: 0, failed: 0 };
    counts[verdict]++;
    this.#counts.set(profile, counts);
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
          `${String(name).padEnd(20)}${cells.map((cell) => String(cell).padStart(11)).join('')}`,
      )
      .join('\n');
  }
}
