import { gridLines, toPosition } from '../../core/view/index.ts';
import { paintAxis } from './paint-axis.ts';
import { paintBands } from './paint-bands.ts';
import { paintLane, type LaneStyle } from './paint-lane.ts';
import type { Palette, Patterns } from './palette.ts';
import { axisHeight, crisp, headHeight, mapFont, scaleOf, toX, type LaneKind, type Scene } from './scene.ts';

const gridSpacingPx = 12;

/** Draws the whole map. What is outside the canvas is never visited. */
export function paintMap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  patterns: Patterns,
): void {
  const { ratio, width, height } = scene;
  const head = headHeight(scene.bands.length);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, height);
  context.font = mapFont;
  context.textBaseline = 'middle';
  paintGaps(context, scene, palette);
  paintGrid(context, scene, palette);
  context.save();
  context.beginPath();
  context.rect(0, head, width, height - head);
  context.clip();
  paintRows(context, scene, head, { palette, patterns });
  context.restore();
  paintBands(context, scene, palette, patterns);
  paintAxis(context, scene, palette);
  paintVisited(context, scene, palette);
}

/** The block that was gone to: between two lines from the axis down. */
function paintVisited(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  if (scene.visited === null) return;
  const left = toX(scene, toPosition(scene.axis, scene.visited));
  const width = Math.max(2, scaleOf(scene));
  context.strokeStyle = palette.ink;
  context.setLineDash([3, 3]);
  context.strokeRect(crisp(left), axisHeight - 6, Math.round(width), scene.height);
  context.setLineDash([]);
}

/** What is folded away: a pale band with broken edges. */
function paintGaps(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  for (const gap of scene.axis.gaps) {
    const left = toX(scene, gap.position);
    const right = toX(scene, gap.position + gap.drawn);
    if (right < 0 || left > scene.width) continue;
    context.fillStyle = palette.panel;
    context.fillRect(left, axisHeight, right - left, scene.height - axisHeight);
    context.strokeStyle = palette['line-strong'];
    context.setLineDash([2, 4]);
    context.beginPath();
    for (const x of [left, right]) {
      context.moveTo(crisp(x), axisHeight);
      context.lineTo(crisp(x), scene.height);
    }
    context.stroke();
    context.setLineDash([]);
  }
}

/** Lines of the unit, stronger ones where a block group begins. */
function paintGrid(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { axis, view, volume, unitBlocks } = scene;
  const draw = (lines: readonly { position: number }[], colour: string) => {
    context.strokeStyle = colour;
    context.beginPath();
    for (const { position } of lines) {
      const x = crisp(toX(scene, position));
      context.moveTo(x, axisHeight);
      context.lineTo(x, scene.height);
    }
    context.stroke();
  };
  context.lineWidth = 1;
  draw(gridLines(axis, view.from, view.to, unitBlocks, gridSpacingPx / scaleOf(scene)), palette.line);
  if (!scene.hasGroups) return;
  const { blocksPerGroup, firstBlock } = volume;
  const groups = gridLines(axis, view.from, view.to, blocksPerGroup, 24 / scaleOf(scene), firstBlock);
  draw(groups, palette['line-strong']);
}

const lanesInOrder: readonly LaneKind[] = ['predicted', 'actual', 'difference'];

function paintRows(context: CanvasRenderingContext2D, scene: Scene, head: number, style: LaneStyle): void {
  const { layout, scrollTop } = scene;
  const first = Math.max(0, Math.floor(scrollTop / layout.height));
  const last = Math.min(scene.files.length, Math.ceil((scrollTop + scene.height - head) / layout.height));
  for (let index = first; index < last; index++) {
    const lanes = scene.files[index];
    if (!lanes) continue;
    const top = head + index * layout.height - scrollTop;
    context.strokeStyle = style.palette.line;
    context.beginPath();
    context.moveTo(0, crisp(top + layout.height) - 1);
    context.lineTo(scene.width, crisp(top + layout.height) - 1);
    context.stroke();
    const marked = { selected: rowOf(scene.selection, index), hovered: rowOf(scene.hover, index) };
    for (const kind of lanesInOrder) {
      const lane = lanes[kind];
      if (lane) paintLane(context, scene, lanes.file, lane, kind, top + layout.laneTop[kind], marked, style);
    }
  }
}

function rowOf(selection: Scene['selection'], file: number): number {
  return selection?.file === file ? selection.row : -1;
}
