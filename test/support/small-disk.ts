/** Small disks whose every content can be tried: random logs of a few writes on six sectors. */
import fc from 'fast-check';
import type { ByteSource } from '../../core/ext4/index.ts';
import {
  sectorBytes,
  type DiskLog,
  type LoggedFlush,
  type LoggedWrite,
} from '../../core/torn/crash/index.ts';

/** Of the disk. */
export const sectors = 6;

/** A disk whose sectors are each filled with one letter: `a` is the base's. */
export const base: ByteSource = {
  sizeBytes: sectors * sectorBytes,
  read: (_, length) => new Uint8Array(length).fill(97),
};

export interface Draft {
  readonly at: number;
  readonly count: number;
  readonly begin: number;
  readonly took: number;
  readonly answered: boolean;
  readonly zeros: boolean;
}

export const draft: fc.Arbitrary<Draft> = fc.record({
  at: fc.nat(sectors - 1),
  count: fc.integer({ min: 1, max: 3 }),
  begin: fc.nat(12),
  took: fc.nat(5),
  answered: fc.boolean(),
  zeros: fc.boolean(),
});
export const flushDraft = fc.record({ begin: fc.nat(16), took: fc.nat(3), answered: fc.boolean() });

/** Puts drafts on one clock of whole positions. `overlap`: whether writes in flight together may share sectors. */
export function logOf(
  drafts: readonly Draft[],
  flushes: readonly { begin: number; took: number; answered: boolean }[],
  overlap: boolean,
): DiskLog {
  const moments: { key: number; set: (position: number) => void }[] = [];
  const writes: { -readonly [K in keyof LoggedWrite]: LoggedWrite[K] }[] = [];
  const kept: { readonly draft: Draft; readonly write: LoggedWrite }[] = [];
  for (const [i, { at, count, begin, took, answered, zeros }] of drafts.entries()) {
    const lengthBytes = Math.min(count, sectors - at) * sectorBytes;
    const data = zeros ? null : new Uint8Array(lengthBytes).fill(98 + i);
    const write = {
      at: at * sectorBytes,
      lengthBytes,
      data,
      dataAt: zeros ? null : 1e6 * (i + 1),
      durable: false,
    };
    const made = { ...write, begin: -1, end: null as number | null };
    const rivals = kept.some(({ draft: other, write: placed }) => {
      const meets = placed.at < made.at + lengthBytes && made.at < placed.at + placed.lengthBytes;
      const together =
        begin <= (other.answered ? other.begin + other.took : 99) &&
        other.begin <= (answered ? begin + took : 99);
      return meets && together;
    });
    if (rivals && !overlap) continue;
    writes.push(made);
    kept.push({ draft: { at, count, begin, took, answered, zeros }, write: made });
    moments.push({ key: begin * 100 + i, set: (position) => (made.begin = position) });
    if (answered)
      moments.push({ key: (begin + took) * 100 + 50 + i, set: (position) => (made.end = position) });
  }
  const made: { begin: number; end: number | null }[] = flushes.map(({ begin, took, answered }, i) => {
    const flush = { begin: -1, end: null as number | null };
    moments.push({ key: begin * 100 + 80 + i, set: (position) => (flush.begin = position) });
    if (answered)
      moments.push({ key: (begin + took) * 100 + 90 + i, set: (position) => (flush.end = position) });
    return flush;
  });
  moments.sort((left, right) => left.key - right.key);
  for (const [position, { set }] of moments.entries()) set(position);
  writes.sort((left, right) => left.begin - right.begin);
  const sorted: LoggedFlush[] = made.sort((left, right) => left.begin - right.begin);
  const positions = moments.length;
  return { diskBytes: base.sizeBytes, writes, flushes: sorted, marks: [], positions, cutBytes: 0 };
}

export function letters(bytes: Uint8Array): string {
  return Array.from({ length: sectors }, (_, i) => String.fromCharCode(bytes[i * sectorBytes] || 48)).join(
    '',
  );
}
