import type { Volume } from '../../core/rpc/index.ts';
import type { AddressForm, Axis, Dimension, Lane, LaneSide, Viewport } from '../../core/view/index.ts';
import type { FileModel } from '../state/model.ts';
import type { BandKind, LayersModel, Place } from '../state/layers.svelte.ts';
import type { Selection } from '../state/map-bench.ts';

/** The lanes of a file, from top to bottom. */
export type LaneKind = LaneSide | 'difference';

/** Null where a lane is not shown or not known. */
export type FileLanes = Readonly<Record<LaneKind, Lane | null>> & { readonly file: FileModel };

/** Everything that a picture of the map depends on. Lengths are in CSS pixels, positions are those of the axis. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
  /** Width of a digit of the map's font. */
  readonly digitWidth: number;
  readonly dimension: Dimension;
  readonly axis: Axis;
  readonly view: Viewport;
  readonly volume: Volume;
  /** Whether block groups are to be told apart. */
  readonly hasGroups: boolean;
  readonly unitBlocks: number;
  readonly addressForm: AddressForm;
  /** Layers of the whole volume, above the files. */
  readonly bands: readonly BandKind[];
  readonly layers: LayersModel | null;
  /** The place of a layer that is chosen, and the one under the pointer. */
  readonly chosen: Place | null;
  readonly hoveredPlace: Place | null;
  /** A block that somebody went to; null for none. */
  readonly visited: number | null;
  readonly files: readonly FileLanes[];
  readonly layout: RowLayout;
  readonly scrollTop: number;
  readonly selection: Selection | null;
  readonly hover: Selection | null;
}

export const axisHeight = 28;
export const bandHeight = 20;

export const mapFont = '11px "IBM Plex Mono", ui-monospace, monospace';

/** Where the rows of the files begin. */
export function headHeight(bandCount: number): number {
  return axisHeight + bandCount * bandHeight;
}

/** Where the lanes of one file's row lie, from its top. */
export interface RowLayout {
  readonly height: number;
  readonly laneTop: Readonly<Record<LaneKind, number>>;
  readonly laneHeight: Readonly<Record<LaneKind, number>>;
}

const laneHeightMax = 40;
const laneHeightMin = 13;
const differenceHeight = 14;
const firstTop = 8;
/** Between two lanes: air, and the marks of alignment. */
const betweenLanes = 9;

/** What a row has beside the lanes of its sides. */
function chromeOf(kinds: readonly LaneKind[]): number {
  const lanes = sidesIn(kinds);
  return 14 + lanes * 8 + (kinds.includes('difference') ? differenceHeight + betweenLanes : 0);
}

function sidesIn(kinds: readonly LaneKind[]): number {
  return kinds.filter((kind) => kind !== 'difference').length;
}

/** The height from which on more room changes nothing. */
export function tallest(fileCount: number, kinds: readonly LaneKind[], bandCount: number): number {
  const row = chromeOf(kinds) + sidesIn(kinds) * laneHeightMax;
  return headHeight(bandCount) + Math.max(1, fileCount) * row;
}

/** Rows share the room that there is, within limits. */
export function layoutRows(room: number, fileCount: number, kinds: readonly LaneKind[]): RowLayout {
  const chrome = chromeOf(kinds);
  const sides = sidesIn(kinds);
  const wanted = Math.floor((room / Math.max(1, fileCount) - chrome) / sides);
  const height = Math.min(laneHeightMax, Math.max(laneHeightMin, wanted));
  const actual = firstTop + (kinds.includes('predicted') ? height + betweenLanes : 0);
  return {
    height: chrome + sides * height,
    laneTop: { predicted: firstTop, actual, difference: actual + height + betweenLanes },
    laneHeight: { predicted: height, actual: height, difference: differenceHeight },
  };
}

/** The lane at `y` from the top of a row. */
export function laneAt(layout: RowLayout, kinds: readonly LaneKind[], y: number): LaneKind {
  const below = kinds.findLast((kind) => y >= layout.laneTop[kind] - betweenLanes / 2);
  return below ?? kinds[0] ?? 'predicted';
}

export function toX(scene: Pick<Scene, 'view' | 'width'>, position: number): number {
  return ((position - scene.view.from) / (scene.view.to - scene.view.from)) * scene.width;
}

export function toAxisPosition(scene: Pick<Scene, 'view' | 'width'>, x: number): number {
  return scene.view.from + (x / scene.width) * (scene.view.to - scene.view.from);
}

/** Pixels of one block. */
export function scaleOf(scene: Pick<Scene, 'view' | 'width'>): number {
  return scene.width / (scene.view.to - scene.view.from);
}

/** The middle of the device pixel at x, so that a hairline is one pixel wide. */
export function crisp(x: number): number {
  return Math.round(x) + 0.5;
}
