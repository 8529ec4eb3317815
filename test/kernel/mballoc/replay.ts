import { Refused } from '../../../core/errno.ts';
import {
  type AllocationOwner,
  hints,
  type KernelEvent,
  type MultiblockAllocator,
  type TraceEvent,
} from '../../../core/mballoc/index.ts';
import type { Geometry } from '../../../core/ext4/index.ts';
import type { Recorded } from './parse.ts';

export interface FileFacts {
  readonly sizeBytes: number;
  readonly openWriters: number;
}

export const emptyOpenFile: FileFacts = { sizeBytes: 0, openWriters: 1 };

/** Nothing is known yet. */
export const noFacts: StepFacts = {
  files: new Map(),
  newFiles: emptyOpenFile,
  growsToBytes: null,
  writesToBytes: null,
};

/** What was so when a step began, as far as the allocator looks at it. */
export interface StepFacts {
  /** Size and writers of files by inode number. */
  readonly files: ReadonlyMap<number, FileFacts>;
  /** The same of files that the step itself makes. */
  readonly newFiles: FileFacts;
  /** The size follows what is allocated up to this (fallocate without keep-size, buffered writes); null otherwise. */
  readonly growsToBytes: number | null;
  /** Where a write ends: the size once its data is delayed (a direct write first flushes what was delayed before). */
  readonly writesToBytes: number | null;
}

export interface Difference {
  /** Place in the recording. */
  readonly at: number;
  readonly kernel: KernelEvent | null;
  readonly mirror: KernelEvent | null;
}

class ReplayedOwner implements AllocationOwner {
  readonly ino: number;
  readonly usesExtents: boolean;
  isRegular = false;
  sizeBytes = 0;
  openWriters = 0;
  preallocations: unknown = null;

  constructor(ino: number, usesExtents: boolean) {
    this.ino = ino;
    this.usesExtents = usesExtents;
  }
}

/**
 * Gives the mirror every request that the kernel's allocator got, in the same order, and lays its events beside the
 * recorded ones. The first difference ends it; null when there is none.
 */
export class Replay {
  readonly #geometry: Geometry;
  readonly #makeAllocator: (trace: (event: TraceEvent) => void) => MultiblockAllocator;
  readonly #steps: readonly StepFacts[];
  readonly #owners = new Map<number, ReplayedOwner>();
  readonly #expected: KernelEvent[] = [];
  #facts = noFacts;
  #hasReserved = false;
  readonly allocator: MultiblockAllocator;
  /** Requests that were compared. */
  requests = 0;

  constructor(
    geometry: Geometry,
    steps: readonly StepFacts[],
    makeAllocator: (trace: (event: TraceEvent) => void) => MultiblockAllocator,
  ) {
    this.#geometry = geometry;
    this.#steps = steps;
    this.#makeAllocator = makeAllocator;
    this.allocator = this.#makeAllocator((event) => {
      if (isKernelEvent(event)) this.#expected.push(event);
    });
  }

  run(recorded: readonly Recorded[]): Difference | null {
    for (const [at, record] of recorded.entries()) {
      const difference = record.kind === 'event' ? this.#compare(at, record.event) : this.#tell(record);
      if (difference !== null) return difference;
    }
    const left = this.#expected.shift();
    return left === undefined ? null : { at: recorded.length, kernel: null, mirror: left };
  }

  #tell(record: Exclude<Recorded, { kind: 'event' }>): null {
    switch (record.kind) {
      case 'marker':
        this.#facts = this.#steps[Number(record.text.replace('step ', ''))];
        this.#hasReserved = false;
        break;
      case 'commit-starts':
        this.allocator.commitStarts();
        break;
      case 'committed':
        this.allocator.committed();
        break;
      case 'new-inode':
        this.#owners.delete(record.ino);
        this.allocator.initialiseBlockBitmap(Math.floor((record.ino - 1) / this.#geometry.inodesPerGroup));
        break;
      case 'reserve':
        this.#hasReserved = true;
        this.allocator.reserveDelayed(record.clusters, 0);
        break;
      case 'release':
        this.allocator.releaseDelayed(record.clusters);
        break;
    }
    return null;
  }

  #compare(at: number, kernel: KernelEvent): Difference | null {
    if (this.#expected.length === 0) this.#drive(kernel);
    const mirror = this.#expected.shift() ?? null;
    return mirror !== null && sameEvent(kernel, mirror) ? null : { at, kernel, mirror };
  }

  #drive(event: KernelEvent): void {
    switch (event.event) {
      case 'ext4_request_blocks':
        this.#request(event);
        break;
      case 'ext4_free_blocks':
        this.allocator.free(this.#owner(event.ino), event.block, event.count, event.flags & ~4);
        break;
      case 'ext4_discard_preallocations': {
        const owner = this.#owner(event.ino);
        owner.isRegular = true;
        this.allocator.discardPreallocations(owner);
        break;
      }
      default:
        break;
    }
  }

  #request(event: Extract<KernelEvent, { event: 'ext4_request_blocks' }>): void {
    const owner = this.#owner(event.ino);
    if ((event.flags & hints.data) !== 0) owner.isRegular = true;
    const facts = this.#facts.files.get(event.ino) ?? this.#facts.newFiles;
    owner.sizeBytes = Math.max(facts.sizeBytes, this.#grownTo(event));
    owner.openWriters = facts.openWriters;
    this.requests++;
    try {
      this.allocator.allocate({
        owner,
        logical: event.logical,
        length: event.len * this.#geometry.clusterRatio,
        goal: event.goal,
        leftLogical: event.lleft,
        leftPhysical: event.pleft,
        rightLogical: event.lright,
        rightPhysical: event.pright,
        flags: event.flags,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** What the running step has made of the file's size so far. */
  #grownTo({ logical, flags }: Extract<KernelEvent, { event: 'ext4_request_blocks' }>): number {
    const { growsToBytes, writesToBytes } = this.#facts;
    if ((flags & hints.delallocReserved) !== 0) return this.#hasReserved ? (writesToBytes ?? 0) : 0;
    return growsToBytes === null ? 0 : Math.min(growsToBytes, logical * this.#geometry.blockSizeBytes);
  }

  #owner(ino: number): ReplayedOwner {
    let owner = this.#owners.get(ino);
    if (owner === undefined) {
      owner = new ReplayedOwner(ino, this.#geometry.features.extents);
      this.#owners.set(ino, owner);
    }
    return owner;
  }
}

function isKernelEvent(event: TraceEvent): event is KernelEvent {
  return event.event.startsWith('ext4_');
}

function sameEvent(kernel: KernelEvent, mirror: KernelEvent): boolean {
  const theirs: Readonly<Record<string, unknown>> = { ...kernel };
  const ours: Readonly<Record<string, unknown>> = { ...mirror };
  return Object.keys(theirs).every((key) => theirs[key] === ours[key]);
}
