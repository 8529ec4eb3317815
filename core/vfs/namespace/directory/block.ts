import { EntryArea, fileTypes, recordBytes } from './entries.ts';

/** Bytes of the checksum that ends every block of entries under metadata_csum (struct ext4_dir_entry_tail). */
export const checksumTailBytes = 12;

/** What all blocks of a filesystem's directories have in common. */
export interface BlockFormat {
  readonly blockBytes: number;
  /** {@link checksumTailBytes} under metadata_csum, else 0. */
  readonly tailBytes: number;
}

/** Bytes of a block that entries may take. */
export function usableBytes(format: BlockFormat): number {
  return format.blockBytes - format.tailBytes;
}

/** A block fresh from the allocator: all zeros. */
export function newBlock(format: BlockFormat): EntryArea {
  return new EntryArea(new Uint8Array(format.blockBytes));
}

/** Turns a block into one unused entry (ext4_add_entry(), where it appends to a directory without an index). */
export function makeEmpty(block: EntryArea, format: BlockFormat): void {
  block.setIno(0, 0);
  block.setRecordLength(0, usableBytes(format));
  writeTail(block, format);
}

/** Writes `.` and `..` into a new directory's first block (ext4_init_dirblock()). */
export function writeDots(
  block: EntryArea,
  format: BlockFormat,
  ino: number,
  parent: number,
  type: number,
): void {
  const dot = { bytes: Uint8Array.of(0x2e), key: '.' };
  const dotDot = { bytes: Uint8Array.of(0x2e, 0x2e), key: '..' };
  const second = recordBytes(1);
  block.setRecordLength(0, second);
  block.write(0, { name: dot, ino, fileType: type });
  block.setRecordLength(second, usableBytes(format) - second);
  block.write(second, { name: dotDot, ino: parent, fileType: type });
  writeTail(block, format);
}

/** ext4_initialize_dirent_tail(); the checksum itself is left out, nothing depends on it. */
export function writeTail(block: EntryArea, format: BlockFormat): void {
  if (format.tailBytes === 0) return;
  const offset = usableBytes(format);
  block.bytes.fill(0, offset, offset + format.tailBytes);
  block.setRecordLength(offset, checksumTailBytes);
  block.bytes[offset + 7] = fileTypes.checksum;
}

/** Offset of the last entry that begins before `end`, starting at `start`. */
export function lastEntry(block: EntryArea, start: number, end: number): number {
  let offset = start;
  for (let next = block.next(offset); next < end; next = block.next(offset)) offset = next;
  return offset;
}
