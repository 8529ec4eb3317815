import {
  RpcError,
  type AllocatorList,
  type Call,
  type CallProgress,
  type Client,
  type Example,
  type PlanCheck,
  type PlanStep,
  type RunRecord,
  type UntornContract,
  type WireVersus,
} from '../../core/rpc/index.ts';
import { addressForms, unitsFor, type AddressForm } from '../../core/view/index.ts';
import { PlanDocument } from '../plan/document.svelte.ts';
import { setField } from '../plan/json-edit.ts';
import { readDraft } from './draft.ts';
import { Guests } from './guests.svelte.ts';
import { Layers } from './layers.svelte.ts';
import { nextWrong, unitAmong, wrongCount, type MapBench, type Selection } from './map-bench.ts';
import type { MirrorPlan } from './mirror-plan.ts';
import { modelOfPrediction, modelOfRun, type ResultModel } from './model.ts';
import { whyNoReplay } from './no-replay.ts';
import { ReplayState } from './replay.svelte.ts';
import { Retelling, type Retold } from './retelling.ts';
import { TimeLeft } from './time-left.ts';
import { Why } from './why.svelte.ts';

export type JobKind = 'predict' | 'run' | 'versus';

export interface Job {
  readonly kind: JobKind;
  readonly cancel: () => void;
}

const checkDelayMs = 150;
const draftKey = 'untorn.plan';
const draftLengthMax = 500_000;

/** The experiment on the bench: the plan, what is being done with it, and what came of it. */
export class Lab implements MapBench {
  readonly document = new PlanDocument((text) => this.edited(text));
  examples = $state.raw<readonly Example[]>([]);
  exampleId = $state('');
  check = $state.raw<PlanCheck | null>(null);
  job = $state.raw<Job | null>(null);
  progress = $state.raw<CallProgress | null>(null);
  /** Milliseconds; null where it cannot be told. */
  timeLeftMs = $state<number | null>(null);
  failure = $state.raw<{ kind: JobKind; error: RpcError } | null>(null);
  result = $state.raw<ResultModel | null>(null);
  /** The text that `result` came from; the result is old once the plan is another. */
  resultText = $state('');
  /** The sandbox's kernel that `result` was asked for; null where the plan was not moved. */
  resultKernel = $state<string | null>(null);
  /** Whether the next run records the kernel's own decisions, too. */
  traceRuns = $state(false);
  /** The name under which the shown run is kept in the history; empty for a prediction. */
  keptAs = $state('');
  /** Two allocators on one plan; shown in place of the layouts while `page` says so. */
  versus = $state.raw<WireVersus | null>(null);
  versusText = $state('');
  /** The steps that were compared; the plan may be another by now. */
  versusSteps = $state.raw<readonly PlanStep[]>([]);
  page = $state<'layout' | 'versus'>('layout');

  allocators = $state.raw<AllocatorList | null>(null);
  /** The allocator to compare the plan's own with; empty for none. */
  otherAllocator = $state('');
  /** The device of a block target, named a second time. */
  destroy = $state('');
  /** The step that is being edited. */
  step = $state(0);
  /** Of the plan's pane. */
  tab = $state<'steps' | 'target' | 'json'>('steps');
  /** What is shown beside the table of extents. */
  beside = $state<'steps' | 'why' | 'groups'>('steps');
  selection = $state.raw<Selection | null>(null);
  chosenUnitBytes = $state<number | null>(null);
  addressForm = $state<AddressForm>('blocks');

  readonly guests: Guests;
  readonly layers: Layers;
  readonly replay: ReplayState;
  readonly why: Why;
  /** How far a kept run could be told once more; null for a result that was just made. */
  private retold = $state.raw<Retold | null>(null);
  private readonly retelling: Retelling;
  private readonly client: Client<UntornContract>;
  private touched = false;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;

  readonly units = $derived(unitsFor(this.result?.volume.blockBytes ?? 4096));
  /** The chosen unit, or 16 KiB, or the block where that is larger. */
  readonly unitBytes = $derived(unitAmong(this.units, this.chosenUnitBytes, 16384));
  readonly unitBlocks = $derived(this.unitBytes / (this.result?.volume.blockBytes ?? 4096));
  readonly outdated = $derived(this.result !== null && this.text !== this.resultText);
  /** The steps behind `result`; null once the plan is another. */
  readonly planSteps = $derived(this.check?.ok && !this.outdated ? this.check.summary.steps : null);
  readonly versusOutdated = $derived(this.versus !== null && this.text !== this.versusText);
  /** What the plan's text says, as far as it is JSON; null where it is not. */
  readonly draft = $derived(readDraft(this.text));

  constructor(client: Client<UntornContract>) {
    this.client = client;
    this.guests = new Guests(client);
    this.layers = new Layers(client);
    this.why = new Why(client);
    this.retelling = new Retelling(client);
    this.replay = new ReplayState(this);
  }

  /** What the map and the tables show: the result, or what it was at the moment that is replayed. */
  get shown(): ResultModel | null {
    return this.replay.shown;
  }

  get text(): string {
    return this.document.text;
  }

  /** What the choosers offer. */
  async loadChoices(): Promise<void> {
    [this.examples, this.allocators] = await Promise.all([
      this.client.call('examples.list', {}).result,
      this.client.call('allocators.list', {}).result,
      this.guests.load(),
    ]);
  }

  /** Begins with what was there before a reload, else with the first example; not where something is there already. */
  begin(): void {
    if (this.touched || this.text !== '') return;
    const draft = sessionStorage.getItem(draftKey);
    if (draft !== null) return this.open(draft);
    const [first] = this.examples;
    if (first) this.chooseExample(first.id);
  }

  chooseExample(id: string): void {
    const example = this.examples.find((one) => one.id === id);
    if (example) this.open(example.text);
  }

  /** Another target for the plan that is there. */
  putTarget(target: Readonly<Record<string, string>>): void {
    this.document.change(setField(this.text, ['target'], target) ?? []);
  }

  /** Puts another plan on the bench. */
  open(text: string): void {
    this.step = 0;
    this.destroy = '';
    this.document.replace(text);
    void this.checkNow();
  }

  /** A kept run: its plan and what came of it, as if it had just ended. */
  load(record: RunRecord): void {
    if (this.job) return;
    const { id, plan, result } = record;
    this.open(plan);
    this.keptAs = id;
    this.page = 'layout';
    this.failure = null;
    this.result = modelOfRun(result);
    this.resultText = plan;
    this.resultKernel = null;
    this.selection = null;
    void this.retell(record);
  }

  /** Finds out how the layouts of a kept run came about, as far as that can be told. */
  private async retell(record: RunRecord): Promise<void> {
    this.retold = { state: 'asking' };
    const of = this.result;
    const retold = await this.retelling.of(record);
    if (!of || !retold || this.result !== of) return;
    this.retold = retold;
    if (retold.state === 'same') this.result = { ...of, replay: retold.replay };
  }

  /** What the mirror can be asked about beside the result; null where it cannot, for the reason in {@link whyNoReplay}. */
  get mirrored(): MirrorPlan | null {
    const { retold, resultText, resultKernel } = this;
    if (retold) return retold.state === 'same' ? retold.mirrored : null;
    return { text: resultText, ...(resultKernel === null ? {} : { kernel: resultKernel }) };
  }

  get whyNoReplay(): string {
    return this.result ? whyNoReplay(this.result, this.resultText, this.retold) : '';
  }

  /** The plan's text is another; it is judged when the typing pauses. */
  private edited(text: string): void {
    this.touched = true;
    this.exampleId = this.examples.find((example) => example.text === text)?.id ?? '';
    if (text.length <= draftLengthMax) sessionStorage.setItem(draftKey, text);
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => void this.checkNow(), checkDelayMs);
  }

  private async checkNow(): Promise<PlanCheck | null> {
    clearTimeout(this.checkTimer);
    const { text } = this;
    try {
      const check = await this.client.call('plan.check', { text }).result;
      if (text === this.text) this.judge(check);
      return check;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (text === this.text) this.judge({ ok: false, issues: [{ place: '', message }] });
      return null;
    }
  }

  private judge(check: PlanCheck): void {
    this.check = check;
    this.document.setIssues(check.ok ? [] : check.issues);
  }

  async start(kind: JobKind): Promise<void> {
    if (this.job) return;
    const { text } = this;
    const timeLeft = new TimeLeft();
    const onProgress = (progress: CallProgress) => {
      this.progress = progress;
      this.timeLeftMs = timeLeft.after(progress, performance.now());
    };
    this.failure = null;
    this.progress = null;
    this.timeLeftMs = null;
    try {
      if (kind === 'versus') await this.compareAllocators(text, onProgress);
      else await this.layOut(kind, text, onProgress);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.failure = { kind, error };
    } finally {
      this.job = null;
    }
  }

  private async layOut(
    kind: 'predict' | 'run',
    text: string,
    onProgress: (progress: CallProgress) => void,
  ): Promise<void> {
    const input = { text, ...this.guests.moved(this.draft?.target['kind']) };
    let keptAs = '';
    if (kind === 'predict') {
      this.result = modelOfPrediction(
        await this.follow(kind, this.client.call('plan.predict', input, onProgress)),
      );
    } else {
      const destroy = this.destroy === '' ? {} : { destroy: this.destroy };
      const asked = { ...input, ...destroy, trace: this.traceRuns };
      const run = await this.follow(kind, this.client.call('plan.run', asked, onProgress));
      this.result = modelOfRun(run);
      keptAs = run.keptAs ?? '';
    }
    this.retold = null;
    this.resultText = text;
    this.resultKernel = input.kernel ?? null;
    this.keptAs = keptAs;
    this.selection = null;
    this.page = 'layout';
  }

  private async compareAllocators(text: string, onProgress: (progress: CallProgress) => void): Promise<void> {
    const steps = this.check?.ok ? this.check.summary.steps : [];
    const input = { text, other: this.otherAllocator, unitBytes: this.chosenUnitBytes };
    this.versus = await this.follow('versus', this.client.call('plan.versus', input, onProgress));
    this.versusText = text;
    this.versusSteps = steps;
    this.page = 'versus';
  }

  private follow<T>(kind: JobKind, call: Call<T>): Promise<T> {
    this.job = { kind, cancel: () => call.cancel() };
    return call.result;
  }

  cancel(): void {
    this.job?.cancel();
  }

  changeUnit(by: 1 | -1): void {
    const unit = this.units[this.units.indexOf(this.unitBytes) + by];
    if (unit !== undefined) this.chosenUnitBytes = unit;
  }

  nextAddressForm(): void {
    const next = addressForms[(addressForms.indexOf(this.addressForm) + 1) % addressForms.length];
    this.addressForm = next ?? 'blocks';
  }

  selectDifference(direction: 1 | -1): void {
    this.selection = (this.shown && nextWrong(this.shown, this.selection, direction)) ?? this.selection;
  }

  get hasDifferences(): boolean {
    return this.shown !== null && wrongCount(this.shown) > 0;
  }

  devices() {
    return this.client.call('devices.list', {}).result;
  }

  probe(path: string) {
    return this.client.call('path.probe', { path }).result;
  }
}
