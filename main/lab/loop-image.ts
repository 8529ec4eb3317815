import { closeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { attachLoop, detachLoop, type LoopDevice } from '../native/index.ts';
import type { Cleanup } from './cleanup.ts';
import { readKernelText } from './kernel-files.ts';
import { explained } from './privilege.ts';
import { mergeAgain, stopMerging } from './request-merging.ts';
import { until } from './until.ts';

export interface AttachedImage {
  /** `/dev/loopN`. */
  readonly path: string;
  readonly rotational: boolean;
  readonly logicalBlockBytes: number;
  /** Detaches it now rather than when everything is cleaned up. */
  detach(): Promise<void>;
}

/** Sectors of 512 bytes whatever the disk below has, so that a plan means the same everywhere. */
const logicalBlockBytes = 512;

/**
 * Attaches an image to a loop device. Nothing keeps the device open: the kernel then drops what it has cached of it at
 * each unmount, as it does for a disk. `rotational` overrides the flag that the device inherits from the disk under the
 * file. Throws Unable.
 */
export async function attachImage(
  image: string,
  rotational: boolean | undefined,
  cleanup: Cleanup,
  { directIo = false } = {},
): Promise<AttachedImage> {
  let device: LoopDevice;
  try {
    device = await attachLoop(image, { logicalBlockBytes, directIo });
    closeSync(device.descriptor);
  } catch (error) {
    throw explained(error, 'attaching a loop device');
  }
  const ownDetach = (): Promise<void> => detach(device, image);
  cleanup.add(ownDetach);

  await stopMerging(`loop${device.number}`);
  const flag = `/sys/block/loop${device.number}/queue/rotational`;
  if (rotational !== undefined) await writeFile(flag, rotational ? '1' : '0');
  const isRotational = (await readFile(flag, 'utf8')).trim() === '1';
  return { path: device.path, rotational: isRotational, logicalBlockBytes, detach: ownDetach };
}

/** Where others (udev's probes) hold the device a moment longer, the kernel detaches it at their last close. */
async function detach(device: LoopDevice, image: string): Promise<void> {
  if (!isAttached(device, image)) return;
  await mergeAgain(`loop${device.number}`);
  await detachLoop(device.path);
  await until(() => !isAttached(device, image), { everyMs: 5, patienceMs: 5000 });
}

function isAttached({ number }: LoopDevice, image: string): boolean {
  return readKernelText(`/sys/block/loop${number}/loop/backing_file`) === image;
}
