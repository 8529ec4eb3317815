/** The part of the axis that is to be seen: positions `from` to `to`. */
export interface Viewport {
  readonly from: number;
  readonly to: number;
}

/** The fewest blocks that fill the width. */
const narrowestBlocks = 4;

/** Everything, with a little air at both ends. */
export function wholeOf(axisLength: number): Viewport {
  const air = axisLength * 0.01;
  return { from: -air, to: axisLength + air };
}

/** Keeps a viewport within the axis and its least and greatest widths. */
export function clamp({ from, to }: Viewport, axisLength: number): Viewport {
  const whole = wholeOf(axisLength);
  const widest = whole.to - whole.from;
  const width = Math.min(widest, Math.max(Math.min(narrowestBlocks, widest), to - from));
  const middle = (from + to) / 2;
  const left = Math.min(whole.to - width, Math.max(whole.from, middle - width / 2));
  return { from: left, to: left + width };
}

/** Zooms by `factor` (less than 1 shows less) so that `anchor` stays where it is. */
export function zoom(view: Viewport, factor: number, anchor: number, axisLength: number): Viewport {
  const width = view.to - view.from;
  const widest = wholeOf(axisLength);
  const limited = Math.min(widest.to - widest.from, Math.max(narrowestBlocks, width * factor));
  const share = (anchor - view.from) / width;
  return clamp({ from: anchor - share * limited, to: anchor + (1 - share) * limited }, axisLength);
}

/** Moves by `share` of the width; positive is towards higher blocks. */
export function pan(view: Viewport, share: number, axisLength: number): Viewport {
  const by = (view.to - view.from) * share;
  return clamp({ from: view.from + by, to: view.to + by }, axisLength);
}

/** A viewport that shows [from, to) with room around it: at least a quarter of the width on each side. */
export function around(from: number, to: number, axisLength: number): Viewport {
  const air = Math.max((to - from) / 2, narrowestBlocks);
  return clamp({ from: from - air, to: to + air }, axisLength);
}

/** The same width, moved only as far as [from, to) needs to be seen; `around` where it does not fit. */
export function reveal(view: Viewport, from: number, to: number, axisLength: number): Viewport {
  const width = view.to - view.from;
  if (from >= view.from && to <= view.to) return view;
  if (to - from > width) return around(from, to, axisLength);
  const middle = (from + to) / 2;
  return clamp({ from: middle - width / 2, to: middle + width / 2 }, axisLength);
}

/** A step of the way from one viewport to another, `share` from 0 to 1; widths change evenly in scale. */
export function between(start: Viewport, target: Viewport, share: number): Viewport {
  const eased = 1 - (1 - share) ** 3;
  return {
    from: start.from + (target.from - start.from) * eased,
    to: start.to + (target.to - start.to) * eased,
  };
}
