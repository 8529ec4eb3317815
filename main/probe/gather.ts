import { realpathSync, statfsSync, statSync, type BigIntStats } from 'node:fs';
import type { AtomicFacts, FileFacts, FilesystemFacts, Known } from '../../core/atomic/index.ts';
import { InputError } from '../failure.ts';
import {
  deviceNumber,
  mountOf,
  readBlockDevice,
  readMounts,
  runningKernel,
  type BlockDevice,
  type Mount,
} from '../machine/index.ts';
import { mountedFilesystem } from './filesystem.ts';
import type { StatxFacts } from './passport.ts';

/** Where the probe looks; tests put recorded trees here. */
export interface ProbeEnvironment {
  readonly sysfs?: string;
  readonly mountinfo?: string;
  /** Asks statx(2); throws where it cannot be asked. */
  readonly statx: (path: string) => Promise<StatxFacts>;
}

/** What could be found out about a path, before anything is concluded. */
export interface Gathered {
  /** The path without links. */
  readonly real: string;
  readonly stat: BigIntStats;
  readonly facts: AtomicFacts;
  /** Null for a device. */
  readonly filesystem: Known<FilesystemFacts> | null;
  readonly device: BlockDevice | null;
  readonly mount: Mount | null;
  /** Null where it could not be asked. */
  readonly statx: StatxFacts | null;
  /** What could not be found out, and what would help. */
  readonly missing: readonly string[];
}

/** Gathers the facts of `path`, links followed. Throws InputError where it is not there. */
export async function gather(path: string, environment: ProbeEnvironment): Promise<Gathered> {
  const real = resolve(path);
  const stat = statSync(real, { bigint: true });
  const missing: string[] = [];
  const number = deviceNumber(stat.isBlockDevice() ? stat.rdev : stat.dev);
  const device = readBlockDevice(number, environment.sysfs);
  const mount = stat.isBlockDevice() ? null : mountOf(readMounts(environment.mountinfo), real, number);
  const filesystem = mount ? filesystemOf(mount, device, { real, stat }, missing) : null;
  const statx = await ask(environment, real, missing);
  const facts: AtomicFacts = {
    kernel: runningKernel(),
    file: fileKind(stat, filesystem),
    device: device ? device.facts : stat.isBlockDevice() || isOnDevice(mount) ? 'unknown' : null,
  };
  return { real, stat, facts, filesystem, device, mount, statx, missing };
}

function resolve(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'no such file or directory'
        : code === 'EACCES'
          ? 'permission denied'
          : (code ?? '');
    throw new InputError(`${path}: ${why}`, path, { cause: error });
  }
}

async function ask(
  environment: ProbeEnvironment,
  path: string,
  missing: string[],
): Promise<StatxFacts | null> {
  try {
    return await environment.statx(path);
  } catch (error) {
    missing.push(`statx could not be asked: ${(error as Error).message}`);
    return null;
  }
}

function filesystemOf(
  mount: Mount,
  device: BlockDevice | null,
  { real, stat }: Pick<Gathered, 'real' | 'stat'>,
  missing: string[],
): Known<FilesystemFacts> {
  const inode = stat.isFile() ? Number(stat.ino) : null;
  const read = mountedFilesystem(mount, device ? `/dev/${device.facts.name}` : null, inode);
  if (read.missing === null) return read.facts;
  // Where there is no device, root could read no more.
  const help = device === null || process.geteuid?.() === 0 ? '' : '; root could read it';
  missing.push(`the geometry of the filesystem: ${read.missing}${help}`);
  return withBlockSize(read.facts, real);
}

/** statfs(2) tells the block size of ext4 to everybody. */
function withBlockSize(facts: Known<FilesystemFacts>, real: string): Known<FilesystemFacts> {
  if (facts === 'unknown' || facts.kind !== 'ext4') return facts;
  return { ...facts, blockBytes: statfsSync(real).bsize };
}

/** A filesystem whose mount names a device, though sysfs did not show it. */
function isOnDevice(mount: Mount | null): boolean {
  return mount?.source.startsWith('/dev/') ?? false;
}

/** A directory stands for the files that will be made in it. */
function fileKind(stat: BigIntStats, filesystem: Known<FilesystemFacts> | null): FileFacts {
  if (stat.isBlockDevice()) return { kind: 'block' };
  if ((stat.isFile() || stat.isDirectory()) && filesystem !== null) return { kind: 'regular', filesystem };
  return { kind: 'other' };
}
