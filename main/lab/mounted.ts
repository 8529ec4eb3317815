import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { BuddyState } from '../../core/experiment/plan.ts';
import { InputError, Unable } from '../failure.ts';
import { isSystemCallError, type Executor } from '../native/index.ts';
import { prepareBuddies } from './buddies.ts';
import type { Cleanup } from './cleanup.ts';
import type { FilesystemKind } from './filesystem.ts';
import type { Privileges } from './privileges/privileges.ts';
import { until } from './until.ts';

const busyPatience = { everyMs: 20, patienceMs: 3000 };

export interface MountRequest {
  readonly device: string;
  readonly mountPoint: string;
  readonly kind: FilesystemKind;
  readonly options: string;
  readonly buddies: BuddyState;
}

/** A filesystem of a lab's own, which it mounts and unmounts. */
export class MountedFilesystem {
  readonly kind: FilesystemKind;
  readonly #request: MountRequest;
  readonly #executor: Executor;
  readonly #privileges: Privileges;
  #mountPoint: string;
  #isMounted = false;

  constructor(request: MountRequest, executor: Executor, privileges: Privileges, cleanup: Cleanup) {
    this.#request = request;
    this.#executor = executor;
    this.#privileges = privileges;
    this.#mountPoint = request.mountPoint;
    this.kind = request.kind;
    cleanup.add(() => this.#giveUp());
  }

  /** Where it is mounted; until then, where it shall be. */
  get mountPoint(): string {
    return this.#mountPoint;
  }

  /** The kernel's name of the device, under which procfs and sysfs file the filesystem. */
  async deviceName(): Promise<string> {
    return path.basename(await realpath(this.#request.device)).replaceAll('/', '!');
  }

  /** Mounts, brings the buddies into their state and lets the executor enter. Throws InputError or Unable. */
  async mount(signal?: AbortSignal): Promise<void> {
    const { device, mountPoint, kind, options, buddies } = this.#request;
    await mkdir(mountPoint, { recursive: true, mode: 0o700 });
    try {
      const wish = { device, mountPoint, fs: kind.fs, options };
      this.#mountPoint = await this.#privileges.mount(wish, this.#executor);
    } catch (error) {
      throw mountRefusal(error, kind.fs, options);
    }
    this.#isMounted = true;
    if (kind.fs === 'ext4') await prepareBuddies(await this.deviceName(), buddies, this.#privileges, signal);
    await this.#executor.enter(this.mountPoint);
  }

  /** Closes every file and unmounts. Throws a SystemCallError: EBUSY where somebody else keeps it in use. */
  async unmount(): Promise<void> {
    await this.#executor.leave();
    let refusal: unknown = null;
    await until(async () => {
      refusal = await this.#privileges.unmount(this.mountPoint, this.#executor).then(
        () => null,
        (error: unknown) => error,
      );
      return !(isSystemCallError(refusal) && refusal.code === 'EBUSY');
    }, busyPatience);
    if (refusal !== null) throw refusal;
    this.#isMounted = false;
  }

  /** The executor goes back to work after an unmount that failed. */
  async reenter(): Promise<void> {
    await this.#executor.enter(this.mountPoint);
  }

  /** Leaves nothing mounted, even where somebody else holds a file open: it vanishes from sight at once. */
  async #giveUp(): Promise<void> {
    if (!this.#isMounted) return;
    try {
      await this.unmount();
    } catch {
      await this.#privileges.dropMount(this.mountPoint);
      this.#isMounted = false;
    }
  }
}

function mountRefusal(error: unknown, fs: string, options: string): unknown {
  if (!isSystemCallError(error)) return error;
  if (error.code === 'EPERM' || error.code === 'EACCES') {
    return new Unable(`mounting is not permitted here (${error.code})`, null, { cause: error });
  }
  if (error.code === 'ENODEV') return new Unable(`this kernel has no ${fs}`, null, { cause: error });
  const withOptions = options === '' ? '' : ` with "${options}"`;
  return new InputError(
    `target: the kernel does not mount this ${fs}${withOptions}: ${error.code}; its log (dmesg) says why`,
    'target',
    { cause: error },
  );
}
