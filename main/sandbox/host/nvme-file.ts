import { open, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TargetOf } from '../../../core/experiment/plan.ts';
import { Unable } from '../../failure.ts';
import { nvmeOptions } from '../drive.ts';
import type { Emulator } from '../kernel/types.ts';
import { nonZeroRanges } from './image-data.ts';
import type { NvmeDrive } from './qemu.ts';

type SandboxTarget = TargetOf<'sandbox'>;

/** A disk that is served on a socket of this host (NBD). */
export interface NvmeServer {
  readonly socket: string;
  /** As of {@link NvmeDrive}: whether the emulated drive makes each write durable before it answers. */
  readonly writesThrough: boolean;
}

/** Where an NVMe disk lies. */
export interface NvmeFile {
  readonly disk: NvmeDrive['disk'];
  readonly drive: NvmeDisk;
  /** Ours to fill; null: it is the caller's, and what stands in it is left alone. */
  readonly ours: string | null;
  readonly writesThrough: boolean;
}

/** The NVMe disk that a QEMU guest gets; null where it gets none. */
interface NvmeDisk {
  readonly sizeBytes: number;
  readonly controller: string;
  readonly namespace: string;
}

/** A disk for drives without limits: any of them is a partition of it, and nothing of it is there before it is written. */
const spareDisk: NvmeDisk = {
  sizeBytes: 2 ** 40,
  controller: '',
  namespace: 'logical_block_size=512,physical_block_size=512',
};

/** What a guest with such a target is given; null where it has no NVMe disk. */
export function nvmeDrive(target: SandboxTarget, emulator: Emulator): NvmeDisk | null {
  if (target.drive.kind === 'scsi') return null;
  if (target.drive.kind === 'loop') return spareDisk;
  return { sizeBytes: target.size, ...nvmeOptions(target, emulator) };
}

/** Makes the disk's file in `folder`, unless the caller has given one; null where the target has none. */
export async function makeNvme(
  target: SandboxTarget,
  emulator: Emulator | null,
  folder: string,
  given: string | NvmeServer | undefined,
): Promise<NvmeFile | null> {
  const drive = emulator === null ? null : nvmeDrive(target, emulator);
  if (drive === null) return null;
  if (typeof given === 'object')
    return { disk: { socket: given.socket }, drive, ours: null, writesThrough: given.writesThrough };
  if (given !== undefined) return { disk: { file: given }, drive, ours: null, writesThrough: true };
  const file = path.join(folder, 'drive');
  await writeFile(file, '', { mode: 0o600 });
  await truncate(file, drive.sizeBytes);
  return { disk: { file }, drive, ours: file, writesThrough: false };
}

/** The drive is a file of the host's: what stands in it is what the guest reads. A file of the caller's is left alone. */
export async function fillNvme(
  { ours, drive }: NvmeFile,
  image: string | null,
  startBytes: number,
): Promise<void> {
  if (ours === null) return;
  await truncate(ours, 0);
  await truncate(ours, drive.sizeBytes);
  if (image !== null) await copyRanges(image, ours, startBytes);
}

const copyBytes = 2 ** 20;

/** Node tells of a short write by its number of bytes alone. */
function whole(length: number): (written: { readonly bytesWritten: number }) => void {
  return ({ bytesWritten }) => {
    if (bytesWritten !== length) throw new Unable(`there is no room for the drive of the sandbox`, 'TMPDIR');
  };
}

async function copyRanges(image: string, drive: string, startBytes: number): Promise<void> {
  const [from, to] = [await open(image, 'r'), await open(drive, 'r+')];
  try {
    const piece = Buffer.alloc(copyBytes);
    for (const [offset, length] of await nonZeroRanges(image)) {
      for (let done = 0; done < length;) {
        const { bytesRead } = await from.read(piece, 0, Math.min(copyBytes, length - done), offset + done);
        if (bytesRead === 0) throw new Error(`${image} ends at ${offset + done}`);
        // All of it, or an error: a drive that lacks a part would be another one than was predicted.
        await to
          .write(piece.subarray(0, bytesRead), 0, bytesRead, startBytes + offset + done)
          .then(whole(bytesRead));
        done += bytesRead;
      }
    }
  } finally {
    await from.close();
    await to.close();
  }
}
