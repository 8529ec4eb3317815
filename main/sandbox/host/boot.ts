import path from 'node:path';
import type { Plan, TargetOf } from '../../../core/experiment/plan.ts';
import { Unable, type OnProgress } from '../../failure.ts';
import { makeWorkFolder, type RealRun, type WorkFolder } from '../../lab/index.ts';
import { checkDrive, scsiParameters } from '../drive.ts';
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
import { fillNvme, makeNvme, nvmeDrive, type NvmeFile, type NvmeServer } from './nvme-file.ts';
import { nvmeSerial, qemuMachine } from './qemu.ts';
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

  async #fillNvme(target: SandboxTarget, image: string | null, startBytes: number): Promise<void> {
    const wanted = this.#emulator === null ? null : nvmeDrive(target, this.#emulator);
    if (this.#nvme === null || JSON.stringify(wanted) !== JSON.stringify(this.#nvme.drive))
      throw new Unable(
        'an NVMe drive is built into the guest: another one takes another guest',
        'target.drive',
      );
    await fillNvme(this.#nvme, image, startBytes);
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

/** A kernel that does not believe a drive's limits takes none of them. */
function requireLimits({ drive }: SandboxTarget, { device }: DriveFacts, release: string): void {
  if (drive.kind === 'loop' || drive.atomicMax === 0 || device.atomic === 'unknown') return;
  if (device.atomic.unitMaxBytes > 0) return;
  throw new Unable(
    `target.drive: Linux ${release} does not take these atomic limits from a ${drive.kind} drive`,
    'target.drive',
  );
}
