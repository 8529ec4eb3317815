import type { Volume } from '../../core/rpc/index.ts';
import { mark, present, toBlock, type Axis, type Viewport } from '../../core/view/index.ts';
import type { Palette } from './palette.ts';

const height = 26;

export interface Overview {
  readonly width: number;
  readonly ratio: number;
  readonly volume: Volume;
  readonly hasGroups: boolean;
  /** Blocks that the width stands for. */
  readonly length: number;
  readonly buckets: Uint8Array;
  readonly axis: Axis;
  readonly view: Viewport;
}

/**
 * Draws the whole to scale, with its groups, what is used, and the part that the map shows. What does not change while
 * the map moves is kept as a picture.
 */
export class OverviewPainter {
  #kept: { readonly of: Overview; readonly palette: Palette; readonly picture: OffscreenCanvas } | null =
    null;

  paint(context: CanvasRenderingContext2D, overview: Overview, palette: Palette): void {
    const { width, ratio, length, axis, view } = overview;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#background(overview, palette), 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const inPixels = (position: number) =>
      (Math.min(length, Math.max(0, toBlock(axis, position))) / length) * width;
    const left = inPixels(view.from);
    const right = inPixels(view.to);
    context.strokeStyle = palette.ink;
    context.lineWidth = 1;
    context.strokeRect(Math.floor(left) + 0.5, 1.5, Math.max(3, Math.ceil(right - left) - 1), height - 3);
  }

  #background(overview: Overview, palette: Palette): OffscreenCanvas {
    const kept = this.#kept;
    if (
      kept?.palette === palette &&
      kept.of.buckets === overview.buckets &&
      kept.of.width === overview.width &&
      kept.of.ratio === overview.ratio
    )
      return kept.picture;
    const { width, ratio } = overview;
    const picture = new OffscreenCanvas(Math.max(1, Math.round(width * ratio)), Math.round(height * ratio));
    const context = picture.getContext('2d');
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (context) paintBackground(context, overview, palette);
    this.#kept = { of: overview, palette, picture };
    return picture;
  }
}

function paintBackground(
  context: OffscreenCanvasRenderingContext2D,
  overview: Overview,
  palette: Palette,
): void {
  const { width, buckets } = overview;
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, height);
  if (overview.hasGroups) paintGroups(context, overview, palette);
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
    if (bits & (mark.differs | mark.torn)) {
      context.fillStyle = palette.differs;
      context.fillRect(x - 1, 21, wide + 2, 4);
    }
  }
}

function paintGroups(
  context: OffscreenCanvasRenderingContext2D,
  { width, length, volume }: Overview,
  palette: Palette,
): void {
  const groupWidth = (volume.blocksPerGroup / length) * width;
  if (groupWidth < 3) return;
  context.fillStyle = palette.line;
  for (let x = groupWidth; x < width; x += groupWidth) context.fillRect(Math.round(x), 0, 1, height);
}

/** The block at `x` of an overview of that width and length. */
export function overviewBlock(length: number, width: number, x: number): number {
  return Math.min(length - 1, Math.max(0, Math.floor((x / width) * length)));
}
