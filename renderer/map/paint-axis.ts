import { axisTicks, formatAddress, formatCount } from '../../core/view/index.ts';
import type { Palette } from './palette.ts';
import { axisHeight, crisp, scaleOf, toX, type Scene } from './scene.ts';

const tickSpacingPx = 104;

type Taken = (readonly [left: number, right: number])[];

/** Draws the axis with its addresses above everything. */
export function paintAxis(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view } = scene;
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
  const ticks = axisTicks(scene.axis, view.from, view.to, tickSpacingPx / scaleOf(scene));
  for (const { block, position } of ticks) {
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
function paintGapLabels(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): Taken {
  const taken: Taken = [];
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
