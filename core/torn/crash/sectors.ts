import { assertExists } from '../../assert.ts';
import type { ByteSource } from '../../ext4/source.ts';
import { sectorBytes, type DiskLog, type LoggedWrite } from './log.ts';

/** A run of sectors that writes of the log touch: `place` is the number of its first among all touched sectors. */
export interface TouchedRange {
  readonly sector: number;
  readonly count: number;
  readonly place: number;
}

/** Places `from` to `to` (not included). */
export interface PlaceRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The sectors that differ between crash states, numbered from 0 (their *place*), and everything that can stand in one:
 * a *source* is one sector of one write, numbered from 1; 0 is the base image. Sources with the same bytes share a
 * *content* number; so do equal sectors of the base.
 */
export class SectorTable {
  readonly log: DiskLog;
  readonly base: ByteSource;
  readonly ranges: readonly TouchedRange[];
  /** Number of places. */
  readonly size: number;
  /** Source of each write's first sector, by the write's place in the log. */
  readonly firstSource: readonly number[];
  /** Write of each source; 0 unused. */
  readonly writeOf: Int32Array;
  /** Content of each source from 1 on. */
  readonly #contentOfSource: Int32Array;
  /** Content of each place in the base. */
  readonly #contentOfBase: Int32Array;

  constructor(log: DiskLog, base: ByteSource) {
    this.log = log;
    this.base = base;
    this.ranges = touchedRanges(log.writes);
    this.size = this.ranges.reduce((sum, { count }) => sum + count, 0);
    const first: number[] = [];
    let sources = 1;
    for (const { lengthBytes } of log.writes) {
      first.push(sources);
      sources += lengthBytes / sectorBytes;
    }
    this.firstSource = first;
    this.writeOf = new Int32Array(sources);
    this.#contentOfSource = new Int32Array(sources);
    this.#contentOfBase = new Int32Array(this.size);
    this.#number(new ContentNumbers());
  }

  /** Content number at a place whose source is `source`. */
  contentAt(place: number, source: number): number {
    return assertExists(
      source === 0 ? this.#contentOfBase[place] : this.#contentOfSource[source],
      'the content of a source',
    );
  }

  /** The place of a sector that a write touches. */
  placeOf(sector: number): number {
    const range = this.ranges[this.rangeBefore(sector)];
    return assertExists(range, 'the range of a touched sector').place + (sector - (range?.sector ?? 0));
  }

  /** The places within a run of sectors, where there are any. */
  placesOf(sector: number, count: number): PlaceRange[] {
    const found: PlaceRange[] = [];
    for (let i = Math.max(0, this.rangeBefore(sector)); i < this.ranges.length; i++) {
      const range = assertExists(this.ranges[i], 'a range');
      if (range.sector >= sector + count) break;
      const from = Math.max(sector, range.sector);
      const to = Math.min(sector + count, range.sector + range.count);
      if (from < to)
        found.push({ from: range.place + from - range.sector, to: range.place + to - range.sector });
    }
    return found;
  }

  /** Index of the last range that begins at or before `sector`; -1 where there is none. */
  rangeBefore(sector: number): number {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranges[middle]?.sector ?? 0) <= sector) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Bytes of a source and of those that follow it in the same write; null: zeros. */
  bytesOf(source: number, sectors = 1): Uint8Array | null {
    const write = this.writeOf[source] ?? 0;
    const data = this.log.writes[write]?.data ?? null;
    const at = (source - (this.firstSource[write] ?? 0)) * sectorBytes;
    return data === null ? null : data.subarray(at, at + sectors * sectorBytes);
  }

  #number(numbers: ContentNumbers): void {
    for (const { sector, count, place } of this.ranges) {
      const bytes = this.base.read(sector * sectorBytes, count * sectorBytes);
      for (let at = 0; at < count; at++)
        this.#contentOfBase[place + at] = numbers.of(
          bytes.subarray(at * sectorBytes, (at + 1) * sectorBytes),
        );
    }
    const zeros = new Uint8Array(sectorBytes);
    for (const [write, { lengthBytes }] of this.log.writes.entries()) {
      const first = this.firstSource[write] ?? 0;
      for (let at = 0; at < lengthBytes / sectorBytes; at++) {
        this.writeOf[first + at] = write;
        this.#contentOfSource[first + at] = numbers.of(this.bytesOf(first + at) ?? zeros);
      }
    }
  }
}

function touchedRanges(writes: readonly LoggedWrite[]): TouchedRange[] {
  const spans = writes
    .map(({ at, lengthBytes }) => [at / sectorBytes, (at + lengthBytes) / sectorBytes] as const)
    .sort(([left], [right]) => left - right);
  const ranges: TouchedRange[] = [];
  let place = 0;
  for (const [from, to] of spans) {
    const last = ranges.at(-1);
    const end = last ? last.sector + last.count : -1;
    if (last && from <= end) {
      const more = Math.max(0, to - end);
      ranges[ranges.length - 1] = { ...last, count: last.count + more };
      place += more;
    } else {
      ranges.push({ sector: from, count: to - from, place });
      place += to - from;
    }
  }
  return ranges;
}

/** Numbers for sectors by their bytes: equal bytes, equal number. Hashes only find candidates; bytes decide. */
class ContentNumbers {
  readonly #byHash = new Map<number, { readonly bytes: Uint8Array; readonly number: number }[]>();
  #next = 0;

  of(bytes: Uint8Array): number {
    const hash = hashOf(bytes);
    const known = this.#byHash.get(hash) ?? [];
    const same = known.find((candidate) => equal(candidate.bytes, bytes));
    if (same) return same.number;
    const number = this.#next++;
    this.#byHash.set(hash, [...known, { bytes, number }]);
    return number;
  }
}

/** FNV-1a over 32-bit words; good enough to find candidates. */
function hashOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 4) hash = Math.imul(hash ^ view.getUint32(at, true), 0x01000193);
  return hash >>> 0;
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  for (let at = 0; at < sectorBytes; at++) if (left[at] !== right[at]) return false;
  return true;
}
