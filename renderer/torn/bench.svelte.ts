import {
  RpcError,
  type ArmedRun,
  type Call,
  type Client,
  type SandboxList,
  type TornInfo,
  type UntornContract,
} from '../../core/rpc/index.ts';
import type { TornRunResult } from '../../core/record/index.ts';
import type { ArmedEnd } from '../../core/torn/index.ts';
import { CrashForm } from './crash-form.svelte.ts';
import { CutForms } from './cut-forms.svelte.ts';
import { Explorer } from './explorer.svelte.ts';
import { fieldOfPlace, type FieldIssue } from './fields.svelte.ts';
import { ShutdownForm, StormForm } from './forms.svelte.ts';
import type { CutMode, TornTab } from './kinds.ts';
import { LiveRun } from './live.svelte.ts';

/** What is shown: a result, and where it is kept. */
export interface Shown {
  readonly result: TornRunResult;
  /** Its name in the history; empty where it is not kept, for the reason in `notKept`. */
  readonly id: string;
  readonly notKept: string;
  /** What was asked, as JSON. */
  readonly plan: string;
}

type Ability = TornInfo['ring'];

/** The torn laboratory as the interface has it: what is asked, what goes on, what came of it. */
export class TornBench {
  info = $state.raw<TornInfo | null>(null);
  sandboxes = $state.raw<SandboxList | null>(null);
  readonly storm = new StormForm();
  readonly shutdown = new ShutdownForm();
  readonly crash = new CrashForm();
  readonly cuts: CutForms;
  cutMode = $state<CutMode>('arm');
  live = $state.raw<LiveRun | null>(null);
  shown = $state.raw<Shown | null>(null);
  /** How an armed run ended by itself. */
  armedEnd = $state.raw<ArmedEnd | null>(null);
  /** Runs that were armed here, and that a power cut ended. */
  armed = $state.raw<readonly ArmedRun[]>([]);
  failure = $state.raw<RpcError | null>(null);
  /** A result of the history that is being fetched. */
  loading = $state('');
  readonly explorer: Explorer;

  private readonly client: Client<UntornContract>;
  private cancelCall: (() => void) | null = null;

  constructor(client: Client<UntornContract>) {
    this.client = client;
    this.explorer = new Explorer(client);
    this.cuts = new CutForms(async () => {
      const { devices } = await client.call('devices.list', {}).result;
      return devices;
    });
  }

  async begin(): Promise<void> {
    await this.trying(async () => {
      this.armed = (await this.client.call('torn.armed', {}).result).armed;
      if (this.info) return;
      const info = await this.client.call('torn.info', {}).result;
      this.info = info;
      this.storm.suggest(info.folder);
      this.storm.plans = info.sandboxPlans;
      this.crash.offer(info.crashPlans);
      this.sandboxes = await this.client.call('sandbox.list', {}).result;
    });
  }

  /** What the machine lacks for that tab, and what to do about it; null where nothing is. */
  whatLacks(tab: TornTab): Ability | null {
    const { info } = this;
    if (!info || tab === 'storm') return null;
    if (tab === 'power-cut') return this.cutMode === 'rehearse' ? this.lackingEmulator() : null;
    // What was recorded is looked at in memory where its filesystem is ext4; the service says where it is not.
    if (tab === 'crash' && this.crash.source === 'kept') return null;
    if (!info.laboratory.possible) return info.laboratory;
    return tab === 'crash' && !info.recorder.possible ? info.recorder : null;
  }

  private lackingEmulator(): Ability | null {
    if (!this.sandboxes) return null;
    const kernels = this.sandboxes.kernels.filter(({ machine }) => machine === 'qemu');
    if (kernels.some(({ run }) => run.possible)) return null;
    const why = kernels[0]?.run.why ?? 'a rehearsal takes QEMU and a kernel for it, and none is found';
    const remedy = 'untorn sandbox install qemu && untorn sandbox install kernel';
    return { possible: false, why, remedy };
  }

  /** Why that cannot be started now; empty where it can. */
  whyNot(tab: TornTab): string {
    if (this.live) return 'a run is under way';
    if (!this.info) return 'the service has not answered yet';
    const lacks = this.whatLacks(tab);
    if (lacks) return lacks.why;
    const issues = this.issuesOf(tab);
    if (issues.length === 0) return '';
    if (tab === 'power-cut' && issues.every(({ field }) => this.cuts[this.cutMode].isMissing(field)))
      return 'not all is named yet';
    return 'what is asked is not right yet';
  }

  private issuesOf(tab: TornTab): readonly FieldIssue[] {
    switch (tab) {
      case 'storm':
        return this.storm.issues;
      case 'shutdown':
        return this.shutdown.issues;
      case 'crash':
        return this.crash.issues.map(({ place, message }) => ({ field: place, message }));
      case 'power-cut':
        return this.cuts[this.cutMode].issues;
    }
  }

  /** What the form finds wrong with a field, or what the service did. */
  issueOf(tab: TornTab, field: string): string {
    const own = tab === 'crash' ? undefined : this.issuesOf(tab).find((one) => one.field === field);
    if (own) return tab === 'power-cut' && this.cuts[this.cutMode].isMissing(field) ? '' : own.message;
    const told = this.failure?.issues.find(({ place }) => fieldOfPlace(place) === field);
    return told?.message ?? '';
  }

  /** Starts what the form asks for; whether there is something to show then. */
  async start(tab: TornTab): Promise<boolean> {
    if (this.whyNot(tab) !== '') return false;
    this.failure = null;
    this.shown = null;
    this.armedEnd = null;
    this.explorer.close();
    this.live = new LiveRun(tab, tab === 'power-cut' ? this.cutMode : null);
    try {
      await this.run(tab, this.live);
      return this.shown !== null;
    } catch (error) {
      this.fail(error);
      return false;
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
    await this.trying(async () => {
      const record = await this.client.call('runs.get', { id }).result;
      if (this.loading !== id) return;
      if (record.version === 1)
        throw new RpcError('input', `${id} is the run of a plan: it is shown in the lab`);
      this.explorer.close();
      this.shown = { result: record.result, id, notKept: '', plan: record.plan };
    });
    if (this.loading === id) this.loading = '';
  }

  /** Takes the recording in a folder, with its plan, to be checked again. */
  async readRecording(folder: string): Promise<boolean> {
    this.failure = null;
    await this.trying(async () => {
      const { text } = await this.client.call('torn.recording', { folder }).result;
      this.crash.take(folder, text);
    });
    return this.failure === null;
  }

  async forget(run: string): Promise<void> {
    await this.trying(async () => {
      await this.client.call('torn.forget', { run }).result;
      this.armed = this.armed.filter((one) => one.run !== run);
    });
  }

  private async run(tab: TornTab, live: LiveRun): Promise<void> {
    const { client } = this;
    const hear = live.hear.bind(live);
    switch (tab) {
      case 'storm': {
        const asked = this.storm.request;
        this.show(await this.follow(client.call('torn.storm', asked, hear)), asked);
        return;
      }
      case 'shutdown': {
        const asked = this.shutdown.request;
        this.show(await this.follow(client.call('torn.shutdown', asked, hear)), asked);
        return;
      }
      case 'crash':
        return this.runCrash(live);
      case 'power-cut':
        return this.runCut(live);
    }
  }

  private async runCrash(live: LiveRun): Promise<void> {
    const { text, where } = this.crash;
    const call = this.client.call('torn.crash', { text, ...where }, (event) => live.hearCrash(event));
    const { report, keptAs, notKept, exploration } = await this.follow(call);
    await this.explorer.open(exploration, text);
    this.shown = { result: report, id: keptAs ?? '', notKept, plan: text };
  }

  private async runCut(live: LiveRun): Promise<void> {
    const { client, cuts } = this;
    const hear = live.hear.bind(live);
    switch (this.cutMode) {
      case 'arm':
        this.armedEnd = await this.follow(client.call('torn.arm', cuts.arm.request, hear));
        return;
      case 'verify': {
        const asked = cuts.verify.request;
        this.show(await this.follow(client.call('torn.verify', asked, hear)), asked);
        this.armed = (await client.call('torn.armed', {}).result).armed;
        return;
      }
      case 'rehearse': {
        const asked = cuts.rehearse.request;
        this.show(await this.follow(client.call('torn.rehearse', asked, hear)), asked);
      }
    }
  }

  private show(
    { result, keptAs, notKept }: { result: TornRunResult; keptAs: string | null; notKept: string },
    asked: object,
  ): void {
    this.shown = { result, id: keptAs ?? '', notKept, plan: JSON.stringify(asked) };
  }

  private follow<T>(call: Call<T>): Promise<T> {
    this.cancelCall = () => call.cancel();
    return call.result;
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof RpcError)) throw error;
    this.failure = error;
  }
}
