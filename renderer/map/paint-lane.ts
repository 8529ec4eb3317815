import {
  absent,
  hitTest,
  mark,
  toPosition,
  visitRange,
  type Lane,
  type LaneSide,
} from '../../core/view/index.ts';
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

/** Stretches narrower than an outline are painted in cells of up to this width. */
const cellPx = 4;

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
  const alignment = new AlignmentLines();
  const paint = (start: number, end: number, covered: number, marks: number, isSingle: boolean): Box => {
    const box = boxOf(scene, start, end, marks);
    paintStretch(context, box, top, height, marks, isSingle ? 1 : covered / (end - start), side, style);
    alignment.add(box, (marks & mark.misaligned) !== 0);
    if (marks & mark.differs) differing.push(box);
    return box;
  };
  const cells = new Cells(cellPx / scaleOf(scene), paint);
  visitRange(lane.pyramid, view.from - reach, view.to + reach, grain, (start, end, covered, marks, index) => {
    if (end - start < cells.width) return cells.add(start, end, covered, marks);
    cells.flush();
    const box = paint(start, end, covered, marks, index >= 0);
    if (index < 0) return;
    paintBlocks(context, scene, lane, index, top, side, style.palette);
    labelled.push({ box, index });
  });
  cells.flush();
  alignment.paint(context, top + height + 3, style.palette);
  for (const box of differing) paintDifference(context, box, top, height, style);
  for (const { box, index } of labelled)
    paintLabel(context, scene, file, lane, index, box, top, side, style.palette);
  for (const [row, colour] of [
    [marked.hovered, style.palette['ink-faint']],
    [marked.selected, style.palette.ink],
  ] as const) {
    if (row >= 0) outlineRow(context, scene, lane, file.pairing[side][row] ?? absent, top, height, colour);
  }
}

type Paint = (start: number, end: number, covered: number, marks: number, isSingle: boolean) => void;

/** Joins narrow neighbours into one cell, so that the number of rectangles follows the width and not the extents. */
class Cells {
  /** In positions. */
  readonly width: number;
  private readonly paint: Paint;
  private start = 0;
  private end = 0;
  private covered = 0;
  private marks = 0;
  private count = 0;

  constructor(width: number, paint: Paint) {
    this.width = width;
    this.paint = paint;
  }

  add(start: number, end: number, covered: number, marks: number): void {
    if (this.count > 0 && end - this.start > this.width) this.flush();
    if (this.count === 0) this.start = start;
    this.end = end;
    this.covered += covered;
    this.marks |= marks;
    this.count++;
  }

  flush(): void {
    if (this.count > 0) this.paint(this.start, this.end, this.covered, this.marks, this.count === 1);
    this.count = 0;
    this.covered = 0;
    this.marks = 0;
  }
}

/** What lies below the stretches: a plain line where they are aligned to the unit, dots where they are not. */
class AlignmentLines {
  private readonly aligned: Box[] = [];
  private readonly misaligned: Box[] = [];

  add(box: Box, isMisaligned: boolean): void {
    const lines = isMisaligned ? this.misaligned : this.aligned;
    const last = lines.at(-1);
    if (last && box.left - (last.left + last.width) < 1) {
      lines[lines.length - 1] = { left: last.left, width: box.left + box.width - last.left };
    } else {
      lines.push(box);
    }
  }

  paint(context: CanvasRenderingContext2D, top: number, palette: Palette): void {
    context.lineWidth = 2;
    for (const [lines, colour, dash] of [
      [this.aligned, palette['line-strong'], []],
      [this.misaligned, palette.misaligned, [2, 2]],
    ] as const) {
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.beginPath();
      for (const { left, width } of lines) {
        context.moveTo(left, top + 1);
        context.lineTo(left + width, top + 1);
      }
      context.stroke();
    }
    context.setLineDash([]);
    context.lineWidth = 1;
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

/**
 * Predicted is outlined, actual is filled; unwritten is dashed; a prediction that may come out otherwise is faint and
 * dotted; a bucket of several is as opaque as it is covered.
 */
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
  const uncertain = side === 'predicted' && (marks & mark.uncertain) !== 0;
  const colour = palette[uncertain ? 'ink-faint' : side];
  const opacity = Math.max(0.35, Math.min(1, coverage));
  const filled = side === 'actual' && !unwritten;
  context.fillStyle = colour;
  context.globalAlpha = filled ? opacity : 0.13 * opacity;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
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
  const doubt = side === 'predicted' && ((lane.marks[index] ?? 0) & mark.uncertain) !== 0 ? '?' : '';
  const label = `${count === 1 ? first : `${first}..${first + count - 1}`}${doubt}`;
  const textWidth = label.length * scene.digitWidth;
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

/** Around the stretch that begins at `block`, which a search finds even among a million. */
function outlineRow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  block: number,
  top: number,
  height: number,
  colour: string,
): void {
  const index = block === absent ? -1 : hitTest(lane, toPosition(scene.axis, block), 0);
  if (index < 0) return;
  const { left, width } = boxOf(scene, lane.start[index] ?? 0, lane.end[index] ?? 0, lane.marks[index] ?? 0);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(left - 3, top - 3, width + 6, height + 6);
  context.lineWidth = 1;
}
