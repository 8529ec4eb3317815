/**
 * What each slot of a target may hold, from the journal's records. A slot is an area as long as the longest unit, at a
 * multiple of its length; units lie within one.
 */
import { assert } from '../assert.ts';
import type { JournalRecord } from './journal.ts';
import type { Expectation, WriteRecord } from './unit.ts';

export interface HistoryOptions {
  readonly run: bigint;
  readonly blockBytes: number;
  readonly slotBytes: number;
  /**
   * Whether an acknowledged write must be there: always where nothing crashed, and after a crash where writes were
   * acknowledged only when durable. Where not, any whole earlier state is right.
   */
  readonly promised: boolean;
  /** Acknowledgements after this moment promise nothing: they were given while the crash was under way. */
  readonly promisedUntil?: number;
  /** Whether slots were holes or unwritten before the first write, and not prepared with generation 0. */
  readonly beginsAsZeros?: boolean;
  /** Whether writes may have begun whose record was lost: then later generations than the last known are right. */
  readonly mayLackLast?: boolean;
}

/** Keeps, for each slot, the writes that it may still show, and forgets those that were replaced. */
export class WriteHistory {
  readonly #options: HistoryOptions;
  readonly #slots = new Map<number, Slot>();
  #last = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** The highest generation begun. */
  get last(): number {
    return this.#last;
  }

  /** Takes one record; a write's end after its beginning, otherwise in any order. */
  take(record: JournalRecord): void {
    this.#last = Math.max(this.#last, record.generation);
    const { writer, generation, address, bytes } = record;
    const slot = this.#slot(Math.floor(address / this.#options.slotBytes));
    const begun = { writer, generation, address, bytes, begunAt: generation, endedAt: null, promised: false };
    if (record.kind === 'begun') {
      // Its end may have been recorded first: places are taken in one order and filled in another.
      if (!slot.writes.some((write) => write.generation === generation)) slot.writes.push(begun);
      return;
    }
    const { promisedUntil = Infinity } = this.#options;
    const promised = record.kind === 'ended' && this.#options.promised && record.moment <= promisedUntil;
    const ended = { ...begun, endedAt: record.moment, promised };
    const known = slot.writes.findIndex((write) => write.generation === generation);
    if (known >= 0) slot.writes[known] = ended;
    else slot.writes.push(ended);
    if (promised) forgetReplaced(slot, ended);
  }

  /** What a slot may hold. */
  expectation(index: number): Expectation {
    const {
      run,
      blockBytes,
      slotBytes,
      promised,
      beginsAsZeros = false,
      mayLackLast = false,
    } = this.#options;
    const slot = this.#slots.get(index) ?? this.#fresh(index);
    const before = promised ? slot.forgottenBefore : this.#last + 1;
    return {
      run,
      address: index * slotBytes,
      blockBytes,
      writes: slot.writes,
      beginsAsZeros,
      unlisted: {
        before,
        earlier: promised ? 'stale' : 'allowed',
        later: mayLackLast ? 'allowed' : 'garbage',
      },
    };
  }

  /** The one generation that the whole slot must hold; null where several states are right. */
  only(index: number): number | null {
    if (!this.#options.promised) return null;
    const { slotBytes, mayLackLast } = this.#options;
    if (mayLackLast) return null;
    const slot = this.#slots.get(index);
    if (!slot) return this.#options.beginsAsZeros ? null : 0;
    const write = slot.writes[0];
    return slot.writes.length === 1 && write?.bytes === slotBytes && write.promised ? write.generation : null;
  }

  #slot(index: number): Slot {
    const known = this.#slots.get(index);
    if (known) return known;
    const slot = this.#fresh(index);
    this.#slots.set(index, slot);
    return slot;
  }

  /** A slot as it was prepared: written and made durable before the first write began. */
  #fresh(index: number): Slot {
    const { slotBytes, beginsAsZeros } = this.#options;
    assert(index >= 0, 'slots begin at 0');
    const prepared: WriteRecord = {
      writer: 0,
      generation: 0,
      address: index * slotBytes,
      bytes: slotBytes,
      begunAt: 0,
      endedAt: 0,
      promised: true,
    };
    return { writes: beginsAsZeros ? [] : [prepared], forgottenBefore: 0 };
  }
}

interface Slot {
  writes: WriteRecord[];
  /** Generations below it that are not in the list were replaced. */
  forgottenBefore: number;
}

/** Forgets writes that ended before `latest` began and lie within it. */
function forgetReplaced(slot: Slot, latest: WriteRecord): void {
  const end = latest.address + latest.bytes;
  slot.writes = slot.writes.filter((write) => {
    const isReplaced =
      write.endedAt !== null &&
      write.endedAt <= latest.begunAt &&
      write.address >= latest.address &&
      write.address + write.bytes <= end;
    if (isReplaced) slot.forgottenBefore = Math.max(slot.forgottenBefore, write.generation + 1);
    return !isReplaced;
  });
}
