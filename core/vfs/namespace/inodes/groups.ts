import { DamagedImage, type Volume } from '../../../ext4/index.ts';
import { InodeBitmap } from './bitmap.ts';
import { PercpuCounter } from '../../../mballoc/index.ts';

/** Where descriptors and bitmaps are read from. */
export type InodeSource = Pick<Volume, 'geometry' | 'descriptor' | 'inodeBitmap'>;

/**
 * The inodes of all groups: what descriptors and bitmaps say, and the sums that the kernel keeps in memory
 * (s_freeinodes_counter, s_dirs_counter, s_flex_groups). Bitmaps are read when first needed.
 */
export class InodeGroups {
  readonly #volume: InodeSource;
  readonly #cpus: number;
  readonly #freeInodes: Int32Array;
  readonly #usedDirectories: Int32Array;
  readonly #unusedInodes: Int32Array;
  readonly #uninitialised: Uint8Array;
  readonly #flexFreeInodes: Int32Array;
  readonly #flexUsedDirectories: Int32Array;
  readonly #bitmaps = new Map<number, InodeBitmap>();
  #freeInodesCounter: PercpuCounter;
  #directoriesCounter: PercpuCounter;

  constructor(volume: InodeSource, cpus: number) {
    const { groupCount, flexSize } = volume.geometry;
    const flexCount = Math.ceil(groupCount / flexSize);
    this.#volume = volume;
    this.#cpus = cpus;
    this.#freeInodes = new Int32Array(groupCount);
    this.#usedDirectories = new Int32Array(groupCount);
    this.#unusedInodes = new Int32Array(groupCount);
    this.#uninitialised = new Uint8Array(groupCount);
    this.#flexFreeInodes = new Int32Array(flexCount);
    this.#flexUsedDirectories = new Int32Array(flexCount);
    for (let group = 0; group < groupCount; group++) this.#readDescriptor(group);
    [this.#freeInodesCounter, this.#directoriesCounter] = this.#sums();
  }

  get count(): number {
    return this.#freeInodes.length;
  }

  get inodesPerGroup(): number {
    return this.#volume.geometry.inodesPerGroup;
  }

  get flexSize(): number {
    return this.#volume.geometry.flexSize;
  }

  /** s_freeinodes_counter as the search reads it. */
  get freeInodesRead(): number {
    return this.#freeInodesCounter.read;
  }

  /** s_dirs_counter as the search reads it. */
  get directoriesRead(): number {
    return this.#directoriesCounter.read;
  }

  /** Free inodes of the whole filesystem. */
  get freeInodesTotal(): number {
    return this.#freeInodesCounter.sum;
  }

  freeInodes(group: number): number {
    return this.#freeInodes[group];
  }

  usedDirectories(group: number): number {
    return this.#usedDirectories[group];
  }

  flexFreeInodes(flex: number): number {
    return this.#flexFreeInodes[flex];
  }

  flexUsedDirectories(flex: number): number {
    return this.#flexUsedDirectories[flex];
  }

  /** Inodes at the end of a group's table that were never used (bg_itable_unused). */
  unusedInodes(group: number): number {
    return this.#unusedInodes[group];
  }

  bitmap(group: number): InodeBitmap {
    const known = this.#bitmaps.get(group);
    if (known !== undefined) return known;
    const bitmap = new InodeBitmap(this.#volume.inodeBitmap(group).slice(), this.inodesPerGroup);
    this.#bitmaps.set(group, bitmap);
    return bitmap;
  }

  /** Books an inode whose bit was found free (the second half of __ext4_new_inode()). */
  take(group: number, bit: number, isDirectory: boolean): void {
    this.bitmap(group).take(bit);
    const { inodesPerGroup } = this;
    const inUse = this.#uninitialised[group] === 1 ? 0 : inodesPerGroup - this.#unusedInodes[group];
    this.#uninitialised[group] = 0;
    if (bit + 1 > inUse) this.#unusedInodes[group] = inodesPerGroup - (bit + 1);
    this.#count(group, -1, isDirectory ? 1 : 0);
  }

  /** Gives an inode back; it can be taken again at once, with a journal too (ext4_free_inode()). */
  release(group: number, bit: number, isDirectory: boolean): void {
    const bitmap = this.bitmap(group);
    if (!bitmap.isTaken(bit)) {
      throw this.damaged(group, `inode ${group * this.inodesPerGroup + bit + 1} is in use but marked free`);
    }
    bitmap.release(bit);
    this.#count(group, 1, isDirectory ? -1 : 0);
  }

  /** The error for an inode bitmap that contradicts what else is known of its group. */
  damaged(group: number, what: string): DamagedImage {
    return new DamagedImage(
      `inode bitmap of group ${group}`,
      this.#volume.descriptor(group).inodeBitmap,
      what,
    );
  }

  /** A mount counts the descriptors anew: nothing lags behind any more. */
  remounted(): void {
    [this.#freeInodesCounter, this.#directoriesCounter] = this.#sums();
  }

  #count(group: number, freeInodes: number, directories: number): void {
    const flex = Math.floor(group / this.flexSize);
    this.#freeInodes[group] += freeInodes;
    this.#usedDirectories[group] += directories;
    this.#flexFreeInodes[flex] += freeInodes;
    this.#flexUsedDirectories[flex] += directories;
    this.#freeInodesCounter.add(freeInodes);
    if (directories !== 0) this.#directoriesCounter.add(directories);
  }

  #readDescriptor(group: number): void {
    const descriptor = this.#volume.descriptor(group);
    this.#freeInodes[group] = descriptor.freeInodes;
    this.#usedDirectories[group] = descriptor.usedDirectories;
    this.#unusedInodes[group] = descriptor.unusedInodes;
    this.#uninitialised[group] = descriptor.inodeUninit ? 1 : 0;
    const flex = Math.floor(group / this.flexSize);
    this.#flexFreeInodes[flex] += descriptor.freeInodes;
    this.#flexUsedDirectories[flex] += descriptor.usedDirectories;
  }

  #sums(): [freeInodes: PercpuCounter, directories: PercpuCounter] {
    const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0);
    return [
      new PercpuCounter(sum(this.#freeInodes), this.#cpus),
      new PercpuCounter(sum(this.#usedDirectories), this.#cpus),
    ];
  }
}
