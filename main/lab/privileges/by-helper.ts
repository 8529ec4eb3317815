import { statSync } from 'node:fs';
import path from 'node:path';
import { Unable } from '../../failure.ts';
import { deviceNumber } from '../../machine/index.ts';
import { claimableDevice } from '../block/guard.ts';
import { claimedByHelper } from '../block/by-helper.ts';
import { lostEvents } from '../trace/lost.ts';
import { LineCutter } from '../trace/line-reader.ts';
import { isSystemCallError } from '../../native/index.ts';
import type { Helper, HelperLoop, ResourceId, Way } from '../../privilege/index.ts';
import type { AttachedLoop, MountWish, Privileges, TraceSession, TraceWish } from './privileges.ts';
import type { ClaimedDisk, Survey, WholePrivileges } from './whole.ts';

/**
 * An ordinary user's labs: the helper makes the calls. Everything it has made for this lab is in `#made`, in order, and is
 * undone by {@link end}; were this process killed, the helper would do so by itself.
 */
export class ByHelper implements WholePrivileges {
  readonly way: Way;
  readonly unwatched: readonly string[] = [];
  readonly #helper: Helper;
  readonly #folder: ResourceId;
  readonly #release: () => void;
  readonly #sources = new Map<string, ResourceId>();
  readonly #mounts = new Map<string, { readonly id: ResourceId; readonly device: string }>();
  readonly #made: ResourceId[] = [];
  #hasEnded = false;

  /** `release` is told when this lab needs the helper no more. */
  static async open(helper: Helper, way: Way, folder: string, release: () => void): Promise<ByHelper> {
    try {
      return new ByHelper(helper, way, await helper.openFolder(folder), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  private constructor(helper: Helper, way: Way, folder: ResourceId, release: () => void) {
    this.#helper = helper;
    this.way = way;
    this.#folder = folder;
    this.#release = release;
  }

  async attach(image: string, wish: Parameters<Privileges['attach']>[1]): Promise<AttachedLoop> {
    return this.#attached(await this.#helper.attach(this.#folder, path.basename(image), wish));
  }

  /** The disk is the one file in a directory of the lab's folder. */
  async attachRecorder(disk: string): Promise<AttachedLoop> {
    return this.#attached(await this.#helper.attachRecorder(this.#folder, path.basename(path.dirname(disk))));
  }

  flush(device: string): Promise<void> {
    return this.#helper.flush(this.#sourceOf(device));
  }

  shutDown(mountPoint: string, flag: number): Promise<void> {
    return this.#helper.shutDown(this.#mountAt(mountPoint), flag);
  }

  async claim(name: string, destroy: string | undefined, place: string): Promise<ClaimedDisk> {
    const device = await claimableDevice(name, destroy, place);
    const disk = await claimedByHelper(this.#helper, device, place);
    this.#made.push(disk.id);
    this.#sources.set(disk.path, disk.id);
    return disk;
  }

  async survey(directory: string, name: string, device: string): Promise<Survey> {
    const { id } = await this.#helper.survey(directory, name);
    this.#made.push(id);
    this.#mounts.set(directory, { id, device });
    return { read: (offset, length) => lookAt(this.#helper, id, offset, length) };
  }

  async mount({ device, mountPoint, fs, options }: MountWish): Promise<string> {
    const source = this.#sourceOf(device);
    const wish = { fs, name: path.basename(mountPoint), options: this.#withReserve(fs, options) };
    const id = await this.#helper.mount(this.#folder, source, wish);
    this.#made.push(id);
    this.#mounts.set(mountPoint, { id, device: path.basename(device) });
    return mountPoint;
  }

  async unmount(mountPoint: string): Promise<void> {
    await this.#undo(this.#mountAt(mountPoint));
    this.#mounts.delete(mountPoint);
  }

  async dropMount(mountPoint: string): Promise<void> {
    await this.#undo(this.#mountAt(mountPoint), { lazily: true });
    this.#mounts.delete(mountPoint);
  }

  countBuddies(device: string): Promise<void> {
    return this.#helper.countBuddies(this.#mountOf(device));
  }

  async journalWaitsIn(device: string): Promise<string | null> {
    return (await this.#helper.journalWaitsIn(this.#mountOf(device))) || null;
  }

  async watchChanges(mountPoint: string, ownThread: number): ReturnType<Privileges['watchChanges']> {
    const id = await this.#helper.watch(this.#mountAt(mountPoint), ownThread);
    this.#made.push(id);
    return { drain: () => this.#helper.watched(id), close: () => this.#undo(id) };
  }

  /** Null where the kernel has no tracefs, or none of the tracepoints. */
  async openTrace(wish: TraceWish): Promise<TraceSession | null> {
    const source = [...this.#sources].find(([device]) => isDevice(device, wish.device))?.[1];
    if (source === undefined) return null;
    const { purpose, firstCpuKib, otherCpusKib, overwrite, events } = wish;
    const sizes = { firstCpuKib, otherCpusKib, overwrite, events };
    const request = { folder: this.#folder, source, second: purpose === 'decisions', ...sizes };
    const helper = this.#helper;
    let id: ResourceId;
    try {
      id = await helper.trace(request);
    } catch (error) {
      if (isSystemCallError(error)) return null;
      throw error;
    }
    this.#made.push(id);
    const cutter = new LineCutter();
    return {
      mark: (text) => helper.traceMark(id, text),
      async lines() {
        const lines: string[] = [];
        for (let bytes = await helper.traceRead(id); bytes.length > 0; bytes = await helper.traceRead(id)) {
          for (const line of cutter.cut(bytes)) lines.push(line);
        }
        return lines;
      },
      lost: async () => (await helper.traceLost(id)).reduce((sum, stats) => sum + lostEvents(stats), 0),
      stop: () => helper.traceStop(id),
      close: () => this.#undo(id),
    };
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    try {
      for (const id of this.#made.toReversed()) await this.#undo(id, { lazily: true });
      if (this.#helper.isOpen) await this.#helper.undo(this.#folder);
    } finally {
      this.#release();
    }
  }

  /** Undoes what has not been undone yet; a helper that is gone has done so itself. */
  async #undo(id: ResourceId, options: { readonly lazily?: boolean } = {}): Promise<void> {
    const at = this.#made.indexOf(id);
    if (at < 0 || !this.#helper.isOpen) return;
    await this.#helper.undo(id, options);
    this.#made.splice(at, 1);
  }

  /** The calls of a plan may use the reserved blocks (docs/plan-format.md): root may anyway, the caller if he is named. */
  #withReserve(fs: string, options: string): string {
    if (fs !== 'ext4') return options;
    return [options, `resuid=${this.#helper.caller.uid}`].filter((part) => part !== '').join(',');
  }

  #attached({ id, number, rotational }: HelperLoop): AttachedLoop {
    const device = `/dev/loop${number}`;
    this.#made.push(id);
    this.#sources.set(device, id);
    return { number, path: device, rotational, detach: () => this.#undo(id) };
  }

  #sourceOf(device: string): ResourceId {
    const source = this.#sources.get(device);
    if (source === undefined) throw new Unable(`${device} is not a device of this lab's`);
    return source;
  }

  #mountAt(mountPoint: string): ResourceId {
    const mounted = this.#mounts.get(mountPoint);
    if (mounted === undefined) throw new Unable(`nothing of this lab's is mounted at ${mountPoint}`);
    return mounted.id;
  }

  #mountOf(device: string): ResourceId {
    const mounted = [...this.#mounts.values()].find((candidate) => candidate.device === device);
    if (mounted === undefined) throw new Unable(`${device} is not mounted by this lab`);
    return mounted.id;
  }
}

function isDevice(path: string, { major, minor }: TraceWish['device']): boolean {
  const found = deviceNumber(statSync(path, { bigint: true }).rdev);
  return found.major === major && found.minor === minor;
}

const mostLookBytes = 64 * 1024;

async function lookAt(
  helper: Helper,
  survey: ResourceId,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; done += mostLookBytes)
    bytes.set(await helper.look(survey, offset + done, Math.min(mostLookBytes, length - done)), done);
  return bytes;
}
