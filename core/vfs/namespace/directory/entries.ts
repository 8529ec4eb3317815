import { assert } from '../../../assert.ts';
import type { Name } from './name.ts';

/** EXT4_FT_*: what an entry says about the inode that it names. */
export const fileTypes = { unknown: 0, regular: 1, directory: 2, checksum: 0xde } as const;

/** Bytes of an entry before its name: inode, record length, name length, type. */
const headerBytes = 8;

/** What is to be written as an entry. */
export interface NewEntry {
  readonly name: Name;
  readonly ino: number;
  /** One of {@link fileTypes}; `unknown` where the feature filetype is missing. */
  readonly fileType: number;
}

/** Bytes that an entry with a name of that length needs (ext4_dir_rec_len()). */
export function recordBytes(nameBytes: number): number {
  return (nameBytes + headerBytes + 3) & ~3;
}

/**
 * A run of directory entries in memory: a directory block, or one of the two areas of an inline directory. The bytes
 * are kept as the kernel keeps them, so that first fit, merging and splitting come out the same. Offsets are in bytes
 * from the start (fs/ext4/ext4.h: struct ext4_dir_entry_2).
 */
export class EntryArea {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /**
   * An entry that needs this many bytes or more is known not to fit, so that full blocks need not be searched again.
   */
  #fullForBytes = Infinity;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get lengthBytes(): number {
    return this.bytes.length;
  }

  ino(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  recordLength(offset: number): number {
    return this.view.getUint16(offset + 4, true);
  }

  nameLength(offset: number): number {
    return this.bytes[offset + 6];
  }

  fileType(offset: number): number {
    return this.bytes[offset + 7];
  }

  next(offset: number): number {
    const length = this.recordLength(offset);
    assert(length >= headerBytes && length % 4 === 0, 'directory entries follow one another');
    return offset + length;
  }

  setIno(offset: number, ino: number): void {
    this.view.setUint32(offset, ino, true);
  }

  setRecordLength(offset: number, length: number): void {
    assert(
      length >= headerBytes && offset + length <= this.lengthBytes,
      'a directory entry stays in its block',
    );
    this.view.setUint16(offset + 4, length, true);
  }

  /** Writes an entry's header and name; the record length stays. */
  write(offset: number, entry: NewEntry): void {
    this.setIno(offset, entry.ino);
    this.bytes[offset + 6] = entry.name.bytes.length;
    this.bytes[offset + 7] = entry.fileType;
    this.bytes.set(entry.name.bytes, offset + headerBytes);
  }

  nameBytes(offset: number): Uint8Array {
    return this.bytes.subarray(offset + headerBytes, offset + headerBytes + this.nameLength(offset));
  }

  /** Offset of the entry in use that has this name; -1 where there is none (ext4_search_dir()). */
  find(name: Name): number {
    const wanted = name.bytes;
    for (let offset = 0; offset <= this.lengthBytes - recordBytes(1); offset = this.next(offset)) {
      if (this.nameLength(offset) !== wanted.length || this.ino(offset) === 0) continue;
      if (sameBytes(this.bytes, offset + headerBytes, wanted)) return offset;
    }
    return -1;
  }

  /**
   * First entry within the first `usableBytes` whose slack, or all of which if it is unused, holds a name of
   * `nameBytes`; -1 where there is none (ext4_find_dest_de(), whose EEXIST a lookup before has ruled out).
   */
  findRoom(nameBytes: number, usableBytes: number): number {
    const needed = recordBytes(nameBytes);
    if (needed >= this.#fullForBytes) return -1;
    const last = usableBytes - needed;
    for (let offset = 0; offset <= last; offset = this.next(offset)) {
      if (this.recordLength(offset) - this.#usedBytes(offset) >= needed) return offset;
    }
    this.#fullForBytes = needed;
    return -1;
  }

  /** Puts an entry into the slack of the one at `offset`, or in its place if that is unused (ext4_insert_dentry()). */
  insertAt(offset: number, entry: NewEntry): void {
    const used = this.#usedBytes(offset);
    const length = this.recordLength(offset);
    assert(length - used >= recordBytes(entry.name.bytes.length), 'a directory entry fits where it is put');
    if (used > 0) {
      this.setRecordLength(offset + used, length - used);
      this.setRecordLength(offset, used);
    }
    this.write(offset + used, entry);
  }

  /**
   * Removes the entry at `target`: the one before it takes its room; the first of an area only loses its inode and
   * name (ext4_generic_delete_entry()).
   */
  remove(target: number): void {
    let previous = -1;
    let offset = 0;
    while (offset !== target) {
      previous = offset;
      offset = this.next(offset);
      assert(offset < this.lengthBytes, 'the entry to remove is in its block');
    }
    const length = this.recordLength(target);
    if (previous < 0) {
      this.wipe(target);
    } else {
      this.setRecordLength(previous, this.recordLength(previous) + length);
      this.bytes.fill(0, target, target + length);
    }
    this.changed();
  }

  /** Clears an entry but for its record length. */
  wipe(offset: number): void {
    this.setIno(offset, 0);
    this.bytes.fill(0, offset + 6, offset + this.recordLength(offset));
  }

  /** Forgets what is known about room; called whenever entries were moved or removed. */
  changed(): void {
    this.#fullForBytes = Infinity;
  }

  /** Calls back for every entry in use, from the first on. */
  forEachUsed(visit: (offset: number) => void): void {
    for (let offset = 0; offset <= this.lengthBytes - recordBytes(1); offset = this.next(offset)) {
      if (this.ino(offset) !== 0 && this.nameLength(offset) > 0) visit(offset);
    }
  }

  #usedBytes(offset: number): number {
    return this.ino(offset) === 0 ? 0 : recordBytes(this.nameLength(offset));
  }
}

function sameBytes(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[start + i] !== wanted[i]) return false;
  }
  return true;
}
