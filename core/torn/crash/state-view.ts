import { assert, assertExists } from '../../assert.ts';
import type { ByteSource } from '../../ext4/source.ts';
import { sectorBytes, type DiskLog } from './log.ts';
import type { CrashPoint } from './points.ts';
import type { SectorTable } from './sectors.ts';
import type { CrashState, Piece } from './state.ts';

/** A stretch of a state that is not the base's: where on the disk, how long, and where in the log file (null: zeros). */
export interface Segment {
  readonly at: number;
  readonly lengthBytes: number;
  readonly from: number | null;
}

/** How often what is fixed is kept whole; between, it is made anew from the one before. */
const pointsBetweenSnapshots = 32;

/**
 * One crash state after the other over the same base, as bytes, without a copy: {@link show} decides which, the rest
 * speaks of the state that is shown.
 */
export class StateView implements ByteSource {
  readonly table: SectorTable;
  readonly sizeBytes: number;
  readonly #points: readonly CrashPoint[];
  readonly #snapshots: Int32Array[] = [];
  /** Of the crash point shown last, without pieces, and the hash of its contents. */
  #fixed: { point: number; sources: Int32Array; hash: Hash } | null = null;
  readonly #sources: Int32Array;
  #hash: Hash = { low: 0, high: 0 };

  constructor(table: SectorTable, points: readonly CrashPoint[]) {
    this.table = table;
    this.sizeBytes = table.base.sizeBytes;
    this.#points = points;
    this.#sources = new Int32Array(table.size);
  }

  /** Shows a state. Cheapest where the crash point stays the same. */
  show({ point, pieces }: CrashState): void {
    const fixed = this.#fixedAt(point);
    this.#sources.set(fixed.sources);
    this.#hash = { ...fixed.hash };
    for (const { write, from, to } of inOrder(pieces, this.table.log))
      this.#put(write, from, to, this.#sources, this.#hash);
  }

  /** The same for states whose bytes are the same, and for no others in practice (64 bits). */
  get contentKey(): string {
    return `${(this.#hash.high >>> 0).toString(16)}.${(this.#hash.low >>> 0).toString(16)}`;
  }

  /** Content number at a place. */
  contentAt(place: number): number {
    return this.table.contentAt(place, this.#sources[place] ?? 0);
  }

  /**
   * A name for the bytes of a range, whole sectors: the same name, the same bytes. Where nothing differs between states
   * the range itself is the name.
   */
  contentOf(offsetBytes: number, lengthBytes: number): string {
    const first = offsetBytes / sectorBytes;
    const count = lengthBytes / sectorBytes;
    const contents: number[] = [];
    for (const { from, to } of this.table.placesOf(first, count))
      for (let place = from; place < to; place++) contents.push(this.contentAt(place));
    return `${first}+${count}:${contents.join()}`;
  }

  read(offsetBytes: number, lengthBytes: number): Uint8Array {
    const bytes = this.table.base.read(offsetBytes, lengthBytes);
    const end = offsetBytes + lengthBytes;
    const { ranges } = this.table;
    const firstSector = Math.floor(offsetBytes / sectorBytes);
    for (let i = Math.max(0, this.table.rangeBefore(firstSector)); i < ranges.length; i++) {
      const { sector, count, place } = assertExists(ranges[i], 'a range');
      if (sector * sectorBytes >= end) break;
      const from = Math.max(0, firstSector - sector);
      const to = Math.min(count, Math.ceil(end / sectorBytes) - sector);
      for (let at = from; at < to;) {
        const source = this.#sources[place + at] ?? 0;
        const length = source === 0 ? 1 : this.#run(place + at, to - at);
        if (source !== 0) this.#copy(source, length, (sector + at) * sectorBytes, bytes, offsetBytes);
        at += length;
      }
    }
    return bytes;
  }

  /** What differs from the base, in order, as long stretches as possible. */
  segments(): Segment[] {
    const segments: Segment[] = [];
    for (const { sector, count, place } of this.table.ranges) {
      for (let at = 0; at < count;) {
        const source = this.#sources[place + at] ?? 0;
        const length = source === 0 ? 1 : this.#run(place + at, count - at);
        if (source !== 0) segments.push(this.#segment(source, (sector + at) * sectorBytes, length));
        at += length;
      }
    }
    return segments;
  }

  /** How many places from `place` on show the following sectors of the same write. */
  #run(place: number, most: number): number {
    const first = this.#sources[place] ?? 0;
    const write = this.table.writeOf[first];
    let length = 1;
    while (
      length < most &&
      this.#sources[place + length] === first + length &&
      this.table.writeOf[first + length] === write
    )
      length++;
    return length;
  }

  #segment(source: number, at: number, sectors: number): Segment {
    const write = this.table.writeOf[source] ?? 0;
    const { dataAt } = assertExists(this.table.log.writes[write], 'the write of a source');
    const skip = (source - (this.table.firstSource[write] ?? 0)) * sectorBytes;
    return { at, lengthBytes: sectors * sectorBytes, from: dataAt === null ? null : dataAt + skip };
  }

  #copy(source: number, sectors: number, at: number, target: Uint8Array, targetAt: number): void {
    const from = Math.max(0, targetAt - at);
    const to = Math.min(sectors * sectorBytes, targetAt + target.length - at);
    const bytes = this.table.bytesOf(source, sectors);
    if (bytes === null) target.fill(0, at + from - targetAt, at + to - targetAt);
    else target.set(bytes.subarray(from, to), at + from - targetAt);
  }

  #fixedAt(point: number): { sources: Int32Array; hash: Hash } {
    if (this.#fixed?.point === point) return this.#fixed;
    const sources = this.#snapshot(Math.floor(point / pointsBetweenSnapshots)).slice();
    for (let at = point - (point % pointsBetweenSnapshots) + 1; at <= point; at++) this.#fix(at, sources);
    const hash: Hash = { low: 0, high: 0 };
    for (const [place, source] of sources.entries()) if (source !== 0) this.#turn(hash, place, 0, source);
    this.#fixed = { point, sources, hash };
    return this.#fixed;
  }

  /** What is fixed at every so many'th crash point. */
  #snapshot(index: number): Int32Array {
    for (let next = this.#snapshots.length; next <= index; next++) {
      const sources = this.#snapshots[next - 1]?.slice() ?? new Int32Array(this.table.size);
      const last = next * pointsBetweenSnapshots;
      for (let at = next === 0 ? 0 : last - pointsBetweenSnapshots + 1; at <= last; at++)
        this.#fix(at, sources);
      this.#snapshots.push(sources);
    }
    return assertExists(this.#snapshots[index], 'a snapshot');
  }

  /** Writes that are fixed lie in the order in which they began, whichever of them became fixed first. */
  #fix(point: number, sources: Int32Array): void {
    const { newlyFixed } = assertExists(this.#points[point], 'a crash point');
    for (const write of newlyFixed) this.#put(write, 0, Number.POSITIVE_INFINITY, sources, null);
  }

  /** Puts sectors of a write; `hash` null: of one that is fixed. */
  #put(write: number, from: number, to: number, sources: Int32Array, hash: Hash | null): void {
    const { log, firstSource, writeOf } = this.table;
    const { at, lengthBytes, begin, end } = assertExists(log.writes[write], 'the write of a piece');
    const last = Math.min(to, lengthBytes / sectorBytes);
    assert(from >= 0 && from < last, 'a piece lies within its write');
    // A durable write that began after this one was answered may be fixed while this one is not.
    const limit = hash === null ? begin : (end ?? Number.POSITIVE_INFINITY);
    const place = this.table.placeOf(at / sectorBytes);
    const source = firstSource[write] ?? 0;
    for (let sector = from; sector < last; sector++) {
      const present = sources[place + sector] ?? 0;
      const above = present === 0 ? null : log.writes[writeOf[present] ?? 0];
      if (above && limit < above.begin) continue;
      if (hash) this.#turn(hash, place + sector, present, source + sector);
      sources[place + sector] = source + sector;
    }
  }

  /** Takes one content of a place out of the hash and puts another in (Zobrist's way: order does not matter). */
  #turn(hash: Hash, place: number, before: number, after: number): void {
    const [left, right] = [this.table.contentAt(place, before), this.table.contentAt(place, after)];
    if (left === right) return;
    hash.low ^= mixed(place, left, 0x9e3779b9) ^ mixed(place, right, 0x9e3779b9);
    hash.high ^= mixed(place, left, 0x7f4a7c15) ^ mixed(place, right, 0x7f4a7c15);
  }
}

/**
 * Pieces in an order that can have been: the given one, but for pieces of writes that were answered before others
 * began, which come before those. Pieces in the order of their writes' beginnings are in order already.
 */
function inOrder(pieces: readonly Piece[], log: DiskLog): readonly Piece[] {
  if (pieces.every(({ write }, at) => at === 0 || (pieces[at - 1]?.write ?? 0) <= write)) return pieces;
  const left = [...pieces];
  const ordered: Piece[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ write }) => {
      const begin = log.writes[write]?.begin ?? 0;
      return left.every((other) => (log.writes[other.write]?.end ?? Number.POSITIVE_INFINITY) >= begin);
    });
    ordered.push(...left.splice(Math.max(0, next), 1));
  }
  return ordered;
}

interface Hash {
  low: number;
  high: number;
}

/** 32 well-mixed bits of a place and a content (the finaliser of MurmurHash3, twice). */
function mixed(place: number, content: number, salt: number): number {
  return finalised(finalised(Math.imul(place, 0x85ebca6b) ^ salt) ^ Math.imul(content + 1, 0xc2b2ae35));
}

function finalised(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
