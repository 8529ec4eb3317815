import type { LayersWish } from '../state/layers.svelte.ts';
import type { MapBench } from '../state/map-bench.ts';
import type { MapState } from './map-state.svelte.ts';

/** Cells that a screen is asked in; what is asked for around it beside does not count. */
const cellsMax = 4096;

/**
 * What the shown layers need to know of the part of the volume that is on screen, and half a screen around it; null where
 * no layer needs anything. Borders are rounded, so that a small movement asks for nothing new.
 */
export function layersWish(map: MapState): LayersWish | null {
  const { bench, axis, camera, width, model } = map;
  const { layers, mirrored, replay } = bench;
  if (!layers?.needed || !mirrored || map.dimension === 'logical' || width === 0) return null;
  const { from, to } = camera.view;
  const span = to - from;
  const grainBlocks = Math.max(1, 2 ** Math.floor(Math.log2(span / Math.min(width, cellsMax))));
  const rounding = Math.max(1, 2 ** Math.ceil(Math.log2(span / 4)));
  const first = Math.floor((from - span / 2) / rounding) * rounding;
  const last = Math.ceil((to + span / 2) / rounding) * rounding;
  const ranges = axis.segments.flatMap(({ firstBlock, endBlock, position }) => {
    const start = Math.max(firstBlock, firstBlock + first - position);
    const end = Math.min(endBlock, model.volume.blockCount, firstBlock + last - position);
    return end > start ? [Math.floor(start), Math.ceil(end) - Math.floor(start)] : [];
  });
  return { ...mirrored, moment: replay?.moment ?? 0, ranges, grainBlocks };
}

/** Why the mirror is not asked for layers, in plain words; an empty text where it is. */
export function whyNoLayers({ mirrored, replay, layers }: MapBench): string {
  if (layers && layers.away !== '') return layers.away;
  return mirrored ? '' : (replay?.whyNot ?? 'nothing is known of the volume around these files');
}
