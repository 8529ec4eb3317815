import {
  RpcError,
  type Call,
  type Client,
  type Explanation,
  type UntornContract,
  type WireSection,
} from '../../core/rpc/index.ts';
import type { MirrorPlan } from './mirror-plan.ts';
import type { ResultModel } from './model.ts';

/** The allocator's decisions on the way to a moment: from the run's trace where there is one, else asked for. */
export class Why {
  sections = $state.raw<readonly WireSection[]>([]);
  busy = $state(false);
  failure = $state('');
  private readonly client: Client<UntornContract>;
  private asked: { readonly of: ResultModel; readonly moment: number | null } | null = null;
  private call: Call<Explanation> | null = null;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  /** Makes {@link sections} those of the moment, or all of them; `plan` is what is behind the result. */
  async want(of: ResultModel, plan: MirrorPlan, moment: number | null): Promise<void> {
    if (this.asked?.of === of && this.asked.moment === moment) return;
    this.asked = { of, moment };
    this.call?.cancel();
    this.call = null;
    this.failure = '';
    this.busy = false;
    if (of.traced) {
      this.sections = of.traced.sections.filter((section) => moment === null || section.moment === moment);
      return;
    }
    this.sections = [];
    const call = this.client.call('plan.explain', { ...plan, moment });
    this.call = call;
    this.busy = true;
    try {
      const { sections } = await call.result;
      if (this.call === call) this.sections = sections;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (this.call === call) this.failure = error.message;
    } finally {
      if (this.call === call) this.busy = false;
    }
  }
}
