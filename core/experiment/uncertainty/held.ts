import type { Geometry, Volume } from '../../ext4/index.ts';
import { unionOf, without, type Span } from './ranges.ts';

/** Clusters that are free on disk and taken in memory: preallocated for a file or for the small files of a CPU. */
export interface HeldRange {
  readonly group: number;
  /** First cluster within the group. */
  readonly start: number;
  readonly clusters: number;
  /** First physical block. */
  readonly physical: number;
}

/** What a mounted filesystem has free, on disk and in memory. */
export interface FreeSpace {
  /** Free on disk, in physical blocks, joined across groups. */
  readonly onDisk: readonly Span[];
  readonly held: readonly HeldRange[];
}

/** Memory and disk contradict each other: somebody wrote while they were read. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

/**
 * Lays what the buddies have free (`inMemory`, physical blocks) beside the bitmaps on disk. Throws ChangedMeanwhile where
 * the buddies have more.
 */
export function freeSpaceOf(
  volume: Pick<Volume, 'geometry' | 'blockBitmap'>,
  inMemory: readonly Span[],
): FreeSpace {
  const { geometry } = volume;
  const onDisk = unionOf(
    Array.from({ length: geometry.groupCount }, (_, group) => freeOnDisk(volume, group)).flat(),
  );
  const free = unionOf(inMemory);
  if (without(free, onDisk).length > 0)
    throw new ChangedMeanwhile('the filesystem was changed while it was read');
  return { onDisk, held: without(onDisk, free).flatMap((span) => heldIn(geometry, span)) };
}

function freeOnDisk(
  { geometry, blockBitmap }: Pick<Volume, 'geometry' | 'blockBitmap'>,
  group: number,
): Span[] {
  const { blocksPerGroup, firstDataBlock, clusterRatio, blocksCount } = geometry;
  const bitmap = blockBitmap(group);
  const first = group * blocksPerGroup + firstDataBlock;
  const clusters = Math.ceil(Math.min(blocksPerGroup, blocksCount - first) / clusterRatio);
  const spans: Span[] = [];
  let from = -1;
  for (let cluster = 0; cluster <= clusters; cluster++) {
    const isFree = cluster < clusters && (bitmap[cluster >>> 3] & (1 << (cluster & 7))) === 0;
    if (isFree && from < 0) from = cluster;
    if (isFree || from < 0) continue;
    spans.push({ from: first + from * clusterRatio, end: first + cluster * clusterRatio });
    from = -1;
  }
  return spans;
}

/** A span of blocks as clusters of its groups. */
function heldIn(geometry: Geometry, { from, end }: Span): HeldRange[] {
  const { blocksPerGroup, firstDataBlock, clusterRatio } = geometry;
  const held: HeldRange[] = [];
  for (let at = from; at < end;) {
    const group = Math.floor((at - firstDataBlock) / blocksPerGroup);
    const groupStart = group * blocksPerGroup + firstDataBlock;
    const stop = Math.min(end, groupStart + blocksPerGroup);
    const start = (at - groupStart) / clusterRatio;
    held.push({ group, start, clusters: Math.ceil((stop - at) / clusterRatio), physical: at });
    at = stop;
  }
  return held;
}
