import { Refused } from '../../../core/errno.ts';
import type { Geometry } from '../../../core/ext4/index.ts';
import {
  freeFlags,
  type Allocated,
  type AllocationRequest,
  type BlockAllocator,
} from '../../../core/mballoc/request.ts';
import type { AllocateEvent, FreeEvent, MappingEvent, RequestEvent } from './on-kernel.ts';

/** The mirror asked for something else than the kernel did, or in another order. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/** An allocator that gives what the kernel's gave, as long as it is asked for the same in the same order. */
export class RecordedAllocator implements BlockAllocator {
  readonly #geometry: Geometry;
  readonly #ino: number;
  #events: MappingEvent[] = [];
  /** Clusters promised to delayed blocks. */
  reserved = 0;
  /** Requests that were compared. */
  requests = 0;
  readonly freeClusters = 0;
  readonly dirtyClusters = 0;
  readonly dirtyClustersRead = 0;
  readonly pendingClusters = 0;
  // Far from full: what a full filesystem answers comes from the recording.
  readonly freeClustersRead = 1e9;

  constructor(geometry: Geometry, ino: number) {
    this.#geometry = geometry;
    this.#ino = ino;
  }

  /** The events of the step that comes now. */
  begin(events: readonly MappingEvent[]): void {
    this.#events = [...events];
  }

  /** Throws unless the mirror asked for everything that the kernel asked for. */
  end(): void {
    const [left] = this.#events;
    if (left !== undefined) throw new Diverged(`only the kernel: ${JSON.stringify(left)}`);
  }

  allocate(request: AllocationRequest): Allocated {
    const { logical, goal, flags } = request;
    return this.#ask({
      event: 'ext4_request_blocks',
      ino: this.#ino,
      len: request.length / this.#geometry.clusterRatio,
      logical,
      lleft: request.leftLogical,
      lright: request.rightLogical,
      goal,
      pleft: request.leftPhysical,
      pright: request.rightPhysical,
      flags,
    });
  }

  allocateMetadata(_owner: unknown, goal: number, flags: number, length: number): Allocated {
    const nothing = { logical: 0, lleft: 0, lright: 0, pleft: 0, pright: 0 };
    const event = 'ext4_request_blocks';
    return this.#ask({ event, ino: this.#ino, len: length, goal, flags, ...nothing });
  }

  free(_owner: unknown, block: number, count: number, flags: number): void {
    const event = 'ext4_free_blocks';
    this.#expect({ event, ino: this.#ino, block, count, flags: flags | freeFlags.validated });
  }

  reserveDelayed(clusters: number): boolean {
    this.reserved += clusters;
    return true;
  }

  releaseDelayed(clusters: number): void {
    this.reserved -= clusters;
  }

  rereserve(clusters: number): void {
    this.reserved += clusters;
  }

  discardPreallocations(): void {
    return;
  }

  committed(): boolean {
    return false;
  }

  /** ext4_should_retry_alloc(): the kernel tried again if it asked again. */
  hasFreeClusters(): boolean {
    return this.#events[0]?.event === 'ext4_request_blocks';
  }

  freeClustersOfGroup(): number {
    return 0;
  }

  freeClustersOfFlexGroup(): number {
    return 0;
  }

  initialiseBlockBitmap(): void {
    return;
  }

  initialiseAllBuddies(): void {
    return;
  }

  initialiseBuddiesWithFreeClusters(): void {
    return;
  }

  #ask(request: RequestEvent): Allocated {
    this.#expect(request);
    this.requests += 1;
    const [answer] = this.#events;
    const isAnswer = answer?.event === 'ext4_allocate_blocks';
    if (isAnswer) this.#events.shift();
    if (!isAnswer || answer.block === 0) throw new Refused('ENOSPC', 'the kernel found no space');
    return allocated(answer, this.#geometry);
  }

  #expect(wanted: RequestEvent | FreeEvent): void {
    const kernel = this.#events.shift();
    const mirror = JSON.stringify(sorted(wanted));
    const seen = kernel === undefined ? 'nothing more' : JSON.stringify(sorted(kernel));
    if (mirror !== seen) throw new Diverged(`mirror ${mirror}, kernel ${seen}`);
  }
}

function allocated(answer: AllocateEvent, geometry: Geometry): Allocated {
  return { physical: answer.block, length: answer.len * geometry.clusterRatio };
}

function sorted(event: MappingEvent): [string, unknown][] {
  return Object.entries(event).sort(([one], [other]) => (one < other ? -1 : 1));
}
