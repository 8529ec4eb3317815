import type { Cleanup } from './cleanup.ts';
import { readKernelText } from './kernel-files.ts';
import { explained } from './privilege.ts';
import { attachAsRoot } from './privileges/as-root.ts';
import type { AttachedLoop, Privileges } from './privileges/privileges.ts';
import { until } from './until.ts';
import { whileOpen } from './while-open.ts';

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

export interface AttachOptions {
  readonly directIo?: boolean;
  /** By which it is done; root's own calls where it is left out. */
  readonly privileges?: Pick<Privileges, 'attach'>;
}

/**
 * Attaches an image to a loop device. Nothing keeps the device open: the kernel then drops what it has cached of it at
 * each unmount, as it does for a disk. `rotational` overrides the flag that the device inherits from the disk under the
 * file. Throws Unable.
 */
export async function attachImage(
  image: string,
  rotational: boolean | undefined,
  cleanup: Cleanup,
  { directIo = false, privileges = { attach: attachAsRoot } }: AttachOptions = {},
): Promise<AttachedImage> {
  let device: AttachedLoop;
  try {
    device = await privileges.attach(image, { logicalBlockBytes, directIo, rotational });
  } catch (error) {
    throw explained(error, 'attaching a loop device');
  }
  const ownDetach = (): Promise<void> => detach(device, image);
  cleanup.add(ownDetach);
  return { path: device.path, rotational: device.rotational, logicalBlockBytes, detach: ownDetach };
}

/** Where others (udev's probes) hold the device a moment longer, the kernel detaches it at their last close. */
async function detach(device: AttachedLoop, image: string): Promise<void> {
  const wasOurs = await whileOpen(device.path, async () => {
    const isOurs = isAttached(device, image);
    if (isOurs) await device.detach();
    return isOurs;
  });
  if (wasOurs) await until(() => !isAttached(device, image), { everyMs: 5, patienceMs: 5000 });
}

function isAttached({ number }: AttachedLoop, image: string): boolean {
  return readKernelText(`/sys/block/loop${number}/loop/backing_file`) === image;
}
