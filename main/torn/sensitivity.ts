import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  faultKinds,
  journalHeader,
  journalRecord,
  seedFault,
  WriteHistory,
  type FaultKind,
  type Sensitivity,
  type TornEvent,
  type UnitStamp,
} from '../../core/torn/index.ts';
import { fillUnitFast, type SlotArea } from '../native/index.ts';
import { readJournalFile } from './journal-file.ts';
import { drawsOf } from './random.ts';
import { verifySlots } from './verify.ts';

export interface SensitivityRequest {
  /** A folder for the copy; it is left as it was found. */
  readonly folder: string;
  readonly run: bigint;
  readonly seed: number;
  readonly blockBytes: number;
  readonly unitBytes: readonly number[];
  /** Faults of each kind; eight, or fewer where units are very long, where it is left out. */
  readonly perKind?: number;
  /** Slots without a fault; as many as faulty ones where it is left out. */
  readonly cleanUnits?: number;
}

/** Slots that are written at once, and the bytes that they may have together. */
const pieceSlots = 64;
const pieceBytes = 2 ** 22;
/** Faults of each kind, and the bytes that the copy may have for their sake. */
const usualPerKind = 8;
const usualCopyBytes = 2 ** 29;

/**
 * Makes a small copy of what the run will be like (units of the same lengths, the same journal), damages it on purpose in
 * every way of {@link faultKinds}, and looks whether the verification that the run will use finds all of it, and
 * nothing else.
 */
export async function checkSensitivity(
  request: SensitivityRequest,
  onEvent?: (event: TornEvent) => void,
): Promise<Sensitivity> {
  onEvent?.({ type: 'phase', phase: 'looking for seeded faults' });
  const copy = new Copy(request);
  const { area } = copy;
  try {
    await copy.write();
    const { run, blockBytes } = request;
    const history = new WriteHistory({ run, blockBytes, slotBytes: area.slotBytes, promised: true });
    await readJournalFile(copy.journal, run, (record) => history.take(record));
    const called = new Set<number>();
    await verifySlots(area, history, { onFault: ({ address }) => called.add(address / area.slotBytes) });
    const sensitivity = judged(copy, called, request.seed);
    onEvent?.({ type: 'sensitivity', sensitivity });
    return sensitivity;
  } finally {
    await copy.remove();
  }
}

function judged({ faults, area }: Copy, called: ReadonlySet<number>, seed: number): Sensitivity {
  const missed = [...faults].filter(([slot]) => !called.has(slot));
  const falseAlarms = [...called].filter((slot) => !faults.has(slot)).length;
  const kinds = faultKinds.map((kind) => {
    const seeded = [...faults.values()].filter((fault) => fault.kind === kind).length;
    return { kind, seeded, found: seeded - missed.filter(([, fault]) => fault.kind === kind).length };
  });
  return {
    seed,
    kinds,
    cleanUnits: area.slots - faults.size,
    falseAlarms,
    passed: missed.length === 0 && falseAlarms === 0 && kinds.every(({ seeded }) => seeded > 0),
    missed: missed.slice(0, 16).map(([slot, { kind, text }]) => `${kind} in slot ${slot}: ${text}`),
  };
}

/** As many as the copy has room for, with as many clean units beside them. */
function perKindOf(slotBytes: number): number {
  return Math.min(
    usualPerKind,
    Math.max(1, Math.floor(usualCopyBytes / (2 * faultKinds.length * slotBytes))),
  );
}

/** The damaged copy and its journal. */
class Copy {
  readonly area: SlotArea;
  readonly journal: string;
  readonly faults = new Map<number, { readonly kind: FaultKind; readonly text: string }>();
  readonly #request: SensitivityRequest;
  readonly #perKind: number;
  readonly #below: (limit: number) => number;

  constructor(request: SensitivityRequest) {
    const { folder, run, blockBytes, unitBytes } = request;
    const slotBytes = Math.max(...unitBytes);
    this.#perKind = request.perKind ?? perKindOf(slotBytes);
    const faulty = faultKinds.length * this.#perKind;
    this.#request = request;
    this.#below = drawsOf(request.seed);
    this.journal = path.join(folder, 'seeded-faults.journal');
    this.area = {
      path: path.join(folder, 'seeded-faults.units'),
      direct: false,
      run,
      blockBytes,
      slotBytes,
      slots: faulty + (request.cleanUnits ?? faulty),
    };
  }

  async write(): Promise<void> {
    const chosen = this.#chooseFaulty();
    const { slots, slotBytes } = this.area;
    const units = await open(this.area.path, 'wx', 0o600);
    const journal = await open(this.journal, 'wx', 0o600);
    try {
      await journal.write(journalHeader(this.#request.run));
      const step = Math.min(pieceSlots, Math.max(1, Math.floor(pieceBytes / slotBytes)));
      for (let first = 0; first < slots; first += step) {
        const count = Math.min(step, slots - first);
        const bytes = Buffer.alloc(count * slotBytes);
        const records: Uint8Array[] = [];
        for (let slot = first; slot < first + count; slot++) {
          const part = bytes.subarray((slot - first) * slotBytes, (slot - first + 1) * slotBytes);
          records.push(...this.#writeSlot(slot, part, chosen.get(slot) ?? null));
        }
        await units.write(bytes);
        await journal.write(Buffer.concat(records));
      }
    } finally {
      await units.close();
      await journal.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.area.path, { force: true });
    await rm(this.journal, { force: true });
  }

  /** Which slots get which fault: spread over all of them. */
  #chooseFaulty(): Map<number, FaultKind> {
    const chosen = new Map<number, FaultKind>();
    for (const kind of faultKinds) {
      for (let count = 0; count < this.#perKind;) {
        const slot = this.#below(this.area.slots);
        if (chosen.has(slot)) continue;
        chosen.set(slot, kind);
        count++;
      }
    }
    return chosen;
  }

  /** Prepared, then written twice by different writers; then damaged. Returns its part of the journal. */
  #writeSlot(slot: number, bytes: Buffer, kind: FaultKind | null): Uint8Array[] {
    const { run, blockBytes, slotBytes } = this.area;
    const { unitBytes } = this.#request;
    const length = unitBytes[this.#below(unitBytes.length)] ?? slotBytes;
    const inside = this.#below(slotBytes / length) * length;
    const address = slot * slotBytes + inside;
    const stamp = (writer: number, generation: number, at = address): UnitStamp => {
      return { run, writer, generation, address: at, bytes: length, blockBytes };
    };
    fillUnitFast(bytes, { run, writer: 0, generation: 0, address: slot * slotBytes, blockBytes });
    const earlier = stamp(1, slot * 4 + 1);
    const current = stamp(2, slot * 4 + 3);
    const unit = bytes.subarray(inside, inside + length);
    fillUnitFast(unit, current);
    if (kind !== null) {
      const neighbour = stamp(2, slot * 4 + 3, address + length);
      this.faults.set(slot, seedFault(kind, unit, { current, earlier, neighbour }, this.#below));
    }
    return [earlier, current].flatMap(({ writer, generation, bytes: unitLength, address: at }) => {
      const place = { writer, generation, address: at, bytes: unitLength };
      return [
        journalRecord({ kind: 'begun', ...place }),
        journalRecord({ kind: 'ended', moment: generation + 1, ...place }),
      ];
    });
  }
}
