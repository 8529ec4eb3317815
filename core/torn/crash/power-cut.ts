import { cutsOf, type AskedWrite, type DriveModel } from './drive.ts';
import { sectorBytes } from './log.ts';

/** Parts of a write, in bytes from its beginning: ascending, apart, none of them empty. */
export type Parts = readonly (readonly [from: number, to: number])[];

/**
 * What is there of a write that a power cut met before it was durable (docs/crash-states.md, the fault model): all, nothing,
 * or, where the drive does not promise it whole, some of its pieces. `below(n)` draws a whole number from 0 to n - 1.
 */
export function survivingParts(
  drive: DriveModel,
  write: AskedWrite,
  below: (limit: number) => number,
): Parts {
  const whole: Parts = [[0, write.lengthBytes]];
  const cuts = cutsOf(drive, write).map((sectors) => sectors * sectorBytes);
  if (cuts.length === 0) return below(2) === 0 ? whole : [];
  const cut = cuts[below(cuts.length)] ?? write.lengthBytes;
  switch (below(5)) {
    case 0:
      return whole;
    case 1:
      return [];
    case 2:
      return [[0, cut]];
    case 3:
      return [[cut, write.lengthBytes]];
    default:
      return anyOf([0, ...cuts, write.lengthBytes], below);
  }
}

/** Each piece between two neighbours of `edges` is there or not; pieces that touch become one. */
function anyOf(edges: readonly number[], below: (limit: number) => number): Parts {
  const parts: [number, number][] = [];
  for (const [index, to] of edges.entries()) {
    const from = edges[index - 1];
    if (from === undefined || below(2) === 0) continue;
    const last = parts.at(-1);
    if (last?.[1] === from) last[1] = to;
    else parts.push([from, to]);
  }
  return parts;
}
