import { absent, Cells, hitTest, mark, toPosition, visitRange, type Lane } from '../../core/view/index.ts';
import type { FileModel } from '../state/model.ts';
import {
  boxOf,
  narrowestDifferencePx,
  paintBlocks,
  paintDifference,
  paintLabel,
  paintPiece,
  paintStretch,
  paintTorn,
  type Box,
  type ExtentPlace,
} from './paint-extent.ts';
import type { Palette, Patterns } from './palette.ts';
import { scaleOf, type LaneKind, type Scene } from './scene.ts';

export interface LaneStyle {
  readonly palette: Palette;
  readonly patterns: Patterns;
}

/** Rows of the pairing to be marked, or -1. */
export interface MarkedRows {
  readonly selected: number;
  readonly hovered: number;
}

/** Stretches narrower than an outline are painted in cells of up to this width. */
const cellPx = 4;

/** Draws one lane of one file with its top at `top`: stretches, their marks of alignment, differences, selection. */
export function paintLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  file: FileModel,
  lane: Lane,
  kind: LaneKind,
  top: number,
  marked: MarkedRows,
  style: LaneStyle,
): void {
  const { view } = scene;
  const height = scene.layout.laneHeight[kind];
  const grain = 1 / (scaleOf(scene) * scene.ratio);
  const reach = narrowestDifferencePx / scaleOf(scene);
  const differing: Box[] = [];
  const torn: Box[] = [];
  const wide: { box: Box; index: number }[] = [];
  const alignment = new AlignmentLines();
  const cells = new Cells(cellPx / scaleOf(scene), (start, end, covered, marks, count, index) => {
    const box = boxOf(scene, start, end, marks);
    if (kind === 'difference') {
      paintPiece(context, scene, box, top, height, marks, style);
      return;
    }
    const coverage = count === 1 && index >= 0 ? 1 : covered / (end - start);
    paintStretch(context, box, top, height, marks, coverage, kind, style);
    alignment.add(box, (marks & mark.misaligned) !== 0);
    if (marks & mark.differs) differing.push(box);
    if (marks & mark.torn) torn.push(box);
    if (index >= 0 && end - start >= cells.width) wide.push({ box, index });
  });
  visitRange(lane.pyramid, view.from - reach, view.to + reach, grain, cells.add);
  cells.flush();
  if (kind !== 'difference') {
    alignment.paint(context, top + height + 3, style.palette);
    for (const box of differing) paintDifference(context, box, top, height, style);
    for (const box of torn) paintTorn(context, box, top, height, style);
    for (const { box, index } of wide) {
      const place: ExtentPlace = { file, lane, index, box, top, side: kind };
      paintBlocks(context, scene, place, style.palette);
      paintLabel(context, scene, place, style.palette);
    }
  }
  for (const [row, colour] of [
    [marked.hovered, style.palette['ink-faint']],
    [marked.selected, style.palette.ink],
  ] as const) {
    if (row >= 0) outlineRow(context, scene, lane, startOf(scene, file, kind, row), top, height, colour);
  }
}

/** The block of the axis at which a row begins in this lane, or `absent`. */
function startOf(scene: Scene, { pairing }: FileModel, kind: LaneKind, row: number): number {
  if (kind === 'difference') return absent;
  const physical = pairing[kind][row] ?? absent;
  if (physical === absent) return absent;
  return scene.dimension === 'physical' ? physical : (pairing.logical[row] ?? absent);
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
