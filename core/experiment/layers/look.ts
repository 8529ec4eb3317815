import type { Geometry, Volume } from '../../ext4/index.ts';
import { buddiesOfRun, type SeenGroup, type SeenPreallocation, type SeenRun } from '../../mballoc/index.ts';
import type { Inode, MountedFilesystem } from '../../vfs/index.ts';
import type { PlanObserver } from '../execute.ts';
import type { PhysicalRange } from '../outcome.ts';
import { addFreeOnDisk, addWithin, groupsWithin } from './before.ts';
import { CellList } from './cells.ts';
import { groupColumns } from './columns.ts';
import { groupNumbers } from './groups.ts';

/** What is wanted of the volume, at one moment of a plan (core/experiment/replay). */
export interface LayersWanted {
  readonly moment: number;
  /** Ascending and apart. */
  readonly ranges: readonly PhysicalRange[];
  /** What is smaller than so many blocks may be told together. */
  readonly grainBlocks: number;
  /** Buddies, preallocations and groups that are told at most, each. */
  readonly itemsMax: number;
}

/** What the allocator knows of a part of the volume. Cells are flat: first block, length, free blocks of it. */
export interface Layers {
  /** Free on disk before the plan. */
  readonly before: readonly number[];
  /** Free in the buddies at the moment. */
  readonly after: readonly number[];
  /** Freed, and waiting for a commit. */
  readonly waiting: readonly number[];
  /** First block and order of free buddies, of at least two grains where a grain is more than a block. */
  readonly buddies: readonly number[];
  readonly preallocations: readonly LayerPreallocation[];
  /** The groups that the ranges touch, each as a whole and in numbers: flat, as {@link groupColumns} says. */
  readonly groups: readonly number[];
  /** Buddies, preallocations and groups that were too many. */
  readonly untold: number;
}

export interface LayerPreallocation {
  readonly for: 'file' | 'small-files';
  /** The plan's name; empty where the plan has none for it. */
  readonly file: string;
  readonly ino: number;
  readonly logical: number | null;
  readonly physical: number;
  /** In blocks. */
  readonly length: number;
}

/**
 * Looks at the allocator's memory behind so many steps of a plan, or at its end where there are not so many: what comes
 * behind the moment may as well be left out of the plan.
 */
export class LayersLook implements PlanObserver {
  readonly #wanted: LayersWanted;
  readonly #volume: Volume;
  #steps = 0;
  #layers: Layers | null = null;

  /** `volume` is at rest, as it was before the plan. */
  constructor(volume: Volume, wanted: LayersWanted) {
    this.#volume = volume;
    this.#wanted = wanted;
  }

  /** Null where the kernel went down before. */
  get layers(): Layers | null {
    return this.#layers;
  }

  beforeStep(): void {
    this.#steps++;
  }

  afterStep(
    fs: MountedFilesystem,
    _step: unknown,
    _record: unknown,
    _inode: Inode | null,
    files: Iterable<[string, Inode]>,
  ): void {
    if (this.#steps === this.#wanted.moment) this.#layers = this.#look(fs, files);
  }

  atEnd(fs: MountedFilesystem, files: Iterable<[string, Inode]>): void {
    this.#layers ??= this.#look(fs, files);
  }

  #look(fs: MountedFilesystem, files: Iterable<[string, Inode]>): Layers {
    const { ranges, grainBlocks, itemsMax } = this.#wanted;
    const before = new CellList(grainBlocks);
    addFreeOnDisk(before, this.#volume, ranges);
    const names = new Map([...files].map(([name, { ino }]) => [ino, name]));
    const view = new LayersView(this.#volume, names, grainBlocks, itemsMax);
    for (const range of ranges) {
      for (const group of groupsWithin(fs.geometry, range)) view.add(range, group, fs);
    }
    return { before: before.finish(), ...view.finish() };
  }
}

/** Collects what is seen of the groups, range by range. */
class LayersView {
  readonly #volume: Volume;
  readonly #geometry: Geometry;
  readonly #names: ReadonlyMap<number, string>;
  readonly #grain: number;
  readonly #itemsMax: number;
  readonly #after: CellList;
  readonly #waiting: CellList;
  readonly #buddies: number[] = [];
  readonly #preallocations: LayerPreallocation[] = [];
  readonly #groups: number[] = [];
  #lastGroup = -1;
  #untold = 0;

  constructor(volume: Volume, names: ReadonlyMap<number, string>, grainBlocks: number, itemsMax: number) {
    this.#volume = volume;
    this.#geometry = volume.geometry;
    this.#names = names;
    this.#grain = grainBlocks;
    this.#itemsMax = itemsMax;
    this.#after = new CellList(grainBlocks);
    this.#waiting = new CellList(grainBlocks);
  }

  add(range: PhysicalRange, group: number, { allocator }: Pick<MountedFilesystem, 'allocator'>): void {
    const { clusterRatio } = this.#geometry;
    const seen = allocator.look(group);
    for (const run of seen.free) {
      addWithin(this.#after, range, run.physical, run.clusters * clusterRatio);
      this.#addBuddies(range, group, run);
    }
    for (const { physical, clusters } of seen.waiting) {
      addWithin(this.#waiting, range, physical, clusters * clusterRatio);
    }
    for (const one of seen.preallocations) this.#addPreallocation(range, one);
    this.#addGroup(group, seen);
  }

  finish(): Omit<Layers, 'before'> {
    return {
      after: this.#after.finish(),
      waiting: this.#waiting.finish(),
      buddies: this.#buddies,
      preallocations: this.#preallocations,
      groups: this.#groups,
      untold: this.#untold,
    };
  }

  #addBuddies(range: PhysicalRange, group: number, run: SeenRun): void {
    const { firstDataBlock, blocksPerGroup, clusterRatio, blockSizeBits } = this.#geometry;
    const groupStart = firstDataBlock + group * blocksPerGroup;
    const first = (run.physical - groupStart) / clusterRatio;
    for (const [cluster, order] of buddiesOfRun(first, run.clusters, blockSizeBits + 2)) {
      const physical = groupStart + cluster * clusterRatio;
      const length = 2 ** order * clusterRatio;
      const isTooSmall = this.#grain > 1 && length < 2 * this.#grain;
      if (isTooSmall || !meets(range, physical, length)) continue;
      if (this.#buddies.length < 2 * this.#itemsMax) this.#buddies.push(physical, order);
      else this.#untold++;
    }
  }

  /** Ranges ascend: a group that several of them touch comes several times in a row. */
  #addGroup(group: number, seen: SeenGroup): void {
    if (group === this.#lastGroup) return;
    this.#lastGroup = group;
    if (this.#groups.length < groupColumns.length * this.#itemsMax)
      this.#groups.push(...groupNumbers(this.#volume, group, seen));
    else this.#untold++;
  }

  #addPreallocation(
    range: PhysicalRange,
    { kind, ino, logical, physical, clusters }: SeenPreallocation,
  ): void {
    const length = clusters * this.#geometry.clusterRatio;
    if (!meets(range, physical, length)) return;
    if (this.#preallocations.length >= this.#itemsMax) {
      this.#untold++;
      return;
    }
    const whose = kind === 'inode' ? 'file' : 'small-files';
    this.#preallocations.push({
      for: whose,
      file: this.#names.get(ino) ?? '',
      ino,
      logical,
      physical,
      length,
    });
  }
}

function meets(range: PhysicalRange, physical: number, length: number): boolean {
  return physical < range.physical + range.length && physical + length > range.physical;
}
