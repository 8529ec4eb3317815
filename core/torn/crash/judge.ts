import type { ByteSource } from '../../ext4/source.ts';
import { classifyUnit } from '../classify.ts';
import { isFault, type Expectation, type UnitReport } from '../unit.ts';
import { dataPieces, readThrough, type FileLayout, type StateLayouts } from './layouts.ts';
import { sectorBytes } from './log.ts';
import type { Promises } from './promises.ts';

/** A file of units, as a crash plan has it; `address` is where its bytes begin in the addresses of stamps. */
export interface UnitFile {
  readonly file: string;
  readonly unitBytes: number;
  readonly units: number;
  readonly address: number;
}

/** Puts files one after the other into one space of addresses, so that a block of one file is misplaced in another. */
export function unitFiles(
  files: readonly { readonly file: string; readonly unit: number; readonly units: number }[],
): UnitFile[] {
  let address = 0;
  return files.map(({ file, unit, units }) => {
    const placed = { file, unitBytes: unit, units, address };
    address += unit * units;
    return placed;
  });
}

/** The bytes of a state, and a name for those of a range by which they are recognised (StateView is one). */
export interface StateBytes extends ByteSource {
  contentOf(offsetBytes: number, lengthBytes: number): string;
}

/** What is wrong with one file's unit in a state. */
export interface UnitFault {
  readonly file: string;
  readonly unit: number;
  readonly report: UnitReport;
}

/** What is wrong with a state. */
export interface StateVerdict {
  readonly faults: readonly UnitFault[];
  /** The filesystem, or a watched file, cannot be used: in words. */
  readonly unusable: readonly string[];
}

/** Stamps are one to a sector, so that every cut shows. */
export const stampBlockBytes = sectorBytes;

/**
 * Judges every unit of a state. A unit whose bytes, place and promises are those of one judged before is not judged
 * again, which leaves little to do: most states differ from another in one unit.
 */
export class Judge {
  readonly #files: readonly UnitFile[];
  readonly #promises: Promises;
  readonly #known = new Map<string, UnitReport | null>();
  /** By a unit's address and moment. */
  readonly #expectations = new Map<string, Expectation>();

  constructor(files: readonly UnitFile[], promises: Promises) {
    this.#files = files;
    this.#promises = promises;
  }

  /** @param position The crash comes after this position of the log. */
  judge(view: StateBytes, layouts: StateLayouts, position: number): StateVerdict {
    if (layouts.kind === 'unusable') return { faults: [], unusable: [layouts.why] };
    const faults: UnitFault[] = [];
    const unusable: string[] = [];
    for (const file of this.#files) {
      const layout = layouts.files.get(file.file);
      if (layout === undefined || 'error' in layout) {
        unusable.push(`${file.file}: ${layout?.error ?? 'it was not looked for'}`);
        continue;
      }
      for (let unit = 0; unit < file.units; unit++) {
        const report = this.#unit(view, file, layout, unit, position);
        if (report !== null) faults.push({ file: file.file, unit, report });
      }
    }
    return { faults, unusable };
  }

  /** As {@link judge}, of files whose bytes were read by other means; null: the file is not there. */
  judgeBytes(bytesOf: ReadonlyMap<string, Uint8Array>, position: number): StateVerdict {
    const faults: UnitFault[] = [];
    const unusable: string[] = [];
    for (const { file, unitBytes, units, address } of this.#files) {
      const bytes = bytesOf.get(file);
      if (bytes === undefined) {
        unusable.push(`${file}: it cannot be read`);
        continue;
      }
      for (let unit = 0; unit < units; unit++) {
        const found = new Uint8Array(unitBytes);
        found.set(bytes.subarray(unit * unitBytes, (unit + 1) * unitBytes));
        const place = address + unit * unitBytes;
        const report = classifyUnit(
          found,
          this.#promises.expectation(place, unitBytes, stampBlockBytes, position),
        );
        if (isFault(report.verdict)) faults.push({ file, unit, report });
      }
    }
    return { faults, unusable };
  }

  /** The report of a faulty unit, null for one that is right. */
  #unit(
    view: StateBytes,
    file: UnitFile,
    layout: FileLayout,
    unit: number,
    position: number,
  ): UnitReport | null {
    const { unitBytes, address } = file;
    const offset = unit * unitBytes;
    const places = dataPieces(layout, offset, unitBytes)
      .map(({ logical, physical, length }) => `${logical}@${view.contentOf(physical, length)}`)
      .join();
    const moment = this.#promises.moment(address + offset, unitBytes, position);
    const key = `${address + offset}|${moment}|${places}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const expectation = this.#expectation(address + offset, unitBytes, position, moment);
    const report = classifyUnit(readThrough(view, layout, offset, unitBytes), expectation);
    const fault = isFault(report.verdict) ? report : null;
    this.#known.set(key, fault);
    return fault;
  }

  #expectation(address: number, unitBytes: number, position: number, moment: number): Expectation {
    const key = `${address}|${moment}`;
    const known = this.#expectations.get(key);
    if (known) return known;
    const made = this.#promises.expectation(address, unitBytes, stampBlockBytes, position);
    this.#expectations.set(key, made);
    return made;
  }
}
