import { parsePlan, type Plan } from '../../core/experiment/plan.ts';
import { InputError } from '../failure.ts';
import type { SandboxPlan } from './lab.ts';

/**
 * A plan in a sandbox with another kernel: one that has a sandbox keeps its drive, one on a loop device gets a drive without limits, as
 * a loop device is. Throws InputError for a plan on something of the user's.
 */
export function inSandbox(plan: Plan): SandboxPlan {
  const { target } = plan;
  if (target.kind === 'sandbox') return { ...plan, target };
  if (target.kind !== 'loop')
    throw new InputError(
      `--kernel: a plan on a ${target.kind} target runs on this machine's own kernel`,
      '--kernel',
    );
  const moved = parsePlan({
    ...plan,
    target: { ...target, kind: 'sandbox', drive: { kind: 'loop' } },
  });
  return moved as SandboxPlan;
}
