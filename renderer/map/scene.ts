import type { Volume } from '../../core/rpc/index.ts';
import type { AddressForm, Axis, Lane, LaneSide, Viewport } from '../../core/view/index.ts';
import type { FileModel } from '../state/model.ts';
import type { Selection } from '../state/lab.svelte.ts';

/** The two lanes of a file; null where a side is not shown or not known. */
export interface FileLanes {
  readonly file: FileModel;
  readonly predicted: Lane | null;
  readonly actual: Lane | null;
}

/** Everything that a picture of the map depends on. Lengths are in CSS pixels, positions are those of the axis. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
  /** Width of a digit of the map's font. */
  readonly digitWidth: number;
  readonly axis: Axis;
  readonly view: Viewport;
  readonly volume: Volume;
  readonly unitBlocks: number;
  readonly addressForm: AddressForm;
  readonly files: readonly FileLanes[];
  readonly layout: RowLayout;
  readonly scrollTop: number;
  readonly selection: Selection | null;
  readonly hover: Selection | null;
}

export const axisHeight = 28;

export const mapFont = '11px "IBM Plex Mono", ui-monospace, monospace';

/** Where the lanes of one file's row lie, from its top. */
export interface RowLayout {
  readonly height: number;
  readonly laneHeight: number;
  readonly laneTop: Readonly<Record<LaneSide, number>>;
}

const laneHeightMax = 40;
const laneHeightMin = 13;

/** What a row has beside its lanes: air, and the marks of alignment. */
const chromeOf = (sides: number) => 14 + sides * 8;

/** The height from which on more room changes nothing. */
export function tallest(fileCount: number, sides: number): number {
  return axisHeight + Math.max(1, fileCount) * (chromeOf(sides) + sides * laneHeightMax);
}

/** Rows share the room that there is, within limits; with `sides` lanes each. */
export function layoutRows(room: number, fileCount: number, sides: number): RowLayout {
  const chrome = chromeOf(sides);
  const wanted = Math.floor((room / Math.max(1, fileCount) - chrome) / sides);
  const laneHeight = Math.min(laneHeightMax, Math.max(laneHeightMin, wanted));
  const predicted = 8;
  return {
    height: chrome + sides * laneHeight,
    laneHeight,
    laneTop: { predicted, actual: predicted + laneHeight + 9 },
  };
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
