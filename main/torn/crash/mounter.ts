import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Mkfs } from '../../../core/experiment/plan.ts';
import type { ByteExtent, FileLayout, StateLayouts, StateView } from '../../../core/torn/crash/index.ts';
import { Unable } from '../../failure.ts';
import { mountingAsRoot, type Cleanup, type Mounting } from '../../lab/index.ts';
import { extentFlags, fiemap, isSystemCallError } from '../../native/index.ts';
import { loopFilesystem, type LoopFilesystem } from './loop-filesystem.ts';
import type { Recording } from './recorded-disk.ts';
import { startRecorder, type Recorder } from './recorder.ts';

export interface SectorRange {
  readonly sector: number;
  readonly count: number;
}

/** What a mount showed, and what it touched of the state to do so. */
export interface MountedState<Seen> {
  readonly seen: Seen;
  readonly reads: readonly SectorRange[];
  readonly writes: readonly SectorRange[];
}

export interface StateMounterOptions {
  readonly mountOptions?: string;
  /** By which states are mounted; root's own calls where it is left out. */
  readonly privileges?: Mounting;
}

/** As long as one message to the recorder may be, with room for how pages lie. */
const messageBytesMax = 900 * 1024;
const answerBytesMax = 1 << 20;
const countBytes = 8;
const segmentBytes = 24;
const zeros = 2n ** 64n - 1n;

/**
 * Mounts one crash state after the other, for real: the kernel recovers it. Nothing is copied; what recovery writes
 * stays in the recorder's memory until the next state.
 */
export class StateMounter {
  readonly mountPoint: string;
  readonly #filesystem: LoopFilesystem;
  readonly #side: number;

  private constructor(filesystem: LoopFilesystem, recorder: Recorder, cleanup: Cleanup) {
    this.mountPoint = filesystem.mountPoint;
    this.#filesystem = filesystem;
    this.#side = openSync(recorder.side, constants.O_RDWR);
    cleanup.add(() => closeSync(this.#side));
  }

  /** @param folder A folder that is there, in which mount points can be made: the lab's own where it is not root who mounts. */
  static async start(
    { base, log }: Recording,
    fs: Mkfs['fs'],
    folder: string,
    cleanup: Cleanup,
    { mountOptions = '', privileges = mountingAsRoot }: StateMounterOptions = {},
  ): Promise<StateMounter> {
    const recorder = await startRecorder('states', base, log, path.join(folder, 'states'), cleanup);
    const place = { mountPoint: path.join(folder, 'state'), isRecorder: true, privileges };
    // Several mounters may show one filesystem at once, which XFS knows by its UUID.
    const options = [mountOptions, fs === 'xfs' ? 'nouuid' : ''].filter((one) => one !== '').join(',');
    const filesystem = await loopFilesystem(recorder.disk, fs, options, place, cleanup);
    return new StateMounter(filesystem, recorder, cleanup);
  }

  /** Mounts what `view` shows and lets `look` see it; null where the kernel refuses, with its errno as `why`. */
  async visit<Seen>(
    view: StateView,
    look: (mountPoint: string) => Promise<Seen>,
  ): Promise<MountedState<Seen> | { readonly refused: string; readonly reads: readonly SectorRange[] }> {
    this.#tell(view);
    try {
      await this.#filesystem.mount();
    } catch (error) {
      if (!isSystemCallError(error)) throw error;
      return { refused: error.code, reads: this.#touched().reads };
    }
    let seen: Seen;
    try {
      seen = await look(this.mountPoint);
    } finally {
      await this.#filesystem.unmount();
    }
    return { seen, ...this.#touched() };
  }

  #tell(view: StateView): void {
    const segments = view.segments();
    if (segments.length * segmentBytes > messageBytesMax)
      throw new Unable(`a crash state of ${segments.length} segments is more than the recorder takes`);
    const message = Buffer.alloc(countBytes + segments.length * segmentBytes);
    message.writeBigUInt64LE(BigInt(segments.length));
    for (const [i, { at, lengthBytes, from }] of segments.entries()) {
      const place = countBytes + i * segmentBytes;
      message.writeBigUInt64LE(BigInt(at), place);
      message.writeBigUInt64LE(BigInt(lengthBytes), place + 8);
      message.writeBigUInt64LE(from === null ? zeros : BigInt(from), place + 16);
    }
    writeSync(this.#side, message, 0, message.length, 0);
  }

  #touched(): { readonly reads: SectorRange[]; readonly writes: SectorRange[] } {
    const answer = Buffer.alloc(answerBytesMax);
    let length = 0;
    for (let got = -1; got !== 0; length += got) {
      if (length === answer.length)
        throw new Unable('a mounted crash state was read and written in more places than can be told');
      got = readSync(this.#side, answer, length, answer.length - length, length);
    }
    const pairs = Array.from({ length: length / 16 }, (_, i) => ({
      sector: Number(answer.readBigUInt64LE(16 * i)),
      count: Number(answer.readBigUInt64LE(16 * i + 8)),
    }));
    const border = pairs.findIndex(({ count }) => count === 0);
    const reads = pairs.slice(0, border);
    // Both ext4 and XFS look at their superblock: had nothing of the disk's start been read, an old cache would show.
    if (!reads.some(({ sector }) => sector <= 2))
      throw new Unable(
        'the kernel mounted a crash state without reading it: something keeps the device open',
      );
    return { reads, writes: pairs.slice(border + 1) };
  }
}

/** Layouts of files on a mounted filesystem, as FIEMAP gives them. */
export async function mountedLayouts(root: string, files: readonly string[]): Promise<StateLayouts> {
  const found = new Map<string, FileLayout | { readonly error: string }>();
  for (const file of files) found.set(file, await layoutOf(path.join(root, file)));
  return { kind: 'files', files: found };
}

async function layoutOf(file: string): Promise<FileLayout | { readonly error: string }> {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { error: code === 'ENOENT' ? 'it is not there' : `it cannot be opened (${code})` };
  }
  try {
    const extents = await fiemap(descriptor);
    return { sizeBytes: fstatSync(descriptor).size, extents: rows(extents) };
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    return { error: `its layout cannot be read (${error.code})` };
  } finally {
    closeSync(descriptor);
  }
}

function rows({
  logicalBytes,
  physicalBytes,
  lengthBytes,
  flags,
}: Awaited<ReturnType<typeof fiemap>>): ByteExtent[] {
  return Array.from(logicalBytes, (logical, i) => ({
    logical: Number(logical),
    physical: Number(physicalBytes[i]),
    length: Number(lengthBytes[i]),
    unwritten: ((flags[i] ?? 0) & extentFlags.unwritten) !== 0,
  }));
}
