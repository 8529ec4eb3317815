import { closeSync, constants, fdatasync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  encodeMark,
  stampBlockBytes,
  unitFiles,
  type CrashPlan,
  type UnitFile,
  type UnitMark,
} from '../../../core/torn/crash/index.ts';
import { Random } from '../../../core/experiment/generate/index.ts';
import { throwIfCancelled, Unable, type OnProgress } from '../../failure.ts';
import { Cleanup, copyImage, formatImage } from '../../lab/index.ts';
import { fillUnitFast, isSystemCallError, pwritev2, syncfs, writeFlags } from '../../native/index.ts';
import { loopFilesystem } from './loop-filesystem.ts';
import { startRecorder } from './recorder.ts';

/** Files of a recording, in one folder: together they are all that crash states are made from. */
export interface Recording {
  /** The image as it was when recording began. */
  readonly base: string;
  readonly log: string;
}

export interface RecordOptions {
  /** An empty folder of the caller's. */
  readonly folder: string;
  readonly run: bigint;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const fdatasyncAsync = promisify(fdatasync);

/** What is done on a filesystem whose disk records. */
export interface RecordedWork {
  /** On the fresh filesystem, mounted at `root`; not recorded. */
  prepare?(root: string): Promise<void>;
  /** What is recorded; writing to the file `marks` puts a mark into the log. */
  work(root: string, marks: string): Promise<void>;
}

/**
 * Makes a filesystem in an empty folder of the caller's, and records what its disk is asked to do from a mount to the
 * unmount after it. Everything but the recording (and the image as it became) is gone afterwards. Throws InputError,
 * Unable, Cancelled.
 */
export async function recordFilesystem(
  target: Extract<CrashPlan['target'], { kind: 'loop' }>,
  { prepare, work }: RecordedWork,
  { folder, onProgress, signal }: Omit<RecordOptions, 'run'>,
): Promise<Recording> {
  const image = path.join(folder, 'image');
  const recording = { base: path.join(folder, 'base'), log: path.join(folder, 'log') };
  const { fs } = target.mkfs;
  onProgress?.({ phase: `formatting ${fs}` });
  await formatImage(image, target.size, target.mkfs, signal);
  const mountPoint = path.join(folder, 'mount');
  const cleanup = new Cleanup();
  try {
    const fresh = await loopFilesystem(image, fs, target.mountOptions, { mountPoint, whole: false }, cleanup);
    await fresh.mount();
    onProgress?.({ phase: 'preparing the files' });
    await prepare?.(mountPoint);
    await fresh.unmount();
    await fresh.detach();
    await copyImage(image, recording.base, signal);
    const recorder = await startRecorder(
      'record',
      image,
      recording.log,
      path.join(folder, 'recorder'),
      cleanup,
    );
    const place = { mountPoint, whole: true };
    const recorded = await loopFilesystem(recorder.disk, fs, target.mountOptions, place, cleanup);
    await recorded.mount();
    // What mounting wrote is made durable, so that crashes of the work are about the work.
    flushDevice(recorded.device);
    await work(mountPoint, recorder.side);
    await recorded.unmount();
    await recorded.detach();
    await recorder.stop();
  } finally {
    await cleanup.run();
  }
  return recording;
}

/**
 * Carries out a crash plan on a filesystem whose disk records: prepares the files, then makes the writes, each announced
 * and acknowledged by a mark in the log. Throws as {@link recordFilesystem}.
 */
export async function recordPlan(plan: CrashPlan, options: RecordOptions): Promise<Recording> {
  const files = unitFiles(plan.files);
  return recordFilesystem(
    loopTarget(plan),
    {
      prepare: (root) => prepareFiles(files, root, options),
      work: (root, marks) => makeWrites(plan, files, root, marks, options),
    },
    options,
  );
}

/** blkdev_fsync(): what the device has not made durable yet is, afterwards. */
function flushDevice(device: string): void {
  const descriptor = openSync(device, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function loopTarget(plan: CrashPlan): Extract<CrashPlan['target'], { kind: 'loop' }> {
  if (plan.target.kind === 'loop') return plan.target;
  throw new Unable('target.kind: crash states are recorded on loop targets only', 'target.kind');
}

/** Fills every unit with generation 0, durable before the recording begins. */
async function prepareFiles(
  files: readonly UnitFile[],
  root: string,
  { run, signal }: RecordOptions,
): Promise<void> {
  for (const { file, unitBytes, units, address } of files) {
    throwIfCancelled(signal);
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    const descriptor = openSync(path.join(root, file), 'wx', 0o644);
    try {
      const bytes = new Uint8Array(unitBytes);
      for (let unit = 0; unit < units; unit++) {
        const stamp = { run, writer: 0, generation: 0, address: address + unit * unitBytes };
        fillUnitFast(bytes, { ...stamp, blockBytes: stampBlockBytes });
        writeSync(descriptor, bytes);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

async function makeWrites(
  plan: CrashPlan,
  files: readonly UnitFile[],
  root: string,
  marks: string,
  { run, onProgress, signal }: RecordOptions,
): Promise<void> {
  const { writes } = plan;
  const access = constants.O_RDWR | (writes.direct ? constants.O_DIRECT : 0);
  const descriptors = files.map(({ file }) => openSync(path.join(root, file), access));
  const side = openSync(marks, 'w');
  const say = (mark: UnitMark): void => void writeSync(side, encodeMark(mark));
  try {
    await syncfs(root);
    say({ mark: 'start', run: run.toString(16).padStart(16, '0') });
    const targets = new Targets(files, writes.order, plan.seed);
    let generation = 0;
    const lane = async (writer: number): Promise<void> => {
      while (generation < writes.count) {
        throwIfCancelled(signal);
        const mine = ++generation;
        onProgress?.({ phase: 'writing', done: mine, total: writes.count });
        const { file, unit } = targets.take();
        const { unitBytes, address } = file;
        const place = { address: address + unit * unitBytes, bytes: unitBytes };
        const bytes = new Uint8Array(unitBytes);
        fillUnitFast(bytes, {
          run,
          writer,
          generation: mine,
          address: place.address,
          blockBytes: stampBlockBytes,
        });
        say({ mark: 'begins', generation: mine, writer, ...place });
        await write(descriptors[files.indexOf(file)] ?? -1, bytes, unit * unitBytes, writes);
        say({ mark: 'acknowledged', generation: mine, durable: writes.sync !== 'none' });
        targets.give(place.address);
      }
    };
    await Promise.all(Array.from({ length: Math.min(writes.depth, targets.size) }, (_, at) => lane(at + 1)));
    say({ mark: 'end' });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
    closeSync(side);
  }
}

const syncBits = { none: 0, fdatasync: 0, dsync: writeFlags.dsync, sync: writeFlags.sync } as const;

async function write(
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  { atomic, sync }: CrashPlan['writes'],
): Promise<void> {
  const flags = syncBits[sync] | (atomic ? writeFlags.atomic : 0);
  let written: number;
  try {
    written = await pwritev2(descriptor, bytes, offset, { flags });
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    const how = atomic ? 'an atomic write' : 'a write';
    throw new Unable(
      `${how} of ${bytes.length} bytes at ${offset} is refused here: ${error.code}`,
      'writes',
      {
        cause: error,
      },
    );
  }
  if (written !== bytes.length)
    throw new Unable(`a write stopped after ${written} of ${bytes.length} bytes`, 'writes');
  if (sync === 'fdatasync') await fdatasyncAsync(descriptor);
}

/** Which unit comes next; never one that is being written. */
class Targets {
  readonly #units: readonly { readonly file: UnitFile; readonly unit: number }[];
  readonly #busy = new Set<number>();
  readonly #random: Random;
  readonly #isRandom: boolean;
  #next = 0;

  constructor(files: readonly UnitFile[], order: 'random' | 'sequential', seed: number) {
    this.#units = files.flatMap((file) => Array.from({ length: file.units }, (_, unit) => ({ file, unit })));
    this.#random = new Random(seed);
    this.#isRandom = order === 'random';
  }

  get size(): number {
    return this.#units.length;
  }

  take(): { readonly file: UnitFile; readonly unit: number } {
    for (;;) {
      const index = this.#isRandom ? this.#random.between(0, this.size - 1) : this.#next++ % this.size;
      const found = this.#units[index];
      if (!found) continue;
      const address = found.file.address + found.unit * found.file.unitBytes;
      if (this.#busy.has(address)) continue;
      this.#busy.add(address);
      return found;
    }
  }

  give(address: number): void {
    this.#busy.delete(address);
  }
}
