import {
  buildLane,
  foldAxis,
  formatCount,
  mark,
  visitRange,
  type Axis,
  type Lane,
  type LaneSide,
  type Pairing,
} from '../../view/index.ts';
import { markup, type Markup } from './markup.ts';

/** A file to draw: its name and its two layouts side by side. */
export interface DrawnFile {
  readonly name: string;
  readonly pairing: Pairing;
}

const width = 1160;
const laneHeight = 14;
const fileHeight = 58;
const axisHeight = 20;

/**
 * The extent map as a drawing: for each file the predicted lane above (outlined), the actual one below (filled), what
 * differs hatched. Stretches narrower than a pixel are drawn as buckets, so that a million extents stay a small picture.
 */
export function pictureOf(
  files: readonly DrawnFile[],
  used: readonly { first: number; end: number }[],
  blockCount: number,
  unitBlocks: number,
): Markup {
  const axis = foldAxis(blockCount, used, unitBlocks);
  const height = axisHeight + files.length * fileHeight;
  const lanes = files.map((file, index) =>
    fileMarkup(file, axis, unitBlocks, axisHeight + index * fileHeight),
  );
  return markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Extents, predicted above actual"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.6" height="5" class="hatch"/></pattern></defs>${axisMarkup(axis, height)}${lanes}</svg>`;
}

function xOf(axis: Axis, position: number): number {
  return Math.round((position / axis.length) * width * 100) / 100;
}

function axisMarkup(axis: Axis, height: number): Markup[] {
  const labels = axis.segments.map(({ firstBlock, position }) => {
    const x = xOf(axis, position);
    return markup`<line class="tick" x1="${x}" x2="${x}" y1="14" y2="${height}"/><text class="axis" x="${x + 3}" y="11">${formatCount(firstBlock)}</text>`;
  });
  const gaps = axis.gaps.map(({ position, drawn }) => {
    const [from, to] = [xOf(axis, position), xOf(axis, position + drawn)];
    return markup`<rect class="gap" x="${from}" y="14" width="${to - from}" height="${height - 14}"/>`;
  });
  return [...gaps, ...labels];
}

function fileMarkup({ name, pairing }: DrawnFile, axis: Axis, unitBlocks: number, top: number): Markup {
  const sides: readonly LaneSide[] = ['predicted', 'actual'];
  const lanes = sides.flatMap((side, index) => {
    const lane = buildLane(pairing, side, axis, unitBlocks);
    return laneMarkup(lane, axis, side, top + 16 + index * (laneHeight + 5));
  });
  return markup`<text class="file" x="2" y="${top + 11}">${name}</text>${lanes}`;
}

function laneMarkup(lane: Lane, axis: Axis, side: LaneSide, top: number): Markup[] {
  const drawn: Markup[] = [];
  const grain = axis.length / width;
  visitRange(lane.pyramid, 0, axis.length, grain, (start, end, _covered, marks) => {
    const x = xOf(axis, start);
    const wide = Math.max(1, Math.round((xOf(axis, end) - x) * 100) / 100);
    const state = marks & mark.unwritten ? `${side} unwritten` : side;
    drawn.push(markup`<rect class="${state}" x="${x}" y="${top}" width="${wide}" height="${laneHeight}"/>`);
    if (marks & mark.differs)
      drawn.push(
        markup`<rect class="differs" x="${x}" y="${top - 1}" width="${Math.max(3, wide)}" height="${laneHeight + 2}"/>`,
      );
  });
  return drawn;
}
