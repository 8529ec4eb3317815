import { Unable } from '../failure.ts';
import { Connection, type ConnectionOptions, type Greeting } from './connection.ts';
import { mostDataBytes, Payload, verbs } from './frames.ts';
import type { TraceEvent } from './trace-event.ts';

/** The number by which the helper knows something that it has made. */
export type ResourceId = number;

export interface HelperLoop {
  readonly id: ResourceId;
  /** `3` of `/dev/loop3`. */
  readonly number: number;
  readonly rotational: boolean;
}

export interface HelperDevice {
  readonly id: ResourceId;
  readonly sizeBytes: bigint;
  readonly logicalSectorBytes: number;
  readonly rotational: boolean;
}

/** One call of a plan on a claimed device, whose only file is `device`. */
export type DeviceCall =
  | { readonly op: 'fsync' | 'close' }
  | {
      readonly op: 'write';
      readonly offset: number;
      readonly length: number;
      readonly vectors: number;
      readonly direct: boolean;
      /** Bits of `writeFlags`. */
      readonly flags: number;
    };

export interface HelperTraceWish {
  readonly folder: ResourceId;
  /** The loop device or claimed device whose filesystem is shown. */
  readonly source: ResourceId;
  /** A folder may have two traces: the second one's name ends in `-decisions`. */
  readonly second: boolean;
  readonly firstCpuKib: number;
  readonly otherCpusKib: number;
  readonly overwrite: boolean;
  readonly events: readonly TraceEvent[];
}

const operations = { write: 0, fsync: 1, close: 2 } as const;
const fields = { common_pid: 0, pages_written: 1 } as const;
const relations = { '==': 0, '!=': 1, '>': 2 } as const;
const rotationalCodes = { no: 0, yes: 1, inherited: 2 } as const;

/**
 * The privileged helper's verbs, typed (docs/privilege.md). What it makes has a number, by which it is undone; names are
 * those of files directly in the folder. Every function throws a SystemCallError where the kernel says no, and Unable where
 * the helper refuses or is gone.
 */
export class Helper {
  readonly caller: Greeting;
  readonly #connection: Connection;

  /** Starts one. */
  static async start(
    command: readonly [string, ...string[]],
    options: ConnectionOptions = {},
  ): Promise<Helper> {
    const { connection, greeting } = await Connection.open(command, options);
    return new Helper(connection, greeting);
  }

  private constructor(connection: Connection, caller: Greeting) {
    this.#connection = connection;
    this.caller = caller;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Of the program that was started: the helper itself, or sudo. */
  get processId(): number | undefined {
    return this.#connection.processId;
  }

  /** A lab's own folder: absolute and without links, mode 0700, its name beginning with `untorn-`. */
  openFolder(path: string): Promise<ResourceId> {
    return this.#numbered(verbs.openFolder, new Payload().text(path));
  }

  /** Detaches, unmounts, closes; `lazily`: also what is still in use, and what is on it need not be kept. */
  async undo(id: ResourceId, { lazily = false } = {}): Promise<void> {
    await this.#connection.request(verbs.undo, new Payload().u32(id).flag(lazily));
  }

  /** Attaches an image in the folder to a loop device. `rotational` undefined: as the disk under the file. */
  async attach(
    folder: ResourceId,
    file: string,
    wish: { logicalBlockBytes: number; directIo: boolean; rotational: boolean | undefined },
  ): Promise<HelperLoop> {
    const { logicalBlockBytes, directIo, rotational } = wish;
    const code = rotational === undefined ? 'inherited' : rotational ? 'yes' : 'no';
    const payload = new Payload().u32(folder).text(file).u32(logicalBlockBytes);
    payload.flag(directIo).u8(rotationalCodes[code]);
    const answer = await this.#connection.request(verbs.attach, payload);
    return { id: answer.u32(), number: answer.u32(), rotational: answer.u8() === 1 };
  }

  /** Takes a block device for this process alone; `destroy` names it once more, by serial number, WWN, or path without them. */
  async claim(
    path: string,
    destroy: string,
    { overwrite }: { readonly overwrite: boolean },
  ): Promise<HelperDevice> {
    const payload = new Payload().text(path).text(destroy).flag(overwrite);
    const answer = await this.#connection.request(verbs.claim, payload);
    return {
      id: answer.u32(),
      sizeBytes: answer.u64(),
      logicalSectorBytes: answer.u32(),
      rotational: answer.u8() === 1,
    };
  }

  /** One read past the page cache, of at most 1 MiB; fewer bytes at the end of the device. */
  async read(device: ResourceId, offset: number | bigint, length: number): Promise<Uint8Array> {
    const payload = new Payload().u32(device).u64(offset).u32(length);
    return (await this.#connection.request(verbs.read, payload)).rest();
  }

  /** One pwritev2(2) past the page cache, of at most 1 MiB; `flags` are bits of `writeFlags`. Returns the bytes written. */
  async write(
    device: ResourceId,
    offset: number | bigint,
    data: Uint8Array,
    { flags = 0 } = {},
  ): Promise<number> {
    if (data.length > mostDataBytes) throw new Unable('the privileged helper writes at most 1 MiB at once');
    const payload = new Payload().u32(device).u64(offset).u32(flags).bytes(data);
    return (await this.#connection.request(verbs.write, payload)).u32();
  }

  /** Runs mkfs on a claimed device; returns what it complained of, empty where it went well. */
  async format(device: ResourceId, fs: 'ext4' | 'xfs', args: readonly string[]): Promise<string> {
    const payload = new Payload().u32(device).text(fs).u8(args.length);
    for (const arg of args) payload.text(arg);
    return (await this.#connection.request(verbs.format, payload)).text();
  }

  /** Mounts on a directory in the folder: nosuid, nodev, noexec, and the caller owns its root directory. */
  mount(
    folder: ResourceId,
    source: ResourceId,
    wish: { fs: string; name: string; options: string },
  ): Promise<ResourceId> {
    const payload = new Payload().u32(folder).u32(source).text(wish.fs).text(wish.name).text(wish.options);
    return this.#numbered(verbs.mount, payload);
  }

  /** FS_IOC_SHUTDOWN: 0 flushes data and log before, 1 the log alone, 2 nothing. */
  async shutDown(mounted: ResourceId, flag: number): Promise<void> {
    await this.#connection.request(verbs.shutDown, new Payload().u32(mounted).u32(flag));
  }

  /** The kernel's function in which the journal's thread waits; `0` or empty where that is not known. */
  async journalWaitsIn(mounted: ResourceId): Promise<string> {
    return (await this.#connection.request(verbs.journalWaitsIn, new Payload().u32(mounted))).text();
  }

  /** Has ext4 count the buddies that it makes (mb_stats). */
  async countBuddies(mounted: ResourceId): Promise<void> {
    await this.#connection.request(verbs.countBuddies, new Payload().u32(mounted));
  }

  /** Sees who else than `ownThread` changes a mounted filesystem. */
  watch(mounted: ResourceId, ownThread: number): Promise<ResourceId> {
    return this.#numbered(verbs.watch, new Payload().u32(mounted).u32(ownThread));
  }

  /** Threads that changed something since the last call. */
  async watched(watch: ResourceId): Promise<number[]> {
    const answer = await this.#connection.request(verbs.watched, new Payload().u32(watch));
    return Array.from({ length: answer.u16() }, () => answer.u32());
  }

  /** Starts a private trace of one filesystem. */
  trace(wish: HelperTraceWish): Promise<ResourceId> {
    const payload = new Payload().u32(wish.folder).u32(wish.source).flag(wish.second);
    payload.u32(wish.firstCpuKib).u32(wish.otherCpusKib).flag(wish.overwrite).u8(wish.events.length);
    for (const { name, isRequired, clauses } of wish.events) {
      payload.text(name).flag(isRequired).u8(clauses.length);
      for (const clause of clauses) {
        payload.u8(clause.length);
        for (const { field, relation, value } of clause)
          payload.u8(fields[field]).u8(relations[relation]).u32(value);
      }
    }
    return this.#numbered(verbs.trace, payload);
  }

  /** Writes a marker between the events; false where the buffer has no room for it. */
  async traceMark(trace: ResourceId, text: string): Promise<boolean> {
    const payload = new Payload().u32(trace).text(text);
    return (await this.#connection.request(verbs.traceMark, payload)).u8() === 1;
  }

  /** What has been recorded since the last call, at most 1 MiB at once. */
  async traceRead(trace: ResourceId): Promise<Uint8Array> {
    return (await this.#connection.request(verbs.traceRead, new Payload().u32(trace))).rest();
  }

  /** The text of each CPU's `stats`, which say what was lost. */
  async traceLost(trace: ResourceId): Promise<string[]> {
    const answer = await this.#connection.request(verbs.traceLost, new Payload().u32(trace));
    return Array.from({ length: answer.u16() }, () => answer.text());
  }

  async traceStop(trace: ResourceId): Promise<void> {
    await this.#connection.request(verbs.traceStop, new Payload().u32(trace));
  }

  /**
   * Attaches what a recorder (native/recorder) shows on a directory of the folder to a loop device: requests arrive there as
   * they are. Whoever undoes it lazily takes the recorder's mount away, too.
   */
  async attachRecorder(folder: ResourceId, directory: string): Promise<HelperLoop> {
    const payload = new Payload().u32(folder).text(directory);
    const answer = await this.#connection.request(verbs.attachRecorder, payload);
    return { id: answer.u32(), number: answer.u32(), rotational: answer.u8() === 1 };
  }

  /** Has a loop device or claimed device make durable what it was given. */
  async flush(source: ResourceId): Promise<void> {
    await this.#connection.request(verbs.flush, new Payload().u32(source));
  }

  /** Makes one call of a plan on a claimed device; what the kernel refuses is an answer. A write has at most 64 MiB. */
  async deviceStep(
    device: ResourceId,
    call: DeviceCall,
  ): Promise<{ readonly value: number; readonly error?: string }> {
    const none = { offset: 0, length: 0, vectors: 1, direct: false, flags: 0 };
    const { op, offset, length, vectors, direct, flags } = { ...none, ...call };
    const payload = new Payload().u32(device).u8(operations[op]).u64(offset).u64(length);
    payload.u32(vectors).flag(direct).u32(flags);
    const answer = await this.#connection.request(verbs.deviceStep, payload);
    const value = Number(BigInt.asIntN(64, answer.u64()));
    const error = answer.text();
    return error === '' ? { value } : { value, error };
  }

  /**
   * Makes ready to look at the filesystem on which `path` lies: a directory of the caller's, named and closed to others as a lab's
   * folder is, in which he works in the directory `name`.
   */
  async survey(path: string, name: string): Promise<{ readonly id: ResourceId; readonly sizeBytes: number }> {
    const answer = await this.#connection.request(verbs.survey, new Payload().text(path).text(name));
    return { id: answer.u32(), sizeBytes: Number(answer.u64()) };
  }

  /** At most 64 KiB of what a survey shows (docs/privilege.md); everything else is refused. */
  async look(survey: ResourceId, offset: number, length: number): Promise<Uint8Array> {
    const payload = new Payload().u32(survey).u64(offset).u32(length);
    return (await this.#connection.request(verbs.look, payload)).rest();
  }

  /** Undoes what a dead session has left in a lab's folder, before anything else is made. */
  async undoLeftovers(folder: string): Promise<void> {
    await this.#connection.request(verbs.undoLeftovers, new Payload().text(folder));
  }

  /** Has everything undone, and the helper end. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #numbered(verb: number, payload: Payload): Promise<ResourceId> {
    return (await this.#connection.request(verb, payload)).u32();
  }
}
