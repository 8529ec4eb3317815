import { absent, formatAddress, mark, type Lane, type LaneSide } from '../../core/view/index.ts';
import type { FileModel } from '../state/model.ts';
import type { LaneStyle } from './paint-lane.ts';
import type { Palette } from './palette.ts';
import { scaleOf, toX, type Scene } from './scene.ts';

/** Narrower than this a stretch is drawn this wide, so that it can be seen; a differing one wider still. */
const narrowestPx = 2;
export const narrowestDifferencePx = 4;
/** From this width of a block on, blocks are told apart inside an extent. */
const blockCellPx = 7;
/** From this width on a stretch has room for the dots of what is misaligned. */
const dotsPx = 6;

export interface Box {
  readonly left: number;
  readonly width: number;
}

/** An extent that is wide enough to show what is in it. */
export interface ExtentPlace {
  readonly file: FileModel;
  readonly lane: Lane;
  readonly index: number;
  readonly box: Box;
  readonly top: number;
  readonly side: LaneSide;
}

/** On screen, at least as wide as can be seen, and cut a little outside the canvas. */
export function boxOf(scene: Scene, start: number, end: number, marks: number): Box {
  const least = marks & (mark.differs | mark.torn) ? narrowestDifferencePx : narrowestPx;
  const left = Math.max(-8, toX(scene, start));
  const right = Math.min(scene.width + 8, toX(scene, end));
  return { left, width: Math.max(least, right - left) };
}

/**
 * Predicted is outlined, actual is filled; unwritten is dashed; misaligned is dotted; a prediction that may come out
 * otherwise is faint; a bucket of several is as opaque as it is covered.
 */
export function paintStretch(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  height: number,
  marks: number,
  coverage: number,
  side: LaneSide,
  { palette, patterns }: LaneStyle,
): void {
  const unwritten = (marks & mark.unwritten) !== 0;
  const uncertain = side === 'predicted' && (marks & mark.uncertain) !== 0;
  const colour = palette[uncertain ? 'ink-faint' : side];
  const opacity = Math.max(0.35, Math.min(1, coverage));
  const filled = side === 'actual' && !unwritten;
  context.fillStyle = colour;
  context.globalAlpha = filled ? opacity : 0.13 * opacity;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  if ((marks & mark.misaligned) !== 0 && width >= dotsPx) {
    context.fillStyle = (filled ? patterns.misalignedOnActual : patterns.misaligned) ?? palette.misaligned;
    context.globalAlpha = filled ? 0.45 : 0.6;
    context.fillRect(left, top, width, height);
    context.globalAlpha = 1;
    context.fillStyle = colour;
  }
  if (filled) return;
  if (width < 4) {
    // Too narrow for an outline of its own: what is left of it above, below and, paler, at the side.
    context.globalAlpha = 0.35 * opacity;
    context.fillRect(left, top, 1, height);
    context.globalAlpha = 1;
    context.fillRect(left, top, width, 1.5);
    context.fillRect(left, top + height - 1.5, width, 1.5);
    return;
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(uncertain ? [1.5, 3] : unwritten ? [4, 3] : []);
  context.strokeRect(left + 0.75, top + 0.75, width - 1.5, height - 1.5);
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** Filled, so that what lies on it needs the other ink. */
function isFilled({ lane, index, side }: ExtentPlace): boolean {
  return side === 'actual' && ((lane.marks[index] ?? 0) & mark.unwritten) === 0;
}

/** Borders of blocks inside an extent, where there is room for them. */
export function paintBlocks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  place: ExtentPlace,
  palette: Palette,
): void {
  if (scaleOf(scene) < blockCellPx) return;
  const { lane, index, top, side } = place;
  const start = lane.start[index] ?? 0;
  const firstSeen = start + Math.max(1, Math.ceil(scene.view.from - start));
  const lastSeen = Math.min((lane.end[index] ?? 0) - 1, scene.view.to);
  context.strokeStyle = isFilled(place) ? palette['on-actual'] : palette[side];
  context.globalAlpha = 0.22;
  context.beginPath();
  for (let block = firstSeen; block <= lastSeen; block++) {
    const x = Math.round(toX(scene, block)) + 0.5;
    context.moveTo(x, top + 2);
    context.lineTo(x, top + scene.layout.laneHeight[side] - 2);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * What an extent holds, where there is room: on the physical axis its logical blocks, on the logical one where it lies.
 * It is on a plate, so that no pattern runs through the digits.
 */
export function paintLabel(
  context: CanvasRenderingContext2D,
  scene: Scene,
  place: ExtentPlace,
  palette: Palette,
): void {
  const { file, lane, index, box, top, side } = place;
  const { left, width } = box;
  const row = lane.row[index] ?? 0;
  const doubt = side === 'predicted' && ((lane.marks[index] ?? 0) & mark.uncertain) !== 0 ? '?' : '';
  const label = `${labelOf(scene, file, side, row)}${doubt}`;
  const textWidth = label.length * scene.digitWidth;
  const seenFrom = Math.max(0, left);
  if (textWidth > Math.min(left + width, scene.width) - seenFrom - 10) return;
  const differs = ((lane.marks[index] ?? 0) & (mark.differs | mark.torn)) !== 0;
  const filled = isFilled(place) && !differs;
  const middle = top + scene.layout.laneHeight[side] / 2;
  const plate = Math.min(16, scene.layout.laneHeight[side] - 3);
  context.fillStyle = filled ? palette.actual : palette.ground;
  context.fillRect(seenFrom + 3, middle - plate / 2, textWidth + 4, plate);
  context.textAlign = 'left';
  context.fillStyle = filled ? palette['on-actual'] : palette.ink;
  context.fillText(label, seenFrom + 5, middle + 0.5);
}

function labelOf(scene: Scene, { pairing }: FileModel, side: LaneSide, row: number): string {
  if (scene.dimension === 'logical') {
    return formatAddress(pairing[side][row] ?? absent, scene.addressForm, scene.volume.blockBytes);
  }
  const first = pairing.logical[row] ?? 0;
  const count = pairing.length[row] ?? 0;
  return count === 1 ? String(first) : `${first}..${first + count - 1}`;
}

export function paintDifference(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  height: number,
  { palette, patterns }: LaneStyle,
): void {
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.35;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.fillStyle = patterns.differs ?? palette.differs;
  context.fillRect(left, top, width, height);
  context.fillStyle = palette.differs;
  context.fillRect(left, top - 2, width, 2);
  context.fillRect(left, top + height, width, 2);
}

/** What is wrong with the content: crossed, whatever lies below. */
export function paintTorn(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  height: number,
  { palette, patterns }: LaneStyle,
): void {
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.75;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.fillStyle = patterns.torn ?? palette.differs;
  context.fillRect(left, top, width, height);
  context.strokeStyle = palette.differs;
  context.strokeRect(left + 0.5, top + 0.5, Math.max(1, width - 1), height - 1);
}

/**
 * A piece of the lane of differences: outlined where only the prediction has it, filled where only the kernel has, hatched
 * where both have something, but not the same.
 */
export function paintPiece(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { left, width }: Box,
  top: number,
  height: number,
  marks: number,
  { palette, patterns }: LaneStyle,
): void {
  const { digitWidth } = scene;
  const inPredicted = (marks & mark.inPredicted) !== 0;
  const inActual = (marks & mark.inActual) !== 0;
  context.fillStyle = inActual && !inPredicted ? palette.differs : (patterns.differs ?? palette.differs);
  if (inActual || width < 4) context.fillRect(left, top, width, height);
  context.strokeStyle = palette.differs;
  context.strokeRect(left + 0.5, top + 0.5, Math.max(1, width - 1), height - 1);
  const both = scene.dimension === 'physical' ? 'both' : 'elsewhere';
  const letters = inPredicted && inActual ? both : inPredicted ? 'predicted' : 'actual';
  const long = letters.length * digitWidth + 8 <= width;
  const label = long ? letters : letters.slice(0, 1).toUpperCase();
  const textWidth = label.length * digitWidth;
  if (textWidth + 4 > width) return;
  const x = left + (width - textWidth) / 2;
  const filled = inActual && !inPredicted;
  context.fillStyle = filled ? palette.differs : palette.ground;
  context.fillRect(x - 2, top + 1, textWidth + 4, height - 2);
  context.textAlign = 'left';
  context.fillStyle = filled ? palette.ground : palette.differs;
  context.fillText(label, x, top + height / 2 + 0.5);
}
