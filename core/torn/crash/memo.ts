import type { ByteSource } from '../../ext4/source.ts';
import { sectorBytes } from './log.ts';
import type { PlaceRange, SectorTable } from './sectors.ts';
import type { StateView } from './state-view.ts';

/**
 * Answers that were worked out for one state hold for every state that shows the same in all that was read for them:
 * who reads the same does the same. Every answer is kept with what it read, so no guess is made about what matters.
 */
export class ReadMemo<Answer> {
  readonly #table: SectorTable;
  /** By the places that were read; then by what stood there. */
  readonly #groups = new Map<
    string,
    { readonly ranges: readonly PlaceRange[]; readonly answers: Map<string, Answer> }
  >();

  constructor(table: SectorTable) {
    this.#table = table;
  }

  /** The answer for the state that `view` shows, if a state with the same bytes in all that it read was kept. */
  find(view: StateView): Answer | null {
    for (const { ranges, answers } of this.#groups.values()) {
      const found = answers.get(signature(view, ranges));
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Keeps an answer that came from reading these sectors (first, count) of the state that `view` shows. */
  keep(
    view: StateView,
    reads: Iterable<{ readonly sector: number; readonly count: number }>,
    answer: Answer,
  ): void {
    // Only places can differ between states: sectors that no write touches do not matter.
    const ranges = merged([...reads].flatMap(({ sector, count }) => this.#table.placesOf(sector, count)));
    const name = ranges.map(({ from, to }) => `${from}-${to}`).join();
    const group = this.#groups.get(name) ?? { ranges, answers: new Map<string, Answer>() };
    this.#groups.set(name, group);
    group.answers.set(signature(view, ranges), answer);
  }
}

/** A source that notes which sectors are read through it. */
export class NotedReads implements ByteSource {
  readonly sizeBytes: number;
  readonly reads: { readonly sector: number; readonly count: number }[] = [];
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Uint8Array {
    const sector = Math.floor(offsetBytes / sectorBytes);
    this.reads.push({ sector, count: Math.ceil((offsetBytes + lengthBytes) / sectorBytes) - sector });
    return this.#source.read(offsetBytes, lengthBytes);
  }
}

function merged(ranges: PlaceRange[]): PlaceRange[] {
  const result: PlaceRange[] = [];
  for (const range of ranges.sort((left, right) => left.from - right.from)) {
    const last = result.at(-1);
    if (last && range.from <= last.to)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else result.push(range);
  }
  return result;
}

/** What stands at the places, as 96 bits and their number: two sums that depend on order. */
function signature(view: StateView, ranges: readonly PlaceRange[]): string {
  let [first, second, third] = [0x811c9dc5, 0x9747b28c, 0x2545f491];
  for (const { from, to } of ranges)
    for (let place = from; place < to; place++) {
      const content = view.contentAt(place);
      first = Math.imul(first ^ content, 0x01000193);
      first ^= first >>> 15;
      second = Math.imul(second + content, 0xcc9e2d51);
      second ^= second >>> 13;
      third = Math.imul(third ^ Math.imul(content, 0x1b873593), 0x85ebca6b);
      third ^= third >>> 16;
    }
  return `${first >>> 0}.${second >>> 0}.${third >>> 0}`;
}
