import { writeFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Mkfs } from '../../../core/experiment/plan.ts';
import { attachImage, until, type Cleanup } from '../../lab/index.ts';
import { isSystemCallError, mount, mountFlags, unmount, unmountFlags } from '../../native/index.ts';

/** An image may hold device files and set-user-id programs: none of them may work on this host. */
const harmless = mountFlags.noDev | mountFlags.noSuid | mountFlags.noExec;

/** One request of the recorder's is at most this long; the block layer cuts longer ones here as it would for a disk. */
const requestKilobytesMax = '1024';

const busyPatience = { everyMs: 20, patienceMs: 3000 };

/** A filesystem on a loop device that is mounted and unmounted, maybe many times. */
export interface LoopFilesystem {
  readonly device: string;
  readonly mountPoint: string;
  mount(): Promise<void>;
  unmount(): Promise<void>;
  detach(): Promise<void>;
}

/**
 * Attaches `image` and makes a place to mount it. `whole`: requests arrive at the file as they are, past the page cache.
 */
export async function loopFilesystem(
  image: string,
  fs: Mkfs['fs'],
  options: string,
  { mountPoint, whole }: { readonly mountPoint: string; readonly whole: boolean },
  cleanup: Cleanup,
): Promise<LoopFilesystem> {
  const loop = await attachImage(image, undefined, cleanup, { directIo: whole });
  if (whole)
    await writeFile(`/sys/block/${path.basename(loop.path)}/queue/max_sectors_kb`, requestKilobytesMax);
  await mkdir(mountPoint, { mode: 0o700, recursive: true });
  let isMounted = false;
  const leave = async (): Promise<void> => {
    if (!isMounted) return;
    let refusal: unknown = null;
    // Somebody who looks at all mounts holds one for a moment.
    await until(async () => {
      refusal = await unmount(mountPoint, { flags: unmountFlags.noFollow }).then(
        () => null,
        (error: unknown) => error,
      );
      return !(isSystemCallError(refusal) && refusal.code === 'EBUSY');
    }, busyPatience);
    if (isSystemCallError(refusal) && refusal.code === 'EBUSY')
      await unmount(mountPoint, { flags: unmountFlags.detach | unmountFlags.noFollow });
    else if (refusal !== null) throw refusal;
    isMounted = false;
  };
  cleanup.add(leave);
  return {
    device: loop.path,
    mountPoint,
    async mount() {
      await mount(loop.path, mountPoint, fs, { flags: harmless, options });
      isMounted = true;
    },
    unmount: leave,
    detach: loop.detach,
  };
}
