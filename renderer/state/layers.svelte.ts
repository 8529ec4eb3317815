import {
  RpcError,
  type Call,
  type Client,
  type UntornContract,
  type WireLayers,
} from '../../core/rpc/index.ts';

/** Layers of the whole volume over one axis with the files. */
export const bandKinds = ['groups', 'before', 'after', 'buddies', 'preallocations'] as const;
export type BandKind = (typeof bandKinds)[number];

export const bandTitles: Readonly<Record<BandKind, string>> = {
  groups: 'groups',
  before: 'free before',
  after: 'free now',
  buddies: 'buddies',
  preallocations: 'preallocated',
};

/** A stretch of a band: a group, a run of free blocks, a buddy, a preallocation. */
export interface Place {
  readonly kind: BandKind;
  readonly first: number;
  /** In blocks. */
  readonly length: number;
}

/** What the mirror says of the part of the volume that is on screen. */
export type LayersModel = WireLayers;

/** What is on screen, in whole blocks: the same request gives the same answer. */
export interface LayersWish {
  readonly text: string;
  readonly kernel?: string;
  readonly moment: number;
  readonly ranges: readonly number[];
  readonly grainBlocks: number;
}

const patienceMs = 160;

/** Which layers are shown, and what is known for them. They are asked for only while one that needs it is shown. */
export class Layers {
  shown = $state<Record<BandKind, boolean>>({
    groups: true,
    before: false,
    after: false,
    buddies: false,
    preallocations: false,
  });
  model = $state.raw<LayersModel | null>(null);
  /** Why there is nothing to show, or an empty text. */
  failure = $state('');
  /** Why no part of the volume is on screen, or an empty text. */
  away = $state('');
  /** Whether the table is shown, and which band it lists. */
  tableOpen = $state(false);
  listed = $state<BandKind>('groups');
  /** The place that is chosen in the map and in the table; `by` tells where, since the other one follows. */
  chosen = $state.raw<{ readonly place: Place; readonly by: 'map' | 'table' } | null>(null);
  private readonly client: Client<UntornContract>;
  private asked = '';
  private call: Call<WireLayers> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  /** Whether something is shown that the mirror must be asked for. */
  readonly needed = $derived(
    this.tableOpen || bandKinds.some((kind) => kind !== 'groups' && this.shown[kind]),
  );

  toggle(kind: BandKind): void {
    this.shown[kind] = !this.shown[kind];
  }

  /** Lists a band in the table, and shows it in the map. */
  list(kind: BandKind): void {
    this.listed = kind;
    this.shown[kind] = true;
  }

  choose(place: Place, by: 'map' | 'table'): void {
    this.chosen = { place, by };
    if (by === 'map') this.listed = place.kind;
  }

  /** Asks once nothing has moved for a moment; null where there is nothing to ask about. */
  want(wish: LayersWish | null): void {
    const key = wish ? JSON.stringify(wish) : '';
    if (key === this.asked) return;
    this.asked = key;
    clearTimeout(this.timer);
    this.call?.cancel();
    this.call = null;
    if (wish) this.timer = setTimeout(() => void this.ask(wish), patienceMs);
    else this.model = null;
  }

  private async ask(wish: LayersWish): Promise<void> {
    const call = this.client.call('plan.layers', { ...wish, ranges: [...wish.ranges] });
    this.call = call;
    try {
      const model = await call.result;
      if (this.call !== call) return;
      this.model = model;
      this.failure = '';
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (this.call !== call) return;
      this.model = null;
      this.failure = error.message;
    }
  }
}
