import { NotModelled, Refused } from '../../errno.ts';
import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { firstBlock, stateOf } from './blocks.ts';
import { fileData, pagesOf } from './file-data.ts';
import { destroyInlineData } from './inline-room.ts';
import { journalsData, writesUnwrittenFirst } from './modes.ts';
import { buffer, type Folio } from './page-cache.ts';
import { invalidateBlocks } from './truncate-pages.ts';

/** struct writeback_control: which pages, and whether to wait for them (WB_SYNC_ALL). */
export interface WritebackRequest {
  readonly first: number;
  /** Last byte, Infinity for the file's end. */
  readonly last: number;
  readonly integrity: boolean;
  /** Pages to write at most (nr_to_write); only looked at without `integrity`, and to end the loop. */
  readonly pagesMost: number;
}

/** MAX_WRITEPAGES_EXTENT_LEN */
const extentBlocksMost = 2048;
/** A loop that asks again and again for blocks that do not come never ends in the kernel either. */
const barrenRoundsMost = 100;

/** ext4_writepages(): writes dirty pages, and allocates what they need. Throws Refused. */
export function writePages(fs: Filesystem, inode: Inode, request: WritebackRequest): void {
  if (!pagesOf(fs, inode).hasDirty) return;
  new Writeback(fs, inode, request).run();
}

/** ext4_do_writepages() and struct mpage_da_data. Positions are in bytes, block numbers logical. */
class Writeback {
  readonly #fs: Filesystem;
  readonly #inode: Inode;
  readonly #request: WritebackRequest;
  readonly #pageBytes: number;
  readonly #blockBytes: number;
  #pagesLeft: number;
  #start: number;
  #next: number;
  #mayMap = false;
  #scannedAll = false;
  #giveUp = false;
  #extent = { logical: 0, length: 0, flags: 0 };
  /** Folios that were dirty when writing began (PAGECACHE_TAG_TOWRITE); null without `integrity`. */
  #tagged: Set<Folio> | null = null;
  /** What the writes of one transaction convert when they are done (struct ext4_io_end_vec). */
  #finished: { offset: number; size: number }[] = [];
  #convert = false;
  readonly #conversions: { offset: number; size: number }[] = [];

  constructor(fs: Filesystem, inode: Inode, request: WritebackRequest) {
    this.#fs = fs;
    this.#inode = inode;
    this.#request = request;
    this.#pageBytes = fs.machine.pageSizeBytes;
    this.#blockBytes = fs.geometry.blockSizeBytes;
    this.#pagesLeft = request.pagesMost;
    this.#start = request.first;
    this.#next = request.first;
  }

  run(): void {
    const { integrity } = this.#request;
    if (this.#inode.inlineData) destroyInlineData(this.#fs, this.#inode);
    const canMap = !journalsData(this.#fs, this.#inode);
    if (!canMap && integrity) this.#fs.journal.syncInode(this.#inode, true);
    if (integrity) this.#tagged = new Set(this.#dirtyFolios());
    this.#prepare(canMap);
    this.#release(false);
    try {
      for (let barren = 0; !this.#scannedAll && this.#pagesLeft > 0;) {
        if (barren > barrenRoundsMost) throw new NotModelled('writeback that asks for blocks without end');
        barren = this.#writeExtent() ? 0 : barren + 1;
      }
    } finally {
      // The conversions run in a worker once the data is on disk; by then this thread has allocated all it wants.
      for (const { offset, size } of this.#conversions) this.#convertWritten(offset, size);
    }
  }

  /**
   * One round of the loop: collects an extent that needs blocks, maps it, writes what became whole. False where no block
   * was to be had, and a commit may bring some.
   */
  #writeExtent(): boolean {
    this.#mayMap = true;
    this.#giveUp = false;
    let failed: Refused | null = null;
    try {
      this.#prepare(true);
      if (this.#extent.length > 0) this.#mapAndSubmit();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed = error;
    }
    this.#mayMap = false;
    this.#release(this.#giveUp);
    if (this.#convert) this.#conversions.push(...this.#finished);
    this.#finished = [];
    this.#convert = false;
    if (!failed) return true;
    if (failed.errno !== 'ENOSPC' || !this.#fs.geometry.features.hasJournal) throw failed;
    this.#fs.journal.commit();
    return false;
  }

  /** mpage_prepare_extent_to_map() */
  #prepare(canMap: boolean): void {
    this.#extent = { logical: 0, length: 0, flags: 0 };
    this.#next = this.#start;
    this.#scannedAll = false;
    for (const folio of this.#dirtyFolios()) {
      const position = folio.index * this.#pageBytes;
      if (this.#tagged && !this.#tagged.has(folio)) continue;
      const gathered = Math.floor((this.#extent.length * this.#blockBytes) / this.#pageBytes);
      if (!this.#request.integrity && this.#pagesLeft <= gathered) return;
      if (this.#extent.length > 0 && this.#next !== position) return;
      if (this.#extent.length === 0) this.#start = position;
      this.#next = position + folio.pages * this.#pageBytes;
      if (!canMap) this.#submitWhole(folio);
      else if (!this.#addBlocks(folio, 0)) return;
    }
    this.#scannedAll = true;
  }

  /** Folios stay where they are while they are written back. */
  #dirtyFolios(): Iterable<Folio> {
    const first = Math.floor(this.#start / this.#pageBytes);
    const last =
      this.#request.last === Infinity ? Infinity : Math.floor(this.#request.last / this.#pageBytes);
    return pagesOf(this.#fs, this.#inode).dirtyInRange(first, last);
  }

  /** mpage_process_page_bufs() from a block of the folio on: true when the next folio may join. */
  #addBlocks(folio: Folio, from: number): boolean {
    const fileBlocks = Math.ceil(this.#inode.sizeBytes / this.#blockBytes);
    const base = firstBlock(this.#fs, folio);
    let block = from;
    for (; block < folio.blocks.length; block++) {
      if (base + block < fileBlocks && this.#addBlock(base + block, stateOf(folio, block))) continue;
      if (this.#extent.length > 0 || !this.#mayMap) return false;
      break;
    }
    if (this.#extent.length === 0) this.#submitWhole(folio);
    if (base + block < fileBlocks) return true;
    this.#scannedAll = true;
    return false;
  }

  /** mpage_add_bh_to_extent() */
  #addBlock(logical: number, state: number): boolean {
    const extent = this.#extent;
    const flags = state & (buffer.delayed | buffer.unwritten);
    const needsBlocks = state & buffer.dirty && state & buffer.mapped && flags;
    if (!needsBlocks) return extent.length === 0;
    if (extent.length === 0) {
      if (!this.#mayMap) return false;
      this.#extent = { logical, length: 1, flags };
      return true;
    }
    if (extent.length >= extentBlocksMost) return false;
    if (logical !== extent.logical + extent.length || flags !== extent.flags) return false;
    extent.length++;
    return true;
  }

  /** mpage_map_and_submit_extent() */
  #mapAndSubmit(): void {
    this.#finished.push({ offset: this.#extent.logical * this.#blockBytes, size: 0 });
    let progress = false;
    let failed: Refused | null;
    do {
      failed = this.#tryMapping();
      if (failed) {
        const mayComeBack = failed.errno === 'ENOSPC' && this.#freeClusters() > 0;
        this.#giveUp = !mayComeBack;
        if (this.#giveUp || !progress) throw failed;
        if (this.#fs.behaviour.partialFolio === 'is-written') this.#submitPartFolio();
        break;
      }
      progress = true;
      this.#submitMapped();
    } while (this.#extent.length > 0);
    const size = Math.min(this.#start, this.#inode.sizeBytes);
    if (size > this.#inode.diskSizeBytes) {
      this.#inode.diskSizeBytes = size;
      this.#fs.journal.touch(this.#inode, true);
    }
    if (failed) throw failed;
  }

  /** mpage_map_one_extent(), with the error that it ends with. */
  #tryMapping(): Refused | null {
    const unwrittenFirst = writesUnwrittenFirst(this.#fs, this.#inode);
    const { metadataNoFail, ioSubmit, noCache, create, ioCreate, createUnwritten } = getBlocks;
    const unwritten = this.#fs.behaviour.unwrittenCut === 'before' ? ioCreate : createUnwritten;
    const flags = (unwrittenFirst ? unwritten : create) + metadataNoFail + ioSubmit + noCache;
    const { logical, length } = this.#extent;
    try {
      const mapped = this.#fs.mapping.map(this.#inode, logical, length, flags);
      this.#fs.journal.touch(this.#inode, mapped.state === 'written');
      this.#extent.length = mapped.length;
      if (unwrittenFirst && mapped.state === 'unwritten') this.#convert = true;
      return null;
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
  }

  /** ext4_count_free_clusters() */
  #freeClusters(): number {
    let clusters = 0;
    for (let group = 0; group < this.#fs.geometry.groupCount; group++) {
      clusters += this.#fs.allocator.freeClustersOfGroup(group);
    }
    return clusters;
  }

  /** mpage_map_and_submit_buffers(): on return the extent is the next one to map, or empty. */
  #submitMapped(): void {
    const { logical, length } = this.#extent;
    const perPage = this.#pageBytes / this.#blockBytes;
    const first = Math.floor(logical / perPage);
    const last = Math.floor((logical + length - 1) / perPage);
    for (const folio of pagesOf(this.#fs, this.#inode).inRange(first, last)) {
      if (this.#takeMapping(folio)) return;
      this.#submitWhole(folio);
    }
    this.#extent.length = 0;
  }

  /** mpage_process_folio(): true when the folio reaches beyond what was mapped. */
  #takeMapping(folio: Folio): boolean {
    const { logical, length } = this.#extent;
    const base = firstBlock(this.#fs, folio);
    const written = this.#finished.at(-1);
    let size = 0;
    for (let block = 0; block < folio.blocks.length; block++) {
      const at = base + block;
      if (at < logical) continue;
      if (at >= logical + length) {
        this.#extent = { logical: 0, length: 0, flags: 0 };
        if (written) written.size += size;
        this.#addBlocks(folio, block);
        const next = this.#extent as { logical: number; length: number };
        if (next.length > 0 && next.logical > at) {
          this.#finished.push({ offset: next.logical * this.#blockBytes, size: 0 });
        }
        return true;
      }
      folio.blocks[block] = stateOf(folio, block) & ~(buffer.delayed | buffer.unwritten);
      size += this.#blockBytes;
    }
    if (written) written.size += size;
    return false;
  }

  /** mpage_submit_folio() and mpage_folio_done() */
  #submitWhole(folio: Folio): void {
    this.#submit(folio);
    this.#start += folio.pages * this.#pageBytes;
    this.#pagesLeft -= folio.pages;
  }

  /** mpage_submit_partial_folio(): what is mapped of a folio goes to disk though the rest got no blocks. */
  #submitPartFolio(): void {
    const folio = pagesOf(this.#fs, this.#inode).find(Math.floor(this.#start / this.#pageBytes));
    if (!folio) return;
    this.#submit(folio);
    this.#start = this.#extent.logical * this.#blockBytes;
  }

  /** ext4_bio_write_folio(): mapped dirty blocks below i_size get clean; others keep the folio dirty. */
  #submit(folio: Folio): void {
    const bytes = folio.pages * this.#pageBytes;
    const beyond = folio.index * this.#pageBytes + bytes > this.#inode.sizeBytes;
    const length = beyond ? this.#inode.sizeBytes % bytes : bytes;
    let staysDirty = false;
    for (let block = 0; block < folio.blocks.length; block++) {
      const state = stateOf(folio, block);
      const waits = state & buffer.mapped && state & (buffer.delayed | buffer.unwritten);
      if (block * this.#blockBytes < length && state & buffer.dirty && waits) staysDirty = true;
      else folio.blocks[block] = state & ~buffer.dirty;
    }
    pagesOf(this.#fs, this.#inode).setDirty(folio, staysDirty);
  }

  /** mpage_release_unused_pages(): unlocks what was gathered and not written; with `invalidate` its data is lost. */
  #release(invalidate: boolean): void {
    if (this.#start >= this.#next) return;
    this.#scannedAll = false;
    if (!invalidate) return;
    const from = Math.ceil(this.#start / this.#blockBytes);
    this.#fs.mapping.forgetDelayed(this.#inode, from, Math.floor(this.#next / this.#blockBytes) - from);
    const end = Math.floor(this.#next / this.#pageBytes);
    const { pages } = fileData(this.#fs, this.#inode);
    for (const folio of pages.inRange(Math.floor(this.#start / this.#pageBytes), end - 1)) {
      const position = folio.index * this.#pageBytes;
      if (position < this.#start || folio.index + folio.pages > end) continue;
      invalidateBlocks(folio, 0, folio.pages * this.#pageBytes, this.#blockBytes);
    }
  }

  /** ext4_convert_unwritten_extents() over one ext4_io_end_vec. */
  #convertWritten(offset: number, size: number): void {
    if (size === 0) return;
    const from = Math.floor(offset / this.#blockBytes);
    const to = Math.ceil((offset + size) / this.#blockBytes);
    try {
      this.#fs.mapping.convertUnwritten(this.#inode, from, to - from);
    } catch (error) {
      // Nobody waits for the answer; the kernel only logs it (ext4_end_io_end).
      if (!(error instanceof Refused)) throw error;
    }
    this.#fs.journal.touch(this.#inode, true);
  }
}
