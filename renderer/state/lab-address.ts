import { RpcError, type Client, type UntornContract } from '../../core/rpc/index.ts';
import { addressForms } from '../../core/view/index.ts';
import type { Lab } from './lab.svelte.ts';
import type { LabQuery } from './route.ts';

/** Puts on the bench what an address says, and says what address the bench has. */
export class LabAddress {
  /** While an address is being followed, the bench is on its way there and has none of its own. */
  following = false;

  private readonly lab: Lab;
  private readonly client: Client<UntornContract>;

  constructor(lab: Lab, client: Client<UntornContract>) {
    this.lab = lab;
    this.client = client;
  }

  /** What could not be done, in plain words, or an empty text. */
  async follow(query: LabQuery): Promise<string> {
    this.following = true;
    try {
      this.setLooks(query);
      await this.open(query);
      this.select(query);
      return '';
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return error.message;
    } finally {
      this.following = false;
    }
  }

  current(): LabQuery {
    const { lab } = this;
    const isPlain = lab.tab === 'steps' && lab.step === 0;
    const file = lab.selection && lab.result?.files[lab.selection.file]?.name;
    return {
      ...(lab.keptAs !== '' && !lab.outdated ? { run: lab.keptAs } : {}),
      ...(lab.keptAs === '' || lab.outdated ? { plan: lab.exampleId, result: this.madeHere() } : {}),
      versus: lab.otherAllocator,
      ...(file ? { file, extent: String(lab.selection?.row ?? 0) } : {}),
      ...(isPlain ? {} : { step: String(lab.step) }),
      tab: lab.tab === 'steps' ? '' : lab.tab,
      unit: lab.chosenUnitBytes === null ? '' : String(lab.chosenUnitBytes),
      addresses: lab.addressForm === 'blocks' ? '' : lab.addressForm,
    };
  }

  /** A result that whoever opens the address can make again: of a plan that is there for everybody. */
  private madeHere(): string {
    const { lab } = this;
    if (lab.exampleId === '') return '';
    if (lab.page === 'versus') return lab.versus && !lab.versusOutdated ? 'versus' : '';
    return lab.result?.kind === 'prediction' && !lab.outdated ? 'prediction' : '';
  }

  private setLooks({ versus, step, tab, unit, addresses }: LabQuery): void {
    const { lab } = this;
    if (versus !== undefined) lab.otherAllocator = versus;
    if (tab === 'target' || tab === 'json') lab.tab = tab;
    if (unit !== undefined && /^[1-9][0-9]{0,12}$/.test(unit)) lab.chosenUnitBytes = Number(unit);
    lab.addressForm = addressForms.find((form) => form === addresses) ?? lab.addressForm;
    if (step !== undefined) lab.step = wholeOf(step);
  }

  private async open({ run, plan, result, step }: LabQuery): Promise<void> {
    const { lab } = this;
    if (run !== undefined) {
      if (lab.keptAs === run && !lab.outdated) return;
      const record = await this.client.call('runs.get', { id: run }).result;
      if (record.version !== 1)
        throw new RpcError('input', 'this run is one of the torn view, not of the lab');
      lab.load(record);
    } else if (plan !== undefined && plan !== lab.exampleId) {
      lab.chooseExample(plan);
      if (result === 'prediction') await lab.start('predict');
      if (result === 'versus' && lab.otherAllocator !== '') await lab.start('versus');
    }
    // A plan that was just opened begins with its first step.
    if (step !== undefined) lab.step = wholeOf(step);
  }

  private select({ file, extent }: LabQuery): void {
    const { lab } = this;
    const index = lab.result?.files.findIndex(({ name }) => name === file) ?? -1;
    const row = wholeOf(extent ?? '0');
    if (index >= 0 && row < (lab.result?.files[index]?.pairing.count ?? 0))
      lab.selection = { file: index, row };
  }
}

function wholeOf(text: string): number {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
}
