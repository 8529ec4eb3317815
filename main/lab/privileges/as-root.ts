import { closeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  attachLoop,
  detachLoop,
  ForeignWatch,
  mountFlags,
  unmount,
  unmountFlags,
} from '../../native/index.ts';
import type { WorkFolder } from '../folder.ts';
import { readKernelText } from '../kernel-files.ts';
import { letRequestsGo, holdRequests } from '../request-holding.ts';
import type { AttachedLoop, LoopWish, Privileges, TraceWish } from './privileges.ts';

/** An image may hold device files and set-user-id programs: none of them may work on this host. */
const harmless = mountFlags.noDev | mountFlags.noSuid | mountFlags.noExec;

/** This process is root: it makes the calls itself. */
export function asRoot(folder: WorkFolder): Privileges {
  return {
    way: 'root',
    attach: attachAsRoot,
    mount: ({ device, mountPoint, fs, options }, executor) =>
      executor.mount(device, mountPoint, fs, harmless, options),
    unmount: (mountPoint, executor) => executor.unmount(mountPoint),
    dropMount: (mountPoint) => unmount(mountPoint, { flags: unmountFlags.detach | unmountFlags.noFollow }),
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
    end: () => Promise.resolve(),
  };
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
