import { assert } from '../../assert.ts';
import { NotModelled } from '../../errno.ts';
import { getBlocks, type BlockMapping, type Mapped } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import type { MappingBehaviour } from './behaviour.ts';
import { mapDelayed } from './delayed.ts';
import type { BlockFile, ExtentFile, MappedFile, Mount } from './file.ts';
import { emptyBlockMap, type BlockMap } from './indirect/block-map.ts';
import { removeIndirectRange } from './indirect/remove-range.ts';
import { truncateIndirect } from './indirect/truncate.ts';
import { maxBlocks, maxExtentFileBytes, maxIndirectFileBytes } from './limits.ts';
import { blockMapFromDisk, treeFromDisk, type MappingLoader } from './load.ts';
import { mapBlocks } from './map-blocks.ts';
import { removeSpace } from './remove/remove-space.ts';
import { answerOf, MapRequest } from './request.ts';
import { insertionStart, shiftExtents, splitForInsertion } from './shift.ts';
import { PendingClusters } from './status/pending.ts';
import { forgetStatus, recordStatus } from './status/reservation.ts';
import { StatusTree } from './status/status-tree.ts';
import { emptyRoot, type TreeNode } from './tree/node.ts';

type FileExtent = ReturnType<BlockMapping['extents']>[number];

/** {@link BlockMapping} over extent trees and block maps held in memory, read from disk at an inode's first use. */
export class InodeMapping implements BlockMapping {
  readonly #mount: Mount;
  readonly #loader: MappingLoader;
  readonly #behaviour: MappingBehaviour;

  constructor(mount: Mount, loader: MappingLoader, behaviour: MappingBehaviour) {
    this.#mount = mount;
    this.#loader = loader;
    this.#behaviour = behaviour;
  }

  map(inode: Inode, logical: number, length: number, flags: number): Mapped {
    const request = new MapRequest(logical, length);
    mapBlocks(this.#fileOf(inode), request, flags);
    return answerOf(request);
  }

  mapDelayed(inode: Inode, logical: number, length: number): Mapped {
    const request = new MapRequest(logical, length);
    mapDelayed(this.#fileOf(inode), request);
    return answerOf(request);
  }

  truncate(inode: Inode, from: number): void {
    const file = this.#fileOf(inode);
    if (file.kind === 'blocks') {
      truncateIndirect(file, from);
      return;
    }
    forgetStatus(file, from, maxBlocks - from);
    removeSpace(file, from, maxBlocks - 1);
  }

  removeRange(inode: Inode, from: number, to: number): void {
    if (to <= from) return;
    const file = this.#fileOf(inode);
    forgetStatus(file, from, to - from);
    if (file.kind === 'extents') removeSpace(file, from, to - 1);
    else removeIndirectRange(file, from, to);
    if (this.#behaviour.punchedHoles === 'cached') recordStatus(file, from, to - from, 0, 'hole');
  }

  forgetDelayed(inode: Inode, from: number, length: number): void {
    forgetStatus(this.#fileOf(inode), from, length);
  }

  /** fs/ext4/extents.c: ext4_convert_unwritten_extents(). */
  convertUnwritten(inode: Inode, from: number, length: number): void {
    const file = this.#fileOf(inode);
    for (let done = 0; done < length;) {
      const request = new MapRequest(from + done, length - done);
      const mapped = mapBlocks(file, request, getBlocks.ioConvert | getBlocks.noCache);
      assert(mapped > 0, 'finished writes have blocks');
      done += mapped;
    }
  }

  shift(inode: Inode, from: number, by: number, direction: 'left' | 'right'): void {
    const file = this.#extentFileOf(inode);
    const start = direction === 'left' ? from : insertionStart(file, from);
    const changed = direction === 'left' ? from - by : from;
    forgetStatus(file, changed, maxBlocks - changed);
    shiftExtents(file, start, by, direction);
  }

  splitAt(inode: Inode, at: number): void {
    splitForInsertion(this.#extentFileOf(inode), at);
  }

  /** The walk of iomap_fiemap() over ext4_iomap_begin_report(), with what continues merged. */
  extents(inode: Inode): FileExtent[] {
    const file = this.#fileOf(inode);
    const { blockSizeBytes } = this.#mount.geometry;
    const end = Math.min(Math.ceil(this.maxSizeBytes(inode) / blockSizeBytes), maxBlocks);
    const extents: FileExtent[] = [];
    for (let logical = 0; logical < end;) {
      const request = new MapRequest(logical, end - logical);
      mapBlocks(file, request, 0);
      const { state, physical, length } = answerOf(request);
      assert(state !== 'delayed', 'delayed blocks are written before the layout is read');
      if (state !== 'hole') append(extents, { logical, physical, length, state });
      logical += length;
    }
    return extents;
  }

  present(inode: Inode, from: number, to: number): FileExtent[] {
    const file = this.#fileOf(inode);
    const extents: FileExtent[] = [];
    if (file.kind === 'extents') collect(file.root, from, to, extents);
    return extents;
  }

  createEmpty(inode: Inode): void {
    const before = inode.mapping as MappedFile | null | undefined;
    // A file whose inline data moves out into blocks keeps what is delayed already.
    inode.mapping = this.#emptyFile(inode, before);
  }

  reservedClusters(inode: Inode): number {
    return this.#fileOf(inode).reservedClusters;
  }

  remounted(inode: Inode): void {
    if (inode.mapping === null || inode.mapping === undefined) return;
    const file = this.#fileOf(inode);
    file.status.clear();
    // Delayed data that found no room is lost with the inode's memory (ext4_clear_inode()).
    file.pending.removeRange(0, Infinity);
    file.reservedClusters = 0;
    if (file.kind === 'extents') forgetBuffers(file.root);
  }

  maxSizeBytes(inode: Inode): number {
    const { geometry } = this.#mount;
    return inode.usesExtents ? maxExtentFileBytes(geometry) : maxIndirectFileBytes(geometry);
  }

  /** The inode's own extent tree, for those who show or check it. */
  treeOf(inode: Inode): TreeNode {
    return this.#extentFileOf(inode).root;
  }

  #fileOf(inode: Inode): MappedFile {
    inode.mapping ??= this.#load(inode);
    const file = inode.mapping as MappedFile;
    if (!inode.inlineData && (file.kind === 'extents') !== inode.usesExtents) {
      throw new NotModelled(`inode ${String(inode.ino)} changed its kind of mapping while in use`);
    }
    return file;
  }

  #extentFileOf(inode: Inode): ExtentFile {
    const file = this.#fileOf(inode);
    assert(file.kind === 'extents', 'only files with extents are shifted');
    return file;
  }

  #load(inode: Inode): MappedFile {
    if (inode.inlineData) return this.#emptyFile(inode);
    return inode.usesExtents
      ? this.#extentFile(inode, treeFromDisk(this.#loader.extentTree(inode.ino)))
      : this.#blockFile(inode, blockMapFromDisk(this.#loader.indirectMap(inode.ino)));
  }

  #emptyFile(inode: Inode, before?: MappedFile | null): MappedFile {
    return inode.usesExtents
      ? this.#extentFile(inode, emptyRoot(), before)
      : this.#blockFile(inode, emptyBlockMap(), before);
  }

  #extentFile(inode: Inode, root: TreeNode, before?: MappedFile | null): ExtentFile {
    return { ...this.#common(inode, before), kind: 'extents', root };
  }

  #blockFile(inode: Inode, map: BlockMap, before?: MappedFile | null): BlockFile {
    return { ...this.#common(inode, before), kind: 'blocks', map };
  }

  /** What a file keeps in memory however it is mapped; it goes on from `before`, where that is given. */
  #common(inode: Inode, before?: MappedFile | null): Omit<ExtentFile, 'kind' | 'root'> {
    return {
      mount: this.#mount,
      behaviour: this.#behaviour,
      inode,
      status: before?.status ?? new StatusTree(),
      pending: before?.pending ?? new PendingClusters(),
      reservedClusters: before?.reservedClusters ?? 0,
    };
  }
}

function append(extents: FileExtent[], next: FileExtent): void {
  const last = extents.at(-1);
  const continues =
    last !== undefined &&
    last.state === next.state &&
    last.logical + last.length === next.logical &&
    last.physical + last.length === next.physical;
  if (continues) last.length += next.length;
  else extents.push(next);
}

function collect(node: TreeNode, from: number, to: number, into: FileExtent[]): void {
  for (const { child } of node.children) collect(child, from, to, into);
  for (const { logical, length, physical, unwritten } of node.extents) {
    const start = Math.max(logical, from);
    const end = Math.min(logical + length, to);
    if (start >= end) continue;
    const state = unwritten ? 'unwritten' : 'written';
    append(into, { logical: start, physical: physical + start - logical, length: end - start, state });
  }
}

function forgetBuffers(node: TreeNode): void {
  node.verified = node.physical === null;
  for (const { child } of node.children) forgetBuffers(child);
}
