import path from 'node:path';
import type { Emulator, SandboxKernel } from '../kernel/types.ts';
import { writeInitramfs } from './initramfs.ts';
import { strict, tied, type MachineCommand } from './machine.ts';
import type { Runtime } from './runtime.ts';

const MiB = 2 ** 20;
const portName = 'untorn';
/** Serial number of the drive that belongs to a guest. */
export const nvmeSerial = 'untorn';

/** An NVMe drive that lies in a file of the host's, or behind a socket of it (NBD). */
export interface NvmeDrive {
  readonly disk: { readonly file: string } | { readonly socket: string };
  /**
   * Whether every write is flushed before it is answered. The emulated drive takes writes with FUA and then leaves
   * them in the host's cache (seen with QEMU 11: no flush reaches the file), which matters to whoever records it.
   */
  readonly writesThrough: boolean;
  /** Options of controller and namespace. */
  readonly controller: string;
  readonly namespace: string;
}

/** Words that spare an emulated machine what takes long and serves nothing here. */
const fast = [
  'mitigations=off',
  'cryptomgr.notests',
  'random.trust_cpu=on',
  'tsc=reliable',
  'no_timer_check',
  'nokaslr',
];

/** QEMU with a bzImage, and all that the guest needs in its first root. Throws Unable. */
export function qemuMachine(
  kernel: SandboxKernel,
  emulator: Emulator,
  runtime: Runtime,
  {
    memoryBytes,
    cpus,
    nvme,
    network,
    steady,
  }: {
    readonly memoryBytes: number;
    readonly cpus: number;
    /** Whether the guest's clock goes by the instructions that it has run. */
    readonly steady: boolean;
    readonly nvme: NvmeDrive | null;
    /** Whether there is a network card: the guest then reaches this host as 10.0.2.2. */
    readonly network: boolean;
  },
  folder: string,
): MachineCommand {
  const initrd = path.join(folder, 'initramfs');
  const { program, modules, scsiModule } = writeInitramfs(
    initrd,
    runtime,
    kernel.modules,
    network ? ['virtio_net'] : [],
  );
  const words = ['console=ttyS0', 'panic=-1', ...strict, ...fast, '--', ...program, `virtio:${portName}`];
  const firmware =
    emulator.share === null
      ? []
      : ['seabios', 'qemu'].flatMap((name) => ['-L', path.join(emulator.share ?? '', name)]);
  const command = [
    ...[
      emulator.path,
      ...firmware,
      '-machine',
      'q35',
      ...(steady ? steadyClock : accelerators()),
      '-cpu',
      'max',
      '-smp',
      String(cpus),
    ],
    ...[
      '-m',
      `${Math.ceil(memoryBytes / MiB)}M`,
      '-nodefaults',
      '-display',
      'none',
      '-serial',
      'stdio',
      '-no-reboot',
    ],
    ...['-device', 'virtio-serial-pci', '-chardev', 'socket,id=port,fd=3'],
    ...['-device', `virtserialport,chardev=port,name=${portName}`],
    ...(nvme === null ? [] : nvmeArguments(nvme)),
    ...(network ? networkArguments : []),
    ...['-kernel', kernel.path, '-initrd', initrd, '-append', words.join(' ')],
  ];
  return { command: tied(emulator.libraries, command), modules, scsiModule, seesHost: false };
}

/** User networking takes no privilege; without its own firmware the card needs no ROM file. */
const networkArguments = [
  ...['-netdev', 'user,id=network,ipv6=off'],
  ...['-device', 'virtio-net-pci,netdev=network,romfile='],
];

function nvmeArguments({ disk, writesThrough, controller, namespace }: NvmeDrive): string[] {
  const cache = writesThrough ? 'writethrough' : 'writeback';
  const where =
    'file' in disk
      ? `file=${disk.file}`
      : `file.driver=nbd,file.server.type=unix,file.server.path=${disk.socket}`;
  const described = controller === '' ? '' : `,${controller}`;
  return [
    ...['-drive', `${where},if=none,id=drive,format=raw,cache=${cache}`],
    ...['-device', `nvme,id=nvme,serial=${nvmeSerial}${described}`],
    ...['-device', `nvme-ns,drive=drive,bus=nvme,${namespace}`],
  ];
}

/**
 * Four nanoseconds an instruction, about what an idle host emulates: a loaded one then slows the guest's clock down with the guest.
 * Takes a fifth more of the processor, and emulates all CPUs of the guest on one.
 */
const steadyClock = ['-accel', 'tcg', '-icount', 'shift=2'];

/** Emulation works everywhere; the processor's own help is there for the asking, since a nested one may be no help. */
function accelerators(): string[] {
  const emulated = ['-accel', 'tcg'];
  return process.env['UNTORN_SANDBOX_KVM'] === '1' ? ['-accel', 'kvm', ...emulated] : emulated;
}
