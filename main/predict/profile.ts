import { parseKernelRelease, type KernelVersion } from '../../core/atomic/index.ts';
import { profiles, type KernelProfile } from '../../core/mballoc/index.ts';
import { InputError, Unable } from '../failure.ts';

/** An allocator to predict with. */
export interface ChosenProfile {
  readonly profile: KernelProfile;
  /** False where the running kernel has no profile of its own and an older one stands in. */
  readonly exact: boolean;
}

/**
 * The profile that a plan's `allocator` names (docs/plan-format.md); `auto` is the running kernel's, or else the nearest
 * older one. Throws InputError for a name that nothing has, Unable for one that the mirror does not model.
 */
export function chooseProfile(
  allocator: string,
  running: KernelVersion,
  modelled: readonly KernelProfile[] = profiles,
): ChosenProfile {
  if (allocator === 'auto') return nearest(running, modelled);
  const profile = modelled.find(({ name }) => name === allocator);
  if (profile) return { profile, exact: true };
  const known = versionOf(allocator) !== null || allocator === 'rfc-2023-11';
  if (!known)
    throw new InputError(
      `allocator: there is no "${allocator}"; known are ${namesOf(modelled)}`,
      'allocator',
    );
  throw new Unable(
    `allocator: "${allocator}" is not modelled; modelled are ${namesOf(modelled)}`,
    'allocator',
  );
}

/** The kernel whose rules go with an allocator: its own, or the running one where the allocator is no kernel's. */
export function kernelOf(allocator: string, running: KernelVersion): KernelVersion {
  return versionOf(allocator) ?? running;
}

function nearest(running: KernelVersion, modelled: readonly KernelProfile[]): ChosenProfile {
  const older = modelled
    .flatMap((profile) => {
      const version = versionOf(profile.name);
      return version && order(version, running) <= 0 ? [{ profile, version }] : [];
    })
    .sort((left, right) => order(right.version, left.version));
  const [best] = older;
  if (!best) {
    const release = `${running.major}.${running.minor}.${running.patch}`;
    throw new Unable(
      `Linux ${release} is older than every allocator that is modelled (${namesOf(modelled)})`,
    );
  }
  const { version } = best;
  return { profile: best.profile, exact: version.major === running.major && version.minor === running.minor };
}

function versionOf(name: string): KernelVersion | null {
  return name.startsWith('linux-') ? parseKernelRelease(name.slice('linux-'.length)) : null;
}

function order(left: KernelVersion, right: KernelVersion): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

function namesOf(modelled: readonly KernelProfile[]): string {
  return modelled.map(({ name }) => name).join(', ');
}
