import { formatCount } from '../../core/view/index.ts';
import type { WirePreallocation } from '../../core/rpc/index.ts';
import type { BandKind } from '../state/layers.svelte.ts';
import { boxOf, Columns, onScreen } from './band-columns.ts';
import type { Palette, Patterns } from './palette.ts';
import { axisHeight, bandHeight, crisp, scaleOf, toX, type Scene } from './scene.ts';

/** Air above and below what is in a band. */
const airPx = 4;
/** A group's name is written where it has so much room. */
const groupNamePx = 64;

/** Draws the layers of the volume, between the axis and the files. */
export function paintBands(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  patterns: Patterns,
): void {
  scene.bands.forEach((kind, index) => {
    const top = axisHeight + index * bandHeight;
    const band: Band = { context, scene, palette, patterns, top, height: bandHeight - 2 * airPx };
    painters[kind](band);
    outlinePlaces(band, kind);
    context.strokeStyle = palette.line;
    context.beginPath();
    context.moveTo(0, top + bandHeight - 0.5);
    context.lineTo(scene.width, top + bandHeight - 0.5);
    context.stroke();
  });
}

/** What of the band is chosen, and what is under the pointer. */
function outlinePlaces({ context, scene, palette, top }: Band, kind: BandKind): void {
  for (const [place, colour] of [
    [scene.hoveredPlace, palette['ink-faint']],
    [scene.chosen, palette.ink],
  ] as const) {
    const box = place?.kind === kind ? boxOf(scene, place.first, place.length) : null;
    if (!box) continue;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.strokeRect(box.left, top + 2, Math.max(2, box.width), bandHeight - 4);
    context.lineWidth = 1;
  }
}

interface Band {
  readonly context: CanvasRenderingContext2D;
  readonly scene: Scene;
  readonly palette: Palette;
  readonly patterns: Patterns;
  readonly top: number;
  readonly height: number;
}

const painters: Readonly<Record<BandKind, (band: Band) => void>> = {
  groups: paintGroups,
  before: (band) => paintFree(band, band.scene.layers?.before ?? [], band.palette['ink-faint'], 0.55),
  after: (band) => {
    paintFree(band, band.scene.layers?.after ?? [], band.palette['ink-faint'], 0.55);
    paintFree(band, band.scene.layers?.waiting ?? [], band.patterns.waiting ?? band.palette['ink-faint'], 1);
  },
  buddies: paintBuddies,
  preallocations: paintPreallocations,
};

/** Each group by its number, in every part of the axis; several together where there is no room for each. */
function paintGroups({ context, scene, palette, top }: Band): void {
  const { axis, view, volume, digitWidth } = scene;
  const { blocksPerGroup, firstBlock } = volume;
  const groupOf = (block: number) => Math.max(0, Math.floor((block - firstBlock) / blocksPerGroup));
  const perGroup = Math.max(1, 2 ** Math.ceil(Math.log2(groupNamePx / (blocksPerGroup * scaleOf(scene)))));
  for (const segment of axis.segments) {
    const first = Math.max(segment.firstBlock, segment.firstBlock + view.from - segment.position);
    const end = Math.min(segment.endBlock, segment.firstBlock + view.to - segment.position);
    for (let block = first; block < end;) {
      const group = groupOf(block);
      const next = firstBlock + (group - (group % perGroup) + perGroup) * blocksPerGroup;
      const last = groupOf(Math.min(next, end) - 1);
      const left = toX(scene, segment.position + block - segment.firstBlock);
      const right = toX(scene, segment.position + Math.min(next, end) - segment.firstBlock);
      paintGroup(context, palette, top, left, group > 0 && block > first);
      const name = last > group ? `${formatCount(group)}..${formatCount(last)}` : formatCount(group);
      const long = `${last > group ? 'groups' : 'group'} ${name}`;
      const room = right - left - 8;
      const text = [long, name].find((one) => one.length * digitWidth <= room);
      context.fillStyle = palette['ink-quiet'];
      context.textAlign = 'left';
      if (text !== undefined) context.fillText(text, left + 5, top + bandHeight / 2);
      block = next;
    }
  }
}

/** Where a group begins. */
function paintGroup(
  context: CanvasRenderingContext2D,
  palette: Palette,
  top: number,
  left: number,
  isBorder: boolean,
): void {
  if (!isBorder) return;
  context.strokeStyle = palette['line-strong'];
  context.beginPath();
  context.moveTo(crisp(left), top);
  context.lineTo(crisp(left), top + bandHeight);
  context.stroke();
}

/** Free space, as dark as it is free. */
function paintFree(
  { context, scene, top, height }: Band,
  cells: readonly number[],
  fill: string | CanvasPattern,
  opacity: number,
): void {
  context.fillStyle = fill;
  const paint = (left: number, width: number, share: number) => {
    context.globalAlpha = opacity * (0.25 + 0.75 * share);
    context.fillRect(left, top + airPx, width, height);
  };
  const narrow = new Columns((left, share) => paint(left, 1, share));
  const scale = scaleOf(scene);
  const [from, end] = onScreen(scene, cells.length / 3, (cell) => cells[cell * 3] ?? 0);
  for (let at = from * 3; at < end * 3; at += 3) {
    const [first = 0, length = 1, free = 0] = [cells[at], cells[at + 1], cells[at + 2]];
    const box = boxOf(scene, first, length);
    if (!box) continue;
    if (box.width <= 1) narrow.add(box.left, free * scale);
    else paint(box.left, box.width, free / length);
  }
  narrow.flush();
  context.globalAlpha = 1;
}

/** Free buddies as boxes: the higher the order, the darker; its number where there is room. */
function paintBuddies({ context, scene, palette, top, height }: Band): void {
  const buddies = scene.layers?.buddies ?? [];
  const orders = Math.log2(scene.volume.blockBytes) + 2;
  const clusterBlocks = scene.volume.clusterBytes / scene.volume.blockBytes;
  context.textAlign = 'center';
  context.lineWidth = 1;
  const narrow = new Columns((left) => {
    context.globalAlpha = 0.3;
    context.fillStyle = palette['ink-faint'];
    context.fillRect(left, top + airPx, 1, height);
    context.globalAlpha = 1;
  });
  const [from, end] = onScreen(scene, buddies.length / 2, (buddy) => buddies[buddy * 2] ?? 0);
  for (let at = from * 2; at < end * 2; at += 2) {
    const [first = 0, order = 0] = [buddies[at], buddies[at + 1]];
    const box = boxOf(scene, first, 2 ** order * clusterBlocks);
    if (!box) continue;
    const wide = Math.max(1, box.width - 2);
    if (wide < 4) {
      narrow.add(box.left, 1);
      continue;
    }
    context.fillStyle = palette['ink-faint'];
    context.globalAlpha = 0.06 + 0.34 * (order / orders);
    context.fillRect(box.left + 1, top + airPx, wide, height);
    context.globalAlpha = 1;
    context.strokeStyle = palette['ink-faint'];
    context.strokeRect(crisp(box.left + 1), top + airPx + 0.5, wide - 1, height - 1);
    if (wide < 14) continue;
    context.fillStyle = palette.ink;
    context.fillText(String(order), box.left + box.width / 2, top + bandHeight / 2 + 1);
  }
  narrow.flush();
}

/** Too narrow for dashes or dots. */
const narrowPreallocationPx = 3;

/** Dashed for one file, dotted for the small files of a CPU, each by name where there is room. */
function paintPreallocations({ context, scene, palette, top, height }: Band): void {
  const narrow = new Columns((left) => {
    context.fillStyle = palette.predicted;
    context.fillRect(left, top + airPx, 1, height);
  });
  for (const one of scene.layers?.preallocations ?? []) {
    const box = boxOf(scene, one.physical, one.length);
    if (!box) continue;
    if (box.width < narrowPreallocationPx) narrow.add(box.left, 1);
    else paintPreallocation({ context, scene, palette, top, height }, one, box);
  }
  narrow.flush();
}

function paintPreallocation(
  { context, scene, palette, top, height }: Omit<Band, 'patterns'>,
  one: WirePreallocation,
  box: { readonly left: number; readonly width: number },
): void {
  context.fillStyle = palette.predicted;
  context.globalAlpha = 0.1;
  context.fillRect(box.left, top + airPx, box.width, height);
  context.globalAlpha = 1;
  context.strokeStyle = palette.predicted;
  context.setLineDash(one.for === 'file' ? [4, 3] : [1, 2]);
  context.strokeRect(box.left + 0.5, top + airPx + 0.5, Math.max(1, box.width - 1), height - 1);
  context.setLineDash([]);
  const name = nameOf(one);
  if (name.length * scene.digitWidth + 8 > box.width) return;
  context.fillStyle = palette.ground;
  const from = Math.max(0, box.left) + 4;
  context.fillRect(from - 2, top + airPx + 1, name.length * scene.digitWidth + 4, height - 2);
  context.fillStyle = palette.ink;
  context.textAlign = 'left';
  context.fillText(name, from, top + bandHeight / 2);
}

function nameOf({ for: whose, file, ino, logical }: WirePreallocation): string {
  return whose === 'file' ? `${file || `inode ${ino}`} ${logical ?? 0}` : 'small files';
}
