import type { ByteSource } from '../../../core/ext4/index.ts';
import { Random } from '../../../core/experiment/generate/index.ts';
import { faultKinds, fillUnit, seedFault, type FaultKind, type UnitStamp } from '../../../core/torn/index.ts';
import {
  dataPieces,
  stampBlockBytes,
  type CrashSensitivity,
  type Judge,
  type Promises,
  type StateLayouts,
  type StateView,
  type UnitFile,
} from '../../../core/torn/crash/index.ts';

/**
 * Damages units of the state that the view shows, one at a time and by every kind of fault, on its way from the disk,
 * and has them judged as every state is.
 * @param promised Whether the plan's writes are durable when acknowledged: a write can only be lost if it was promised.
 */
export function seedFaults(
  view: StateView,
  layouts: StateLayouts,
  judge: Judge,
  promises: Promises,
  files: readonly UnitFile[],
  position: number,
  { each, seed, promised }: { readonly each: number; readonly seed: number; readonly promised: boolean },
): CrashSensitivity {
  const random = new Random(seed);
  const below = (limit: number): number => random.between(0, limit - 1);
  const subjects = subjectsOf(promises, files, position);
  const leftOut: string[] = [];
  const missed: string[] = [];
  const kinds: { readonly kind: FaultKind; readonly seeded: number; readonly found: number }[] = [];
  for (const kind of faultKinds) {
    let [seeded, found] = [0, 0];
    const why = reasonAgainst(kind, subjects.length, promised);
    if (why !== null) {
      leftOut.push(`${kind}: ${why}`);
      continue;
    }
    for (let i = 0; i < each; i++) {
      const { file, unit, current, earlier, neighbour } = random.pick(subjects);
      const bytes = new Uint8Array(file.unitBytes);
      fillUnit(bytes, current);
      const fault = seedFault(kind, bytes, { current, earlier, neighbour }, below);
      const damaged = new DamagedView(view, layouts, file, unit * file.unitBytes, bytes);
      const { faults } = judge.judge(damaged, layouts, position);
      seeded += 1;
      if (faults.some((one) => one.file === file.file && one.unit === unit)) found += 1;
      else missed.push(`${kind} in unit ${unit} of ${file.file}: ${fault.text}`);
    }
    kinds.push({ kind, seeded, found });
  }
  const sum = (key: 'seeded' | 'found'): number => kinds.reduce((total, kind) => total + kind[key], 0);
  return { seeded: sum('seeded'), found: sum('found'), kinds, missed, leftOut };
}

interface Subject {
  readonly file: UnitFile;
  readonly unit: number;
  readonly current: UnitStamp;
  readonly earlier: UnitStamp;
  readonly neighbour: UnitStamp;
}

/** Units that were written at least once, with what they hold and held. */
function subjectsOf(promises: Promises, files: readonly UnitFile[], position: number): Subject[] {
  return files.flatMap((file) =>
    Array.from({ length: file.units }, (_, unit) => unit).flatMap((unit) => {
      const address = file.address + unit * file.unitBytes;
      const writes = promises.writesOf(address, file.unitBytes, position);
      const ended = writes.filter(({ endedAt }) => endedAt !== null);
      ended.sort((left, right) => left.begunAt - right.begunAt);
      const [earlier, current] = ended.slice(-2);
      if (!earlier || !current) return [];
      const stampOf = ({ writer, generation }: typeof current): UnitStamp => ({
        ...{ run: promises.run, writer, generation, address },
        ...{ bytes: file.unitBytes, blockBytes: stampBlockBytes },
      });
      const neighbour = { ...stampOf(current), address: address + file.unitBytes };
      return [{ file, unit, current: stampOf(current), earlier: stampOf(earlier), neighbour }];
    }),
  );
}

function reasonAgainst(kind: FaultKind, subjects: number, promised: boolean): string | null {
  if (subjects === 0) return 'no write was acknowledged';
  if (kind === 'lost-write' && !promised) return 'acknowledged writes are not promised without a sync';
  return null;
}

/** A state in which one unit's bytes are others. */
class DamagedView implements ByteSource {
  readonly sizeBytes: number;
  readonly #view: StateView;
  readonly #pieces: readonly { readonly physical: number; readonly bytes: Uint8Array }[];

  constructor(view: StateView, layouts: StateLayouts, file: UnitFile, offset: number, unit: Uint8Array) {
    this.#view = view;
    this.sizeBytes = view.sizeBytes;
    const layout = layouts.kind === 'files' ? layouts.files.get(file.file) : undefined;
    const pieces = layout && !('error' in layout) ? dataPieces(layout, offset, unit.length) : [];
    this.#pieces = pieces.map(({ logical, physical, length }) => ({
      physical,
      bytes: unit.subarray(logical - offset, logical - offset + length),
    }));
  }

  read(offsetBytes: number, lengthBytes: number): Uint8Array {
    const target = this.#view.read(offsetBytes, lengthBytes);
    for (const { physical, bytes } of this.#pieces) {
      const from = Math.max(offsetBytes, physical);
      const to = Math.min(offsetBytes + lengthBytes, physical + bytes.length);
      if (from < to) target.set(bytes.subarray(from - physical, to - physical), from - offsetBytes);
    }
    return target;
  }

  contentOf(offsetBytes: number, lengthBytes: number): string {
    const bytes = this.read(offsetBytes, lengthBytes);
    return `damaged:${offsetBytes}:${Buffer.from(bytes).toString('latin1')}`;
  }
}
