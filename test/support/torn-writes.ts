import { fillUnit, type Expectation, type UnitStamp, type WriteRecord } from '../../core/torn/index.ts';

/** Stamped units and the writes that they are of, for tests of what becomes of them. */

export const run = 0x1122334455667788n;
export const blockBytes = 512;
export const address = 2 ** 33;

export function stamp(generation: number, writer = 1, bytes = 4096, at = address): UnitStamp {
  return { run, writer, generation, address: at, bytes, blockBytes };
}

export function bytesOf(unit: UnitStamp): Uint8Array {
  const bytes = new Uint8Array(unit.bytes);
  fillUnit(bytes, unit);
  return bytes;
}

/** A unit as a run leaves it: generation 0 is what stood there before all writes. */
export function stampedUnit(generation: number, bytes: number, at = 0): Uint8Array {
  return bytesOf(stamp(generation, generation === 0 ? 0 : 1, bytes, at));
}

export function write(generation: number, more: Partial<WriteRecord> = {}): WriteRecord {
  const begunAt = generation * 10;
  return {
    writer: 1,
    generation,
    address,
    bytes: 4096,
    begunAt,
    endedAt: begunAt + 5,
    promised: true,
    ...more,
  };
}

export const inFlight = { endedAt: null, promised: false };

export function expecting(...writes: WriteRecord[]): Expectation {
  return { run, address, blockBytes, writes };
}

/** The first `blocks` blocks of one, the others of the other. */
export function cut(one: UnitStamp, other: UnitStamp, blocks: number): Uint8Array {
  const bytes = bytesOf(other);
  bytes.set(bytesOf(one).subarray(0, blocks * blockBytes));
  return bytes;
}
