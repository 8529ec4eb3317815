import {
  RpcError,
  type CallProgress,
  type Client,
  type SandboxInstallable,
  type SandboxList,
  type UntornContract,
} from '../../core/rpc/index.ts';

/** Sandboxes that plans can run in: the kernels that there are, the one that is chosen, and getting what is missing. */
export class Guests {
  list = $state.raw<SandboxList | null>(null);
  /** The kernel that the plan is moved to; null for where the plan says. */
  kernel = $state<string | null>(null);
  /** What an installation does right now; empty where there is none under way. */
  installing = $state('');
  failure = $state('');
  private readonly client: Client<UntornContract>;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  async load(): Promise<void> {
    this.list = await this.client.call('sandbox.list', {}).result;
    if (!this.list.here.possible) this.kernel = this.list.usual;
  }

  /** Gets what a sandbox lacks, and looks again at what there is. */
  async install(what: SandboxInstallable['what']): Promise<void> {
    if (this.installing !== '') return;
    this.installing = 'beginning';
    this.failure = '';
    const onProgress = ({ phase }: CallProgress) => (this.installing = phase);
    try {
      this.list = await this.client.call('sandbox.install', { what, version: null }, onProgress).result;
      if (!this.list.here.possible) this.kernel ??= this.list.usual;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.failure = error.message;
    } finally {
      this.installing = '';
    }
  }

  /** Where a plan on such a target goes: a kernel moves those on loop devices and of sandboxes; the others stay where they are. */
  moved(targetKind: unknown): { readonly kernel?: string } {
    const moves = targetKind === 'loop' || targetKind === 'sandbox';
    return this.kernel !== null && moves ? { kernel: this.kernel } : {};
  }
}
