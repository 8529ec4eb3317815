import type { Inode } from '../../inode.ts';
import { allocate } from './append.ts';
import { lastEntry, usableBytes, writeDots, writeTail } from './block.ts';
import { EntryArea, fileTypes, recordBytes, type NewEntry } from './entries.ts';
import { blockAreaBytes, inlineValueCapacity } from './inline-capacity.ts';
import { namesIn, stateOf, type DirectoryContext, type InlineEntries } from './state.ts';

/** Bytes at the start of i_block that hold the inode of `..` (EXT4_INLINE_DOTDOT_SIZE). */
const parentBytes = 4;

/**
 * Makes a new directory an inline one (fs/ext4/inline.c: ext4_try_create_inline_dir()). False where inodes have no room
 * for attributes.
 */
export function startInline(context: DirectoryContext, directory: Inode, parent: number): boolean {
  if (inlineCapacity(context, directory) === 0) return false;
  const first = unusedArea(blockAreaBytes - parentBytes);
  stateOf(context, directory).inline = { parent, first, second: null };
  directory.usesExtents = false;
  directory.inlineData = true;
  setSize(directory, blockAreaBytes);
  return true;
}

/**
 * Bytes that the attribute `system.data` of an inode can hold; for an inode that is not on the disk yet, from what new
 * inodes look like.
 */
export function inlineCapacity(context: DirectoryContext, inode: Inode): number {
  const { inodeSizeBytes } = context.fs.geometry;
  if (inode.attributeArea !== undefined) return inlineValueCapacity(inode.attributeArea);
  if (context.extraIsizeBytes === 0) return 0;
  return inlineValueCapacity(new Uint8Array(inodeSizeBytes - 128 - context.extraIsizeBytes));
}

/** Adds an entry inside the inode (ext4_try_add_inline_entry() until the inode is full). False where it does not fit. */
export function addInline(
  context: DirectoryContext,
  directory: Inode,
  inline: InlineEntries,
  entry: NewEntry,
): boolean {
  if (addTo(inline.first, entry)) return true;
  if (inline.second === null) {
    const capacity = inlineCapacity(context, directory);
    if (capacity <= recordBytes(1)) return false;
    inline.second = unusedArea(capacity);
    setSize(directory, blockAreaBytes + capacity);
  }
  return addTo(inline.second, entry);
}

/**
 * Gives an inline directory its first block and copies the entries there (ext4_convert_inline_data_nolock()). With
 * ENOSPC it stays inline.
 */
export function leaveInline(context: DirectoryContext, directory: Inode, inline: InlineEntries): void {
  const { fs, format } = context;
  directory.inlineData = false;
  directory.usesExtents = fs.geometry.features.extents;
  fs.mapping.createEmpty(directory);
  const block = allocateOrRestore(context, directory);
  writeDots(block, format, directory.ino, inline.parent, directoryType(context));
  const dotDot = block.next(0);
  const start = dotDot + recordBytes(2);
  const second = inline.second?.bytes ?? new Uint8Array(0);
  const end = start + inline.first.lengthBytes + second.length;
  block.setRecordLength(dotDot, recordBytes(2));
  block.bytes.set(inline.first.bytes, start);
  block.bytes.set(second, start + inline.first.lengthBytes);
  const last = lastEntry(block, 0, end);
  block.setRecordLength(last, usableBytes(format) - last);
  writeTail(block, format);
  directory.states.delete('may-inline-data');
  setSize(directory, format.blockBytes);
  const state = stateOf(context, directory);
  state.inline = null;
  state.names = namesIn(state.blocks);
}

function allocateOrRestore(context: DirectoryContext, directory: Inode): EntryArea {
  try {
    return allocate(context, directory, 0);
  } catch (error) {
    directory.usesExtents = false;
    directory.inlineData = true;
    throw error;
  }
}

/** What entries say of directories: nothing without the feature filetype. */
export function directoryType(context: DirectoryContext): number {
  return context.fs.geometry.features.filetype ? fileTypes.directory : fileTypes.unknown;
}

function addTo(area: EntryArea, entry: NewEntry): boolean {
  const offset = area.findRoom(entry.name.bytes.length, area.lengthBytes);
  if (offset < 0) return false;
  area.insertAt(offset, entry);
  return true;
}

function unusedArea(lengthBytes: number): EntryArea {
  const area = new EntryArea(new Uint8Array(lengthBytes));
  area.setRecordLength(0, lengthBytes);
  return area;
}

function setSize(directory: Inode, bytes: number): void {
  directory.sizeBytes = bytes;
  directory.diskSizeBytes = bytes;
}
