import { open, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan, TargetOf } from '../../../core/experiment/plan.ts';
import { Unable, type OnProgress } from '../../failure.ts';
import { makeWorkFolder, type RealRun, type WorkFolder } from '../../lab/index.ts';
import { checkDrive, nvmeOptions, scsiParameters } from '../drive.ts';
import { findEmulator } from '../kernel/find.ts';
import type { Emulator, SandboxKernel } from '../kernel/types.ts';
import {
  partitionStartBytes,
  type Attach,
  type Command,
  type CommandEnd,
  type CommandLine,
  type DriveFacts,
  type GuestDrive,
  type GuestFacts,
  type Units,
} from '../protocol.ts';
import { endOnSignal, GuestConversation, usualPatience, type ImageData, type Patience } from './guest.ts';
import { nonZeroRanges, type Range } from './image-data.ts';
import type { MachineCommand } from './machine.ts';
import { nvmeSerial, qemuMachine, type NvmeDrive } from './qemu.ts';
import { findRuntime } from './runtime.ts';
import { umlMachine } from './uml.ts';

type SandboxTarget = TargetOf<'sandbox'>;

export interface BootOptions {
  /** The first target; it says how many CPUs and how much memory the guest gets, and which NVMe drive. */
  readonly target: SandboxTarget;
  /** A file of the caller's, as long as the target's size, in place of the guest's own NVMe drive; its bytes stay. */
  readonly nvmeFile?: string;
  /** The same, but behind a socket on which somebody serves a disk as long as the target's size (NBD). */
  readonly nvmeServer?: NvmeServer;
  /** Whether the guest gets a network card, through which it reaches this host. */
  readonly network?: boolean;
  /**
   * Whether the clock of a QEMU guest goes by the instructions that it has run, so that a loaded host makes no timer of the guest fire
   * early; it costs a fifth more.
   */
  readonly steady?: boolean;
  readonly patience?: Patience;
  readonly signal?: AbortSignal;
}

/** Node, the kernel and its caches. */
const baseMemoryBytes = 512 * 2 ** 20;
/** An emulated machine unpacks its first root, too; what is left is page cache. */
const emulatedMemoryBytes = 2 ** 30;
/** A loop device's image lies in the guest's memory as far as it is written. */
const loopMemoryBytes = 2 ** 31;

/** A guest that is up: any number of plans, one after the other, each on a drive of its own. */
export class Guest {
  readonly facts: GuestFacts;
  readonly kernel: SandboxKernel;
  readonly #conversation: GuestConversation;
  readonly #machine: MachineCommand;
  readonly #folder: WorkFolder;
  readonly #nvme: NvmeFile | null;
  readonly #release: () => void;
  readonly #emulator: Emulator | null;

  constructor(parts: {
    facts: GuestFacts;
    kernel: SandboxKernel;
    conversation: GuestConversation;
    machine: MachineCommand;
    folder: WorkFolder;
    nvme: NvmeFile | null;
    emulator: Emulator | null;
    release: () => void;
  }) {
    this.facts = parts.facts;
    this.kernel = parts.kernel;
    this.#conversation = parts.conversation;
    this.#machine = parts.machine;
    this.#folder = parts.folder;
    this.#nvme = parts.nvme;
    this.#emulator = parts.emulator;
    this.#release = parts.release;
  }

  /** Everything that the guest's console has said lately. */
  get console(): string {
    return this.#conversation.console;
  }

  /** Gives the guest the drive that a target describes, with `image` on it (null: all zero). Throws Failure. */
  async attach(target: SandboxTarget, image: string | null): Promise<DriveFacts> {
    checkDrive(target, this.kernel, this.#emulator);
    this.#requireCpus(target.cpus);
    const drive = this.#driveFor(target);
    if (drive.kind === 'nvme' || drive.kind === 'partition') {
      await this.#fillNvme(target, image, drive.kind === 'partition' ? partitionStartBytes : 0);
      return this.#conversation.attach(this.#request(target, drive, [], false), null);
    }
    const { ranges, data } = await this.#dataOf(image);
    const isPacked = data !== null && 'bytes' in data;
    const facts = await this.#conversation.attach(this.#request(target, drive, ranges, isPacked), data);
    requireLimits(target, facts, this.facts.release);
    return facts;
  }

  /** Runs a plan on the drive that was attached last. Throws Failure. */
  async run(
    plan: Plan & { target: SandboxTarget },
    trace = false,
    onProgress?: OnProgress,
  ): Promise<RealRun> {
    return this.#conversation.run(plan, trace, onProgress);
  }

  /** Makes a crash plan's writes on the drive that was attached last; their marks come as they are made. */
  async writeUnits(units: Units, onMark: (text: string) => void): Promise<void> {
    await this.#conversation.units(units, onMark);
  }

  /** Runs a command of Untorn's own command line in the guest, on the drive that was attached last. Throws Failure. */
  async command(command: Command, onLine: (line: CommandLine) => void): Promise<CommandEnd> {
    return this.#conversation.command(command, onLine);
  }

  /** Kills the machine at once, as a power cut would; what is under way fails. Returns once it is gone. */
  async cutPower(): Promise<void> {
    this.#conversation.stop(new Error('its power was cut'));
    await this.#conversation.ended();
  }

  /** Powers off and removes everything. Safe to call twice. */
  async close(): Promise<void> {
    this.#release();
    await this.#conversation.close();
    await this.#folder.remove();
  }

  #request(
    { rotational }: SandboxTarget,
    drive: GuestDrive,
    extents: readonly Range[],
    isPacked: boolean,
  ): Attach {
    return { drive, rotational: rotational ?? null, extents, isPacked };
  }

  #driveFor(target: SandboxTarget): GuestDrive {
    if (target.drive.kind === 'loop')
      return this.#emulator === null
        ? { kind: 'loop', sizeBytes: target.size }
        : { kind: 'partition', serial: nvmeSerial, sizeBytes: target.size };
    if (target.drive.kind === 'nvme') return { kind: 'nvme', serial: nvmeSerial };
    const module = this.#machine.scsiModule;
    if (module === null)
      throw new Unable(
        `${this.kernel.path}: its module scsi_debug is not found (looked near the kernel; --modules names the folder)`,
        'target.kernel',
      );
    return { kind: 'scsi', module, parameters: scsiParameters(target) };
  }

  async #dataOf(image: string | null): Promise<{ ranges: readonly Range[]; data: ImageData | null }> {
    if (image === null) return { ranges: [], data: null };
    if (this.#machine.seesHost)
      return { ranges: await nonZeroRanges(image), data: { path: path.resolve(image) } };
    const parts: Buffer[] = [];
    const ranges = await nonZeroRanges(image, (bytes) => parts.push(bytes));
    return { ranges, data: { bytes: Buffer.concat(parts) } };
  }

  /** The drive is a file of the host's: what stands in it is what the guest reads. */
  async #fillNvme(target: SandboxTarget, image: string | null, startBytes: number): Promise<void> {
    const nvme = this.#nvme;
    const wanted = this.#emulator === null ? null : nvmeDrive(target, this.#emulator);
    if (nvme === null || JSON.stringify(wanted) !== JSON.stringify(nvme.drive))
      throw new Unable(
        'an NVMe drive is built into the guest: another one takes another guest',
        'target.drive',
      );
    if (nvme.ours === null) return;
    await truncate(nvme.ours, 0);
    await truncate(nvme.ours, nvme.drive.sizeBytes);
    if (image !== null) await copyRanges(image, nvme.ours, startBytes);
  }

  #requireCpus(asked: number | undefined): void {
    const { possibleCpus } = this.facts;
    if (asked === undefined || asked === possibleCpus) return;
    throw new Unable(
      `target.cpus: the plan asks for ${asked} possible CPUs and this guest has ${possibleCpus}; predict can answer it`,
      'target.cpus',
    );
  }
}

/** Starts a guest. Whatever goes wrong, nothing is left of it. Throws Failure, Cancelled. */
export async function bootGuest(kernel: SandboxKernel, options: BootOptions): Promise<Guest> {
  const { target, patience = usualPatience, signal, nvmeFile, nvmeServer } = options;
  const { network = false, steady = false } = options;
  const emulator = kernel.machine === 'qemu' ? findEmulator() : null;
  checkDrive(target, kernel, emulator);
  const runtime = findRuntime();
  const folder = await makeWorkFolder();
  let conversation: GuestConversation | null = null;
  let release = (): void => undefined;
  try {
    const memoryBytes = memoryFor(target, emulator !== null);
    const nvme = await makeNvme(target, emulator, folder.path, nvmeServer ?? nvmeFile);
    const machine =
      emulator === null
        ? umlMachine(kernel, runtime, memoryBytes, folder.path)
        : qemuMachine(
            kernel,
            emulator,
            runtime,
            {
              memoryBytes,
              cpus: target.cpus ?? 1,
              nvme: nvme && { disk: nvme.disk, writesThrough: nvme.writesThrough, ...nvme.drive },
              network,
              steady,
            },
            folder.path,
          );
    const name = kernel.machine === 'uml' ? 'User Mode Linux' : 'QEMU';
    conversation = new GuestConversation(machine, `${name}, Linux ${kernel.release}`, folder.path, patience);
    release = endOnSignal(conversation, signal);
    const facts = await conversation.hello();
    return new Guest({ facts, kernel, conversation, machine, folder, nvme, emulator, release });
  } catch (error) {
    release();
    await conversation?.close();
    await folder.remove();
    throw error;
  }
}

function memoryFor({ size, drive }: SandboxTarget, isEmulated: boolean): number {
  if (drive.kind === 'nvme' || (drive.kind === 'loop' && isEmulated)) return emulatedMemoryBytes;
  if (drive.kind === 'loop') return baseMemoryBytes + Math.min(size, loopMemoryBytes);
  return baseMemoryBytes + size;
}

/** A disk that is served on a socket of this host (NBD). */
export interface NvmeServer {
  readonly socket: string;
  /** As of {@link NvmeDrive}: whether the emulated drive makes each write durable before it answers. */
  readonly writesThrough: boolean;
}

/** Where an NVMe disk lies. */
interface NvmeFile {
  readonly disk: NvmeDrive['disk'];
  readonly drive: NvmeDisk;
  /** Ours to fill; null: it is the caller's, and what stands in it is left alone. */
  readonly ours: string | null;
  readonly writesThrough: boolean;
}

/** The NVMe disk that a QEMU guest gets; null where it gets none. */
interface NvmeDisk {
  readonly sizeBytes: number;
  readonly controller: string;
  readonly namespace: string;
}

/** A disk for drives without limits: any of them is a partition of it, and nothing of it is there before it is written. */
const spareDisk: NvmeDisk = {
  sizeBytes: 2 ** 40,
  controller: '',
  namespace: 'logical_block_size=512,physical_block_size=512',
};

function nvmeDrive(target: SandboxTarget, emulator: Emulator): NvmeDisk | null {
  if (target.drive.kind === 'scsi') return null;
  if (target.drive.kind === 'loop') return spareDisk;
  return { sizeBytes: target.size, ...nvmeOptions(target, emulator) };
}

async function makeNvme(
  target: SandboxTarget,
  emulator: Emulator | null,
  folder: string,
  given: string | NvmeServer | undefined,
): Promise<NvmeFile | null> {
  const drive = emulator === null ? null : nvmeDrive(target, emulator);
  if (drive === null) return null;
  if (typeof given === 'object')
    return { disk: { socket: given.socket }, drive, ours: null, writesThrough: given.writesThrough };
  if (given !== undefined) return { disk: { file: given }, drive, ours: null, writesThrough: true };
  const file = path.join(folder, 'drive');
  await writeFile(file, '', { mode: 0o600 });
  await truncate(file, drive.sizeBytes);
  return { disk: { file }, drive, ours: file, writesThrough: false };
}

const copyBytes = 2 ** 20;

/** Node tells of a short write by its number of bytes alone. */
function whole(length: number): (written: { readonly bytesWritten: number }) => void {
  return ({ bytesWritten }) => {
    if (bytesWritten !== length) throw new Unable(`there is no room for the drive of the sandbox`, 'TMPDIR');
  };
}

async function copyRanges(image: string, drive: string, startBytes: number): Promise<void> {
  const [from, to] = [await open(image, 'r'), await open(drive, 'r+')];
  try {
    const piece = Buffer.alloc(copyBytes);
    for (const [offset, length] of await nonZeroRanges(image)) {
      for (let done = 0; done < length;) {
        const { bytesRead } = await from.read(piece, 0, Math.min(copyBytes, length - done), offset + done);
        if (bytesRead === 0) throw new Error(`${image} ends at ${offset + done}`);
        // All of it, or an error: a drive that lacks a part would be another one than was predicted.
        await to
          .write(piece.subarray(0, bytesRead), 0, bytesRead, startBytes + offset + done)
          .then(whole(bytesRead));
        done += bytesRead;
      }
    }
  } finally {
    await from.close();
    await to.close();
  }
}

/** A kernel that does not believe a drive's limits takes none of them. */
function requireLimits({ drive }: SandboxTarget, { device }: DriveFacts, release: string): void {
  if (drive.kind === 'loop' || drive.atomicMax === 0 || device.atomic === 'unknown') return;
  if (device.atomic.unitMaxBytes > 0) return;
  throw new Unable(
    `target.drive: Linux ${release} does not take these atomic limits from a ${drive.kind} drive`,
    'target.drive',
  );
}
