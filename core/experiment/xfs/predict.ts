import {
  judgeAtomicWrite,
  type AtomicFacts,
  type DeviceFacts,
  type KernelVersion,
  type XfsGeometry,
} from '../../atomic/index.ts';
import { NotModelled, Refused, type ErrnoName } from '../../errno.ts';
import type { FileLayout, StepRecord } from '../outcome.ts';
import type { Step, StepOf } from '../plan.ts';
import { fallocateOnXfs } from './fallocate.ts';
import { Names, type FileNode } from './names.ts';
import { SpaceAccount } from './space.ts';

/** A freshly mounted XFS whose names below the plan's directory are none yet. */
export interface XfsMount {
  readonly kernel: KernelVersion;
  readonly geometry: XfsGeometry;
  readonly device: DeviceFacts;
  /** Mount option max_atomic_write in bytes; null where it is not given. */
  readonly maxAtomicWriteBytes: number | null;
}

/**
 * What every step of a plan answers on XFS, and which files remain. Throws NotModelled where the answer would
 * hang on something that is not modelled (space that runs short, names without case, realtime devices).
 */
export function predictOnXfs(
  steps: readonly Step[],
  mount: XfsMount,
): { steps: StepRecord[]; files: Record<string, FileLayout> } {
  if (mount.geometry.asciiCaseInsensitive)
    throw new NotModelled('XFS names without case (ascii-ci) are not modelled');
  if (mount.geometry.realtimeBlocks > 0) throw new NotModelled('XFS realtime devices are not modelled');
  const prediction = new XfsPrediction(mount);
  const records = steps.map((step) => prediction.record(step));
  return { steps: records, files: prediction.remaining() };
}

class XfsPrediction {
  readonly #mount: XfsMount;
  readonly #facts: AtomicFacts;
  readonly #space: SpaceAccount;
  readonly #names = new Names();
  /** Names in order of their latest creation, and those that a step other than `many` gave. */
  readonly #created = new Set<string>();
  readonly #named = new Set<string>();

  constructor(mount: XfsMount) {
    this.#mount = mount;
    this.#space = new SpaceAccount(mount.geometry);
    const { kernel, geometry, device, maxAtomicWriteBytes } = mount;
    const filesystem = { kind: 'xfs', geometry, realtimeFile: false, maxAtomicWriteBytes } as const;
    this.#facts = { kernel, device, file: { kind: 'regular', filesystem } };
  }

  record(step: Step): StepRecord {
    try {
      if ('file' in step) this.#named.add(step.file);
      const result = this.#perform(step);
      return step.op === 'layout' ? { op: step.op, result, extents: null } : { op: step.op, result };
    } catch (error) {
      if (error instanceof Refused) return refusal(step.op, error.errno);
      throw error;
    }
  }

  remaining(): Record<string, FileLayout> {
    const names = [...this.#created].filter((name) => this.#named.has(name));
    return Object.fromEntries(names.map((name) => [name, { extents: null }]));
  }

  #perform(step: Step): number {
    switch (step.op) {
      case 'create':
        return this.#create(step.file, true);
      case 'open':
        this.#names.file(step.file);
        return 0;
      case 'fsync':
        // Through a reader's descriptor, which a directory may have.
        this.#names.node(step.file);
        return 0;
      case 'layout':
        if (this.#names.node(step.file).kind === 'directory')
          throw new Refused('EOPNOTSUPP', 'XFS gives no extents of directories');
        return 0;
      case 'write':
        return this.#write(step);
      case 'fallocate':
        return this.#fallocate(step.file, step);
      case 'truncate':
        return this.#truncate(step);
      case 'unlink':
        return this.#unlink(step.file);
      case 'mkdir':
        this.#names.makeDirectory(step.file);
        this.#space.take(1);
        return 0;
      case 'many':
        return this.#many(step);
      case 'unlink-every':
        return this.#unlinkEvery(step);
      case 'sync':
      case 'close':
      case 'remount':
        return 0;
    }
  }

  #create(path: string, exclusive: boolean): number {
    this.#names.create(path, exclusive);
    if (!this.#created.has(path)) {
      this.#created.add(path);
      this.#space.take(1);
    }
    return 0;
  }

  #unlink(path: string): number {
    const file = this.#names.unlink(path);
    this.#created.delete(path);
    this.#space.release(file.backed.blocks);
    return 0;
  }

  /** pwritev2(2): fs/xfs/xfs_file.c, xfs_file_write_iter(), xfs_file_dio_write(). */
  #write(step: StepOf<'write'>): number {
    const file = this.#names.file(step.file);
    const { offset, length, vectors, direct } = step;
    if (length === 0) return 0;
    if (step.atomic) this.#requireAtomic(step);
    const sector = this.#sectorBytes();
    if (direct && (offset % sector !== 0 || (length / vectors) % sector !== 0))
      throw new Refused('EINVAL', 'direct I/O comes in whole sectors');
    this.#back(file, offset, length, step.atomic);
    file.sizeBytes = Math.max(file.sizeBytes, offset + length);
    return length;
  }

  #requireAtomic({ offset, length, vectors, direct }: StepOf<'write'>): void {
    const request = { offsetBytes: offset, lengthBytes: length, vectors, direct };
    const verdict = judgeAtomicWrite(this.#facts, request);
    if (verdict.kind === 'refused') throw new Refused(verdict.errno, verdict.because);
    if (verdict.kind === 'unknown') throw new NotModelled(`an atomic write hangs on ${verdict.missing}`);
  }

  #sectorBytes(): number {
    const { logicalBlockBytes } = this.#mount.device;
    if (logicalBlockBytes === 'unknown')
      throw new NotModelled('the logical block of the device is not known');
    return logicalBlockBytes;
  }

  /**
   * Blocks come to stand behind [offset, offset+length). A write completed in software needs them twice for a while, and
   * more where the staging extent is rounded (XFS_DEFAULT_COWEXTSZ_HINT, on both sides).
   */
  #back(file: FileNode, offset: number, length: number, staged: boolean): void {
    const { blockBytes } = this.#mount.geometry;
    const from = Math.floor(offset / blockBytes);
    const to = Math.ceil((offset + length) / blockBytes);
    const before = file.backed.blocks;
    file.backed.add(from, to);
    this.#space.take(file.backed.blocks - before, staged ? to - from + 64 : 0);
  }

  #fallocate(path: string, request: Pick<StepOf<'fallocate'>, 'offset' | 'length' | 'mode'>): number {
    const file = this.#names.file(path);
    const before = file.backed.blocks;
    const { blockBytes } = this.#mount.geometry;
    fallocateOnXfs(file, request, blockBytes);
    const change = file.backed.blocks - before;
    if (change > 0) this.#space.take(change);
    else this.#space.release(-change);
    return 0;
  }

  #truncate({ file: path, size }: StepOf<'truncate'>): number {
    const file = this.#names.file(path);
    const before = file.backed.blocks;
    file.backed.remove(Math.ceil(size / this.#mount.geometry.blockBytes), Infinity);
    this.#space.release(before - file.backed.blocks);
    file.sizeBytes = size;
    return 0;
  }

  #many({ prefix, count, length, how }: StepOf<'many'>): number {
    for (let index = 0; index < count; index++) {
      const path = `${prefix}${index}`;
      this.#create(path, false);
      if (how === 'fallocate') this.#fallocate(path, { offset: 0, length, mode: [] });
      else this.#writeWhole(path, length, how === 'direct');
    }
    return count;
  }

  #writeWhole(path: string, length: number, direct: boolean): void {
    const options = { atomic: false, sync: 'none', vectors: 1, direct } as const;
    this.#write({ op: 'write', file: path, offset: 0, length, ...options });
  }

  #unlinkEvery({ prefix, count, step, start }: StepOf<'unlink-every'>): number {
    let removed = 0;
    for (let index = start; index < count; index += step, removed++) this.#unlink(`${prefix}${index}`);
    return removed;
  }
}

function refusal(op: string, errno: ErrnoName): StepRecord {
  return { op, result: -1, errno };
}
