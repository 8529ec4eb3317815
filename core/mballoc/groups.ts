import { assert } from '../assert.ts';
import { DamagedImage } from '../ext4/damaged.ts';
import { clearBits, findNextClear, findNextSet, wordsOfBytes } from './bits.ts';
import { averageFragmentOrder, type BuddyShape } from './buddy-shape.ts';
import type { GroupIndex } from './group-index.ts';
import type { GroupSource } from './group-source.ts';
import { groupState } from './group-state.ts';
import type { GroupLayout } from './layout.ts';

/**
 * The in-memory information of all groups (struct ext4_group_info), one typed array per field. Bitmap and buddy of a
 * group are made when it is first loaded; a group that was only initialised keeps its counters alone.
 */
export class Groups {
  readonly shape: BuddyShape;
  readonly layout: GroupLayout;
  /** bb_free, in clusters. */
  readonly free: Int32Array;
  /** bb_fragments: runs of free clusters. */
  readonly fragments: Int32Array;
  /** bb_first_free. */
  readonly firstFree: Int32Array;
  /** bb_largest_free_order; -1 for none. */
  readonly largestOrder: Int8Array;
  /** bb_avg_fragment_size_order; -1 for none. */
  readonly averageOrder: Int8Array;
  /** bb_counters: free buddies, at group × orders + order. */
  readonly counters: Int32Array;
  /** Bits of {@link groupState}. */
  readonly state: Uint8Array;
  /** bg_free_blocks_count of the descriptors, in clusters. */
  readonly descriptorFree: Int32Array;
  /** Groups that still need initialisation. */
  uninitialised: number;
  readonly #source: GroupSource;
  readonly #index: GroupIndex;
  readonly #optimizeScan: boolean;
  readonly #groupsPerPage: number;
  readonly #words: (Int32Array | null)[];

  constructor(
    shape: BuddyShape,
    layout: GroupLayout,
    source: GroupSource,
    index: GroupIndex,
    settings: { readonly optimizeScan: boolean; readonly groupsPerPage: number },
  ) {
    const count = layout.groupCount;
    this.shape = shape;
    this.layout = layout;
    this.#source = source;
    this.#index = index;
    this.#optimizeScan = settings.optimizeScan;
    this.#groupsPerPage = settings.groupsPerPage;
    this.free = new Int32Array(count);
    this.fragments = new Int32Array(count);
    this.firstFree = new Int32Array(count);
    this.largestOrder = new Int8Array(count).fill(-1);
    this.averageOrder = new Int8Array(count).fill(-1);
    this.counters = new Int32Array(count * shape.orders);
    this.state = new Uint8Array(count).fill(groupState.needsInit);
    this.descriptorFree = new Int32Array(count);
    this.uninitialised = count;
    this.#words = new Array<Int32Array | null>(count).fill(null);
    for (let group = 0; group < count; group++) this.#add(group);
  }

  needsInit(group: number): boolean {
    return (this.state[group] & groupState.needsInit) !== 0;
  }

  isBlockUninit(group: number): boolean {
    return (this.state[group] & groupState.blockUninit) !== 0;
  }

  /** True once bitmap and buddy are in memory; allocations and frees always load first. */
  isLoaded(group: number): boolean {
    return this.#words[group] !== null;
  }

  /** ext4_mb_load_buddy(): bitmap and buddy of a group, initialised when needed. */
  load(group: number): Int32Array {
    return this.#words[group] ?? this.#make(group);
  }

  #make(group: number): Int32Array {
    if (this.needsInit(group)) this.initialise(group);
    const made = new Int32Array(this.shape.wordCount).fill(-1);
    this.#forEachFreeRun(group, (first, length) => {
      clearBits(made, first, length);
      if (length > 1) this.#markRun(made, first, length);
    });
    this.#words[group] = made;
    this.#source.release?.(group);
    return made;
  }

  /** Bitmap and buddy leave memory: at an unmount, when the next mount has what it needs of them. */
  unload(group: number): void {
    this.#words[group] = null;
  }

  /** Bytes of all that is kept: the same few for every group, bitmap and buddy only for loaded ones. */
  get memory(): {
    readonly loadedGroups: number;
    readonly loadedBytes: number;
    readonly countersBytes: number;
  } {
    const loaded = this.#words.filter((words) => words !== null);
    const { free, fragments, firstFree, largestOrder, averageOrder, counters, state, descriptorFree } = this;
    const perGroup = [
      free,
      fragments,
      firstFree,
      largestOrder,
      averageOrder,
      counters,
      state,
      descriptorFree,
    ];
    return {
      loadedGroups: loaded.length,
      loadedBytes: loaded.reduce((bytes, { byteLength }) => bytes + byteLength, 0),
      countersBytes: perGroup.reduce((bytes, { byteLength }) => bytes + byteLength, 0),
    };
  }

  /**
   * ext4_mb_init_group(): the groups whose bitmap and buddy share a page with this one's are made ready together
   * (ext4_mb_init_cache(); two groups with 1 KiB blocks and 4 KiB pages).
   */
  initialise(group: number): void {
    const first = group - (group % this.#groupsPerPage);
    const end = Math.min(first + this.#groupsPerPage, this.layout.groupCount);
    for (let each = first; each < end; each++) if (this.needsInit(each)) this.#generate(each);
  }

  /** The descriptor loses BLOCK_UNINIT (ext4_mb_mark_context(), __ext4_new_inode()). */
  clearBlockUninit(group: number): void {
    this.state[group] &= ~groupState.blockUninit;
    this.state[group] |= groupState.cached;
    this.descriptorFree[group] = this.#source.freeClustersAfterInit(group);
  }

  /** mb_set_largest_free_order() and mb_update_avg_fragment_size(), after any change of a group. */
  updateOrders(group: number): void {
    this.#updateLargest(group);
    if (this.#optimizeScan) this.#updateAverage(group);
  }

  /** The error for a bitmap that contradicts what else is known of its group. */
  damaged(group: number, what: string): DamagedImage {
    return new DamagedImage(`block bitmap of group ${String(group)}`, this.#source.bitmapBlock(group), what);
  }

  /** ext4_mb_add_groupinfo(). */
  #add(group: number): void {
    const free = this.#source.freeClusters(group);
    this.descriptorFree[group] = free;
    if (this.#source.isBlockUninit(group)) {
      this.state[group] |= groupState.blockUninit;
      this.free[group] = this.#source.freeClustersAfterInit(group);
    } else {
      this.free[group] = free;
    }
  }

  /** ext4_mb_generate_buddy(), counters only. */
  #generate(group: number): void {
    const { orders } = this.shape;
    const counters = this.counters.subarray(group * orders, (group + 1) * orders);
    let free = 0;
    let fragments = 0;
    let firstFree = -1;
    this.#forEachFreeRun(group, (first, length) => {
      if (firstFree < 0) firstFree = first;
      fragments++;
      free += length;
      countRun(counters, first, length, orders);
    });
    if (free !== this.free[group]) {
      throw this.damaged(
        group,
        `${String(free)} clusters are free, the group descriptor says ${String(this.free[group])}`,
      );
    }
    this.firstFree[group] = firstFree < 0 ? this.shape.clusters : firstFree;
    this.fragments[group] = fragments;
    this.state[group] = (this.state[group] & ~groupState.needsInit) | groupState.cached;
    this.uninitialised--;
    this.updateOrders(group);
  }

  #forEachFreeRun(group: number, visit: (first: number, length: number) => void): void {
    const { clusters } = this.shape;
    const bitmap = wordsOfBytes(this.#source.blockBitmap(group), (clusters + 31) >>> 5);
    let at = findNextClear(bitmap, clusters, 0);
    while (at < clusters) {
      const end = findNextSet(bitmap, clusters, at);
      visit(at, end - at);
      at = findNextClear(bitmap, clusters, end);
    }
  }

  /** The buddy bits of ext4_mb_mark_free_simple(), for a run that generate() has counted already. */
  #markRun(words: Int32Array, first: number, length: number): void {
    const { base } = this.shape;
    let at = first;
    let rest = length;
    while (rest > 0) {
      const order = chunkOrder(at, rest, this.shape.orders);
      if (order > 0) {
        const bit = base[order] + (at >>> order);
        words[bit >>> 5] &= ~(1 << (bit & 31));
      }
      at += 1 << order;
      rest -= 1 << order;
    }
  }

  #updateLargest(group: number): void {
    const { orders } = this.shape;
    const from = this.largestOrder[group];
    let to = orders - 1;
    while (to >= 0 && this.counters[group * orders + to] === 0) to--;
    if (to === from) return;
    assert(
      to < 0 || this.counters[group * orders + to] > 0,
      'the largest free buddy of a group is counted',
      group,
    );
    this.largestOrder[group] = to;
    if (this.#optimizeScan) this.#index.largestOrderChanged(group, from, to);
  }

  #updateAverage(group: number): void {
    const from = this.averageOrder[group];
    const fragments = this.fragments[group];
    const to =
      fragments === 0 ? -1 : averageFragmentOrder((this.free[group] / fragments) | 0, this.shape.orders);
    if (to === from) return;
    this.averageOrder[group] = to;
    this.#index.averageOrderChanged(group, from, to);
  }
}

/** Order of the largest buddy that starts at `first` and fits into `length` (ext4_mb_mark_free_simple()). */
export function chunkOrder(first: number, length: number, orders: number): number {
  const aligned = first === 0 ? orders - 1 : Math.min(31 - Math.clz32(first & -first), orders - 1);
  return Math.min(aligned, 31 - Math.clz32(length));
}

function countRun(counters: Int32Array, first: number, length: number, orders: number): void {
  let at = first;
  let rest = length;
  while (rest > 0) {
    const order = chunkOrder(at, rest, orders);
    counters[order]++;
    at += 1 << order;
    rest -= 1 << order;
  }
}
