import * as v from 'valibot';
import { decodeUtf8, encodeUtf8 } from '../../ext4/utf8.ts';
import type { Expectation, WriteRecord } from '../unit.ts';
import { readBlock } from '../reading.ts';
import { BadLog, sectorBytes, type DiskLog } from './log.ts';

/** What the writer of units puts into the log while the disk records. */
const markSchema = v.variant('mark', [
  v.strictObject({ mark: v.literal('start'), run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) }),
  v.strictObject({
    mark: v.literal('begins'),
    generation: v.number(),
    writer: v.number(),
    address: v.number(),
    bytes: v.number(),
  }),
  v.strictObject({ mark: v.literal('acknowledged'), generation: v.number(), durable: v.boolean() }),
  v.strictObject({ mark: v.literal('end') }),
]);
export type UnitMark = v.InferOutput<typeof markSchema>;

/** A mark as the bytes that go into the log. */
export function encodeMark(mark: UnitMark): Uint8Array {
  return encodeUtf8(JSON.stringify(mark));
}

/** Everything that the marks of a log say about units. */
export class Promises {
  readonly run: bigint;
  /** Position of the mark `start`: crashes before it are of no interest. */
  readonly start: number;
  readonly #writes: readonly Noted[];
  /** Writes that touch a unit, by its address and length. */
  readonly #byUnit = new Map<string, readonly Noted[]>();

  /**
   * From the marks; where they do not tell when writes began, from the stamps in the data: every generation that reached
   * the disk may be there, and what marks acknowledge is promised. Throws BadLog where a mark contradicts another, or nothing is stamped.
   */
  static of(log: DiskLog): Promises {
    return log.marks.some(({ bytes }) => readMark(bytes)?.mark === 'begins')
      ? fromMarks(log)
      : fromStamps(log);
  }

  constructor(run: bigint, start: number, writes: readonly Noted[]) {
    this.run = run;
    this.start = start;
    this.#writes = writes;
  }

  /** Number of writes that were begun. */
  get count(): number {
    return this.#writes.length;
  }

  /** How many of a unit's marks come up to `position`: as long as it stays the same, so does the expectation. */
  moment(address: number, bytes: number, position: number): number {
    let marks = 0;
    for (const write of this.#touching(address, bytes)) {
      if (write.begunAt <= position) marks += 1;
      if (write.acknowledgedAt !== null && write.acknowledgedAt <= position) marks += 1;
    }
    return marks;
  }

  /** What the unit at `address` may hold after a crash at `position`. */
  expectation(address: number, bytes: number, blockBytes: number, position: number): Expectation {
    const writes = this.writesOf(address, bytes, position);
    return { run: this.run, address, blockBytes, ...withoutReplaced(writes, address, bytes) };
  }

  /** All writes to the unit that were begun up to `position`, what prepared it first. */
  writesOf(address: number, bytes: number, position: number): WriteRecord[] {
    const prepared = { writer: 0, generation: 0, address, bytes, begunAt: 0, endedAt: 0, promised: true };
    const begun = this.#touching(address, bytes).filter(({ begunAt }) => begunAt <= position);
    return [prepared, ...begun.map((write) => recordAt(write, position))];
  }

  #touching(address: number, bytes: number): readonly Noted[] {
    const unit = `${address}+${bytes}`;
    const known = this.#byUnit.get(unit);
    if (known) return known;
    const found = this.#writes.filter(
      (write) => write.address < address + bytes && address < write.address + write.bytes,
    );
    this.#byUnit.set(unit, found);
    return found;
  }
}

interface Noted {
  readonly writer: number;
  readonly generation: number;
  readonly address: number;
  readonly bytes: number;
  readonly begunAt: number;
  readonly acknowledgedAt: number | null;
  readonly durable: boolean;
}

/** Leaves out what a promised write replaced: a unit that was written a thousand times has few writes that matter. */
function withoutReplaced(
  writes: readonly WriteRecord[],
  address: number,
  bytes: number,
): Pick<Expectation, 'writes' | 'unlisted'> {
  const latest = writes.findLast(
    (write) => write.promised && write.address <= address && write.address + write.bytes >= address + bytes,
  );
  if (!latest) return { writes };
  const isReplaced = ({ endedAt }: WriteRecord): boolean => endedAt !== null && endedAt <= latest.begunAt;
  const replaced = writes.filter(isReplaced).map(({ generation }) => generation);
  if (replaced.length === 0) return { writes };
  return {
    writes: writes.filter((write) => !isReplaced(write)),
    unlisted: { before: Math.max(...replaced) + 1, earlier: 'stale', later: 'garbage' },
  };
}

function recordAt({ acknowledgedAt, durable, ...write }: Noted, position: number): WriteRecord {
  const isAcknowledged = acknowledgedAt !== null && acknowledgedAt <= position;
  return { ...write, endedAt: isAcknowledged ? acknowledgedAt : null, promised: isAcknowledged && durable };
}

function fromMarks(log: DiskLog): Promises {
  let start = { run: 0n, position: 0 };
  const writes = new Map<number, Noted>();
  for (const { position, bytes } of log.marks) {
    const mark = readMark(bytes);
    if (mark?.mark === 'start') start = { run: BigInt(`0x${mark.run}`), position };
    else if (mark?.mark === 'begins') {
      const { generation, writer, address, bytes: length } = mark;
      const known = { writer, generation, address, bytes: length };
      writes.set(generation, { ...known, begunAt: position, acknowledgedAt: null, durable: false });
    } else if (mark?.mark === 'acknowledged') {
      const write = writes.get(mark.generation);
      if (!write) throw new BadLog(`mark at ${position}: generation ${mark.generation} was never begun`);
      writes.set(mark.generation, { ...write, acknowledgedAt: position, durable: mark.durable });
    }
  }
  return new Promises(start.run, start.position, [...writes.values()]);
}

function fromStamps(log: DiskLog): Promises {
  const writes = new Map<number, Noted>();
  let first: { readonly run: bigint; readonly position: number } | null = null;
  for (const { data, begin } of log.writes) {
    if (data === null) continue;
    const reading = readBlock(data.subarray(0, sectorBytes));
    if (reading.state !== 'intact' || reading.stamp.generation === 0) continue;
    const { run, writer, generation, address, bytes } = reading.stamp;
    first ??= { run, position: begin };
    if (run !== first.run || writes.has(generation)) continue;
    const known = { writer, generation, address, bytes };
    writes.set(generation, { ...known, begunAt: begin, acknowledgedAt: null, durable: false });
  }
  if (first === null) throw new BadLog('the log has neither marks nor stamped writes');
  let start = first.position;
  for (const { position, bytes } of log.marks) {
    const mark = readMark(bytes);
    const write = mark?.mark === 'acknowledged' ? writes.get(mark.generation) : undefined;
    if (mark?.mark === 'start') start = Math.min(start, position);
    else if (write && mark?.mark === 'acknowledged')
      writes.set(mark.generation, { ...write, acknowledgedAt: position, durable: mark.durable });
  }
  return new Promises(first.run, start, [...writes.values()]);
}

/** Null: somebody else's mark. */
function readMark(bytes: Uint8Array): UnitMark | null {
  try {
    return v.parse(markSchema, JSON.parse(decodeUtf8(bytes)));
  } catch {
    return null;
  }
}
