/** Reports of units in words, and as rows that a view or a terminal can colour. */
import { overlapIn } from './overlap.ts';
import { runDigits } from './stamp.ts';
import type { BlockNote, Expectation, Origin, UnitReport, Verdict, WriteRecord } from './unit.ts';

/** An {@link Origin} as JSON can have it: runs are 16 hex digits. */
export type PlainOrigin =
  Exclude<Origin, { readonly kind: 'other-run' }> | { readonly kind: 'other-run'; readonly run: string };

/** Neighbouring blocks that say the same. */
export interface PictureRow {
  /** First and last block of the unit. */
  readonly first: number;
  readonly last: number;
  /** Byte of the target at which the first begins. */
  readonly address: number;
  readonly colour: Verdict;
  readonly origin: PlainOrigin;
  readonly label: string;
  /** The first bytes of the first block; empty where none could be read. */
  readonly hex: string;
}

/** As far as the generation. */
const hexBytes = 24;

/** Rows of a unit's picture; `bytes` are those that were judged, null where they could not be read. */
export function pictureOf(report: UnitReport, bytes: Uint8Array | null): PictureRow[] {
  const rows: PictureRow[] = [];
  for (const note of report.blocks) {
    const label = labelOf(note);
    const row = rows.at(-1);
    if (row?.label === label) rows[rows.length - 1] = { ...row, last: note.index };
    else {
      const from = note.index * report.blockBytes;
      const hex =
        note.reading.state === 'unreadable' || !bytes ? '' : hexOf(bytes.subarray(from, from + hexBytes));
      const { index, colour } = note;
      const origin = plainOrigin(note.origin);
      rows.push({ first: index, last: index, address: report.address + from, colour, origin, label, hex });
    }
  }
  return rows;
}

/** The picture as lines of a terminal; `paint` colours a text by its verdict. */
export function pictureLines(
  report: UnitReport,
  bytes: Uint8Array | null,
  paint: (colour: Verdict, text: string) => string = (_, text) => text,
): string[] {
  const rows = pictureOf(report, bytes);
  const span = ({ first, last }: PictureRow): string => (first === last ? `${first}` : `${first}-${last}`);
  const spanWidth = Math.max(...rows.map((row) => span(row).length), 'block'.length);
  const addressWidth = Math.max(...rows.map(({ address }) => String(address).length), 'byte'.length);
  const hexWidth = Math.max(...rows.map(({ hex }) => hex.length));
  const lines = rows.map((row) => {
    const place = `${span(row).padStart(spanWidth)}  ${String(row.address).padStart(addressWidth)}`;
    return `  ${place}  ${row.hex.padEnd(hexWidth)}  ${paint(row.colour, row.label)}`;
  });
  const title = `  ${'block'.padStart(spanWidth)}  ${'byte'.padStart(addressWidth)}`;
  return [`${paint(report.verdict, report.verdict)}: ${report.text}`, title, ...lines];
}

/** An origin that goes through JSON. */
export function plainOrigin(origin: Origin): PlainOrigin {
  return origin.kind === 'other-run' ? { kind: 'other-run', run: runDigits(origin.run) } : origin;
}

/** Whose bytes, in words. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'write':
      return origin.generation === 0
        ? 'what was there before the first write'
        : `generation ${origin.generation} of writer ${origin.writer}`;
    case 'zeros':
      return 'zeros from before the first write';
    case 'other-run':
      return `another run (${runDigits(origin.run)})`;
    case 'nobody':
      return 'nobody';
  }
}

/** The sentence of a report. */
export function reportText(
  { verdict, address, bytes, blocks }: Omit<UnitReport, 'text'>,
  expectation: Expectation,
): string {
  const where = `the ${bytes} bytes at byte ${address}`;
  const parts = contributions(blocks);
  switch (verdict) {
    case 'new':
    case 'old':
      return `${where} hold ${parts}`;
    case 'stale': {
      const lost = lostWrites(blocks, expectation);
      const what = lost.map((write) => `generation ${write.generation} of writer ${write.writer}`).join(', ');
      return `${where} hold ${parts}, but ${what || 'a later write'} was promised and is gone`;
    }
    case 'torn':
      return `${where} are of several moments: ${parts}${overlapText(blocks, expectation)}`;
    case 'mixed-writers':
      return `${where} are of several writers: ${parts}${overlapText(blocks, expectation)}`;
    case 'misplaced':
      return `${where} hold blocks that belong elsewhere: ${parts}`;
    case 'garbage':
      return `${where} hold bytes that nobody wrote: ${parts}`;
    case 'unreadable':
      return `${where} cannot be read: ${parts}`;
  }
}

/** That a part is there because another write to it was under way; empty where that explains nothing. */
function overlapText(blocks: readonly BlockNote[], expectation: Expectation): string {
  const found = overlapIn(blocks, expectation);
  if (!found) return '';
  const { part, rivals } = found;
  const [names, cover] =
    rivals.length === 1
      ? [`generation ${rivals[0]?.generation}`, 'which covers']
      : [`generations ${rivals.map(({ generation }) => generation).join(', ')}`, 'which cover'];
  return `. Generation ${part.generation} was under way together with ${names}, ${cover} what is there of it: Linux does not keep such writes apart`;
}

/** Promised writes that no block shows. */
function lostWrites(blocks: readonly BlockNote[], { writes }: Expectation): WriteRecord[] {
  const shown = new Set(blocks.map(({ origin }) => (origin.kind === 'write' ? origin.generation : -1)));
  const promised = writes.filter((write) => write.promised && !shown.has(write.generation));
  return promised.sort((left, right) => right.begunAt - left.begunAt).slice(0, 1);
}

function contributions(blocks: readonly BlockNote[]): string {
  const byLabel = new Map<string, number[]>();
  let previous: BlockNote | null = null;
  let label = '';
  for (const note of blocks) {
    if (previous === null || !saysTheSame(previous, note)) label = labelOf(note);
    previous = note;
    const indexes = byLabel.get(label);
    if (indexes) indexes.push(note.index);
    else byLabel.set(label, [note.index]);
  }
  const [only] = byLabel.keys();
  if (byLabel.size === 1) return only ?? '';
  return [...byLabel]
    .map(([text, indexes]) => `${blockList(indexes)}: ${text}${share(indexes, blocks)}`)
    .join('; ');
}

/** How much of its write the blocks are, where that is not all of it. */
function share(indexes: readonly number[], blocks: readonly BlockNote[]): string {
  const note = blocks[indexes[0] ?? 0];
  if (
    note?.origin.kind !== 'write' ||
    note.reading.state === 'unreadable' ||
    note.reading.state === 'unstamped'
  )
    return '';
  const all = note.origin.bytes / note.reading.stamp.blockBytes;
  return indexes.length < all ? ` (${indexes.length} of its ${all} blocks)` : '';
}

/** Most units are of one write: its label is made once. */
function saysTheSame(one: BlockNote, other: BlockNote): boolean {
  return (
    one.origin.kind === 'write' &&
    other.origin.kind === 'write' &&
    one.origin.generation === other.origin.generation &&
    one.colour === other.colour &&
    one.remark === '' &&
    other.remark === ''
  );
}

function labelOf({ origin, remark, colour }: BlockNote): string {
  if (colour === 'unreadable') return remark;
  const whose = originText(origin);
  return remark === '' ? whose : `${whose}, ${remark}`;
}

/** `block 3`, `blocks 0-3, 7`. */
function blockList(indexes: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run && run.last === index - 1) run.last = index;
    else runs.push({ first: index, last: index });
  }
  const texts = runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${indexes.length === 1 ? 'block' : 'blocks'} ${texts.join(', ')}`;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
