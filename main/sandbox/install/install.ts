import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { InputError, Unable, type OnProgress } from '../../failure.ts';
import { orderReleases } from '../kernel/find.ts';
import { installed, libraryFolder, ownLoaderSuffix } from '../kernel/folders.ts';
import { useLoader } from '../kernel/loader.ts';
import { PrivateApt } from './apt.ts';
import { makeInstallFolder, removeDeadInstalls } from './work-folder.ts';

/** Where Debian has what: a User Mode Linux that is new enough, an emulator with atomic limits, kernels of many versions. */
const suitesOf = {
  uml: ['forky'],
  qemu: ['trixie', 'trixie-backports'],
  kernel: ['trixie', 'trixie-backports', 'forky', 'sid'],
} as const;

export type Installable = keyof typeof suitesOf;

export interface InstallOptions {
  /** A mirror of Debian; the one that apt is configured for where it is left out. */
  readonly mirror?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Fetches what a sandbox takes from Debian into the user's cache folder, and changes nothing else. Returns the folder. `version` says
 * which kernel. Throws Failure, Cancelled.
 */
export async function installSandbox(
  what: Installable,
  version: string | null,
  options: InstallOptions = {},
): Promise<string> {
  if (process.arch !== 'x64')
    throw new Unable(`the sandbox's packages are for x86-64, and this machine is ${process.arch}`);
  const { mirror = null, onProgress, signal } = options;
  await removeDeadInstalls();
  const work = await makeInstallFolder();
  const fresh = path.join(work, 'new');
  try {
    await mkdir(fresh);
    onProgress?.({ phase: 'reading the lists of packages' });
    const apt = await PrivateApt.make(path.join(work, 'apt'), {
      suites: suitesOf[what],
      mirror,
      ...(signal ? { signal } : {}),
    });
    await apt.update();
    onProgress?.({ phase: 'fetching packages' });
    const target = await unpack(apt, what, version, fresh);
    await rm(target, { recursive: true, force: true });
    await mkdir(path.dirname(target), { recursive: true });
    await rename(fresh, target);
    onProgress?.({ phase: 'finishing' });
    finish(what, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Returns the folder in which it is to lie. */
async function unpack(
  apt: PrivateApt,
  what: Installable,
  version: string | null,
  fresh: string,
): Promise<string> {
  switch (what) {
    case 'uml':
      await apt.unpack(['user-mode-linux', 'libc6'], fresh, { whole: true });
      return installed.uml();
    case 'qemu':
      await apt.unpack(['qemu-system-x86'], fresh, { whole: true, suite: 'trixie-backports' });
      return installed.qemu();
    case 'kernel': {
      const release = await releaseFor(apt, version);
      const image = `linux-image-${release}`;
      const parts = (await apt.dependencies(image)).filter((name) => /^linux-(binary|modules)-/.test(name));
      const there = new Set(
        await apt.names(`^linux-(binary|modules)-${release.replaceAll(/[+.]/g, '\\$&')}$`),
      );
      await apt.unpack([image, ...parts.filter((name) => there.has(name))], fresh, { whole: false });
      return path.join(installed.kernels(), release);
    }
  }
}

/** The newest release of Debian's kernels for virtual machines that is a `version`. */
async function releaseFor(apt: PrivateApt, version: string | null): Promise<string> {
  const names = await apt.names('^linux-image-[0-9].*-cloud-amd64$');
  const releases = names.map((name) => name.slice('linux-image-'.length)).sort(orderReleases);
  const found = releases.findLast(
    (release) => version === null || release === version || isVersion(version, release),
  );
  if (found !== undefined) return found;
  const series = [...new Set(releases.map((release) => /^\d+\.\d+/.exec(release)?.[0] ?? release))];
  throw new InputError(`kernel ${version}: Debian has none; it has ${series.join(', ')}`, 'version');
}

function isVersion(version: string, release: string): boolean {
  return release.startsWith(version) && /^[^0-9]/.test(release.slice(version.length));
}

/** Programs that were built for a newer C library than this machine's start through the one beside them. */
function finish(what: Installable, target: string): void {
  const program = { uml: 'linux.uml', qemu: 'qemu-system-x86_64', kernel: null }[what];
  if (program === null) return;
  const file = path.join(target, 'usr/bin', program);
  const loader = path.join(target, libraryFolder, 'ld-linux-x86-64.so.2');
  if (!existsSync(file) || !existsSync(loader))
    throw new Unable(`${target}: the packages have no ${program}`, target);
  useLoader(file, loader, `${file}${ownLoaderSuffix}`);
}
