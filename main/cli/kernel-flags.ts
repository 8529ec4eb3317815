import type { Plan } from '../../core/experiment/plan.ts';
import { InputError } from '../failure.ts';
import { chooseKernel, inSandbox, kernelAt, type SandboxKernel } from '../sandbox/index.ts';

/** Another kernel than this machine's, in a sandbox. */
export interface KernelFlags {
  readonly kernel?: string;
  readonly modules?: string;
}

/** The plan as the flags want it, and the kernel that they name. Paths begin at the current folder. Throws Failure. */
export function withKernel(
  plan: Plan,
  { kernel, modules }: KernelFlags,
): { plan: Plan; kernel?: SandboxKernel } {
  if (kernel === undefined) {
    if (modules !== undefined) throw new InputError('--modules goes with --kernel PATH', '--modules');
    return { plan };
  }
  const moved = inSandbox(plan);
  if (kernel.includes('/')) return { plan: moved, kernel: kernelAt(kernel, modules ?? null) };
  if (modules !== undefined) throw new InputError('--modules goes with --kernel PATH', '--modules');
  return { plan: moved, kernel: chooseKernel({ ...moved.target, kernel }) };
}
