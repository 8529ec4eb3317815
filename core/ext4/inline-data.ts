import { DamagedImage } from './damaged.ts';
import { Fields } from './fields.ts';
import type { InodeRecord } from './inode.ts';
import { decodeUtf8 } from './utf8.ts';

const attributeMagic = 0xea020000;
const entryHeaderBytes = 16;
const systemIndex = 7;

/** The value of the attribute system.data: inline data beyond i_block's 60 bytes (fs/ext4/inline.c). */
export function inlineAttribute(inode: InodeRecord): Uint8Array {
  const refuse = (what: string): never => {
    throw new DamagedImage(`attributes of inode ${inode.ino}`, inode.tableBlock, what);
  };
  const area = inode.attributeArea;
  if (area.length < 8) return refuse('no room for the inline data that the inode announces');
  const fields = new Fields(area);
  if (fields.u32(0) !== attributeMagic) return refuse('inline data, but no attributes in the inode');
  const entries = area.subarray(4);
  const list = new Fields(entries);
  for (let at = 0; at + 4 <= entries.length && list.u32(at) !== 0;) {
    const nameLength = list.u8(at);
    const next = at + ((entryHeaderBytes + nameLength + 3) & ~3);
    if (next + 4 > entries.length) return refuse('a name runs past the end');
    const name = decodeUtf8(entries.subarray(at + entryHeaderBytes, at + entryHeaderBytes + nameLength));
    if (list.u8(at + 1) === systemIndex && name === 'data') {
      const start = list.u16(at + 2);
      const size = list.u32(at + 8);
      if (list.u32(at + 4) !== 0) return refuse('inline data kept in another inode');
      if (size > 0 && (start < next + 4 || start + size > entries.length))
        return refuse('a value runs past the end');
      return entries.slice(start, start + size);
    }
    at = next;
  }
  return refuse('inline data, but no attribute system.data');
}

/** All inline data: i_block's 60 bytes and the attribute; of a file only as far as its size. */
export function readInlineData(inode: InodeRecord): Uint8Array {
  const rest = inlineAttribute(inode);
  const all = new Uint8Array(inode.block.length + rest.length);
  all.set(inode.block);
  all.set(rest, inode.block.length);
  if (inode.kind === 'directory') return all;
  if (inode.sizeBytes > all.length) {
    const what = `${inode.sizeBytes} bytes announced, but only ${all.length} are there`;
    throw new DamagedImage(`inline data of inode ${inode.ino}`, inode.tableBlock, what);
  }
  return all.subarray(0, inode.sizeBytes);
}
