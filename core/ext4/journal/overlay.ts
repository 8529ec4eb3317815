import type { ByteSource } from '../source.ts';

/** Where a block's replayed bytes are. */
export interface ReplayedBlock {
  /** Filesystem block of the journal that holds the bytes. */
  readonly from: number;
  /** The first four bytes are to be jbd2's magic number. */
  readonly escaped: boolean;
}

const magicBytes = [0xc0, 0x3b, 0x39, 0x98];

/** `base` with some blocks replaced by others of its own: nothing is copied until it is read. */
export function overlay(
  base: ByteSource,
  blockSizeBytes: number,
  blocks: ReadonlyMap<number, ReplayedBlock>,
): ByteSource {
  return {
    sizeBytes: base.sizeBytes,
    read: (offsetBytes, lengthBytes) => {
      const bytes = base.read(offsetBytes, lengthBytes);
      const end = offsetBytes + lengthBytes;
      for (let block = Math.floor(offsetBytes / blockSizeBytes); block * blockSizeBytes < end; block++) {
        const replayed = blocks.get(block);
        if (replayed !== undefined) patch(base, blockSizeBytes, block, replayed, bytes, offsetBytes);
      }
      return bytes;
    },
  };
}

function patch(
  base: ByteSource,
  blockSizeBytes: number,
  block: number,
  { from, escaped }: ReplayedBlock,
  target: Uint8Array,
  targetOffset: number,
): void {
  const bytes = base.read(from * blockSizeBytes, blockSizeBytes);
  if (escaped) bytes.set(magicBytes);
  const at = block * blockSizeBytes - targetOffset;
  const skip = Math.max(0, -at);
  target.set(bytes.subarray(skip, Math.min(blockSizeBytes, target.length - at)), at + skip);
}
