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
 * The profile that a plan's `allocator` names (docs/plan-format.md). `auto` is the one of the running kernel's release, or
 * else the nearest older one; `linux-6.12.107` the one of that release, where the line is modelled at all. Throws InputError
 * for a name that nothing has, Unable for one that the mirror does not model.
 */
export function chooseProfile(
  allocator: string,
  running: KernelVersion,
  modelled: readonly KernelProfile[] = profiles,
): ChosenProfile {
  if (allocator === 'auto') return nearest(running, modelled);
  const profile = modelled.find(({ name }) => name === allocator);
  if (profile) return { profile, exact: true };
  const release = versionOf(allocator);
  if (release && modelled.some((its) => isOfLine(its, release))) return nearest(release, modelled);
  if (!release && allocator !== 'rfc-2023-11')
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
    .filter((profile) => versionOf(profile.name) !== null && order(sinceOf(profile), running) <= 0)
    .sort((left, right) => order(sinceOf(right), sinceOf(left)));
  const [profile] = older;
  if (!profile) {
    const release = `${running.major}.${running.minor}.${running.patch}`;
    throw new Unable(
      `Linux ${release} is older than every allocator that is modelled (${namesOf(modelled)})`,
    );
  }
  return { profile, exact: isOfLine(profile, running) };
}

function sinceOf({ since: [major, minor, patch] }: KernelProfile): KernelVersion {
  return { major, minor, patch };
}

function isOfLine(profile: KernelProfile, { major, minor }: KernelVersion): boolean {
  const since = sinceOf(profile);
  return versionOf(profile.name) !== null && since.major === major && since.minor === minor;
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
