import { closeSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import {
  attachLoop,
  detachLoop,
  ForeignWatch,
  mount,
  mountFlags,
  shutDownFilesystem,
  unmount,
  unmountFlags,
} from '../../native/index.ts';
import { claimAsRoot } from '../block/as-root.ts';
import type { WorkFolder } from '../folder.ts';
import { readKernelText } from '../kernel-files.ts';
import { letRequestsGo, holdRequests } from '../request-holding.ts';
import type { AttachedLoop, LoopWish, Privileges, TraceWish } from './privileges.ts';
import type { Mounting, WholePrivileges } from './whole.ts';

/** An image may hold device files and set-user-id programs: none of them may work on this host. */
const harmless = mountFlags.noDev | mountFlags.noSuid | mountFlags.noExec;

/** One request of the recorder's is at most this long; the block layer cuts longer ones here as it would for a disk. */
const requestKilobytesMax = '1024';

export const mountingAsRoot: Mounting = {
  attach: attachAsRoot,
  attachRecorder: attachRecorderAsRoot,
  async mount({ device, mountPoint, fs, options }, executor) {
    if (executor) await executor.mount(device, mountPoint, fs, harmless, options);
    else await mount(device, mountPoint, fs, { flags: harmless, options });
    return mountPoint;
  },
  unmount: (mountPoint, executor) =>
    executor ? executor.unmount(mountPoint) : unmount(mountPoint, { flags: unmountFlags.noFollow }),
  dropMount: (mountPoint) => unmount(mountPoint, { flags: unmountFlags.detach | unmountFlags.noFollow }),
  flush: flushDevice,
  shutDown: shutDownFilesystem,
};

/** This process is root: it makes the calls itself. */
export function asRoot(folder: WorkFolder): WholePrivileges {
  return {
    ...mountingAsRoot,
    way: 'root',
    unwatched: [],
    countBuddies: (device) => writeFile(`/sys/fs/ext4/${device}/mb_stats`, '1'),
    journalWaitsIn: (_device, thread) => Promise.resolve(readKernelText(`/proc/${thread}/wchan`)),
    watchChanges: (mountPoint, ownThread) => {
      const watch = new ForeignWatch(mountPoint, ownThread);
      return Promise.resolve({
        drain: () => Promise.resolve(watch.drain().map((change) => change.thread)),
        close: () => Promise.resolve(watch.close()),
      });
    },
    openTrace: (wish) => openTraceAsRoot(folder, wish),
    claim: claimAsRoot,
    survey: () => Promise.resolve({ read: null }),
    end: () => Promise.resolve(),
  };
}

async function attachRecorderAsRoot(disk: string): Promise<AttachedLoop> {
  const loop = await attachAsRoot(disk, { logicalBlockBytes: 512, directIo: true, rotational: undefined });
  try {
    await writeFile(`/sys/block/loop${loop.number}/queue/max_sectors_kb`, requestKilobytesMax);
    return loop;
  } catch (error) {
    await loop.detach();
    throw error;
  }
}

/** blkdev_fsync(): what the device has not made durable yet is, afterwards. */
async function flushDevice(device: string): Promise<void> {
  const file = await open(device, 'r');
  await file.sync().finally(() => file.close());
}

/** {@link Privileges.attach} of root's. */
export async function attachAsRoot(image: string, wish: LoopWish): Promise<AttachedLoop> {
  const { logicalBlockBytes, directIo, rotational } = wish;
  const { number, path, descriptor } = await attachLoop(image, { logicalBlockBytes, directIo });
  closeSync(descriptor);
  const name = `loop${number}`;
  const detach = async (): Promise<void> => {
    await letRequestsGo(name);
    await detachLoop(path);
  };
  try {
    await holdRequests(name);
    const flag = `/sys/block/${name}/queue/rotational`;
    if (rotational !== undefined) await writeFile(flag, rotational ? '1' : '0');
    return { number, path, rotational: (await readFile(flag, 'utf8')).trim() === '1', detach };
  } catch (error) {
    await detach();
    throw error;
  }
}

/** The files of a trace are only needed where one is recorded, which a quick run should not have to load. */
async function openTraceAsRoot(folder: WorkFolder, wish: TraceWish): ReturnType<Privileges['openTrace']> {
  const { openTrace } = await import('../trace/open.ts');
  return openTrace(folder, wish);
}
