/** Pictures of torn runs: lines of units, units block by block, the course of a storm. */
import { narrowField, runsOfField, type UnitField, type UnitFinding } from '../../torn/index.ts';
import type { SeriesPoint } from '../../torn/index.ts';
import { courseLines, courseOf, formatMicroseconds } from '../../view/index.ts';
import { crashOutcomes, type GridColumn } from '../../torn/crash/outcomes.ts';
import { markup, type Markup } from './markup.ts';

const width = 1160;

/** Patterns of the verdicts, beside their colours; each drawing needs them once. */
export const verdictPatterns: Markup = markup`<defs>
<pattern id="v-old" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="v-ground"/><path d="M0 3H6" class="v-line p"/></pattern>
<pattern id="v-stale" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="2.5" r="1.3" class="v-dot m"/></pattern>
<pattern id="v-torn" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 0L6 6M6 0L0 6" class="v-line d"/></pattern>
<pattern id="v-mixed-writers" width="4" height="4" patternUnits="userSpaceOnUse"><path d="M2 0V4" class="v-line d"/></pattern>
<pattern id="v-misplaced" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-1 1L1 -1M0 6L6 0M5 7L7 5" class="v-line m"/></pattern>
<pattern id="v-garbage" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="2" height="2" class="v-dot k"/><rect x="2" y="2" width="2" height="2" class="v-dot k"/></pattern>
<pattern id="v-unreadable" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" class="v-line f"/></pattern>
</defs>`;

/** One line of units for each field, neighbours of one verdict joined. */
export function fieldsPicture(
  fields: readonly { readonly name: string; readonly field: UnitField }[],
): Markup {
  const lineHeight = fields.length > 40 ? 6 : 18;
  const left = fields.some(({ name }) => name !== '') ? 120 : 0;
  const height = fields.length * (lineHeight + 2);
  const lines = fields.map(({ name, field }, index) => {
    const top = index * (lineHeight + 2);
    const label =
      lineHeight < 12 || name === '' ? '' : markup`<text class="axis" x="0" y="${top + 13}">${name}</text>`;
    return markup`${label === '' ? [] : [label]}${fieldMarkup(field, left, top, width - left, lineHeight)}`;
  });
  return markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Units by verdict">${verdictPatterns}${lines}</svg>`;
}

function fieldMarkup(field: UnitField, left: number, top: number, wide: number, high: number): Markup[] {
  const drawn = narrowField(field, wide / 2);
  const cells = drawn.cells.length;
  return runsOfField(drawn).map(({ from, to, verdict }) => {
    const x = round(left + (from / cells) * wide);
    // What is rare must be seen: no run of cells is narrower than this.
    const across = Math.max(1.5, round(((to - from) / cells) * wide));
    return markup`<rect class="v-${verdict ?? 'unseen'}" x="${x}" y="${top}" width="${across}" height="${high}"/>`;
  });
}

/** A unit: a box for each run of blocks that say the same, by verdict. */
export function unitPicture({ rows, bytes, blockBytes }: UnitFinding): Markup {
  const blocks = Math.max(1, bytes / blockBytes);
  const boxes = rows.map(({ first, last, colour }) => {
    const x = round((first / blocks) * 560);
    const across = Math.max(2, round(((last - first + 1) / blocks) * 560 - 1));
    return markup`<rect class="v-${colour}" x="${x}" y="0" width="${across}" height="16"/>`;
  });
  return markup`<svg viewBox="0 0 560 16" width="560" height="16" role="img" aria-label="Its blocks by verdict">${verdictPatterns}${boxes}</svg>`;
}

/** How long writes took over the course of a storm. */
export function coursePicture(series: readonly SeriesPoint[]): Markup {
  const [left, high] = [70, 180];
  const course = courseOf(series, width - left - 4, high);
  const decades = course.decades.map(
    ({ microseconds, y }) =>
      markup`<line class="tick" x1="${left}" x2="${width}" y1="${round(y) + 8}" y2="${round(y) + 8}"/><text class="axis" x="0" y="${round(y) + 11}">${formatMicroseconds(microseconds)}</text>`,
  );
  const lines = courseLines.map(
    (line) =>
      markup`<path class="course ${line}" transform="translate(${left} 8)" d="${course.lines[line]}"/>`,
  );
  return markup`<svg viewBox="0 0 ${width} ${high + 30}" width="${width}" height="${high + 30}" role="img" aria-label="How long writes took">${decades}${lines}<text class="axis" x="${left}" y="${high + 26}">0 s</text><text class="axis" x="${width - 60}" y="${high + 26}">${course.secondsEnd.toFixed(1)} s</text></svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Crash points from left to right, a row for each outcome that any state has; taller where there are more of them. */
export function gridPicture(grid: readonly GridColumn[]): Markup {
  const [left, rowHigh] = [170, 26];
  const step = (width - left) / Math.max(1, grid.length);
  const rows = crashOutcomes.flatMap((outcome, at) => {
    const counts = grid.map((column) => column.counts[at] ?? 0);
    const sum = counts.reduce((total, count) => total + count, 0);
    return sum > 0 ? [{ outcome, counts, sum, most: Math.max(...counts) }] : [];
  });
  const drawn = rows.map(({ outcome, counts, sum, most }, row) => {
    const floor = (row + 1) * rowHigh - 3;
    const bars = counts.flatMap((count, column) => {
      if (count === 0) return [];
      const tall = round(Math.max(4, (Math.log1p(count) / Math.log1p(most)) * (rowHigh - 6)));
      return [
        markup`<rect class="v-${outcome}" x="${round(left + column * step)}" y="${round(floor - tall)}" width="${round(Math.max(1.5, step - 0.5))}" height="${tall}"/>`,
      ];
    });
    return markup`<rect class="v-${outcome}" x="0.5" y="${floor - 14}" width="14" height="12"/><text class="file" x="22" y="${floor - 4}">${outcome} ${sum}</text>${bars}`;
  });
  const high = rows.length * rowHigh + 4;
  return markup`<svg viewBox="0 0 ${width} ${high}" width="${width}" height="${high}" role="img" aria-label="Crash points by outcome">${verdictPatterns}${drawn}</svg>`;
}
