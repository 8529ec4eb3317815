import { axisTicks, formatAddress, formatCount, gridLines } from '../../core/view/index.ts';
import { paintLane, type LaneStyle } from './paint-lane.ts';
import type { Palette } from './palette.ts';
import { axisHeight, mapFont, scaleOf, toX, type Scene } from './scene.ts';

const tickSpacingPx = 104;
const gridSpacingPx = 12;

/** Draws the whole map. What is outside the canvas is never visited. */
export function paintMap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  hatched: CanvasPattern | null,
): void {
  const { ratio, width, height } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, height);
  context.font = mapFont;
  context.textBaseline = 'middle';
  paintGaps(context, scene, palette);
  paintGrid(context, scene, palette);
  context.save();
  context.beginPath();
  context.rect(0, axisHeight, width, height - axisHeight);
  context.clip();
  paintRows(context, scene, palette, { palette, hatched });
  context.restore();
  paintAxis(context, scene, palette);
}

function visibleBetween(scene: Scene): readonly [number, number] {
  return [scene.view.from, scene.view.to];
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
  const [from, to] = visibleBetween(scene);
  const spacing = gridSpacingPx / scaleOf(scene);
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
  draw(gridLines(scene.axis, from, to, scene.unitBlocks, spacing), palette.line);
  const { blocksPerGroup } = scene.volume;
  draw(gridLines(scene.axis, from, to, blocksPerGroup, 24 / scaleOf(scene)), palette['line-strong']);
}

function paintRows(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  style: LaneStyle,
): void {
  const { layout, scrollTop } = scene;
  const first = Math.max(0, Math.floor(scrollTop / layout.height));
  const last = Math.min(
    scene.files.length,
    Math.ceil((scrollTop + scene.height - axisHeight) / layout.height),
  );
  for (let index = first; index < last; index++) {
    const lanes = scene.files[index];
    if (!lanes) continue;
    const top = axisHeight + index * layout.height - scrollTop;
    context.strokeStyle = palette.line;
    context.beginPath();
    context.moveTo(0, crisp(top + layout.height) - 1);
    context.lineTo(scene.width, crisp(top + layout.height) - 1);
    context.stroke();
    const marked = { selected: rowOf(scene.selection, index), hovered: rowOf(scene.hover, index) };
    for (const side of ['predicted', 'actual'] as const) {
      const lane = lanes[side];
      if (lane) paintLane(context, scene, lanes.file, lane, side, top + layout.laneTop[side], marked, style);
    }
  }
}

function rowOf(selection: Scene['selection'], file: number): number {
  return selection?.file === file ? selection.row : -1;
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const [from, to] = visibleBetween(scene);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, scene.width, axisHeight);
  context.strokeStyle = palette['line-strong'];
  context.beginPath();
  context.moveTo(0, axisHeight - 0.5);
  context.lineTo(scene.width, axisHeight - 0.5);
  context.stroke();
  const taken = paintGapLabels(context, scene, palette);
  context.fillStyle = palette['ink-quiet'];
  context.strokeStyle = palette['line-strong'];
  context.textAlign = 'left';
  context.beginPath();
  for (const { block, position } of axisTicks(scene.axis, from, to, tickSpacingPx / scaleOf(scene))) {
    const x = toX(scene, position);
    const label = formatAddress(block, scene.addressForm, scene.volume.blockBytes);
    const width = context.measureText(label).width;
    context.moveTo(crisp(x), axisHeight - 6);
    context.lineTo(crisp(x), axisHeight);
    if (x + 4 + width > scene.width || taken.some(([left, right]) => x + 4 < right && x + 4 + width > left))
      continue;
    taken.push([x - 4, x + width + 12]);
    context.fillText(label, x + 4, axisHeight / 2 - 1);
  }
  context.stroke();
}

/** How much each gap hides, where there is room to say so. Returns the stretches of x that are taken. */
function paintGapLabels(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
): (readonly [number, number])[] {
  const taken: (readonly [number, number])[] = [];
  context.textAlign = 'center';
  context.fillStyle = palette['ink-faint'];
  for (const gap of scene.axis.gaps) {
    const left = toX(scene, gap.position);
    const right = toX(scene, gap.position + gap.drawn);
    if (right < 0 || left > scene.width) continue;
    const long = `⋯ ${formatCount(gap.endBlock - gap.firstBlock)} ⋯`;
    const label = context.measureText(long).width < right - left ? long : '⋯';
    context.fillText(label, (left + right) / 2, axisHeight / 2 - 1);
    taken.push([left, right]);
  }
  return taken;
}

/** The middle of the device pixel at x, so that a hairline is one pixel wide. */
function crisp(x: number): number {
  return Math.round(x) + 0.5;
}
