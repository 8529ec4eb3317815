import type { Rectangle } from 'electron';
import * as v from 'valibot';
import type { StateFile } from '../state/index.ts';
import type { WindowFace } from './face.ts';

const coordinateSchema = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000));

/** How the window was left: what main/state keeps, and what a file from elsewhere has to look like. */
export const windowStateSchema = v.strictObject({
  /** Of the window when it is neither maximised nor full; device-independent pixels. */
  bounds: v.strictObject({
    x: coordinateSchema,
    y: coordinateSchema,
    width: v.pipe(coordinateSchema, v.minValue(1)),
    height: v.pipe(coordinateSchema, v.minValue(1)),
  }),
  maximised: v.boolean(),
  fullScreen: v.boolean(),
  zoom: v.pipe(v.number(), v.minValue(0.25), v.maxValue(5)),
});
export type WindowState = v.InferOutput<typeof windowStateSchema>;

export const leastSize = { width: 960, height: 560 } as const;
const usualSize = { width: 1440, height: 900 } as const;
/** So much of the title bar has to be on a display that it can be taken hold of. */
const gripPixels = { width: 160, height: 32 } as const;

type Area = Readonly<Rectangle>;
export type Placement = Pick<Rectangle, 'width' | 'height'> & Partial<Rectangle>;

/**
 * Where to open the window: as it was left, made to fit the display that has most of it; in the middle (no position)
 * where that display is gone. `workAreas` are those of the displays there are now.
 */
export function placeWindow(state: WindowState | null, workAreas: readonly Area[]): Placement {
  const [first] = workAreas;
  if (!state || !first) return first ? fitSize(usualSize, first) : usualSize;
  const area = workAreas.reduce((best, one) =>
    overlap(state.bounds, one) > overlap(state.bounds, best) ? one : best,
  );
  const size = fitSize(state.bounds, area);
  if (!canBeGripped(state.bounds, area)) return size;
  const within = (from: number, length: number, start: number, space: number) =>
    Math.max(start, Math.min(from, start + space - length));
  return {
    ...size,
    x: within(state.bounds.x, size.width, area.x, area.width),
    y: within(state.bounds.y, size.height, area.y, area.height),
  };
}

/** Never smaller than the interface can be, even on a display that is. */
function fitSize(size: Pick<Area, 'width' | 'height'>, area: Area): Pick<Rectangle, 'width' | 'height'> {
  return {
    width: Math.max(leastSize.width, Math.min(size.width, area.width)),
    height: Math.max(leastSize.height, Math.min(size.height, area.height)),
  };
}

function shared(from: number, length: number, start: number, space: number): number {
  return Math.max(0, Math.min(from + length, start + space) - Math.max(from, start));
}

function overlap(bounds: Area, area: Area): number {
  return (
    shared(bounds.x, bounds.width, area.x, area.width) * shared(bounds.y, bounds.height, area.y, area.height)
  );
}

function canBeGripped({ x, y, width }: Area, area: Area): boolean {
  return (
    shared(x, width, area.x, area.width) >= gripPixels.width &&
    shared(y, gripPixels.height, area.y, area.height) === gripPixels.height
  );
}

/** Written half a second after the last change, so that a drag writes once and a crash loses little. */
const quietMs = 500;

/** Factors of the zoom commands, as Chromium has them. */
const zooms: readonly number[] = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

export interface KeptWindow {
  /** One step larger or smaller, or back to 1. */
  zoom(change: 'in' | 'out' | 'reset'): void;
}

/** Puts the window back into its state, and from then on keeps it. */
export function keepWindowState(
  window: WindowFace,
  file: StateFile<WindowState>,
  known: WindowState | null,
): KeptWindow {
  let zoom = known?.zoom ?? 1;
  let timer: NodeJS.Timeout | null = null;

  const save = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const [maximised, fullScreen] = [window.isMaximized(), window.isFullScreen()];
    file.save({ bounds: { x, y, width, height }, maximised, fullScreen, zoom });
  };
  const saveSoon = () => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(save, quietMs);
    timer.unref();
  };

  if (known?.maximised) window.maximize();
  if (known?.fullScreen) window.setFullScreen(true);
  // Chromium forgets the factor at each load.
  window.webContents.on('did-finish-load', () => window.webContents.setZoomFactor(zoom));
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('maximize', saveSoon);
  window.on('unmaximize', saveSoon);
  window.on('close', save);
  return {
    zoom(change) {
      zoom = nextZoom(zoom, change);
      window.webContents.setZoomFactor(zoom);
      saveSoon();
    },
  };
}

function nextZoom(zoom: number, change: 'in' | 'out' | 'reset'): number {
  if (change === 'reset') return 1;
  if (change === 'in') return zooms.find((one) => one > zoom) ?? zoom;
  return zooms.findLast((one) => one < zoom) ?? zoom;
}
