import {
  RpcError,
  type Client,
  type ExportFormat,
  type RunComparison,
  type KeptRecord,
  type RunSummary,
  type UntornContract,
} from '../../core/rpc/index.ts';

/** The runs that are kept: those that a search found, the one that is open, and one to compare it with. */
export class History {
  words = $state('');
  runs = $state.raw<readonly RunSummary[] | null>(null);
  unreadable = $state(0);
  open = $state.raw<KeptRecord | null>(null);
  otherId = $state('');
  comparison = $state.raw<RunComparison | null>(null);
  /** The run that the open one is compared with. */
  other = $state.raw<KeptRecord | null>(null);
  failure = $state('');

  private readonly client: Client<UntornContract>;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  async search(words = this.words): Promise<void> {
    this.words = words;
    await this.trying(async () => {
      const { runs, unreadable } = await this.client.call('runs.list', { words }).result;
      // A slower answer to an earlier search is of no use any more.
      if (words !== this.words) return;
      this.runs = runs;
      this.unreadable = unreadable;
    });
  }

  /** Opens a run, and lays another one beside it where that is named. */
  async show(id: string, beside = ''): Promise<void> {
    if (this.open?.id !== id) {
      this.otherId = '';
      this.comparison = null;
      this.other = null;
      this.open = null;
      if (id === '') return;
      await this.trying(async () => {
        this.open = await this.client.call('runs.get', { id }).result;
      });
    }
    if (this.open?.id === id && this.otherId !== beside) await this.compareWith(beside);
  }

  /** Lays the open run beside another one; an empty name ends that. */
  async compareWith(other: string): Promise<void> {
    const one = this.open?.id;
    this.otherId = other;
    this.comparison = null;
    this.other = null;
    if (one === undefined || other === '') return;
    await this.trying(async () => {
      const comparison = await this.client.call('runs.compare', { one, other }).result;
      const record = await this.client.call('runs.get', { id: other }).result;
      if (this.otherId !== other || this.open?.id !== one) return;
      this.comparison = comparison;
      this.other = record;
    });
  }

  async remove(id: string): Promise<void> {
    await this.trying(async () => {
      await this.client.call('runs.remove', { id }).result;
      if (this.open?.id === id) this.open = null;
      await this.search();
    });
  }

  /** Hands the export to the browser (or to the desktop's own dialog) as a file to save. */
  async exportAs(id: string, format: ExportFormat): Promise<void> {
    await this.trying(async () => {
      const { name, mediaType, text } = await this.client.call('runs.export', { id, format }).result;
      const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
      const link = document.createElement('a');
      link.href = address;
      link.download = name;
      link.click();
      URL.revokeObjectURL(address);
    });
  }

  /** Takes in a run that was exported as JSON; its name, or nothing where it is none. */
  async bring(text: string): Promise<string | null> {
    let id: string | null = null;
    await this.trying(async () => {
      ({ id } = await this.client.call('runs.import', { text }).result);
    });
    if (id !== null) await this.search('');
    return id;
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    this.failure = '';
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.failure = error.message;
    }
  }
}
