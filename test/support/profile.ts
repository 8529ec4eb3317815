import {
  planProfiles,
  Random,
  type PlanProfile,
  type PlanProfileName,
} from '../../core/experiment/generate/index.ts';
import { parsePlan } from '../../core/experiment/plan.ts';
import { Failure } from '../../main/failure.ts';
import { runPlan } from '../../main/run/index.ts';

/**
 * Why plans of a profile cannot run on this kernel, or false. Only a profile that needs what a kernel may lack is
 * tried, with a plan of no steps: a mount that is refused then says so.
 */
export async function whyNotProfile(name: PlanProfileName): Promise<string | false> {
  const profile: PlanProfile = planProfiles[name];
  if (!profile.needs) return false;
  const mkfs = { fs: 'ext4' as const, args: profile.mkfs(new Random(0)) };
  try {
    await runPlan(parsePlan({ version: 1, target: { kind: 'loop', size: '64MiB', mkfs }, steps: [] }));
    return false;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `skipped: this kernel does not mount it (needs ${profile.needs})`;
  }
}
