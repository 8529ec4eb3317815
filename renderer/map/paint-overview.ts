import type { Volume } from '../../core/rpc/index.ts';
import { mark, present, toBlock, type Axis, type Viewport } from '../../core/view/index.ts';
import type { Palette } from './palette.ts';

export const overviewHeight = 26;

export interface Overview {
  readonly width: number;
  readonly ratio: number;
  readonly volume: Volume;
  readonly buckets: Uint8Array;
  readonly axis: Axis;
  readonly view: Viewport;
}

/** Draws the whole volume to scale, with its groups, what is used, and the part that the map shows. */
export function paintOverview(context: CanvasRenderingContext2D, overview: Overview, palette: Palette): void {
  const { width, ratio, buckets, volume } = overview;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, overviewHeight);
  paintGroups(context, overview, palette);
  const perBucket = width / buckets.length;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    const bits = buckets[bucket] ?? 0;
    if (bits === 0) continue;
    const x = bucket * perBucket;
    const wide = Math.max(2, perBucket);
    if (bits & present.predicted) {
      context.fillStyle = palette.predicted;
      context.fillRect(x, 5, wide, 6);
    }
    if (bits & present.actual) {
      context.fillStyle = palette.actual;
      context.fillRect(x, 13, wide, 6);
    }
    if (bits & mark.differs) {
      context.fillStyle = palette.differs;
      context.fillRect(x - 1, 21, wide + 2, 4);
    }
  }
  const inPixels = (position: number) =>
    (Math.min(volume.blockCount, Math.max(0, toBlock(overview.axis, position))) / volume.blockCount) * width;
  const left = inPixels(overview.view.from);
  const right = inPixels(overview.view.to);
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  context.strokeRect(
    Math.floor(left) + 0.5,
    1.5,
    Math.max(3, Math.ceil(right - left) - 1),
    overviewHeight - 3,
  );
}

function paintGroups(context: CanvasRenderingContext2D, { width, volume }: Overview, palette: Palette): void {
  const groupWidth = (volume.blocksPerGroup / volume.blockCount) * width;
  if (groupWidth < 3) return;
  context.fillStyle = palette.line;
  for (let x = groupWidth; x < width; x += groupWidth) context.fillRect(Math.round(x), 0, 1, overviewHeight);
}

/** The block at `x` of an overview of that width. */
export function overviewBlock(volume: Volume, width: number, x: number): number {
  return Math.min(volume.blockCount - 1, Math.max(0, Math.floor((x / width) * volume.blockCount)));
}
