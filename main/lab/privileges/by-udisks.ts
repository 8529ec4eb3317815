import { statSync } from 'node:fs';
import path from 'node:path';
import { assertExists } from '../../../core/assert.ts';
import { InputError, Unable } from '../../failure.ts';
import { deviceNumber, readMounts, type Mount } from '../../machine/index.ts';
import { findUdisks, Keeper, Udisks, UdisksRefusal, type UdisksFound } from '../../privilege/index.ts';
import type { WorkFolder } from '../folder.ts';
import { isBackedFrom } from '../in-folder.ts';
import { readKernelNumber, readKernelText } from '../kernel-files.ts';
import { openDirectoryChanges, type DirectoryChangeWatch } from './directory-changes.ts';
import type { AdoptWish, AttachedLoop, ChangeWatch, LoopWish, MountWish, Privileges } from './privileges.ts';
import { adoptExt4, adoptXfs, readStoredOptions } from './udisks-image.ts';
import { resuidOf, routeOptions, type RoutedOptions } from './udisks-limits.ts';

/** What tracepoints and the loop device's queue would be needed for (docs/real-runs.md). */
const unwatchedOnExt4 = [
  'tracepoints are root’s: a kernel thread that writes data back in the middle of a step, or counts on another CPU, is not seen',
  'the loop device’s queue is root’s: requests are not held back, so that data of one writeback may be on the disk before the rest of it has its place',
];
const lostChanges =
  'more was changed at once than can be watched: another process among those who did is not seen';
const noChanges = 'before Linux 5.13 only root can watch what other processes change';

/** A desktop may mount a new device by itself. */
const mostAttempts = 5;
const ebusy = 16;

/**
 * A user's labs in a session that has UDisks2, which asks for no password (docs/privilege.md). ext4's own mount options stand in the
 * superblock; a keeper takes everything away should this process be killed.
 */
export class ByUdisks implements Privileges {
  readonly way = 'udisks';
  readonly #udisks: Udisks;
  readonly #folder: WorkFolder;
  readonly #keeper: Keeper;
  readonly #uid = process.geteuid?.() ?? 0;
  readonly #attached = new Set<string>();
  #routed: RoutedOptions | null = null;
  readonly #unwatched = new Set<string>();
  #changes: DirectoryChangeWatch | null = null;
  #mountedSinceMs = Infinity;

  static async open(folder: WorkFolder, found: UdisksFound | null = findUdisks()): Promise<ByUdisks> {
    if (found === null) throw new Unable('UDisks2 is not to be had any more');
    return new ByUdisks(folder, new Udisks(found.client), await Keeper.start(folder.path, found));
  }

  private constructor(folder: WorkFolder, udisks: Udisks, keeper: Keeper) {
    this.#folder = folder;
    this.#udisks = udisks;
    this.#keeper = keeper;
  }

  get unwatched(): readonly string[] {
    if (this.#changes?.hasLost) this.#unwatched.add(lostChanges);
    return [...this.#unwatched];
  }

  async adopt(image: string, { fs, options }: AdoptWish): Promise<void> {
    const storedOptions = fs === 'ext4' ? await readStoredOptions(image) : '';
    const routed = routeOptions({ fs, options, storedOptions }, this.#uid);
    if (typeof routed === 'string') throw new Unable(`UDisks2 cannot run this plan: ${routed}`);
    this.#routed = routed;
    if (fs === 'ext4') await adoptExt4(image, routed.stored, this.#uid);
    else await adoptXfs(image, this.#uid);
    for (const what of fs === 'ext4' ? unwatchedOnExt4 : []) this.#unwatched.add(what);
  }

  async attach(image: string, wish: LoopWish): Promise<AttachedLoop> {
    const device = await this.#udisks.setUpLoop(image);
    this.#attached.add(device);
    const detach = (): Promise<void> => this.#detach(device);
    try {
      return {
        number: Number(/\d+$/.exec(device)?.[0]),
        path: device,
        rotational: checkLoop(device, wish),
        detach,
      };
    } catch (error) {
      await detach();
      throw error;
    }
  }

  async mount({ device, fs }: MountWish): Promise<string> {
    const { passed } = assertExists(this.#routed, 'an image that was adopted');
    this.#mountedSinceMs = Date.now();
    await this.#mount(device, ['noexec', ...passed]).catch((error: unknown) => {
      throw error instanceof UdisksRefusal && error.reason === 'Failed'
        ? notMounted(fs, error.message)
        : error;
    });
    const mount = mountOf(device);
    try {
      if (mount === null)
        throw new Unable(`UDisks2 has mounted ${device} where this process does not see it`);
      this.#check(mount, fs);
      return mount.mountPoint;
    } catch (error) {
      await this.#udisks.unmount(device, { lazily: true });
      throw error;
    }
  }

  async unmount(mountPoint: string): Promise<void> {
    const device = deviceAt(mountPoint);
    if (device === null) return;
    try {
      await this.#udisks.unmount(device);
    } catch (error) {
      throw error instanceof UdisksRefusal && error.reason === 'DeviceBusy' ? busy(mountPoint, error) : error;
    }
  }

  async dropMount(mountPoint: string): Promise<void> {
    const device = deviceAt(mountPoint);
    if (device !== null) await this.#udisks.unmount(device, { lazily: true });
  }

  countBuddies(): Promise<void> {
    return Promise.reject(new Unable('counting buddies takes root'));
  }

  /** The kernel tells only root where its threads wait; it says "0" to anybody else, and their state has to do. */
  journalWaitsIn(_device: string, thread: string): Promise<string | null> {
    return Promise.resolve(readKernelText(`/proc/${thread}/wchan`));
  }

  watchChanges(mountPoint: string): Promise<ChangeWatch> {
    return new Promise((resolve) => resolve(this.#watch(mountPoint)));
  }

  openTrace(): Promise<null> {
    return Promise.resolve(null);
  }

  async end(): Promise<void> {
    await this.#changes?.close();
    for (const device of this.#attached) await this.#detach(device);
    this.#keeper.dismiss();
  }

  async #mount(device: string, options: readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#udisks.mount(device, options);
      } catch (error) {
        const isMounted = error instanceof UdisksRefusal && error.reason === 'AlreadyMounted';
        if (!isMounted || attempt === mostAttempts) throw error;
      }
      // By the desktop, with options of its own; nothing has been written there.
      await this.#udisks.unmount(device);
    }
  }

  #watch(mountPoint: string): ChangeWatch {
    // The one of before a remount.
    if (this.#changes?.hasLost) this.#unwatched.add(lostChanges);
    try {
      return (this.#changes = openDirectoryChanges(mountPoint, this.#mountedSinceMs));
    } catch (error) {
      this.#unwatched.add(noChanges);
      throw error;
    }
  }

  /** Throws where a mount is not as it should be: the kernel passes the superblock's options over when it does not like one of them. */
  #check({ mountPoint, source }: Mount, fs: 'ext4' | 'xfs'): void {
    if (statSync(mountPoint).uid !== this.#uid)
      throw new Unable(`${mountPoint} does not belong to this user`);
    if (fs === 'xfs') return;
    const options = readKernelText(`/proc/fs/ext4/${path.basename(source)}/options`)?.split('\n') ?? [];
    if (!options.includes(resuidOf(this.#uid)))
      throw notMounted(fs, `it does not take the options "${this.#routed?.stored ?? ''}" of the superblock`);
  }

  /** Also where it is still mounted, or somebody else has taken it away. */
  async #detach(device: string): Promise<void> {
    if (!this.#attached.delete(device) || !isBackedFrom(this.#folder.path, path.basename(device))) return;
    if (mountOf(device) !== null) await this.#udisks.unmount(device, { lazily: true });
    if (isBackedFrom(this.#folder.path, path.basename(device))) await this.#udisks.deleteLoop(device);
  }
}

/** The rotational flag of a loop device. Throws Unable where it is not as wanted: nobody but root can change it. */
function checkLoop(device: string, { logicalBlockBytes, directIo, rotational }: LoopWish): boolean {
  const sysfs = `/sys/block/${path.basename(device)}`;
  const here = readKernelNumber(`${sysfs}/queue/rotational`) === 1;
  if (directIo || readKernelNumber(`${sysfs}/queue/logical_block_size`) !== logicalBlockBytes)
    throw new Unable(`UDisks2 gives no loop device with blocks of ${logicalBlockBytes} bytes for this image`);
  if (rotational !== undefined && rotational !== here)
    throw new Unable(`UDisks2 gives the loop device the rotational flag ${here}`);
  return here;
}

function mountOf(device: string): Mount | null {
  const number = deviceNumber(statSync(device, { bigint: true }).rdev);
  const isWanted = ({ device: { major, minor } }: Mount): boolean =>
    major === number.major && minor === number.minor;
  return readMounts().find(isWanted) ?? null;
}

/** The loop device that is mounted at a place. */
function deviceAt(mountPoint: string): string | null {
  return readMounts().find((mount) => mount.mountPoint === mountPoint)?.source ?? null;
}

function busy(mountPoint: string, cause: Error): Error {
  const facts = { errno: ebusy, code: 'EBUSY', syscall: 'umount2', path: mountPoint };
  return Object.assign(new Error(`EBUSY: umount2 '${mountPoint}' (UDisks2)`, { cause }), facts);
}

function notMounted(fs: string, why: string): InputError {
  return new InputError(
    `target: the kernel does not mount this ${fs}: ${why}; its log (dmesg) says more`,
    'target',
  );
}
