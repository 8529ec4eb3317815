import {
  RpcError,
  type Call,
  type CallProgress,
  type Client,
  type Example,
  type PlanCheck,
  type RunRecord,
  type UntornContract,
} from '../../core/rpc/index.ts';
import { addressForms, unitsFor, type AddressForm } from '../../core/view/index.ts';
import { modelOfPrediction, modelOfRun, type ResultModel } from './model.ts';

export type JobKind = 'predict' | 'run';

export interface Job {
  readonly kind: JobKind;
  readonly cancel: () => void;
}

/** A run of blocks of one file, the same in the map and in the table. */
export interface Selection {
  readonly file: number;
  readonly row: number;
}

const checkDelayMs = 150;

/** The experiment on the bench: the plan, what is being done with it, and what came of it. */
export class Lab {
  text = $state('');
  examples = $state.raw<readonly Example[]>([]);
  exampleId = $state('');
  check = $state.raw<PlanCheck | null>(null);
  job = $state.raw<Job | null>(null);
  progress = $state.raw<CallProgress | null>(null);
  failure = $state.raw<{ kind: JobKind; error: RpcError } | null>(null);
  result = $state.raw<ResultModel | null>(null);
  /** The text that `result` came from; the result is old once the plan is another. */
  resultText = $state('');
  selection = $state.raw<Selection | null>(null);
  chosenUnitBytes = $state<number | null>(null);
  addressForm = $state<AddressForm>('blocks');

  private readonly client: Client<UntornContract>;
  private edited = false;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;

  readonly units = $derived(unitsFor(this.result?.volume.blockBytes ?? 4096));
  /** The chosen unit, or 16 KiB, or the block where that is larger. */
  readonly unitBytes = $derived.by(() => {
    const wanted = this.chosenUnitBytes ?? 16384;
    return this.units.includes(wanted) ? wanted : (this.units[0] ?? 4096);
  });
  readonly unitBlocks = $derived(this.unitBytes / (this.result?.volume.blockBytes ?? 4096));
  readonly outdated = $derived(this.result !== null && this.text !== this.resultText);

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  async loadExamples(): Promise<void> {
    this.examples = await this.client.call('examples.list', {}).result;
    const [first] = this.examples;
    if (first && !this.edited) this.chooseExample(first.id);
  }

  chooseExample(id: string): void {
    const example = this.examples.find((one) => one.id === id);
    if (!example) return;
    this.exampleId = id;
    this.text = example.text;
    void this.checkNow();
  }

  /** A kept run: its plan and what came of it, as if it had just ended. */
  load({ plan, result }: RunRecord): void {
    if (this.job) return;
    this.edit(plan);
    this.failure = null;
    this.result = modelOfRun(result);
    this.resultText = plan;
    this.selection = null;
  }

  /** The user changed the plan; it is judged when the typing pauses. */
  edit(text: string): void {
    if (text === this.text) return;
    this.edited = true;
    this.text = text;
    if (this.examples.find(({ id }) => id === this.exampleId)?.text !== text) this.exampleId = '';
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => void this.checkNow(), checkDelayMs);
  }

  private async checkNow(): Promise<PlanCheck | null> {
    clearTimeout(this.checkTimer);
    const { text } = this;
    try {
      const check = await this.client.call('plan.check', { text }).result;
      if (text === this.text) this.check = check;
      return check;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (text === this.text) this.check = { ok: false, issues: [{ place: '', message }] };
      return null;
    }
  }

  async start(kind: JobKind): Promise<void> {
    if (this.job) return;
    const { text } = this;
    const onProgress = (progress: CallProgress) => (this.progress = progress);
    this.failure = null;
    this.progress = null;
    try {
      this.result =
        kind === 'predict'
          ? modelOfPrediction(await this.follow(kind, this.client.call('plan.predict', { text }, onProgress)))
          : modelOfRun(await this.follow(kind, this.client.call('plan.run', { text }, onProgress)));
      this.resultText = text;
      this.selection = null;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.failure = { kind, error };
    } finally {
      this.job = null;
    }
  }

  private follow<T>(kind: JobKind, call: Call<T>): Promise<T> {
    this.job = { kind, cancel: () => call.cancel() };
    return call.result;
  }

  cancel(): void {
    this.job?.cancel();
  }

  nextAddressForm(): void {
    const next = addressForms[(addressForms.indexOf(this.addressForm) + 1) % addressForms.length];
    this.addressForm = next ?? 'blocks';
  }

  /** Selects the next (or previous) place where prediction and kernel differ, around the end. */
  selectDifference(direction: 1 | -1): void {
    const places = this.differences();
    if (places.length === 0) return;
    const { file: atFile, row: atRow } = this.selection ?? { file: direction === 1 ? -1 : Infinity, row: 0 };
    const isAfter = ({ file, row }: Selection) => file > atFile || (file === atFile && row > atRow);
    const isBefore = ({ file, row }: Selection) => file < atFile || (file === atFile && row < atRow);
    const next =
      direction === 1 ? (places.find(isAfter) ?? places[0]) : (places.findLast(isBefore) ?? places.at(-1));
    this.selection = next ?? null;
  }

  get hasDifferences(): boolean {
    return this.result?.files.some(({ differences }) => differences > 0) ?? false;
  }

  private differences(): Selection[] {
    return (this.result?.files ?? []).flatMap(({ pairing }, file) =>
      [...pairing.differs].flatMap((differs, row) => (differs ? [{ file, row }] : [])),
    );
  }

  devices() {
    return this.client.call('devices.list', {}).result;
  }

  probe(path: string) {
    return this.client.call('path.probe', { path }).result;
  }
}
