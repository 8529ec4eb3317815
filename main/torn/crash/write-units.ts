import { closeSync, constants, fdatasync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stampBlockBytes, unitFiles, type CrashPlan, type UnitMark } from '../../../core/torn/crash/index.ts';
import { throwIfCancelled, Unable, type OnProgress } from '../../failure.ts';
import {
  fillUnitFast,
  isSystemCallError,
  mount,
  pwritev2,
  syncfs,
  unmount,
  writeFlags,
} from '../../native/index.ts';
import { Targets, type Place } from './targets.ts';

export interface WriteOptions {
  readonly run: bigint;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const fdatasyncAsync = promisify(fdatasync);

/** Fills every unit with generation 0, durable before the recording begins. */
export async function prepareFiles(
  plan: CrashPlan,
  root: string,
  { run, signal }: WriteOptions,
): Promise<void> {
  for (const { file, unitBytes, units, address } of unitFiles(plan.files)) {
    throwIfCancelled(signal);
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    const descriptor = openSync(path.join(root, file), 'wx', 0o644);
    try {
      const bytes = new Uint8Array(unitBytes);
      for (let unit = 0; unit < units; unit++) {
        const stamp = { run, writer: 0, generation: 0, address: address + unit * unitBytes };
        fillUnitFast(bytes, { ...stamp, blockBytes: stampBlockBytes });
        writeWhole(descriptor, bytes, unit * unitBytes);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
}

/** Makes a plan's writes in files that are prepared; `say` gets each mark at its moment. */
export async function makeWrites(
  plan: CrashPlan,
  root: string,
  say: (mark: UnitMark) => void,
  { run, onProgress, signal }: WriteOptions,
): Promise<void> {
  const { writes } = plan;
  const files = unitFiles(plan.files);
  const access = constants.O_RDWR | (writes.direct ? constants.O_DIRECT : 0);
  const descriptors = files.map(({ file }) => openSync(path.join(root, file), access));
  try {
    await syncfs(root);
    say({ mark: 'start', run: run.toString(16).padStart(16, '0') });
    const targets = new Targets(files, plan);
    let generation = 0;
    const writeTo = async (writer: number, { file, offset, length }: Place): Promise<void> => {
      const mine = ++generation;
      onProgress?.({ phase: 'writing', done: Math.min(mine, writes.count), total: writes.count });
      const place = { address: file.address + offset, bytes: length };
      const bytes = new Uint8Array(length);
      const stamp = { run, writer, generation: mine, address: place.address };
      fillUnitFast(bytes, { ...stamp, blockBytes: stampBlockBytes });
      say({ mark: 'begins', generation: mine, writer, ...place });
      await write(descriptors[files.indexOf(file)] ?? -1, bytes, offset, writes);
      say({ mark: 'acknowledged', generation: mine, durable: writes.sync !== 'none' });
    };
    let failed: { readonly error: unknown } | null = null;
    const lane = async (writer: number): Promise<void> => {
      while (generation < writes.count && failed === null) {
        throwIfCancelled(signal);
        const place = targets.take();
        await writeTo(writer, place);
        targets.give(place);
      }
    };
    const lanes = writes.overlapping ? writes.depth : Math.min(writes.depth, targets.size);
    const all = Array.from({ length: lanes }, (_, at) => lane(at + 1));
    // All of them have to end before the descriptors are closed, whose numbers are other files' next.
    const guarded = all.map((one) => one.catch((error: unknown) => void (failed ??= { error })));
    await Promise.all(guarded);
    rethrow(failed);
    // Seeded faults put one write in another's place: there must be two of whole units, with an order.
    if (writes.overlapping || writes.lengths)
      for (const place of [...targets.wholeUnits(), ...targets.wholeUnits()]) await writeTo(1, place);
    say({ mark: 'end' });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

function rethrow(failed: { readonly error: unknown } | null): void {
  if (failed !== null) throw failed.error;
}

/**
 * In a sandbox's guest: mounts the drive, makes the writes, unmounts. Marks go to the host as texts; there they come a
 * moment late, which is why the host believes acknowledgements only.
 */
export async function writeUnitsOn(
  device: string,
  { plan, run }: { readonly plan: CrashPlan; readonly run: string },
  note: (text: string) => void,
): Promise<void> {
  const { target } = plan;
  if (target.kind !== 'sandbox' || !target.mkfs)
    throw new Unable('target: there is no filesystem to write to');
  const root = await mkdtemp(path.join(os.tmpdir(), 'untorn-units-'));
  await mount(device, root, target.mkfs.fs, { options: target.mountOptions });
  try {
    await makeWrites(plan, root, (mark) => note(JSON.stringify(mark)), { run: BigInt(`0x${run}`) });
  } finally {
    await unmount(root);
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
