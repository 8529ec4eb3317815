import type { PlanInput } from '../plan.ts';
import { planProfiles, type PlanProfile, type PlanProfileName } from './profiles.ts';
import { Random } from './random.ts';
import { inventSteps } from './workload.ts';

export { planProfileNames, planProfiles, type PlanProfile, type PlanProfileName } from './profiles.ts';
export { Random } from './random.ts';

const MiB = 2 ** 20;

/**
 * A random plan on a loop target. The same profile and seed give the same plan on every machine, so that a difference
 * is reported as two words. The filesystem's own identity (UUID, hash seed) follows from the seed too, since names of
 * files are placed in a directory by a hash that the seed salts.
 */
export function generatePlan(profileName: PlanProfileName, seed: number): PlanInput {
  const profile: PlanProfile = planProfiles[profileName];
  const random = new Random(seed);
  const [least, most] = profile.size;
  const step = profile.sizeStep ?? MiB;
  const size = random.between(least / step, most / step) * step;
  return {
    version: 1,
    name: `${profileName}-${seed}`,
    allocator: 'auto',
    target: {
      kind: 'loop',
      size,
      mkfs: { fs: 'ext4', args: formatArguments(profile, random) },
      mountOptions: profile.mountOptions?.(random) ?? '',
    },
    steps: inventSteps(random, profile.workload),
  };
}

/** mke2fs heeds only the last -E, so that all extended options stand in one. */
function formatArguments(profile: PlanProfile, random: Random): string[] {
  const extended = [...(profile.extended?.(random) ?? []), `hash_seed=${uuid(random)}`];
  return [...profile.mkfs(random), '-U', uuid(random), '-E', extended.join(',')];
}

function uuid(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.between(0, 15).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(digits).join('-');
}
