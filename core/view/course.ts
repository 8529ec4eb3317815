import type { SeriesPoint } from '../torn/series.ts';

/** Which of a stretch's times a line follows: the middle, nine of ten, 99 of 100, the longest. */
export const courseLines = ['p50', 'p90', 'p99', 'most'] as const;
export type CourseLine = (typeof courseLines)[number];

/** A plot of times over the course of a storm, in a box of its own: y is logarithmic, one decade like the other. */
export interface Course {
  readonly lines: Readonly<Record<CourseLine, string>>;
  /** Whole decades in microseconds, and where they lie. */
  readonly decades: readonly { readonly microseconds: number; readonly y: number }[];
  readonly secondsEnd: number;
  readonly xOf: (seconds: number) => number;
}

/**
 * Draws the course into a box of `width` by `height`; lines are data of SVG paths, empty where nothing was measured. The
 * scales have room for all of `scaled`.
 */
export function courseOf(
  points: readonly SeriesPoint[],
  width: number,
  height: number,
  scaled: readonly SeriesPoint[] = points,
): Course {
  const times = scaled.flatMap(({ p50, most }) => [p50, most]).filter((time) => time !== null);
  const least = Math.floor(Math.log10(Math.max(1, Math.min(...times, 1e6))));
  const largest = Math.max(...times, 10 ** (least + 1));
  const most = Math.max(least + 1, Math.ceil(Math.log10(largest)));
  const secondsEnd = Math.max(0, ...scaled.map(({ to }) => to));
  const xOf = (seconds: number): number => (secondsEnd > 0 ? (seconds / secondsEnd) * width : 0);
  const yOf = (microseconds: number): number => {
    const share = (Math.log10(Math.max(microseconds, 10 ** least)) - least) / (most - least);
    return height - share * height;
  };
  const decades = Array.from({ length: most - least + 1 }, (_, at) => 10 ** (least + at));
  const path = (line: CourseLine): string => {
    let data = '';
    let isDown = false;
    for (const { from, to, [line]: time } of points) {
      if (time === null) {
        isDown = false;
        continue;
      }
      const [x1, x2, y] = [xOf(from), xOf(to), yOf(time)].map((value) => Math.round(value * 10) / 10);
      data += `${isDown ? 'L' : 'M'}${x1} ${y}L${x2} ${y}`;
      isDown = true;
    }
    return data;
  };
  return {
    lines: { p50: path('p50'), p90: path('p90'), p99: path('p99'), most: path('most') },
    decades: decades.map((microseconds) => ({ microseconds, y: yOf(microseconds) })),
    secondsEnd,
    xOf,
  };
}

/** `840 µs`, `1.2 ms`, `3.5 s`: two or three digits, whatever the time. */
export function formatMicroseconds(microseconds: number): string {
  const [value, unit] =
    microseconds < 1000
      ? [microseconds, 'µs']
      : microseconds < 1e6
        ? [microseconds / 1000, 'ms']
        : [microseconds / 1e6, 's'];
  const text = value >= 100 || unit === 'µs' ? String(Math.round(value)) : value.toPrecision(2);
  return `${text}\u00a0${unit}`;
}
