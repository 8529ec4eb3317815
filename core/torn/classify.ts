/**
 * The verdict on a unit: what its blocks show against what they may show.
 *
 * Rules. A block that shows write a although write b covers it too says "b came before a", if b happened at all. Write
 * b happened if any block shows it, or if it was promised. So a unit is
 * - torn where two blocks say opposite things, or where one contradicts the clock (a ended before b began) and b shows;
 * - stale where a block contradicts the clock and b, which was promised, shows nowhere.
 * Writes may overlap in part: nothing here needs them to be of one size.
 */
import { assert } from '../assert.ts';
import { reportText } from './explain.ts';
import { isFillOf, readBlocks, type BlockReading } from './reading.ts';
import type { BlockStamp } from './stamp.ts';
import { verdicts, type BlockNote, type Expectation, type UnitReport, type Verdict } from './unit.ts';
import type { Origin, WriteRecord } from './unit.ts';

/** Judges the bytes of a unit, whole blocks. */
export function classifyUnit(bytes: Uint8Array, expectation: Expectation): UnitReport {
  return classifyReadings(readBlocks(bytes, expectation.blockBytes), expectation);
}

/** As {@link classifyUnit}, of blocks that were read already, among which may be unreadable ones. */
export function classifyReadings(readings: readonly BlockReading[], expectation: Expectation): UnitReport {
  const writes = new Map(expectation.writes.map((write) => [write.generation, write]));
  const shown = readings.map((reading, index) => shownBy(reading, index, expectation, writes));
  const faults = contradictions(shown, expectation);
  const blocks = shown.map((block, index) => noteOf(block, readings[index], faults, expectation));
  const verdict = worst(blocks.map(({ colour }) => colour));
  const { address, blockBytes } = expectation;
  const report = { verdict, address, bytes: readings.length * blockBytes, blockBytes, blocks };
  return { ...report, text: reportText(report, expectation) };
}

/** A block with the write that it shows, or what is wrong with it by itself. */
interface Shown {
  readonly index: number;
  readonly write: WriteRecord | null;
  readonly origin: Origin;
  readonly fault: Verdict | null;
  /** What it is where it contradicts nothing else. */
  readonly otherwise: Verdict | null;
  readonly remark: string;
}

const nobody: Origin = { kind: 'nobody' };
const beforeAll = { writer: 0, generation: -1, begunAt: -1, endedAt: -1, promised: false };

function shownBy(
  reading: BlockReading,
  index: number,
  expectation: Expectation,
  writes: ReadonlyMap<number, WriteRecord>,
): Shown {
  const faulty = (fault: Verdict, remark: string, origin = nobody): Shown => ({
    index,
    write: null,
    origin,
    fault,
    otherwise: null,
    remark,
  });
  const whole = (write: WriteRecord, origin: Origin, otherwise: Verdict | null = null): Shown => ({
    index,
    write,
    origin,
    fault: null,
    otherwise,
    remark: '',
  });
  if (reading.state === 'unreadable') return faulty('unreadable', reading.error);
  if (reading.state === 'unstamped') {
    if (reading.content === 'zeros' && expectation.beginsAsZeros) {
      const write = { ...beforeAll, address: expectation.address, bytes: Number.MAX_SAFE_INTEGER };
      return whole(write, { kind: 'zeros' });
    }
    return faulty('garbage', unstampedRemark(reading, index, expectation));
  }
  const { stamp } = reading;
  if (stamp.run !== expectation.run) {
    const isStale = expectation.writes.some(
      (write) => write.promised && covers(write, at(index, expectation)),
    );
    return faulty(isStale ? 'stale' : 'garbage', '', { kind: 'other-run', run: stamp.run });
  }
  const { writer, generation, bytes } = stamp;
  const origin: Origin = { kind: 'write', writer, generation, bytes };
  const place = stamp.address + stamp.blockIndex * stamp.blockBytes;
  if (place !== at(index, expectation) || stamp.blockBytes !== expectation.blockBytes)
    return faulty('misplaced', `belongs at byte ${place}`, origin);
  const write = writeOf(stamp, expectation, writes);
  if (write === null) return faulty('garbage', 'no such write was begun', origin);
  if (reading.state === 'damaged')
    return { ...whole(write, origin), ...damageOf(reading, index, expectation) };
  return whole(write, origin, write.begunAt < 0 && write.generation > 0 ? 'stale' : null);
}

/** The write that a stamp names, begun before all others where it is known to have been replaced; null: nobody's. */
function writeOf(
  stamp: BlockStamp,
  { unlisted }: Expectation,
  writes: ReadonlyMap<number, WriteRecord>,
): WriteRecord | null {
  const write = writes.get(stamp.generation);
  if (write) {
    const fits =
      write.writer === stamp.writer && write.address === stamp.address && write.bytes === stamp.bytes;
    return fits ? write : null;
  }
  const { writer, generation, address, bytes } = stamp;
  const known = { writer, generation, address, bytes, begunAt: generation, endedAt: null, promised: false };
  if (unlisted && generation < unlisted.before)
    return unlisted.earlier === 'allowed' ? known : { ...known, begunAt: -1, endedAt: -1 };
  return unlisted?.later === 'allowed' ? known : null;
}

/** Damage below a block: torn where the foreign bytes are another write's, garbage otherwise. */
function damageOf(
  { stamp, ranges }: Extract<BlockReading, { state: 'damaged' }>,
  index: number,
  expectation: Expectation,
): { fault: Verdict; remark: string } {
  const parts = ranges.map(({ from, to, key }) => {
    const write =
      key && expectation.writes.find((candidate) => isFillOf(key, blockOf(candidate, index, expectation)));
    const whose = write ? `generation ${write.generation} of writer ${write.writer}` : 'nobody';
    return { write, text: `bytes ${from} to ${to - 1} are of ${whose}` };
  });
  const remark = parts.map(({ text }) => text).join(', ');
  if (!parts.every(({ write }) => write)) return { fault: 'garbage', remark };
  const isMixed = parts.some(({ write }) => write && write.writer !== stamp.writer);
  return { fault: isMixed ? 'mixed-writers' : 'torn', remark };
}

function unstampedRemark(
  { content, magic, key }: Extract<BlockReading, { state: 'unstamped' }>,
  index: number,
  expectation: Expectation,
): string {
  if (content !== 'bytes') return `nothing but ${content}`;
  const write =
    key && expectation.writes.find((candidate) => isFillOf(key, blockOf(candidate, index, expectation)));
  if (write)
    return `the stamp is damaged; the rest is of generation ${write.generation} of writer ${write.writer}`;
  return magic ? 'the stamp is damaged' : 'no stamp';
}

/** The stamp that a write would have left in this block (of the write's own numbering). */
function blockOf(write: WriteRecord, index: number, expectation: Expectation): BlockStamp {
  const { run, blockBytes } = expectation;
  const { writer, generation, address, bytes } = write;
  const blockIndex = (at(index, expectation) - address) / blockBytes;
  return { run, writer, generation, address, bytes, blockBytes, blockIndex: Math.max(0, blockIndex) };
}

function at(index: number, { address, blockBytes }: Expectation): number {
  return address + index * blockBytes;
}

function covers({ address, bytes }: Pick<WriteRecord, 'address' | 'bytes'>, byte: number): boolean {
  return byte >= address && byte < address + bytes;
}

/** Faults by block. */
function contradictions(shown: readonly Shown[], expectation: Expectation): Map<number, Verdict> {
  const visible = new Map<WriteRecord['generation'], WriteRecord>();
  for (const { write } of shown) if (write) visible.set(write.generation, write);
  const faults = new Map<number, Verdict>();
  const hidden = expectation.writes.filter((write) => write.promised && !visible.has(write.generation));
  // Almost always every block shows one write: then only promised ones that show nowhere can contradict it.
  const others = visible.size > 1 ? [...visible.values(), ...hidden] : hidden;
  if (others.length === 0) return faults;
  const replaced = new Set<string>();
  const saying: { index: number; write: WriteRecord; other: WriteRecord }[] = [];
  for (const { index, write } of shown) {
    if (!write) continue;
    for (const other of others) {
      if (other.generation === write.generation || !covers(other, at(index, expectation))) continue;
      saying.push({ index, write, other });
      replaced.add(`${other.generation}<${write.generation}`);
    }
  }
  for (const { index, write, other } of saying) {
    const againstClock = write.endedAt !== null && write.endedAt <= other.begunAt;
    const isVisible = visible.has(other.generation);
    if (isVisible && (againstClock || replaced.has(`${write.generation}<${other.generation}`)))
      faults.set(index, isMixOf(write, other) ? 'mixed-writers' : 'torn');
    else if (againstClock && !faults.has(index)) faults.set(index, 'stale');
  }
  return faults;
}

/** What prepared the target is nobody's rival. */
function isMixOf(one: WriteRecord, other: WriteRecord): boolean {
  return one.writer !== other.writer && Math.min(one.generation, other.generation) > 0;
}

function noteOf(
  { index, write, origin, fault, otherwise, remark }: Shown,
  reading: BlockReading | undefined,
  faults: ReadonlyMap<number, Verdict>,
  expectation: Expectation,
): BlockNote {
  assert(reading, 'a reading for each block');
  const right = write && isNewest(write, index, expectation) ? 'new' : 'old';
  const colour = fault ?? faults.get(index) ?? otherwise ?? right;
  return { index, reading, colour, origin, remark };
}

function isNewest(write: WriteRecord, index: number, expectation: Expectation): boolean {
  const place = at(index, expectation);
  return expectation.writes.every((other) => other.begunAt <= write.begunAt || !covers(other, place));
}

function worst(colours: readonly Verdict[]): Verdict {
  const ranks = colours.map((colour) => verdicts.indexOf(colour));
  const verdict = verdicts[Math.max(...ranks)];
  assert(verdict, 'a unit has blocks');
  return verdict;
}
