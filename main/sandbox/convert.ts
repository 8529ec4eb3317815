import * as v from 'valibot';
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

const fileSchema = v.looseObject({ target: v.looseObject({ kind: v.string() }) });

/** The text of a plan file after {@link inSandbox} with a kernel that is named: what then runs, for whoever keeps it. */
export function textInSandbox(text: string, kernel: string): string {
  const plan = v.parse(fileSchema, JSON.parse(text));
  const { target } = plan;
  const drive = target.kind === 'loop' ? { drive: { kind: 'loop' } } : {};
  const moved = { ...plan, target: { ...target, kind: 'sandbox', ...drive, kernel } };
  return `${JSON.stringify(moved, null, 2)}\n`;
}
