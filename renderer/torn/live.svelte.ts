import type { CrashProgress, TornProgress } from '../../core/rpc/index.ts';
import type { CrashSensitivity } from '../../core/torn/crash/index.ts';
import {
  StormSeries,
  type RehearsalRound,
  type Sensitivity,
  type SeriesPoint,
  type ShutdownRound,
  type StormNumbers,
  type UnitFinding,
} from '../../core/torn/index.ts';
import { formatCount } from '../../core/view/index.ts';
import type { CutMode, TornTab } from './kinds.ts';

const findingsMost = 64;
/** What a storm does as long as it tells numbers. */
const stormPhase = 'writers and readers are at work';

/** What the witness of an armed run has. */
interface Witnessed {
  readonly run: string;
  readonly entries: number;
  readonly away: string;
}

/** A torn run that goes on, by what it says of itself. */
export class LiveRun {
  readonly kind: TornTab;
  /** Of power cuts: what is done about them. */
  readonly mode: CutMode | null;
  phase = $state('beginning');
  done = $state<number | null>(null);
  total = $state<number | null>(null);
  sensitivity = $state.raw<Sensitivity | CrashSensitivity | null>(null);
  numbers = $state.raw<StormNumbers | null>(null);
  seconds = $state(0);
  secondsLeft = $state<number | null>(null);
  points = $state.raw<readonly SeriesPoint[]>([]);
  rounds = $state.raw<readonly ShutdownRound[]>([]);
  cuts = $state.raw<readonly RehearsalRound[]>([]);
  /** Rounds, or power cuts, that were asked for; 0 where that is not known yet. */
  asked = $state(0);
  findings = $state.raw<readonly UnitFinding[]>([]);
  witness = $state.raw<Witnessed | null>(null);
  private readonly series = new StormSeries();

  constructor(kind: TornTab, mode: CutMode | null) {
    this.kind = kind;
    this.mode = mode;
  }

  /** What goes on, in words. */
  get how(): string {
    const { phase, done, total, asked, kind } = this;
    const counted = done !== null && total !== null ? ` ${formatCount(done)} of ${formatCount(total)}` : '';
    if (asked === 0) return `${phase}${counted}`;
    const ended = kind === 'shutdown' ? this.rounds.length : this.cuts.length;
    const what = kind === 'shutdown' ? 'round' : 'power cut';
    return `${phase}${counted}, ${what} ${ended} of ${formatCount(asked)} done`;
  }

  /** How much is done, from 0 to 1; null where that is not known. */
  get share(): number | null {
    const { done, total, asked, numbers, seconds, secondsLeft, phase } = this;
    if (asked > 0) return Math.max(this.rounds.length, this.cuts.length) / asked;
    if (numbers && secondsLeft !== null && phase === stormPhase) return seconds / (seconds + secondsLeft);
    return done !== null && total ? done / total : null;
  }

  hear(event: TornProgress): void {
    switch (event.type) {
      case 'phase':
        this.at(event.phase, event.done ?? null, event.total ?? null);
        return;
      case 'sensitivity':
        this.sensitivity = event.sensitivity;
        return;
      case 'numbers': {
        const { numbers, seconds, secondsLeft } = event;
        this.series.add({ ...numbers, seconds, latencies: numbers.latencies ?? [] });
        this.points = this.series.points;
        this.at(this.mode === 'arm' ? 'writers wait for the witness before each write' : stormPhase);
        this.numbers = numbers;
        this.seconds = seconds;
        this.secondsLeft = secondsLeft;
        return;
      }
      case 'round':
        this.rounds = [...this.rounds, event.round];
        this.asked = event.total;
        return;
      case 'cut':
        this.cuts = [...this.cuts, event.round];
        this.asked = event.total;
        return;
      case 'finding':
        if (this.findings.length < findingsMost) this.findings = [...this.findings, event.finding];
        return;
      case 'witness': {
        const { run, entries, away } = event;
        this.witness = { run, entries, away };
      }
    }
  }

  hearCrash(event: CrashProgress): void {
    if (event.type === 'phase') this.at(event.phase, event.done, event.total);
    else this.sensitivity = event.sensitivity;
  }

  private at(phase: string, done: number | null = null, total: number | null = null): void {
    this.phase = phase;
    this.done = done;
    this.total = total;
  }
}
