/** Faults that are made on purpose, in a copy, to show that they would be found. */
import { assert, assertExists } from '../assert.ts';
import { fillUnit, type UnitStamp } from './stamp.ts';

export const faultKinds = [
  'stale-sector',
  'swapped-sector',
  'half-written',
  'lost-write',
  'misplaced-unit',
  'flipped-bit',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A unit with all that a fault can put in its place. */
export interface FaultSubject {
  /** The write that the unit holds. */
  readonly current: UnitStamp;
  /** The write before it, acknowledged and replaced. */
  readonly earlier: UnitStamp;
  /** The unit beside it, of the same length. */
  readonly neighbour: UnitStamp;
}

/** What was done, in words, to which bytes of the unit. */
export interface SeededFault {
  readonly kind: FaultKind;
  readonly text: string;
}

/**
 * Damages `unit`, the bytes of `subject.current`. `below(n)` draws a whole number from 0 to n - 1. A unit of one block
 * has no two sectors: `swapped-sector` then swaps with the neighbour's, and `half-written` cuts within the block.
 */
export function seedFault(
  kind: FaultKind,
  unit: Uint8Array,
  subject: FaultSubject,
  below: (limit: number) => number,
): SeededFault {
  const { current, earlier, neighbour } = subject;
  const { blockBytes } = current;
  const blocks = current.bytes / blockBytes;
  assert(unit.length === current.bytes, 'the whole unit is there');
  const done = (text: string): SeededFault => ({ kind, text });
  const other = (stamp: UnitStamp): Uint8Array => {
    const bytes = new Uint8Array(stamp.bytes);
    fillUnit(bytes, stamp);
    return bytes;
  };
  switch (kind) {
    case 'stale-sector': {
      const index = below(blocks);
      copyBlock(unit, index, other(earlier), index, blockBytes);
      return done(`block ${index} of generation ${earlier.generation}`);
    }
    case 'swapped-sector': {
      const index = below(blocks);
      const partner = (index + 1 + (blocks > 1 ? below(blocks - 1) : 0)) % blocks;
      const source = blocks > 1 ? unit.slice() : other(neighbour);
      copyBlock(unit, index, source, partner, blockBytes);
      if (blocks > 1) copyBlock(unit, partner, source, index, blockBytes);
      return done(`blocks ${index} and ${partner} swapped`);
    }
    case 'half-written': {
      // Cut within a block where there is only one; a cut in the stamp itself damages it.
      const cut = blocks > 1 ? (1 + below(blocks - 1)) * blockBytes : 8 * (1 + below(blockBytes / 8 - 1));
      unit.set(other(earlier).subarray(cut), cut);
      return done(`from byte ${cut} on generation ${earlier.generation}`);
    }
    case 'lost-write':
      unit.set(other(earlier));
      return done(`all of generation ${earlier.generation}`);
    case 'misplaced-unit':
      unit.set(other(neighbour));
      return done(`the unit at byte ${neighbour.address}`);
    case 'flipped-bit': {
      const at = below(unit.length);
      const bit = below(8);
      unit[at] = assertExists(unit[at], 'a byte of the unit') ^ (1 << bit);
      return done(`bit ${bit} of byte ${at}`);
    }
  }
}

function copyBlock(
  to: Uint8Array,
  toIndex: number,
  from: Uint8Array,
  fromIndex: number,
  blockBytes: number,
): void {
  to.set(from.subarray(fromIndex * blockBytes, (fromIndex + 1) * blockBytes), toIndex * blockBytes);
}
