import { AllocationContext } from './context.ts';
import { freeRunsOf, type FreeRuns } from './free-runs.ts';
import { freeBlocks, processFreed } from './freeing.ts';
import type { GroupSource } from './group-source.ts';
import type { Groups } from './groups.ts';
import { assumeLive, type HeldFate, type LiveState } from './live.ts';
import { lookAtGroup, type SeenGroup } from './look.ts';
import { Mballoc, type MballocSettings } from './mballoc.ts';
import { allocateBlocks } from './new-blocks.ts';
import { finishPrefetch } from './prefetch.ts';
import { discardOfInode } from './preallocation/discard.ts';
import type { Allocated, AllocationOwner, AllocationRequest, BlockAllocator } from './request.ts';
import { diskBitmap, groupsAfterUnmount } from './unmount.ts';

/** One line of mb_groups; lengths in clusters. */
export interface GroupCounters {
  readonly freeClusters: number;
  readonly fragments: number;
  readonly firstFree: number;
  /** Free buddies of order 0, 1, 2 and so on. */
  readonly freeBuddies: readonly number[];
}

/** The mirror of fs/ext4/mballoc.c: one mount's multiblock allocator. See {@link BlockAllocator}. */
export class MultiblockAllocator implements BlockAllocator {
  readonly #mballoc: Mballoc;
  readonly #source: GroupSource;
  readonly #context: AllocationContext;

  constructor(settings: MballocSettings) {
    this.#source = settings.groups;
    this.#mballoc = new Mballoc(settings);
    this.#context = new AllocationContext(nobody);
  }

  allocate(request: AllocationRequest): Allocated {
    return allocateBlocks(this.#mballoc, this.#context, request);
  }

  allocateMetadata(owner: AllocationOwner, goal: number, flags: number, length: number): Allocated {
    return this.allocate({
      owner,
      logical: 0,
      length,
      goal,
      leftLogical: 0,
      leftPhysical: 0,
      rightLogical: 0,
      rightPhysical: 0,
      flags,
    });
  }

  free(owner: AllocationOwner | null, physical: number, length: number, flags: number): void {
    freeBlocks(this.#mballoc, owner, physical, length, flags);
  }

  discardPreallocations(owner: AllocationOwner): void {
    discardOfInode(this.#mballoc, owner);
  }

  /**
   * A commit begins while calls go on: what is freed from now on belongs to the next transaction and stays when
   * {@link committed} says that this one is done. Who commits at one go need not say so.
   */
  commitStarts(): void {
    this.#mballoc.pending.startCommit();
  }

  committed(): boolean {
    return processFreed(this.#mballoc);
  }

  reserveDelayed(clusters: number, flags: number): boolean {
    return this.#mballoc.claims.claim(clusters, flags);
  }

  releaseDelayed(clusters: number): void {
    this.#mballoc.claims.dirty.add(-clusters);
  }

  rereserve(clusters: number): void {
    this.#mballoc.claims.dirty.add(clusters);
    this.#mballoc.claims.free.add(clusters);
  }

  hasFreeClusters(clusters: number, flags: number): boolean {
    return this.#mballoc.claims.hasFree(clusters, flags);
  }

  get freeClusters(): number {
    return Math.max(this.#mballoc.claims.free.sum, 0);
  }

  get dirtyClusters(): number {
    return Math.max(this.#mballoc.claims.dirty.sum, 0);
  }

  get freeClustersRead(): number {
    return this.#mballoc.claims.free.read;
  }

  get dirtyClustersRead(): number {
    return this.#mballoc.claims.dirty.read;
  }

  get pendingClusters(): number {
    return this.#mballoc.pending.clusters;
  }

  freeClustersOfGroup(group: number): number {
    return this.#mballoc.groups.descriptorFree[group];
  }

  freeClustersOfFlexGroup(flexGroup: number): number {
    return this.#mballoc.claims.ofFlexGroup(flexGroup);
  }

  initialiseBlockBitmap(group: number): void {
    const { groups } = this.#mballoc;
    if (groups.isBlockUninit(group)) groups.clearBlockUninit(group);
  }

  initialiseAllBuddies(): void {
    const { groups, layout } = this.#mballoc;
    for (let group = 0; group < layout.groupCount; group++) {
      if (groups.needsInit(group)) groups.initialise(group);
    }
  }

  initialiseBuddiesWithFreeClusters(): void {
    const { layout, tunables } = this.#mballoc;
    for (let group = 0; ;) {
      const next = (group + tunables.prefetchGroups) % layout.groupCount;
      finishPrefetch(this.#mballoc, next, tunables.prefetchGroups);
      if (next <= group) return;
      group = next;
    }
  }

  /** Takes over the memory of a mount that has been in use. Returns what tells later what became of the held clusters. */
  assumeLive(state: LiveState): () => HeldFate[] {
    return assumeLive(this.#mballoc, state);
  }

  /** How many stream goals there are (s_mb_nr_global_goals). */
  get streamSlots(): number {
    return this.#mballoc.streamGroups.length;
  }

  /** Bytes that are kept of the groups. */
  get memory(): Groups['memory'] {
    return this.#mballoc.groups.memory;
  }

  /** A group's counters as /proc/fs/ext4/DEV/mb_groups shows them; its buddy is initialised for that. */
  groupCounters(group: number): GroupCounters {
    const { groups } = this.#mballoc;
    if (groups.needsInit(group)) groups.initialise(group);
    const { orders } = groups.shape;
    return {
      freeClusters: groups.free[group],
      fragments: groups.fragments[group],
      firstFree: groups.firstFree[group],
      freeBuddies: Array.from(groups.counters.subarray(group * orders, (group + 1) * orders)),
    };
  }

  /** The block bitmap of a group as it lies on disk now. One bit per cluster, low bit first. */
  diskBitmap(group: number): Uint8Array {
    return diskBitmap(this.#mballoc, this.#source, group);
  }

  /** What memory holds of a group; looking changes nothing. */
  look(group: number): SeenGroup {
    return lookAtGroup(this.#mballoc, this.#source, group);
  }

  /** How the free clusters lie on disk now. */
  freeRuns(): FreeRuns {
    return freeRunsOf(this.#mballoc.layout, (group) => this.diskBitmap(group));
  }

  /** The groups that the next mount starts from. This allocator must not be used any more; commit first. */
  groupsAfterUnmount(): GroupSource {
    return groupsAfterUnmount(this.#mballoc, this.#source);
  }
}

const nobody: AllocationOwner = {
  ino: 0,
  isRegular: false,
  usesExtents: true,
  sizeBytes: 0,
  openWriters: 0,
  preallocations: null,
};

/** Makes the allocator of a mount from the filesystem's groups as they lie on disk. */
export function createAllocator(settings: MballocSettings): MultiblockAllocator {
  return new MultiblockAllocator(settings);
}
