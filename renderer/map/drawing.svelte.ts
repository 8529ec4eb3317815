import type { MapState } from './map-state.svelte.ts';
import { OverviewPainter, type Overview } from './paint-overview.ts';
import { paintMap } from './paint.ts';
import { makePatterns, measureDigit, readPalette, type Palette, type Patterns } from './palette.ts';
import { mapFont, type Scene } from './scene.ts';

interface Picture {
  readonly scene: Scene;
  readonly overview: Overview;
  readonly palette: Palette;
}

/** One picture for each frame at most, of what is true when the frame comes. */
export class Drawing {
  /** Nothing is waiting to be drawn, and nothing moves. */
  idle = $state(true);
  canvas = $state<HTMLCanvasElement>();
  overviewCanvas = $state<HTMLCanvasElement>();
  private palette = $state.raw<Palette | null>(null);
  private readonly map: MapState;
  private readonly overviewPainter = new OverviewPainter();
  private patterns: { readonly palette: Palette; readonly ratio: number; readonly made: Patterns } | null =
    null;
  private next: Picture | null = null;

  constructor(map: MapState) {
    this.map = map;
  }

  /** To be called from an `$effect`: follows everything that the picture depends on. */
  follow(): void {
    const { map, palette } = this;
    if (!this.canvas || !this.overviewCanvas || !palette || map.width === 0) return;
    const overview = {
      width: map.width,
      ratio: map.ratio,
      volume: map.model.volume,
      hasGroups: map.hasGroups,
      length: map.overviewLength,
      buckets: map.overview,
      axis: map.axis,
      view: map.camera.view,
    };
    const isScheduled = this.next !== null;
    this.next = { scene: map.scene, overview, palette };
    this.idle = false;
    if (!isScheduled) requestAnimationFrame(() => this.drawLatest());
  }

  private drawLatest(): void {
    if (this.next) this.draw(this.next);
    this.next = null;
    this.idle = !this.map.camera.travelling;
  }

  private draw({ scene, overview, palette }: Picture): void {
    const { ratio, width, height } = scene;
    const context = this.canvas && sized(this.canvas, width, height, ratio);
    if (context) paintMap(context, scene, palette, this.patternsFor(context, palette, ratio));
    const above = this.overviewCanvas && sized(this.overviewCanvas, width, overviewHeightPx, ratio);
    if (above) this.overviewPainter.paint(above, overview, palette);
  }

  private patternsFor(context: CanvasRenderingContext2D, palette: Palette, ratio: number): Patterns {
    if (this.patterns?.palette !== palette || this.patterns.ratio !== ratio)
      this.patterns = { palette, ratio, made: makePatterns(context, palette, ratio) };
    return this.patterns.made;
  }

  /** For `{@attach}`: colours, font and pixels of where the element is, and again when they change. */
  readonly followTheme = (element: HTMLElement) => {
    const stop = new AbortController();
    const { signal } = stop;
    const read = () => {
      this.palette = readPalette(element);
      this.map.digitWidth = measureDigit(mapFont);
      this.map.ratio = window.devicePixelRatio;
    };
    read();
    void document.fonts.ready.then(read);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read, { signal });
    document.addEventListener('untorn-theme', read, { signal });
    window.addEventListener('resize', () => (this.map.ratio = window.devicePixelRatio), { signal });
    return () => stop.abort();
  };
}

const overviewHeightPx = 26;

function sized(target: HTMLCanvasElement, wide: number, high: number, ratio: number) {
  const [deviceWidth, deviceHeight] = [Math.round(wide * ratio), Math.round(high * ratio)];
  if (target.width !== deviceWidth) target.width = deviceWidth;
  if (target.height !== deviceHeight) target.height = deviceHeight;
  return target.getContext('2d', { alpha: false });
}
