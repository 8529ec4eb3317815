import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { ftruncateSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { assertExists } from '../../../core/assert.ts';
import { Unable } from '../../failure.ts';
import { until } from '../../lab/index.ts';
import { deviceNumber, readBlockDevice } from '../../machine/index.ts';
import {
  addPartition,
  attachLoop,
  detachLoop,
  loadModule,
  removePartition,
  unloadModule,
} from '../../native/index.ts';
import { holdRequests } from '../../lab/request-holding.ts';
import { partitionStartBytes, type Attach, type DriveFacts, type GuestDrive } from '../protocol.ts';

/** A drive of the guest, with an image on it. */
export interface AttachedDrive {
  readonly device: string;
  readonly facts: DriveFacts;
  /** Takes it away, as far as that is possible. */
  detach(): Promise<void>;
}

const patience = { everyMs: 2, patienceMs: 30_000 };

/** Makes the drive and puts the image on it. Throws Unable where the kernel does not make such a drive. */
export async function attachDrive(request: Attach, data: Buffer | string): Promise<AttachedDrive> {
  if (request.drive.kind === 'loop') return attachLoopDrive(request, request.drive.sizeBytes, data);
  if (request.drive.kind === 'partition') return attachPartition(request, request.drive);
  // A drive that could not be filled may still be there.
  await removeScsi();
  const device = await findDrive(request.drive);
  if (request.drive.kind === 'scsi') put(device, request, data);
  const detach = async (): Promise<void> => {
    if (request.drive.kind === 'scsi') await removeScsi();
  };
  return { device, facts: factsOf(device, request), detach };
}

async function findDrive(drive: Extract<GuestDrive, { kind: 'scsi' | 'nvme' }>): Promise<string> {
  if (drive.kind === 'nvme') return appeared(() => diskWith('device/serial', drive.serial), 'NVMe');
  try {
    await loadModule(drive.module, drive.parameters);
  } catch (error) {
    throw new Unable(
      `the guest's kernel makes no such SCSI drive (scsi_debug ${drive.parameters}): ${(error as Error).message}`,
      'target.drive',
      { cause: error },
    );
  }
  return appeared(() => diskWith('device/model', 'scsi_debug'), 'SCSI');
}

async function appeared(find: () => string | null, what: string): Promise<string> {
  let device: string | null = null;
  await until(() => (device = find()) !== null, patience);
  if (device === null) throw new Unable(`the ${what} drive does not appear in the guest`, 'target.drive');
  return device;
}

/** A whole disk that says so of itself, and is ready: its node is there and it has a size. */
function diskWith(fact: string, value: string): string | null {
  const name = readdirSync('/sys/block').find(
    (disk) => textOf(path.join('/sys/block', disk, fact)) === value,
  );
  if (name === undefined || !existsSync(`/dev/${name}`)) return null;
  return Number(textOf(`/sys/block/${name}/size`) ?? 0) > 0 ? `/dev/${name}` : null;
}

/** Whoever looked at the drive last (a scan of partitions) may hold it a moment longer. */
async function removeScsi(): Promise<void> {
  const isThere = (): boolean => existsSync('/sys/module/scsi_debug');
  const isGone = await until(async () => {
    if (isThere()) await unloadModule('scsi_debug').catch(() => undefined);
    return !isThere();
  }, patience);
  if (!isGone)
    throw new Unable('the SCSI drive of the guest is still in use, and cannot be taken away', 'target.drive');
}

const loopImage = '/dev/untorn/drive';

/** No drive at all, but what a `loop` target has: sparse, of any size. It lies in the guest's memory. */
async function attachLoopDrive(
  request: Attach,
  sizeBytes: number,
  data: Buffer | string,
): Promise<AttachedDrive> {
  const descriptor = openSync(loopImage, 'w');
  ftruncateSync(descriptor, sizeBytes);
  closeSync(descriptor);
  put(loopImage, request, data);
  const loop = await attachLoop(loopImage, { logicalBlockBytes: 512 });
  closeSync(loop.descriptor);
  await holdRequests(path.basename(loop.path));
  const detach = async (): Promise<void> => {
    await detachLoop(loop.path);
    rmSync(loopImage);
  };
  return { device: loop.path, facts: factsOf(loop.path, request), detach };
}

const partition = 1;

/** As large as the plan wants its drive, on a disk that the host has filled. */
async function attachPartition(
  request: Attach,
  { serial, sizeBytes }: Extract<GuestDrive, { kind: 'partition' }>,
): Promise<AttachedDrive> {
  const disk = await findDrive({ kind: 'nvme', serial });
  await addPartition(disk, partition, partitionStartBytes, sizeBytes);
  const device = await appeared(
    () => (existsSync(`${disk}p${partition}`) ? `${disk}p${partition}` : null),
    'NVMe',
  );
  await holdRequests(path.basename(disk));
  const facts = factsOf(device, request, path.basename(disk));
  return { device, facts, detach: () => removePartition(disk, partition) };
}

/** Writes the ranges of the image, from a file of the host's or from memory. */
function put(target: string, { extents, isPacked }: Attach, data: Buffer | string): void {
  if (extents.length === 0) return;
  const to = openSync(target, 'r+');
  const from = typeof data === 'string' ? openSync(data, 'r') : null;
  try {
    let packedAt = 0;
    for (const [offset, length] of extents) {
      const at = isPacked ? packedAt : offset;
      const bytes = from === null ? (data as Buffer).subarray(at, at + length) : readAt(from, at, length);
      for (let done = 0; done < length;) done += writeSync(to, bytes, done, length - done, offset + done);
      packedAt += length;
    }
    fsyncSync(to);
  } finally {
    closeSync(to);
    if (from !== null) closeSync(from);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, offset);
  if (read !== length) throw new Error(`the image ends at ${offset + read}`);
  return bytes;
}

function factsOf(device: string, { rotational }: Attach, name = path.basename(device)): DriveFacts {
  if (rotational !== null) writeFileSync(`/sys/block/${name}/queue/rotational`, rotational ? '1' : '0');
  const number = deviceNumber(statSync(device, { bigint: true }).rdev);
  const found = assertExists(readBlockDevice(number), `${device} in sysfs`);
  return {
    device: found.facts,
    rotational: found.rotational === true,
    writeThrough: found.writeThrough,
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
