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
  element.append(probe);
  const entries = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Palette;
}

/** A tile of diagonal lines: the pattern of what differs. */
export function hatch(
  context: CanvasRenderingContext2D,
  colour: string,
  ratio: number,
): CanvasPattern | null {
  const side = Math.round(6 * ratio);
  const tile = document.createElement('canvas');
  tile.width = side;
  tile.height = side;
  const drawing = tile.getContext('2d');
  if (!drawing) return null;
  drawing.strokeStyle = colour;
  drawing.lineWidth = 1.4 * ratio;
  drawing.beginPath();
  for (const offset of [-side, 0, side]) {
    drawing.moveTo(offset - 1, side + 1);
    drawing.lineTo(offset + side + 1, -1);
  }
  drawing.stroke();
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
