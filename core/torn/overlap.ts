/** Writes that overlapped in place and in time: why a part of one of them may be there alone. */
import type { BlockNote, Expectation, WriteRecord } from './unit.ts';

/** A write of which a part is there, and those that cover this part together and were under way with it. */
export interface Overlap {
  readonly part: WriteRecord;
  readonly rivals: readonly WriteRecord[];
}

/**
 * The overlap that can explain a unit of several moments; null where there is none, and a single write tore. Linux keeps
 * two direct writes to one range apart neither in memory nor on disk: which of them a block shows is open, and where the
 * filesystem puts data first and mapping later, the end of the shorter one brings what the longer one has put there so
 * far (XFS: both find the same extent in the copy-on-write fork in xfs_atomic_write_cow_iomap_begin(), and
 * xfs_reflink_end_atomic_cow() moves the range of whichever ends first).
 */
export function overlapIn(blocks: readonly BlockNote[], expectation: Expectation): Overlap | null {
  const { writes } = expectation;
  const shown = new Map<number, number[]>();
  for (const { index, origin } of blocks) {
    if (origin.kind !== 'write') continue;
    const places = shown.get(origin.generation);
    if (places) places.push(placeOf(index, expectation));
    else shown.set(origin.generation, [placeOf(index, expectation)]);
  }
  // Each is on top of the other somewhere: neither is older.
  const isOnTop = (other: WriteRecord, part: WriteRecord): boolean => {
    const [theirs, its] = [shown.get(other.generation) ?? [], shown.get(part.generation) ?? []];
    return its.some((place) => covers(other, place)) && theirs.some((place) => covers(part, place));
  };
  for (const part of writes) {
    const places = shown.get(part.generation);
    if (!places || part.generation === 0) continue;
    const others = writes.filter((other) => areTogether(part, other));
    const isPassedOver = blocks.some((block) => isOlder(block, part, expectation));
    const rivals = isPassedOver
      ? coveringAll(places, others)
      : others.filter((other) => isOnTop(other, part));
    if (rivals.length > 0) return { part, rivals };
  }
  return null;
}

/** The first of them that cover each place; none where one place is covered by nobody. */
function coveringAll(places: readonly number[], writes: readonly WriteRecord[]): WriteRecord[] {
  const chosen = new Set<WriteRecord>();
  for (const place of places) {
    const write = writes.find((one) => covers(one, place));
    if (!write) return [];
    chosen.add(write);
  }
  return [...chosen];
}

/** Whether a block that `part` covers shows what had ended before it began, or what was there before all writes. */
function isOlder({ index, origin }: BlockNote, part: WriteRecord, expectation: Expectation): boolean {
  if (!covers(part, placeOf(index, expectation))) return false;
  if (origin.kind === 'zeros') return true;
  if (origin.kind !== 'write' || origin.generation === part.generation) return false;
  const shown = expectation.writes.find(({ generation }) => generation === origin.generation);
  const endedAt = shown ? shown.endedAt : 0;
  return endedAt !== null && endedAt <= part.begunAt;
}

function areTogether(one: WriteRecord, other: WriteRecord): boolean {
  if (Math.min(one.generation, other.generation) === 0 || one.generation === other.generation) return false;
  return one.begunAt < (other.endedAt ?? Infinity) && other.begunAt < (one.endedAt ?? Infinity);
}

function placeOf(index: number, { address, blockBytes }: Expectation): number {
  return address + index * blockBytes;
}

function covers({ address, bytes }: WriteRecord, place: number): boolean {
  return place >= address && place < address + bytes;
}
