import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { parseKernelRelease } from '../../../core/atomic/index.ts';
import { Unable } from '../../failure.ts';
import { readKernelFile } from './bzimage.ts';
import { installed, libraryFolder, ownLoaderSuffix } from './folders.ts';
import type { Emulator, SandboxKernel } from './types.ts';

/** Every kernel that is found: those that our command has installed, and the system's own packages. */
export function findKernels(): SandboxKernel[] {
  return [...umlKernels(), ...bzImages()];
}

/**
 * The kernel at a path: a User Mode Linux program, or a bzImage whose modules lie in a usual place near it (`modules`
 * names another). Throws Unable.
 */
export function kernelAt(file: string, modules: string | null = null): SandboxKernel {
  if (!isReadable(file)) throw new Unable(`${file}: there is no kernel that can be read`, 'target.kernel');
  const { format, release } = readKernelFile(file);
  if (format === 'uml') return umlAt(file, null, modules);
  if (format !== 'bzimage' || release === null)
    throw new Unable(`${file}: neither a User Mode Linux program nor a bzImage`, 'target.kernel');
  return {
    machine: 'qemu',
    path: file,
    release,
    modules: modules ?? modulesNear(file, release),
    libraries: null,
  };
}

function umlAt(file: string, libraries: string | null, modules: string | null): SandboxKernel {
  let release: string;
  try {
    const environment = libraries === null ? {} : { LD_LIBRARY_PATH: libraries };
    release = execFileSync(file, ['--version'], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch (error) {
    throw new Unable(`${file}: does not start here`, 'target.kernel', { cause: error });
  }
  if (parseKernelRelease(release) === null)
    throw new Unable(`${file}: a program, but no User Mode Linux`, 'target.kernel');
  return { machine: 'uml', path: file, release, modules: modules ?? modulesNear(file, release), libraries };
}

/** Debian names the program linux.uml and keeps its modules beside those of the host. */
function umlKernels(): SandboxKernel[] {
  const root = installed.uml();
  const own = path.join(root, 'usr/bin', `linux.uml${ownLoaderSuffix}`);
  const candidates: [string, string | null][] = [
    [own, path.join(root, libraryFolder)],
    ['/usr/bin/linux.uml', null],
  ];
  return candidates.flatMap(([file, libraries]) => {
    if (!isReadable(file)) return [];
    try {
      return [umlAt(file, libraries, null)];
    } catch {
      return [];
    }
  });
}

function bzImages(): SandboxKernel[] {
  const roots = [...namesIn(installed.kernels()).map((name) => path.join(installed.kernels(), name)), '/'];
  const files = roots.flatMap((root) => [
    ...namesIn(path.join(root, 'boot'))
      .filter((name) => name.startsWith('vmlinuz-'))
      .map((name) => path.join(root, 'boot', name)),
    ...namesIn(path.join(root, 'usr/lib/modules')).map((name) =>
      path.join(root, 'usr/lib/modules', name, 'vmlinuz'),
    ),
  ]);
  const found = files.filter(isReadable).flatMap((file) => {
    const { format, release } = readKernelFile(file);
    if (format !== 'bzimage' || release === null) return [];
    return [
      { machine: 'qemu', path: file, release, modules: modulesNear(file, release), libraries: null } as const,
    ];
  });
  return found.sort((left, right) => orderReleases(left.release, right.release));
}

/** Where modules usually lie, seen from a kernel: in its own folder, a built tree, or an installed one. */
function modulesNear(file: string, release: string): string | null {
  const folder = path.dirname(realpathSync(file));
  const parents = [
    folder,
    path.join(folder, '..'),
    path.join(folder, '../..'),
    path.join(folder, '../../..'),
  ];
  const candidates = [
    ...parents,
    ...parents.flatMap((parent) => [
      path.join(parent, 'modules', release),
      path.join(parent, 'lib/modules', release),
      path.join(parent, 'usr/lib/modules', release),
      path.join(parent, 'lib/uml/modules', release),
    ]),
    path.join('/lib/modules', release),
  ];
  const found = candidates.find(
    (candidate) =>
      existsSync(path.join(candidate, 'modules.order')) ||
      (path.basename(candidate) === release && existsSync(path.join(candidate, 'kernel'))),
  );
  return found === undefined ? null : path.resolve(found);
}

/** The emulator: ours before the system's; null where there is none. */
export function findEmulator(): Emulator | null {
  const root = installed.qemu();
  const name = 'qemu-system-x86_64';
  const own = path.join(root, 'usr/bin', `${name}${ownLoaderSuffix}`);
  if (isReadable(own)) return emulatorAt(own, path.join(root, libraryFolder), path.join(root, 'usr/share'));
  const folder = (process.env['PATH'] ?? '')
    .split(':')
    .find((at) => at !== '' && isReadable(path.join(at, name)));
  return folder === undefined ? null : emulatorAt(path.join(folder, name), null, null);
}

function emulatorAt(file: string, libraries: string | null, share: string | null): Emulator | null {
  try {
    const environment = libraries === null ? {} : { LD_LIBRARY_PATH: libraries };
    const text = execFileSync(file, ['--version'], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(text) ?? [];
    return { path: file, libraries, share, version: { major: Number(major), minor: Number(minor) } };
  } catch {
    return null;
  }
}

/** Older first; of one version, by the rest of the text. */
export function orderReleases(left: string, right: string): number {
  const [one, other] = [parseKernelRelease(left), parseKernelRelease(right)];
  if (one === null || other === null) return left < right ? -1 : 1;
  return (
    one.major - other.major || one.minor - other.minor || one.patch - other.patch || (left < right ? -1 : 1)
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
