import path from 'node:path';
import type { TargetOf } from '../../../core/experiment/plan.ts';
import { Unable } from '../../failure.ts';
import { findKernels, kernelAt } from './find.ts';
import type { SandboxKernel } from './types.ts';

/**
 * The kernel for a target: the one that it names (a path, a version such as `6.18`, or `uml`), else User Mode Linux,
 * else, where NVMe or several CPUs are asked for, the newest for QEMU. Throws Unable.
 */
export function chooseKernel(
  target: Pick<TargetOf<'sandbox'>, 'kernel' | 'drive' | 'cpus'>,
  planFolder = '.',
): SandboxKernel {
  const { kernel: asked } = target;
  if (asked !== undefined && asked.includes('/')) return kernelAt(path.resolve(planFolder, asked));
  const found = findKernels();
  const needsQemu = target.drive.kind === 'nvme' || (target.cpus ?? 1) > 1;
  if (asked !== undefined) return named(asked, found);
  const uml = found.find(({ machine }) => machine === 'uml');
  const newest = found.findLast(({ machine }) => machine === 'qemu');
  const chosen = needsQemu ? newest : (uml ?? newest);
  if (chosen) return chosen;
  const [what, install] = needsQemu
    ? ['NVMe and several CPUs take QEMU and a kernel for it', 'untorn sandbox install qemu']
    : ['a sandbox takes User Mode Linux', 'untorn sandbox install uml'];
  throw new Unable(`${what}, and none is found: ${install}`, 'target.kernel');
}

/** The newest kernel of that name: `uml`, or the beginning of a release. Throws Unable. */
export function findKernel(name: string): SandboxKernel {
  return name.includes('/') ? kernelAt(path.resolve(name)) : named(name, findKernels());
}

function named(name: string, found: readonly SandboxKernel[]): SandboxKernel {
  const fits = ({ machine, release }: SandboxKernel): boolean =>
    name === 'uml' ? machine === 'uml' : machine === 'qemu' && isVersionOf(name, release);
  const chosen = found.findLast(fits);
  if (chosen) return chosen;
  const install = name === 'uml' ? 'uml' : `kernel ${name}`;
  throw new Unable(
    `target.kernel: no kernel "${name}" is found: untorn sandbox install ${install}`,
    'target.kernel',
  );
}

/** `6.18` is a version of `6.18.15+deb13-cloud-amd64`, and `6.1` is not. */
function isVersionOf(name: string, release: string): boolean {
  return release === name || (release.startsWith(name) && /^[^0-9]/.test(release.slice(name.length)));
}
