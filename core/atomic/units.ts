import { assert } from '../assert.ts';
import { isPowerOfTwo } from './powers.ts';

/** One extent of a file on its device, in bytes. */
export interface ByteExtent {
  readonly logicalBytes: number;
  readonly physicalBytes: number;
  readonly lengthBytes: number;
  readonly state: 'written' | 'unwritten';
}

/** Why a unit does not lie in one aligned extent. */
export type UnitFault = 'partly a hole' | 'several extents' | 'off alignment';

/** How the aligned units of one size lie on the device. */
export interface UnitShare {
  readonly unitBytes: number;
  /** Units that the file touches, a started one at its end too. */
  readonly units: number;
  /** Units in one extent of one state, at a physical address that is a multiple of the unit. */
  readonly aligned: number;
  /** Units with nothing allocated: the next write decides. */
  readonly holes: number;
  /** The first units that are neither. */
  readonly firstFaults: readonly { readonly offsetBytes: number; readonly fault: UnitFault }[];
}

const mostFaults = 5;

/**
 * Counts a file's aligned units of `unitBytes` (a power of two). `extents` are in logical order and do not overlap;
 * neighbours that continue each other in both addresses and state count as one, as the kernel maps them.
 */
export function unitShare(extents: readonly ByteExtent[], fileBytes: number, unitBytes: number): UnitShare {
  assert(isPowerOfTwo(unitBytes), 'a unit is a power of two');
  const units = Math.ceil(fileBytes / unitBytes);
  let aligned = 0;
  let touched = 0;
  const firstFaults: UnitShare['firstFaults'][number][] = [];
  let lastUnit = -1;
  for (const extent of joined(extents)) {
    const from = Math.floor(extent.logicalBytes / unitBytes);
    const to = Math.min(units - 1, Math.ceil((extent.logicalBytes + extent.lengthBytes) / unitBytes) - 1);
    const start = Math.ceil(extent.logicalBytes / unitBytes);
    const end = Math.floor((extent.logicalBytes + extent.lengthBytes) / unitBytes);
    const inPhase = (extent.physicalBytes - extent.logicalBytes) % unitBytes === 0;
    const whole = Math.max(0, Math.min(end, units) - start);
    if (inPhase) aligned += whole;
    touched += Math.max(0, to - Math.max(from, lastUnit + 1) + 1);
    for (let unit = from; unit <= to && firstFaults.length < mostFaults; unit++) {
      if (unit >= start && unit < end && inPhase) {
        unit = Math.min(end, units) - 1; // a run of good units
        continue;
      }
      if (unit === lastUnit) continue;
      firstFaults.push({ offsetBytes: unit * unitBytes, fault: faultOf(extents, unit, unitBytes) });
    }
    lastUnit = Math.max(lastUnit, to);
  }
  return { unitBytes, units, aligned, holes: units - touched, firstFaults };
}

function faultOf(extents: readonly ByteExtent[], unit: number, unitBytes: number): UnitFault {
  const [from, to] = [unit * unitBytes, (unit + 1) * unitBytes];
  const inside = joined(
    extents.filter(({ logicalBytes, lengthBytes }) => logicalBytes < to && logicalBytes + lengthBytes > from),
  );
  const covered = inside.reduce((sum, { logicalBytes, lengthBytes }) => {
    return sum + Math.min(to, logicalBytes + lengthBytes) - Math.max(from, logicalBytes);
  }, 0);
  if (covered < unitBytes) return 'partly a hole';
  return inside.length > 1 ? 'several extents' : 'off alignment';
}

function joined(extents: readonly ByteExtent[]): ByteExtent[] {
  const list: ByteExtent[] = [];
  for (const extent of extents) {
    const last = list.at(-1);
    const continues =
      last !== undefined &&
      last.state === extent.state &&
      last.logicalBytes + last.lengthBytes === extent.logicalBytes &&
      last.physicalBytes + last.lengthBytes === extent.physicalBytes;
    if (continues) list[list.length - 1] = { ...last, lengthBytes: last.lengthBytes + extent.lengthBytes };
    else list.push(extent);
  }
  return list;
}
