import { mkdir } from 'node:fs/promises';
import type { Mkfs } from '../../../core/experiment/plan.ts';
import { attachImage, until, withoutPanic, type Cleanup, type Mounting } from '../../lab/index.ts';
import { isSystemCallError } from '../../native/index.ts';

const busyPatience = { everyMs: 20, patienceMs: 3000 };

/** A filesystem on a loop device that is mounted and unmounted, maybe many times. */
export interface LoopFilesystem {
  readonly device: string;
  readonly mountPoint: string;
  mount(): Promise<void>;
  unmount(): Promise<void>;
  /** FS_IOC_SHUTDOWN; `flag` as for shutDownFilesystem(). */
  shutDown(flag: number): Promise<void>;
  /** Has the device make durable what it was given. */
  flush(): Promise<void>;
  detach(): Promise<void>;
}

export interface LoopPlace {
  /** In the lab's folder. */
  readonly mountPoint: string;
  /** Whether the image is a recorder's disk: requests arrive there as they are, past the page cache. */
  readonly isRecorder: boolean;
  /** By which it is done. */
  readonly privileges: Mounting;
}

/** Attaches `image` and makes a place to mount it. A recording may come from anywhere: none of its states has the machine panic. */
export async function loopFilesystem(
  image: string,
  fs: Mkfs['fs'],
  options: string,
  { mountPoint, isRecorder, privileges }: LoopPlace,
  cleanup: Cleanup,
): Promise<LoopFilesystem> {
  const attach = isRecorder ? () => privileges.attachRecorder(image) : undefined;
  const loop = await attachImage(image, undefined, cleanup, {
    privileges: attach ? { attach } : privileges,
  });
  await mkdir(mountPoint, { mode: 0o700, recursive: true });
  let isMounted = false;
  const leave = async (): Promise<void> => {
    if (!isMounted) return;
    let refusal: unknown = null;
    // Somebody who looks at all mounts holds one for a moment.
    await until(async () => {
      refusal = await privileges.unmount(mountPoint).then(
        () => null,
        (error: unknown) => error,
      );
      return !(isSystemCallError(refusal) && refusal.code === 'EBUSY');
    }, busyPatience);
    if (isSystemCallError(refusal) && refusal.code === 'EBUSY') await privileges.dropMount(mountPoint);
    else if (refusal !== null) throw refusal;
    isMounted = false;
  };
  cleanup.add(leave);
  return {
    device: loop.path,
    mountPoint,
    async mount() {
      await privileges.mount({ device: loop.path, mountPoint, fs, options: withoutPanic(options, fs) });
      isMounted = true;
    },
    unmount: leave,
    shutDown: (flag) => privileges.shutDown(mountPoint, flag),
    flush: () => privileges.flush(loop.path),
    detach: loop.detach,
  };
}
