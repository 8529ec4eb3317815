import { mark, visitRange, type Lane, type LaneSide } from '../../core/view/index.ts';
import type { FileModel } from '../state/model.ts';
import type { Palette } from './palette.ts';
import { scaleOf, toX, type Scene } from './scene.ts';

export interface LaneStyle {
  readonly palette: Palette;
  readonly hatched: CanvasPattern | null;
}

/** Rows of the pairing to be marked, or -1. */
export interface MarkedRows {
  readonly selected: number;
  readonly hovered: number;
}

/** Narrower than this a stretch is drawn this wide, so that it can be seen; a differing one wider still. */
const narrowestPx = 2;
const narrowestDifferencePx = 4;
/** From this width of a block on, blocks are told apart inside an extent. */
const blockCellPx = 7;

/** Draws one side of one file with its top at `top`: stretches, their marks of alignment, differences, selection. */
export function paintLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  file: FileModel,
  lane: Lane,
  side: LaneSide,
  top: number,
  marked: MarkedRows,
  style: LaneStyle,
): void {
  const { view, layout } = scene;
  const height = layout.laneHeight;
  const grain = 1 / (scaleOf(scene) * scene.ratio);
  const reach = narrowestDifferencePx / scaleOf(scene);
  const differing: Box[] = [];
  const labelled: { box: Box; index: number }[] = [];
  visitRange(lane.pyramid, view.from - reach, view.to + reach, grain, (start, end, covered, marks, index) => {
    const box = boxOf(scene, start, end, marks);
    paintStretch(context, box, top, height, marks, covered / (end - start), side, style);
    paintAlignment(context, box, top + height + 3, (marks & mark.misaligned) !== 0, style.palette);
    if (marks & mark.differs) differing.push(box);
    if (index < 0) return;
    paintBlocks(context, scene, lane, index, top, side, style.palette);
    labelled.push({ box, index });
  });
  for (const box of differing) paintDifference(context, box, top, height, style);
  for (const { box, index } of labelled)
    paintLabel(context, scene, file, lane, index, box, top, side, style.palette);
  for (const [row, colour] of [
    [marked.hovered, style.palette['ink-faint']],
    [marked.selected, style.palette.ink],
  ] as const) {
    if (row >= 0) outlineRow(context, scene, lane, row, top, height, colour);
  }
}

interface Box {
  readonly left: number;
  readonly width: number;
}

/** On screen, at least as wide as can be seen, and cut a little outside the canvas. */
function boxOf(scene: Scene, start: number, end: number, marks: number): Box {
  const least = marks & mark.differs ? narrowestDifferencePx : narrowestPx;
  const left = Math.max(-8, toX(scene, start));
  const right = Math.min(scene.width + 8, toX(scene, end));
  return { left, width: Math.max(least, right - left) };
}

/** Predicted is outlined, actual is filled; unwritten is dashed; a bucket of several is as opaque as it is covered. */
function paintStretch(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  height: number,
  marks: number,
  coverage: number,
  side: LaneSide,
  { palette }: LaneStyle,
): void {
  const unwritten = (marks & mark.unwritten) !== 0;
  const colour = palette[side];
  const opacity = Math.max(0.35, Math.min(1, coverage));
  const filled = side === 'actual' && !unwritten;
  context.fillStyle = colour;
  context.globalAlpha = filled ? opacity : 0.13 * opacity;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  if (filled) return;
  if (width < 4) {
    context.globalAlpha = opacity;
    context.fillRect(left, top, 1, height);
    context.fillRect(left, top, width, 1.5);
    context.fillRect(left, top + height - 1.5, width, 1.5);
    context.globalAlpha = 1;
    return;
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(unwritten ? [4, 3] : []);
  context.strokeRect(left + 0.75, top + 0.75, width - 1.5, height - 1.5);
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** Below the stretch: a plain line where it is aligned to the unit, dots where it is not. */
function paintAlignment(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  misaligned: boolean,
  palette: Palette,
): void {
  context.fillStyle = misaligned ? palette.misaligned : palette['line-strong'];
  if (!misaligned) {
    context.fillRect(left, top, width, 2);
    return;
  }
  for (let x = left; x < left + width; x += 4) context.fillRect(x, top, Math.min(2, left + width - x), 2);
}

/** Filled, so that what lies on it needs the other ink. */
function isFilled(lane: Lane, index: number, side: LaneSide): boolean {
  return side === 'actual' && ((lane.marks[index] ?? 0) & mark.unwritten) === 0;
}

/** Borders of blocks inside an extent, where there is room for them. */
function paintBlocks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  index: number,
  top: number,
  side: LaneSide,
  palette: Palette,
): void {
  if (scaleOf(scene) < blockCellPx) return;
  const start = lane.start[index] ?? 0;
  const firstSeen = start + Math.max(1, Math.ceil(scene.view.from - start));
  const lastSeen = Math.min((lane.end[index] ?? 0) - 1, scene.view.to);
  context.strokeStyle = isFilled(lane, index, side) ? palette['on-actual'] : palette[side];
  context.globalAlpha = 0.22;
  context.beginPath();
  for (let block = firstSeen; block <= lastSeen; block++) {
    const x = Math.round(toX(scene, block)) + 0.5;
    context.moveTo(x, top + 2);
    context.lineTo(x, top + scene.layout.laneHeight - 2);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The logical blocks of an extent, where there is room; on a plate, so that no pattern runs through the digits. */
function paintLabel(
  context: CanvasRenderingContext2D,
  scene: Scene,
  file: FileModel,
  lane: Lane,
  index: number,
  { left, width }: Box,
  top: number,
  side: LaneSide,
  palette: Palette,
): void {
  const row = lane.row[index] ?? 0;
  const first = file.pairing.logical[row] ?? 0;
  const count = file.pairing.length[row] ?? 0;
  const label = count === 1 ? String(first) : `${first}..${first + count - 1}`;
  const textWidth = context.measureText(label).width;
  const seenFrom = Math.max(0, left);
  if (textWidth > Math.min(left + width, scene.width) - seenFrom - 10) return;
  const differs = ((lane.marks[index] ?? 0) & mark.differs) !== 0;
  const filled = isFilled(lane, index, side) && !differs;
  context.fillStyle = filled ? palette.actual : palette.ground;
  context.fillRect(seenFrom + 3, top + scene.layout.laneHeight / 2 - 8, textWidth + 4, 16);
  context.textAlign = 'left';
  context.fillStyle = filled ? palette['on-actual'] : palette.ink;
  context.fillText(label, seenFrom + 5, top + scene.layout.laneHeight / 2 + 0.5);
}

function paintDifference(
  context: CanvasRenderingContext2D,
  { left, width }: Box,
  top: number,
  height: number,
  { palette, hatched }: LaneStyle,
): void {
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.35;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.fillStyle = hatched ?? palette.differs;
  context.fillRect(left, top, width, height);
  context.fillStyle = palette.differs;
  context.fillRect(left, top - 2, width, 2);
  context.fillRect(left, top + height, width, 2);
}

function outlineRow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  row: number,
  top: number,
  height: number,
  colour: string,
): void {
  const index = lane.row.indexOf(row);
  if (index < 0) return;
  const { left, width } = boxOf(scene, lane.start[index] ?? 0, lane.end[index] ?? 0, lane.marks[index] ?? 0);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(left - 3, top - 3, width + 6, height + 6);
  context.lineWidth = 1;
}
