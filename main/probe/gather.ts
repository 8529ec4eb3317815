import { realpathSync, statSync, type BigIntStats } from 'node:fs';
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
import type { ProbeEnvironment } from './environment.ts';
import { mountedFilesystem } from './filesystem.ts';
import type { StatxFacts } from './passport.ts';

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
  /** What could not be found out. */
  readonly missing: readonly string[];
  readonly withRoot: readonly string[];
}

/** Gathers the facts of `path`, links followed. Throws InputError where it is not there. */
export async function gather(path: string, environment: ProbeEnvironment): Promise<Gathered> {
  const real = resolve(path);
  const stat = statSync(real, { bigint: true });
  const missing: string[] = [];
  const number = deviceNumber(stat.isBlockDevice() ? stat.rdev : stat.dev);
  const device = readBlockDevice(number, environment.sysfs);
  const mount = stat.isBlockDevice() ? null : mountOf(readMounts(environment.mountinfo), real, number);
  const statx = await ask(environment, real, missing);
  // Special files are not opened: that alone may do something.
  const read =
    mount && (stat.isFile() || stat.isDirectory())
      ? await mountedFilesystem(
          mount,
          device ? `/dev/${device.facts.name}` : null,
          { real, isFile: stat.isFile() },
          statx,
          environment,
        )
      : null;
  const filesystem = read ? read.facts : null;
  const facts: AtomicFacts = {
    kernel: environment.kernel ?? runningKernel(),
    file: fileKind(stat, filesystem, mount),
    device: device ? device.facts : stat.isBlockDevice() || isOnDevice(mount) ? 'unknown' : null,
  };
  return {
    real,
    stat,
    facts,
    filesystem,
    device,
    mount,
    statx,
    missing: [...missing, ...(read?.missing ?? [])],
    withRoot: read?.withRoot ?? [],
  };
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

/** A filesystem whose mount names a device, though sysfs did not show it. */
function isOnDevice(mount: Mount | null): boolean {
  return mount?.source.startsWith('/dev/') ?? false;
}

/** A directory stands for the files that will be made in it. */
function fileKind(
  stat: BigIntStats,
  filesystem: Known<FilesystemFacts> | null,
  mount: Mount | null,
): FileFacts {
  if (stat.isBlockDevice()) return { kind: 'block' };
  if ((!stat.isFile() && !stat.isDirectory()) || filesystem === null || mount === null)
    return { kind: 'other' };
  return { kind: 'regular', filesystem, readOnly: mount.options.split(',').includes('ro') };
}
