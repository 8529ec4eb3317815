import { Refused } from '../../../core/errno.ts';
import type { Geometry } from '../../../core/ext4/geometry.ts';
import type { AllocationRequest, BlockAllocator } from '../../../core/mballoc/request.ts';
import { linux618 } from '../../../core/mballoc/index.ts';
import type { DataBehaviour } from '../../../core/vfs/data/behaviour.ts';
import type { DirectWriteBehaviour } from '../../../core/vfs/data/direct-behaviour.ts';
import { createJournal } from '../../../core/vfs/journal.ts';
import { createMapping } from '../../../core/vfs/mapping/index.ts';
import type { Filesystem, Machine, MountOptions } from '../../../core/vfs/filesystem.ts';
import type { Inode } from '../../../core/vfs/inode.ts';
import { sampleGeometry, sampleMachine, sampleOptions } from '../sample-filesystem.ts';
import { fakeInode } from '../mapping/fakes.ts';

interface BenchSettings {
  readonly geometry?: Partial<Geometry>;
  readonly options?: Partial<MountOptions>;
  readonly machine?: Partial<Machine>;
  /** Blocks that can be taken before the filesystem is full. */
  readonly blocks?: number;
  readonly journalBlocks?: number | null;
  readonly maxInlineBytes?: number;
  readonly behaviour?: Partial<DataBehaviour>;
  readonly directWrites?: Partial<DirectWriteBehaviour>;
}

/**
 * The data paths over the real mapping and journal, and an allocator that gives the blocks in their order: what it was
 * asked for, and when, is what the tests look at.
 */
export class Bench {
  readonly fs: Filesystem;
  readonly allocator: OrderlyAllocator;

  constructor(settings: BenchSettings = {}) {
    const { blocks = 1_000_000, journalBlocks = 30_000, maxInlineBytes = 0 } = settings;
    this.allocator = new OrderlyAllocator(blocks);
    const sample = sampleGeometry(settings.geometry);
    const features = { ...sample.features, hasJournal: journalBlocks !== null };
    const geometry = { ...sample, features };
    const options = sampleOptions(settings.options);
    const machine = sampleMachine(settings.machine);
    const allocator = this.allocator.asAllocator();
    const onDisk = (): never => {
      throw new Error('every inode here is new');
    };
    this.fs = {
      geometry,
      options,
      machine,
      allocator,
      journal: createJournal(journalBlocks, allocator),
      mapping: createMapping(
        { geometry, options, machine, allocator },
        { extentTree: onDisk, indirectMap: onDisk },
        linux618.mapping,
      ),
      namespace: {
        create: onDisk,
        makeDirectory: onDisk,
        lookup: onDisk,
        unlink: onDisk,
        freeInode: () => undefined,
        inode: onDisk,
        loaded: () => this.#inodes,
        maxInlineBytes: () => maxInlineBytes,
      },
      source: { sizeBytes: 0, read: onDisk },
      directWrites: { ...linux618.directWrites, ...settings.directWrites },
      behaviour: { ...linux618.data, ...settings.behaviour },
      warn: () => undefined,
    };
  }

  readonly #inodes: Inode[] = [];

  file(change: Partial<Inode> = {}): Inode {
    const inode = { ...fakeInode(change.usesExtents ?? true), ...change };
    this.fs.mapping.createEmpty(inode);
    this.#inodes.push(inode);
    return inode;
  }

  /** First logical block and length of what was asked for since the last call, data only. */
  asked(): [number, number][] {
    return this.allocator.requests
      .splice(0)
      .map(({ logical, length }): [number, number] => [logical, length]);
  }

  /** The file's layout, as `state first+count`. */
  layout(inode: Inode): string[] {
    return this.fs.mapping
      .extents(inode)
      .map(({ logical, length, state }) => `${state} ${String(logical)}+${String(length)}`);
  }
}

/** Gives the next blocks, all that are asked for, until its limit; freed blocks count again after a commit. */
class OrderlyAllocator {
  readonly requests: AllocationRequest[] = [];
  discards = 0;
  commits = 0;
  free: number;
  reserved = 0;
  #next = 1000;
  #pending = 0;

  constructor(blocks: number) {
    this.free = blocks;
  }

  asAllocator(): BlockAllocator {
    const unasked = (): never => {
      throw new Error('the data paths do not ask for this');
    };
    const pending = () => this.#pending;
    const free = () => this.free;
    const reserved = () => this.reserved;
    return {
      allocate: (request) => {
        this.requests.push(request);
        return this.#take(request.length);
      },
      allocateMetadata: (_owner, _goal, _flags, length) => this.#take(length),
      free: (_owner, _physical, length) => {
        this.#pending += length;
      },
      discardPreallocations: () => {
        this.discards++;
      },
      committed: () => {
        this.commits++;
        this.free += this.#pending;
        const any = this.#pending > 0;
        this.#pending = 0;
        return any;
      },
      reserveDelayed: (clusters) => {
        if (this.reserved + clusters > this.free) return false;
        this.reserved += clusters;
        return true;
      },
      releaseDelayed: (clusters) => {
        this.reserved -= clusters;
      },
      rereserve: (clusters) => {
        this.reserved += clusters;
      },
      get freeClusters() {
        return free();
      },
      get freeClustersRead() {
        return free();
      },
      get dirtyClusters() {
        return reserved();
      },
      get dirtyClustersRead() {
        return reserved();
      },
      get pendingClusters() {
        return pending();
      },
      // Descriptors count what was freed at once; the buddies wait for the commit.
      freeClustersOfGroup: (group) => (group === 0 ? this.free + this.#pending : 0),
      freeClustersOfFlexGroup: unasked,
      initialiseBlockBitmap: unasked,
      initialiseAllBuddies: unasked,
      initialiseBuddiesWithFreeClusters: unasked,
      hasFreeClusters: (clusters) => this.free - this.reserved >= clusters,
    };
  }

  #take(wanted: number): { physical: number; length: number } {
    const length = Math.min(wanted, this.free);
    if (length === 0) throw new Refused('ENOSPC', 'all blocks are taken');
    const physical = this.#next;
    this.#next += length;
    this.free -= length;
    return { physical, length };
  }
}
