import { placedAt, ReplayPlayer } from '../../core/experiment/replay/index.ts';
import { absent } from '../../core/view/index.ts';
import type { PlanStep } from '../../core/rpc/index.ts';
import type { Selection } from './map-bench.ts';
import { modelAt, type ResultModel } from './model.ts';

/** Whose result is replayed. */
interface Bench {
  readonly result: ResultModel | null;
  /** Null where they are not known any more. */
  readonly planSteps: readonly PlanStep[] | null;
  /** Why there is nothing to replay; an empty text where there is. */
  readonly whyNoReplay: string;
  selection: Selection | null;
}

/** One moment for a reader, so that it is seen what happened. */
const beatMs = 700;

/**
 * Steps through how the layouts came about. A moment is a number of steps done; one more than there are steps is the
 * end, when the layouts have been read: what the result itself says.
 */
export class ReplayState {
  playing = $state(false);
  private at = $state.raw<{ readonly of: ResultModel; readonly moment: number } | null>(null);
  private readonly bench: Bench;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  /** The end: all steps, and the layouts. */
  readonly end = $derived.by(() => (this.bench.result?.predicted.steps.length ?? 0) + 1);
  /** The last moment that can be shown beside the end. */
  readonly told = $derived.by(() => (this.bench.result?.replay?.moments.length ?? 0) - 1);
  readonly recorded = $derived.by(() => this.bench.result?.replay ?? null);
  private readonly player = $derived.by(() => (this.recorded ? new ReplayPlayer(this.recorded) : null));
  readonly possible = $derived.by(() => this.told > 0);
  /** Why not, in plain words. */
  readonly whyNot = $derived.by(() => this.bench.whyNoReplay || 'how this layout came about is not known');
  readonly moment = $derived.by(() => {
    const { at, end } = this;
    return at !== null && at.of === this.bench.result ? Math.min(at.moment, end) : end;
  });
  readonly isAtEnd = $derived.by(() => this.moment >= this.end);
  /** The model at the moment; the result itself at the end. */
  readonly shown = $derived.by<ResultModel | null>(() => {
    const result = this.bench.result;
    if (!result?.replay || this.isAtEnd) return result;
    const files = this.bench.planSteps?.map(({ file }) => file) ?? [];
    return modelAt(result, this.player?.layoutsAt(this.moment) ?? [], this.moment, files);
  });

  /** Goes to a moment; between the last one that is told and the end there is nothing to show. */
  go(moment: number): void {
    const of = this.bench.result;
    if (!of?.replay) return;
    const chosen = this.chosenBlock();
    const forward = moment > this.moment;
    const told = Math.min(Math.max(0, moment), this.end);
    const isUntold = told > this.told && told < this.end;
    this.at = { of, moment: isUntold ? (forward ? this.end : this.told) : told };
    if (chosen) this.chooseBlock(chosen.file, chosen.logical);
  }

  /** The file and the logical block at which the selection begins. */
  private chosenBlock(): { file: number; logical: number } | null {
    const { selection } = this.bench;
    const pairing = selection && this.shown?.files[selection.file]?.pairing;
    return selection && pairing
      ? { file: selection.file, logical: pairing.logical[selection.row] ?? 0 }
      : null;
  }

  /** Keeps the same block of the same file chosen, whatever extent it lies in now. */
  private chooseBlock(file: number, logical: number): void {
    const pairing = this.shown?.files[file]?.pairing;
    const row = pairing?.logical.findLastIndex((first) => first <= logical) ?? -1;
    this.bench.selection = row >= 0 ? { file, row } : null;
  }

  step(by: 1 | -1): void {
    this.pause();
    this.go(this.moment + by);
  }

  /** Plays from here, or from the beginning where it is at the end. */
  play(): void {
    if (this.isAtEnd) this.go(0);
    this.playing = true;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      this.go(this.moment + 1);
      if (this.isAtEnd) this.pause();
    }, beatMs);
  }

  pause(): void {
    this.playing = false;
    clearInterval(this.timer);
  }

  /** The moment since which the prediction has a row's blocks where they are; null where that is not told. */
  placed(file: number, row: number): number | null {
    const model = this.shown;
    const replay = this.bench.result?.replay;
    const one = model?.files[file];
    const physical = one?.pairing.predicted[row] ?? absent;
    if (!one || !replay || physical === absent) return null;
    return placedAt(
      replay,
      one.name,
      one.pairing.logical[row] ?? 0,
      physical,
      Math.min(this.moment, this.told),
    );
  }

  /** A moment in words: the step that led to it. */
  nameOf(moment: number): string {
    if (moment === 0) return 'before the first step';
    if (moment >= this.end) return 'the end, layouts read';
    const step = this.bench.planSteps?.[moment - 1];
    const op = step?.op ?? this.bench.result?.predicted.steps[moment - 1]?.op ?? '';
    return ['step', String(moment - 1), op, step?.file ?? '', step?.detail ?? ''].filter(Boolean).join(' ');
  }
}
