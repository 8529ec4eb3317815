import type { Geometry } from '../../ext4/index.ts';
import type { Candidate } from './explore.ts';
import type { HeldRange } from './held.ts';

/** A small file that the plan's CPU wrote to see where it would go. */
export interface SmallProbe {
  readonly physical: number;
  /** Its only extent, in blocks. */
  readonly blocks: number;
  /** Whether its blocks had been free in memory before all probes: no preallocation was large enough. */
  readonly isNew: boolean;
  /** Where it wanted to go; null where that is not known. */
  readonly goal: number | null;
}

/**
 * Whom held ranges are held for, as far as small files show it. The locality group's nearest range that is large enough
 * gets a small file (ext4_mb_use_preallocated()), a new one being made where there is none; what was used of a range lies
 * before it. `most` is mb_group_prealloc, in clusters: a locality group's range has no more.
 */
export function suspectsOf(
  geometry: Geometry,
  held: readonly HeldRange[],
  probes: readonly SmallProbe[],
  most: number,
): Candidate[] {
  const { clusterRatio } = geometry;
  const ends = new Set(
    probes.map(({ physical, blocks }) => Math.ceil((physical + blocks) / clusterRatio) * clusterRatio),
  );
  const isOwn = (range: HeldRange): boolean => ends.has(range.physical) && range.start % most !== 0;
  // Where nothing is left behind any probe, somebody used the same ranges meanwhile, and the probes say little.
  const areTelling = held.some(isOwn);
  return held.flatMap((range): Candidate[] => {
    if (isOwn(range)) return ownRange(range, most, clusterRatio);
    return piecesOf(range, most, clusterRatio).map((piece) => {
      const isOthers = areTelling && probes.some((probe) => excludes(probe, piece, clusterRatio));
      return { ...piece, by: isOthers ? 'others' : 'unknown' };
    });
  });
}

/** A range right behind a probe is what is left of the locality group's; what is too much for it is somebody else's. */
function ownRange(range: HeldRange, most: number, clusterRatio: number): Candidate[] {
  const [own, ...rest] = piecesOf(range, most, clusterRatio);
  return [
    ...(own ? [{ ...own, by: 'locality-group' as const }] : []),
    ...rest.map((piece) => ({ ...piece, by: 'unknown' as const })),
  ];
}

/** Whether the probe would have gone there if the range were the locality group's. */
function excludes(probe: SmallProbe, range: HeldRange, clusterRatio: number): boolean {
  if (range.clusters < Math.ceil(probe.blocks / clusterRatio)) return false;
  if (probe.isNew) return true;
  if (probe.goal === null) return false;
  return Math.abs(probe.goal - range.physical) < Math.abs(probe.goal - probe.physical);
}

/** Longer ranges are several preallocations side by side: they meet where a buddy of that size begins. */
function piecesOf(range: HeldRange, most: number, clusterRatio: number): HeldRange[] {
  if (range.clusters <= most) return [range];
  const pieces: HeldRange[] = [];
  const end = range.start + range.clusters;
  for (let start = range.start; start < end;) {
    const stop = Math.min(end, (Math.floor(start / most) + 1) * most);
    const physical = range.physical + (start - range.start) * clusterRatio;
    pieces.push({ ...range, start, clusters: stop - start, physical });
    start = stop;
  }
  return pieces;
}
