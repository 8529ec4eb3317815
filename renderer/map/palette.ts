const names = [
  'ground',
  'panel',
  'line',
  'line-strong',
  'ink',
  'ink-quiet',
  'ink-faint',
  'predicted',
  'actual',
  'on-actual',
  'differs',
  'misaligned',
  'selected',
] as const;

export type Palette = Readonly<Record<(typeof names)[number], string>>;

/** The colours of tokens.css as a canvas understands them, in the theme that is in force at `element`. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  // What is drawn keeps its meaning where the system's own few colours are forced upon the page.
  probe.style.setProperty('forced-color-adjust', 'none');
  element.append(probe);
  const entries = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Palette;
}

/** The patterns that stand beside the colours: hatched differs, crossed is torn, dotted is misaligned. */
export interface Patterns {
  readonly differs: CanvasPattern | null;
  readonly torn: CanvasPattern | null;
  readonly misaligned: CanvasPattern | null;
  /** For what lies on a filled stretch. */
  readonly misalignedOnActual: CanvasPattern | null;
  readonly waiting: CanvasPattern | null;
}

/** Makes the patterns once for a theme and a screen. */
export function makePatterns(context: CanvasRenderingContext2D, palette: Palette, ratio: number): Patterns {
  const hatched = (colour: string, side: number, width: number) =>
    tiled(context, side, ratio, (drawing, length) => {
      drawing.strokeStyle = colour;
      drawing.lineWidth = width * ratio;
      drawing.beginPath();
      for (const offset of [-length, 0, length]) {
        drawing.moveTo(offset - 1, length + 1);
        drawing.lineTo(offset + length + 1, -1);
      }
      drawing.stroke();
    });
  const crossed = (colour: string) =>
    tiled(context, 6, ratio, (drawing, length) => {
      drawing.strokeStyle = colour;
      drawing.lineWidth = 1.1 * ratio;
      drawing.beginPath();
      drawing.moveTo(-1, -1);
      drawing.lineTo(length + 1, length + 1);
      drawing.moveTo(-1, length + 1);
      drawing.lineTo(length + 1, -1);
      drawing.stroke();
    });
  const dotted = (colour: string) =>
    tiled(context, 5, ratio, (drawing, length) => {
      drawing.fillStyle = colour;
      const size = Math.max(1, Math.round(1.25 * ratio));
      drawing.fillRect(0, 0, size, size);
      drawing.fillRect(Math.floor(length / 2), Math.floor(length / 2), size, size);
    });
  return {
    differs: hatched(palette.differs, 6, 1.4),
    torn: crossed(palette.differs),
    misaligned: dotted(palette.misaligned),
    misalignedOnActual: dotted(palette['on-actual']),
    waiting: hatched(palette['ink-faint'], 5, 1),
  };
}

/** A tile of `sidePx` that repeats, drawn in device pixels, so that it is crisp on every screen. */
function tiled(
  context: CanvasRenderingContext2D,
  sidePx: number,
  ratio: number,
  draw: (drawing: CanvasRenderingContext2D, length: number) => void,
): CanvasPattern | null {
  const length = Math.round(sidePx * ratio);
  const tile = document.createElement('canvas');
  tile.width = length;
  tile.height = length;
  const drawing = tile.getContext('2d');
  if (!drawing) return null;
  draw(drawing, length);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

/** The width of a digit in `font`, which must be one where all are alike. */
export function measureDigit(font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return 0;
  context.font = font;
  return context.measureText('0').width;
}
