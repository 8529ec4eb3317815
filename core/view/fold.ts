/**
 * The axis of the map. Files of a fresh filesystem lie in a few places far apart; a straight axis would show empty
 * space and hairlines. A folded axis cuts the largest gaps down to a short, marked stretch and keeps everything else
 * to scale. Positions on the axis are in blocks, moved left by what was cut out before them.
 */
export interface Axis {
  /** Stretches drawn to scale, in order. The last one ends at the end of the volume. */
  readonly segments: readonly AxisSegment[];
  /** What is cut out, one between two segments (also before the first and after the last where they are cut). */
  readonly gaps: readonly AxisGap[];
  /** Position of the right end. */
  readonly length: number;
}

interface AxisSegment {
  readonly firstBlock: number;
  /** One past the last. */
  readonly endBlock: number;
  readonly position: number;
}

export interface AxisGap {
  readonly firstBlock: number;
  readonly endBlock: number;
  readonly position: number;
  /** How long the gap is drawn; its blocks are squeezed into that. */
  readonly drawn: number;
}

export interface BlockRange {
  readonly first: number;
  readonly end: number;
}

const gapsMax = 24;

/** The straight axis over `blockCount` blocks. */
export function straightAxis(blockCount: number): Axis {
  return { segments: [{ firstBlock: 0, endBlock: blockCount, position: 0 }], gaps: [], length: blockCount };
}

/**
 * Folds away the largest gaps between `used` ranges (in ascending order, not overlapping). The room left around what
 * is used is rounded out to multiples of `grainBlocks`, so that the grid stays readable at the edges. Where something lies past
 * the end (a record may come from anywhere), the axis is that much longer.
 */
export function foldAxis(volumeBlocks: number, used: readonly BlockRange[], grainBlocks: number): Axis {
  const blockCount = Math.max(volumeBlocks, used.at(-1)?.end ?? 0);
  const usedBlocks = used.reduce((sum, { first, end }) => sum + end - first, 0);
  if (usedBlocks === 0) return straightAxis(blockCount);
  const worthCutting = Math.max(4 * grainBlocks, usedBlocks * 0.1);
  const cuts = gapsBetween(blockCount, used, grainBlocks)
    .filter(({ first, end }) => end - first > worthCutting)
    .sort((left, right) => right.end - right.first - (left.end - left.first))
    .slice(0, gapsMax)
    .sort((left, right) => left.first - right.first);
  const shown = blockCount - cuts.reduce((sum, { first, end }) => sum + end - first, 0);
  return cutOut(blockCount, cuts, Math.ceil(shown * 0.04));
}

function gapsBetween(blockCount: number, used: readonly BlockRange[], grain: number): BlockRange[] {
  const gaps: BlockRange[] = [];
  let end = 0;
  for (const range of [...used, { first: blockCount, end: blockCount }]) {
    const from = end === 0 ? 0 : Math.ceil(end / grain) * grain + grain;
    const to = range.first === blockCount ? blockCount : Math.floor(range.first / grain) * grain - grain;
    if (to > from) gaps.push({ first: from, end: to });
    end = Math.max(end, range.end);
  }
  return gaps;
}

function cutOut(blockCount: number, cuts: readonly BlockRange[], drawn: number): Axis {
  const segments: AxisSegment[] = [];
  const gaps: AxisGap[] = [];
  let block = 0;
  let position = 0;
  for (const cut of [...cuts, null]) {
    const endBlock = cut ? cut.first : blockCount;
    if (endBlock > block) segments.push({ firstBlock: block, endBlock, position });
    position += endBlock - block;
    if (!cut) break;
    gaps.push({ firstBlock: cut.first, endBlock: cut.end, position, drawn });
    position += drawn;
    block = cut.end;
  }
  return { segments, gaps, length: position };
}

/** Where a block lies on the axis; fractions are kept, blocks in a gap are squeezed. */
export function toPosition(axis: Axis, block: number): number {
  const gap = axis.gaps.find(({ firstBlock, endBlock }) => block >= firstBlock && block < endBlock);
  if (gap) return gap.position + ((block - gap.firstBlock) / (gap.endBlock - gap.firstBlock)) * gap.drawn;
  const segment = axis.segments.findLast(({ firstBlock }) => firstBlock <= block) ?? axis.segments[0];
  if (!segment) return block;
  return segment.position + block - segment.firstBlock;
}

/** The block at a position of the axis, or at the nearer end; inside a gap, the block that is squeezed there. */
export function toBlock(axis: Axis, anyPosition: number): number {
  const position = Math.min(axis.length, Math.max(0, anyPosition));
  const gap = axis.gaps.find((one) => position >= one.position && position <= one.position + one.drawn);
  if (gap) {
    const share = (position - gap.position) / gap.drawn;
    return gap.firstBlock + share * (gap.endBlock - gap.firstBlock);
  }
  const segment = axis.segments.findLast((one) => one.position <= position) ?? axis.segments[0];
  if (!segment) return position;
  return segment.firstBlock + position - segment.position;
}
