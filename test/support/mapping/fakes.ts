import { Refused } from '../../../core/errno.ts';
import type { Geometry } from '../../../core/ext4/geometry.ts';
import { type BlockAllocator, freeFlags } from '../../../core/mballoc/request.ts';
import type { Inode } from '../../../core/vfs/inode.ts';
import type { Mount } from '../../../core/vfs/mapping/file.ts';
import { sampleFeatures, sampleGeometry, sampleMachine, sampleOptions } from '../sample-filesystem.ts';

/** A filesystem of `blocksCount` blocks that exists only by its numbers. */
export function fakeGeometry(blockSizeBytes: number, clusterRatio: number, blocksCount: number): Geometry {
  return sampleGeometry({
    blockSizeBits: Math.log2(blockSizeBytes),
    clusterBits: Math.log2(clusterRatio),
    groupCount: Math.ceil(blocksCount / (blockSizeBytes * 8 * clusterRatio)),
    blocksCount,
    flexSize: 16,
    features: { ...sampleFeatures, flexBg: true, bigalloc: clusterRatio > 1 },
  });
}

/** A regular file's inode without blocks, open for writing. */
export function fakeInode(usesExtents: boolean): Inode {
  return {
    ino: 12,
    kind: 'file',
    isRegular: true,
    usesExtents,
    inlineData: false,
    flags: 0,
    group: 0,
    sizeBytes: 0,
    diskSizeBytes: 0,
    links: 1,
    openWriters: 1,
    openDescriptors: 1,
    states: new Set(),
    lastAllocationGroup: 0,
    preallocations: null,
    mapping: null,
    data: null,
    directory: null,
  };
}

/**
 * An allocator that gives clusters from a list in the order of `choose`, and checks that nobody takes or frees what is
 * not his. It runs out of space when `clusters` are used up.
 */
export class FakeAllocator {
  readonly #ratio: number;
  readonly #limit: number;
  readonly #choose: () => number;
  readonly used = new Set<number>();
  reserved = 0;

  /** `choose` gives whole numbers; they decide where the next search for free clusters starts and how much is given. */
  constructor(clusterRatio: number, clusters: number, choose: () => number) {
    this.#ratio = clusterRatio;
    this.#limit = clusters;
    this.#choose = choose;
  }

  asAllocator(): BlockAllocator {
    const refuse = (): never => {
      throw new Error('the mapping does not ask for this');
    };
    return {
      allocate: ({ length }) => this.#take(length / this.#ratio),
      allocateMetadata: (_owner, _goal, _flags, length) => this.#take(length),
      free: (_owner, physical, length, flags) => {
        this.#free(physical, length, flags);
      },
      discardPreallocations: () => undefined,
      reserveDelayed: (clusters) => {
        if (this.used.size + this.reserved + clusters > this.#limit) return false;
        this.reserved += clusters;
        return true;
      },
      releaseDelayed: (clusters) => {
        this.reserved -= clusters;
      },
      rereserve: (clusters) => {
        this.reserved += clusters;
      },
      committed: refuse,
      freeClusters: 0,
      freeClustersRead: 0,
      dirtyClusters: 0,
      dirtyClustersRead: 0,
      pendingClusters: 0,
      freeClustersOfGroup: refuse,
      freeClustersOfFlexGroup: refuse,
      initialiseBlockBitmap: refuse,
      initialiseAllBuddies: refuse,
      initialiseBuddiesWithFreeClusters: refuse,
      hasFreeClusters: refuse,
    };
  }

  #take(wanted: number): { physical: number; length: number } {
    if (this.used.size >= this.#limit) throw new Refused('ENOSPC', 'the fake allocator is full');
    // Block 0 is never free in ext4, and means a hole in a block map.
    const places = this.#limit * 2;
    let first = 1 + (this.#choose() % places);
    while (this.used.has(first)) first = 1 + (first % places);
    const most = 1 + (this.#choose() % wanted);
    let count = 0;
    while (count < most && !this.used.has(first + count) && this.used.size < this.#limit) {
      this.used.add(first + count);
      count += 1;
    }
    return { physical: first * this.#ratio, length: count * this.#ratio };
  }

  #free(physical: number, length: number, flags: number): void {
    let first = physical / this.#ratio;
    let end = (physical + length) / this.#ratio;
    first = flags & freeFlags.noFreeFirstCluster ? Math.ceil(first) : Math.floor(first);
    end = flags & freeFlags.noFreeLastCluster ? Math.floor(end) : Math.ceil(end);
    for (let cluster = first; cluster < end; cluster++) {
      if (!this.used.delete(cluster)) throw new Error(`cluster ${String(cluster)} is freed but not in use`);
    }
  }
}

/** A mount around an allocator, with delayed allocation. */
export function fakeMount(geometry: Geometry, allocator: BlockAllocator): Mount {
  return { geometry, allocator, machine: sampleMachine(), options: sampleOptions() };
}
