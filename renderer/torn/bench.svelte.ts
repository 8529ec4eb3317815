import {
  RpcError,
  type Call,
  type Client,
  type CrashProgress,
  type TornInfo,
  type TornProgress,
  type UntornContract,
} from '../../core/rpc/index.ts';
import type { TornKind, TornRunResult } from '../../core/record/index.ts';
import type { CrashSensitivity } from '../../core/torn/crash/index.ts';
import {
  StormSeries,
  type Sensitivity,
  type SeriesPoint,
  type ShutdownRound,
  type StormNumbers,
  type UnitFinding,
} from '../../core/torn/index.ts';
import { CrashForm } from './crash-form.svelte.ts';
import { Explorer } from './explorer.svelte.ts';
import { ShutdownForm, StormForm } from './forms.svelte.ts';

/** What a torn run says while it goes on. */
export interface Live {
  readonly kind: TornKind;
  readonly phase: string;
  readonly done: number | null;
  readonly total: number | null;
  readonly sensitivity: Sensitivity | CrashSensitivity | null;
  readonly numbers: StormNumbers | null;
  readonly seconds: number;
  readonly secondsLeft: number | null;
  readonly points: readonly SeriesPoint[];
  readonly rounds: readonly ShutdownRound[];
  readonly roundsAsked: number;
  readonly findings: readonly UnitFinding[];
}

/** What is shown: a result, and where it is kept. */
export interface Shown {
  readonly result: TornRunResult;
  /** Its name in the history; empty where it is not kept, for the reason in `notKept`. */
  readonly id: string;
  readonly notKept: string;
  /** What was asked, as JSON. */
  readonly plan: string;
}

const findingsMost = 64;
/** What a storm does as long as it tells numbers. */
export const stormPhase = 'writers and readers are at work';

/** The torn laboratory as the interface has it: what is asked, what goes on, what came of it. */
export class TornBench {
  info = $state.raw<TornInfo | null>(null);
  readonly storm = new StormForm();
  readonly shutdown = new ShutdownForm();
  readonly crash = new CrashForm();
  live = $state.raw<Live | null>(null);
  shown = $state.raw<Shown | null>(null);
  failure = $state.raw<RpcError | null>(null);
  /** A result of the history that is being fetched. */
  loading = $state('');
  readonly explorer: Explorer;

  private readonly client: Client<UntornContract>;
  private cancelCall: (() => void) | null = null;

  constructor(client: Client<UntornContract>) {
    this.client = client;
    this.explorer = new Explorer(client);
  }

  async begin(): Promise<void> {
    if (this.info) return;
    try {
      const info = await this.client.call('torn.info', {}).result;
      this.info = info;
      this.storm.suggest(info.folder);
      this.crash.offer(info.crashPlans);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Why that kind cannot be started now; empty where it can. */
  whyNot(kind: TornKind): string {
    if (this.live) return 'a run is under way';
    if (!this.info) return 'the service has not answered yet';
    const { laboratory, recorder } = this.info;
    if (kind !== 'storm' && !laboratory.possible) return laboratory.why;
    if (kind === 'crash' && !recorder.possible) return recorder.why;
    const form = this[kind];
    return form.issues.length > 0 ? 'what is asked is not right yet' : '';
  }

  /** Starts what the form asks for; gives the name of what was kept, or null. */
  async start(kind: TornKind): Promise<Shown | null> {
    if (this.whyNot(kind) !== '') return null;
    this.failure = null;
    this.shown = null;
    this.explorer.close();
    this.live = beginningOf(kind);
    try {
      this.shown = await (kind === 'storm'
        ? this.runStorm()
        : kind === 'shutdown'
          ? this.runShutdowns()
          : this.runCrash());
      return this.shown;
    } catch (error) {
      this.fail(error);
      return null;
    } finally {
      this.live = null;
      this.cancelCall = null;
    }
  }

  cancel(): void {
    this.cancelCall?.();
  }

  /** Shows a run of the history. */
  async open(id: string): Promise<void> {
    if (this.live || this.shown?.id === id) return;
    this.loading = id;
    this.failure = null;
    try {
      const record = await this.client.call('runs.get', { id }).result;
      if (this.loading !== id) return;
      if (record.version === 1)
        throw new RpcError('input', `${id} is the run of a plan: it is shown in the lab`);
      this.explorer.close();
      this.shown = { result: record.result, id, notKept: '', plan: record.plan };
    } catch (error) {
      this.fail(error);
    } finally {
      if (this.loading === id) this.loading = '';
    }
  }

  private async runStorm(): Promise<Shown> {
    const asked = this.storm.request;
    const series = new StormSeries();
    const call = this.client.call('torn.storm', asked, (event) => this.hear(event, series));
    const { result, keptAs, notKept } = await this.follow(call);
    return { result, id: keptAs ?? '', notKept, plan: JSON.stringify(asked) };
  }

  private async runShutdowns(): Promise<Shown> {
    const asked = this.shutdown.request;
    const call = this.client.call('torn.shutdown', asked, (event) => this.hear(event, null));
    const { result, keptAs, notKept } = await this.follow(call);
    return { result, id: keptAs ?? '', notKept, plan: JSON.stringify(asked) };
  }

  private async runCrash(): Promise<Shown> {
    const { text } = this.crash;
    const call = this.client.call('torn.crash', { text }, (event) => this.hearCrash(event));
    const { report, keptAs, notKept, exploration } = await this.follow(call);
    await this.explorer.open(exploration, text);
    return { result: report, id: keptAs ?? '', notKept, plan: text };
  }

  private follow<T>(call: Call<T>): Promise<T> {
    this.cancelCall = () => call.cancel();
    return call.result;
  }

  private hear(event: TornProgress, series: StormSeries | null): void {
    const { live } = this;
    if (!live) return;
    switch (event.type) {
      case 'phase':
        this.live = { ...live, phase: event.phase, done: event.done ?? null, total: event.total ?? null };
        return;
      case 'sensitivity':
        this.live = { ...live, sensitivity: event.sensitivity };
        return;
      case 'numbers': {
        const { numbers, seconds, secondsLeft } = event;
        series?.add({ ...numbers, seconds, latencies: numbers.latencies ?? [] });
        const points = series?.points ?? [];
        const phase = { phase: stormPhase, done: null, total: null };
        this.live = { ...live, ...phase, numbers, seconds, secondsLeft, points };
        return;
      }
      case 'round':
        this.live = { ...live, rounds: [...live.rounds, event.round], roundsAsked: event.total };
        return;
      case 'finding':
        if (live.findings.length < findingsMost)
          this.live = { ...live, findings: [...live.findings, event.finding] };
    }
  }

  private hearCrash(event: CrashProgress): void {
    const { live } = this;
    if (!live) return;
    this.live =
      event.type === 'phase'
        ? { ...live, phase: event.phase, done: event.done, total: event.total }
        : { ...live, sensitivity: event.sensitivity };
  }

  private fail(error: unknown): void {
    if (!(error instanceof RpcError)) throw error;
    this.failure = error;
  }
}

function beginningOf(kind: TornKind): Live {
  return {
    ...{ kind, phase: 'beginning', done: null, total: null, sensitivity: null, numbers: null },
    ...{ seconds: 0, secondsLeft: null, points: [], rounds: [], roundsAsked: 0, findings: [] },
  };
}
