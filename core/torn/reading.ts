/** What a block that was read says about itself, before anybody asks what it should be. */
import { assert } from '../assert.ts';
import {
  fillKeyOf,
  hasMagic,
  impliedKey,
  isFilledFrom,
  keyIn,
  stampBytes,
  stampOf,
  type BlockStamp,
  type FillKey,
} from './stamp.ts';

/** A run of bytes of a block that its stamp does not explain, from `from` up to (not including) `to`. */
export interface DamagedRange {
  readonly from: number;
  readonly to: number;
  /** The fill that stands there instead, where it is one: it tells whose bytes they are. */
  readonly key: FillKey | null;
}

export type BlockReading =
  | { readonly state: 'intact'; readonly stamp: BlockStamp }
  /** The stamp is whole, parts of the fill are not what follows from it. */
  | { readonly state: 'damaged'; readonly stamp: BlockStamp; readonly ranges: readonly DamagedRange[] }
  /** No whole stamp. `key`: the fill behind it, where it is one (a damaged stamp before a whole fill). */
  | {
      readonly state: 'unstamped';
      readonly content: 'zeros' | 'ones' | 'bytes';
      readonly magic: boolean;
      readonly key: FillKey | null;
    }
  /** The device or the file gave an error (its errno's name), or ended before it. */
  | { readonly state: 'unreadable'; readonly error: string };

/** Reads every block of `bytes`, whole blocks of `blockBytes`. */
export function readBlocks(bytes: Uint8Array, blockBytes: number): BlockReading[] {
  assert(bytes.length % blockBytes === 0, 'whole blocks are read');
  const readings: BlockReading[] = [];
  for (let from = 0; from < bytes.length; from += blockBytes)
    readings.push(readBlock(bytes.subarray(from, from + blockBytes)));
  return readings;
}

/** Reads one block. */
export function readBlock(block: Uint8Array): BlockReading {
  const stamp = stampOf(block);
  if (stamp === null) {
    const content = contentOf(block);
    return {
      state: 'unstamped',
      content,
      magic: hasMagic(block),
      key: content === 'bytes' ? commonKey(viewOf(block)) : null,
    };
  }
  const view = viewOf(block);
  const key = keyIn(view);
  if (isFilledFrom(key, view)) return { state: 'intact', stamp };
  return { state: 'damaged', stamp, ranges: damagedRanges(view, key) };
}

function viewOf(block: Uint8Array): DataView {
  return new DataView(block.buffer, block.byteOffset, block.length);
}

export function sameKey(left: FillKey, right: FillKey): boolean {
  return left.low === right.low && left.high === right.high;
}

/** Whether a fill is the one that the write would have left in this block. */
export function isFillOf(key: FillKey, stamp: BlockStamp): boolean {
  return sameKey(key, fillKeyOf(stamp));
}

function damagedRanges(block: DataView, key: FillKey): DamagedRange[] {
  const ranges: DamagedRange[] = [];
  let open: { from: number; key: FillKey; isOne: boolean } | null = null;
  const close = (to: number): void => {
    // One pair alone always looks like some fill.
    if (open) ranges.push({ from: open.from, to, key: open.isOne && to - open.from > 8 ? open.key : null });
    open = null;
  };
  for (let at = stampBytes; at < block.byteLength; at += 8) {
    const implied = impliedKey(block, at);
    if (sameKey(implied, key)) close(at);
    else if (open === null) open = { from: at, key: implied, isOne: true };
    else if (!sameKey(implied, open.key)) open.isOne = false;
  }
  close(block.byteLength);
  return ranges;
}

/** The key of a fill that is whole from the stamp's end to the block's. */
function commonKey(block: DataView): FillKey | null {
  const key = impliedKey(block, stampBytes);
  return isFilledFrom(key, block) ? key : null;
}

function contentOf(block: Uint8Array): 'zeros' | 'ones' | 'bytes' {
  const first = block[0];
  if ((first !== 0 && first !== 0xff) || block.some((byte) => byte !== first)) return 'bytes';
  return first === 0 ? 'zeros' : 'ones';
}
